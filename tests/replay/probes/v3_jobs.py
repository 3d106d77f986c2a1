"""Training, tuning and processing of SDK 3.x."""

from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.core.parameter import ContinuousParameter, IntegerParameter
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.training.configs import CheckpointConfig
from sagemaker.core.transformer import Transformer
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode, StoppingCondition
from sagemaker.train.distributed import Torchrun
from sagemaker.train.tuner import HyperparameterTuner

session = Session()
role = get_execution_role()
image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.3.0-gpu-py311-cu121-ubuntu20.04-sagemaker"
source = SourceCode(source_dir="src", entry_script="train.py")
data = InputData(channel_name="train", data_source="s3://data/train")

plain = ModelTrainer(training_image=image, role=role, source_code=source, sagemaker_session=session)
plain.train(input_data_config=[data], wait=False)

compute = Compute(instance_type="ml.g5.2xlarge", instance_count=2, keep_alive_period_in_seconds=600)
spot = ModelTrainer(
    training_image=image,
    role=role,
    source_code=source,
    compute=Compute(instance_type="ml.g5.xlarge", instance_count=1, enable_managed_spot_training=True),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=7200, max_wait_time_in_seconds=10800),
    checkpoint_config=CheckpointConfig(s3_uri="s3://data/checkpoints"),
    sagemaker_session=session,
)
spot.train(input_data_config=[data], wait=False)

cluster = ModelTrainer(
    training_image=image,
    role=role,
    source_code=source,
    compute=compute,
    distributed=Torchrun(process_count_per_node=1),
    base_job_name="cluster",
)
cluster.stopping_condition.max_runtime_in_seconds = 1800
cluster.train(wait=False)

tuner = HyperparameterTuner(
    model_trainer=spot,
    objective_metric_name="loss",
    hyperparameter_ranges={"lr": ContinuousParameter(1e-5, 1e-2), "layers": IntegerParameter(1, 4)},
    metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
    objective_type="Minimize",
    strategy="Hyperband",
    max_jobs=8,
    max_parallel_jobs=2,
)
tuner.tune(inputs=[data], wait=False)

processor = ScriptProcessor(
    role=role,
    image_uri=image,
    command=["python3"],
    instance_count=1,
    instance_type="ml.m5.xlarge",
    max_runtime_in_seconds=600,
    sagemaker_session=session,
)
processor.run(code="preprocess.py", wait=False, logs=False)
Transformer(
    model_name="model", instance_count=1, instance_type="ml.m5.large", output_path="s3://data/out"
).transform("s3://data/batch", wait=False)

"""A pipeline of SDK 3.x."""

from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import CacheConfig, Pipeline, ProcessingStep, TrainingStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode, StoppingCondition

session = PipelineSession()
role = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-sagemaker"
kind = ParameterString(name="TrainingInstance", default_value="ml.m5.4xlarge")
cache = CacheConfig(enable_caching=True, expire_after="P7D")

processor = ScriptProcessor(
    role=role, image_uri=image, command=["python3"], instance_count=1, instance_type="ml.m5.xlarge", sagemaker_session=session
)
prepare = ProcessingStep(name="Prepare", step_args=processor.run(code="prepare.py"), cache_config=cache)
trainer = ModelTrainer(
    training_image=image,
    role=role,
    source_code=SourceCode(source_dir="src", entry_script="train.py"),
    compute=Compute(instance_type=kind, instance_count=1),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
    base_job_name="forest",
    sagemaker_session=session,
)
data = InputData(channel_name="train", data_source="s3://data/train")
train = TrainingStep(name="Train", step_args=trainer.train(input_data_config=[data]))
pipeline = Pipeline(name="forest", parameters=[kind], steps=[prepare, train], sagemaker_session=session)
pipeline.upsert(role_arn=role)
pipeline.start()

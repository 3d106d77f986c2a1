"""SDK 1.x, as programs of 2019 are written; the same names still run on 2.x."""

import sagemaker
from sagemaker import get_execution_role
from sagemaker.pytorch import PyTorch
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

session = sagemaker.Session()
role = get_execution_role()

estimator = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="1.5.0",
    py_version="py3",
    train_instance_count=1,
    train_instance_type="ml.p2.xlarge",
    train_max_run=7200,
    sagemaker_session=session,
)
estimator.fit("s3://data/train")

spot = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="1.5.0",
    py_version="py3",
    train_instance_count=2,
    train_instance_type="ml.p3.2xlarge",
    train_use_spot_instances=True,
    train_max_run=3600,
    train_max_wait=7200,
    checkpoint_s3_uri="s3://data/checkpoints",
)
tuner = HyperparameterTuner(
    spot,
    objective_metric_name="loss",
    hyperparameter_ranges={"lr": ContinuousParameter(0.001, 0.1)},
    metric_definitions=[{"Name": "loss", "Regex": "loss=(.*)"}],
    max_jobs=6,
    max_parallel_jobs=2,
    early_stopping_type="Auto",
)
tuner.fit({"train": "s3://data/train"})

batch = estimator.transformer(instance_count=1, instance_type="ml.m4.xlarge", output_path="s3://data/out")
batch.transform("s3://data/batch")
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m4.xlarge")
predictor.delete_endpoint()

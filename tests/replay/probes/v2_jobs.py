"""Tuning, processing and transform jobs of SDK 2.x."""

import boto3
import sagemaker
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.sklearn import SKLearn, SKLearnProcessor
from sagemaker.spark import PySparkProcessor
from sagemaker.transformer import Transformer
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter

role = "arn:aws:iam::123456789012:role/SageMakerRole"
session = sagemaker.Session(boto3.Session(region_name="us-west-2"))

forest = SKLearn(
    entry_point="train.py",
    role=role,
    instance_type="ml.m5.xlarge",
    framework_version="1.2-1",
    use_spot_instances=True,
    max_run=1800,
    max_wait=3600,
    sagemaker_session=session,
)
ranges = {"max-depth": IntegerParameter(2, 8), "ccp-alpha": ContinuousParameter(0.0, 0.1)}
tuner = HyperparameterTuner(
    forest,
    "accuracy",
    ranges,
    [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}],
    "Random",
    max_jobs=12,
    max_parallel_jobs=3,
    early_stopping_type="Auto",
)
tuner.fit({"train": TrainingInput("s3://data/train")})
other = HyperparameterTuner(
    estimator=forest, objective_metric_name="accuracy", hyperparameter_ranges=ranges, metric_definitions=[]
)
other.fit("s3://data/train", wait=False)

processor = SKLearnProcessor(
    framework_version="1.2-1", role=role, instance_count=1, instance_type="ml.m5.large", max_runtime_in_seconds=1200
)
processor.run(
    code="preprocess.py",
    inputs=[ProcessingInput("s3://data/raw", "/opt/ml/processing/input")],
    outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/train")],
)
ScriptProcessor(
    role=role,
    image_uri="123456789012.dkr.ecr.us-west-2.amazonaws.com/tools:1",
    command=["python3"],
    instance_count=2,
    instance_type="ml.c5.xlarge",
).run("evaluate.py", wait=False, logs=False)
PySparkProcessor(
    framework_version="3.3", role=role, instance_count=3, instance_type="ml.m5.xlarge", base_job_name="spark"
).run(submit_app="job.py")

forest.fit("s3://data/train")
batch = forest.transformer(instance_count=2, instance_type="ml.m5.xlarge", output_path="s3://data/out")
batch.transform("s3://data/batch", content_type="text/csv", split_type="Line", wait=False)
Transformer("model", 1, "ml.c5.large", output_path="s3://data/out").transform("s3://data/batch", wait=True)

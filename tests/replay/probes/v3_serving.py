"""Endpoints of SDK 3.x."""

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.inference_config import AsyncInferenceConfig, ServerlessInferenceConfig
from sagemaker.serve.model_builder import ModelBuilder

session = Session()
role = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"
shared = dict(image_uri=image, s3_model_data_url="s3://models/model.tar.gz", role_arn=role, sagemaker_session=session)

builder = ModelBuilder(instance_type="ml.m5.xlarge", **shared)
builder.build(model_name="real")
endpoint = builder.deploy(endpoint_name="real", initial_instance_count=2, wait=False)

other = ModelBuilder(**shared)
other.build()
other.deploy(endpoint_name="sometimes", inference_config=ServerlessInferenceConfig(memory_size_in_mb=2048), wait=False)

queue = ModelBuilder(**shared)
queue.build()
queue.deploy(
    endpoint_name="queue",
    instance_type="ml.c5.xlarge",
    initial_instance_count=1,
    inference_config=AsyncInferenceConfig(output_path="s3://models/async"),
    wait=False,
)
endpoint.delete()

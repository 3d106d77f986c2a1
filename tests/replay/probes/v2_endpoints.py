"""Endpoints of SDK 2.x: real-time, serverless, asynchronous and multi-model; deleted, scaled or left."""

import boto3
import sagemaker
from sagemaker.async_inference import AsyncInferenceConfig
from sagemaker.model import Model
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.pytorch import PyTorchModel
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.sklearn import SKLearn

session = sagemaker.Session()
role = sagemaker.get_execution_role()
data = "s3://models/model.tar.gz"
settings = {"role": role, "model_data": data, "entry_point": "inference.py"}

torch = PyTorchModel(framework_version="2.0", py_version="py310", **settings)
predictor = torch.deploy(
    initial_instance_count=2,
    instance_type="ml.g4dn.xlarge",
    endpoint_name="torch",
    data_capture_config=DataCaptureConfig(True, sampling_percentage=20, destination_s3_uri="s3://models/capture"),
)
autoscaling = boto3.client("application-autoscaling")
autoscaling.register_scalable_target(
    ServiceNamespace="sagemaker",
    ResourceId="endpoint/" + predictor.endpoint_name + "/variant/AllTraffic",
    ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    MinCapacity=1,
    MaxCapacity=4,
)
autoscaling.put_scaling_policy(
    PolicyName="invocations",
    ServiceNamespace="sagemaker",
    ResourceId="endpoint/torch/variant/AllTraffic",
    ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    PolicyType="TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration={
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
    },
)

image = sagemaker.image_uris.retrieve("xgboost", "us-west-2", "1.7-1")
tabular = Model(image, data, role, sagemaker_session=session)
tabular.deploy(serverless_inference_config=ServerlessInferenceConfig(memory_size_in_mb=4096, max_concurrency=10))

queue = Model(image_uri=image, model_data=data, role=role, name="queue", predictor_cls=sagemaker.Predictor)
asynchronous = queue.deploy(1, "ml.c5.xlarge", async_inference_config=AsyncInferenceConfig("s3://models/async"))
asynchronous.delete_endpoint()

many = MultiDataModel("many", "s3://models/all/", image_uri=image, role=role, sagemaker_session=session)
many.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="many-models")
session.delete_endpoint("many-models")

forest = SKLearn(
    "train.py", framework_version="1.2-1", role=role, instance_type="ml.m5.large", sagemaker_session=session
)
forest.fit("s3://data/train")
scorer = forest.deploy(1, "ml.t2.medium")
try:
    scorer.predict([[0.1, 0.2]])
finally:
    scorer.delete_endpoint(delete_endpoint_config=True)

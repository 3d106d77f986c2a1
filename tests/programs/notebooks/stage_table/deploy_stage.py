"""One endpoint per stage; the stage comes from the command line."""
import sys
import boto3
from sagemaker.pytorch import PyTorchModel
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.predictor import Predictor

STAGES = {
    "dev": {"instance_type": "ml.t2.medium", "initial_instance_count": 1},
    "prod": {"instance_type": "ml.c5.xlarge", "initial_instance_count": 2},
}
stage = sys.argv[1]
model = PyTorchModel(model_data="s3://m", role="arn:aws:iam::111122223333:role/x", entry_point="i.py", framework_version="2.0",
                     py_version="py310")
predictor = model.deploy(endpoint_name=f"app-{stage}", **STAGES[stage])

settings = STAGES.get(stage, STAGES["dev"])
sm = boto3.client("sagemaker")
sm.create_endpoint_config(
    EndpointConfigName=f"low-{stage}",
    ProductionVariants=[{"VariantName": "a", "ModelName": "m", "InstanceType": settings["instance_type"],
                         "InitialInstanceCount": settings["initial_instance_count"]}],
)
sm.create_endpoint(EndpointName=f"low-{stage}", EndpointConfigName=f"low-{stage}")

if stage == "dev":
    config = {"serverless_inference_config": ServerlessInferenceConfig()}
else:
    config = {"initial_instance_count": 1, "instance_type": "ml.m5.large"}
model.deploy(endpoint_name="mixed", **config)


def remove(name):
    Predictor(name).delete_endpoint()


match stage:
    case "dev":
        remove("app-dev")
    case _:
        remove(f"app-{stage}")

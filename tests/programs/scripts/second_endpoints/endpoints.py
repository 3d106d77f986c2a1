import atexit
import contextlib
import os
import time
import weakref

import boto3
import sagemaker
from sagemaker.huggingface import HuggingFaceModel
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.predictor import Predictor
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.sklearn import SKLearnModel

role = sagemaker.get_execution_role()
session = sagemaker.Session()
client = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")


def model(name):
    return SKLearnModel(f"s3://b/{name}.tar.gz", role, "inf.py", framework_version="1.2-1", sagemaker_session=session)


# registered for the end of the program
first = model("first").deploy(1, "ml.m5.large")
atexit.register(first.delete_endpoint)

# deleted by name
NAME = "second-endpoint"
model("second").deploy(initial_instance_count=2, instance_type="ml.c5.large", endpoint_name=NAME, wait=False)
waiter = client.get_waiter("endpoint_in_service")
waiter.wait(EndpointName=NAME)
runtime.invoke_endpoint(EndpointName=NAME, Body=b"1")
client.delete_endpoint(EndpointName=NAME)

# kept: nothing deletes it
third = model("third").deploy(
    initial_instance_count=1,
    instance_type="ml.c5.xlarge",
    endpoint_name="third-endpoint",
    data_capture_config=DataCaptureConfig(enable_capture=True, destination_s3_uri="s3://b/capture"),
)
scaling = boto3.client("application-autoscaling")
scaling.register_scalable_target(
    ServiceNamespace="sagemaker",
    ResourceId=f"endpoint/{third.endpoint_name}/variant/AllTraffic",
    ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    MinCapacity=1,
    MaxCapacity=2,
)

# in a list, deleted in a loop
pool = []
for index in range(3):
    pool.append(model(f"m{index}").deploy(1, "ml.t2.medium"))
while pool:
    pool.pop().delete_endpoint()

# serverless by configuration object from a function


def serverless(memory=1024):
    return {"serverless_inference_config": ServerlessInferenceConfig(memory, 2)}


model("small").deploy(**serverless(), endpoint_name="small-endpoint")


class Service:
    """Deploys lazily, deletes on close."""

    instance_type = "ml.g4dn.xlarge"

    def __init__(self, **options):
        self._options = {"initial_instance_count": 1, "instance_type": self.instance_type, **options}
        self._predictor = None

    @property
    def predictor(self):
        if self._predictor is None:
            hub = HuggingFaceModel(
                env={"HF_MODEL_ID": "gpt2"},
                role=role,
                transformers_version="4.28",
                pytorch_version="2.0",
                py_version="py310",
            )
            self._predictor = hub.deploy(**self._options)
        return self._predictor

    def ask(self, text):
        return self.predictor.predict({"inputs": text})

    def close(self):
        if self._predictor is not None:
            self._predictor.delete_model()
            self._predictor.delete_endpoint()


with contextlib.closing(Service(instance_type="ml.g4dn.2xlarge")) as service:
    print(service.ask("hello"))

attached = Predictor("somebody-elses")
attached.predict("x")
fifth = model("fifth").deploy(1, "ml.m5.xlarge", endpoint_name=os.environ["FIFTH"])
time.sleep(1)
updated = Predictor("third-endpoint")
updated.update_endpoint(initial_instance_count=2, instance_type="ml.c5.2xlarge")

import os
from os import environ, getenv

import sagemaker
from sagemaker.model import Model
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.serverless import ServerlessInferenceConfig

ENDPOINT_NAME = os.environ["ENDPOINT_NAME"]
INSTANCE_TYPE = os.environ.get("INSTANCE_TYPE", "ml.m5.xlarge")
INSTANCE_COUNT = int(os.environ.get("INSTANCE_COUNT", "1"))
CAPTURE = getenv("CAPTURE", "true").lower() == "true"
GPU_TYPE = environ.get("GPU_TYPE") or "ml.g4dn.xlarge"
MEMORY = int(getenv("MEMORY_MB", 2048))

sess = sagemaker.Session()
role = environ["SAGEMAKER_ROLE"]

model = Model(
    image_uri=os.environ["IMAGE"],
    model_data=os.environ["MODEL_DATA"],
    role=role,
    sagemaker_session=sess,
)


def realtime():
    return model.deploy(
        initial_instance_count=INSTANCE_COUNT,
        instance_type=INSTANCE_TYPE,
        endpoint_name=ENDPOINT_NAME,
        data_capture_config=DataCaptureConfig(enable_capture=True, sampling_percentage=20),
    )


def gpu():
    model.deploy(1, GPU_TYPE, endpoint_name=ENDPOINT_NAME + "-gpu")


def serverless():
    model.deploy(
        endpoint_name="small",
        serverless_inference_config=ServerlessInferenceConfig(memory_size_in_mb=MEMORY, max_concurrency=5),
    )


def remove():
    sess.delete_endpoint(ENDPOINT_NAME)


if __name__ == "__main__":
    kind = os.environ.get("KIND", "realtime")
    if kind == "realtime":
        realtime()
    elif kind == "gpu":
        gpu()
    elif kind == "remove":
        remove()
    else:
        serverless()

#!/usr/bin/env python3
"""Deploys a model, asks it one question and removes it again."""
import logging
import sys
import time

import boto3
import botocore.exceptions
import sagemaker
from sagemaker.huggingface import HuggingFaceModel, get_huggingface_llm_image_uri
from sagemaker.jumpstart.model import JumpStartModel
from sagemaker.predictor import Predictor

log = logging.getLogger("smoke")
sess = sagemaker.Session()
sm_client = sess.sagemaker_client
try:
    role = sagemaker.get_execution_role()
except ValueError:
    role = boto3.client("iam").get_role(RoleName="sagemaker_execution_role")["Role"]["Arn"]

INSTANCE = "ml.g5.2xlarge"
number_of_gpu = 1

llm = HuggingFaceModel(
    role=role,
    image_uri=get_huggingface_llm_image_uri("huggingface", version="1.1.0"),
    env={"HF_MODEL_ID": "tiiuae/falcon-7b", "SM_NUM_GPUS": str(number_of_gpu)},
)
llm_predictor = None
try:
    llm_predictor = llm.deploy(
        initial_instance_count=1,
        instance_type=INSTANCE,
        container_startup_health_check_timeout=300,
    )
    print(llm_predictor.predict({"inputs": "hello"}))
except botocore.exceptions.ClientError as error:
    log.error("failed: %s", error)
    sys.exit(1)
finally:
    if llm_predictor is not None:
        llm_predictor.delete_model()
        llm_predictor.delete_endpoint()


def check(model_id):
    """JumpStart decides the instance itself."""
    model = JumpStartModel(model_id=model_id)
    predictor = model.deploy(accept_eula=True)
    try:
        return predictor.predict({"text": "x"})
    finally:
        predictor.delete_endpoint()


def check_sized(model_id):
    predictor = JumpStartModel(model_id, instance_type="ml.g5.12xlarge").deploy()
    remove(predictor)


def remove(predictor: Predictor) -> None:
    name = predictor.endpoint_name
    for attempt in range(3):
        try:
            sm_client.delete_endpoint(EndpointName=name)
            sm_client.delete_endpoint_config(EndpointConfigName=name)
            break
        except sm_client.exceptions.ClientError:
            time.sleep(2**attempt)


for identifier in ("huggingface-text2text-flan-t5-small", "huggingface-sentencesimilarity-bge-small"):
    check(identifier)
check_sized("meta-textgeneration-llama-2-13b")
kept = llm.deploy(1, "ml.g5.4xlarge", endpoint_name="kept")

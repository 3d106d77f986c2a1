"""Retraining started by events; training through the SDK's session and through a registry of jobs."""
import logging
import os
import boto3
import sagemaker
from sagemaker.inputs import TrainingInput
from sagemaker.lightgbm import LightGBM  # not part of the SDK: an in-house wrapper
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.workflow.steps import TrainingStep

log = logging.getLogger()
REGISTRY = {}


def job(name):
    def register(function):
        REGISTRY[name] = function
        return function

    return register


class Config:
    INSTANCE = os.getenv("TRAIN_INSTANCE", default="ml.m5.large")
    COUNT = int(os.getenv("TRAIN_COUNT", "2"))
    SPOT = os.getenv("SPOT", "true").lower() == "true"


@job("sk")
def sklearn(**options):
    estimator = SKLearn("t.py", role=os.environ["ROLE"], framework_version="1.2-1", instance_type=Config.INSTANCE,
                        instance_count=Config.COUNT, use_spot_instances=Config.SPOT, max_wait=3600 if Config.SPOT else None,
                        max_run=3600, **options)
    estimator.fit({"train": TrainingInput("s3://x")})
    return estimator


@job("low")
def low(instance_type, max_run=600):
    boto3.client("sagemaker").create_training_job(
        TrainingJobName="low", ResourceConfig={"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": max_run})


def handler(event, context):
    return REGISTRY[event["job"]](**event.get("options", {}))

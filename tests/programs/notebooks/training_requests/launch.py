#!/usr/bin/env python
"""Starts the nightly trainings through the low-level API."""
import json
import os
import time

import boto3
from botocore.config import Config

REGION = os.environ.get("AWS_REGION", "eu-west-1")
ROLE = os.environ["SAGEMAKER_ROLE"]
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"

sm = boto3.client("sagemaker", region_name=REGION, config=Config(retries={"max_attempts": 10}))

RESOURCES = {
    "InstanceType": "ml.m5.2xlarge",
    "InstanceCount": 1,
    "VolumeSizeInGB": 50,
}

BASE = json.loads("""
{
    "AlgorithmSpecification": {"TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/xgb:1", "TrainingInputMode": "File"},
    "ResourceConfig": {"InstanceCount": 2, "InstanceType": "ml.c5.9xlarge", "VolumeSizeInGB": 20},
    "StoppingCondition": {"MaxRuntimeInSeconds": 43200}
}
""")


def job_name(prefix):
    return "%s-%s" % (prefix, time.strftime("%Y-%m-%d-%H-%M-%S"))


def algorithm(image=IMAGE):
    return {"TrainingImage": image, "TrainingInputMode": "File"}


def channel(name, uri):
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
    }


def training_request(prefix, instance_type, spot=False):
    stopping = {"MaxRuntimeInSeconds": 3600}
    request = {
        "TrainingJobName": job_name(prefix),
        "AlgorithmSpecification": algorithm(),
        "RoleArn": ROLE,
        "InputDataConfig": [channel("train", "s3://data/train")],
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "ResourceConfig": {**RESOURCES, "InstanceType": instance_type},
        "StoppingCondition": stopping,
    }
    if spot:
        request["EnableManagedSpotTraining"] = True
        stopping["MaxWaitTimeInSeconds"] = 7200
        request["CheckpointConfig"] = {"S3Uri": "s3://data/checkpoints/" + prefix}
    return request


def start_inline():
    sm.create_training_job(
        TrainingJobName=job_name("inline"),
        AlgorithmSpecification=algorithm("my-image"),
        RoleArn=ROLE,
        OutputDataConfig=dict(S3OutputPath="s3://data/out"),
        ResourceConfig=RESOURCES,
        StoppingCondition={"MaxRuntimeInSeconds": 60 * 60 * 24},
        EnableManagedSpotTraining=False,
        DebugRuleConfigurations=[
            {"RuleConfigurationName": "LossNotDecreasing", "RuleEvaluatorImage": "503895931360.dkr.ecr.us-east-1.amazonaws.com/rules"},
        ],
    )


def start_patched():
    request = dict(BASE)
    request["TrainingJobName"] = job_name("patched")
    request["RoleArn"] = ROLE
    request["OutputDataConfig"] = {"S3OutputPath": "s3://data/out"}
    request["ResourceConfig"]["KeepAlivePeriodInSeconds"] = 600
    request.setdefault("EnableManagedSpotTraining", True)
    request["StoppingCondition"].update({"MaxWaitTimeInSeconds": 86400})
    response = sm.create_training_job(**request)
    return response["TrainingJobArn"]


def start_built():
    response = sm.create_training_job(**training_request("built", "ml.c5.4xlarge"))
    print(response)
    spot = training_request("spot", instance_type="ml.p3.8xlarge", spot=True)
    sm.create_training_job(**spot)


def start_from(event):
    sm.create_training_job(**event["request"])


def wait(name):
    while True:
        status = sm.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
        if status in ("Completed", "Failed", "Stopped"):
            return status
        time.sleep(30)


if __name__ == "__main__":
    start_inline()
    start_patched()
    start_built()

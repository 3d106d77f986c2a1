#!/usr/bin/env python3
import datetime as dt
import sys

import boto3

sagemaker_client = boto3.client(
    "sagemaker",
    region_name="us-east-2",
)
TODAY = dt.date.today().isoformat()
INSTANCE_TYPES = {"small": "ml.m5.large", "big": "ml.m5.24xlarge"}
JOBS = [
    {"name": "north", "size": "small", "count": 1},
    {"name": "south", "size": "big", "count": 4},
]


def start(job):
    sagemaker_client.create_transform_job(
        TransformJobName=f'{job["name"]}-{TODAY}',
        ModelName="sales",
        MaxPayloadInMB=6,
        BatchStrategy="MultiRecord",
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://sales/{job['name']}"}}},
        TransformOutput={"S3OutputPath": "s3://sales/out"},
        TransformResources={"InstanceType": INSTANCE_TYPES[job["size"]], "InstanceCount": job["count"]},
    )


def compile_model(target="ml_c6i", framework="PYTORCH"):
    return sagemaker_client.create_compilation_job(
        CompilationJobName="c-" + TODAY, RoleArn="arn:aws:iam::111122223333:role/x",
        InputConfig={"S3Uri": "s3://m", "DataInputConfig": "{}", "Framework": framework},
        OutputConfig={"S3OutputLocation": "s3://o", "TargetDevice": target},
        StoppingCondition={"MaxRuntimeInSeconds": 15 * 60},
    )["CompilationJobArn"]


def notebook(name, type_=None):
    kwargs = {}
    if type_:
        kwargs["InstanceType"] = type_
    else:
        kwargs["InstanceType"] = "ml.t3.medium"
    sagemaker_client.create_notebook_instance(NotebookInstanceName=name, RoleArn="arn:aws:iam::111122223333:role/x", **kwargs)


def tune():
    ranges = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.1", "MaxValue": "0.2"}]}
    config = {"Strategy": "Hyperband", "ResourceLimits": {"MaxParallelTrainingJobs": 2}, "ParameterRanges": ranges}
    definitions = [
        {"DefinitionName": n, "ResourceConfig": {"InstanceType": t, "InstanceCount": 1, "VolumeSizeInGB": 1},
         "StoppingCondition": {"MaxRuntimeInSeconds": 900}}
        for n, t in (("a", "ml.c5.xlarge"), ("b", "ml.g5.xlarge"))
    ]
    sagemaker_client.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="t", HyperParameterTuningJobConfig=config, TrainingJobDefinitions=definitions)


if __name__ == "__main__":
    for entry in JOBS:
        start(entry)
    compile_model()
    notebook("plain")
    notebook("fast", "ml.c5.2xlarge")
    if "--tune" in sys.argv:
        tune()

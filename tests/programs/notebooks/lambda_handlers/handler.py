import json
import os
import boto3
from botocore.exceptions import ClientError

sagemaker = boto3.client("sagemaker")
emr = boto3.client("emr")
ec2 = boto3.client("ec2")
bedrock = boto3.client("bedrock")
glue = boto3.client("glue")

INSTANCE_TYPE = os.environ.get("INSTANCE_TYPE", "ml.m5.large")


def lambda_handler(event, context):
    detail = event["detail"]
    name = detail["ModelName"]
    mode = event.get("mode", "realtime")
    variant = {"VariantName": "AllTraffic", "ModelName": name}
    if mode == "serverless":
        variant["ServerlessConfig"] = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    else:
        variant["InstanceType"] = INSTANCE_TYPE
        variant["InitialInstanceCount"] = 1
    config = sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    try:
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    except ClientError:
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=name)
    return {"statusCode": 200, "body": json.dumps(config, default=str)}


def start_pipeline(event, context):
    sagemaker.start_pipeline_execution(PipelineName="nightly")
    # none of these is a SageMaker resource
    ec2.run_instances(InstanceType="p3.2xlarge", MinCount=1, MaxCount=1)
    emr.run_job_flow(Name="x", Instances={"MasterInstanceType": "m5.xlarge"})
    glue.create_job(Name="y", WorkerType="G.1X")
    bedrock.create_model_customization_job(jobName="z")


def clean(event, context):
    paginator = sagemaker.get_paginator("list_endpoints")
    for page in paginator.paginate(NameContains="tmp"):
        for endpoint in page["Endpoints"]:
            sagemaker.delete_endpoint(EndpointName=endpoint["EndpointName"])

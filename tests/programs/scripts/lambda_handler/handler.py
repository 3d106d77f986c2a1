import json
import os
import time

import boto3

sm = boto3.client("sagemaker")
s3 = boto3.client("s3")
autoscaling = boto3.client("application-autoscaling")

ROLE_ARN = os.environ["ROLE_ARN"]
IMAGE = os.environ["TRAINING_IMAGE"]
BUCKET = os.environ.get("BUCKET", "ml-artifacts")


def training_request(name, event):
    request = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE_ARN,
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
        "StoppingCondition": {"MaxRuntimeInSeconds": 4 * 3600},
    }
    if event.get("spot"):
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = 8 * 3600
        request["CheckpointConfig"] = {"S3Uri": f"s3://{BUCKET}/checkpoints/{name}"}
    return request


def lambda_handler(event, context):
    action = event["action"]
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S")
    if action == "train":
        response = sm.create_training_job(**training_request(f"train-{stamp}", event))
        return {"statusCode": 200, "body": json.dumps(response["TrainingJobArn"])}

    if action == "transform":
        sm.create_transform_job(
            TransformJobName=f"batch-{stamp}",
            ModelName=event["model"],
            TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": event["input"]}}},
            TransformOutput={"S3OutputPath": f"s3://{BUCKET}/batch"},
            TransformResources={"InstanceType": event.get("type", "ml.m5.large"), "InstanceCount": 1},
        )
        return {"statusCode": 200}

    if action == "deploy":
        name = event["name"]
        sm.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[
                {
                    "VariantName": "AllTraffic",
                    "ModelName": event["model"],
                    "InstanceType": "ml.c5.large",
                    "InitialInstanceCount": 2,
                }
            ],
            DataCaptureConfig={
                "EnableCapture": True,
                "InitialSamplingPercentage": 10,
                "DestinationS3Uri": f"s3://{BUCKET}/capture",
                "CaptureOptions": [{"CaptureMode": "Input"}],
            },
        )
        sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
        resource = f"endpoint/{name}/variant/AllTraffic"
        dimension = "sagemaker:variant:DesiredInstanceCount"
        autoscaling.register_scalable_target(
            ServiceNamespace="sagemaker",
            ResourceId=resource,
            ScalableDimension=dimension,
            MinCapacity=1,
            MaxCapacity=4,
        )
        autoscaling.put_scaling_policy(
            PolicyName="invocations",
            ServiceNamespace="sagemaker",
            ResourceId=resource,
            ScalableDimension=dimension,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 100.0,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
                },
            },
        )
        return {"statusCode": 202}

    s3.put_object(Bucket=BUCKET, Key="ignored.json", Body=json.dumps(event))
    raise ValueError(f"unknown action {action}")

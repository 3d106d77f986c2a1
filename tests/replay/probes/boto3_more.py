"""Requests beside training and endpoints: pipelines, packages, schedules, components, Studio, jobs of other kinds."""

import json

import boto3

client = boto3.client("sagemaker", region_name="us-west-2")
role = "arn:aws:iam::123456789012:role/SageMakerRole"

client.create_pipeline(
    PipelineName="nightly", PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": []}), RoleArn=role
)
client.create_model_package(ModelPackageGroupName="churn", ModelApprovalStatus="PendingManualApproval")
client.create_monitoring_schedule(
    MonitoringScheduleName="hourly",
    MonitoringScheduleConfig={
        "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
        "MonitoringJobDefinition": {
            "MonitoringInputs": [
                {"EndpointInput": {"EndpointName": "churn", "LocalPath": "/opt/ml/processing/input"}}
            ],
            "MonitoringOutputConfig": {
                "MonitoringOutputs": [{"S3Output": {"S3Uri": "s3://data/out", "LocalPath": "/opt/ml/processing/out"}}]
            },
            "MonitoringResources": {
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}
            },
            "MonitoringAppSpecification": {"ImageUri": "image:1"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 1800},
            "RoleArn": role,
        },
    },
)
client.create_inference_component(
    InferenceComponentName="small",
    EndpointName="shared",
    VariantName="all",
    Specification={
        "ModelName": "small",
        "ComputeResourceRequirements": {"NumberOfCpuCoresRequired": 1, "MinMemoryRequiredInMb": 1024},
    },
    RuntimeConfig={"CopyCount": 2},
)
client.delete_inference_component(InferenceComponentName="small")

network = {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"]}
client.create_domain(
    DomainName="team", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": role}, **network
)
client.create_user_profile(DomainId="d-1", UserProfileName="me", UserSettings={"ExecutionRole": role})
client.create_space(DomainId="d-1", SpaceName="shared")

data = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train"}}}
client.create_auto_ml_job(
    AutoMLJobName="auto",
    InputDataConfig=[{**data, "TargetAttributeName": "target"}],
    OutputDataConfig={"S3OutputPath": "s3://data/auto"},
    RoleArn=role,
)
client.create_compilation_job(
    CompilationJobName="compiled",
    RoleArn=role,
    InputConfig={"S3Uri": "s3://models/model.tar.gz", "Framework": "PYTORCH"},
    OutputConfig={"S3OutputLocation": "s3://models/compiled", "TargetDevice": "ml_c5"},
    StoppingCondition={"MaxRuntimeInSeconds": 900},
)

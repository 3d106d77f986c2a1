import copy
from typing import Any

import boto3
import sagemaker
from botocore.config import Config
from sagemaker.estimator import Estimator

session = boto3.session.Session(profile_name="ml", region_name="eu-west-1")
client = session.client(service_name="sagemaker", config=Config(retries={"max_attempts": 5}))
s3 = session.client("s3")
ROLE = sagemaker.get_execution_role()
BASE: dict[str, Any] = {
    "AlgorithmSpecification": {"TrainingImage": "img", "TrainingInputMode": "FastFile"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    "ResourceConfig": {"InstanceType": "ml.c5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}

# a deep copy with nested changes
request = copy.deepcopy(BASE)
request["TrainingJobName"] = "job-1"
request["ResourceConfig"]["InstanceType"] = "ml.g5.xlarge"
request["ResourceConfig"]["KeepAlivePeriodInSeconds"] = 900
client.create_training_job(**request)

client.create_training_job(TrainingJobName="job-2", **BASE, EnableManagedSpotTraining=False)

client.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName="tune",
    HyperParameterTuningJobConfig={
        "Strategy": "Bayesian",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2},
        "TrainingJobEarlyStoppingType": "Auto",
    },
    TrainingJobDefinition={**BASE, "StaticHyperParameters": {"epochs": "3"}},
)


class Client:
    def __init__(self):
        self._client = boto3.client("sagemaker", region_name="eu-west-1")

    def process(self, name, instance_type, instance_count=1):
        return self._client.create_processing_job(
            ProcessingJobName=name,
            ProcessingResources={
                "ClusterConfig": {
                    "InstanceType": instance_type,
                    "InstanceCount": instance_count,
                    "VolumeSizeInGB": 20,
                }
            },
            StoppingCondition=dict(MaxRuntimeInSeconds=20 * 60),
            AppSpecification={"ImageUri": "img"},
            RoleArn=ROLE,
        )

    def endpoint(self, name, variants):
        config = self._client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
        self._client.create_endpoint(EndpointName=name, EndpointConfigName=name)
        return config

    def remove(self, name):
        self._client.delete_endpoint(EndpointName=name)


variant = {"VariantName": "a", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.c5.xlarge"}
ours = Client()
ours.process("clean", "ml.m5.large")
ours.endpoint("churn", [variant])
ours.remove("churn")

client.create_endpoint_config(
    EndpointConfigName="small",
    ProductionVariants=[
        {"VariantName": "a", "ModelName": "m", "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 3}}
    ],
)
client.create_endpoint(EndpointName="small", EndpointConfigName="small")

s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
boto3.client("ec2").run_instances(ImageId="ami-1", InstanceType="m5.large", MinCount=1, MaxCount=1)

sm_session = sagemaker.Session(boto_session=session, sagemaker_client=client)
sm_session.sagemaker_client.create_notebook_instance(
    NotebookInstanceName="team", InstanceType="ml.t3.xlarge", RoleArn=ROLE
)
client.create_model_package(ModelPackageGroupName="churn", ModelApprovalStatus="Approved")
estimator = Estimator("img", ROLE, 1, "ml.m5.xlarge", sagemaker_session=sm_session)
estimator.fit()
client.create_model(ModelName="m", PrimaryContainer={"Image": "img"}, ExecutionRoleArn=ROLE)
client.start_notebook_instance(NotebookInstanceName="team")

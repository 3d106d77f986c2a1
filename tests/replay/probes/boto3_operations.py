"""Requests to the API itself: keywords, a request built up as a dictionary, an endpoint with two variants."""

import boto3

region = "us-west-2"
client = boto3.client("sagemaker", region_name=region)
role = "arn:aws:iam::123456789012:role/SageMakerRole"

request = {
    "TrainingJobName": "forest-1",
    "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "File"},
    "RoleArn": role,
    "OutputDataConfig": {"S3OutputPath": "s3://jobs/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
request["EnableManagedSpotTraining"] = True
request["StoppingCondition"]["MaxWaitTimeInSeconds"] = 7200
client.create_training_job(**request)

client.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName="search-1",
    HyperParameterTuningJobConfig={
        "Strategy": "Grid",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 3},
        "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "depth", "Values": ["2", "4", "8"]}]},
    },
    TrainingJobDefinition={
        "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "File"},
        "RoleArn": role,
        "OutputDataConfig": request["OutputDataConfig"],
        "ResourceConfig": {**request["ResourceConfig"], "InstanceCount": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 1800},
    },
)
client.create_processing_job(
    ProcessingJobName="prepare-1",
    ProcessingResources={
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.c5.2xlarge", "VolumeSizeInGB": 20},
    },
    StoppingCondition=dict(MaxRuntimeInSeconds=900),
    AppSpecification={"ImageUri": "image:1"},
    RoleArn=role,
)
client.create_transform_job(
    TransformJobName="batch-1",
    ModelName="forest",
    TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://jobs/batch"}}},
    TransformOutput={"S3OutputPath": "s3://jobs/scores"},
    TransformResources={"InstanceType": "ml.m4.xlarge", "InstanceCount": 1},
)

variants = []
for model in ("blue", "green"):
    variants.append(
        {
            "VariantName": model,
            "ModelName": model,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": 1.0,
        }
    )
name = "forest"
client.create_endpoint_config(EndpointConfigName=name + "-config", ProductionVariants=variants)
client.create_endpoint(EndpointName=name, EndpointConfigName=f"{name}-config")
client.create_endpoint_config(
    EndpointConfigName="sometimes",
    ProductionVariants=[
        {"VariantName": "all", "ModelName": "m", "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
    ],
)
client.create_endpoint(EndpointName="sometimes", EndpointConfigName="sometimes")
client.delete_endpoint(EndpointName="sometimes")

client.create_notebook_instance(NotebookInstanceName="desk", InstanceType="ml.t3.medium", RoleArn=role)
client.create_app(
    DomainId="d-1",
    UserProfileName="me",
    AppType="JupyterLab",
    AppName="default",
    ResourceSpec={"InstanceType": "ml.m5.large"},
)
client.create_feature_group(
    FeatureGroupName="people",
    RecordIdentifierFeatureName="id",
    EventTimeFeatureName="when",
    FeatureDefinitions=[{"FeatureName": "id", "FeatureType": "String"}],
    OnlineStoreConfig={"EnableOnlineStore": True},
)
boto3.client("logs").put_retention_policy(logGroupName="/aws/sagemaker/TrainingJobs", retentionInDays=30)
storage = boto3.client("s3")
storage.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": region})
storage.put_bucket_lifecycle_configuration(
    Bucket="models",
    LifecycleConfiguration={
        "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}]
    },
)

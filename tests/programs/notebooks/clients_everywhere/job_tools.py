"""Functions that several teams import; the client comes from outside or from a cached factory."""
import functools
import os

import boto3


@functools.lru_cache(maxsize=None)
def get_client(name="sagemaker"):
    return boto3.client(name)


def transform(client, model_name, instance_type="ml.m5.xlarge", instance_count=1):
    return client.create_transform_job(
        TransformJobName=f"{model_name}-batch",
        ModelName=model_name,
        TransformInput={},
        TransformOutput={},
        TransformResources={"InstanceType": instance_type, "InstanceCount": instance_count},
    )


def process(image, *, instance_type=os.environ.get("PROCESSING_INSTANCE", "ml.c5.xlarge"), sm=None):
    sm = sm or boto3.client("sagemaker")
    sm.create_processing_job(
        ProcessingJobName="p",
        ProcessingResources={"ClusterConfig": {"InstanceType": instance_type, "InstanceCount": int(os.environ["COUNT"]),
                                               "VolumeSizeInGB": 10}},
        AppSpecification={"ImageUri": image},
        RoleArn=os.getenv("ROLE"),
    )


def train(name, **overrides):
    request = {
        "TrainingJobName": name,
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    }
    request.update(overrides)
    get_client().create_training_job(**request)


def host(config):
    client = get_client()
    variants = [
        {"VariantName": v["name"], "ModelName": v["model"], "InstanceType": v["type"], "InitialInstanceCount": v.get("count", 1)}
        for v in config["variants"]
    ]
    client.create_endpoint_config(EndpointConfigName=config["name"], ProductionVariants=variants)
    client.create_endpoint(EndpointName=config["name"], EndpointConfigName=config["name"])


if __name__ == "__main__":
    session = boto3.Session(profile_name="dev")
    transform(session.client("sagemaker"), "a")
    transform(boto3.client("sagemaker"), "b", "ml.c5.2xlarge", 3)
    for kind in ("ml.m5.4xlarge", "ml.m5.12xlarge"):
        get_client().create_training_job(
            TrainingJobName="bench-" + kind.replace(".", "-"),
            ResourceConfig={"InstanceType": kind, "InstanceCount": 1, "VolumeSizeInGB": 5},
            StoppingCondition={"MaxRuntimeInSeconds": 1200},
        )

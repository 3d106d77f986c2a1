import copy
import functools
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

import boto3

ROLE = "arn:aws:iam::111122223333:role/Jobs"
client = boto3.client("sagemaker")

COMMON = {
    "RoleArn": ROLE,
    "AlgorithmSpecification": {"TrainingImage": "img", "TrainingInputMode": "FastFile"},
    "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}


@dataclass
class Size:
    InstanceType: str = "ml.c5.xlarge"
    InstanceCount: int = 1
    VolumeSizeInGB: int = 10
    tags: list = field(default_factory=list)


def deep_copied():
    request = copy.deepcopy(COMMON)
    request["TrainingJobName"] = "deep"
    request["ResourceConfig"]["InstanceType"] = "ml.g5.xlarge"
    client.create_training_job(**request)


def untouched_original():
    client.create_training_job(TrainingJobName="plain", **COMMON)


def merged():
    request = {**COMMON, "TrainingJobName": "merged", "StoppingCondition": {"MaxRuntimeInSeconds": 60 * 15}}
    request |= {"EnableManagedSpotTraining": True}
    request["StoppingCondition"]["MaxWaitTimeInSeconds"] = 1800
    request["CheckpointConfig"] = {}
    request["CheckpointConfig"]["S3Uri"] = "s3://b/ck"
    client.create_training_job(**request)


def two_stars(gpu=False):
    resources = dict(InstanceType="ml.p3.2xlarge" if gpu else "ml.m5.4xlarge", InstanceCount=2, VolumeSizeInGB=1)
    client.create_training_job(TrainingJobName="stars", **{k: v for k, v in COMMON.items() if k != "ResourceConfig"},
                               **{"ResourceConfig": resources})


def by_dataclass():
    size = Size(InstanceCount=4)
    client.create_processing_job(
        ProcessingJobName="dc",
        ProcessingResources={"ClusterConfig": {"InstanceType": size.InstanceType, "InstanceCount": size.InstanceCount,
                                               "VolumeSizeInGB": size.VolumeSizeInGB}},
        AppSpecification={"ImageUri": "img"},
        RoleArn=ROLE,
    )


def by_partial():
    create = functools.partial(client.create_transform_job, ModelName="m", TransformInput={}, TransformOutput={})
    create(TransformJobName="partial", TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1})


def popped():
    request = dict(COMMON, TrainingJobName="popped", EnableManagedSpotTraining=True)
    request.pop("EnableManagedSpotTraining")
    del request["StoppingCondition"]
    client.create_training_job(**request)


def removed_by_condition():
    request = dict(COMMON, TrainingJobName="conditional")
    if os.environ.get("SPOT"):
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"] = {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600}
    client.create_training_job(**request)


def one(name, instance_type):
    client.create_training_job(
        TrainingJobName=name,
        ResourceConfig={"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition=COMMON["StoppingCondition"],
        RoleArn=COMMON["RoleArn"],
    )


def build(name, *, resources=None, seconds=7200):
    resources = resources or {"InstanceType": "ml.m5.2xlarge", "InstanceCount": 3, "VolumeSizeInGB": 1}
    return dict(TrainingJobName=name, ResourceConfig=resources, StoppingCondition=dict(MaxRuntimeInSeconds=seconds))


class Launcher:
    request = {"ResourceConfig": {"InstanceType": "ml.r5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}}

    def __init__(self, sm, **extra):
        self.sm = sm
        self.extra = extra

    def start(self):
        body = {**self.request, **self.extra}
        return self.sm.create_training_job(**body)


if __name__ == "__main__":
    deep_copied()
    untouched_original()
    merged()
    two_stars()
    by_dataclass()
    by_partial()
    popped()
    removed_by_condition()
    with ThreadPoolExecutor() as pool:
        for kind in ["ml.c5.large", "ml.c5.2xlarge"]:
            pool.submit(one, "a", kind)
    client.create_training_job(**build("built", seconds=900))
    Launcher(client, TrainingJobName="launched", StoppingCondition={"MaxRuntimeInSeconds": 300}).start()
    print(asdict(Size()))

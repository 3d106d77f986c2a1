"""One builder, several callers."""
from typing import Any

import sagemaker
from sagemaker.sklearn import SKLearn, SKLearnModel
from sagemaker.sklearn.processing import SKLearnProcessor

session = sagemaker.Session()
role = sagemaker.get_execution_role(session)


def sklearn(entry_point: str, instance: str, *, spot: bool = False, run: int = 3600, wait: int | None = None) -> SKLearn:
    return SKLearn(
        entry_point=entry_point,
        framework_version="1.2-1",
        instance_type=instance,
        instance_count=1,
        use_spot_instances=spot,
        max_run=run,
        max_wait=wait,
        role=role,
    )


small = sklearn("small.py", "ml.m5.large")
small.fit({"train": "s3://b/small"})
big = sklearn("big.py", instance="ml.m5.4xlarge", spot=True, run=7200, wait=3 * 3600)
big.fit({"train": "s3://b/big"})


def prepare(step, instance_type="ml.m5.xlarge"):
    SKLearnProcessor(
        framework_version="1.2-1",
        role=role,
        instance_type=instance_type,
        instance_count=2 if step == "features" else 1,
    ).run(code=f"{step}.py")


prepare("clean")
prepare("features")
prepare("split")


def serve(model: SKLearnModel, where: str) -> Any:
    sizes = {"dev": ("ml.t2.medium", 1), "prod": ("ml.c5.2xlarge", 3)}
    instance, count = sizes[where]
    return model.deploy(instance_type=instance, initial_instance_count=count)


def model_of(estimator: SKLearn) -> SKLearnModel:
    return estimator.create_model()


dev = serve(model_of(small), "dev")
prod = serve(model_of(big), "prod")
dev.delete_endpoint()


def never_called(instance_type, instance_count=1, volume=30):
    return SKLearn(
        entry_point="x.py",
        framework_version="1.2-1",
        role=role,
        instance_type=instance_type,
        instance_count=instance_count,
        volume_size=volume,
    )

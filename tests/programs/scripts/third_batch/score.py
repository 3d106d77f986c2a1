import logging
import os
from contextlib import contextmanager

import sagemaker
from sagemaker.processing import ProcessingInput, ProcessingOutput
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.pytorch.model import PyTorchModel
from sagemaker.spark.processing import PySparkProcessor

log = logging.getLogger(__name__)

REGIONS = ["eu", "us", "ap"]
SIZE_BY_REGION = {"eu": 2, "us": 4, "ap": 1}
FAST = "ml.g4dn.xlarge"


@contextmanager
def step(name):
    log.info("begin %s", name)
    try:
        yield
    finally:
        log.info("end %s", name)


def make_processor(role, count=1, instance_type=None, timeout=None):
    instance_type = instance_type or "ml.m5.xlarge"
    kwargs = {}
    if timeout is not None:
        kwargs["max_runtime_in_seconds"] = timeout
    return SKLearnProcessor(
        framework_version="1.2-1", role=role, instance_count=count, instance_type=instance_type, **kwargs
    )


def score(region, role, model_data):
    model = PyTorchModel(
        model_data=model_data,
        role=role,
        framework_version="2.0",
        py_version="py310",
        entry_point="score.py",
        env={"REGION": region},
    )
    transformer = model.transformer(
        instance_count=SIZE_BY_REGION[region],
        instance_type=FAST,
        output_path=f"s3://scores/{region}",
        max_concurrent_transforms=8,
    )
    transformer.transform(f"s3://features/{region}", content_type="application/json", wait=False)
    return transformer


def main():
    role = os.environ.get("ROLE") or sagemaker.get_execution_role()
    with step("aggregate"):
        spark = PySparkProcessor(
            framework_version="3.2",
            role=role,
            instance_type="ml.r5.2xlarge",
            instance_count=8 if os.environ.get("FULL") else 3,
            max_runtime_in_seconds=4 * 3600,
        )
        spark.run(submit_app="aggregate.py", logs=False)
    with step("features"):
        make_processor(role, timeout=7200).run(
            code="features.py",
            inputs=[ProcessingInput("s3://raw", "/opt/ml/processing/input")],
            outputs=[ProcessingOutput("/opt/ml/processing/output", "s3://features")],
        )
    running = [score(region, role, "s3://models/latest.tar.gz") for region in REGIONS]
    for transformer in running:
        transformer.wait()
    with step("report"):
        make_processor(role, instance_type="ml.m5.4xlarge").run(code="report.py")


if __name__ == "__main__":
    main()

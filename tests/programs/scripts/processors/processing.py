import logging
from typing import Dict, Optional, Tuple

import sagemaker
from sagemaker import clarify
from sagemaker.huggingface.processing import HuggingFaceProcessor
from sagemaker.network import NetworkConfig
from sagemaker.processing import FrameworkProcessor, ProcessingInput, ProcessingOutput
from sagemaker.pytorch.processing import PyTorchProcessor
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.spark import PySparkProcessor, SparkJarProcessor

logger = logging.getLogger(__name__)
HOUR = 3600
NETWORK = NetworkConfig(enable_network_isolation=False)


class ProcessingRunner:
    instance_type: str = "ml.m5.xlarge"
    instance_count: int = 1
    max_runtime: Optional[int] = None

    def __init__(self, role: str, session: sagemaker.Session):
        self._role = role
        self._session = session

    def processor(self):
        return SKLearnProcessor(
            framework_version="1.0-1",
            role=self._role,
            instance_type=self.instance_type,
            instance_count=self.instance_count,
            max_runtime_in_seconds=self.max_runtime,
            sagemaker_session=self._session,
        )

    def run(self, code: str, inputs: Dict[str, str], output: str) -> None:
        self.processor().run(
            code=code,
            inputs=[ProcessingInput(source=s, destination=f"/opt/ml/processing/{n}") for n, s in inputs.items()],
            outputs=[ProcessingOutput(source="/opt/ml/processing/output", destination=output)],
        )


class BigRunner(ProcessingRunner):
    instance_type = "ml.r5.4xlarge"
    max_runtime = 2 * HOUR


def cluster(size: str) -> Tuple[str, int]:
    if size == "big":
        return "ml.m5.12xlarge", 10
    return "ml.m5.2xlarge", 2


def main():
    role = sagemaker.get_execution_role()
    session = sagemaker.Session()
    ProcessingRunner(role, session).run("clean.py", {"raw": "s3://b/raw"}, "s3://b/clean")
    BigRunner(role, session).run("join.py", {"raw": "s3://b/raw"}, "s3://b/joined")

    kind, count = cluster("big")
    spark = PySparkProcessor(
        base_job_name="spark",
        framework_version="3.3",
        role=role,
        instance_count=count,
        instance_type=kind,
        max_runtime_in_seconds=12 * HOUR,
    )
    spark.run(submit_app="etl.py", arguments=["--day", "2024-01-01"])
    SparkJarProcessor(
        framework_version="3.3", role=role, instance_type=cluster("small")[0], instance_count=cluster("small")[1]
    ).run(submit_app="etl.jar", submit_class="Main")

    torch = PyTorchProcessor(
        framework_version="2.0",
        role=role,
        instance_type="ml.g4dn.xlarge",
        instance_count=1,
        py_version="py310",
        network_config=NETWORK,
    )
    torch.run(code="embed.py", source_dir="src")
    hf = HuggingFaceProcessor(
        role=role, instance_count=1, instance_type="ml.p3.2xlarge", transformers_version="4.28", pytorch_version="2.0"
    )
    hf.run(code="tokenize.py")
    generic = FrameworkProcessor(
        estimator_cls=SKLearn, framework_version="1.2-1", role=role, instance_count=1, instance_type="ml.m5.large"
    )
    generic.run(code="eval.py")

    explain = clarify.SageMakerClarifyProcessor(
        role=role, instance_count=1, instance_type="ml.c5.xlarge", sagemaker_session=session
    )
    explain.run_bias(
        data_config=clarify.DataConfig("s3://b/d.csv", "s3://b/bias", label="y"),
        bias_config=clarify.BiasConfig([1], "age"),
        model_config=clarify.ModelConfig(model_name="m", instance_type="ml.m5.xlarge", instance_count=1),
    )
    logger.info("done")


if __name__ == "__main__":
    main()

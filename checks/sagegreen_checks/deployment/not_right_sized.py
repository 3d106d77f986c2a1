"""SG415: instances for a model that nobody has measured it on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen_checks.deployment.deployment_stages import (
    is_in_notebook,
    is_kept,
    production_word,
    speaks_of,
    trial_word,
)
from sagegreen_checks.deployment.idle_energy import idle_energy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

#: What measures a model on instance types, or reads what was measured.
_MEASURED = re.compile(
    rb"right_size|inference_?recommend|deployment_recommendations|use_recommendation|AIRecommendation|AIBenchmark"
    rb"|compute[-_]?optimizer|CPUUtilization|GPUUtilization|GPUMemoryUtilization|load[-_ ]?test|locust|benchmark",
    re.IGNORECASE,
)


class NotRightSized(Check):
    """A model is put on instances that nothing in the project has measured it on.

    ## What it does

    Reports the first endpoint of a program that is meant to stay (nothing in the project deletes it, nothing calls it a
    trial) on an instance type written in the code, where no file of the project uses Inference Recommender
    (`right_size`, `create_inference_recommendations_job`), Compute Optimizer, the utilisation metrics of CloudWatch or
    a load test.

    Silent in notebooks that do not speak of production; for serverless endpoints; where the type is SageMaker's own
    choice (JumpStart) or cannot be followed; for the smallest types (`medium`, `large`), below which there is little.

    ## Why it wastes

    An instance type is usually guessed with reserve, and then runs for months with its processors and memory mostly
    idle. Inference Recommender measures the model with your requests on several types and numbers of instances
    (**energy**, by the size that is saved; the guidance gives no figure).

    ## Example

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.g5.4xlarge", endpoint_name="segmentation")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    sized = model.right_size(
        sample_payload_url="s3://my-bucket/payload.tar.gz",
        supported_content_types=["application/json"],
        supported_instance_types=["ml.g5.xlarge", "ml.g5.2xlarge", "ml.c6i.4xlarge"],
        framework="PYTORCH",
    )
    sized.deploy(endpoint_name="segmentation")
    ```

    ## Fix safety

    There is no fix: a recommendation needs your requests, and its load tests run instances that are billed and draw
    power. It pays where the endpoint will stay for long.

    ## What it cannot see

    Measurements outside the project: the console, Compute Optimizer, a dashboard. Declare them with
    `assume = ["right-sizing"]`.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Amazon SageMaker Inference Recommender](https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG415"
    name: ClassVar[str] = "not-right-sized"
    practices: ClassVar[tuple[str, ...]] = ("right-size-endpoints",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("right-sizing",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("other_job"):
            if job.class_name in {"right_size", "create_inference_recommendations_job"} or (
                "InferenceRecommendationsJob" in job.target
            ):
                yield self.followed(job.place, "Inference Recommender measures the model on instances")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report the first endpoint that is meant to stay on a guessed type."""
        guessed = next(filter(_is_guessed, program.of_kind("endpoint")), None)
        if guessed is None or speaks_of(program, _MEASURED):
            return
        kind = guessed.instance_type.constant
        message = (
            f"`{kind!s}` is written down for this endpoint, and nothing in the project has measured the model on it "
            "(Inference Recommender, utilisation metrics, a load test): types that are guessed run for months mostly "
            "idle. Let Inference Recommender try several with your requests."
        )
        advice = Fix.advice(f"Find type and number of instances with {_TOOL.get(guessed.api, _TOOL['boto3'])}")
        yield self.finding(guessed.place, message, advice, saving=idle_energy(guessed))


_TOOL = {
    "v2": "`model.right_size(...)`, and deploy what it returns",
    "v3": "`ModelBuilder.right_size(...)`, and deploy what it recommends",
    "v3core": "`InferenceRecommendationsJob.create(...)`",
    "boto3": "`create_inference_recommendations_job`",
}


def _is_guessed(endpoint: Resource) -> bool:
    mode = endpoint.setting("mode")
    if not is_kept(endpoint) or mode.is_unknown or mode.possibly(_is_serverless) or trial_word(endpoint) is not None:
        return False
    if is_in_notebook(endpoint.program) and production_word(endpoint) is None:
        return False
    kind = endpoint.instance_type.constant
    return isinstance(kind, str) and instance(kind) is not None and not kind.endswith((".medium", ".large"))


def _is_serverless(mode: Scalar) -> bool:
    return mode == SERVERLESS

"""SG112: a whole pipeline that is run by hand, from the raw data to the endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.starts import starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.starts import Start

_PREPARES, _TRAINS, _DEPLOYS = ("processing_job",), ("training_job", "tuning_job"), ("endpoint",)

#: What runs the parts of a project in order: SageMaker Pipelines and other services and libraries for it.
_ORCHESTRATION = (
    rb"sagemaker\.workflow|mlops\.workflow|create_pipeline|create-pipeline|PipelineSession|stepfunctions|StepFunctions"
    rb"|\bairflow\b|\bkfp\b|\bprefect\b|\bzenml\b|\bflytekit\b|\bkedro\b|\bmetaflow\b|\bdagster\b|\bluigi\b"
)
_ORCHESTRATED = re.compile(_ORCHESTRATION)


class HandRunPipeline(Check):
    """Preparation, training and deployment are run one after the other by one script.

    ## What it does

    Reports a script or notebook that in one run starts a processing job, then a training or tuning job, then an
    endpoint that it leaves running, and in whose project nothing uses SageMaker Pipelines or another orchestrator (Step
    Functions, Airflow, Kubeflow, Prefect ...).

    Silent where one of the three stands under a condition, such as a command or a switch of the caller, since that is
    already a way to run only a part; where the endpoint is deleted in the end, as demonstrations do; in local mode; and
    for functions that nothing calls.

    ## Why it wastes

    Whoever changes the last part runs the first ones again, on instances of their own, although data and code are what
    they were. A pipeline with step caching runs only what changed. No figure is published: it depends on how often what
    changes.

    ## Example

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.pytorch import PyTorch
    from sagemaker.sklearn.processing import SKLearnProcessor

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    train = "s3://amzn-s3-demo-bucket/train"
    processor = SKLearnProcessor("1.2-1", role, instance_type="ml.m5.xlarge", instance_count=1)
    processor.run(
        code="features.py",
        inputs=[ProcessingInput(source="s3://amzn-s3-demo-bucket/raw", destination="/opt/ml/processing/input")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/output", destination=train)],
    )
    estimator = PyTorch(
        entry_point="train.py",
        role=role,
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
    )
    estimator.fit({"train": train})
    estimator.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="recommender")
    ```

    ## Use instead

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.pytorch import PyTorch
    from sagemaker.sklearn.processing import SKLearnProcessor
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

    session = PipelineSession()
    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    cache = CacheConfig(enable_caching=True, expire_after="P30D")
    processor = SKLearnProcessor(
        "1.2-1", role, instance_type="ml.m5.xlarge", instance_count=1, sagemaker_session=session
    )
    features = ProcessingStep(
        name="Features",
        step_args=processor.run(
            code="features.py",
            inputs=[ProcessingInput(source="s3://amzn-s3-demo-bucket/raw", destination="/opt/ml/processing/input")],
            outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/output")],
        ),
        cache_config=cache,
    )
    estimator = PyTorch(
        entry_point="train.py",
        role=role,
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        sagemaker_session=session,
    )
    train = TrainingStep(
        name="Train",
        step_args=estimator.fit(
            {"train": features.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri}
        ),
        cache_config=cache,
    )
    pipeline = Pipeline(name="recommender", steps=[features, train], sagemaker_session=session)
    ```

    ## Fix safety

    There is no fix: a pipeline is another structure of the program.

    ## What it cannot see

    Whether the script is run once or every night, and pipelines in other repositories that call it.

    ## References

    - [SageMaker Pipelines](https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines.html)
    - [Caching pipeline steps](https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html)
    """

    code: ClassVar[str] = "SG112"
    name: ClassVar[str] = "hand-run-pipeline"
    practices: ClassVar[tuple[str, ...]] = ("repeatable-pipelines", "automated-deployment")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for pipeline in program.of_kind("pipeline"):
            yield self.followed(pipeline.place, "the way from data to model is a pipeline")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report the first job of a chain that runs from the raw data to an endpoint."""
        chain = _chain(starts(program))
        if chain is None or _is_orchestrated(program):
            return
        callees = [callee_of(start.call.cell, start.call.node) for start in chain]
        prepared, trained, deployed = (_short(callee.code) for callee in callees)
        message = (
            f"`{prepared}`, `{trained}` and `{deployed}` prepare, train and deploy one after the other: each run does "
            "everything again, also what has not changed since the last one. A SageMaker pipeline with step caching "
            "runs only what has changed"
        )
        advice = Fix.advice("Describe the three as steps of a SageMaker pipeline, with `cache_config`")
        yield self.finding(callees[0], message, advice)


def _short(callee: str) -> str:
    """A callee without what stands in its brackets: ``Model(...).deploy``."""
    return re.sub(r"\(.+\)", "(...)", "".join(callee.split()))


def _chain(started: Sequence[Start]) -> tuple[Start, Start, Start] | None:
    """The first preparation, the first training after it, and the first deployment after that which stays."""
    certain = [start for start in started if not start.call.conditional]
    prepared = next((start for start in certain if start.resource.kind in _PREPARES), None)
    trained = _after(prepared, [start for start in certain if start.resource.kind in _TRAINS])
    deployed = _after(
        trained,
        [
            start
            for start in certain
            if start.resource.kind in _DEPLOYS and start.resource.setting("deleted").constant is not True
        ],
    )
    if prepared is None or trained is None or deployed is None:
        return None
    return prepared, trained, deployed


def _after(start: Start | None, others: Sequence[Start]) -> Start | None:
    return next((other for other in others if start is not None and other.call.order > start.call.order), None)


def _is_orchestrated(program: Program) -> bool:
    """Whether anything in the project runs its parts in order."""
    own = any(_ORCHESTRATED.search(cell.cell.source.encode()) for cell in program.module.cells)
    return own or program.project.mentions(_ORCHESTRATED)

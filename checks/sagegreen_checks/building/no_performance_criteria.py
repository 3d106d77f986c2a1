"""SG206: pipelines that pass every model on, however good it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.semantics.values import Attribute, Elements, Known, Parameter, Result, Symbol, Unknown, options, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_CONDITIONS = (
    "sagemaker.workflow.condition_step.ConditionStep",
    "sagemaker.mlops.workflow.condition_step.ConditionStep",
)
_QUALITY = (
    "sagemaker.workflow.quality_check_step.QualityCheckStep",
    "sagemaker.mlops.workflow.quality_check_step.QualityCheckStep",
)
_REGISTERS, _DEPLOYS = "registers", "deploys"
_ENDPOINT_STEPS = ("EndpointStep", "EndpointConfigStep", "InferenceComponentStep")
_EFFECT_STEPS = ("LambdaStep", "ProcessingStep")
_DEPLOYING = re.compile(r"(?<![a-z])deploy", re.IGNORECASE)


class NoPerformanceCriteria(Check):
    """A pipeline registers or deploys whatever it has trained.

    ## What it does

    Reports pipelines of version 2 and 3 of the SDK that register a model (`RegisterModel`, a `ModelStep` with
    `model.register(...)`) or deploy one (an endpoint step, a Lambda or processing step called so) among their outermost
    steps, and have no `ConditionStep` that looks at a result: one whose conditions only compare pipeline parameters
    with constants does not count.

    Silent where any step of the pipeline cannot be followed (functions with `@step`, lists from elsewhere), since the
    condition may be there, and where a `QualityCheckStep` checks the model's quality.

    ## Why it wastes

    Without a number that a model must reach, nothing says when training is good enough, and a model that is worse than
    the one in use is stored, reviewed, deployed and served. The guidance asks for acceptance criteria that weigh
    accuracy against footprint. No figure is published.

    ## Example

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.model import Model
    from sagemaker.workflow.model_step import ModelStep
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.steps import TrainingStep

    session = PipelineSession()
    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "us-west-2", "1.7-1")
    xgboost = Estimator(image, role, 1, "ml.m5.xlarge", sagemaker_session=session)
    train = TrainingStep(name="Train", step_args=xgboost.fit("s3://amzn-s3-demo-bucket/train"))
    model = Model(image, train.properties.ModelArtifacts.S3ModelArtifacts, role, sagemaker_session=session)
    register = ModelStep(
        name="Register",
        step_args=model.register(["text/csv"], ["text/csv"], ["ml.m5.large"], model_package_group_name="churn"),
    )
    pipeline = Pipeline(name="churn", steps=[train, register], sagemaker_session=session)
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.model import Model
    from sagemaker.workflow.condition_step import ConditionStep
    from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
    from sagemaker.workflow.model_step import ModelStep
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.steps import TrainingStep

    session = PipelineSession()
    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "us-west-2", "1.7-1")
    xgboost = Estimator(image, role, 1, "ml.m5.xlarge", sagemaker_session=session)
    train = TrainingStep(name="Train", step_args=xgboost.fit("s3://amzn-s3-demo-bucket/train"))
    model = Model(image, train.properties.ModelArtifacts.S3ModelArtifacts, role, sagemaker_session=session)
    register = ModelStep(
        name="Register",
        step_args=model.register(["text/csv"], ["text/csv"], ["ml.m5.large"], model_package_group_name="churn"),
    )
    good_enough = ConditionStep(
        name="GoodEnough",
        conditions=[
            ConditionGreaterThanOrEqualTo(left=train.properties.FinalMetricDataList["validation:auc"].Value, right=0.8)
        ],
        if_steps=[register],
        else_steps=[],
    )
    pipeline = Pipeline(name="churn", steps=[train, good_enough], sagemaker_session=session)
    ```

    ## Fix safety

    There is no fix: which metric a model must reach, and how far, is for its owners to decide.

    ## What it cannot see

    Pipelines that are written as JSON (boto3, the core resources), a threshold inside a script that then fails, and
    the people who approve a model package by hand.

    Version 1 of the SDK has no pipelines.

    ## References

    - [Condition steps](https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html)
    - https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG206"
    name: ClassVar[str] = "no-performance-criteria"
    practices: ClassVar[tuple[str, ...]] = ("performance-criteria",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for step in program.of_kind("pipeline_step"):
            if step.is_a(*_CONDITIONS) and _looks_at_results(step):
                yield self.followed(step.place, "a condition decides by the results of earlier steps")

    def check_pipeline(self, pipeline: Resource) -> Iterator[Finding]:
        """Judge a pipeline."""
        steps = _steps(pipeline)
        if steps is None or any(map(_is_gate, steps)):
            return
        passing = [(step, verb) for step in steps if (verb := _passes_on(step)) is not None]
        if not passing:
            return
        step, verb = passing[0]
        if not pipeline.program.owns(step.place.parsed_cell):
            return
        message = (
            f"The pipeline {verb} its model (`{step.class_name}`) whatever its metrics are: no `ConditionStep` "
            "compares a result with what is good enough. Decide on that beforehand, and put this step into the "
            "`if_steps` of a condition on the metrics"
        )
        yield self.finding(step.place, message, Fix.advice("Put the step behind a condition on the model's metrics"))


def _steps(pipeline: Resource) -> list[Resource] | None:
    """The outermost steps of a pipeline; ``None`` where one of them cannot be followed."""
    made = {id(call): step for step in pipeline.program.resources for call in step.calls}
    value = pipeline.setting("steps").value
    found: list[Resource] = []
    pending: list[Value] = [value] if value is not None else []
    if not pending:
        return None
    while pending:
        for option in options(pending.pop()):
            if isinstance(option, Elements):
                if not option.complete:
                    return None
                pending += option.items
            elif isinstance(option, Result) and id(option.call) in made:
                found.append(made[id(option.call)])
            elif not (isinstance(option, Known) and option.value is None):
                return None
    order = {id(resource): index for index, resource in enumerate(pipeline.program.resources)}
    return sorted({id(step): step for step in found}.values(), key=lambda step: order[id(step)])


def _is_gate(step: Resource) -> bool:
    """Whether a step decides by results, or may do so."""
    if step.form.method == "step":
        return True
    if step.is_a(*_QUALITY):
        given = [
            bound.arguments["quality_check_config"].value
            for bound in step.bound
            if "quality_check_config" in bound.arguments
        ]
        kinds = [kind.canonical for value in given for kind in step.program.types.of(value)]
        return not kinds or any("ModelQuality" in kind for kind in kinds)
    return step.is_a(*_CONDITIONS) and _looks_at_results(step)


def _looks_at_results(step: Resource) -> bool:
    """Whether a condition compares anything else than parameters and constants."""
    for bound in step.bound:
        if "conditions" not in bound.arguments:
            return True
        for part in walk(bound.arguments["conditions"].value):
            if isinstance(part, Unknown | Parameter) or (isinstance(part, Attribute) and part.name == "properties"):
                return True
            if isinstance(part, Symbol) and part.path.endswith(".JsonGet"):
                return True
    return False


def _passes_on(step: Resource) -> str | None:
    """What a step does with a model."""
    if step.kind == "model_registration" or any(member.kind == "model_registration" for member in step.members):
        return _REGISTERS
    if step.class_name in _ENDPOINT_STEPS:
        return _DEPLOYS
    name = step.setting("name").constant
    if step.class_name in _EFFECT_STEPS and isinstance(name, str) and _DEPLOYING.search(name):
        return _DEPLOYS
    return None

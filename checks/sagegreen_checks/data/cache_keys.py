"""What a pipeline step is compared by before its result is reused, and what of that changes with every execution.

Attributes compared: "Default cache key attributes by pipeline step type" in the SageMaker developer guide. Where the
outputs go, on what the step runs and how it is called are not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics.values import Attribute, Item, Result, Symbol, Value, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_V2, _V3 = "sagemaker.workflow", "sagemaker.mlops.workflow"

#: Steps whose results the service reuses: "Caching Pipeline Steps" in the developer guide. The SDK's classes for Lambda
#: and callback steps, endpoints and EMR Serverless take the setting too, but are not on the service's list.
CACHEABLE = tuple(
    f"{package}.{name}"
    for package in (_V2, _V3)
    for name in (
        "steps.TrainingStep",
        "steps.ProcessingStep",
        "steps.TuningStep",
        "steps.TransformStep",
        "automl_step.AutoMLStep",
        "clarify_check_step.ClarifyCheckStep",
        "quality_check_step.QualityCheckStep",
        "emr_step.EMRStep",
    )
)

#: Steps that make a model, or register one, under a name of its own in every execution.
_MODEL_STEPS = frozenset({"CreateModelStep", "ModelStep", "RegisterModel", "EstimatorTransformer"})

#: Arguments that no step is compared by.
_NOT_COMPARED = frozenset(
    {
        "base_job_name",
        "cache_config",
        "code_location",
        "depends_on",
        "description",
        "display_name",
        "experiment_config",
        "instance_count",
        "instance_type",
        "job_name",
        "kms_key",
        "logs",
        "max_run",
        "max_runtime_in_seconds",
        "model_output_path",
        "name",
        "network_config",
        "output_data_config",
        "output_kms_key",
        "output_path",
        "outputs",
        "property_files",
        "report_path",
        "retry_policies",
        "role",
        "sagemaker_session",
        "session",
        "spark_event_logs_s3_uri",
        "tags",
        "volume_size_in_gb",
        "wait",
    }
)

_CHANGING_VARIABLES = (
    "ExecutionVariables.START_DATETIME",
    "ExecutionVariables.CURRENT_DATETIME",
    "ExecutionVariables.PIPELINE_EXECUTION_ID",
    "ExecutionVariables.PIPELINE_EXECUTION_ARN",
    "ExecutionVariables.TRAINING_JOB_NAME",
    "ExecutionVariables.PROCESSING_JOB_NAME",
)
_CLOCKS = {
    "time": frozenset({"time", "time_ns", "strftime", "gmtime", "localtime", "ctime", "asctime"}),
    "datetime": frozenset({"now", "utcnow", "today"}),
    "uuid": frozenset({"uuid1", "uuid4"}),
    "random": frozenset(),
    "secrets": frozenset(),
    "numpy": frozenset({"rand", "randint", "choice", "random"}),
    "pandas": frozenset({"now", "today", "utcnow"}),
    "sagemaker": frozenset(
        {"name_from_base", "unique_name_from_base", "sagemaker_timestamp", "sagemaker_short_timestamp"}
    ),
}


def is_cacheable(step: Resource) -> bool:
    """Whether the service reuses results of steps of this kind."""
    return step.is_a(*CACHEABLE)


def changes_always(step: Resource) -> bool:
    """Whether something that a step is compared by is another in every execution, so that no result is ever reused."""
    return _Comparison(step.program).changes(step)


class _Comparison:
    """Looks for what changes through the steps that a step takes its inputs from."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._steps: dict[int, Resource] = {
            id(call): step for step in program.of_kind("pipeline_step", "model_registration") for call in step.calls
        }
        self._judged: dict[int, bool] = {}

    def changes(self, step: Resource) -> bool:
        if step.class_name in _MODEL_STEPS:
            return True
        if id(step) not in self._judged:
            self._judged[id(step)] = False  # steps that wait for each other change nothing by that
            self._judged[id(step)] = any(
                self._value_changes(argument.value)
                for bound in step.bound
                for name, argument in bound.arguments.items()
                if name not in _NOT_COMPARED
            )
        return self._judged[id(step)]

    def _value_changes(self, value: Value) -> bool:
        pending, seen = [value], set[int]()
        while pending:
            part = pending.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, Symbol) and (part.path.endswith(_CHANGING_VARIABLES) or is_always_new(part.path)):
                return True
            if isinstance(part, Attribute) and is_always_new(f"{_root(part)}.{part.name}"):
                return True
            if isinstance(part, Result):
                step = self._steps.get(id(part.call))
                if step is None:
                    pending += self._compared(part.call)
                elif self.changes(step):
                    return True
            else:
                pending += parts(part)
        return False

    def _compared(self, call: Call) -> Iterator[Value]:
        yield call.callee
        bound = self._program.reader.constructed(call)
        if bound is not None:
            yield from (argument.value for name, argument in bound.arguments.items() if name not in _NOT_COMPARED)
        else:
            yield from (argument.value for argument in call.arguments if argument.keyword not in _NOT_COMPARED)


def _root(value: Attribute) -> str:
    """The import that a chain of attributes and calls begins with."""
    base: Value = value
    while not isinstance(base, Symbol):
        if isinstance(base, Attribute | Item):
            base = base.base
        elif isinstance(base, Result):
            base = base.call.callee
        else:
            return ""
    return base.path


def is_always_new(path: str) -> bool:
    """Whether an imported function tells the time, or draws a number or name that is never the same."""
    module, _, rest = path.partition(".")
    names = _CLOCKS.get(module)
    return names is not None and (not names or rest.rpartition(".")[2] in names)

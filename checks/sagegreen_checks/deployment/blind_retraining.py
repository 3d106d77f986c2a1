"""SG422: retraining by the calendar, with nothing that watches for drift."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import Attribute, Elements, Known, Mapped, Result, options, same, walk
from sagegreen_checks.deployment.deployment_stages import speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

#: What speaks of drift, in any file of the project.
_WATCH = re.compile(
    rb"drift|model[ _-]?monitor|monitoring[ _-]?schedule|(?:data|model)[ _-]?quality|bias[ _-]?monitor|evidently"
    rb"|whylogs|nannyml|alibi_detect|deepchecks|fiddler|arize",
    re.IGNORECASE,
)
_TRAINING = re.compile(r"(?<![a-zA-Z])(?:[Rr]e-?)?[Tt]rain(?!ed)|(?:Ret|T)rain(?!ed)|RETRAIN|TRAINING")
_OWN_TRAINING = re.compile(r"aws-sdk:sagemaker:create(?:training|hyperparametertuning|automl)job", re.IGNORECASE)
_PIPELINE = re.compile(r":pipeline/|aws-sdk:sagemaker:startpipeline", re.IGNORECASE)
_WORKER = re.compile(r":lambda:|:function:|:states:|aws-sdk:(?:lambda|sfn)", re.IGNORECASE)
_WORKERS = frozenset({"create_function", "get_function", "create_state_machine"})
_MODEL_TRAINING = re.compile(
    r"(?:\b|[-_])re-?train(?!ed)|training[-_ ]?(?:job|model|pipeline|run)"
    r"|train[-_ ]?(?:[a-z]+[-_ ]){0,2}(?:job|model|pipeline)|model[-_ ]?(?:re-?)?train(?!ed)"
    r"|[a-z]Retrain(?!ed)|sagemaker[-_ ]?train",
    re.IGNORECASE,
)
#: What is about training jobs, or models that are trained, and trains none.
_OTHER_WORK = re.compile(
    r"(?<![a-z])(?:clean[-_ ]?up|clear|purge|delete|remove|archive|stop|terminate|report|costs?|status|remind(?:er)?s?"
    r"|notif(?:y|ication)s?|mails?|alerts?|export|download|features?|evaluat(?:e|ion)|pre-?trained)(?![a-z])",
    re.IGNORECASE,
)
_RECURRING = re.compile(r"\s*(?:rate|cron)\(", re.IGNORECASE)
_TRAINING_KINDS = frozenset({"training_job", "tuning_job"})
_DEEPEST = 8


class BlindRetraining(Check):
    """A model is trained again on a fixed schedule, and nothing in the project watches whether it needs to be.

    ## What it does

    Reports schedules that start training: `PipelineSchedule` triggers of a pipeline with a training or tuning step, and
    rules or schedules of EventBridge (`put_rule`, `create_schedule`) whose target is such a pipeline, a training job,
    or a pipeline, Lambda function or state machine that is named after training. It is reported at the `rate` or `cron`
    expression.

    Silent where any file of the project speaks of drift: Model Monitor, a monitoring schedule, data or model quality,
    or one of the usual libraries; for schedules that run once (`at`) or are disabled.

    ## Why it wastes

    A calendar knows nothing of the model: where the data has not changed, each run spends the energy of a whole
    training for a model that predicts no better; where it changes quickly, the model is outdated until the next date.
    The guidance recommends to retrain only when predictions fall below the agreed indicators, which Model Monitor
    measures (no published figure).

    ## Example

    ```python
    import boto3

    scheduler = boto3.client("scheduler")
    scheduler.create_schedule(
        Name="retrain-churn-model",
        ScheduleExpression="rate(1 days)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/churn-training",
            "RoleArn": "arn:aws:iam::111122223333:role/SchedulerRole",
        },
    )
    ```

    ## Use instead

    ```python
    import json

    import boto3

    events = boto3.client("events")
    # Model Monitor reports violations of its baseline, and only they start the pipeline
    events.put_rule(
        Name="retrain-churn-model",
        EventPattern=json.dumps(
            {
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Monitor Execution Status Change"],
                "detail": {"MonitoringExecutionStatus": ["CompletedWithViolations"]},
            }
        ),
    )
    events.put_targets(
        Rule="retrain-churn-model",
        Targets=[
            {
                "Id": "pipeline",
                "Arn": "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/churn-training",
                "RoleArn": "arn:aws:iam::111122223333:role/EventsRole",
            }
        ],
    )
    ```

    ## Fix safety

    There is no fix: a monitor needs a baseline, thresholds and captured data, which only you can choose.

    ## What it cannot see

    What a Lambda function or state machine does, beyond its name; a pipeline that first checks whether there is new
    data; monitors outside the project (declare them with `assume = ["model-monitor"]`); schedules of Airflow, cron or
    CI systems.

    Version 1 of the SDK, `sagemaker.modules` and core resources of version 3 have no triggers: what they run is
    scheduled through boto3, where it is reported.

    ## References

    - [Monitor data and model quality with Model Monitor](https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html)
    - [Schedule pipeline runs](https://docs.aws.amazon.com/sagemaker/latest/dg/pipeline-eventbridge.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG422"
    name: ClassVar[str] = "blind-retraining"
    practices: ClassVar[tuple[str, ...]] = ("retrain-on-drift", "model-monitoring")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    assumable: ClassVar[tuple[str, ...]] = ("model-monitor",)

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report schedules that start training."""
        schedules = {schedule.place.key: schedule for schedule in _schedules(program)}
        if not schedules or speaks_of(program, _WATCH):
            return
        for schedule in schedules.values():
            yield self.finding(schedule.place, _message(schedule), Fix.advice(_ADVICE))


_ADVICE = (
    "Let Model Monitor watch the endpoint or the batch results, and start the training when it reports violations: "
    "by a rule on its status change, or an alarm on its metrics"
)


def _message(schedule: _Schedule) -> str:
    expression = schedule.place.code
    shown = f"({expression})" if isinstance(schedule.place.node, cst.Tuple) else expression
    return (
        f"{schedule.what} by the calendar (`{shown}`), and nothing in this project watches for drift: "
        "every run spends a whole training, whether the data has changed or not. Retrain when a monitor reports that "
        "predictions or data have left their baseline."
    )


class _Schedule(NamedTuple):
    """A schedule that starts training: what is started, and the expression that says when."""

    what: str
    place: Place


def _schedules(program: Program) -> Iterator[_Schedule]:
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        for callee in options(call.callee):
            if not isinstance(callee, Attribute):
                continue
            if callee.name == "put_triggers":
                yield from _triggers(program, call, callee)
            elif callee.name in {"create_schedule", "update_schedule"}:
                yield from _of_scheduler(program, call)
            elif callee.name == "put_rule":
                yield from _of_rule(program, call)


# -- triggers of the SDK ----------------------------------------------------------------------------


def _triggers(program: Program, call: Call, callee: Attribute) -> Iterator[_Schedule]:
    pipelines = _pipelines_in(program, callee.base)
    if not pipelines or not all(map(_trains, pipelines)):
        return
    given = bind_keywords(call).arguments.get("triggers") or next(iter(call.arguments), None)
    triggers = given.value if given is not None else None
    for trigger in triggers.items if isinstance(triggers, Elements) else ():
        bound = program.reader.constructed(trigger.call) if isinstance(trigger, Result) else None
        if bound is None or _is_off(bound.arguments.get("enabled"), off=False):
            continue
        for name in ("rate", "cron"):
            argument = bound.arguments.get(name)
            if argument is not None and not _is_none(argument):
                yield _Schedule(_started(pipelines), _value_place(argument))


def _started(pipelines: list[Resource]) -> str:
    name = _name_of(pipelines[0])
    return f"Pipeline `{name}` trains" if name is not None else "This pipeline trains"


def _name_of(pipeline: Resource) -> str | None:
    for spelling in ("name", "PipelineName", "pipeline_name"):
        argument = pipeline.bound[0].arguments.get(spelling)
        value = pipeline.program.reader.constant(argument.value, _DEEPEST) if argument is not None else None
        if isinstance(value, Known) and isinstance(value.value, str):
            return value.value
    return None


def _pipelines_in(program: Program, value: Value) -> list[Resource]:
    """The pipelines of the program that a value was made from."""
    made = {id(call): pipeline for pipeline in program.of_kind("pipeline") for call in pipeline.calls}
    found = [made[id(part.call)] for part in walk(value) if isinstance(part, Result) and id(part.call) in made]
    return list({id(pipeline): pipeline for pipeline in found}.values())


def _trains(pipeline: Resource) -> bool:
    """Whether a pipeline trains, by its steps, or by its name where they are not known."""
    if any(job.kind in _TRAINING_KINDS for step in pipeline.members for job in (step, *step.members)):
        return True
    if any(step.class_name in {"TrainingStep", "TuningStep", "AutoMLStep"} for step in pipeline.members):
        return True
    return not pipeline.members and _is_named_after_training(_name_of(pipeline))


def _is_named_after_training(name: object) -> bool:
    return isinstance(name, str) and _TRAINING.search(name) is not None


# -- EventBridge ------------------------------------------------------------------------------------


def _of_scheduler(program: Program, call: Call) -> Iterator[_Schedule]:
    given = bind_keywords(call).arguments
    expression, target = given.get("ScheduleExpression"), given.get("Target")
    if expression is None or target is None or _is_off(given.get("State"), off="DISABLED"):
        return
    if _is_recurring(program, expression) and _starts_training(program, target.value, given.get("Name")):
        yield _Schedule("This schedule trains", _value_place(expression))


def _of_rule(program: Program, call: Call) -> Iterator[_Schedule]:
    given = bind_keywords(call).arguments
    expression, name = given.get("ScheduleExpression"), given.get("Name")
    if expression is None or name is None or _is_off(given.get("State"), off="DISABLED"):
        return
    targets = [target for target in _targets(program, name.value) if _starts_training(program, target, name)]
    if targets and _is_recurring(program, expression):
        yield _Schedule("This rule trains", _value_place(expression))


def _targets(program: Program, rule: Value) -> Iterator[Value]:
    """The targets that the program gives to a rule."""
    constant = program.reader.constant
    for call in program.trace.calls:
        if not any(isinstance(callee, Attribute) and callee.name == "put_targets" for callee in options(call.callee)):
            continue
        given = bind_keywords(call).arguments
        own, targets = given.get("Rule"), given.get("Targets")
        if own is not None and targets is not None and same(constant(own.value, _DEEPEST), constant(rule, _DEEPEST)):
            yield targets.value


def _is_recurring(program: Program, expression: Argument) -> bool:
    value = program.reader.constant(expression.value, _DEEPEST)
    texts = [part.value for part in walk(value) if isinstance(part, Known) and isinstance(part.value, str)]
    return any(map(_RECURRING.match, texts))


def _starts_training(program: Program, target: Value, name: Argument | None) -> bool:
    pipelines = _pipelines_in(program, target)
    if pipelines:
        return all(map(_trains, pipelines))
    texts = [part.value for part in walk(target) if isinstance(part, Known) and isinstance(part.value, str)]
    if any(map(_OWN_TRAINING.search, texts)):
        return True
    named = [pipeline for pipeline in program.of_kind("pipeline") if _is_named_in(pipeline, texts)]
    if named:
        return all(map(_trains, named))
    labels = [part.value for part in walk(name.value) if isinstance(part, Known)] if name is not None else []
    words = [text for text in (*texts, *labels) if isinstance(text, str)]
    if any(map(_OTHER_WORK.search, words)):
        return False
    if any(map(_PIPELINE.search, texts)) or _has_pipeline_parameters(target):
        return any(map(_is_named_after_training, words))
    # functions may be about trains, or about the training of people
    works = any(map(_WORKER.search, texts)) or any(map(_is_worker, walk(target)))
    return works and any(map(_MODEL_TRAINING.search, words))


def _is_worker(part: Value) -> bool:
    """Whether a part of a target is the answer to a request that creates, or finds, a function or state machine."""
    callees = options(part.call.callee) if isinstance(part, Result) else ()
    return any(isinstance(callee, Attribute) and callee.name in _WORKERS for callee in callees)


def _is_named_in(pipeline: Resource, texts: list[str]) -> bool:
    name = _name_of(pipeline)
    return name is not None and any(text.rpartition("pipeline/")[2] == name for text in texts)


def _has_pipeline_parameters(target: Value) -> bool:
    return any(isinstance(part, Mapped) and "SageMakerPipelineParameters" in part.entries for part in walk(target))


def _is_off(argument: Argument | None, *, off: object) -> bool:
    return argument is not None and isinstance(argument.value, Known) and argument.value.value == off


def _is_none(argument: Argument) -> bool:
    return isinstance(argument.value, Known) and argument.value.value is None


def _value_place(argument: Argument) -> Place:
    origin = argument.value.origin
    if isinstance(argument.value, Known) and origin is not None:
        return Place(origin.cell, origin.node)
    node = argument.node
    return Place(argument.cell, node.value if isinstance(node, cst.Arg) and argument.spread is None else node)

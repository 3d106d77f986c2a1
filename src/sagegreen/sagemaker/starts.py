"""What a program starts, the CloudWatch log groups that this writes to, and those whose retention it limits.

Names of the log groups: the SageMaker Python SDK's own ``logs`` code, and the developer guide's page "Log groups and
streams that Amazon SageMaker AI sends to Amazon CloudWatch Logs". The first job creates its group, without expiry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.semantics.values import Attribute, Joined, Known, Symbol, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_ROOT = "/aws/sagemaker/"
TRAINING, PROCESSING = f"{_ROOT}TrainingJobs", f"{_ROOT}ProcessingJobs"
TRANSFORM, NOTEBOOKS = f"{_ROOT}TransformJobs", f"{_ROOT}NotebookInstances"
#: One group for each endpoint or component; the name is appended.
ENDPOINTS, COMPONENTS = f"{_ROOT}Endpoints/", f"{_ROOT}InferenceComponents/"

_GROUPS: dict[str, tuple[str, ...]] = {
    "training_job": (TRAINING,),
    "tuning_job": (TRAINING,),
    "remote_function": (TRAINING,),
    "processing_job": (PROCESSING,),
    "monitoring_schedule": (PROCESSING,),
    "transform_job": (TRANSFORM,),
    "notebook_instance": (NOTEBOOKS,),
}
#: By the last part of the target, for kinds that hold several services.
_GROUPS_BY_TARGET: dict[str, tuple[str, ...]] = {
    "create_app": (f"{_ROOT}studio",),
    "App.create": (f"{_ROOT}studio",),
    "create_auto_ml_job": (PROCESSING, TRAINING),
    "create_auto_ml_job_v2": (PROCESSING, TRAINING),
    "AutoMLJob.create": (PROCESSING, TRAINING),
    "AutoMLJobV2.create": (PROCESSING, TRAINING),
    "AutoML": (PROCESSING, TRAINING),
    "AutoMLV2": (PROCESSING, TRAINING),
    "create_compilation_job": (f"{_ROOT}CompilationJobs",),
    "CompilationJob.create": (f"{_ROOT}CompilationJobs",),
    "compile": (f"{_ROOT}CompilationJobs",),
    "compile_model": (f"{_ROOT}CompilationJobs",),
    "create_inference_recommendations_job": (f"{_ROOT}InferenceRecommendationsJobs",),
    "InferenceRecommendationsJob.create": (f"{_ROOT}InferenceRecommendationsJobs",),
    "right_size": (f"{_ROOT}InferenceRecommendationsJobs",),
    "create_labeling_job": (f"{_ROOT}LabelingJobs",),
    "LabelingJob.create": (f"{_ROOT}LabelingJobs",),
    "QualityCheckStep": (PROCESSING,),
    "ClarifyCheckStep": (PROCESSING,),
}
_PIPELINE_SESSIONS = (
    "sagemaker.workflow.pipeline_context.PipelineSession",
    "sagemaker.core.workflow.pipeline_context.PipelineSession",
)
#: Log groups as infrastructure in Python, with what they call the group and its retention: CDK keeps the logs of a
#: ``LogGroup`` for two years where nothing is said, the others for ever.
_LOG_GROUPS = {
    "aws_cdk.aws_logs.LogGroup": ("log_group_name", None),
    "aws_cdk.aws_logs.LogRetention": ("log_group_name", "retention"),
    "aws_cdk.aws_logs.CfnLogGroup": ("log_group_name", "retention_in_days"),
    "pulumi_aws.cloudwatch.LogGroup": ("name", "retention_in_days"),
}
_LIMITING = (
    *("put_retention_policy", "delete_log_group", "put_account_policy"),
    *(path.rpartition(".")[2] for path in _LOG_GROUPS),
)
_SHELL_RETENTION = re.compile(r"\blogs\s+(?:put-retention-policy|delete-log-group)\b")
_SHELL_GROUP = re.compile(r"--log-group-name[ =]['\"]?([\w/.#-]+)(?=['\"\s]|$)")


class Start(NamedTuple):
    """A call that starts something.

    Attributes:
        call: the call.
        resource: what it starts; for an endpoint of a configuration the configuration.
        log_groups: where that logs; one that ends in a slash lacks the name of the endpoint.
    """

    call: Call
    resource: Resource
    log_groups: tuple[str, ...]


def starts(program: Program) -> list[Start]:
    """What the program starts when it is run, in order; what runs on the machine itself starts nothing."""
    found: list[Start] = []
    for resource in program.resources:
        if resource.local.constant is True or _is_deferred(resource):
            continue
        groups = log_groups(resource)
        if groups or resource.kind == "pipeline":
            found += [
                Start(call, resource, groups)
                for call in _calls(resource)
                if not (call.uncalled or call.foreign or call.excluded)
            ]
    unique = {(id(start.call), id(start.resource)): start for start in found}
    return sorted(unique.values(), key=lambda start: start.call.order)


def start_calls(program: Program) -> Iterator[Call]:
    """The calls that start something that is billed and logs, in the order of the run."""
    yield from {id(start.call): start.call for start in starts(program)}.values()


def _calls(resource: Resource) -> list[Call]:
    if resource.kind == "pipeline":
        return [call for call in resource.starts if not any(call is made for made in resource.calls)]
    if resource.kind == "endpoint":
        creations = [member for member in resource.members if member.kind == "endpoint"]
        if resource.form.method == "create_endpoint_config" or resource.target.endswith(".EndpointConfig.create"):
            return [call for creation in creations for call in creation.calls]
        return list(resource.calls)
    if resource.kind == "other_job" and resource.form.method != "__init__":
        return list(resource.calls)
    return resource.starts


def _is_deferred(resource: Resource) -> bool:
    """Whether ``fit`` and ``run`` only describe a step: what starts it is the pipeline."""
    if resource.kind in {"endpoint", "pipeline"}:
        return False
    if any(user.kind == "pipeline_step" and not user.setting("step_args").is_absent for user in resource.users):
        return True
    session = resource.setting("session").value
    return session is not None and any(
        kind.is_a(name) for kind in resource.program.types.of(session) for name in _PIPELINE_SESSIONS
    )


def log_groups(resource: Resource) -> tuple[str, ...]:
    """The log groups that something writes to once it is started."""
    if resource.kind == "pipeline":
        steps = resource.program.of_kind("pipeline_step")
        parts = [group for step in steps for part in (step, *step.members) for group in _own_groups(part)]
        return tuple(dict.fromkeys(parts))
    return _own_groups(resource)


def _own_groups(resource: Resource) -> tuple[str, ...]:
    if resource.kind == "endpoint":
        return _named(resource, "endpoint_name", ENDPOINTS)
    if resource.kind == "inference_component":
        return _named(resource, "component_name", COMPONENTS)
    if resource.kind == "pipeline_step" and resource.form.method == "step":
        return (TRAINING,)
    if _runs_on_hyperpod(resource):
        return ()  # a cluster logs for itself
    path = resource.target.split(".")
    return (
        _GROUPS.get(resource.kind)
        or _GROUPS_BY_TARGET.get(path[-1])
        or _GROUPS_BY_TARGET.get(".".join(path[-2:]))
        or ()
    )


def _runs_on_hyperpod(resource: Resource) -> bool:
    compute = resource.setting("compute").value
    kinds = resource.program.types.of(compute) if compute is not None else ()
    return any(kind.canonical.endswith(".HyperPodCompute") for kind in kinds)


def _named(resource: Resource, setting: str, prefix: str) -> tuple[str, ...]:
    makers = [member for member in resource.members if member.kind == resource.kind] or [resource]
    values = [maker.setting(setting) for maker in makers]
    if all(value.is_known or value.values for value in values):
        names = [name for value in values for name in value.values if isinstance(name, str)]
        return tuple(dict.fromkeys(prefix + name for name in names))
    return (prefix,)


# -- what limits how long logs are kept -------------------------------------------------------------


def retention_calls(program: Program) -> Iterator[tuple[Call, tuple[Value, ...]]]:
    """The calls that limit the retention of log groups, with the groups' names."""
    for call in program.calls_of("put_retention_policy"):
        for callee in options(call.callee):
            if isinstance(callee, Attribute):
                yield call, _group_names(call)


def limited_log_groups(program: Program) -> frozenset[str | None]:
    """The log groups that the program does not let grow for ever.

    A name whose end is not known is given up to there (``/aws/sagemaker/Endpoints/``); ``None`` stands for one of
    which nothing is known, and for a policy of the whole account.
    """
    found: set[str | None] = set()
    for call in program.calls_of(*_LIMITING):
        for callee in options(call.callee):
            if isinstance(callee, Symbol):
                found |= _declared(call, callee.path)
            if not isinstance(callee, Attribute):
                continue
            if callee.name in {"put_retention_policy", "delete_log_group"}:
                found |= set(map(_beginning, _group_names(call))) or {None}
            elif callee.name == "put_account_policy":
                kind = next((entry.value for entry in call.arguments if entry.keyword == "policyType"), None)
                if not isinstance(kind, Known) or kind.value == "RETENTION_POLICY":
                    found.add(None)
    for line in program.module.module.shell:
        if _SHELL_RETENTION.search(line.command):
            group = _SHELL_GROUP.search(line.command)
            found.add(group[1] if group is not None else None)
    return frozenset(found)


def _declared(call: Call, target: str) -> set[str | None]:
    """The log groups that a call declares as infrastructure, with a retention."""
    if target not in _LOG_GROUPS:
        return set()
    name, retention = _LOG_GROUPS[target]
    given = {argument.keyword: argument.value for argument in call.arguments}
    if None not in given and retention is not None and retention not in given:
        return set()
    return {_beginning(option) for option in options(given[name])} if name in given else set()


def is_limited(group: str, limited: Iterable[str | None]) -> bool:
    """Whether a log group is one of those whose retention is limited.

    Args:
        group: its name; where that ends in a slash, any group that begins so will do.
        limited: names, beginnings of names that end in a separator, and ``None`` for any.
    """
    for name in limited:
        if name is None or name == group:
            return True
        if name.endswith(("/", "-", "_", ".")) and group.startswith(name):
            return True
        if group.endswith("/") and name.startswith(group):
            return True
    return False


def _group_names(call: Call) -> tuple[Value, ...]:
    named = next((entry for entry in call.arguments if entry.keyword == "logGroupName"), None)
    return options(named.value) if named is not None else ()


def _beginning(value: Value) -> str | None:
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Joined) and value.parts:
        beginning = _beginning(value.parts[0])
        return beginning if beginning is not None and beginning.startswith("/") else None
    return None

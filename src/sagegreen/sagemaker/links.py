"""Which resource runs, contains or feeds which other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.collecting import setting_of
from sagegreen.sagemaker.dialects.v2 import BASELINES
from sagegreen.sagemaker.forms import INVENTORY
from sagegreen.sagemaker.reading import START_METHODS
from sagegreen.sagemaker.settings import unknown
from sagegreen.semantics.values import Attribute, Elements, Mapped, Result, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting
    from sagegreen.semantics.trace import Call

#: Kinds whose creation is already their start.
_START_THEMSELVES = frozenset({"endpoint", "inference_component", "notebook_instance", "monitoring_schedule"})

_MEMBER_SETTINGS = ("estimator", "tuner", "processor", "transformer", "step_args", "steps")


def link(program: Program, resources: list[Resource]) -> None:
    """Fill ``starts``, ``members`` and ``users`` of the resources."""
    made: dict[int, Resource] = {id(call): resource for resource in resources for call in resource.calls}
    for resource in resources:
        if (
            resource.api in {"boto3", "v3core"}
            or resource.kind in _START_THEMSELVES
            or resource.form.method in BASELINES
        ):
            resource.starts.extend(resource.calls)
    for call in program.calls_of(*START_METHODS):
        for callee in options(call.callee):
            if not isinstance(callee, Attribute) or callee.name not in START_METHODS:
                continue
            for maker in _makers(callee.base, made):
                maker.starts.append(call)
                made.setdefault(id(call), maker)
    for resource in resources:
        for callee in options(resource.call.callee):
            if isinstance(callee, Attribute):
                resource.sources.extend(maker for maker in _makers(callee.base, made) if maker is not resource)
        for name in _MEMBER_SETTINGS:
            for member in _in_setting(resource.setting(name), made):
                if member is not resource and member not in resource.members:
                    resource.members.append(member)
                    member.users.append(resource)
    for resource in resources:
        if resource.kind == "tuning_job":
            _repeat_training_settings(resource)


def _makers(value: Value, made: dict[int, Resource], depth: int = 4) -> Iterator[Resource]:
    """The resources that a value was made by, through methods that return their object."""
    for option in options(value):
        if isinstance(option, Result):
            maker = made.get(id(option.call))
            if maker is not None:
                yield maker
            elif depth and isinstance(option.call.callee, Attribute):
                callee = option.call.callee
                if callee.name.startswith("with_"):
                    yield from _makers(callee.base, made, depth - 1)
        elif isinstance(option, Elements):
            for item in option.items:
                yield from _makers(item, made, depth)
        elif isinstance(option, Mapped):
            for entry in option.entries.values():
                yield from _makers(entry.value, made, depth)


def _in_setting(setting: Setting, made: dict[int, Resource]) -> Iterator[Resource]:
    if setting.value is not None:
        yield from _makers(setting.value, made)


_REPEATED = ("instance_type", "instance_count", "spot", "max_run", "max_wait", "checkpoint", "keep_alive", "session")


def _repeat_training_settings(tuning_job: Resource) -> None:
    """A tuning job runs its estimator's training jobs: their settings are its settings."""
    estimator = tuning_job.setting("estimator")
    jobs = [member for member in tuning_job.members if member.kind == "training_job"]
    given = {id(call) for call in _made_by(estimator.value)} if estimator.value is not None else set()
    executions = [(job.form, bound) for job in jobs for bound in job.bound if id(bound.call) in given]
    executions = executions or [(job.form, bound) for job in jobs for bound in job.bound]
    if executions:
        repeated = {name: setting_of(tuning_job.program, name, executions) for name in _REPEATED}
    elif estimator.is_absent:
        return
    else:
        repeated = {name: unknown(name) for name in _REPEATED if name in INVENTORY["tuning_job"]}
    tuning_job.settings = {**repeated, **{k: v for k, v in tuning_job.settings.items() if k not in repeated}}


def _made_by(value: Value) -> Iterator[Call]:
    """The calls that made an object, those of the methods that return it included."""
    for option in options(value):
        if isinstance(option, Result):
            yield option.call
            if isinstance(option.call.callee, Attribute):
                yield from _made_by(option.call.callee.base)
        elif isinstance(option, Elements):
            for item in option.items:
                yield from _made_by(item)
        elif isinstance(option, Mapped):
            for entry in option.entries.values():
                yield from _made_by(entry.value)

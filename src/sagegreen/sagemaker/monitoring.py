"""Monitoring schedules that name the definition of their job: its instances are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.calls import BoundCall, bind_keywords
from sagegreen.sagemaker.dialects.core import snake_case
from sagegreen.sagemaker.settings import unknown
from sagegreen.semantics.values import Attribute, Symbol, Value, options, same

if TYPE_CHECKING:
    from sagegreen.sagemaker.forms import Path
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_KINDS = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")
_CLASSES = tuple(f"resources.{kind}JobDefinition.create" for kind in _KINDS)
_OPERATIONS = frozenset(f"create_{snake_case(kind)}_job_definition" for kind in _KINDS)
_SETTINGS: dict[str, Path] = {
    "instance_type": ("JobResources", "ClusterConfig", "InstanceType"),
    "instance_count": ("JobResources", "ClusterConfig", "InstanceCount"),
    "max_run": ("StoppingCondition", "MaxRuntimeInSeconds"),
}
_CORE_SETTINGS: dict[str, Path] = {
    "instance_type": ("job_resources", "cluster_config", "instance_type"),
    "instance_count": ("job_resources", "cluster_config", "instance_count"),
    "max_run": ("stopping_condition", "max_runtime_in_seconds"),
}


def add_definitions(program: Program, resources: list[Resource]) -> None:
    """Give schedules the settings of the job definitions they name; unknown ones where the program makes no such."""
    for schedule in resources:
        name = schedule.setting("definition_name")
        if schedule.kind != "monitoring_schedule" or name.is_absent or name.value is None:
            continue
        found = [(bound, paths) for bound, own, paths in program.once(_definitions) if _agree(program, name.value, own)]
        settings = {setting: unknown(setting) for setting in _SETTINGS}
        if found:
            for setting in _SETTINGS:
                values = [program.reader.find(bound, paths[setting]) for bound, paths in found]
                settings[setting] = program.reader.setting(setting, values, None)
        schedule.settings = {**schedule.settings, **settings}


def _definitions(program: Program) -> list[tuple[BoundCall, Value, dict[str, Path]]]:
    found = []
    for call in program.trace.calls:
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name in _OPERATIONS:
                bound: BoundCall | None = bind_keywords(call)
                name, paths = "JobDefinitionName", _SETTINGS
            elif isinstance(callee, Symbol) and callee.path.endswith(_CLASSES):
                bound = program.reader.constructed(call)
                name, paths = "job_definition_name", _CORE_SETTINGS
            else:
                continue
            if bound is not None and name in bound.arguments:
                found.append((bound, bound.arguments[name].value, paths))
    return found


def _agree(program: Program, one: Value, other: Value) -> bool:
    constant = program.reader.constant
    return any(same(constant(a, 8), constant(b, 8)) for a in options(one) for b in options(other))

"""Instance types at the literals that name them: what is reported there, and replaced, reaches one resource or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.sagemaker.instances import InstanceType, instance
from sagegreen.sagemaker.patching import constant_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.resources import Resource

#: The enumeration of the service's API that a kind of resource is checked against.
API_OF_KIND = {
    "training_job": "training",
    "tuning_job": "training",
    "remote_function": "training",
    "pipeline_step": "training",
    "processing_job": "processing",
    "monitoring_schedule": "processing",
    "transform_job": "transform",
    "endpoint": "hosting",
    "notebook_instance": "notebook",
    "studio": "studio_app",
    "other_job": "optimization",
}


@dataclass(frozen=True, slots=True)
class InstanceUse:
    """An instance type at one literal, and a resource that it reaches.

    Attributes:
        resource: the resource.
        place: the literal, or the argument that leads to one in another file.
        machine: the type.
        literal: whether the literal stands in the file that is judged.
        declared: whether it is a default that something may override.
    """

    resource: Resource
    place: Place
    machine: InstanceType
    literal: bool
    declared: bool


def instance_uses(resource: Resource, *settings: str) -> Iterator[InstanceUse]:
    """The instance types that a resource is given, one for each literal; none in local mode or without instances."""
    if resource.local.constant is True or resource.setting("mode").constant == "serverless":
        return
    for name in settings:
        setting = resource.setting(name)
        for literal in setting.literals:
            machine = instance(literal.value) if isinstance(literal.value, str) else None
            if machine is None:
                continue
            if resource.program.owns(literal.place.parsed_cell):
                yield InstanceUse(resource, literal.place, machine, literal=True, declared=literal.declared)
            else:
                # the literal stands in another file, which is not the one that is judged; a tuner repeats its estimator
                owner = next((job for job in resource.members if job.setting(name) is setting), resource)
                place = setting.argument_value or owner.place
                yield InstanceUse(resource, place, machine, literal=False, declared=literal.declared)


def spelt_like(place: Place, text: str) -> str:
    """Code for a text in the spelling of the literal that it replaces."""
    node = place.node
    if not isinstance(node, cst.SimpleString) or node.prefix or node.quote not in {"'", '"'}:
        return constant_code(place.parsed_cell, text)
    return f"{node.quote}{text}{node.quote}"

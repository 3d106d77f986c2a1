"""The CPU type that has what an accelerated one has besides its accelerators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sagegreen.sagemaker.instances import InstanceType, instance, instance_names

if TYPE_CHECKING:
    from collections.abc import Collection

#: A type with this share of the memory counts as having as much: sizes of different families differ by a few GiB.
_AS_MUCH = 0.95


def cpu_equivalent(machine: InstanceType, apis: Collection[str]) -> InstanceType | None:
    """The smallest current x86 CPU type with at least as many vCPUs and as much memory, accepted by all ``apis``.

    Only families that instances.csv names as successors are looked at: current ones that every API accepts.
    """
    if machine.vcpus is None or machine.memory_gib is None:
        return None
    fitting = [
        (candidate.vcpus, candidate.memory_gib, candidate.name, candidate)
        for candidate in _candidates()
        if candidate.vcpus is not None
        and candidate.memory_gib is not None
        and candidate.vcpus >= machine.vcpus
        and candidate.memory_gib >= machine.memory_gib * _AS_MUCH
        and candidate.apis.issuperset(apis)
    ]
    return min(fitting)[-1] if fitting else None


@cache
def _candidates() -> tuple[InstanceType, ...]:
    machines = [found for name in sorted(instance_names()) if (found := instance(name)) is not None]
    successors = [instance(machine.successor) for machine in machines if machine.successor is not None]
    families = {
        successor.family
        for successor in successors
        if successor is not None and successor.accelerator is None and successor.arch == "x86_64"
    }
    return tuple(
        machine
        for machine in machines
        if machine.family in families and not machine.previous_generation and "burst" not in machine.category.lower()
    )

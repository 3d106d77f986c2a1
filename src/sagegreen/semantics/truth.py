"""Whether a value counts as true, where that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics.values import (
    Bound,
    Class,
    Function,
    Instance,
    Joined,
    Known,
    Reference,
    Result,
    Value,
    options,
)

if TYPE_CHECKING:
    from sagegreen.semantics.machine import Machine


def truth(machine: Machine, value: Value) -> bool | None:
    """``bool(value)``, or ``None`` where it may be either."""
    decisions = {_truth(machine, option) for option in options(value)}
    return decisions.pop() if len(decisions) == 1 else None


def _truth(machine: Machine, value: Value) -> bool | None:
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, (Function, Class, Bound)):
        return True
    if isinstance(value, Instance):
        decides = any(machine.class_attribute(value.type, name) is not None for name in ("__bool__", "__len__"))
        return None if decides or machine.imported_base(value.type) is not None else True
    if isinstance(value, Reference):
        contents = machine.elements(value)
        if contents is not None:
            return True if contents.items and contents.complete else (False if contents.complete else None)
        dictionary = machine.dictionary(value)
        if dictionary is not None and dictionary.complete:
            return bool(dictionary.entries)
    return None


def is_none(value: Value) -> bool | None:
    """Whether a value is ``None``, where that is certain."""
    decisions = {_is_none(option) for option in options(value)}
    return decisions.pop() if len(decisions) == 1 else None


def _is_none(value: Value) -> bool | None:
    if isinstance(value, Known):
        return value.value is None
    if isinstance(value, (Function, Class, Bound, Instance, Reference, Joined)):
        return False
    if isinstance(value, Result):
        return None
    return None

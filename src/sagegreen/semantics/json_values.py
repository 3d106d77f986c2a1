"""``json.loads`` of text that stands in the program, or of what ``json.dumps`` made of a value: a deep copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sagegreen.semantics.values import Elements, Entry, Known, Mapped, Result, Symbol, Unknown, Value, options

if TYPE_CHECKING:
    from sagegreen.semantics.machine import Machine


def loaded(machine: Machine, text: Value) -> Value | None:
    """What ``json.loads(text)`` returns, ``None`` where the text is not known.

    The values carry no origin: a part of a string literal is no expression that could be reported or replaced.
    """
    if isinstance(text, Known) and isinstance(text.value, (str, bytes)):
        try:
            return _value(machine, json.loads(text.value))
        except (ValueError, RecursionError):
            return Unknown(sources=(text,))
    if isinstance(text, Result) and text.call.arguments:
        first = text.call.arguments[0]
        if _is_dumps(text.call.callee) and first.keyword in {None, "obj"} and not first.star:
            return thawed(machine, first.value)
    return None


def thawed(machine: Machine, value: Value) -> Value:
    """New containers with the contents that recorded ones had."""
    if isinstance(value, Mapped):
        entries = {key: Entry(thawed(machine, entry.value), entry.key) for key, entry in value.entries.items()}
        return machine.new_dictionary(entries, complete=value.complete, rest=value.rest)
    if isinstance(value, Elements):
        return machine.new_list("list", [thawed(machine, item) for item in value.items], complete=value.complete)
    return value


def _is_dumps(callee: Value) -> bool:
    return any(isinstance(option, Symbol) and option.path == "json.dumps" for option in options(callee))


def _value(machine: Machine, data: object) -> Value:
    if isinstance(data, dict):
        entries = {key: Entry(_value(machine, item), None) for key, item in data.items()}
        return machine.new_dictionary(entries, complete=True)
    if isinstance(data, list):
        return machine.new_list("list", [_value(machine, item) for item in data], complete=True)
    return Known(data) if isinstance(data, str | int | float | bool | None) else Unknown()

"""What a loop's variable may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics.values import Known, OneOf, Unknown, Value, one_of, options

if TYPE_CHECKING:
    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.trace import Loop


def element_of(machine: Machine, iterable: Value, loop: Loop) -> Value:
    """One element of an iterable: one of several where its contents are known."""
    elements: list[Value] = []
    for option in options(iterable):
        contents = machine.elements(option)
        dictionary = machine.dictionary(option)
        if contents is not None and contents.items:
            elements.extend(
                contents.items if contents.complete else [_varied(machine, each, loop) for each in contents.items]
            )
            if not (contents.complete or contents.alike):
                elements.append(Unknown(sources=(option,), loop=loop))
        elif dictionary is not None and dictionary.entries:
            elements.extend(Known(key) for key in dictionary.entries)
        else:
            return Unknown(sources=(iterable,), loop=loop)
    return one_of(elements, loop)


def _varied(machine: Machine, item: Value, loop: Loop) -> Value:
    """A row that stands for many: what it holds in turn changes with the rounds of a loop."""
    contents = machine.elements(item)
    if contents is None or not contents.complete or not any(isinstance(value, OneOf) for value in contents.items):
        return item
    row = [one_of(value.options, loop) if isinstance(value, OneOf) else value for value in contents.items]
    return machine.new_list("tuple", row, complete=True)


def certainly_runs(machine: Machine, iterable: Value) -> bool:
    """Whether a loop over ``iterable`` has at least one round."""
    contents = machine.elements(iterable)
    if contents is not None:
        return contents.complete and bool(contents.items)
    dictionary = machine.dictionary(iterable)
    return dictionary is not None and dictionary.complete and bool(dictionary.entries)

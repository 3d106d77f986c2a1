"""What a loop's variable may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics.values import Known, Unknown, Value, one_of, options

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
            elements.extend(contents.items)
            if not (contents.complete or contents.alike):
                elements.append(Unknown(sources=(option,), loop=loop))
        elif dictionary is not None and dictionary.entries:
            elements.extend(Known(key) for key in dictionary.entries)
        else:
            return Unknown(sources=(iterable,), loop=loop)
    return one_of(elements, loop)


def certainly_runs(machine: Machine, iterable: Value) -> bool:
    """Whether a loop over ``iterable`` has at least one round."""
    contents = machine.elements(iterable)
    if contents is not None:
        return contents.complete and bool(contents.items)
    dictionary = machine.dictionary(iterable)
    return dictionary is not None and dictionary.complete and bool(dictionary.entries)

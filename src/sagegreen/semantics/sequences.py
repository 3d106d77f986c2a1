"""Functions of Python's library that order, choose from, or compute over known elements."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from sagegreen.semantics.operators import compute
from sagegreen.semantics.values import Known, Unknown, Value, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sagegreen.semantics.given import Given
    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.state import ListContents


def _contents(machine: Machine, call: Given) -> ListContents | None:
    value = call.get(0)
    return machine.elements(value) if value is not None else None


def _unknown(call: Given) -> Value:
    return Unknown(sources=(*call.positional, *call.keywords.values()))


def in_order(items: Sequence[Value]) -> list[Value] | None:
    """Constants of one kind in ascending order, ``None`` where they are not."""
    known = [item for item in items if isinstance(item, Known)]
    for kind in (str, int | float):
        if len(known) == len(items) and all(isinstance(item.value, kind) for item in known):
            return [*sorted(known, key=_sorting_key)]
    return None


def _sorting_key(item: Known) -> Any:
    return item.value


def _sorted(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    if contents is None:
        return _unknown(call)
    backwards = call.keywords.get("reverse", Known(value=False))
    items = in_order(contents.items) if not call.keywords.keys() - {"reverse"} else None
    if items is None or not isinstance(backwards, Known):
        # the same elements, each of them at any place
        items = [one_of(contents.items) for _ in contents.items]
    elif backwards.value:
        items.reverse()
    return machine.new_list("list", items, complete=contents.complete, alike=contents.alike, node=call.node)


def _reversed(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    if contents is None:
        return _unknown(call)
    return machine.new_list(
        "list", contents.items[::-1], complete=contents.complete, alike=contents.alike, node=call.node
    )


def _iterator(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    if contents is None:
        return _unknown(call)
    return machine.new_list("list", contents.items, complete=contents.complete, alike=contents.alike, node=call.node)


def _choice(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    if contents is None or not contents.complete or not contents.items:
        return _unknown(call)
    # drawn anew in each round of the loop around it
    return one_of(contents.items, machine.loops[-1] if machine.loops else None)


def _next(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    if contents is None or not contents.complete or not contents.items:
        return _unknown(call)
    # an iterator that is asked again in a loop gives the others, too
    return one_of(contents.items) if machine.loops else contents.items[0]


def _sum(machine: Machine, call: Given) -> Value:
    contents = _contents(machine, call)
    items = [*(contents.items if contents is not None else ()), *call.positional[1:]]
    numbers = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, (int, float))]
    if contents is None or not contents.complete or len(numbers) < len(items):
        return _unknown(call)
    return Known(sum(numbers), origin=machine.origin(call.node))


def _computed(function: Callable[..., Any]) -> Callable[[Machine, Given], Value]:
    """A function of constants only."""

    def computed(machine: Machine, call: Given) -> Value:
        constants = [value.value for value in call.positional if isinstance(value, Known)]
        if len(constants) < len(call.positional) or call.keywords or not call.certain:
            return _unknown(call)
        return compute(function, constants, machine.origin(call.node))

    return computed


FUNCTIONS: dict[str, Callable[[Machine, Given], Value]] = {
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "builtins.iter": _iterator,
    "builtins.next": _next,
    "builtins.sum": _sum,
    "builtins.abs": _computed(abs),
    "builtins.round": _computed(round),
    "textwrap.dedent": _computed(textwrap.dedent),
    **dict.fromkeys(("math.ceil", "numpy.ceil"), _computed(math.ceil)),
    **dict.fromkeys(("math.floor", "numpy.floor"), _computed(math.floor)),
    **dict.fromkeys(("random.choice", "secrets.choice", "numpy.random.choice"), _choice),
}

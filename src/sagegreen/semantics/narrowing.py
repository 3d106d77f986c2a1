"""What a condition says about the names in it: the values they can have where it holds, and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from sagegreen.documents.syntax import children
from sagegreen.semantics.truth import truth
from sagegreen.semantics.unrolling import computes
from sagegreen.semantics.values import Instance, OneOf, Value, one_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.state import Changes

_MOST_NAMES = 3


def narrow(machine: Machine, test: cst.BaseExpression, *, wanted: bool) -> dict[Hashable, Value]:
    """Leave to the names in ``test`` the values with which it can come out as ``wanted``.

    Returns:
        What was bound before, for :func:`widen`.
    """
    names = machine.tested.get(id(test))
    if names is None:
        names = machine.tested[id(test)] = tuple(_names(test)) if computes(test) else ()
    before: dict[Hashable, Value] = {}
    for key, value in _choices(machine, names)[:_MOST_NAMES]:
        kept = [option for option in value.options if _decided(machine, test, key, option) is not (not wanted)]
        # a loop variable with one value left would be taken for a constant
        if kept and len(kept) < len(value.options) and (value.loop is None or len(kept) > 1):
            before[key] = value
            machine.state.set(key, one_of(kept, value.loop, value.origin))
    return before


def widen(machine: Machine, before: dict[Hashable, Value], paths: list[Changes]) -> None:
    """After both branches: what neither of them bound anew is what it was."""
    for key, value in before.items():
        found = machine.state.get(key)
        options = value.options if isinstance(value, OneOf) else (value,)
        reached = found.options if isinstance(found, OneOf) else (found,)
        if len(paths) > 1 and len(reached) == len(options) and all(any(o is r for r in reached) for o in options):
            machine.state.set(key, value)


def _names(node: cst.CSTNode) -> Iterator[cst.Name | cst.Attribute]:
    """The names in an expression, and their attributes."""
    kind = type(node)
    if kind is cst.Name:
        yield cast("cst.Name", node)
    elif kind in _LITERALS:
        return
    elif isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        yield node
        yield node.value
    else:
        for child in children(node):
            yield from _names(child)


_LITERALS = frozenset({cst.Integer, cst.Float, cst.SimpleString})


def _choices(machine: Machine, names: Sequence[cst.Name | cst.Attribute]) -> list[tuple[Hashable, OneOf]]:
    """Where the state holds those of the names that are one of several values, each once."""
    found: dict[Hashable, OneOf] = {}
    for name in names:
        key: Hashable | None = None
        if isinstance(name, cst.Name):
            key = machine.key_of(name.value)
        elif isinstance(name.value, cst.Name):
            receiver = machine.name(name.value.value)
            key = ("instance", receiver.identity, name.attr.value) if isinstance(receiver, Instance) else None
        value = machine.state.get(key) if key is not None else None
        if key is not None and isinstance(value, OneOf):
            found[key] = value
    return list(found.items())


def _decided(machine: Machine, test: cst.BaseExpression, key: Hashable, option: Value) -> bool | None:
    with machine.passing_by():
        machine.state.set(key, option)
        return truth(machine, machine.evaluate(test))

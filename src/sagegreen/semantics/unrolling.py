"""Comprehensions over known elements that call nothing of note: every round on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.syntax import children
from sagegreen.semantics.scopes import Scope, target_names
from sagegreen.semantics.targets import assign
from sagegreen.semantics.truth import truth
from sagegreen.semantics.values import Known, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.semantics.machine import Machine

_MOST_ROUNDS = 32
#: Functions and methods of values that nobody needs to see in a loop.
_PLAIN = frozenset(
    {"bool", "dict", "float", "getattr", "int", "len", "list", "max", "min", "str", "tuple"}
    | {"endswith", "format", "get", "items", "join", "keys", "lower", "lstrip", "partition", "replace", "rstrip"}
    | {"removeprefix", "removesuffix", "split", "startswith", "strip", "title", "upper", "values", "zfill"}
)


def unrolled(machine: Machine, clause: cst.CompFor, results: Sequence[cst.BaseExpression]) -> list[list[Value]] | None:
    """The values of ``results`` in each round; ``None`` where the rounds are not certain, or do more than compute."""
    if clause.inner_for_in is not None or clause.asynchronous is not None:
        return None
    conditions = [condition.test for condition in clause.ifs]
    if not all(map(computes, (*results, *conditions))):
        return None
    iterable = machine.evaluate(clause.iter)
    elements = _elements(machine, iterable)
    if elements is None or len(elements) > _MOST_ROUNDS:
        return None
    rounds: list[list[Value]] = []
    for element in elements:
        scope = Scope(machine.identity(), "function", machine.scope, frozenset(target_names(clause.target)))
        with machine.within(scope, machine.cell):
            assign(machine, clause.target, element)
            kept = [truth(machine, machine.evaluate(condition)) for condition in conditions]
            if None in kept:
                return None
            if all(kept):
                rounds.append([machine.evaluate(result) for result in results])
    return rounds


def _elements(machine: Machine, iterable: Value) -> Sequence[Value] | None:
    contents = machine.elements(iterable)
    if contents is not None:
        return contents.items if contents.complete else None
    dictionary = machine.dictionary(iterable)
    return [Known(key) for key in dictionary.entries] if dictionary is not None and dictionary.complete else None


def computes(node: cst.CSTNode) -> bool:
    """Whether an expression only computes: it calls nothing that anybody needs to see."""
    kind = type(node)
    if kind in _LEAVES:
        return True
    if kind is cst.Call:
        function = node.func  # type: ignore[attr-defined]
        name = function.attr if type(function) is cst.Attribute else function
        if type(name) is not cst.Name or name.value not in _PLAIN:
            return False
    if kind in _ACTING:
        return False
    return all(map(computes, children(node)))


_LEAVES = frozenset({cst.Name, cst.Integer, cst.Float, cst.SimpleString})
_ACTING = frozenset({cst.Lambda, cst.Await, cst.Yield, cst.NamedExpr})

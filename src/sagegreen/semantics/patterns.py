"""Patterns of ``match`` statements: whether they match, and the names they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.semantics.invocation import attribute, item
from sagegreen.semantics.operators import compare
from sagegreen.semantics.truth import truth
from sagegreen.semantics.values import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sagegreen.semantics.machine import Machine


def match(machine: Machine, pattern: cst.MatchPattern, subject: Value) -> bool | None:
    """Match ``subject`` and bind the pattern's names; whether it matches, ``None`` where that is not certain."""
    if isinstance(pattern, (cst.MatchValue, cst.MatchSingleton)):
        wanted = machine.evaluate(pattern.value)
        operator = cst.Equal() if isinstance(pattern, cst.MatchValue) else cst.Is()
        return truth(machine, compare(operator, subject, wanted, None))
    if isinstance(pattern, cst.MatchAs):
        matched = match(machine, pattern.pattern, subject) if pattern.pattern is not None else True
        if pattern.name is not None:
            machine.bind(pattern.name.value, subject)
        return matched
    if isinstance(pattern, cst.MatchOr):
        return _any(match(machine, choice.pattern, subject) for choice in pattern.patterns)
    if isinstance(pattern, cst.MatchSequence):
        return _sequence(machine, pattern.patterns, subject)
    if isinstance(pattern, cst.MatchMapping):
        for element in pattern.elements:
            match(machine, element.pattern, item(machine, subject, machine.evaluate(element.key), None))
        if pattern.rest is not None:
            machine.bind(pattern.rest.value, Unknown(sources=(subject,)))
    elif isinstance(pattern, cst.MatchClass):
        machine.evaluate(pattern.cls)
        for positional in pattern.patterns:
            match(machine, positional.value, Unknown(sources=(subject,)))
        for keyword in pattern.kwds:
            match(machine, keyword.pattern, attribute(machine, subject, keyword.key.value, keyword))
    return None


def _any(decisions: Iterable[bool | None]) -> bool | None:
    found = list(decisions)
    if True in found:
        return True
    return None if None in found else False


def _sequence(
    machine: Machine, elements: Sequence[cst.MatchSequenceElement | cst.MatchStar], subject: Value
) -> bool | None:
    contents = machine.elements(subject)
    starred = any(isinstance(element, cst.MatchStar) for element in elements)
    fits = contents is not None and contents.complete and len(contents.items) == len(elements) and not starred
    decisions: list[bool | None] = []
    for index, element in enumerate(elements):
        if isinstance(element, cst.MatchStar):
            if element.name is not None:
                machine.bind(element.name.value, Unknown(sources=(subject,)))
        elif fits and contents is not None:
            decisions.append(match(machine, element.value, contents.items[index]))
        else:
            part = Unknown(sources=(subject,)) if starred else item(machine, subject, Known(index), None)
            match(machine, element.value, part)
    if fits:
        return False if False in decisions else (None if None in decisions else True)
    lengths_differ = contents is not None and contents.complete and not starred
    return False if lengths_differ else None

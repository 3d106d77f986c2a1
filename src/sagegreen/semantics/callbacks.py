"""Functions of the program that the standard library calls: executors, pools, threads, ``map``, ``partial``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics import library, objects
from sagegreen.semantics.invocation import call, external
from sagegreen.semantics.iteration import element_of
from sagegreen.semantics.trace import Argument, Loop
from sagegreen.semantics.values import Attribute, Bound, Function, Result, Symbol, Value, one_of, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from sagegreen.semantics.machine import Machine

_POOLS = ("concurrent.futures.", "multiprocessing.", "joblib.", "threading.")
_ONCE = frozenset({"submit", "apply", "apply_async"})
_FOR_EACH = frozenset({"map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async"})
_RUNNERS = frozenset({"threading.Thread", "multiprocessing.Process"})


def call_back(machine: Machine, callee: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value | None:
    """Call a function of the program the way the standard library does; ``None`` where this is no such call."""
    if isinstance(callee, Result):
        return _deferred(machine, callee, arguments, node)
    if isinstance(callee, Symbol):
        if callee.path in _RUNNERS:
            return _run(machine, callee, arguments, node)
        return _for_each(machine, arguments, node, starred=False) if callee.path == "builtins.map" else None
    if not isinstance(callee, Attribute) or callee.name not in _ONCE | _FOR_EACH:
        return None
    start = library.root(callee.base)
    if start is None or not start.path.startswith(_POOLS):
        return None
    if callee.name in _FOR_EACH:
        return _for_each(machine, arguments, node, starred=callee.name.startswith("starmap"))
    if not arguments or _function(arguments[0].value) is None:
        return None
    given = list(arguments[1:])
    if callee.name != "submit":
        given = _packed(machine, arguments, names=("args", "kwds"), positional=given)
    _call(machine, arguments[0].value, given, node)
    return external(machine, callee, arguments, node)


def _function(value: Value) -> Value | None:
    """A function of the program, also behind ``partial``."""
    if isinstance(value, (Function, Bound)):
        return value
    inner = _wrapped(value)
    return value if inner is not None and _function(inner.value) is not None else None


def _wrapped(value: Value) -> Argument | None:
    """The function that ``partial`` or ``delayed`` wraps."""
    if not isinstance(value, Result) or not isinstance(value.call.callee, Symbol):
        return None
    if value.call.callee.path not in {"functools.partial", "joblib.delayed", "joblib.parallel.delayed"}:
        return None
    given = value.call.arguments
    return given[0] if given and given[0].keyword is None and not given[0].star else None


def _deferred(machine: Machine, callee: Result, arguments: Sequence[Argument], node: cst.CSTNode) -> Value | None:
    """``partial(train, role)(lr)`` and ``delayed(train)(lr)``."""
    wrapped = _wrapped(callee)
    if wrapped is None or not _is_called(wrapped.value):
        return None
    function = wrapped.value
    renewed = {argument.keyword for argument in arguments if argument.keyword is not None}
    given = [*(argument for argument in callee.call.arguments[1:] if argument.keyword not in renewed), *arguments]
    again = _deferred(machine, function, given, node) if isinstance(function, Result) else None
    return again if again is not None else call(machine, function, given, node)


def _is_called(value: Value) -> bool:
    """Whether a value can be called: also a method of an imported object, ``client.create_training_job``."""
    return any(
        objects.is_callable(option) or isinstance(option, Attribute) or _function(option) is not None
        for option in options(value)
    )


def _run(machine: Machine, callee: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value | None:
    """``Thread(target=train, args=(lr,))``; it runs where it is made, for its start is not far."""
    target = next((argument for argument in arguments if argument.keyword == "target"), None)
    if target is None or _function(target.value) is None:
        return None
    _call(machine, target.value, _packed(machine, arguments, names=("args", "kwargs"), positional=[]), node)
    return external(machine, callee, arguments, node)


def _call(machine: Machine, function: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value:
    if isinstance(function, Result):
        deferred = _deferred(machine, function, arguments, node)
        if deferred is not None:
            return deferred
    return call(machine, function, arguments, node)


def _packed(
    machine: Machine, arguments: Sequence[Argument], names: tuple[str, str], positional: Sequence[Argument]
) -> list[Argument]:
    """The arguments that ``args=(...)`` and ``kwargs={...}`` hold."""
    packed = {name: argument for argument in arguments for name in names if argument.keyword == name}
    for name, argument in zip(names, (entry for entry in positional if entry.keyword is None), strict=False):
        packed.setdefault(name, argument)
    found: list[Argument] = []
    values, keywords = packed.get(names[0]), packed.get(names[1])
    if values is not None:
        contents = machine.elements(values.value)
        if contents is None or not contents.complete:
            found.append(Argument(None, "*", values.value, values.cell, values.node))
        else:
            found += [Argument(None, "", item, values.cell, values.node) for item in contents.items]
    if keywords is not None:
        entries = machine.dictionary(keywords.value)
        if entries is None or not entries.complete:
            found.append(Argument(None, "**", keywords.value, keywords.cell, keywords.node))
        else:
            for key, entry in entries.entries.items():
                found.append(Argument(str(key), "", entry.value, keywords.cell, keywords.node))
    return found


def _for_each(machine: Machine, arguments: Sequence[Argument], node: cst.CSTNode, *, starred: bool) -> Value | None:
    """``map(train, rates)``: one representative round, in a loop of its own."""
    if len(arguments) < 2 or _function(arguments[0].value) is None or any(argument.star for argument in arguments):
        return None
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are evaluated
    iterables = [argument for argument in arguments[1:] if argument.keyword is None]
    if not iterables:
        return None
    loop = Loop(cell, node, machine.snapshot(iterables[0].value))
    base = machine.state
    with machine.branch() as state, machine.inside(loop):
        given: list[Argument] = []
        for iterable in iterables[:1] if starred else iterables:
            element = element_of(machine, iterable.value, loop)
            columns = _columns(machine, element, loop) if starred else [element]
            if columns is None:
                given.append(Argument(None, "*", element, iterable.cell, iterable.node))
            else:
                given += [Argument(None, "", column, iterable.cell, iterable.node) for column in columns]
        result = _call(machine, arguments[0].value, given, node)
        changes = state.changes_since(base)
    base.absorb([{}, changes])
    return machine.new_list("list", [result], complete=False, node=node)


def _columns(machine: Machine, rows: Value, loop: Loop) -> list[Value] | None:
    """What stands at each position of a row that is one of several."""
    found = [machine.elements(row) for row in options(rows)]
    known = [row.items for row in found if row is not None and row.complete]
    if len(known) < len(found) or len({len(row) for row in known}) != 1:
        return None
    return [one_of(column, loop) for column in zip(*known, strict=True)]

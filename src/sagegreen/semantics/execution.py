"""Running one module of a document from its first cell to its last, and then what nothing in it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.semantics.expressions import evaluate
from sagegreen.semantics.invocation import instantiate, invoke
from sagegreen.semantics.machine import MOST_STEPS, Machine
from sagegreen.semantics.statements import execute, run_module
from sagegreen.semantics.trace import Argument
from sagegreen.semantics.values import Class, Function, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.semantics.machine import Imports
    from sagegreen.semantics.trace import Trace


def run(module: ParsedModule, imports: Imports, users: Sequence[ParsedModule] = ()) -> Trace:
    """Execute a module abstractly.

    Args:
        module: the parsed cells that share one namespace.
        imports: what is known of the modules it imports.
        users: modules of the project that import it, nearest first; what they call in it is recorded, too.

    Returns:
        The calls and attribute assignments on imported things, in the order in which they run: first those of the
        module itself, then those that its users cause, then those of functions that nothing in all of them calls,
        whose parameters are unknown.
    """
    machine = Machine(module, imports, evaluate, execute)
    for cell in module.cells:
        machine.cell = cell
        execute(machine, cell.tree.body)
    for user in users:
        run_module(machine, user)
    machine.uncalled = True
    for program in (*reversed(users), module):
        _run_what_nobody_calls(machine, program)
    return machine.trace


def _run_what_nobody_calls(machine: Machine, module: ParsedModule) -> None:
    named: dict[str, bool] = {}
    pending = True
    while pending:
        waiting = [
            (key, function)
            for key, function in machine.functions.items()
            if key not in machine.executed and machine.module_of(function.cell) is module
        ]
        pending = bool(waiting)
        # who is not named anywhere comes first: what it calls gets its values then
        waiting.sort(key=lambda entry: _is_named(entry[1], module, named))
        for key, function in waiting:
            if key not in machine.executed:
                machine.steps = min(machine.steps, MOST_STEPS // 2)
                machine.executed.add(key)
                _run_uncalled(machine, function)


def _is_named(function: Function, module: ParsedModule, known: dict[str, bool]) -> bool:
    """Whether code of a module names a function; ``known``: what was found before, by name."""
    if not isinstance(function.node, cst.FunctionDef):
        return True
    name = function.node.name.value
    if name not in known:
        known[name] = any(_names(cell.text, name) for cell in module.cells)
    return known[name]


def _names(text: str, name: str) -> bool:
    """Whether a name stands in a text, not just where it is defined, nor in a string of that one word."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        around = text[max(start - 1, 0) : start] + text[end : end + 1]
        defines = text[max(start - 4, 0) : start] == "def " or text[max(start - 6, 0) : start] == "class "
        if not defines and not any(character.isalnum() or character in "_\"'" for character in around):
            return True
        start = text.find(name, end)
    return False


def _run_uncalled(machine: Machine, function: Function) -> None:
    machine.cell = function.cell
    receiver: Value | None = None
    if function.owner is not None and function.binding != "staticmethod":
        receiver = function.owner if function.binding == "classmethod" else _object_of(machine, function.owner)
    base = machine.state
    with machine.branch() as state:
        invoke(machine, function, None, function.node, receiver=receiver)
        changes = state.changes_since(base)
    base.absorb([{}, changes])


def _object_of(machine: Machine, cls: Class) -> Value:
    """An object of a class: the one the program makes, else one made by a caller of whom nothing is known."""
    known = machine.instances.get(id(cls.node))
    if known is not None:
        return known
    cell = cls.cell
    anything = Argument(None, "**", Unknown(), cell, cls.node)
    return instantiate(machine, cls, [anything], cls.node, unknown=True)

"""Running one module of a document from its first cell to its last, and then what nothing in it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.semantics.expressions import evaluate
from sagegreen.semantics.invocation import instantiate, invoke
from sagegreen.semantics.machine import MOST_STEPS, Machine
from sagegreen.semantics.statements import execute
from sagegreen.semantics.trace import Argument
from sagegreen.semantics.values import Class, Function, Instance, Unknown

if TYPE_CHECKING:
    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.semantics.machine import Imports
    from sagegreen.semantics.trace import Trace


def run(module: ParsedModule, imports: Imports) -> Trace:
    """Execute a module abstractly.

    Args:
        module: the parsed cells that share one namespace.
        imports: what is known of the modules it imports.

    Returns:
        The calls and attribute assignments on imported things, in the order in which they run: first those of the
        module itself, then those of functions that nothing in it calls, whose parameters are unknown.
    """
    machine = Machine(module, imports, evaluate, execute)
    for cell in module.cells:
        machine.cell = cell
        execute(machine, cell.tree.body)
    machine.uncalled = True
    pending = True
    while pending:
        pending = False
        for key, function in list(machine.functions.items()):
            if key in machine.executed or machine.module_of(function.cell) is not module:
                continue
            pending = True
            machine.steps = min(machine.steps, MOST_STEPS // 2)
            machine.executed.add(key)
            _run_uncalled(machine, function)
    return machine.trace


def _run_uncalled(machine: Machine, function: Function) -> None:
    machine.cell = function.cell
    receiver: Class | Instance | None = None
    if function.owner is not None and function.binding != "staticmethod":
        receiver = function.owner if function.binding == "classmethod" else _object_of(machine, function.owner)
    base = machine.state
    with machine.branch() as state:
        invoke(machine, function, None, function.node, receiver=receiver)
        changes = state.changes_since(base)
    base.absorb([{}, changes])


def _object_of(machine: Machine, cls: Class) -> Instance:
    """An object of a class: the one the program makes, else one made by a caller of whom nothing is known."""
    known = machine.instances.get(id(cls.node))
    if known is not None:
        return known
    cell = cls.cell
    anything = Argument(None, "**", Unknown(), cell, cls.node)
    made = instantiate(machine, cls, [anything], cls.node, unknown=True)
    assert isinstance(made, Instance)  # noqa: S101 - what instantiating gives
    return made

"""What a program does to things it imported: calls, assignments and shell commands, in the order in which they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sagegreen.semantics.immutable import immutable

if TYPE_CHECKING:
    import libcst as cst

    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.semantics.values import Function, Value


@immutable
class Loop:
    """A ``for`` or ``while`` loop or a comprehension, and what it runs over."""

    cell: ParsedCell
    node: cst.CSTNode
    iterable: Value | None


@immutable
class Argument:
    """One argument of a call as it stood at that moment.

    Attributes:
        keyword: its name where it has one; ``"**"`` arguments that could be followed arrive as one argument per key.
        star: ``"*"`` or ``"**"`` where it stands for any number of arguments that could not be followed.
        value: what it was, containers as their contents at the call.
        cell: where the argument stands.
        node: the argument, or for a followed ``**`` the whole starred argument.
        key: the dictionary key where it came out of a followed ``**``.
    """

    keyword: str | None
    star: Literal["", "*", "**"]
    value: Value
    cell: ParsedCell
    node: cst.CSTNode
    spread: Value | None = None


@dataclass(eq=False, slots=True)
class Call:
    """A call of something that was imported, or of something unknown.

    Attributes:
        order: its place in the run.
        callee: what was called.
        arguments: as written, with followed ``*`` and ``**`` spread out.
        loops: the loops around it, those around the calls that led here included, outermost first.
        frames: the functions being executed, outermost first.
        conditional: whether a branch, a handler or an uncertain iteration encloses it.
        uncalled: whether it was reached only by running a function that nothing in the program calls.
        foreign: whether it stands in another file than the one that is looked at.
        excluded: whether a condition that is known not to hold encloses it.
    """

    order: int
    cell: ParsedCell
    node: cst.CSTNode
    callee: Value
    arguments: tuple[Argument, ...]
    loops: tuple[Loop, ...] = ()
    frames: tuple[Function, ...] = ()
    conditional: bool = False
    uncalled: bool = False
    foreign: bool = False
    excluded: bool = False


@immutable
class AttributeAssignment:
    """``estimator.max_run = 3600`` on an object that is not ours to look into.

    ``conditional``, ``excluded`` and ``loops`` are those of :class:`Call`.
    """

    order: int
    cell: ParsedCell
    node: cst.CSTNode
    base: Value
    name: str
    value: Value
    conditional: bool = False
    excluded: bool = False
    loops: tuple[Loop, ...] = ()


@dataclass(eq=False, slots=True)
class Trace:
    """Everything of note that one module does, in order."""

    calls: list[Call] = field(default_factory=list)
    assignments: list[AttributeAssignment] = field(default_factory=list)
    exhausted: bool = False

"""Python's scopes: which names a block binds, and where a name is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ScopeKind = Literal["module", "class", "function"]


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """One activation of a module, class body or function.

    Attributes:
        identity: distinguishes activations of the same function.
        kind: what it is a scope of.
        parent: the scope around it in the text.
        names: names that are local to it; ``None`` in a module or class body, where every binding is.
        outer: names it declares ``global`` or ``nonlocal``.
    """

    identity: int
    kind: ScopeKind
    parent: Scope | None = None
    names: frozenset[str] | None = None
    outer: frozenset[str] = frozenset()

    def owner(self, name: str) -> Scope:
        """The scope in which an assignment to ``name`` made here binds it."""
        if name not in self.outer:
            return self
        scope = self.parent
        while scope is not None and scope.parent is not None:
            if scope.kind == "function" and scope.names is not None and name in scope.names:
                return scope
            scope = scope.parent
        return scope or self

    def lookup(self, name: str) -> Iterator[Scope]:
        """The scopes in which ``name`` may be found from here, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class":
                yield scope
                if scope.names is not None and name in scope.names and name not in scope.outer:
                    return
            scope = scope.parent


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names that a block binds, and those it declares to be another block's."""

    names: frozenset[str]
    outer: frozenset[str]


def bindings(body: Sequence[cst.CSTNode]) -> Bindings:
    """The names that the statements of a function's body bind in that function."""
    names: set[str] = set()
    outer: set[str] = set()
    for statement in body:
        _collect(statement, names, outer)
    return Bindings(frozenset(names), frozenset(outer))


def _collect(node: cst.CSTNode, names: set[str], outer: set[str]) -> None:
    pending: list[cst.CSTNode] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, cst.FunctionDef | cst.ClassDef):
            names.add(current.name.value)
            continue
        if isinstance(current, cst.Global | cst.Nonlocal):
            outer.update(item.name.value for item in current.names)
        elif isinstance(current, cst.Assign):
            for target in current.targets:
                names.update(target_names(target.target))
        elif isinstance(current, cst.AnnAssign | cst.AugAssign | cst.For | cst.NamedExpr):
            names.update(target_names(current.target))
        elif isinstance(current, cst.AsName):
            names.update(target_names(current.name))
        elif isinstance(current, cst.ImportAlias):
            if current.asname is None:
                names.add(_first_name(current.name))
        elif isinstance(current, cst.MatchAs | cst.MatchStar) and current.name is not None:
            names.add(current.name.value)
        elif isinstance(current, cst.Lambda | cst.GeneratorExp | cst.ListComp | cst.SetComp | cst.DictComp):
            continue
        pending.extend(_statement_children(current))


def _statement_children(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    if isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite | cst.IndentedBlock):
        return node.body
    if isinstance(node, cst.Expr | cst.Assign | cst.AnnAssign | cst.AugAssign):
        return () if node.value is None else _walrus(node.value)
    return node.children


def _walrus(node: cst.BaseExpression) -> Iterable[cst.CSTNode]:
    return node.children if isinstance(node, cst.Call | cst.NamedExpr | cst.BooleanOperation) else ()


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The names that an assignment target binds (not attributes, not items)."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from target_names(element.value)
    elif isinstance(target, cst.StarredElement):
        yield from target_names(target.value)


def _first_name(node: cst.BaseExpression) -> str:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def dotted_name(node: cst.CSTNode | None) -> str | None:
    """``a.b.c`` as text for a chain of names, ``None`` for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))

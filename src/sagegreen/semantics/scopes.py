"""Python's scopes: which names a block binds, and where a name is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    """The names that the statements of a function's body bind in that function.

    Assignment expressions are left out: they bind where they are executed.
    """
    names: set[str] = set()
    outer: set[str] = set()
    pending: list[cst.CSTNode] = list(body)
    while pending:
        node = pending.pop()
        collect = _BINDERS.get(type(node))
        if collect is not None:
            collect(node, names, outer)
        inner = _INNER.get(type(node))
        if inner is not None:
            pending.extend(inner(node))
    return Bindings(frozenset(names), frozenset(outer))


def binds(node: cst.CSTNode) -> bool:
    """Whether :func:`bindings` could say anything of a single node."""
    return type(node) in _BINDERS or type(node) in _INNER


def _definition(node: cst.FunctionDef | cst.ClassDef, names: set[str], outer: set[str]) -> None:
    del outer
    names.add(node.name.value)


def _assignment(node: cst.Assign, names: set[str], outer: set[str]) -> None:
    del outer
    for target in node.targets:
        names.update(target_names(target.target))


def _single_target(
    node: cst.AnnAssign | cst.AugAssign | cst.For | cst.NamedExpr, names: set[str], outer: set[str]
) -> None:
    del outer
    names.update(target_names(node.target))


def _declaration(node: cst.Global | cst.Nonlocal, names: set[str], outer: set[str]) -> None:
    del names
    outer.update(item.name.value for item in node.names)


def _import(node: cst.Import | cst.ImportFrom, names: set[str], outer: set[str]) -> None:
    del outer
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        if alias.asname is not None:
            names.update(target_names(alias.asname.name))
        else:
            names.add(_first_name(alias.name))


def _context(node: cst.With, names: set[str], outer: set[str]) -> None:
    del outer
    for item in node.items:
        if item.asname is not None:
            names.update(target_names(item.asname.name))


def _handlers(node: cst.Try | cst.TryStar, names: set[str], outer: set[str]) -> None:
    del outer
    for handler in node.handlers:
        if handler.name is not None:
            names.update(target_names(handler.name.name))


def _bound_name(node: cst.AsName, names: set[str], outer: set[str]) -> None:
    del outer
    names.update(target_names(node.name))


def _capture(node: cst.MatchAs | cst.MatchStar, names: set[str], outer: set[str]) -> None:
    del outer
    if node.name is not None:
        names.add(node.name.value)


_BINDERS: dict[type[cst.CSTNode], Callable[[Any, set[str], set[str]], None]] = {
    cst.FunctionDef: _definition,
    cst.ClassDef: _definition,
    cst.Assign: _assignment,
    cst.AnnAssign: _single_target,
    cst.AugAssign: _single_target,
    cst.For: _single_target,
    cst.Global: _declaration,
    cst.Nonlocal: _declaration,
    cst.Import: _import,
    cst.ImportFrom: _import,
    cst.With: _context,
    cst.Try: _handlers,
    cst.TryStar: _handlers,
    # met only where a caller asks for the bindings of the single node
    cst.NamedExpr: _single_target,
    cst.AsName: _bound_name,
    cst.MatchAs: _capture,
    cst.MatchStar: _capture,
}


def _body(node: cst.SimpleStatementLine | cst.SimpleStatementSuite | cst.IndentedBlock) -> Sequence[cst.CSTNode]:
    return node.body


def _suites(node: cst.For | cst.While | cst.If | cst.With | cst.Else) -> list[cst.CSTNode]:
    orelse = getattr(node, "orelse", None)
    return [node.body] if orelse is None else [node.body, orelse]


def _try_suites(node: cst.Try | cst.TryStar) -> list[cst.CSTNode]:
    parts = [node.body, *(handler.body for handler in node.handlers)]
    if node.orelse is not None:
        parts.append(node.orelse.body)
    if node.finalbody is not None:
        parts.append(node.finalbody.body)
    return list(parts)


def _cases(node: cst.Match) -> list[cst.CSTNode]:
    return [case.body for case in node.cases]


_INNER: dict[type[cst.CSTNode], Callable[[Any], Iterable[cst.CSTNode]]] = {
    cst.SimpleStatementLine: _body,
    cst.SimpleStatementSuite: _body,
    cst.IndentedBlock: _body,
    cst.For: _suites,
    cst.While: _suites,
    cst.If: _suites,
    cst.With: _suites,
    cst.Else: _suites,
    cst.Try: _try_suites,
    cst.TryStar: _try_suites,
    cst.Match: _cases,
}


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The names that an assignment target binds (not attributes, not items)."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
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

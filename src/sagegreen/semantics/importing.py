"""Get or import a symbol: the expression that names it at one place, and the edits that make it available there."""

from __future__ import annotations

import builtins
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import libcst as cst

from sagegreen.documents.layout import (
    insert_imported,
    lines_after,
    lines_before,
    path_to,
    statement_end,
    statement_start,
)
from sagegreen.documents.listing import sheet_of
from sagegreen.documents.syntax import children
from sagegreen.semantics.scopes import bindings, binds, dotted_name, target_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sagegreen.documents.listing import Sheet
    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell, ParsedModule

Symbol = tuple[str, str]

_MAGIC = re.compile(r"[ \t]*[%!?]")
_GLOBAL = re.compile(r"^[ \t]*global[ \t]+([\w, \t]+)", re.MULTILINE)
_WITHOUT_PATTERNS = (cst.BaseSmallStatement, cst.BaseExpression)
_CLAUSES = (cst.BaseCompoundStatement, cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How to name symbols at one place.

    Attributes:
        names: for each pair of module and name the expression to write.
        edits: what must be written elsewhere for that, empty where everything is imported already.
    """

    names: Mapping[Symbol, str]
    edits: tuple[Edit, ...]


class _Target(NamedTuple):
    """What an import binds a name to: a name of a module, or with no name the module itself."""

    module: str
    name: str | None


class _Import(NamedTuple):
    """One name of an import statement.

    Attributes:
        bound: the name that it binds, ``*`` for a star import.
        target: what it is bound to.
        loaded: the module that has certainly been imported afterwards.
    """

    bound: str
    target: _Target
    loaded: str


class _NewImport(NamedTuple):
    """An import to write: names of a module, or without any the module itself."""

    home: str
    names: tuple[tuple[str, str], ...]


# None stands for anything that is no import.
_Bound = dict[str, set["_Target | None"]]


class _Line(NamedTuple):
    """A statement that certainly runs before the place in question.

    Attributes:
        cell: where it stands.
        statement: the line.
        imports: the names that it imports.
    """

    cell: ParsedCell
    statement: cst.BaseStatement
    imports: tuple[_Import, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where symbols are wanted.

    Attributes:
        outer: the module's import statements that run before, in order.
        inner: those of the functions around it, the outermost function first.
        bound: what the module binds, anywhere.
        local: what functions, lambdas, comprehensions and classes around the place bind.
    """

    outer: tuple[_Line, ...]
    inner: tuple[_Line, ...]
    bound: _Bound
    local: _Bound


def import_names(
    module: ParsedModule, at_cell: ParsedCell, at_node: cst.CSTNode, wanted: Sequence[Symbol]
) -> ImportPlan | None:
    """Name symbols at one place of a module, importing what is not imported yet.

    An existing binding is used where it certainly runs before the place and nothing else binds the same name. Otherwise
    a ``from`` import of the same module is extended, or a new one is written below the imports.

    Args:
        module: the module in whose namespace the symbols are wanted.
        at_cell: the cell of the place.
        at_node: a node of that cell's tree, in whose stead or inside which the symbols will be written.
        wanted: pairs of a module's dotted path and a name in it; an empty name stands for the module itself, which
            must then be a top-level one (``import boto3``).

    Returns:
        The plan; ``None`` where every possible name is taken by something else.
    """
    path = path_to(at_cell, at_node)
    if path is None:
        return None
    place = _place(module, at_cell, path)
    names: dict[Symbol, str] = {}
    missing: dict[str, list[tuple[str, str]]] = {}
    for symbol in dict.fromkeys(wanted):
        expression = _existing(place, symbol)
        if expression is None:
            expression = _free_name(module, place, symbol, frozenset(names.values()))
            if expression is None:
                return None
            missing.setdefault(symbol[0], []).append((symbol[1], expression))
        names[symbol] = expression
    return ImportPlan(names, _edits(module, at_cell, place, path[1], missing))


# --- what is bound --------------------------------------------------------------------------------------------


def _place(module: ParsedModule, cell: ParsedCell, path: Sequence[cst.CSTNode]) -> _Place:
    top = _top_of(module)
    start = cell.span(path[1]).start
    outer: list[_Line] = []
    for earlier, lines in zip(module.cells, top.importing, strict=True):
        if earlier is cell:
            outer += [line for line in lines if cell.span(line.statement).start < start]
            break
        outer += lines
    inner, local = _enclosing(cell, path)
    return _Place(tuple(outer), inner, top.bound, local)


class _Top(NamedTuple):
    """What a module binds, and for each cell the statements of its top level that import something."""

    bound: _Bound
    importing: tuple[tuple[_Line, ...], ...]


# Every fix that needs an import asks it of its module.
_TOPS: WeakKeyDictionary[ParsedModule, _Top] = WeakKeyDictionary()


def _top_of(module: ParsedModule) -> _Top:
    found = _TOPS.get(module)
    if found is None:
        bound: _Bound = {}
        for one in module.cells:
            _note(bound, one, one.tree.body)
            for declared in _GLOBAL.finditer(one.cell.source) if "global" in one.cell.source else ():
                for name in declared[1].split(","):
                    bound.setdefault(name.strip(), set()).add(None)
        lines = ((_line(cell, statement) for statement in cell.tree.body) for cell in module.cells)
        importing = tuple(tuple(line for line in of_cell if line.imports) for of_cell in lines)
        found = _TOPS[module] = _Top(bound, importing)
    return found


def _enclosing(cell: ParsedCell, path: Sequence[cst.CSTNode]) -> tuple[tuple[_Line, ...], _Bound]:
    """The statements that run before in the functions around a place, and the names that hide the module's there."""
    lines: list[_Line] = []
    local: _Bound = {}
    of_class: _Bound = {}
    following: list[cst.CSTNode | None] = [*path[2:], None]
    for ancestor, below, then in zip(path, path[1:], following, strict=False):
        if isinstance(ancestor, cst.ClassDef) and below is ancestor.body:
            _note(of_class, cell, ancestor.body.body)
        elif isinstance(ancestor, cst.FunctionDef) and below is ancestor.body:
            of_class = {}  # methods do not see the names of their class
            local.update((parameter, {None}) for parameter in _parameters(ancestor.params))
            _note(local, cell, ancestor.body.body)
            if isinstance(below, cst.IndentedBlock):
                lines += _before(cell, below, then)
        elif isinstance(ancestor, cst.Lambda):
            local.update((parameter, {None}) for parameter in _parameters(ancestor.params))
        elif isinstance(ancestor, cst.BaseComp):
            local.update((name, {None}) for name in _comprehension_names(ancestor))
    for name, targets in of_class.items():
        local.setdefault(name, set()).update(targets)
    return tuple(lines), local


def _before(cell: ParsedCell, block: cst.IndentedBlock, statement: cst.CSTNode | None) -> Iterator[_Line]:
    for earlier in block.body:
        if earlier is statement:
            return
        yield _line(cell, earlier)


def _note(bound: _Bound, cell: ParsedCell, nodes: Iterable[cst.CSTNode]) -> None:
    for name, target in _bound(nodes, walrus=":=" in cell.text):
        bound.setdefault(name, set()).add(target)


def _bound(nodes: Iterable[cst.CSTNode], *, walrus: bool) -> Iterator[tuple[str, _Target | None]]:
    """The names that statements bind in the scope that they stand in, wherever in it.

    Args:
        nodes: the statements.
        walrus: whether expressions may bind names; else they need not be looked into.
    """
    for node in nodes:
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            for item in _imports(node):
                yield item.bound, item.target
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node.name.value, None
        elif isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.IndentedBlock)):
            yield from _bound(node.body, walrus=walrus)
        elif isinstance(node, _CLAUSES):
            if isinstance(node, cst.For):
                yield from ((name, None) for name in target_names(node.target))
            yield from _bound(children(node), walrus=walrus)
        elif isinstance(node, cst.Del):
            yield from ((name, None) for name in target_names(node.target))
        else:
            parts = _parts(node) if walrus or not isinstance(node, _WITHOUT_PATTERNS) else (node,)
            yield from ((name, None) for part in parts if binds(part) for name in bindings([part]).names)


def _parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and everything in it, but for what has a scope of its own."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if not isinstance(current, (cst.Lambda, cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp)):
            pending.extend(children(current))


def _imports(node: cst.CSTNode) -> Iterator[_Import]:
    if isinstance(node, cst.Import):
        for alias in node.names:
            module = dotted_name(alias.name) or ""
            if alias.asname is not None:
                yield _Import(_alias(alias) or "", _Target(module, None), module)
            else:
                root = module.partition(".")[0]
                yield _Import(root, _Target(root, None), module)
    elif isinstance(node, cst.ImportFrom):
        module = "." * len(node.relative) + (dotted_name(node.module) or "")
        if isinstance(node.names, cst.ImportStar):
            yield _Import("*", _Target(module, "*"), module)
            return
        for alias in node.names:
            name = dotted_name(alias.name) or ""
            yield _Import(_alias(alias) or name, _Target(module, name), module)


def _alias(alias: cst.ImportAlias) -> str | None:
    return None if alias.asname is None else dotted_name(alias.asname.name)


def _line(cell: ParsedCell, statement: cst.BaseStatement) -> _Line:
    if not isinstance(statement, cst.SimpleStatementLine):
        return _Line(cell, statement, ())
    return _Line(cell, statement, tuple(found for node in statement.body for found in _imports(node)))


def _line_imports(lines: Iterable[_Line]) -> Iterator[_Import]:
    for line in lines:
        yield from line.imports


def _parameters(parameters: cst.Parameters) -> list[str]:
    listed = [*parameters.posonly_params, *parameters.params, *parameters.kwonly_params]
    listed += [star for star in (parameters.star_arg, parameters.star_kwarg) if isinstance(star, cst.Param)]
    return [parameter.name.value for parameter in listed]


def _comprehension_names(comprehension: cst.BaseComp) -> Iterator[str]:
    loop: cst.CompFor | None = comprehension.for_in
    while loop is not None:
        yield from target_names(loop.target)
        loop = loop.inner_for_in


# --- which name to write --------------------------------------------------------------------------------------


def _existing(place: _Place, symbol: Symbol) -> str | None:
    """The expression for a symbol that is imported already."""
    module, name = symbol
    usable = [item for item in _line_imports(place.inner) if place.local.get(item.bound) == {item.target}]
    usable += [
        item
        for item in _line_imports(place.outer)
        if item.bound not in place.local and place.bound.get(item.bound) == {item.target}
    ]
    for item in usable:
        if item.target == (module, name or None):
            return item.bound
    if not name:
        return None
    parent, _, last = module.rpartition(".")
    for item in usable:
        if item.target in ((module, None), (parent, last)):
            return f"{item.bound}.{name}"
    if any(_is_extensible(line, module) for line in (*place.inner, *place.outer)):
        return None
    # A package's attribute only exists once somebody has imported the submodule.
    loaded = {item.loaded for item in (*_line_imports(place.inner), *_line_imports(place.outer))}
    if not any(each == module or each.startswith(f"{module}.") for each in loaded):
        return None
    for item in usable:
        if item.target.name is None and module.startswith(f"{item.target.module}."):
            return f"{item.bound}{module[len(item.target.module) :]}.{name}"
    return None


def _free_name(module: ParsedModule, place: _Place, symbol: Symbol, chosen: frozenset[str]) -> str | None:
    """The name to import a symbol by: its own, or where that is taken one that its module's name is part of."""
    home, name = symbol
    if not name:
        taken = home in place.local or not place.bound.get(home, set()) <= {_Target(home, None)}
        return None if taken or "." in home else home
    has_star = any(target != _Target(home, "*") for target in place.bound.get("*", ()))
    last = home.rpartition(".")[2]
    if name.isupper():
        alias = f"{last.upper()}_{name}"
    elif name[0].isupper():
        alias = "".join(word.capitalize() for word in last.split("_")) + name
    else:
        alias = f"{last}_{name}"
    for candidate in (name, alias):
        if candidate in chosen or candidate in place.local or hasattr(builtins, candidate):
            continue
        if not place.bound.get(candidate, set()) <= {_Target(home, name)}:
            continue
        # What a star import brings is unknown: a name that the code uses already may come from there.
        if has_star and candidate not in place.bound and _mentions(module, candidate):
            continue
        return candidate
    return None


def _mentions(module: ParsedModule, name: str) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(word.search(cell.cell.source) for cell in module.cells)


# --- what to write --------------------------------------------------------------------------------------------


def _edits(
    module: ParsedModule,
    at_cell: ParsedCell,
    place: _Place,
    statement: cst.CSTNode,
    missing: Mapping[str, Sequence[tuple[str, str]]],
) -> tuple[Edit, ...]:
    newline = module.document.newline
    edits: list[Edit] = []
    new: list[_NewImport] = []
    for home, wanted in sorted(missing.items()):
        new += [_NewImport(home, ()) for name, _ in wanted if not name]
        names = [pair for pair in wanted if pair[0]]
        if not names:
            continue
        known = [line for line in (*place.outer, *place.inner) if _is_extensible(line, home)]
        extended = _extend(known, home, names, newline)
        if extended is None:
            new.append(_NewImport(home, tuple(sorted(names, key=lambda pair: _rank(pair[0])))))
        else:
            edits += extended
    return (*edits, *_new_imports(module, at_cell, place, statement, new))


def _extend(
    known: Sequence[_Line], home: str, names: Sequence[tuple[str, str]], newline: str
) -> tuple[Edit, ...] | None:
    if not known:
        return None
    line = known[-1]
    node = _import_from(line, home)
    if node is None or isinstance(node.names, cst.ImportStar):
        return None
    present = [dotted_name(alias.name) or "" for alias in node.names]
    order = next((key for key in (_rank, _folded, _plain) if present == sorted(present, key=key)), None)
    placed: dict[int, list[str]] = {}
    for name, bound in sorted(names, key=lambda pair: (order or _rank)(pair[0])):
        index = len(present) if order is None else sum(order(each) <= order(name) for each in present)
        placed.setdefault(index, []).append(_clause(name, bound))
    return insert_imported(line.cell, node, placed, newline)


def _is_extensible(line: _Line, home: str) -> bool:
    return bool(line.imports) and _import_from(line, home) is not None


def _import_from(line: _Line, home: str) -> cst.ImportFrom | None:
    """The statement of a line that imports names, not all of them, from a module."""
    if isinstance(line.statement, cst.SimpleStatementLine):
        for node in line.statement.body:
            if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
                continue
            if not node.relative and dotted_name(node.module) == home:
                return node
    return None


def _clause(name: str, bound: str) -> str:
    return name if name == bound else f"{name} as {bound}"


def _rank(name: str) -> tuple[int, str]:
    """The default order of isort and ruff: constants, classes, the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _folded(name: str) -> tuple[int, str]:
    return (0, name.casefold())


def _plain(name: str) -> tuple[int, str]:
    return (0, name)


def _new_imports(
    module: ParsedModule,
    at_cell: ParsedCell,
    place: _Place,
    statement: cst.CSTNode,
    new: Sequence[_NewImport],
) -> Iterator[Edit]:
    """New import statements, those for one spot in one edit."""
    newline = module.document.newline
    spots: dict[tuple[int, bool], tuple[_Line, list[_NewImport]]] = {}
    top = []
    for wanted in new:
        spot = _spot(place, at_cell, wanted)
        if spot is None:
            top.append(wanted)
        else:
            line, below = spot
            spots.setdefault((id(line.statement), below), (line, []))[1].append(wanted)
    for (_, below), (line, group) in spots.items():
        sheet = sheet_of(line.cell, newline)
        start = statement_start(line.cell, line.statement)
        indent = sheet.indentation(start)
        lines = [text for wanted in group for text in _import_lines(wanted, sheet, indent)]
        if below:
            yield lines_after(sheet, statement_end(line.cell, line.statement), lines)
        else:
            yield lines_before(sheet, start, lines)
    if top:
        sheet = sheet_of(at_cell, newline)
        # IPython takes off what indents a cell as a whole
        indent = sheet.indentation(statement_start(at_cell, at_cell.tree.body[0]))
        lines = [text for wanted in top for text in _import_lines(wanted, sheet, indent)]
        yield _at_top(sheet, at_cell, statement, lines, is_notebook=at_cell.cell.index is not None)


def _spot(place: _Place, at_cell: ParsedCell, wanted: _NewImport) -> tuple[_Line, bool] | None:
    """The import statement to write next to, and whether below it."""
    home = wanted.home
    root = home.partition(".")[0]
    importing = [line for line in place.outer if line.imports]
    block = [line for line in place.inner if line.imports]
    if importing:
        related = [line for line in importing if any(item.loaded.partition(".")[0] == root for item in line.imports)]
        here = [line for line in importing if line.cell is at_cell]
        last = (related or here or importing)[-1]
        block = [line for line in importing if line.cell is last.cell]
    if not block:
        return None
    if not wanted.names:
        # isort puts modules before names, and other people's packages below the standard library
        later = [line for line in block if _first_module(line) > home and _is_installed(_first_module(line))]
        return (later[0], False) if later else (block[-1], True)
    family = [(other, line) for line in block if (other := _home_of(line)).partition(".")[0] == root]
    homes = [other for other, _ in family]
    if family and homes == sorted(homes):
        lower = [line for other, line in family if other <= home]
        return (lower[-1], True) if lower else (family[0][1], False)
    return (family[-1][1] if family else block[-1]), True


def _first_module(line: _Line) -> str:
    return next((item.loaded.partition(".")[0] for item in line.imports), "")


def _is_installed(module: str) -> bool:
    """Whether a module is certainly no part of the standard library, and no relative one."""
    return module not in sys.stdlib_module_names and module not in {"", "__future__"}


def _home_of(line: _Line) -> str:
    """The module of a line that is one ``from`` import, else nothing."""
    if isinstance(line.statement, cst.SimpleStatementLine) and len(line.statement.body) == 1:
        node = line.statement.body[0]
        if isinstance(node, cst.ImportFrom) and not node.relative:
            return dotted_name(node.module) or ""
    return ""


def _import_lines(wanted: _NewImport, sheet: Sheet, indent: str) -> list[str]:
    if not wanted.names:
        return [f"{indent}import {wanted.home}"]
    clauses = [_clause(name, bound) for name, bound in wanted.names]
    line = f"{indent}from {wanted.home} import {', '.join(clauses)}"
    if len(line) <= sheet.limit:
        return [line]
    inside = [f"{indent}{sheet.unit}{clause}," for clause in clauses]
    return [f"{indent}from {wanted.home} import (", *inside, f"{indent})"]


def _at_top(sheet: Sheet, cell: ParsedCell, statement: cst.CSTNode, lines: Sequence[str], *, is_notebook: bool) -> Edit:
    """Imports at the top of a cell that has none: below its docstring, heading comments and magics."""
    first = cell.tree.body[0]
    for position, candidate in enumerate(cell.tree.body):
        first = candidate
        start = statement_start(cell, candidate)
        is_docstring = position == 0 and not is_notebook and _is_string(candidate)
        is_magic = _MAGIC.match(sheet.source, sheet.line_start(start)) is not None
        if candidate is statement or not (is_docstring or is_magic):
            break
    place = sheet.line_start(statement_start(cell, first))
    place = _above_comments(sheet, place, cell.cell.header, is_notebook=is_notebook)
    gap = [""] * (2 if isinstance(first, (cst.FunctionDef, cst.ClassDef)) else 1)
    above = sheet.source[sheet.line_start(place - 1) : place].strip() if place > cell.cell.header else ""
    is_below_docstring = above != "" and first is not cell.tree.body[0] and not _MAGIC.match(above)
    return lines_before(sheet, place, [*([""] if is_below_docstring else []), *lines, *gap])


def _above_comments(sheet: Sheet, place: int, top: int, *, is_notebook: bool) -> int:
    """The line above the comments on top of a statement, unless they head a script (licence, encoding)."""
    highest = place
    while highest > top:
        above = sheet.line_start(highest - 1)
        if not sheet.source[above:highest].strip().startswith("#"):
            return highest
        highest = above
    return highest if is_notebook else place


def _is_string(statement: cst.BaseStatement) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )

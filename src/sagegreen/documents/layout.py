"""Edits that follow the layout of the code around them: arguments, items, statements, quotes."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import libcst as cst

from sagegreen.documents.listing import (
    Item,
    Listing,
    comma_after,
    explode,
    insert,
    remove,
    sheet_of,
)
from sagegreen.documents.model import Edit, Span
from sagegreen.documents.syntax import children
from sagegreen.documents.trivia import LEXEME, skip_trivia

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sagegreen.documents.listing import Sheet
    from sagegreen.documents.parsing import ParsedCell

_Bracketed = cst.Call | cst.Dict | cst.List | cst.Tuple

_FORMATTED_STRING = re.compile(r"(?i)(?<![a-z0-9_])(?:f|fr|rf|t|tr|rt)[\"']")
# A line magic ends with its line: nothing in it may be spread over several.
_MAGIC_LINE = re.compile(r"[ \t]*(?:[\w.,*\[\] \t]+=[ \t]*)?[%!]")
_SUPPRESSION = re.compile(r"#\s*(?:noqa|ruff:|sagegreen:)", re.IGNORECASE)


def insert_arguments(
    cell: ParsedCell, call: cst.Call, keywords: Sequence[tuple[str, str]], newline: str
) -> tuple[Edit, ...] | None:
    """Append keyword arguments to a call in the call's own style.

    Args:
        cell: the cell in which the call stands.
        call: a node of the cell's tree.
        keywords: parameter names, and the code of their values on one line.
        newline: the line ending to write.

    Returns:
        The edits; ``None`` where the call cannot take them as it is written (a lone generator without
        parentheses of its own, a call inside an f-string).
    """
    if len(call.args) == 1 and call.args[0].star == "" and _is_bare_generator(call.args[0].value):
        return None
    return _insert(cell, call, [Item(f"{name}=", code) for name, code in keywords], newline)


def insert_items(
    cell: ParsedCell, display: cst.Dict, items: Sequence[tuple[str, str]], newline: str
) -> tuple[Edit, ...] | None:
    """Append items to a dictionary display in its own style; keys and values are code.

    Returns:
        The edits; ``None`` inside an f-string.
    """
    return _insert(cell, display, [Item(f"{key}: ", value) for key, value in items], newline)


def insert_elements(
    cell: ParsedCell, display: cst.List | cst.Tuple, elements: Sequence[str], newline: str
) -> tuple[Edit, ...] | None:
    """Append elements to a list or tuple display in its own style; a tuple without parentheses stays without.

    Returns:
        The edits; ``None`` inside an f-string.
    """
    items = [Item("", code) for code in elements]
    if isinstance(display, cst.Tuple) and not display.lpar:
        spans = [_element_span(cell, element) for element in display.elements]
        return _extend_bare_tuple(cell, spans, items)
    return _insert(cell, display, items, newline)


def insert_imported(
    cell: ParsedCell, statement: cst.ImportFrom, placed: Mapping[int, Sequence[str]], newline: str
) -> tuple[Edit, ...] | None:
    """Add names (``Rule`` or ``Rule as R``) to an import statement, each group before the name that has its index now.

    Returns:
        The edits; ``None`` for a star import.
    """
    if isinstance(statement.names, cst.ImportStar):
        return None
    sheet = sheet_of(cell, newline)
    spans = tuple(cell.span(alias) for alias in statement.names)
    groups = {index: [Item("", name) for name in names] for index, names in placed.items()}
    if statement.lpar is not None:
        opening = sheet.source.index("(", cell.span(statement).start) + 1
        return insert(sheet, _between(cell, opening, spans), groups)
    first, last = spans[0].start, spans[-1].end
    grown = sum(len(item.text) + 2 for group in groups.values() for item in group)
    if sheet.breaks(cell.span(statement).start, last) or sheet.width(first, last) + grown <= sheet.limit:
        return tuple(
            sheet.edit(spans[index].start, spans[index].start, "".join(f"{item.text}, " for item in group))
            if index < len(spans)
            else sheet.edit(last, last, "".join(f", {item.text}" for item in group))
            for index, group in sorted(groups.items())
        )
    edits = explode(sheet, Listing(first, last, spans, None), groups)
    opened = replace(edits[0], content=f"({edits[0].content}")
    return opened, *edits[1:-1], replace(edits[-1], content=f"{edits[-1].content})")


def remove_argument(cell: ParsedCell, call: cst.Call, arg: cst.Arg) -> tuple[Edit, ...] | None:
    """Take an argument out of a call, with its comma, and with its line where it stood on one of its own.

    Returns:
        The edits; ``None`` where a comment would be lost.
    """
    return _remove(cell, call, _index(call.args, arg))


def remove_item(cell: ParsedCell, display: cst.Dict, element: cst.BaseDictElement) -> tuple[Edit, ...] | None:
    """Take an item out of a dictionary display, as :func:`remove_argument` does."""
    return _remove(cell, display, _index(display.elements, element))


def replace_node(cell: ParsedCell, node: cst.CSTNode, code: str) -> Edit:
    """Write ``code`` in the place of a node; parentheses around the node stay."""
    span = cell.span(node)
    return Edit(cell.cell.index, span.start, span.end, code)


def insert_statements(
    cell: ParsedCell,
    anchor: cst.BaseStatement,
    lines: Sequence[str],
    newline: str,
    where: Literal["before", "after"],
) -> Edit | None:
    """Write statements next to another one, with its indentation.

    Args:
        cell: the cell in which the anchor stands.
        anchor: a statement of the cell's tree.
        lines: code without the anchor's indentation.
        newline: the line ending to write.
        where: on which side. Comments directly above the anchor stay with it.

    Returns:
        The edit; ``None`` where no line can be added safely: the anchor shares its line, or is an ``elif``.
    """
    sheet = sheet_of(cell, newline)
    start = statement_start(cell, anchor)
    if not sheet.starts_line(start) or sheet.source.startswith("elif", start):
        return None
    if isinstance(anchor, cst.SimpleStatementLine) and len(anchor.body) > 1:
        return None
    indent = sheet.before(start)
    defines = isinstance(anchor, cst.FunctionDef | cst.ClassDef)
    gap = [""] * (1 if indent else 2) if defines else []
    if where == "before":
        return lines_before(sheet, _above_comments(sheet, start), _indented([*lines, *gap], indent))
    if _is_import(anchor) and not re.match(r"(?:import|from)\b", lines[0] if lines else ""):
        gap = [""]
    return lines_after(sheet, statement_end(cell, anchor), _indented([*gap, *lines], indent))


def lines_before(sheet: Sheet, offset: int, lines: Sequence[str]) -> Edit:
    """Write whole lines above the line of ``offset``."""
    start = sheet.line_start(offset)
    return sheet.edit(start, start, "".join(line + sheet.newline for line in lines))


def lines_after(sheet: Sheet, offset: int, lines: Sequence[str]) -> Edit:
    """Write whole lines below the line of ``offset``, which keeps its line ending, or lack of one."""
    end = sheet.line_end(offset)
    return sheet.edit(end, end, "".join(sheet.newline + line for line in lines))


def statement_end(cell: ParsedCell, statement: cst.BaseStatement) -> int:
    """Where the last token of a statement ends, trailing comments and line endings left out."""
    span = cell.span(statement)
    return span.start + len(cell.cell.source[span.start : span.end].rstrip())


def quote_of(cell: ParsedCell) -> str:
    """The quote that most strings of a cell are written with; the double quote where neither prevails."""
    return _prevailing_quote(cell.cell.source)


@lru_cache(maxsize=64)  # every fix asks it of its cell
def _prevailing_quote(source: str) -> str:
    quotes = [lexeme.group()[0] for lexeme in LEXEME.finditer(source) if not _is_long(lexeme.group())]
    return "'" if quotes.count("'") > quotes.count('"') else '"'


def string(cell: ParsedCell, text: str) -> str:
    """A string literal as the author would write it: the prevailing quote, unless the other one saves escapes."""
    quote = quote_of(cell)
    other = "'" if quote == '"' else '"'
    if quote in text and other not in text:
        quote = other
    # With a double quote in front, repr always chooses single quotes: only those are escaped in what follows it.
    body = repr('"' + text)[2:-1]
    return f"'{body}'" if quote == "'" else '"' + body.replace("\\'", "'").replace('"', '\\"') + '"'


def _is_long(lexeme: str) -> bool:
    return lexeme.startswith(("#", '"""', "'''"))


def _insert(cell: ParsedCell, node: _Bracketed, items: Sequence[Item], newline: str) -> tuple[Edit, ...] | None:
    sheet = sheet_of(cell, newline)
    start = cell.span(node).start
    if _is_in_string(sheet, start):
        return None
    if _MAGIC_LINE.match(sheet.source, sheet.line_start(start)):
        sheet = replace(sheet, limit=sys.maxsize)
    listing = _listing(cell, node)
    return insert(sheet, listing, {len(listing.items): items}, lambda: _around(cell, node))


def _remove(cell: ParsedCell, node: _Bracketed, index: int) -> tuple[Edit, ...] | None:
    sheet = sheet_of(cell, "\n")
    if _is_in_string(sheet, cell.span(node).start):
        return None
    return remove(sheet, _listing(cell, node), index)


def _around(cell: ParsedCell, node: _Bracketed) -> list[Listing]:
    """The calls and displays that a node is an entry of, without anything else between, the outermost first."""
    path = path_to(cell, node) or ()
    found: list[Listing] = []
    for ancestor, below in zip(reversed(path[:-1]), reversed(path), strict=False):
        if isinstance(ancestor, cst.Call):
            if not isinstance(below, cst.Arg):
                break
            found.append(_listing(cell, ancestor))
        elif isinstance(ancestor, cst.List | cst.Dict) or (isinstance(ancestor, cst.Tuple) and ancestor.lpar):
            found.append(_listing(cell, ancestor))
        elif not isinstance(ancestor, cst.Arg | cst.Element | cst.DictElement):
            break
    return found[::-1]


def path_to(cell: ParsedCell, node: cst.CSTNode) -> list[cst.CSTNode] | None:
    """The nodes from the tree's root, by way of a statement of its top level, to ``node``."""
    start = cell.span(node).start
    body = cell.tree.body
    around = bisect_right(body, start, key=lambda statement: statement_start(cell, statement))
    pending: list[tuple[cst.CSTNode, int]] = [(body[around - 1], 0)] if around else []
    path: list[cst.CSTNode] = []
    while pending:
        current, depth = pending.pop()
        del path[depth:]
        path.append(current)
        if current is node:
            return [cell.tree, *path]
        pending.extend((child, depth + 1) for child in children(current) if _may_hold(cell, child, start))
    return None


def _may_hold(cell: ParsedCell, node: cst.CSTNode, offset: int) -> bool:
    """Whether an offset can stand in a node: told by the place of a statement, anything else has to be looked into."""
    if not isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        return True
    return statement_start(cell, node) <= offset <= cell.span(node).end


def _is_in_string(sheet: Sheet, offset: int) -> bool:
    """Whether code stands in a replacement field of an f-string, where quotes and line breaks may be illegal."""
    strings = _strings(sheet.source)
    before = bisect_left(strings, offset, key=lambda string: string[0])
    return before > 0 and offset < strings[before - 1][1]


@lru_cache(maxsize=64)  # every fix asks it of its cell
def _strings(source: str) -> tuple[tuple[int, int], ...]:
    """Where strings and comments stand in a text that holds an f-string."""
    if not _FORMATTED_STRING.search(source):
        return ()
    return tuple(lexeme.span() for lexeme in LEXEME.finditer(source))


def _is_bare_generator(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.GeneratorExp) and not node.lpar


def _listing(cell: ParsedCell, node: _Bracketed) -> Listing:
    source = cell.cell.source
    if isinstance(node, cst.Call):
        opening = skip_trivia(source, cell.outer_span(node.func).end) + 1
        return _between(cell, opening, [cell.span(arg) for arg in node.args])
    if isinstance(node, cst.Dict):
        return _between(cell, cell.span(node).start + 1, [cell.span(element) for element in node.elements])
    spans = [_element_span(cell, element) for element in node.elements]
    if isinstance(node, cst.List):
        return _between(cell, cell.span(node).start + 1, spans)
    opening = cell.outer_span(node).start
    for _ in node.lpar:
        opening = skip_trivia(source, opening) + 1
    return _between(cell, opening, spans, single=True)


def _between(cell: ParsedCell, opening: int, spans: Sequence[Span], *, single: bool = False) -> Listing:
    source = cell.cell.source
    comma = comma_after(source, spans[-1].end) if spans else None
    last = opening if not spans else spans[-1].end if comma is None else comma + 1
    return Listing(opening, skip_trivia(source, last), tuple(spans), comma, single)


def _element_span(cell: ParsedCell, element: cst.BaseElement) -> Span:
    return cell.span(element) if isinstance(element, cst.StarredElement) else cell.outer_span(element.value)


def _extend_bare_tuple(cell: ParsedCell, spans: Sequence[Span], items: Sequence[Item]) -> tuple[Edit, ...]:
    end = spans[-1].end
    text = ", ".join(item.text for item in items)
    comma = comma_after(cell.cell.source, end)
    if comma is None:
        return (Edit(cell.cell.index, end, end, f", {text}"),)
    if len(spans) == 1:
        return (Edit(cell.cell.index, comma, comma + 1, f", {text}"),)
    return (Edit(cell.cell.index, comma + 1, comma + 1, f" {text},"),)


def _index(nodes: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
    return next(index for index, candidate in enumerate(nodes) if candidate is node)


def _indented(lines: Sequence[str], indent: str) -> list[str]:
    return [indent + line if line else line for line in lines]


def statement_start(cell: ParsedCell, statement: cst.BaseStatement) -> int:
    """Where the first token of a statement stands, that of its first decorator included."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        return cell.span(statement.decorators[0]).start
    return cell.span(statement).start


def _is_import(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, cst.Import | cst.ImportFrom) for part in statement.body
    )


def _above_comments(sheet: Sheet, start: int) -> int:
    """The line above the comments that stand directly on top of a statement.

    A comment at the top of the text is its heading (a licence, a shebang, a cell's title) and not the statement's own,
    unless it suppresses a finding there.
    """
    place = sheet.line_start(start)
    lowest = place
    while place:
        above = sheet.line_start(place - 1)
        line = sheet.source[above:place].strip()
        if not line.startswith("#"):
            return place
        place = above
    above = sheet.line_start(lowest - 1) if lowest else 0
    return above if _SUPPRESSION.match(sheet.source[above:lowest].strip()) else lowest

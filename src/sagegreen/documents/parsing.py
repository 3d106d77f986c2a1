"""From cells to syntax trees."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst

from sagegreen.documents.magics import neutralised, statement_starts
from sagegreen.documents.model import Cell, Document, Module, Position, Problem, Span
from sagegreen.documents.nesting import TooDeep, endless_pattern, nested_too_deeply
from sagegreen.documents.pieces import PiecedTree
from sagegreen.documents.positions import LineTable
from sagegreen.documents.spans import GeneratedTree
from sagegreen.documents.trees import Deep, Tree, Unsupported, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sagegreen.documents.pieces import Pieces

_Syntax = Tree | PiecedTree | GeneratedTree
_LIBCST_POSITION = re.compile(r"error at (\d+):(\d+): ")
_TOKENIZER_ERROR = re.compile(r"tokenizer error: (.*)")
_INDENT = re.compile(r"[ \t]+")
_INDENT_WITH_FORM_FEED = re.compile(r"[ \t\f]*\f(?=[ \t]*[^ \t\f\r\n])")


@dataclass(frozen=True, slots=True)
class _OffsetMap:
    """How offsets of a parsed text become offsets of the cell: sorted places from which on a constant is added."""

    places: tuple[int, ...]
    shifts: tuple[int, ...]

    def cell_offset(self, offset: int) -> int:
        return offset + self.shifts[bisect_right(self.places, offset) - 1]


@dataclass(frozen=True, eq=False)
class ParsedCell:
    """A cell with its syntax tree.

    Attributes:
        cell: the source.
        syntax: the tree with its places; magics are masked in it, the positions are true.
    """

    cell: Cell
    syntax: _Syntax
    _offsets: _OffsetMap

    @property
    def tree(self) -> libcst.Module:
        """The root of the tree; the text between its nodes need not be in it."""
        return self.syntax.module

    @property
    def text(self) -> str:
        """What was parsed."""
        return self.syntax.text

    def span(self, node: libcst.CSTNode) -> Span:
        """Give a node's place in the cell's source: without the whitespace and parentheses around it.

        Raises:
            KeyError: the node is not part of this cell's tree.
        """
        return self._in_cell(self.syntax.span(node))

    def outer_span(self, node: libcst.CSTNode) -> Span:
        """Give a node's place in the cell's source together with its own parentheses.

        Raises:
            KeyError: the node is not part of this cell's tree.
        """
        return self._in_cell(self.syntax.outer_span(node))

    def code(self, node: libcst.CSTNode) -> str:
        """Give a node's source as its author wrote it, without surrounding whitespace and parentheses."""
        start, end = self.span(node)
        return self.cell.source[start:end]

    def _in_cell(self, region: tuple[int, int]) -> Span:
        start, end = region
        # LibCST counts a line end for a last line that has none.
        length = len(self.syntax.text)
        if end > length:
            start, end = min(start, length), length
        if len(self._offsets.shifts) == 1:  # almost every cell
            shift = self._offsets.shifts[0]
            return Span(start + shift, end + shift)
        if start == end:
            return Span(self._offsets.cell_offset(start), self._offsets.cell_offset(start))
        # The end belongs to the line of the last character, not to that of the next.
        return Span(self._offsets.cell_offset(start), self._offsets.cell_offset(end - 1) + 1)


@dataclass(frozen=True, eq=False)
class ParsedModule:
    """A module with the trees of those cells that can be parsed.

    Attributes:
        document: the file it belongs to.
        module: its source.
        cells: the parsed cells, in order.
        problems: one for each cell that cannot be parsed.
    """

    document: Document
    module: Module
    cells: tuple[ParsedCell, ...]
    problems: tuple[Problem, ...]


def parse_module(document: Document, module: Module) -> ParsedModule:
    """Parse the cells of a module, each for itself: a broken one silences only itself."""
    cells = []
    problems = []
    # A file that a cell writes is parsed for itself and for those that import it: these may share no nodes.
    pieces = document.pieces if module.name is None else None
    for cell in module.cells:
        parsed = _parsed(cell, pieces, interactive=document.kind == "notebook" and module.name is None)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            cells.append(parsed)
    return ParsedModule(document, module, tuple(cells), tuple(problems))


def _parsed(cell: Cell, pieces: Pieces | None, *, interactive: bool) -> ParsedCell | Problem:
    """Parse a cell as it stands, else with its magics masked: all of that by CPython's parser first, then by LibCST's.

    LibCST's grammar is newer than that of an older Python, and its parser is slow.
    """

    def parse(text: str, offsets: _OffsetMap) -> Tree | PiecedTree | None:
        pieced = pieces.tree(cell.index, text) if pieces is not None else None
        return pieced or _built(text, offsets)

    try:
        for text, offsets in _attempts(cell, interactive=interactive):
            built = _tree(cell, text, offsets, parse)
            if built is not None:
                return built
        return _by_libcst(cell, interactive=interactive)
    except _UnparsableError as error:
        return error.problem(cell)


def _by_libcst(cell: Cell, *, interactive: bool) -> ParsedCell:
    failure: _UnparsableError | None = None
    masked = neutralised(cell.source[cell.header :]) if interactive else None
    for text, offsets in _attempts(cell, interactive=interactive):
        parsed, error = _tried(cell, text, offsets)
        if parsed is not None:
            return parsed
        if failure is None or text == masked:
            failure = error
    assert failure is not None  # noqa: S101 - there is an attempt, and it failed
    raise failure


def _tried(cell: Cell, text: str, offsets: _OffsetMap) -> tuple[ParsedCell | None, _UnparsableError | None]:
    try:
        return _tree(cell, text, offsets, _parsed_by_libcst), None
    except _UnparsableError as error:
        if error.hopeless:
            raise
        return None, error


def _attempts(cell: Cell, *, interactive: bool) -> Iterator[tuple[str, _OffsetMap]]:
    """The texts that a cell may be parsed as, the likeliest first."""
    code = cell.source[cell.header :]
    whole = _OffsetMap((0,), (cell.header,))
    yield code, whole
    if not interactive:
        return
    tried = {code}
    masked = neutralised(code)
    attempts = [(neutralised(code, keep_statements=True), whole), (masked, whole)]
    if dedented := _dedented(masked):
        attempts.append(dedented)
    for text, offsets in attempts:
        if text not in tried:
            tried.add(text)
            yield text, offsets
    automagic = neutralised(code, automagic=True)
    if automagic not in tried:
        yield automagic, whole


class _UnparsableError(Exception):
    """A text is no Python.

    Attributes:
        offset: where, as an offset of the cell.
        hopeless: masking lines cannot help.
    """

    def __init__(self, message: str, offset: int, *, hopeless: bool = False) -> None:
        super().__init__(message)
        self.offset = offset
        self.hopeless = hopeless

    def problem(self, cell: Cell) -> Problem:
        place = LineTable.of(cell.source).position(min(self.offset, len(cell.source)))
        return Problem(str(self), cell.index, place)


def _tree(
    cell: Cell, text: str, offsets: _OffsetMap, parse: Callable[[str, _OffsetMap], _Syntax | None]
) -> ParsedCell | None:
    if "\f" in text:
        text, offsets = _without_form_feeds(text, offsets)
    syntax = parse(text, offsets)
    return ParsedCell(cell, syntax, offsets) if syntax is not None else None


def _built(text: str, offsets: _OffsetMap) -> Tree | None:
    """The tree that CPython's parser gives; ``None`` where LibCST has to be asked."""
    try:
        return tree_of(text)
    except Deep:
        _require(nested_too_deeply(text), offsets)
    except Unsupported:
        return None
    try:
        return tree_of(text, checked=True)
    except Unsupported:
        return None


def _parsed_by_libcst(text: str, offsets: _OffsetMap) -> GeneratedTree:
    _require(nested_too_deeply(text) or endless_pattern(text), offsets)
    try:
        return GeneratedTree(libcst.parse_module(text), text)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, libcst.CSTLogicError) as error:
        message, offset = _syntax_error(text, str(error))
        raise _UnparsableError(message, offsets.cell_offset(offset)) from None
    except RecursionError:
        raise _UnparsableError("nested too deeply to be judged", offsets.cell_offset(0), hopeless=True) from None
    except UnicodeEncodeError as error:
        message = "half of a surrogate pair is no character"
        raise _UnparsableError(message, offsets.cell_offset(error.start), hopeless=True) from None


def _require(too_deep: TooDeep | None, offsets: _OffsetMap) -> None:
    if too_deep is not None:
        raise _UnparsableError(too_deep.message, offsets.cell_offset(too_deep.offset), hopeless=True)


def _syntax_error(text: str, error: str) -> tuple[str, int]:
    """Put into words what is wrong: the running Python does so best, LibCST knows where its own grammar stops."""
    lines = LineTable.of(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as refused:
        if refused.lineno is not None and not (refused.msg or "").startswith("f-string"):
            row = max(1, min(refused.lineno, len(lines.starts)))
            return refused.msg or "invalid syntax", lines.offset(Position(row, max(1, refused.offset or 1)))
    except (ValueError, RecursionError, MemoryError):
        pass
    if match := _LIBCST_POSITION.search(error):
        row, column = int(match[1]), int(match[2])
        if row <= len(lines.starts):
            return "invalid syntax", lines.offset(Position(row, max(1, column)))
    if match := _TOKENIZER_ERROR.search(error):
        return match[1], 0
    return "invalid syntax", 0


def _without_form_feeds(text: str, offsets: _OffsetMap) -> tuple[str, _OffsetMap]:
    """Cut form feeds out of indentations, where Python starts counting anew and LibCST takes them for a part."""
    places, shifts, kept = [], [], []
    length = 0
    starts = list(statement_starts(text))
    for start, end in zip(starts, (*starts[1:], len(text)), strict=True):
        match = _INDENT_WITH_FORM_FEED.match(text, start)
        body = match.end() if match else start
        places.append(length)
        shifts.append(offsets.cell_offset(body) - length)
        kept.append(text[body:end])
        length += end - body
    return "".join(kept), _OffsetMap(tuple(places), tuple(shifts))


def _dedented(text: str) -> tuple[str, _OffsetMap] | None:
    """Take the first line's indentation off every line, as IPython does with a cell that is indented as a whole."""
    starts = LineTable.of(text).starts
    rows = [text[start:end] for start, end in zip(starts, (*starts[1:], len(text)), strict=True)]
    first = next((row for row in rows if row.strip() and not row.startswith("0")), "")
    indent = _INDENT.match(first)
    if indent is None:
        return None
    places, shifts, kept = [], [], []
    length = 0
    for start, row in zip(starts, rows, strict=True):
        body = row.removeprefix(indent.group())
        places.append(length)
        shifts.append(start + len(row) - len(body) - length)
        kept.append(body)
        length += len(body)
    return "".join(kept), _OffsetMap(tuple(places), tuple(shifts))

"""From cells to syntax trees: the one module of this layer that imports LibCST."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import libcst
from libcst._nodes.internal import CodegenState

from sagegreen.documents.magics import neutralised, statement_starts
from sagegreen.documents.model import Cell, Document, Module, Position, Problem, Span
from sagegreen.documents.nesting import nested_too_deeply
from sagegreen.documents.positions import LineTable

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
        tree: LibCST's tree; magics are masked in it, the positions are true.
        text: what was parsed.
    """

    cell: Cell
    tree: libcst.Module
    text: str
    _offsets: _OffsetMap

    def span(self, node: libcst.CSTNode) -> Span:
        """Give a node's place in the cell's source: without the whitespace and parentheses around it.

        Raises:
            KeyError: the node is not part of this cell's tree.
        """
        inner, outer = self._spans
        return self._in_cell(inner.get(id(node)) or outer[id(node)])

    def outer_span(self, node: libcst.CSTNode) -> Span:
        """Give a node's place in the cell's source together with its own parentheses.

        Raises:
            KeyError: the node is not part of this cell's tree.
        """
        if getattr(node, "lpar", ()):
            return self._in_cell(self._spans[1][id(node)])
        return self.span(node)

    def code(self, node: libcst.CSTNode) -> str:
        """Give a node's source as its author wrote it, without surrounding whitespace and parentheses."""
        start, end = self.span(node)
        return self.cell.source[start:end]

    def _in_cell(self, region: tuple[int, int]) -> Span:
        start, end = region
        # LibCST counts a line end for a last line that has none.
        start, end = min(start, len(self.text)), min(end, len(self.text))
        if start == end:
            return Span(self._offsets.cell_offset(start), self._offsets.cell_offset(start))
        # The end belongs to the line of the last character, not to that of the next.
        return Span(self._offsets.cell_offset(start), self._offsets.cell_offset(end - 1) + 1)

    @cached_property
    def _spans(self) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
        state = _SpanState(default_indent=self.tree.default_indent, default_newline=self.tree.default_newline)
        self.tree._codegen(state)  # noqa: SLF001 (LibCST's own position providers call it, too)
        generated = "".join(state.tokens)
        if not self.text.startswith(generated):
            origins = _origins(generated, self.text)
            return _realigned(state.inner, origins), _realigned(state.outer, origins)
        return state.inner, state.outer


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
    for cell in module.cells:
        parsed = _parsed(cell, interactive=document.kind == "notebook" and module.name is None)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            cells.append(parsed)
    return ParsedModule(document, module, tuple(cells), tuple(problems))


def _parsed(cell: Cell, *, interactive: bool) -> ParsedCell | Problem:
    code = cell.source[cell.header :]
    whole = _OffsetMap((0,), (cell.header,))
    try:
        return _tree(cell, code, whole)
    except _UnparsableError as error:
        failure = error
    if not interactive or failure.hopeless:
        return failure.problem(cell)
    masked = neutralised(code)
    attempts = [(neutralised(code, keep_statements=True), whole), (masked, whole)]
    if dedented := _dedented(masked):
        attempts.append(dedented)
    attempts.append((neutralised(code, automagic=True), whole))
    tried = {code}
    for text, offsets in attempts:
        if text in tried:
            continue
        tried.add(text)
        try:
            return _tree(cell, text, offsets)
        except _UnparsableError as error:
            if text == masked:
                failure = error
    return failure.problem(cell)


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


def _tree(cell: Cell, text: str, offsets: _OffsetMap) -> ParsedCell:
    if "\f" in text:
        text, offsets = _without_form_feeds(text, offsets)
    too_deep = nested_too_deeply(text)
    if too_deep is not None:
        raise _UnparsableError(too_deep.message, offsets.cell_offset(too_deep.offset), hopeless=True)
    try:
        parsed = ParsedCell(cell, libcst.parse_module(text), text, offsets)
    except (libcst.ParserSyntaxError, libcst.CSTValidationError, libcst.CSTLogicError) as error:
        message, offset = _syntax_error(text, str(error))
        raise _UnparsableError(message, offsets.cell_offset(offset)) from None
    except RecursionError:
        raise _UnparsableError("nested too deeply to be judged", offsets.cell_offset(0), hopeless=True) from None
    except UnicodeEncodeError as error:
        message = "half of a surrogate pair is no character"
        raise _UnparsableError(message, offsets.cell_offset(error.start), hopeless=True) from None
    return parsed


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


class _SpanState(CodegenState):
    """LibCST's code generation, counting characters: where each node starts and ends.

    The positions are those of libcst.metadata.ByteSpanPositionProvider, in characters, at the cost of generating the
    code. A provider would first copy the whole tree.
    """

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent=default_indent, default_newline=default_newline)
        self.position = 0
        self.inner: dict[int, tuple[int, int]] = {}
        self.outer: dict[int, tuple[int, int]] = {}
        self._starts: list[int] = []

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.position += len(value)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.tokens.append(token)
            self.position += len(token)

    def before_codegen(self, node: libcst.CSTNode) -> None:  # noqa: ARG002
        self._starts.append(self.position)

    def after_codegen(self, node: libcst.CSTNode) -> None:
        self.outer[id(node)] = (self._starts.pop(), self.position)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.position -= len(self.tokens.pop())

    def record_syntactic_position(  # type: ignore[override]  # a context manager as well, without the generator
        self, node: libcst.CSTNode, *, start_node: libcst.CSTNode | None = None, end_node: libcst.CSTNode | None = None
    ) -> _Recorder:
        return _Recorder(self, node, start_node, end_node)

    def place(self, node: libcst.CSTNode) -> tuple[int, int]:
        return self.inner.get(id(node)) or self.outer[id(node)]


class _Recorder:
    """Notes a node's place when the code between its parentheses has been generated; leaner than a generator."""

    __slots__ = ("end_node", "node", "start", "start_node", "state")

    def __init__(
        self,
        state: _SpanState,
        node: libcst.CSTNode,
        start_node: libcst.CSTNode | None,
        end_node: libcst.CSTNode | None,
    ) -> None:
        self.state = state
        self.node = node
        self.start_node = start_node
        self.end_node = end_node

    def __enter__(self) -> None:
        self.start = self.state.position

    def __exit__(self, *exception: object) -> None:
        state = self.state
        if exception[0] is not None:
            return
        start = self.start if self.start_node is None else state.place(self.start_node)[0]
        end = state.position if self.end_node is None else state.place(self.end_node)[1]
        state.inner[id(self.node)] = (start, end)


def _realigned(spans: dict[int, tuple[int, int]], places: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """Convert places in the generated text to places in the parsed one."""
    last = len(places) - 1
    return {
        node: (places[min(start, last)], places[min(end, last) - 1] + 1 if end > start else places[min(start, last)])
        for node, (start, end) in spans.items()
    }


def _origins(generated: str, text: str) -> tuple[int, ...]:
    """Find for each generated character, and the end, where it stands in the text.

    LibCST drops a few characters that mean nothing: a byte order mark, a line joined to nothing at the top.
    What it generates is the text without them.
    """
    origins = []
    place = 0
    for character in generated:
        found = text.find(character, place)
        origins.append(place if found < 0 else found)
        place = origins[-1] + 1
    return (*origins, len(text))

"""Offsets and positions: the analyzer counts characters, people count rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sagegreen.documents.json_spans import decoded, source_spans
from sagegreen.documents.model import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.json_spans import SourceSpans
    from sagegreen.documents.model import Document

# What ends a line for Python's tokenizer, and for nothing else: str.splitlines also breaks at form feeds and U+2028.
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class LineTable:
    """Where the rows of a text start, for looking up many positions in it.

    Attributes:
        starts: the offset of every row's first character, ascending, the first 0.
        length: number of characters in the text.
    """

    starts: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, source: str) -> LineTable:
        """The table of a text."""
        return _table(source)

    def position(self, offset: int) -> Position:
        """Convert a character offset (from 0, the text's end included) to row and column, both from 1.

        Raises:
            ValueError: the offset lies outside the text.
        """
        if not 0 <= offset <= self.length:
            message = f"offset {offset} is outside a text of {self.length} characters"
            raise ValueError(message)
        row = bisect_right(self.starts, offset)
        return Position(row, offset - self.starts[row - 1] + 1)

    def offset(self, position: Position) -> int:
        """Convert row and column (from 1) to a character offset; a column past the line's end means the line's end.

        Raises:
            ValueError: there is no such row, or the column is below 1.
        """
        row, column = position
        if not 1 <= row <= len(self.starts) or column < 1:
            message = f"no row {row}, column {column} in a text of {len(self.starts)} rows"
            raise ValueError(message)
        end = self.starts[row] if row < len(self.starts) else self.length
        return min(self.starts[row - 1] + column - 1, end)


@lru_cache(maxsize=64)  # one text is asked for many places
def _table(source: str) -> LineTable:
    return LineTable((0, *(match.end() for match in LINE_END.finditer(source))), len(source))


def position(source: str, offset: int) -> Position:
    """Convert a character offset in a text to row and column, both from 1 (see `LineTable.position`)."""
    return LineTable.of(source).position(offset)


def offset(source: str, position: Position) -> int:
    """Convert row and column (from 1) to a character offset in a text (see `LineTable.offset`)."""
    return LineTable.of(source).offset(position)


@lru_cache(maxsize=2)  # every finding of a notebook asks it
def _notebook(raw: bytes) -> tuple[str, Sequence[SourceSpans]]:
    text = raw.decode("utf-8")
    return text, source_spans(text)


def raw_line(document: Document, cell: int | None, row: int) -> int:
    """Find the line of the file in which a cell's row stands, both from 1: what GitHub's annotations count.

    Args:
        document: the file as read.
        cell: the cell's index, ``None`` for a script.
        row: a row of the cell's source.

    Raises:
        ValueError: there is no such cell or row.
    """
    if cell is None or document.kind == "script":
        return row
    text, spans = _notebook(document.raw)
    if not 1 <= cell <= len(spans):
        message = f"no cell {cell} in a notebook of {len(spans)}"
        raise ValueError(message)
    found = spans[cell - 1]
    lines = [decoded(text, span) for span in found.strings]
    place = offset("".join(lines), Position(row, 1))
    start = (found.value or found.cell).start
    for span, line in zip(found.strings, lines, strict=True):
        start = span.start
        if place < len(line):
            break
        place -= len(line)
    return LineTable.of(text).position(start).row

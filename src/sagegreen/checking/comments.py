"""Comments of Python source, also where it does not parse: magics, shell lines, broken cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from sagegreen.documents.positions import LineTable

# Strings come first in the alternation, so that a `#` inside one is never taken for a comment; a quote that does not
# close on its line (an apostrophe in a shell line) is passed over as an ordinary character.
_TOKEN = re.compile(
    r"""
    (?P<string>
        \"\"\"[^"\\]*(?:(?:\\.|"(?!\"\"))[^"\\]*)*\"\"\"
      | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
      | "[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"
      | '[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'
    )
  | (?P<comment>\#[^\r\n]*)
    """,
    re.VERBOSE | re.DOTALL,
)


class Comment(NamedTuple):
    """A comment, from its ``#`` to the end of the line.

    Attributes:
        start: offset of the ``#``.
        end: offset after the last character that is no blank.
        row: from one.
        alone: nothing else is on the line.
    """

    start: int
    end: int
    row: int
    alone: bool


class Lines:
    """Rows of a source text, and what a line end means in it."""

    def __init__(self, source: str, start: int = 0) -> None:
        self._source = source
        self._start = start
        self._table = LineTable.of(source)

    def row(self, offset: int) -> int:
        """The row of an offset, from one."""
        return self._table.position(offset).row

    def start_of(self, row: int) -> int:
        """The offset at which a row starts; the length of the source after the last."""
        return self._table.starts[row - 1] if row <= len(self._table.starts) else len(self._source)

    def comments(self) -> list[Comment]:
        """All comments, in order."""
        found = []
        for match in _TOKEN.finditer(self._source, self._start):
            if match["comment"] is None:
                continue
            start, end = match.start(), match.start() + len(match[0].rstrip())
            row = self.row(start)
            alone = not self._source[self.start_of(row) : start].strip()
            found.append(Comment(start, end, row, alone))
        return found

    def row_for_comment(self, row: int) -> int:
        """The first row from ``row`` at whose end a comment may stand: not inside a string, not after a backslash."""
        strings = _strings(self._source, self._start)
        while row < len(self._table.starts):
            end = self.start_of(row + 1)
            last = end
            while last and self._source[last - 1] in "\r\n":
                last -= 1
            before = bisect_left(strings, (end,))
            inside = before > 0 and end <= strings[before - 1][1]
            if not inside and self._source[last - 1 : last] != "\\":
                break
            row += 1
        return row


@lru_cache(maxsize=64)  # every finding asks it of its cell
def _strings(source: str, start: int) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _TOKEN.finditer(source, start) if match["string"] is not None)

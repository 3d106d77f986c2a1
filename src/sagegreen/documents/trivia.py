"""What stands between the tokens of a text: white space, line breaks, backslashes before them, comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

LEXEME = re.compile(
    r'#[^\r\n]*|"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z)'
    r'|"(?:[^"\\\r\n]|\\.)*"?|\'(?:[^\'\\\r\n]|\\.)*\'?',
    re.DOTALL,
)
"""A comment or a string literal (without its prefix): what may hold brackets and commas that are none."""


def skip_trivia(source: str, offset: int) -> int:
    """The next offset that is neither white space, nor a line break, nor a comment."""
    while offset < len(source):
        character = source[offset]
        if character == "#":
            while offset < len(source) and source[offset] not in "\r\n":
                offset += 1
        elif character.isspace() or character == "\\":
            offset += 1
        else:
            break
    return offset


def skip_back(source: str, offset: int) -> int:
    """Where the last token before an offset ends: what :func:`skip_trivia` skips is left out."""
    while offset:
        character = source[offset - 1]
        if character in "\r\n":
            offset = _before_comment(source, offset - 1)
        elif character.isspace() or character == "\\":
            offset -= 1
        else:
            break
    return offset


def opening_before(source: str, offset: int) -> int | None:
    """Where a round bracket opens with only trivia between it and an offset."""
    end = skip_back(source, offset)
    return end - 1 if end and source[end - 1] == "(" else None


def closing_after(source: str, offset: int) -> int | None:
    """Where a round bracket closes with only trivia between an offset and it."""
    found = skip_trivia(source, offset)
    return found if source.startswith(")", found) else None


def comments(source: str) -> list[str]:
    """The comments in a text, each from its hash to the end of its line."""
    return [source[start:end] for start, end in zip(*_comments(source), strict=True)]


def _before_comment(source: str, line_end: int) -> int:
    """Where a line's comment starts, else the line's end."""
    start = max(source.rfind("\n", 0, line_end), source.rfind("\r", 0, line_end)) + 1
    if "#" not in source[start:line_end]:
        return line_end
    starts, ends = _comments(source)
    index = bisect_right(starts, line_end - 1) - 1
    return starts[index] if index >= 0 and ends[index] == line_end else line_end


@lru_cache(maxsize=4)
def _comments(source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the comments of a text start and end."""
    found = [lexeme.span() for lexeme in LEXEME.finditer(source) if lexeme.group().startswith("#")]
    return tuple(start for start, _ in found), tuple(end for _, end in found)

"""What stands in an f-string of the simplest kind: text, and names in braces."""

from __future__ import annotations

import re
from typing import NamedTuple

_BEGINNING = re.compile(r"[fF]([\"'])(?!\1\1)")
_FIELD = re.compile(
    r"\{(?P<names>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){0,9})(?:!(?P<conversion>[rsa]))?"
    r"(?::(?P<layout>[^{}=\r\n][^{}\r\n]*))?\}"
)
_TEXT = re.compile(r"[^{}]+")


class Part(NamedTuple):
    """A part of an f-string.

    Attributes:
        start: where it starts in the string's code.
        end: where it ends.
        field: the match of a field; ``None`` for text.
    """

    start: int
    end: int
    field: re.Match[str] | None


def simple_parts(code: str) -> list[Part] | None:
    """The parts of a string between its quotes, in order.

    Args:
        code: one f-string, or several strings in a row.

    Returns:
        The parts; ``None`` where more has to be understood: escapes, doubled braces, fields that compute something,
        lines, a second string.
    """
    beginning = _BEGINNING.match(code)
    if beginning is None or "\\" in code or code[-1] != beginning[1] or code.count(beginning[1]) != 2:
        return None
    found: list[Part] = []
    place, last = beginning.end(), len(code) - 1
    while place < last:
        field = _FIELD.match(code, place, last)
        part = field or _TEXT.match(code, place, last)
        if part is None:
            return None
        found.append(Part(place, part.end(), field))
        place = part.end()
    return found


__all__ = ["Part", "simple_parts"]

"""Where things stand in a notebook's JSON text: its cells, and the strings that hold their source.

The text has been read by the json module before, so it is known to be sound; here only places are found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^ \t\r\n,\]}]+")
_STRUCTURE = re.compile(r'["\[\]{}]')
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


class JsonSpan(NamedTuple):
    """A value's region in the JSON text: character offsets, the end exclusive, quotes and brackets included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceSpans:
    """Where a cell's source stands.

    Attributes:
        cell: the cell's object.
        value: the source's value, a string or an array of strings; ``None`` where the cell has none.
        strings: the strings it consists of, in order; none where it holds anything else.
    """

    cell: JsonSpan
    value: JsonSpan | None
    strings: tuple[JsonSpan, ...]


@lru_cache(maxsize=2)  # every finding and every edit of a notebook asks for them
def source_spans(text: str) -> tuple[SourceSpans, ...]:
    """Locate the source of every cell of a notebook, all kinds of cells in order.

    Args:
        text: the notebook's JSON, known to be a notebook.
    """
    root = _members(text, _skip_space(text, 1 if text.startswith("\ufeff") else 0))
    if "cells" in root:
        lists = [root["cells"]]
    else:
        sheets = [_members(text, sheet.start) for sheet in _elements(text, root["worksheets"].start)]
        lists = [sheet["cells"] for sheet in sheets if "cells" in sheet]
    return tuple(_source(text, cell) for cells in lists for cell in _elements(text, cells.start))


def decoded(text: str, span: JsonSpan) -> str:
    """Read the string that stands at a span."""
    value = json.loads(text[span.start : span.end], strict=False)
    if not isinstance(value, str):
        message = f"no string at {span.start}"
        raise TypeError(message)
    return value


def character_places(text: str, span: JsonSpan) -> list[int]:
    """Find where each character of a string stands in the text, escapes counting as one; the closing quote is last."""
    return [match.start() for match in _CHARACTER.finditer(text, span.start + 1, span.end)]


def _source(text: str, cell: JsonSpan) -> SourceSpans:
    members = _members(text, cell.start)
    value = members.get("source", members.get("input"))
    if value is None:
        return SourceSpans(cell, None, ())
    if text[value.start] == '"':
        return SourceSpans(cell, value, (value,))
    elements = tuple(_elements(text, value.start)) if text[value.start] == "[" else ()
    return SourceSpans(cell, value, elements if all(text[each.start] == '"' for each in elements) else ())


def _members(text: str, start: int) -> dict[str, JsonSpan]:
    """Find the values of an object by their keys; of a repeated key the last counts, as for the json module."""
    found = {}
    position = _skip_space(text, start + 1)
    while text[position] != "}":
        key = JsonSpan(position, _end(text, position))
        value = _skip_space(text, _skip_space(text, key.end) + 1)
        found[decoded(text, key)] = JsonSpan(value, _end(text, value))
        position = _next(text, found[decoded(text, key)].end)
    return found


def _elements(text: str, start: int) -> Iterator[JsonSpan]:
    position = _skip_space(text, start + 1)
    while text[position] != "]":
        span = JsonSpan(position, _end(text, position))
        yield span
        position = _next(text, span.end)


def _next(text: str, end: int) -> int:
    position = _skip_space(text, end)
    return _skip_space(text, position + 1) if text[position] == "," else position


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _end(text: str, start: int) -> int:
    """Find the end of the value that starts at a place."""
    if text[start] == '"':
        return _string_end(text, start)
    if text[start] in "[{":
        return _structure_end(text, start)
    value = _SCALAR.match(text, start)
    if value is None:
        message = f"no JSON value at {start}"
        raise ValueError(message)
    return value.end()


def _structure_end(text: str, start: int) -> int:
    depth, place = 0, start
    while (match := _STRUCTURE.search(text, place)) is not None:
        place = match.end()
        if match[0] == '"':
            place = _string_end(text, match.start())
        elif match[0] in "[{":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return place
    message = f"no end of the JSON value at {start}"
    raise ValueError(message)


def _string_end(text: str, start: int) -> int:
    """The end of a string; no expression is matched, which would remember every character of a picture."""
    place = start
    while True:
        place = text.index('"', place + 1)
        first = place
        while text[first - 1] == "\\":
            first -= 1
        if (place - first) % 2 == 0:
            return place + 1

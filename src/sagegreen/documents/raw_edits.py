"""Edits and places in the text of the file itself: for formats and protocols that know no cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.documents.edits import splices
from sagegreen.documents.json_spans import character_places, decoded, source_spans
from sagegreen.documents.positions import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.documents.model import Document, Edit


class RawChange(NamedTuple):
    """Replace the characters ``start`` to ``end`` of the file's text with ``content``."""

    start: int
    end: int
    content: str


@dataclass(frozen=True)
class RawText:
    """A file's text with its rows."""

    text: str

    @classmethod
    def of(cls, document: Document) -> RawText:
        """The text of a document's file: of a notebook its JSON."""
        encoding = document.encoding if document.kind == "script" else "utf-8"
        return cls(document.raw.decode(encoding, errors="replace"))

    @cached_property
    def table(self) -> LineTable:
        """For converting offsets."""
        return LineTable.of(self.text)


def raw_changes(document: Document, edits: Iterable[Edit]) -> list[RawChange]:
    """What edits of cells change in the file's text, by place.

    Args:
        document: the file as read.
        edits: of any of its cells.

    Raises:
        ValueError: edits overlap or name a place that does not exist.
        UnwritableEditError: the result cannot be stored in this file.
    """
    return [RawChange(*splice) for splice in splices(document, edits)]


def raw_span(document: Document, text: RawText, cell: int | None, start: int, end: int) -> tuple[int, int]:
    """Where a region of a cell's source stands in the file's text: character offsets, the end exclusive."""
    if cell is None or document.kind == "script":
        return start, end
    found = source_spans(text.text)[cell - 1]
    places: list[int] = []
    for span in found.strings:
        inside = character_places(text.text, span)
        places += inside[: len(decoded(text.text, span))]
    last = (found.strings[-1].end - 1) if found.strings else (found.value or found.cell).start
    places.append(last)
    return places[min(start, len(places) - 1)], places[min(end, len(places) - 1)]

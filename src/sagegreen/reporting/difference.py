"""What fixes would change, as a unified diff; a notebook's cells one by one."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from sagegreen.reporting.report import path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sagegreen.checking.files import FileResult
    from sagegreen.documents.model import Document


def difference(result: FileResult) -> str:
    """The diff of one file, empty where nothing changes."""
    if result.original is None or result.document is None:
        return ""
    return document_difference(result.original, result.document, result.path)


def document_difference(old: Document, new: Document, path: Path) -> str:
    """The diff of two states of a document."""
    name = path_on_one_line(path)
    before, after = _sources(old), _sources(new)
    return "".join(
        line
        for cell in sorted({*before, *after}, key=lambda cell: cell or 0)
        for line in _lines(before.get(cell, ""), after.get(cell, ""), name if cell is None else f"{name}:cell {cell}")
    )


def _sources(document: Document) -> dict[int | None, str]:
    return {cell.index: cell.source for module in document.modules for cell in module.cells}


def _lines(before: str, after: str, name: str) -> Iterator[str]:
    for line in unified_diff(_rows(before), _rows(after), name, name):
        # The last line of a cell has no line end, and nobody wants to be told.
        marker = "" if ":cell " in name else "\\ No newline at end of file\n"
        yield line if line.endswith("\n") else f"{line}\n{marker}"


def _rows(source: str) -> list[str]:
    # Only these end a row: str.splitlines would also break at a form feed inside one.
    rows = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ended = [f"{row}\n" for row in rows[:-1]]
    return [*ended, rows[-1]] if rows[-1] else ended

"""What a file is to the analyzer: modules made of cells, with positions that a reader can find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from sagegreen.documents.pieces import Pieces

DocumentKind = Literal["script", "notebook"]


class Span(NamedTuple):
    """A region of a cell's source: character offsets, the end exclusive."""

    start: int
    end: int


class Position(NamedTuple):
    """A place as ruff counts it: row and column from one, the column in characters."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit of source text.

    Attributes:
        index: place among all cells of the notebook, Markdown included, from one; ``None`` in a script.
        source: the text as its author sees it; every offset counts in it.
        header: number of leading characters that are a cell magic such as ``%%writefile train.py`` and no Python.
    """

    index: int | None
    source: str
    header: int = 0


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A shell command that a notebook runs: ``!aws s3 cp ...`` or a line of a ``%%bash`` cell."""

    cell: int | None
    offset: int
    command: str


@dataclass(frozen=True, slots=True)
class Module:
    """Python that runs in one namespace: a script, all code cells of a notebook, or a file that a cell writes.

    Attributes:
        name: the path that ``%%writefile`` gives, ``None`` for the document itself.
        cells: the cells in the order in which they stand.
        shell: shell commands between them.
    """

    name: str | None
    cells: tuple[Cell, ...]
    shell: tuple[ShellLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document, or one cell of it, cannot be judged (reported as SG002)."""

    message: str
    cell: int | None = None
    position: Position = Position(1, 1)  # noqa: RUF009 (a tuple, immutable)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters ``start`` to ``end`` of a cell's source with ``content``."""

    cell: int | None
    start: int
    end: int
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """A script or a notebook as read from disk.

    Attributes:
        path: where it was read from, as the user named it.
        kind: script or notebook.
        raw: the bytes as they are on disk.
        modules: the namespaces in it, the document's own first.
        encoding: the codec of a script's text; a notebook is always UTF-8.
        newline: the line ending of inserted text within a cell.
        problems: what is wrong with the whole document, which then has no modules, or with one cell, which is then
            left out.
        pieces: what is left of the trees of earlier versions, where the document is being edited.
    """

    path: Path
    kind: DocumentKind
    raw: bytes
    modules: tuple[Module, ...]
    encoding: str = "utf-8"
    newline: str = "\n"
    problems: tuple[Problem, ...] = ()
    pieces: Pieces | None = field(default=None, compare=False, repr=False)

"""What a run found, in the terms of a reader: places, counts, and what could be fixed."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sagegreen.checking.engine import source_text
from sagegreen.documents.positions import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sagegreen.checking.files import FileResult
    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Document, Position
    from sagegreen.documents.raw_edits import RawText


@dataclass(frozen=True)
class LocatedText:
    """A cell's source, or a file's, with its rows."""

    source: str

    @cached_property
    def table(self) -> LineTable:
        """For converting offsets."""
        return LineTable.of(self.source)

    def position(self, offset: int) -> Position:
        """Row and column of an offset; one past the end means the end."""
        return self.table.position(min(max(offset, 0), len(self.source)))

    def line(self, row: int) -> str:
        """A row without its line end."""
        starts = (*self.table.starts, len(self.source))
        return self.source[starts[row - 1] : starts[row]].rstrip("\r\n")

    @property
    def rows(self) -> int:
        """How many rows there are; an empty one after the last line end is none."""
        count = len(self.table.starts)
        return count - 1 if count > 1 and self.table.starts[-1] == len(self.source) else count


@dataclass(frozen=True)
class LocatedFinding:
    """A finding with its place.

    Attributes:
        start: of the reported region.
        end: of the reported region, exclusive.
    """

    path: Path
    finding: Finding
    texts: Texts
    unsafe_fixes: bool

    @property
    def text(self) -> LocatedText:
        """What the finding's offsets count in."""
        return self.texts.of(self.finding.cell)

    @property
    def start(self) -> Position:
        """Where the reported region starts."""
        return self.text.position(self.finding.span.start)

    @property
    def end(self) -> Position:
        """Where the reported region ends, exclusive."""
        return self.text.position(self.finding.span.end)

    @property
    def applicable(self) -> bool:
        """Whether ``--fix`` would fix it, as this run is set."""
        return _fixable(self.finding, unsafe=self.unsafe_fixes)

    @property
    def needs_unsafe(self) -> bool:
        """Whether ``--unsafe-fixes`` is all that keeps ``--fix`` from fixing it."""
        return not self.applicable and _fixable(self.finding, unsafe=True)


@dataclass
class Texts:
    """The texts of a document's cells, each made once."""

    document: Document
    _texts: dict[int | None, LocatedText] = field(default_factory=dict)

    def of(self, cell: int | None) -> LocatedText:
        """The text of a cell; of the whole file for ``None``."""
        if cell not in self._texts:
            self._texts[cell] = LocatedText(source_text(self.document, cell))
        return self._texts[cell]

    @cached_property
    def raw(self) -> RawText:
        """The text of the file itself."""
        from sagegreen.documents.raw_edits import RawText

        return RawText.of(self.document)


@dataclass(frozen=True)
class Report:
    """The results of a run.

    Attributes:
        results: of the files for which there is something to say.
        fixing: whether fixes were applied.
        names: the rules' names by code.
    """

    results: tuple[FileResult, ...]
    fixing: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[LocatedFinding, ...]:
        """What remains, by file and place."""
        return tuple(self._located())

    def _located(self) -> Iterator[LocatedFinding]:
        for result in self.results:
            if result.document is None:
                continue
            texts = Texts(result.document)
            for finding in result.findings:
                yield LocatedFinding(result.path, finding, texts, result.unsafe_fixes)

    @cached_property
    def fingerprinted(self) -> tuple[tuple[LocatedFinding, str], ...]:
        """What remains, each with a hash that stays when lines move; unique within its file."""
        from sagegreen.checking.fingerprints import fingerprints

        hashes = (
            fingerprint
            for result in self.results
            if result.document is not None
            for fingerprint in fingerprints(result.document, result.findings)
        )
        return tuple(zip(self.findings, hashes, strict=True))

    @property
    def applied(self) -> int:
        """How many findings were fixed, or would be."""
        return sum(len(result.applied) for result in self.results)

    @property
    def fixable(self) -> int:
        """How many findings ``--fix`` would fix."""
        return sum(located.applicable for located in self.findings)

    @property
    def fixable_unsafely(self) -> int:
        """How many more ``--unsafe-fixes`` would fix."""
        return sum(located.needs_unsafe for located in self.findings)

    def counts(self) -> list[tuple[str, str, int, int]]:
        """Code, name, count and how many are fixable; the most frequent first."""
        count = Counter((located.finding.code, located.finding.name) for located in self.findings)
        fixable = Counter(located.finding.code for located in self.findings if located.applicable)
        ordered = sorted(count.items(), key=lambda item: (-item[1], item[0]))
        return [(code, name, number, fixable[code]) for (code, name), number in ordered]


def _fixable(finding: Finding, *, unsafe: bool) -> bool:
    from sagegreen.checking.fixing import fixable

    return fixable(finding, unsafe) is not None


def shown_path(path: Path) -> str:
    """A path as it is shown: relative to where the program runs if it lies below."""
    here = os.getcwd()  # noqa: PTH109
    text = str(path)
    return text[len(here) + 1 :] if text.startswith(here.rstrip(os.sep) + os.sep) else text


def on_one_line(text: str) -> str:
    """A text on one line, in which nothing can end the line or steer the terminal; paths and messages may hold that."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def path_on_one_line(path: Path) -> str:
    """A path as it is shown to people and in formats that are read line by line."""
    return on_one_line(shown_path(path))

"""Which practices are followed where: practices by folders."""

from __future__ import annotations

import re
from collections import Counter
from os.path import commonpath
from typing import TYPE_CHECKING

from sagegreen.reporting.audit.markup import Markup, element
from sagegreen.reporting.audit.scorecard import Status
from sagegreen.reporting.audit.wording import counted
from sagegreen.reporting.report import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sagegreen.checking.audit import Mark
    from sagegreen.reporting.audit.scorecard import Audit

_WORDS = re.compile(r"[^_/.-]*[_/.-]*")
_COLUMNS = 10  # a page is about as wide


def matrix(audit: Audit) -> Markup | None:
    """A table with a row for each practice that some place follows or lacks, and a column for each folder."""
    judged = [score for score in audit.scores if score.of("followed") or score.of("missing")]
    if not judged:
        return None
    folders = _Folders([mark.at.path for score in judged for mark in score.marks if mark.verdict != "unclear"])
    names = (element("th", *_breakable(name), scope="col") for name in folders.names)
    rows = [
        element(
            "tr",
            element("th", score.practice.title, scope="row"),
            *(_cell([mark for mark in score.marks if folders.of(mark.at.path) == name]) for name in folders.names),
        )
        for score in judged
    ]
    return element(
        "table",
        element("caption", "Places by folder: ✓ where the practice is followed, ✗ where it is missing."),
        element("thead", element("tr", element("th", "practice", scope="col"), *names)),
        element("tbody", *rows),
        class_="matrix",
    )


def _breakable(name: str) -> Iterator[object]:
    """A name that may be broken after its words."""
    for part in _WORDS.findall(name):
        yield part
        yield element("wbr")


def _cell(marks: Sequence[Mark]) -> Markup:
    counts = Counter(mark.verdict for mark in marks)
    followed, missing = counts["followed"], counts["missing"]
    if not followed and not missing:
        return element("td")
    status = Status.PARTLY if followed and missing else Status.FOLLOWED if followed else Status.MISSING
    words = [f"{sign}\u00a0{number}" for sign, number in (("✓", followed), ("✗", missing)) if number]
    return element("td", " ".join(words), class_=f"is-{status.value}")


class _Folders:
    """The folders just below the one that holds all files: those with most places, the rest together."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._root = commonpath({str(path.parent) for path in paths})
        counts = Counter(map(self._below, paths))
        names = [name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        self._shown = names if len(names) <= _COLUMNS else names[: _COLUMNS - 1]
        rest = len(names) - len(self._shown)
        self._rest = f"{counted(rest, 'other')}" if rest else None

    @property
    def names(self) -> list[str]:
        """The columns."""
        return [*self._shown, *([self._rest] if self._rest else [])]

    def of(self, path: Path) -> str | None:
        """The column of a file."""
        name = self._below(path)
        return name if name in self._shown else self._rest

    def _below(self, path: Path) -> str:
        parts = path.relative_to(self._root).parts
        return on_one_line(f"{parts[0]}/" if len(parts) > 1 else parts[0])

"""What a finding is, whatever line it stands on: for baselines and for services that track findings over time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.checking.engine import source_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Document

_SCOPE = re.compile(r"^([ \t]*)(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_FIRST_WORD = re.compile(r"^([ \t]*)\S", re.MULTILINE)


class Identity(NamedTuple):
    """What stays of a finding when lines move, cells are renamed and code is reformatted.

    Attributes:
        code: the rule.
        scope: the functions and classes around it, joined by dots; empty at the top.
        text: the flagged code without blanks, its quotes made equal.
    """

    code: str
    scope: str
    text: str

    def digest(self, repeat: int) -> str:
        """A hash for the finding that has this identity for the ``repeat``-th time (from 0) in its file."""
        return sha256("\0".join((*self, str(repeat))).encode(errors="surrogatepass")).hexdigest()[:32]


def identity(document: Document, finding: Finding) -> Identity:
    """The identity of a finding in its document."""
    source = source_text(document, finding.cell)
    flagged = source[finding.span.start : finding.span.end]
    text = re.sub(r"\s+|,(?=\s*[)\]}])", "", flagged).replace("'", '"')
    # the statement's own line tells where it belongs; the flagged line may be an argument, indented at will
    start = min(finding.statement.start, finding.span.start)
    return Identity(finding.code, ".".join(_scopes(source, start)), text)


def fingerprints(document: Document, findings: Iterable[Finding]) -> Iterator[str]:
    """A hash for each finding of a document, in order; equal findings are told apart by their order."""
    seen: Counter[Identity] = Counter()
    for finding in findings:
        found = identity(document, finding)
        yield found.digest(seen[found])
        seen[found] += 1


def _scopes(source: str, offset: int) -> list[str]:
    """The names of the definitions around an offset, outermost first, by their indentation."""
    line = source.rfind("\n", 0, offset) + 1
    first = _FIRST_WORD.match(source, line)
    width = len(first[1].expandtabs(8)) if first else 0
    names: list[str] = []
    definitions = _definitions(source)
    index = bisect_left(definitions, (line,))
    while index and width:
        index -= 1
        _, own, name = definitions[index]
        if own < width:
            names.append(name)
            width = own
    return names[::-1]


@lru_cache(maxsize=64)  # every finding asks it of its cell
def _definitions(source: str) -> tuple[tuple[int, int, str], ...]:
    """The definitions in a text: offset, width of the indentation, name."""
    return tuple((match.start(), len(match[1].expandtabs(8)), match[2]) for match in _SCOPE.finditer(source))

"""Writing suppression comments for findings that are there: ``--add-noqa``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sagegreen.checking.builtin import InternalError, Unparsable, UnusedSuppression
from sagegreen.checking.comments import Lines
from sagegreen.checking.engine import source_text
from sagegreen.checking.suppression import directives_of
from sagegreen.documents.model import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.registry import Registry
    from sagegreen.documents.model import Document

#: About the comments themselves, or about the analysis: nothing that a comment could silence.
_NEVER = frozenset({UnusedSuppression.code, InternalError.code, Unparsable.code})


def suppressing_edits(
    document: Document, findings: Iterable[Finding], registry: Registry, reason: str = ""
) -> tuple[Edit, ...]:
    """The edits that write a ``noqa`` comment on the reported line of each finding; codes join an existing comment.

    Args:
        document: what the findings are about.
        findings: what is to be silenced.
        registry: the known codes.
        reason: follows the codes of a new comment.
    """
    codes: defaultdict[tuple[int | None, int], set[str]] = defaultdict(set)
    for finding in findings:
        if finding.code not in _NEVER:
            lines = Lines(source_text(document, finding.cell))
            row = lines.row_for_comment(lines.row(finding.span.start))
            codes[finding.cell, row].add(finding.code)
    edits: list[Edit] = []
    for (cell, row), named in sorted(codes.items(), key=lambda item: (item[0][0] or 0, item[0][1])):
        edits += _on_row(document, cell, row, sorted(named), registry, reason)
    return tuple(edits)


def _on_row(
    document: Document, cell: int | None, row: int, codes: list[str], registry: Registry, reason: str
) -> Iterator[Edit]:
    source = source_text(document, cell)
    lines = Lines(source)
    for directive in directives_of(source, 0, registry):
        if directive.comment.row == row and not directive.whole_module and directive.codes and not directive.mistake:
            missing = [code for code in codes if not directive.names(code)]
            end = directive.codes[-1].end
            yield Edit(cell, end, end, "".join(f", {code}" for code in missing))
            return
    end = lines.start_of(row + 1)
    line = source[lines.start_of(row) : end]
    end = lines.start_of(row) + len(line.rstrip("\r\n \t"))
    stop = lines.start_of(row) + len(line.rstrip("\r\n"))
    yield Edit(cell, end, stop, f"  # noqa: {', '.join(codes)}{f' {reason}' if reason else ''}")

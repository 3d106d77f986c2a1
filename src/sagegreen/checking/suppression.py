"""Suppression comments: which findings they silence, and which of them silence nothing (SG001)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.checking.builtin import InternalError, UnusedSuppression
from sagegreen.checking.comments import Comment, Lines
from sagegreen.checking.errors import did_you_mean, nearest
from sagegreen.checking.findings import Applicability, Finding, Fix
from sagegreen.documents.model import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sagegreen.checking.registry import Registry
    from sagegreen.documents.model import Cell, Document, Module

_OWN_PREFIX = "SG"
_DIRECTIVE = re.compile(r"#\s*(?:(?P<tool>sagegreen|flake8)\s*[:=]\s*)?noqa(?![\w-])(?P<colon>\s*:)?", re.IGNORECASE)
_CODE = re.compile(r"[\s,]*(?P<code>[A-Z]+[0-9]+)(?![\w-])", re.IGNORECASE)
_WORD = re.compile(r"\s*(?P<word>[\w-]*)")


class _Code(NamedTuple):
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Directive:
    """One suppression comment.

    Attributes:
        comment: the comment in which it stands.
        start: offset of its ``#``.
        end: offset after its last code, or after ``noqa``.
        whole_module: it speaks for the whole module, not for a statement.
        codes: what it names; ``None`` for all findings.
        mistake: why it is malformed, with what was written.
        own_mistake: the mistake is surely about this tool's codes.
    """

    comment: Comment
    start: int
    end: int
    whole_module: bool
    codes: tuple[_Code, ...] | None
    mistake: str | None = None
    own_mistake: bool = False

    def names(self, code: str) -> bool:
        """Whether it silences this code."""
        return self.codes is None or any(named.text == code for named in self.codes)


@dataclass
class _CellDirectives:
    cell: Cell
    lines: Lines
    directives: list[Directive]
    used: set[tuple[int, str]] = field(default_factory=set)  # where a directive starts, and the code it silenced
    touched: set[Directive] = field(default_factory=set)


def suppress(
    document: Document,
    findings: Iterable[Finding],
    registry: Registry,
    enabled: Collection[str],
    unjudged_cells: Collection[int | None] = (),
) -> tuple[Finding, ...]:
    """Drop what suppression comments silence, and add a finding for each that silences nothing.

    A comment counts on the reported line, on any line of the statement, or alone on the line above either; one for the
    file counts anywhere on a line of its own, for its module.

    Args:
        document: what the findings are about.
        findings: all findings of the document.
        registry: the known codes.
        enabled: the codes that were looked for: only those can be unused.
        unjudged_cells: cells that were not judged, where nothing can be said about use.
    """
    remaining = list(findings)
    unused: list[Finding] = []
    for module in document.modules:
        cells = [_read_cell(cell, registry) for cell in module.cells]
        if not any(cell.directives for cell in cells):
            continue
        remaining = [finding for finding in remaining if not _silenced(finding, module, cells)]
        if UnusedSuppression.code in enabled:
            judged = not any(cell.index in unjudged_cells for cell in module.cells)
            for cell in cells:
                complete = cell.cell.index not in unjudged_cells
                unused += _unused(cell, registry, enabled, complete=complete, module_complete=judged)
    return (*remaining, *unused)


def directives_of(source: str, start: int, registry: Registry) -> list[Directive]:
    """The suppression comments in a source text.

    Args:
        source: the text.
        start: offset before which there is no Python.
        registry: the known codes and names, for the mistakes.
    """
    return list(_directives(source, Lines(source, start), registry))


def _read_cell(cell: Cell, registry: Registry) -> _CellDirectives:
    lines = Lines(cell.source, cell.header)
    found = list(_directives(cell.source, lines, registry)) if "noqa" in cell.source.lower() else []
    return _CellDirectives(cell, lines, found)


def _directives(source: str, lines: Lines, registry: Registry) -> Iterator[Directive]:
    for comment in lines.comments():
        for match in _DIRECTIVE.finditer(source, comment.start, comment.end):
            directive = _parse(source, comment, match, registry)
            if directive is not None:
                yield directive


def _parse(source: str, comment: Comment, match: re.Match[str], registry: Registry) -> Directive | None:
    tool = (match["tool"] or "").lower()
    if tool and not comment.alone:
        return None
    codes: list[_Code] = []
    end = match.end()
    while found := _CODE.match(source, end, comment.end):
        codes.append(_Code(found["code"].upper(), found.start("code"), found.end("code")))
        end = found.end()
    following = _WORD.match(source, match.end(), comment.end)
    word = following["word"] if following else ""
    if match["colon"]:
        if codes:
            return Directive(comment, match.start(), end, bool(tool), tuple(codes))
        own = word.upper().startswith(_OWN_PREFIX) or word.lower() in registry.codes_by_name
        named = registry.codes_by_name.get(word.lower())
        what = f"`{word}` is a name; write its code `{named}`" if named else "no rule code follows the colon"
        return Directive(comment, match.start(), match.end(), bool(tool), (), what, own)
    if codes and (codes[0].text.startswith(_OWN_PREFIX) or codes[0].text in registry.rules.by_code):
        what = "the colon after `noqa` is missing"
        return Directive(comment, match.start(), end, bool(tool), tuple(codes), what, own_mistake=True)
    if tool == "flake8" and match.end() != comment.end:
        return None  # neither does flake8 take it for one
    return Directive(comment, match.start(), match.end(), bool(tool), None)


def _silenced(finding: Finding, module: Module, cells: list[_CellDirectives]) -> bool:
    if finding.code == InternalError.code:
        return False
    place = next((cell for cell in cells if cell.cell.index == finding.cell), None)
    if place is None and not (finding.cell is None and module.name is None):
        return False
    silenced = False
    for cell in cells:
        rows = _rows(finding, cell) if cell is place else None
        for directive in cell.directives:
            if not directive.whole_module and not (rows and _stands_at(directive.comment, rows)):
                continue
            cell.touched.add(directive)
            if directive.names(finding.code):
                cell.used.add((directive.start, finding.code))
                silenced = True
    return silenced


def _rows(finding: Finding, cell: _CellDirectives) -> tuple[int, int, int]:
    """The first and last row of the statement, and the reported one."""
    first, last = min(finding.statement.start, finding.span.start), max(finding.statement.end, finding.span.end)
    return cell.lines.row(first), cell.lines.row(max(first, last - 1)), cell.lines.row(finding.span.start)


def _stands_at(comment: Comment, rows: tuple[int, int, int]) -> bool:
    first, last, reported = rows
    return first <= comment.row <= last or (comment.alone and comment.row + 1 in (first, reported))


def _unused(
    cell: _CellDirectives, registry: Registry, enabled: Collection[str], *, complete: bool, module_complete: bool
) -> Iterator[Finding]:
    known = registry.rules.by_code
    for directive in cell.directives:
        if directive.codes is not None and directive.names(UnusedSuppression.code):
            continue
        if directive.mistake and (directive.own_mistake or directive in cell.touched):
            yield _finding(
                cell,
                Span(directive.start, directive.end),
                f"Malformed `noqa` comment: {directive.mistake}",
                *_colon_fix(cell, directive),
            )
        for code in directive.codes or ():
            if code.text.startswith(_OWN_PREFIX) and code.text not in known:
                meant = nearest(code.text, known)
                yield _finding(
                    cell,
                    Span(code.start, code.end),
                    f"Unknown rule code `{code.text}` in a `noqa` comment{did_you_mean(code.text, known)}",
                    *(_replacement(cell, code, meant) if meant else ()),
                )
        if not (module_complete if directive.whole_module else complete):
            continue
        idle = [
            code
            for code in directive.codes or ()
            if code.text in known and code.text in enabled and (directive.start, code.text) not in cell.used
        ]
        if idle:
            names = ", ".join(f"`{code.text}`" for code in idle)
            span = Span(idle[0].start, idle[-1].end)
            yield _finding(
                cell, span, f"Unused `noqa` comment: nothing for {names} to silence", _removal(cell, directive, idle)
            )


def _finding(cell: _CellDirectives, span: Span, message: str, *fixes: Fix) -> Finding:
    return Finding(
        UnusedSuppression.code, UnusedSuppression.name, message, cell.cell.index, span, statement=span, fixes=fixes
    )


def _replacement(cell: _CellDirectives, code: _Code, meant: str) -> tuple[Fix, ...]:
    edit = Edit(cell.cell.index, code.start, code.end, meant)
    return (Fix(f"Write `{meant}`", Applicability.DISPLAY_ONLY, (edit,)),)


def _colon_fix(cell: _CellDirectives, directive: Directive) -> tuple[Fix, ...]:
    if not directive.codes:
        return ()
    after = cell.cell.source.lower().index("noqa", directive.start) + len("noqa")
    return (Fix("Add the colon", Applicability.SAFE, (Edit(cell.cell.index, after, after, ":"),)),)


def _removal(cell: _CellDirectives, directive: Directive, idle: list[_Code]) -> Fix:
    source, comment = cell.cell.source, directive.comment
    unused = set(idle)
    kept = [code for code in directive.codes or () if code not in unused]
    title = f"Remove {', '.join(f'`{code.text}`' for code in idle)} from the `noqa` comment"
    if kept:
        first, last = (directive.codes or ())[0], (directive.codes or ())[-1]
        content = ", ".join(source[code.start : code.end] for code in kept)
        return Fix(title, Applicability.SAFE, (Edit(cell.cell.index, first.start, last.end, content),))
    title = "Remove the `noqa` comment"
    rest = source[directive.end : comment.end].lstrip(" \t,:;-")
    if rest and not rest.startswith("#"):
        edit = Edit(cell.cell.index, directive.start, comment.end, f"# {rest}")
    elif rest:
        edit = Edit(cell.cell.index, directive.start, comment.end, rest)
    elif comment.alone and directive.start == comment.start:
        edit = Edit(cell.cell.index, cell.lines.start_of(comment.row), cell.lines.start_of(comment.row + 1), "")
    else:
        start = len(source[: directive.start].rstrip(" \t"))
        edit = Edit(cell.cell.index, start, comment.end, "")
    return Fix(title, Applicability.SAFE, (edit,))

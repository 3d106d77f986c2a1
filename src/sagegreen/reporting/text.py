"""Findings for people: one line each, or with the code they stand at; and the summary below."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sagegreen.checking.findings import Applicability
from sagegreen.reporting.report import on_one_line, path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding, Fix
    from sagegreen.reporting.report import LocatedFinding, Report

_CONTEXT_ROWS = 2
_WIDEST = 160  # columns of a code line that are shown; a notebook's JSON may be one line of megabytes


@dataclass(frozen=True)
class Style:
    """Terminal colours, or none."""

    colour: bool = False

    def _paint(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and text else text

    def strong(self, text: str) -> str:
        """Paths."""
        return self._paint(text, "1")

    def alarm(self, text: str) -> str:
        """Codes and underlines."""
        return self._paint(text, "1;31")

    def hint(self, text: str) -> str:
        """What can be done."""
        return self._paint(text, "36")

    def margin(self, text: str) -> str:
        """Row numbers."""
        return self._paint(text, "1;94")


def concise(report: Report, style: Style) -> str:
    """One line for each finding, and the summary."""
    lines = [_header(located, style) for located in report.findings]
    return "\n".join([*lines, *summary(report)]) + "\n"


def full(report: Report, style: Style) -> str:
    """Each finding with the code it stands at, its saving and its fixes; and the summary."""
    blocks = []
    for located in report.findings:
        lines = [finding_with_code(located, style), *_advice(located.finding, style)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join([*blocks, *summary(report)]) + "\n"


def finding_with_code(located: LocatedFinding, style: Style) -> str:
    """One finding and the code it stands at."""
    return "\n".join([_header(located, style), *_frame(located, style)])


def grouped(report: Report, style: Style) -> str:
    """The findings of each file under its name."""
    blocks = []
    for path, group in groupby(report.findings, key=lambda located: located.path):
        lines = [f"{style.strong(path_on_one_line(path))}:"]
        for located in group:
            cell = f"cell {located.finding.cell}:" if located.finding.cell is not None else ""
            mark = f"[{style.hint('*')}] " if located.applicable else ""
            text = f"{style.alarm(located.finding.code)} {mark}{_message(located.finding)}"
            lines.append(f"  {cell}{located.start.row}:{located.start.column} {text}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join([*blocks, *summary(report)]) + "\n"


def summary(report: Report) -> list[str]:
    """How many were found, fixed and could be fixed, in ruff's words."""
    remaining, applied = len(report.findings), report.applied
    if report.fixing and applied:
        lines = [f"Found {_errors(remaining + applied)} ({applied} fixed, {remaining} remaining)."]
    elif remaining:
        lines = [f"Found {_errors(remaining)}."]
    else:
        return ["All checks passed!"]
    fixable, unsafe = report.fixable, report.fixable_unsafely
    hidden = f"{unsafe} unsafe fix{'es' if unsafe > 1 else ''} available with `--fix --unsafe-fixes`"
    if fixable:
        lines.append(f"[*] {fixable} fixable with `--fix`{f' ({hidden})' if unsafe else ''}.")
    elif unsafe:
        lines.append(f"{hidden}.")
    return lines


def statistics(report: Report) -> str:
    """How often each rule spoke, the most frequent first."""
    counts = report.counts()
    width = max((len(str(count)) for _, _, count, _ in counts), default=0)
    rows = [
        f"{count:>{width}}\t{code}\t[{'*' if fixable == count else '-' if fixable else ' '}] {name}"
        for code, name, count, fixable in counts
    ]
    return "\n".join([*rows, *summary(report)]) + "\n"


def fixes(report: Report, *, would: bool = False) -> str:
    """What was fixed, or would be, by file and rule."""
    lines = [f"{'Would fix' if would else 'Fixed'} {_errors(report.applied)}:"]
    for result in report.results:
        if not result.applied:
            continue
        lines.append(f"- {path_on_one_line(result.path)}:")
        counts = Counter(fix.code for fix in result.applied)
        for code, count in sorted(counts.items()):
            lines.append(f"    {count} × {code} ({report.names.get(code, code)})")  # noqa: RUF001 - as ruff has it
    return "\n".join(lines) + "\n"


def applied_summary(report: Report, *, would: bool) -> str:
    """How many were fixed, or would be; nothing where there was nothing to fix."""
    if not report.applied:
        return "No errors would be fixed.\n" if would else ""
    return f"{'Would fix' if would else 'Fixed'} {_errors(report.applied)}.\n"


def _header(located: LocatedFinding, style: Style) -> str:
    finding, start = located.finding, located.start
    cell = f":cell {finding.cell}" if finding.cell is not None else ""
    place = f"{style.strong(path_on_one_line(located.path))}{cell}:{start.row}:{start.column}:"
    mark = f"[{style.hint('*')}] " if located.applicable else ""
    return f"{place} {style.alarm(finding.code)} {mark}{_message(finding)}"


def _message(finding: Finding) -> str:
    return on_one_line(" ".join(finding.message.split()))


def _frame(located: LocatedFinding, style: Style) -> Iterator[str]:
    text, start, end = located.text, located.start, located.end
    if not text.source.strip():
        return
    first, last = max(1, start.row - _CONTEXT_ROWS), min(text.rows, start.row + _CONTEXT_ROWS)
    while first < start.row and not text.line(first).strip():
        first += 1
    while last > start.row and not text.line(last).strip():
        last -= 1
    width = len(str(last))
    bar = style.margin("|")
    yield f"{' ' * width} {bar}"
    left = max(0, start.column - _WIDEST // 2) if start.column > _WIDEST - 40 else 0
    for row in range(first, last + 1):
        line = text.line(row)
        visible = _clipped(line, left)
        yield f"{style.margin(f'{row:>{width}}')} {bar} {_printable(visible)}".rstrip()
        if row == start.row:
            stop = end.column - 1 if end.row == start.row else len(line)
            before = visible[: start.column - 1 - left]
            marked = visible[start.column - 1 - left : max(stop - left, 0)]
            underline = style.alarm("^" * max(_columns(marked), 1))
            yield f"{' ' * width} {bar} {' ' * _columns(before)}{underline}"
    yield f"{' ' * width} {bar}"


def _clipped(line: str, left: int) -> str:
    return line[left : left + _WIDEST]


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line.replace("\t", "    "))


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    width = 0
    for character in text:
        if character == "\t":
            width += 4
        elif unicodedata.combining(character):
            width += 0
        else:
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def _advice(finding: Finding, style: Style) -> Iterator[str]:
    if finding.saving:
        yield f"{style.hint('saving')}: {on_one_line(finding.saving)}"
    for index, fix in enumerate(finding.fixes):
        yield f"{style.hint('help')}: {'' if index == 0 else 'or: '}{on_one_line(fix.title)}{_caution(fix)}"


def _caution(fix: Fix) -> str:
    if fix.applicability is Applicability.UNSAFE:
        return " (unsafe fix)"
    return " (by hand)" if fix.applicability is Applicability.DISPLAY_ONLY or not fix.edits else ""


def _errors(count: int) -> str:
    return f"{count} error{'' if count == 1 else 's'}"

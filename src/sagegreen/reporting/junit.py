"""JUnit's XML: one suite for each file, one failed case for each finding."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from sagegreen.reporting.annotations import in_cell, message
from sagegreen.reporting.report import shown_path

if TYPE_CHECKING:
    from sagegreen.reporting.report import Report

#: Characters that no XML document may hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The report; a run without findings is one suite with one passed case."""
    found = report.findings
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sagegreen" tests="{max(len(found), 1)}" failures="{len(found)}" errors="0">',
    ]
    if not found:
        lines += [
            '  <testsuite name="sagegreen" tests="1" disabled="0" errors="0" failures="0" package="org.sagegreen">',
            '    <testcase name="No errors found" classname="sagegreen"/>',
            "  </testsuite>",
        ]
    for path, group in groupby(found, key=lambda located: located.path):
        entries = list(group)
        name = _attribute(shown_path(path))
        lines.append(
            f'  <testsuite name={name} tests="{len(entries)}" disabled="0" errors="0" failures="{len(entries)}"'
            ' package="org.sagegreen">'
        )
        for located in entries:
            text = f"{in_cell(located)}{message(located)}"
            start = located.start
            case = _attribute(f"org.sagegreen.{located.finding.code}")
            place = f'line="{start.row}" column="{start.column}"'
            details = f"line {start.row}, col {start.column}, {escape(_clean(text))}"
            lines += [
                f"    <testcase name={case} classname={_attribute(str(path.with_suffix('')))} {place}>",
                f"      <failure message={_attribute(text)}>{details}</failure>",
                "    </testcase>",
            ]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))

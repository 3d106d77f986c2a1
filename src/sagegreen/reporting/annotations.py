"""Formats that CI systems read line by line (GitHub, Azure Pipelines, pylint), and the lines of the file they want."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sagegreen.documents.positions import raw_line
from sagegreen.reporting.report import on_one_line, path_on_one_line, shown_path

if TYPE_CHECKING:
    from sagegreen.reporting.report import LocatedFinding, Report


class RawPlace(NamedTuple):
    """Where a finding stands in the file as it is on disk; columns only where the line is a line of code.

    Attributes:
        line: from one.
        end_line: the line of the region's end.
        column: from one, ``None`` in a notebook, whose lines are JSON.
        end_column: exclusive.
    """

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


def raw_place(located: LocatedFinding) -> RawPlace:
    """The place of a finding in its file: what shows a change in a pull request counts the lines of the file."""
    start, end, cell = located.start, located.end, located.finding.cell
    if cell is None:
        return RawPlace(start.row, end.row, start.column, end.column)
    line = raw_line(located.texts.document, cell, start.row)
    return RawPlace(line, line if end.row == start.row else raw_line(located.texts.document, cell, end.row))


def in_cell(located: LocatedFinding) -> str:
    """``cell 3, line 5: `` before a message whose format knows no cells; nothing in a script."""
    cell = located.finding.cell
    return f"cell {cell}, line {located.start.row}: " if cell is not None else ""


def message(located: LocatedFinding) -> str:
    """The message on one line."""
    return on_one_line(" ".join(located.finding.message.split()))


def github(report: Report) -> str:
    """Workflow commands of GitHub Actions, which become annotations.

    Source: "Workflow commands for GitHub Actions" in GitHub's documentation.
    """
    lines = []
    for located in report.findings:
        place, finding = raw_place(located), located.finding
        properties = {
            "title": f"sagegreen ({finding.code})",
            "file": shown_path(located.path),
            "line": str(place.line),
            "endLine": str(place.end_line),
        }
        if place.column is not None and place.line == place.end_line:  # columns count on one line only
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
        named = ",".join(f"{key}={_escaped(value, properties=True)}" for key, value in properties.items())
        header = f"{shown_path(located.path)}:{place.line}: " if finding.cell is None else ""
        text = f"{header}{in_cell(located)}{finding.code} {message(located)}"
        lines.append(f"::warning {named}::{_escaped(text)}\n")
    return "".join(lines)


def _escaped(text: str, *, properties: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if properties else text


def azure(report: Report) -> str:
    """Logging commands of Azure Pipelines.

    Source: "Logging commands" in the documentation of Azure Pipelines.
    """
    lines = []
    for located in report.findings:
        place = raw_place(located)
        column = f"columnnumber={place.column};" if place.column is not None else ""
        path = _azure(shown_path(located.path))
        lines.append(
            f"##vso[task.logissue type=warning;sourcepath={path};linenumber={place.line};{column}"
            f"code={located.finding.code};]{in_cell(located)}{message(located)}\n"
        )
    return "".join(lines)


def _azure(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A").replace(";", "%3B").replace("]", "%5D")


def pylint(report: Report) -> str:
    """One line for each finding, as pylint writes it."""
    lines = []
    for located in report.findings:
        text = f"{in_cell(located)}{message(located)}"
        lines.append(f"{path_on_one_line(located.path)}:{raw_place(located).line}: [{located.finding.code}] {text}\n")
    return "".join(lines)

"""Reviewdog's diagnostic format.

Source: ``proto/rdf/jsonschema/DiagnosticResult.json`` of github.com/reviewdog/reviewdog. Its columns count UTF-8 bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sagegreen.documents.raw_edits import raw_changes, raw_span
from sagegreen.reporting.annotations import in_cell, message
from sagegreen.reporting.report import shown_path

if TYPE_CHECKING:
    from sagegreen.documents.raw_edits import RawText
    from sagegreen.reporting.report import LocatedFinding, Report


def rdjson(report: Report) -> str:
    """One JSON object with all diagnostics; the preferred fix is the suggestion."""
    diagnostics = [_diagnostic(located) for located in report.findings]
    source = {"name": "sagegreen", "url": "https://pypi.org/project/sagegreen/"}
    return json.dumps({"source": source, "severity": "WARNING", "diagnostics": diagnostics}, indent=2) + "\n"


def _diagnostic(located: LocatedFinding) -> dict[str, Any]:
    finding, document = located.finding, located.texts.document
    text = located.texts.raw
    place = raw_span(document, text, finding.cell, *finding.span)
    entry: dict[str, Any] = {
        "message": f"{in_cell(located)}{message(located)}",
        "location": {"path": shown_path(located.path), "range": _range(text, *place)},
        "code": {"value": finding.code},
    }
    if finding.fixes and finding.fixes[0].edits:
        changes = raw_changes(document, finding.fixes[0].edits)
        entry["suggestions"] = [
            {"range": _range(text, change.start, change.end), "text": change.content} for change in changes
        ]
    return entry


def _range(text: RawText, start: int, end: int) -> dict[str, Any]:
    return {"start": _place(text, start), "end": _place(text, end)}


def _place(text: RawText, offset: int) -> dict[str, int]:
    row, column = text.table.position(offset)
    line = text.text[offset - column + 1 : offset]
    return {"line": row, "column": len(line.encode(errors="replace")) + 1}

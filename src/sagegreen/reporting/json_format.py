"""Findings for programs: ruff's field names, and ``alternatives``, ``practices`` and ``saving``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sagegreen.checking.comments import Lines

if TYPE_CHECKING:
    from sagegreen.checking.findings import Fix
    from sagegreen.documents.model import Position
    from sagegreen.reporting.report import LocatedFinding, Report, Texts


def findings_json(report: Report) -> str:
    """A JSON array, one object for each finding, keys sorted."""
    return json.dumps([entry(located) for located in report.findings], indent=2, sort_keys=True) + "\n"


def json_lines(report: Report) -> str:
    """One JSON object on each line."""
    return "".join(json.dumps(entry(located), sort_keys=True) + "\n" for located in report.findings)


def statistics_json(report: Report) -> str:
    """How often each rule spoke, with ruff's field names."""
    rows = [
        {"code": code, "name": name, "count": count, "fixable": fixable > 0, "fixable_count": fixable}
        for code, name, count, fixable in report.counts()
    ]
    return json.dumps(rows, indent=2, sort_keys=True) + "\n"


def entry(located: LocatedFinding) -> dict[str, Any]:
    """One finding. Rows and columns count from one, columns in characters, within the cell; the end is exclusive."""
    finding = located.finding
    fixes = [_fix(fix, located.texts) for fix in finding.fixes]
    return {
        "alternatives": fixes[1:],
        "cell": finding.cell,
        "code": finding.code,
        "end_location": _place(located.end),
        "filename": str(located.path),
        "fix": fixes[0] if fixes else None,
        "location": _place(located.start),
        "message": finding.message,
        "name": finding.name,
        "noqa_row": _row_for_comment(located),
        "practices": list(finding.practices),
        "saving": finding.saving,
        "severity": "error",
        "url": None,
    }


def _row_for_comment(located: LocatedFinding) -> int:
    """Where a comment would silence the finding; a file of which nothing is read as code may be of any size."""
    row = located.start.row
    return Lines(located.text.source).row_for_comment(row) if located.texts.document.modules else row


def _fix(fix: Fix, texts: Texts) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "edits": [
            {
                "content": edit.content,
                "end_location": _place(texts.of(edit.cell).position(edit.end)),
                "location": _place(texts.of(edit.cell).position(edit.start)),
                # An import may go to another cell than the one that is reported; ruff has no field for that.
                **({} if edit.cell is None else {"cell": edit.cell}),
            }
            for edit in fix.edits
        ],
        "message": fix.title,
    }


def _place(position: Position) -> dict[str, int]:
    return {"column": position.column, "row": position.row}

"""GitLab's code quality report.

Source: "Code Quality report format" in GitLab's documentation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sagegreen.reporting.annotations import in_cell, message, raw_place
from sagegreen.reporting.report import shown_path

if TYPE_CHECKING:
    from sagegreen.reporting.report import Report


def gitlab(report: Report) -> str:
    """A JSON array; a fingerprint depends on the finding's content and on no line number."""
    entries: list[dict[str, Any]] = []
    for located, fingerprint in report.fingerprinted:
        place = raw_place(located)
        entries.append(
            {
                "check_name": located.finding.code,
                "description": f"{located.finding.code}: {in_cell(located)}{message(located)}",
                "severity": "minor",
                "fingerprint": fingerprint,
                "location": {
                    "path": shown_path(located.path),
                    "positions": {
                        "begin": {"line": place.line, "column": place.column or 1},
                        "end": {"line": place.end_line, "column": place.end_column or 1},
                    },
                },
            }
        )
    return json.dumps(entries, indent=2) + "\n"

"""SARIF 2.1.0, in the dialect that GitHub's code scanning reads.

Sources: the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", and "SARIF support for
code scanning" in GitHub's documentation. Paths are relative to where the program runs; lines and columns count in the
file as it is on disk, so those of a notebook are lines of its JSON.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sagegreen import __version__
from sagegreen.checking.findings import Applicability
from sagegreen.checking.registry import page
from sagegreen.documents.raw_edits import raw_changes, raw_span
from sagegreen.reporting.annotations import in_cell, message
from sagegreen.reporting.report import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.findings import Fix
    from sagegreen.checking.registry import Registry
    from sagegreen.documents.raw_edits import RawText
    from sagegreen.reporting.report import LocatedFinding, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://pypi.org/project/sagegreen/"
_ROOT = "SRCROOT"
_LONGEST = 1024  # characters of a description, by GitHub's limit


def sarif(report: Report, registry: Registry) -> str:
    """A log with one run."""
    codes = sorted({located.finding.code for located in report.findings})
    rules = [_rule(code, registry) for code in codes]
    results = [
        _result(located, fingerprint, codes.index(located.finding.code), registry)
        for located, fingerprint in report.fingerprinted
    ]
    run = {
        "tool": {
            "driver": {
                "name": "sagegreen",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": _HOME,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "sagegreen/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which sagegreen ran."}}},
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, registry: Registry) -> dict[str, Any]:
    check = registry.checks[code]
    shown = page(check)
    return {
        "id": code,
        "name": check.name,
        "shortDescription": {"text": shown.summary[:_LONGEST]},
        "fullDescription": {"text": (shown.section("What it does") or shown.summary)[:_LONGEST]},
        "help": {"text": shown.markdown, "markdown": shown.markdown},
        "defaultConfiguration": {"level": "warning" if check.default else "note"},
        "properties": {
            "tags": ["sustainability", *check.practices],
            "precision": "very-high" if check.default else "high",
            "problem.severity": "warning" if check.default else "recommendation",
        },
    }


def _result(located: LocatedFinding, fingerprint: str, index: int, registry: Registry) -> dict[str, Any]:
    finding, document, text = located.finding, located.texts.document, located.texts.raw
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": "warning" if registry.checks[finding.code].default else "note",
        "message": {"text": f"{in_cell(located)}{message(located)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(located),
                    "region": _region(text, *raw_span(document, text, finding.cell, *finding.span)),
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    fixes = list(_fixes(located, finding.fixes, text))
    if fixes:
        result["fixes"] = fixes
    return result


def _fixes(located: LocatedFinding, fixes: Iterable[Fix], text: RawText) -> Iterable[dict[str, Any]]:
    for fix in fixes:
        if not fix.edits:
            continue
        caution = " (unsafe)" if fix.applicability is Applicability.UNSAFE else ""
        yield {
            "description": {"text": f"{fix.title}{caution}"},
            "artifactChanges": [
                {
                    "artifactLocation": _artifact(located),
                    "replacements": [
                        {
                            "deletedRegion": _region(text, change.start, change.end),
                            "insertedContent": {"text": change.content},
                        }
                        for change in raw_changes(located.texts.document, fix.edits)
                    ],
                }
            ],
        }


def _artifact(located: LocatedFinding) -> dict[str, str]:
    """A path below the folder in which the program runs; that of another place as it is."""
    shown = shown_path(located.path)
    if shown == str(located.path):
        return {"uri": located.path.as_uri()}
    # A name that is no text in the system's encoding is bytes all the same.
    return {"uri": quote(os.fsencode(shown.replace(os.sep, "/"))), "uriBaseId": _ROOT}


def _region(text: RawText, start: int, end: int) -> dict[str, int]:
    first, last = text.table.position(start), text.table.position(end)
    return {"startLine": first.row, "startColumn": first.column, "endLine": last.row, "endColumn": last.column}

"""The audit for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sagegreen.reporting.audit.assumptions import assumptions
from sagegreen.reporting.audit.scorecard import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.audit import At, Mark
    from sagegreen.reporting.audit.scorecard import Audit, Estimate, Score
    from sagegreen.sagemaker.energy import Range


def audit_json(audit: Audit) -> str:
    """An audit as a JSON text."""
    return json.dumps(audit_entry(audit), indent=2) + "\n"


def audit_entry(audit: Audit) -> dict[str, Any]:
    """An audit as a JSON object: ``phases``, ``practices``, ``estimates`` and what they rest on."""
    return {
        "paths": list(audit.paths),
        "files": audit.files,
        "resources": audit.resources,
        "summary": _counts(audit.scores),
        "phases": [
            {"id": phase.id, "title": phase.title, "summary": _counts(scores)} for phase, scores in audit.phases
        ],
        "practices": [_practice(score) for score in audit.scores],
        "estimates": {
            "assumptions": list(assumptions(audit.region)),
            "region": audit.region,
            "totals": [
                {
                    "period": total.period,
                    "resources": total.resources,
                    "kilowatt_hours": _range(total.kilowatt_hours),
                    "kilograms_co2e": _range(total.kilograms_co2e),
                }
                for total in audit.totals
            ],
            "unknown": audit.unknown,
            "resources": [_estimate(entry) for entry in audit.estimates],
        },
        "problems": list(audit.problems),
    }


def _counts(scores: Iterable[Score]) -> dict[str, int]:
    found = Counter(score.status for score in scores)
    return {status.value: found[status] for status in Status}


def _practice(score: Score) -> dict[str, Any]:
    practice = score.practice
    return {
        "id": practice.id,
        "title": practice.title,
        "phase": practice.phase.id,
        "statement": practice.statement,
        "departure": practice.departure,
        "retired": practice.retired,
        "sources": [{"title": source.title, "url": source.url} for source in practice.sources],
        "status": score.status.value,
        "reason": score.reason or None,
        "rules": list(score.codes),
        "assumed": list(score.assumed),
        "followed": [_mark(mark) for mark in score.of("followed")],
        "missing": [_mark(mark) for mark in score.of("missing")],
        "unclear": [_mark(mark) for mark in score.of("unclear")],
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {**_at(mark.at), "code": mark.code, "message": mark.what}


def _at(at: At) -> dict[str, Any]:
    return {"filename": str(at.path), "cell": at.cell, "location": {"row": at.row, "column": at.column}}


def _estimate(entry: Estimate) -> dict[str, Any]:
    machines, draw, found = entry.machines, entry.machines.draw, entry.emissions
    return {
        **_at(machines.at),
        "kind": machines.kind,
        "target": machines.target,
        "instance_types": list(draw.instance_types),
        "instances": _range(draw.instances),
        "watts": _range(draw.watts),
        "hours": _range(draw.hours),
        "period": draw.period,
        "basis": draw.basis,
        "regions": [region.name for region in entry.regions],
        "kilowatt_hours": None if found is None else _range(found.kilowatt_hours),
        "kilograms_co2e": None if found is None else _range(found.kilograms_co2e),
    }


def _range(found: Range | None) -> list[float] | None:
    return None if found is None else [_rounded(found.low), _rounded(found.high)]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")

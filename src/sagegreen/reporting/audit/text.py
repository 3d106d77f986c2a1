"""The audit for a terminal: colours and bars there, plain lines elsewhere."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from sagegreen.reporting.audit.assumptions import assumptions
from sagegreen.reporting.audit.scorecard import Status
from sagegreen.reporting.audit.wording import (
    KINDS,
    carbon,
    counted,
    energy,
    evidence,
    headline,
    machine,
    place,
    summary,
    total,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.reporting.audit.scorecard import Audit, Estimate, Score
    from sagegreen.reporting.text import Style

_WIDTH = 100
_BAR = 32
_PLACES = 3
_ESTIMATES = 12
_SIGNS = {
    Status.FOLLOWED: ("+", "32"),
    Status.PARTLY: ("~", "33"),
    Status.MISSING: ("-", "31"),
    Status.NOT_APPLICABLE: (".", "2"),
    Status.UNSEEN: ("?", "2"),
}
_QUIET = frozenset({Status.NOT_APPLICABLE, Status.UNSEEN})


def audit_text(audit: Audit, style: Style) -> str:
    """An audit as text; every place is in the other formats."""
    lines = [style.strong(f"Audit of {headline(audit)}, by the practices of the AWS guidance"), ""]
    for phase, scores in audit.phases:
        lines += [f"{style.strong(phase.title)}{_bar(scores, style)}: {summary(scores)}"]
        lines += [line for score in scores for line in _score(score, style)]
        lines += [*_names("not applicable", Status.NOT_APPLICABLE, scores, style)]
        lines += [*_names("cannot be seen", Status.UNSEEN, scores, style), ""]
    lines += [f"{style.strong('All phases')}: {summary(audit.scores)}", "", *_estimates(audit, style)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _score(score: Score, style: Style) -> Iterator[str]:
    if score.status in _QUIET:
        return
    sign, colour = _SIGNS[score.status]
    yield f"  {_paint(sign, colour, style)} {score.practice.title} ({score.practice.id}): {evidence(score)}"
    marks = score.of("missing")
    for mark in marks[:_PLACES]:
        yield f"      {place(mark.at)}: {style.alarm(mark.code)}"
    if len(marks) > _PLACES:
        yield f"      and {counted(len(marks) - _PLACES, 'more place')}"


def _names(title: str, status: Status, scores: Sequence[Score], style: Style) -> Iterator[str]:
    names = [score.practice.title for score in scores if score.status is status]
    if names:
        sign, colour = _SIGNS[status]
        text = fill(f"{sign} {title}: {'; '.join(names)}", _WIDTH, initial_indent="  ", subsequent_indent="    ")
        yield from (_paint(line, colour, style) for line in text.splitlines())


def _bar(scores: Sequence[Score], style: Style) -> str:
    if not style.colour:
        return ""
    parts = []
    for status in (Status.FOLLOWED, Status.PARTLY, Status.MISSING, Status.NOT_APPLICABLE, Status.UNSEEN):
        share = sum(score.status is status for score in scores)
        character = "░" if status in _QUIET else "█"
        parts.append(_paint(character * round(_BAR * share / len(scores)), _SIGNS[status][1], style))
    return "  " + "".join(parts) + " "


def _estimates(audit: Audit, style: Style) -> Iterator[str]:
    if not audit.estimates:
        return
    yield style.strong("Energy and emissions")
    known = [entry for entry in audit.estimates if entry.emissions is not None]
    for found in audit.totals:
        yield f"  {total(found)}"
    if audit.unknown:
        yield f"  not known for {counted(audit.unknown, 'resource')}"
    for entry in known[:_ESTIMATES]:
        yield f"  {place(entry.machines.at)}: {_estimate(entry)}"
    if len(known) > _ESTIMATES:
        yield f"  and {counted(len(known) - _ESTIMATES, 'smaller estimate')}"
    if known:
        yield ""
        for assumption in assumptions(audit.region):
            yield fill(assumption, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def _estimate(entry: Estimate) -> str:
    found = entry.emissions
    if found is None:
        return ""
    kind = KINDS[entry.machines.kind]
    return (
        f"{kind}, {machine(entry)}, {where(entry)}: {energy(found.kilowatt_hours)}, {carbon(found.kilograms_co2e)} "
        f"({entry.machines.draw.basis})"
    )


def _paint(text: str, codes: str, style: Style) -> str:
    return f"\x1b[{codes}m{text}\x1b[0m" if style.colour and text.strip() else text

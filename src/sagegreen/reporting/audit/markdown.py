"""The audit as Markdown, for a repository or a wiki."""

from __future__ import annotations

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
    power,
    status,
    total,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.audit import Mark
    from sagegreen.reporting.audit.scorecard import Audit, Score

_PLACES = 10
_ESTIMATES = 30


def audit_markdown(audit: Audit, date: str) -> str:
    """An audit as Markdown: tables by phase, the places of each practice, estimates with their assumptions."""
    lines = [
        "# Sustainability audit of SageMaker code",
        "",
        f"{headline(audit)}; {date}.",
        "",
        f"| phase | {' | '.join(kind.words for kind in Status)} |",
        f"| --- |{' ---: |' * len(Status)}",
    ]
    for phase, scores in audit.phases:
        lines.append(f"| {phase.title} | {_counts(scores)} |")
    lines.append(f"| **all** | {_counts(audit.scores)} |")
    for phase, scores in audit.phases:
        lines += ["", f"## {phase.title}", "", "| practice | status | evidence |", "| --- | --- | --- |"]
        lines += [f"| {score.practice.title} | {status(score)} | {_cell(evidence(score))} |" for score in scores]
        for score in scores:
            lines += _places(score)
    lines += _estimates(audit)
    if audit.problems:
        lines += ["", "## What could not be read", "", *(f"- {_inline(problem)}" for problem in audit.problems)]
    return "\n".join(lines) + "\n"


def _counts(scores: Sequence[Score]) -> str:
    return " | ".join(str(sum(score.status is kind for score in scores)) for kind in Status)


def _places(score: Score) -> Iterator[str]:
    missing, followed = score.of("missing"), score.of("followed")
    if not missing and not followed:
        return
    yield from ("", f"### {score.practice.title}", "", score.practice.statement)
    if score.practice.departure:
        yield from ("", score.practice.departure)
    for title, marks in (("Still used" if score.practice.retired else "Missing", missing), ("Followed", followed)):
        if marks:
            yield from ("", f"{title}:", "", *_list(marks))


def _list(marks: Sequence[Mark]) -> Iterator[str]:
    for mark in marks[:_PLACES]:
        yield f"- `{place(mark.at)}` ({mark.code}): {_inline(mark.what)}"
    if len(marks) > _PLACES:
        yield f"- and {counted(len(marks) - _PLACES, 'more place')}"


def _estimates(audit: Audit) -> Iterator[str]:
    if not audit.estimates:
        return
    yield from ("", "## Energy and emissions", "")
    for found in audit.totals:
        yield f"- {total(found)}"
    if audit.unknown:
        yield f"- not known for {counted(audit.unknown, 'resource')}"
    yield from ("", "| place | resource | machines | power | energy | CO2e | Region | what it rests on |")
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for entry in audit.estimates[:_ESTIMATES]:
        draw, found_emissions = entry.machines.draw, entry.emissions
        columns = (
            f"`{place(entry.machines.at)}`",
            KINDS[entry.machines.kind],
            machine(entry),
            "not known" if draw.watts is None else power(draw.watts),
            "not known" if found_emissions is None else energy(found_emissions.kilowatt_hours),
            "not known" if found_emissions is None else carbon(found_emissions.kilograms_co2e),
            where(entry),
            draw.basis,
        )
        yield f"| {' | '.join(map(_cell, columns))} |"
    if len(audit.estimates) > _ESTIMATES:
        yield from ("", f"And {counted(len(audit.estimates) - _ESTIMATES, 'more resource')}.")
    yield from ("", "What the estimates rest on:", "", *(f"- {assumption}" for assumption in assumptions(audit.region)))


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")


def _inline(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")

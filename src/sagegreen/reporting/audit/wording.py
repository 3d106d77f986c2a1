"""Figures and places in the words that all forms of the audit share."""

from __future__ import annotations

from collections import Counter
from math import floor, log10
from typing import TYPE_CHECKING

from sagegreen.reporting.audit.scorecard import Status
from sagegreen.reporting.report import path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.audit import At
    from sagegreen.reporting.audit.scorecard import Audit, Estimate, Score, Total
    from sagegreen.sagemaker.energy import Range

KINDS = {
    "training_job": "training job",
    "tuning_job": "tuning job",
    "processing_job": "processing job",
    "transform_job": "batch transform job",
    "endpoint": "endpoint",
    "notebook_instance": "notebook instance",
    "monitoring_schedule": "monitoring schedule",
    "remote_function": "remote function",
}
PERIODS = {"month": "a month", "run": "one run of every job, at most"}


def place(at: At) -> str:
    """``path:cell 3:12:5``, relative to where the program runs if it lies below."""
    cell = "" if at.cell is None else f":cell {at.cell}"
    return f"{path_on_one_line(at.path)}{cell}:{at.row}:{at.column}"


def energy(found: Range) -> str:
    """``12-340 kWh``; megawatt-hours where they are many."""
    return _figures(found, (("kWh", 1), ("MWh", 1000)))


def carbon(found: Range) -> str:
    """``12-340 kg CO2e``; grams or tonnes where they are few or many."""
    return _figures(found, (("g CO2e", 1 / 1000), ("kg CO2e", 1), ("t CO2e", 1000)))


def power(found: Range) -> str:
    """``9-40 W``; kilowatts where they are many."""
    return _figures(found, (("W", 1), ("kW", 1000)))


def _figures(found: Range, units: tuple[tuple[str, float], ...]) -> str:
    unit, size = next((entry for entry in reversed(units) if found.high >= 2 * entry[1]), units[0])
    low, high = number(found.low / size), number(found.high / size)
    return f"{low} {unit}" if low == high else f"{low}-{high} {unit}"


def number(value: float) -> str:
    """Two significant digits, with a comma between thousands."""
    if value == 0:
        return "0"
    digits = 1 - floor(log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.0f}" if digits <= 0 else f"{rounded:.{digits}f}".rstrip("0").rstrip(".")


def counted(number_of: int, word: str) -> str:
    """``1 place``, ``2 places``."""
    return f"{number_of:,} {word}{'' if number_of == 1 else 's'}"


def summary(scores: Iterable[Score]) -> str:
    """``3 followed, 1 partly followed, 2 missing, 4 not applicable, 1 cannot be seen``."""
    found = Counter(score.status for score in scores)
    return ", ".join(f"{found[status]} {status.words}" for status in Status if found[status])


def status(score: Score) -> str:
    """The status of a practice in words; what is retired is not missed, but still used."""
    return "still used" if score.practice.retired and score.status is Status.MISSING else score.status.words


def evidence(score: Score) -> str:
    """Where a practice stands, in a few words."""
    missing = "still used" if score.practice.retired else "missing"
    found = (("followed", score.of("followed")), (missing, score.of("missing")), ("not visible", score.of("unclear")))
    parts = [f"{word} at {counted(len(marks), 'place')}" for word, marks in found if marks]
    if score.assumed:
        words = ", ".join(f'"{word}"' for word in score.assumed)
        parts.append(f"declared by `assume = [{words}]`")
    return ", ".join(parts) or score.reason


def total(found: Total) -> str:
    """A sum in one line."""
    return (
        f"{energy(found.kilowatt_hours)}, {carbon(found.kilograms_co2e)} for "
        f"{PERIODS[found.period]} ({counted(found.resources, 'resource')})"
    )


def machine(estimate: Estimate) -> str:
    """``2 x ml.m5.xlarge``, as far as it is known."""
    draw = estimate.machines.draw
    types = " or ".join(draw.instance_types) or "unknown type"
    if draw.instances is None:
        return f"unknown number of {types}"
    low, high = number(draw.instances.low), number(draw.instances.high)
    return f"{low if low == high else f'{low}-{high}'} x {types}"


def where(estimate: Estimate) -> str:
    """The Regions of an estimate."""
    return ", ".join(region.name for region in estimate.regions) or "any Region"


def headline(audit: Audit) -> str:
    """What was looked at."""
    return f"{counted(audit.files, 'file')} with {counted(audit.resources, 'resource')}"

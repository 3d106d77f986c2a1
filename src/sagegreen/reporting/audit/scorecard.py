"""From what the files show to a scorecard: the status of each practice, totals by phase, estimates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError, did_you_mean
from sagegreen.checking.practices import phases, practices
from sagegreen.sagemaker.energy import Range, emissions
from sagegreen.sagemaker.regions import region, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sagegreen.checking.audit import FileAudit, Machines, Mark, Verdict
    from sagegreen.checking.practices import Phase, Practice
    from sagegreen.checking.registry import Registry
    from sagegreen.sagemaker.energy import Emissions
    from sagegreen.sagemaker.regions import Region


class Status(Enum):
    """What the code shows of a practice; the values are the JSON spellings."""

    FOLLOWED = "followed"
    PARTLY = "partly-followed"
    MISSING = "missing"
    NOT_APPLICABLE = "not-applicable"
    UNSEEN = "cannot-be-seen"

    @property
    def words(self) -> str:
        """For people."""
        return self.value.replace("-", " ")


@dataclass(frozen=True)
class Score:
    """One practice.

    Attributes:
        codes: the rules that serve it.
        marks: the places that bear on it.
        assumed: words of the ``assume`` setting that declare it taken care of elsewhere.
        reason: why it is not applicable or cannot be seen.
    """

    practice: Practice
    status: Status
    codes: tuple[str, ...]
    marks: tuple[Mark, ...]
    assumed: tuple[str, ...] = ()
    reason: str = ""

    def of(self, verdict: Verdict) -> tuple[Mark, ...]:
        """The places of one verdict."""
        return tuple(mark for mark in self.marks if mark.verdict == verdict)


@dataclass(frozen=True)
class Estimate:
    """What one resource may draw; ``emissions`` is ``None`` where something is not known."""

    machines: Machines
    regions: tuple[Region, ...]
    emissions: Emissions | None


@dataclass(frozen=True)
class Total:
    """The sum of the estimates of a period (a month of endpoints, or one run of every job), and how many it has."""

    period: str
    kilowatt_hours: Range
    kilograms_co2e: Range
    resources: int


@dataclass(frozen=True)
class Audit:
    """A whole audit.

    Attributes:
        paths: what was looked at, as the user named it.
        files: how many files showed something.
        resources: how many resources they create.
        scores: every practice, in the order of the guidance.
        estimates: every resource that holds machines, the greatest first.
        problems: what could not be read.
        region: the Region that the user gave for programs that name none.
    """

    paths: tuple[str, ...]
    files: int
    resources: int
    scores: tuple[Score, ...]
    estimates: tuple[Estimate, ...]
    problems: tuple[str, ...] = ()
    region: str | None = None

    @cached_property
    def phases(self) -> tuple[tuple[Phase, tuple[Score, ...]], ...]:
        """The scores by phase of the lifecycle."""
        return tuple(
            (phase, tuple(score for score in self.scores if score.practice.phase == phase)) for phase in phases()
        )

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """The sums of the estimates; a period without any estimate is left out."""
        found = []
        for period in ("month", "run"):
            known = [
                entry.emissions
                for entry in self.estimates
                if entry.emissions is not None and entry.machines.draw.period == period
            ]
            if known:
                energy = sum((entry.kilowatt_hours for entry in known), Range(0, 0))
                carbon = sum((entry.kilograms_co2e for entry in known), Range(0, 0))
                found.append(Total(period, energy, carbon, len(known)))
        return tuple(found)

    @property
    def unknown(self) -> int:
        """How many resources have no estimate."""
        return sum(entry.emissions is None for entry in self.estimates)


def assemble(
    paths: Sequence[Path], files: Iterable[FileAudit], registry: Registry, *, given_region: str | None = None
) -> Audit:
    """Make a scorecard of what files show.

    Args:
        paths: what the user named.
        files: what each file shows.
        registry: the rules of the run.
        given_region: the Region of programs that name none.
    """
    shown = list(files)
    marks = [mark for file in shown for mark in file.marks]
    by_practice: dict[str, list[Mark]] = {}
    for mark in marks:
        by_practice.setdefault(mark.practice, []).append(mark)
    assumed: dict[str, set[str]] = {}
    for file in shown:
        for practice, word in file.assumed:
            assumed.setdefault(practice, set()).add(word)
    serving = _serving(registry)
    estimates = [_estimate(machines, given_region) for file in shown for machines in file.machines]
    return Audit(
        paths=tuple(str(path) for path in paths),
        files=sum(1 for file in shown if file.marks or file.resources),
        resources=sum(file.resources for file in shown),
        scores=tuple(
            _score(entry, serving.get(entry.id, ()), by_practice.get(entry.id, ()), assumed.get(entry.id, ()))
            for entry in practices()
        ),
        estimates=tuple(sorted(estimates, key=_greatest_first)),
        problems=tuple(problem for file in shown for problem in file.problems),
        region=given_region,
    )


def require_region(name: str | None) -> None:
    """Refuse a Region that is not in the table.

    Raises:
        SagegreenError: names the nearest one.
    """
    if name is not None and region(name) is None:
        raise SagegreenError(f"unknown Region `{name}`{did_you_mean(name, [found.name for found in regions()])}")


def _serving(registry: Registry) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, check in registry.checks.items():
        for practice in check.practices:
            found.setdefault(practice, []).append(code)
    return {practice: tuple(codes) for practice, codes in found.items()}


def _score(practice: Practice, codes: Sequence[str], marks: Sequence[Mark], assumed: Iterable[str]) -> Score:
    counts = Counter(mark.verdict for mark in marks)
    words = tuple(sorted(assumed))
    reason = ""
    if counts["missing"]:
        status = Status.PARTLY if counts["followed"] or words else Status.MISSING
    elif counts["followed"] or words:
        status = Status.FOLLOWED
    elif practice.unseen is not None:
        status, reason = Status.UNSEEN, practice.unseen
    elif counts["unclear"]:
        status, reason = Status.UNSEEN, "The code is of the kind that this is about, but does not show it."
    elif codes:
        status, reason = Status.NOT_APPLICABLE, "The code has nothing that this is about."
    else:
        status, reason = Status.UNSEEN, "No installed rule looks at this."
    return Score(practice, status, tuple(codes), tuple(marks), words, reason)


def _estimate(machines: Machines, given: str | None) -> Estimate:
    names = sorted(machines.regions) or ([given] if given else [])
    places = tuple(found for name in names if (found := region(name)) is not None)
    return Estimate(machines, places, emissions(machines.draw, places or _everywhere()))


def _everywhere() -> tuple[Region, ...]:
    return tuple(found for found in regions() if found.sagemaker and found.partition == "aws")


def _greatest_first(estimate: Estimate) -> tuple[float, str, int, int]:
    at = estimate.machines.at
    most = 0.0 if estimate.emissions is None else estimate.emissions.kilowatt_hours.high
    return -most, str(at.path), at.cell or 0, at.row

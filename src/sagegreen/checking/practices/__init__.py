"""The recommendations of the AWS guidance, which the rules serve."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Source:
    """A document that recommends; ``date`` is the day of its technical review, where it names one."""

    id: str
    title: str
    url: str
    date: str | None


@dataclass(frozen=True)
class Phase:
    """A phase of the machine-learning lifecycle."""

    id: str
    title: str


@dataclass(frozen=True)
class Practice:
    """One recommendation, in our own words.

    Attributes:
        id: lower-case words joined by hyphens, as rules name it.
        title: a few words.
        statement: what is recommended.
        sources: the documents that recommend it.
        unseen: why no rule can serve it; ``None`` where rules do.
        departure: where and why the rules depart from the recommendation.
        retired: whether what is recommended no longer exists; the rules then report where it is used.
    """

    id: str
    phase: Phase
    title: str
    statement: str
    sources: tuple[Source, ...]
    unseen: str | None
    departure: str | None
    retired: bool


def practices() -> tuple[Practice, ...]:
    """All recommendations, by phase of the lifecycle, in the order of the guidance."""
    return tuple(_table().values())


def practice(name: str) -> Practice | None:
    """The recommendation with that identifier."""
    return _table().get(name)


def phases() -> tuple[Phase, ...]:
    """The phases of the lifecycle, in order."""
    return tuple(Phase(**row) for row in _stored()["phases"])


@cache
def _table() -> Mapping[str, Practice]:
    stored = _stored()
    known_phases = {phase.id: phase for phase in phases()}
    sources = {row["id"]: Source(**row) for row in stored["sources"]}
    return {
        row["id"]: Practice(
            id=row["id"],
            phase=known_phases[row["phase"]],
            title=row["title"],
            statement=row["statement"],
            sources=tuple(sources[name] for name in row["sources"]),
            unseen=row.get("unseen"),
            departure=row.get("departure"),
            retired=row.get("retired", False),
        )
        for row in stored["practices"]
    }


@cache
def _stored() -> Mapping[str, Any]:
    stored: dict[str, Any] = json.loads(Path(__file__).with_name("practices.json").read_text(encoding="utf-8"))
    return stored

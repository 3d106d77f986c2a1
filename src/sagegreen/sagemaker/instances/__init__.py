"""SageMaker instance types: what they are, which APIs accept them, what replaces them, what they draw."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Every name of the service model's enumerations but ``ml.geospatial.interactive``, which names no machine size.
_INSTANCE_TYPE = re.compile(r"ml\.[a-z0-9]+(?:-[a-z0-9]+)?\.(?:[0-9]*(?:micro|small|medium|x?large)|metal)")


@dataclass(frozen=True)
class InstanceType:
    """One instance type. ``None``: not published.

    Powers are watts of one whole instance idle, at 50 % and at 100 % load; ``watts_method`` and ``source`` say how they
    were found. ``generations_behind`` counts within the family's line. ``status`` is available, retired, ec2_retired,
    end_of_support or ec2_unlisted. ``apis``: training, processing, transform, hosting, notebook,
    studio_app, cluster, optimization ... as far as the service model's enumerations list it.
    ``successor`` keeps vendor architecture and accelerator; ``hosting_graviton_alternative`` changes the architecture.
    """

    name: str
    family: str
    size: str
    category: str
    generation: int | None
    generations_behind: int | None
    arch: str
    cpu: str
    accelerator: str | None
    accelerator_count: int
    vcpus: int | None
    memory_gib: float | None
    previous_generation: bool
    status: str
    successor: str | None
    hosting_graviton_alternative: str | None
    watts_method: str | None
    watts_idle: float | None
    watts_50: float | None
    watts_100: float | None
    apis: frozenset[str]
    note: str
    source: str


def is_instance_type(text: str) -> bool:
    """Whether the text is spelt like an instance type. ``local`` and ``local_gpu`` name no machine of AWS."""
    return _INSTANCE_TYPE.fullmatch(text) is not None


def instance(name: str) -> InstanceType | None:
    """The instance type called ``name`` (``ml.m5.xlarge``), or None where it is unknown."""
    return _read(name) if name in _rows() else None


def instance_names() -> frozenset[str]:
    """All known names."""
    return frozenset(_rows())


@cache
def _rows() -> Mapping[str, dict[str, str]]:
    path = Path(__file__).with_name("instances.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["instance_type"]: row for row in csv.DictReader(file)}


@cache
def _read(name: str) -> InstanceType:
    row = _rows()[name]
    return InstanceType(
        name=name,
        family=row["family"],
        size=row["size"],
        category=row["category"],
        generation=_integer(row["generation"]),
        generations_behind=_integer(row["generations_behind"]),
        arch=row["arch"],
        cpu=row["cpu"],
        accelerator=row["accelerator"] or None,
        accelerator_count=_integer(row["accelerator_count"]) or 0,
        vcpus=_integer(row["vcpus"]),
        memory_gib=_number(row["memory_gib"]),
        previous_generation=row["previous_generation"] == "true",
        status=row["status"],
        successor=row["successor"] or None,
        hosting_graviton_alternative=row["hosting_graviton_alternative"] or None,
        watts_method=row["watts_method"] or None,
        watts_idle=_number(row["watts_idle"]),
        watts_50=_number(row["watts_50"]),
        watts_100=_number(row["watts_100"]),
        apis=frozenset(filter(None, row["apis"].split(";"))),
        note=row["note"],
        source=row["source"],
    )


def _integer(text: str) -> int | None:
    return int(text) if text else None


def _number(text: str) -> float | None:
    return float(text) if text else None

"""AWS Regions: where they are, how carbon-intensive their grid is, how much of their power does not reach a machine.

Grid intensities are yearly location-based averages in grams of CO2 equivalent per kilowatt-hour. Cloud Carbon
Footprint follows the electricity grid within a country, Ember gives the average of the country; where both have a
value, the former counts. That electricity is "matched" by renewable energy means purchases, not what the grid delivers.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Values of different Regions that are closer than this cannot be told apart, given how they are estimated.
_CLEARLY_LOWER = 0.8


@dataclass(frozen=True)
class Source:
    """Where values come from; ``year`` is that of publication."""

    id: str
    title: str
    year: int
    licence: str
    url: str


@dataclass(frozen=True)
class GridIntensity:
    """The carbon intensity of a grid.

    Attributes:
        grams_per_kwh: CO2 equivalent.
        year: the year that it describes (Ember), or in which it was published (Cloud Carbon Footprint).
    """

    grams_per_kwh: float
    year: int
    source: Source


@dataclass(frozen=True)
class Region:
    """An AWS Region. ``None``: not published.

    Attributes:
        name: as in code: ``eu-north-1``.
        partition: ``aws``, or one whose accounts are separate (``aws-us-gov``, ``aws-cn``, ``aws-eusc``).
        title: as in the console: ``Europe (Stockholm)``.
        geography: part of the world.
        jurisdiction: country code; the EU counts as one; ``US-Gov`` and ``EU-Sovereign`` are partitions of their own.
        sagemaker: whether SageMaker has an endpoint there.
        intensities: what the sources say, the preferred one first; never empty.
        pue: power usage effectiveness: energy of the data centre over energy of its machines.
        renewable_matched_years: the years for which Amazon named the Region as matched 100 % by renewable energy.
        note: what is doubtful about the values.
    """

    name: str
    partition: str
    title: str
    geography: str
    jurisdiction: str
    sagemaker: bool
    intensities: tuple[GridIntensity, ...]
    pue: float | None
    pue_year: int | None
    renewable_matched_years: tuple[int, ...]
    note: str

    @property
    def grid(self) -> GridIntensity:
        """The preferred intensity of its grid."""
        return self.intensities[0]


def region(name: str) -> Region | None:
    """The Region called ``name`` (``eu-north-1``), or None where it is unknown."""
    return _table().get(name)


def regions() -> tuple[Region, ...]:
    """All Regions; classified ones are left out."""
    return tuple(_table().values())


def greener(name: str, *, same_jurisdiction: bool = True) -> tuple[Region, ...]:
    """The Regions with SageMaker whose grid is clearly (at least 20 %) less carbon-intensive, the lowest first.

    They belong to the same partition. Only values of one source are compared, and no other source may say the
    opposite; whole-country values do not part Regions of one country.

    Args:
        name: the Region to leave; an unknown one has no greener one.
        same_jurisdiction: only Regions under the same law; else those of the same geography.
    """
    start = region(name)
    if start is None:
        return ()
    found = [
        other
        for other in regions()
        if other.sagemaker
        and other.partition == start.partition
        and (other.jurisdiction == start.jurisdiction if same_jurisdiction else other.geography == start.geography)
        and _is_clearly_lower(other, start)
    ]
    return tuple(sorted(found, key=lambda other: other.grid.grams_per_kwh))


def pue_range() -> tuple[float, float]:
    """The lowest and the highest power usage effectiveness that is published for a Region."""
    published = [found.pue for found in regions() if found.pue is not None]
    return min(published), max(published)


def sources() -> tuple[Source, ...]:
    """Where the values come from, with their licences."""
    return tuple(_sources().values())


def _is_clearly_lower(other: Region, start: Region) -> bool:
    theirs = {intensity.source.id: intensity.grams_per_kwh for intensity in other.intensities}
    ratios = [
        theirs[intensity.source.id] / intensity.grams_per_kwh
        for intensity in start.intensities
        if intensity.source.id in theirs
    ]
    return bool(ratios) and ratios[0] <= _CLEARLY_LOWER and max(ratios) <= 1


@cache
def _table() -> Mapping[str, Region]:
    with Path(__file__).with_name("regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["region"]: _read(row) for row in csv.DictReader(file)}


def _read(row: Mapping[str, str]) -> Region:
    ccf, ember = _sources()["ccf"], _sources()["ember"]
    intensities = []
    if row["ccf_g_per_kwh"]:
        intensities.append(GridIntensity(float(row["ccf_g_per_kwh"]), ccf.year, ccf))
    intensities.append(GridIntensity(float(row["ember_g_per_kwh"]), int(row["ember_year"]), ember))
    return Region(
        name=row["region"],
        partition=row["partition"],
        title=row["name"],
        geography=row["geography"],
        jurisdiction=row["jurisdiction"],
        sagemaker=row["sagemaker"] == "yes",
        intensities=tuple(intensities),
        pue=float(row["pue"]) if row["pue"] else None,
        pue_year=int(row["pue_year"]) if row["pue_year"] else None,
        renewable_matched_years=tuple(int(year) for year in row["renewable_matched_years"].split(";") if year),
        note=row["note"],
    )


@cache
def _sources() -> Mapping[str, Source]:
    stored = json.loads(Path(__file__).with_name("sources.json").read_text(encoding="utf-8"))
    return {row["id"]: Source(**row) for row in stored}

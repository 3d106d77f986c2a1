"""Public datasets that lie in S3 already: the Registry of Open Data on AWS.

Sources: the entries of github.com/awslabs/open-data-registry (Apache License 2.0, commit 1fd4120 of 2026-08-19) whose
buckets any AWS account may read without paying, in ``open_data_buckets.csv``; and, in ``open_data_downloads.csv``, the
sites and library functions from which the best-known of these datasets are otherwise downloaded, each with the bucket
of the entry that describes it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REGISTRY = "https://registry.opendata.aws/"
_SCHEME = re.compile(r"^(?:https?|ftp)://", re.IGNORECASE)
_BUCKET = re.compile(
    r"^s3[an]?://(?P<uri>[a-z0-9.-]+)|^https?://(?P<hosted>[a-z0-9.-]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com"
    r"|^https?://s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com/(?P<path>[a-z0-9.-]+)"
)


@dataclass(frozen=True, slots=True)
class PublicDataset:
    """A public dataset in S3.

    Attributes:
        name: what people call it; empty where the registry has one bucket for many.
        bucket: where it lies.
        region: the bucket's Region.
        entry: the page that describes it.
    """

    name: str
    bucket: str
    region: str
    entry: str


def dataset_at(source: str) -> PublicDataset | None:
    """The public dataset that a URL or URI belongs to."""
    found = _BUCKET.match(source)
    name = next((group for group in found.groups() if group), None) if found is not None else None
    if name is not None and name in _buckets():
        return in_bucket(name)
    if _SCHEME.match(source):
        bare = _SCHEME.sub("", source)
        for start, dataset in _downloads():
            if "/" in start and bare.startswith(start):
                return dataset
    return None


def dataset_of(function: str) -> PublicDataset | None:
    """The public dataset that a library function downloads, by its dotted path."""
    return next((dataset for start, dataset in _downloads() if start == function), None)


def in_bucket(bucket: str) -> PublicDataset | None:
    """The public dataset that lies in a bucket."""
    row = _buckets().get(bucket)
    if row is None:
        return None
    entry = f"{_REGISTRY}{row['entry']}/" if row["entry"] else _REGISTRY
    return PublicDataset("", bucket, row["region"], entry)


@cache
def _buckets() -> Mapping[str, Mapping[str, str]]:
    return {row["bucket"]: row for row in _rows("open_data_buckets.csv")}


@cache
def _downloads() -> tuple[tuple[str, PublicDataset], ...]:
    found: list[tuple[str, PublicDataset]] = []
    for row in _rows("open_data_downloads.csv"):
        known = in_bucket(row["bucket"])
        if known is not None:
            found.append((row["source"], PublicDataset(row["dataset"], known.bucket, known.region, known.entry)))
    return tuple(found)


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

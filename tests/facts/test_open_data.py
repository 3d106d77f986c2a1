"""The tables of public datasets, and the addresses by which their buckets are known."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import sagegreen_checks.data as package
from sagegreen.sagemaker.regions import region
from sagegreen_checks.data.open_data import dataset_at, dataset_of, in_bucket

FOLDER = Path(package.__file__).parent


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_buckets_are_told_once_with_a_known_region():
    buckets = rows("open_data_buckets.csv")
    assert len({row["bucket"] for row in buckets}) == len(buckets) > 500
    assert [row for row in buckets if not re.fullmatch(r"[a-z0-9][a-z0-9.-]+", row["bucket"])] == []
    assert [row for row in buckets if row["region"] and region(row["region"]) is None] == []


def test_every_download_has_its_bucket():
    buckets = {row["bucket"] for row in rows("open_data_buckets.csv")}
    downloads = rows("open_data_downloads.csv")
    assert {row["bucket"] for row in downloads} <= buckets
    assert all(row["dataset"] for row in downloads)


@pytest.mark.parametrize(
    "address",
    [
        "s3://noaa-ghcn-pds/csv/by_year/2024.csv",
        "https://noaa-ghcn-pds.s3.amazonaws.com/csv/by_year/2024.csv",
        "https://noaa-ghcn-pds.s3.us-east-1.amazonaws.com/csv/by_year/2024.csv",
        "https://s3.amazonaws.com/noaa-ghcn-pds/csv/by_year/2024.csv",
        "https://www.ncei.noaa.gov/pub/data/ghcn/daily/by_year/2024.csv.gz",
    ],
)
def test_a_dataset_is_known_by_its_addresses(address):
    found = dataset_at(address)
    assert found is not None
    assert (found.bucket, found.entry) == ("noaa-ghcn-pds", "https://registry.opendata.aws/noaa-ghcn/")


@pytest.mark.parametrize(
    "address", ["s3://noaa-ghcn-pds-mine/2024.csv", "https://example.com/noaa-ghcn-pds", "data.csv"]
)
def test_other_addresses_are_no_public_dataset(address):
    assert dataset_at(address) is None


def test_functions_of_libraries_that_download():
    assert dataset_of("torchvision.datasets.CIFAR10").bucket == "fast-ai-imageclas"
    assert dataset_of("torchvision.datasets.FakeData") is None
    assert in_bucket("my-own-bucket") is None

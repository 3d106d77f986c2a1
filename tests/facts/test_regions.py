import csv
import re
from pathlib import Path

import pytest

from sagegreen.sagemaker import regions as module
from sagegreen.sagemaker.regions import greener, pue_range, region, regions, sources

ALL = regions()


def test_one_region():
    stockholm = region("eu-north-1")
    assert stockholm is not None
    assert (stockholm.title, stockholm.jurisdiction, stockholm.sagemaker) == ("Europe (Stockholm)", "EU", True)
    assert stockholm.grid.source.id == "ccf"
    assert stockholm.grid.grams_per_kwh < 50
    assert region("mars-north-1") is None


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.name)
def test_a_region_is_whole(found):
    assert re.fullmatch(r"[a-z]+-(?:gov-|de-)?[a-z]+-\d", found.name)
    assert found.partition in {"aws", "aws-cn", "aws-eusc", "aws-us-gov"}
    assert found.title
    assert found.geography
    assert found.jurisdiction
    assert found.intensities
    for intensity in found.intensities:
        assert 1 < intensity.grams_per_kwh < 1000
        assert 2020 <= intensity.year <= 2026
    assert (found.pue is None) == (found.pue_year is None)
    assert found.pue is None or 1 < found.pue < 2
    assert set(found.renewable_matched_years) <= {2022, 2023}


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.name)
def test_greener_regions_are_lower_by_a_common_source_and_under_the_same_law(found):
    for other in greener(found.name):
        assert other.sagemaker
        assert other.jurisdiction == found.jurisdiction
        theirs = {intensity.source.id: intensity.grams_per_kwh for intensity in other.intensities}
        ratios = [theirs[i.source.id] / i.grams_per_kwh for i in found.intensities if i.source.id in theirs]
        assert min(ratios) <= 0.8
        assert max(ratios) <= 1


def test_greener_regions_come_lowest_first():
    assert next(other.name for other in greener("eu-central-1")) == "eu-north-1"
    values = [other.grid.grams_per_kwh for other in greener("eu-central-1")]
    assert values == sorted(values)


def test_whole_country_values_part_no_regions_of_one_country():
    assert greener("ca-west-1") == ()
    assert greener("ap-northeast-1") == ()


def test_partitions_are_not_mixed():
    names = {other.name for other in greener("us-east-2", same_jurisdiction=False)}
    assert "us-west-2" in names
    assert not {name for name in names if "gov" in name}
    assert greener("eusc-de-east-1", same_jurisdiction=False) == ()


def test_the_range_of_power_usage_effectiveness():
    low, high = pue_range()
    assert 1 < low < high < 2


def test_every_source_names_its_licence_and_none_is_share_alike():
    assert {source.id for source in sources()} == {"ccf", "ember", "gsf"}
    for source in sources():
        assert source.licence
        assert source.url.startswith("https://")
    text = Path(module.__file__).with_name("regions.csv").read_text(encoding="utf-8")
    assert "Electricity Maps" not in text
    assert not [column for column in next(csv.reader(text.splitlines())) if column.startswith("em_")]

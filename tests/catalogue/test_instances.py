import csv
import re
from pathlib import Path

import pytest

from sagegreen.sagemaker import instances
from sagegreen.sagemaker.catalogue import load_boto3
from sagegreen.sagemaker.instances import instance, instance_names, is_instance_type

SHAPES = {
    "training": "TrainingInstanceType",
    "processing": "ProcessingInstanceType",
    "transform": "TransformInstanceType",
    "hosting": "ProductionVariantInstanceType",
    "notebook": "InstanceType",
    "cluster": "ClusterInstanceType",
}


def test_one_instance():
    found = instance("ml.p3.2xlarge")
    assert found is not None
    assert (found.family, found.size, found.accelerator_count, found.arch) == ("p3", "2xlarge", 1, "x86_64")
    assert {"training", "hosting"} <= found.apis
    assert instance("ml.no.such") is None


@pytest.mark.parametrize("api", sorted(SHAPES))
def test_apis_agree_with_the_service_model(api):
    stored = {name for name in instance_names() if api in instance(name).apis}
    assert stored == load_boto3().instance_types(SHAPES[api])


def test_the_table_is_coherent():
    for name in instance_names():
        found = instance(name)
        assert found is not None
        assert found.name == name
        assert found.status in {"available", "retired", "ec2_retired", "end_of_support", "ec2_unlisted"}
        assert found.apis
        assert found.source
        for other in (found.successor, found.hosting_graviton_alternative):
            if other is not None:
                assert instance(other) is not None, (name, other)
                assert other != name
        powers = [found.watts_idle, found.watts_50, found.watts_100]
        assert all(p is None for p in powers) or powers == sorted(powers)


def test_the_file_carries_no_price():
    path = Path(instances.__file__).with_name("instances.csv")
    header = next(csv.reader(path.open(encoding="utf-8", newline="")))
    assert not [column for column in header if re.search("usd|price", column)]


@pytest.mark.parametrize(
    "text", ["ml.m5.xlarge", "ml.p6-b200.48xlarge", "ml.t2.medium", "ml.c7i-flex.large", "ml.trn1.2xlarge"]
)
def test_spelt_like_an_instance_type(text):
    assert is_instance_type(text)


@pytest.mark.parametrize(
    "text", ["local", "local_gpu", "m5.xlarge", "ml.m5", "ml.m5.huge", " ml.m5.xlarge", "ml.m5.xlarge\n", ""]
)
def test_not_spelt_like_an_instance_type(text):
    assert not is_instance_type(text)

"""What the files of a project offer to each other is kept between runs, and never outlives what it depends on."""

from __future__ import annotations

import json

import pytest

from sagegreen.project.project import find_project

LAUNCH = """
from sagemaker.pytorch import PyTorch
from settings import GROUP, NAME
import boto3
boto3.client("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=30)
boto3.client("sagemaker").delete_endpoint(EndpointName=NAME)
PyTorch("train.py", role="r", framework_version="2.1", py_version="py310", instance_count=2,
        instance_type="ml.g5.xlarge", keep_alive_period_in_seconds=900).fit()
"""
SETTINGS = 'GROUP = "/aws/sagemaker/TrainingJobs"\nNAME = "fraud"\n'


class Shelf(dict):
    """Keeps blobs and counts how often one was found."""

    found = 0

    def get(self, key):
        self.found += key in self
        return super().get(key)

    def put(self, key, raw):
        self[key] = raw


@pytest.fixture
def files(tmp_path):
    for name, text in {"pyproject.toml": "", "launch.py": LAUNCH, "settings.py": SETTINGS}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def evidence(files, shelf):
    project = find_project(files / "launch.py")
    project.store, project.store_version = shelf, "1"
    return project.evidence(files / "launch.py")


def test_evidence_is_the_same_from_the_shelf(files):
    shelf = Shelf()
    first = evidence(files, shelf)
    assert (shelf.found, len(shelf)) == (0, 1)
    assert first.retention == {"/aws/sagemaker/TrainingJobs"}
    assert first.deletions == {"fraud"}
    assert len(first.jobs) == len(first.scripts) == 1
    assert evidence(files, shelf) == first
    assert shelf.found == 1


def test_evidence_follows_what_the_file_imports(files):
    shelf = Shelf()
    evidence(files, shelf)
    (files / "settings.py").write_text(SETTINGS.replace("fraud", "churn"))
    assert evidence(files, shelf).deletions == {"churn"}


def test_evidence_follows_the_file(files):
    shelf = Shelf()
    evidence(files, shelf)
    (files / "launch.py").write_text(LAUNCH.replace("delete_endpoint", "describe_endpoint"))
    assert evidence(files, shelf).deletions == frozenset()


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"{", b'{"uses": {}, "evidence": {}}', b'{"uses": 3}', b"null"])
def test_a_spoilt_shelf_is_not_believed(files, spoilt):
    shelf = Shelf()
    first = evidence(files, shelf)
    for key in shelf:
        shelf[key] = spoilt
    assert evidence(files, shelf) == first


def test_entries_of_a_wrong_shape_are_not_believed(files):
    shelf = Shelf()
    first = evidence(files, shelf)
    for key, raw in shelf.items():
        kept = json.loads(raw)
        shelf[key] = json.dumps({**kept, "evidence": {**kept["evidence"], "deletions": [["fraud"]]}}).encode()
    assert evidence(files, shelf) == first

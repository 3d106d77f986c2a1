"""A script that a job runs is judged although it never mentions SageMaker; other scripts are not even parsed."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sagegreen

LAUNCH = """\
from sagemaker.pytorch import PyTorch

PyTorch(entry_point="train.py", role="r", framework_version="2.3", py_version="py311", instance_count=1,
        instance_type="ml.g5.xlarge").fit("s3://b/x")
"""
SEARCH = "from sklearn.model_selection import GridSearchCV\n\nGridSearchCV(None, {'C': [1, 2]}).fit([[1]], [1])\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "launch.py").write_text(LAUNCH)
    (tmp_path / "train.py").write_text(SEARCH)
    (tmp_path / "other.py").write_text(SEARCH)
    return tmp_path


def found(*paths):
    results = sagegreen.check_paths(paths, select=["SG321"], isolated=True)
    return {result.path.name: [finding.message for finding in result.findings] for result in results}


def test_the_script_of_a_job_is_judged(project):
    messages = found(project)
    assert messages.keys() == {"train.py"}
    assert "`PyTorch` in `launch.py`, line 3" in messages["train.py"][0]


def test_also_where_only_the_script_is_checked(project):
    assert found(project / "train.py").keys() == {"train.py"}
    assert found(project / "other.py") == {}


def test_also_from_a_text(project):
    assert len(sagegreen.check_source(SEARCH, project / "train.py", select=["SG321"], isolated=True)) == 1
    assert sagegreen.check_source(SEARCH, project / "other.py", select=["SG321"], isolated=True) == []


def test_also_for_flake8(project):
    command = [sys.executable, "-m", "flake8", "--select", "SG", "--sagegreen-select", "SG321", "train.py", "other.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["train.py"]


def test_a_script_that_nobody_names_needs_no_parser(project):
    code = (
        "import sys\nfrom sagegreen.cli import main\nassert main(['check', '--no-cache', 'other.py']) == 0\n"
        "assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=project, check=True)

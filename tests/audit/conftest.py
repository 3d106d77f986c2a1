import json
import textwrap

import pytest

from sagegreen.cli import main

HEADER = """\
import boto3
import sagemaker
from sagemaker.pytorch import PyTorch
from sagemaker.processing import ScriptProcessor
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

role = "arn:aws:iam::111122223333:role/Jobs"
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder that is a project; ``write`` puts scripts with the usual imports into it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")

    def write(name, code, *, header=HEADER):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + textwrap.dedent(code))
        return path

    return write


@pytest.fixture
def audit(capsys):
    """The audit as the command line gives it in JSON."""

    def run(*arguments):
        assert main(["audit", "--output-format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run

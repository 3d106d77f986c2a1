"""The smallest inputs of what the fuzzers found."""

from __future__ import annotations

import json

import pytest

from sagegreen.checking.configuration import OUTPUT_FORMATS
from sagegreen.cli import main

LINES_END_WITH_CARRIAGE_RETURNS = "import sagemaker\r# noqa: SG301, SG999\rsagemaker.Session()\r"

SPOT_BESIDE_ITS_STOPPING_CONDITION = """\
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import CheckpointConfig, Compute, StoppingCondition

ModelTrainer(
    compute=Compute(instance_type="ml.g5.xlarge", instance_count=1),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=3600),
)
"""

KEY_THAT_IS_DELETED_AGAIN = """\
import boto3

client = boto3.client("sagemaker")
request = dict(TrainingJobName="job", ResourceConfig={"InstanceType": "ml.m7i.xlarge", "InstanceCount": 1})
del request["StoppingCondition"]
client.create_training_job(**request)
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LINES_END_WITH_CARRIAGE_RETURNS, id="lines_end_with_carriage_returns"),
        pytest.param(SPOT_BESIDE_ITS_STOPPING_CONDITION, id="spot_beside_its_stopping_condition"),
        pytest.param(KEY_THAT_IS_DELETED_AGAIN, id="key_that_is_deleted_again"),
    ],
)
def test_what_was_found_once(trials, text):
    trials.attempt(text.encode(), ".py")
    trials.settle()


def test_an_indented_cell_is_fixed(trials):
    source = ' estimator.deploy(initial_instance_count=1, instance_type="ml.c4.xlarge")'
    trials.attempt(json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode(), ".ipynb")
    trials.settle()


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
@pytest.mark.parametrize("source", [["import sagemaker\n", None], {"a": "sagemaker"}, None, 3, [["x"]]], ids=str)
def test_every_format_shows_a_cell_whose_source_is_no_text(tmp_path, capsys, form, source):
    path = tmp_path / "broken.ipynb"
    cells = [{"cell_type": "code", "source": each} for each in (source, "import sagemaker\n")]
    path.write_text(json.dumps({"cells": cells}))
    assert main(["check", "--isolated", "--no-cache", "--output-format", form, str(path)]) == 1
    assert "neither text nor a list of lines" in capsys.readouterr().out

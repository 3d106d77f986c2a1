"""The catalogues say what the released SDKs say: read again from their sources, and asked of Python itself.

The command is the one that a maintainer runs for a new release; here it only compares.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from replaying import COMPLETE, ROOT, environments_folder

from catalogue_generation.writing import differences  # isort: skip - ``replaying`` makes it importable

TOOL = ROOT / "tools" / "generate_catalogue.py"
DATA = ROOT / "src" / "sagegreen" / "sagemaker" / "catalogue" / "data"


def test_the_stored_catalogues_agree_with_the_released_sdks(environments):
    for name in COMPLETE:
        environments.build(name)  # all at once
    usable = [name for name in COMPLETE if not environments.problem(name)]
    completed = subprocess.run(
        [sys.executable, TOOL, "--check", "--build-environments", environments_folder(), "--confirm", *usable],
        capture_output=True,
        text=True,
        check=False,
    )
    said = completed.stdout.splitlines()
    compared = [line for line in said if "signatures and re-exports compared" in line]
    assert [line for line in said if line not in compared] == [], completed.stderr
    assert completed.returncode == 0, completed.stderr
    assert {"v2", "v3"} <= {line.split(":")[0] for line in compared}


@pytest.fixture
def other_data(tmp_path):
    """A copy of the stored catalogues, to be falsified."""
    return shutil.copytree(DATA, tmp_path / "data")


def falsified(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    json.loads(text.replace(old, new))
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_a_difference_names_the_symbol_and_both_versions(other_data):
    falsified(other_data / "v2.json", '"HyperparameterTuner":', '"HyperparameterTurner":')
    falsified(other_data / "boto3.json", '"ml.g5.xlarge",', "")
    released = {path.stem: json.loads(path.read_bytes()) for path in DATA.glob("*.json")}
    lines = differences(other_data, released)
    release = "(stored 2.257.7, sources 2.257.7)"
    assert f"v2 classes sagemaker.tuner HyperparameterTuner: missing from the stored file {release}" in lines
    assert f"v2 classes sagemaker.tuner HyperparameterTurner: no longer in the sources {release}" in lines
    assert any(line.startswith("boto3 enumerations sagemaker TrainingInstanceType") for line in lines)

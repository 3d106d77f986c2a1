"""What is deep or long ends neither the process nor the run: every such file is judged, or it is said why not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from nesting import programs

# One process for all: what ends it is found by the name of the file at which it ended.
PROGRAM = (sys.executable, "-X", "faulthandler", "-m", "sagegreen", "check", "--isolated", "--no-cache", "--jobs", "1")


@pytest.fixture(scope="module")
def deep(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deep")
    for name, text in programs():
        launched = "import sagemaker\nfrom sagemaker.estimator import Estimator\nEstimator(max_run=1).fit()\n"
        (folder / f"{name}.py".replace(" ", "_")).write_text(f"{launched}{text}\n", encoding="utf-8")
        (folder / f"{name}.ipynb").write_text(
            json.dumps({"cells": [{"cell_type": "code", "source": source} for source in (launched, text)]}),
            encoding="utf-8",
        )
    return folder


def run(*arguments):
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=3_000)


def test_every_deep_program_is_judged_or_refused(deep):
    done = run("--select", "SG301,SG002,SG003", "--output-format", "json", deep)
    assert done.returncode == 1, f"exit code {done.returncode}\n{done.stderr[-3_000:]}"
    findings = json.loads(done.stdout)
    assert [finding for finding in findings if finding["code"] == "SG003"] == []
    said = {finding["filename"] for finding in findings}
    assert len(said) == 2 * len(list(programs()))

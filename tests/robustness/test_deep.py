"""What is deep or long ends neither the process nor the run: every such file is judged, or it is said why not."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest
from nesting import EXPLOSIVE, programs

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


def limited():
    """Two gigabytes of memory and a minute of the processor: more is an explosion, and would take the machine along."""
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_a_small_program_needs_neither_all_memory_nor_all_time(tmp_path, name):
    (tmp_path / "small.py").write_text(f"import sagemaker\n{EXPLOSIVE[name]}\n", encoding="utf-8")
    command = [*PROGRAM, "--output-format=concise", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert done.returncode in (0, 1), done.stdout[-1_000:] + done.stderr[-1_000:]

"""Code that other people wrote: every script of the standard library, or below the folders of ``--survey FOLDER``.

Most of it does not mention SageMaker, and is left alone; so each file is tried as it is, and again with a line that
makes it be judged. ``--survey-seconds`` bounds the time: of what there is, files are taken by chance.
"""

from __future__ import annotations

import sysconfig
import time
from pathlib import Path
from random import Random

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")

FEW = 80


@pytest.fixture(scope="module")
def scripts(option):
    given = option("--survey", [])
    folders = [Path(folder) for folder in given] or [Path(sysconfig.get_path("stdlib"))]
    found = sorted(file for folder in folders for file in folder.rglob("*.py") if file.is_file())
    Random("survey").shuffle(found)
    assert found
    return found if given else [file for file in found if "site-packages" not in file.parts][:FEW]


@pytest.mark.parametrize("judged", [False, True], ids=["as_they_are", "judged"])
def test_survey_of_scripts(scripts, trials, option, judged):
    seconds = option("--survey-seconds", None)
    until = None if seconds is None else time.monotonic() + seconds
    for file in scripts:
        if until is not None and time.monotonic() > until:
            break
        raw = file.read_bytes()
        if judged:
            raw += b"\n# sagemaker\nimport sagemaker\n"
        trials.attempt(raw, ".py", str(file))
    trials.settle()

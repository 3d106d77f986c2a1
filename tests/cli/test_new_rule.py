"""A stranger adds a rule: what ``new-rule`` writes works, and the tests of this repository accept it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sagegreen.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path):
    """The repository, as far as a new rule and its tests need it, with one rule of its own."""
    for name in ("src", "checks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "rules", tmp_path / "tests" / "rules")
    shutil.copytree(ROOT / "fixtures" / "no-early-stopping", tmp_path / "fixtures" / "no-early-stopping")
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def call(folder, *command):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(folder / name) for name in ("src", "checks"))}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_new_rule_works_and_passes_the_tests_of_rules(copy):
    made = call(copy, "-m", "sagegreen", "new-rule", "crowded-training")
    assert made.returncode == 0, made.stderr
    files = made.stdout.splitlines()
    assert files[0] == "checks/sagegreen_checks/training/crowded_training.py"
    assert all((copy / file).is_file() for file in files)

    folder = "fixtures/crowded-training"
    found = call(copy, "-m", "sagegreen", "check", "--no-cache", "--select", "SG900", "--output-format=concise", folder)
    assert found.returncode == 1
    assert "fixtures/crowded-training/flagged/count_through_a_constant.py:3:13: SG900 16 instances" in found.stdout
    assert ":cell 1:3:13: SG900" in found.stdout
    assert "clean" not in found.stdout

    scenes = ("-m", "pytest", "-q", "tests/rules/test_fixtures.py", "-k", "crowded-training", "-p", "no:cacheprovider")
    call(copy, *scenes, "--snapshot-update")
    fixed = copy / folder / "snapshots" / "count_through_a_constant.fixed.py"
    assert "INSTANCES = 8\n" in fixed.read_text()
    accepted = call(copy, *scenes)
    assert accepted.returncode == 0, accepted.stdout
    pages = call(
        copy, "-m", "pytest", "-q", "tests/rules/test_pages.py", "-k", "SG900 or crowded", "-p", "no:cacheprovider"
    )
    assert pages.returncode == 0, pages.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Crowded"], "`Crowded` is no name for a rule"),
        (["crowded", "--code", "sg9"], "`sg9` is no code for a rule"),
        (["on-demand-training"], "there is a rule `on-demand-training` already"),
        (["crowded", "--code", "SG301"], "there is a rule `SG301` already"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_one_line(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main(["new-rule", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    module = tmp_path / "pack" / "crowded.py"
    module.parent.mkdir()
    module.write_text("mine")
    assert main(["new-rule", "crowded", "--code", "ACME101", "--checks", "pack", "--fixtures", "scenes"]) == 2
    assert "exists already; nothing was written" in capsys.readouterr().err
    assert module.read_text() == "mine"
    assert not (tmp_path / "scenes").exists()

"""The benchmark runs, on next to nothing, and says what it should: its machinery, never its times."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from generating import monorepo, notebook, plain_script, script
from peers import PEERS, RUFF
from sampled_run import STEPS

import sagegreen
from sagegreen.documents.mentions import mentions_sagemaker

ROOT = Path(__file__).parents[2]
SCENES = ["scripts", "notebooks", "warm", "monorepo", "start", "editor", "growth", "profile"]


def benchmark(*arguments):
    command = [sys.executable, ROOT / "tests" / "benchmarks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "jobs").mkdir()
    (folder / "jobs" / "train.py").write_text(script(1, 60))
    (folder / "jobs" / "train.ipynb").write_text(notebook(2, 60))
    (folder / "setup.py").write_text("import setuptools\n\nsetuptools.setup()\n")
    return folder


@pytest.fixture(scope="module")
def measured(corpus, tmp_path_factory):
    file = tmp_path_factory.mktemp("report") / "figures.json"
    done = benchmark(corpus, "--small", "--runs", "1", "--without-peers", "--json", file)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(file.read_text())


def test_every_scene_is_measured_with_its_targets(measured):
    _, report = measured
    assert [scene["name"] for scene in report["scenes"]] == SCENES
    assert {"cores", "python", "sagegreen", "libcst"} <= report["machine"].keys()
    for scene in report["scenes"]:
        processes = [row for row in scene["rows"] if row["command"]]
        assert processes
        for row in processes:
            assert row["best"] > 0, row
            assert row["median"] >= row["best"], row
            assert row["peak"] > 0, row
    wanted = {ratio["what"]: ratio["target"] for scene in report["scenes"] for ratio in scene["ratios"]}
    assert wanted["sagegreen / semgrep"] == 1.0
    assert wanted["TorchFix / sagegreen"] == 10
    assert wanted["Fixit / sagegreen"] == 30
    assert wanted["sagegreen, a file without SageMaker / the bare interpreter"] == 2.0
    assert len([what for what in wanted if what.startswith("exponent: ")]) == 3


def test_what_was_measured_has_a_verdict_and_what_was_not_has_none(measured):
    text, report = measured
    ratios = {ratio["what"]: ratio for scene in report["scenes"] for ratio in scene["ratios"]}
    whole = ratios["sagegreen / LibCST parse, whole process"]
    assert whole["met"] == (whole["value"] <= 1.0)
    assert (ratios["sagegreen / semgrep"]["value"], ratios["sagegreen / semgrep"]["met"]) == (None, None)
    assert "not measured" in text
    assert "peers were left out" in text


def test_the_denominator_is_the_files_that_mention_sagemaker(measured):
    _, report = measured
    scene = report["scenes"][0]
    assert scene["subject"].startswith("2 scripts, ")
    assert "of which 1 (" in scene["subject"]
    assert "LibCST parses 1 of the 1 files that mention SageMaker" in scene["notes"]


def test_the_profile_names_steps_functions_and_rules(measured):
    _, report = measured
    steps, functions, rules = report["scenes"][-1]["tables"]
    assert "importing modules" in {row[0] for row in steps["rows"]}
    assert "reporting" in {row[0] for row in steps["rows"]}
    assert functions["rows"]
    assert rules["rows"]


def test_every_step_of_the_profile_is_a_part_of_the_program():
    files = [path.as_posix() for folder in ("src", "checks") for path in (ROOT / folder).rglob("*.py")]
    files.append("<frozen importlib._bootstrap>")
    assert [name for name, pattern in STEPS if not any(re.search(pattern, file) for file in files)] == []


def test_a_report_names_no_folder_of_the_machine(measured, corpus):
    text, _ = measured
    assert str(corpus) not in text
    assert str(ROOT) not in text
    assert "sagegreen-benchmark-" not in text
    assert "GENERATED/scripts" in text


def test_a_peer_that_does_not_run_is_said_in_the_table(corpus, tmp_path):
    folder = RUFF.folder(tmp_path)
    folder.mkdir()
    (folder / ".installed").touch()  # an environment whose programs somebody has removed
    done = benchmark(corpus, "--small", "--runs", "1", "--peers", tmp_path, "--only", "notebooks")
    assert done.returncode == 0, done.stderr
    assert "ruff cannot be started: No such file or directory" in done.stdout
    assert "not measured" in done.stdout


def test_peers_are_pinned():
    assert [peer.name for peer in PEERS if "==" not in peer.requirement] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "error: `nowhere` is no folder; name a checkout of the corpus"),
        ([str(Path(__file__).parent), "--json", "nowhere/a.json"], "error: cannot write `nowhere/a.json`:"),
        ([".", "--runs", "0"], "`0` is no number of runs"),
        ([".", "--only", "nothing"], "invalid choice: 'nothing'"),
    ],
)
def test_mistakes_are_one_clear_line(arguments, message):
    done = benchmark(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_generated_code_is_what_it_says(tmp_path):
    for seed in range(20):
        compile(script(seed, 200), "jobs.py", "exec")
        plain = plain_script(seed, 200, training=seed % 2 == 1)
        compile(plain, "plain.py", "exec")
        assert not mentions_sagemaker(plain.encode())
    assert script(1, 400) == script(1, 400) != script(2, 400)
    found = sagegreen.check_source(script(1, 400), tmp_path / "jobs.py", select=["ALL"], isolated=True)
    assert len({finding.code for finding in found}) >= 3
    cells = sagegreen.check_source(notebook(1, 400), tmp_path / "jobs.ipynb", select=["ALL"], isolated=True)
    assert {finding.cell for finding in cells} != {None}


def test_a_monorepo_has_as_many_scripts_as_it_should(tmp_path):
    monorepo(tmp_path / "monorepo", 60, 3)
    scripts = list((tmp_path / "monorepo").rglob("*.py"))
    assert len(scripts) == 60
    assert sum(mentions_sagemaker(path.read_bytes()) for path in scripts) == 3

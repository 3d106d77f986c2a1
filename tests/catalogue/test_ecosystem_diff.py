"""The comparison of two revisions: what is gained, lost, changed, and what only moved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "ecosystem_diff.py"
sys.path.append(str(ROOT / "tools"))

import ecosystem_diff  # noqa: E402


def finding(code, message, row, **more):
    place = {"filename": "train.py", "cell": None, "location": {"row": row, "column": 1}}
    return {**place, "code": code, "message": message, "saving": "", "fix": None, "alternatives": [], **more}


def resource(row, **settings):
    place = {"filename": "train.py", "cell": 2, "location": {"row": row, "column": 1}}
    known = {name: {"state": "known", "value": value} for name, value in settings.items()}
    return {**place, "kind": "training_job", "api": "v2", "target": "sagemaker.PyTorch", "settings": known}


def test_what_moved_is_the_same():
    old = ecosystem_diff.Result([finding("SG301", "on demand", 3)], [resource(3, spot=True)])
    new = ecosystem_diff.Result([finding("SG301", "on demand", 8)], [resource(8, spot=True)])
    found = ecosystem_diff.differences(old, new)
    assert not any(found.values())
    assert [each.same for each in found.values()] == [1, 1]


def test_equal_findings_are_matched_one_by_one():
    old = ecosystem_diff.Result([finding("SG301", "on demand", row) for row in (3, 9)], [])
    new = ecosystem_diff.Result([finding("SG301", "on demand", row) for row in (9, 3, 20)], [])
    found = ecosystem_diff.differences(old, new)["findings"]
    assert [entry["location"]["row"] for entry in found.gained] == [20]
    assert (found.lost, found.changed, found.same) == ([], [], 2)


def test_settings_that_changed_are_named():
    old = ecosystem_diff.Result([], [resource(3, max_run=60, spot=True), resource(9, spot=False)])
    new = ecosystem_diff.Result([], [resource(4, max_run=90, spot=True), resource(10, spot=False)])
    found = ecosystem_diff.differences(old, new)["inventory"]
    assert (found.gained, found.lost, found.same) == ([], [], 1)
    lines = ecosystem_diff.shown("inventory", found, brief=False)
    assert lines[-2:] == ["~ train.py:cell 2:4 training_job sagemaker.PyTorch", "      max_run: 60 -> 90"]


def test_fixes_and_messages_that_changed_are_shown():
    fix = {"message": "Use spot", "applicability": "unsafe", "edits": [{"content": "a"}]}
    other = {**fix, "edits": [{"content": "b"}]}
    old = ecosystem_diff.Result([finding("SG1", "a", 3, fix=fix), finding("SG2", "old", 4), finding("SG3", "x", 5)], [])
    new = ecosystem_diff.Result([finding("SG1", "a", 3, fix=other), finding("SG2", "new", 4)], [])
    lines = ecosystem_diff.shown("findings", ecosystem_diff.differences(old, new)["findings"], brief=False)
    assert lines[0] == "== findings: 0 gained, 1 lost, 2 changed, 0 the same"
    assert "      its fixes write something else" in lines
    assert [line for line in lines if "message" in line] == ["      message old: old", "      message new: new"]
    assert lines[-1] == "- train.py:5 SG3 x"


@pytest.fixture
def repository(tmp_path):
    """A repository of two revisions of a program that is called as sagegreen is."""
    package = tmp_path / "repository" / "src" / "sagegreen"
    package.mkdir(parents=True)
    git = ["git", "-C", str(package), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "--quiet", str(package.parents[1])], check=True)
    (package / "__init__.py").write_text("")
    for number in (1, 2):
        entries = [finding("SG301", f"message {number}", 1)]
        found = f"{entries!r} if 'check' in sys.argv else []"
        (package / "__main__.py").write_text(f"import json, sys\nprint(json.dumps({found}))\n")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "revision"], check=True)
    return package.parents[1]


@pytest.mark.parametrize(("revisions", "code"), [(("HEAD~1", "HEAD"), 1), (("HEAD", "."), 0), (("HEAD", "nothing"), 2)])
def test_the_command_runs_two_revisions(revisions, code, repository, tmp_path):
    command = [sys.executable, TOOL, *revisions, tmp_path, "--repository", repository]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert completed.returncode == code, completed.stderr
    if code == 1:
        assert "      message old: message 1\n      message new: message 2\n" in completed.stdout
    kept = subprocess.run(["git", "-C", repository, "worktree", "list"], capture_output=True, text=True, check=True)
    assert len(kept.stdout.splitlines()) == 1

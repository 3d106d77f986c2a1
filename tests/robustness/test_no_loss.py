"""Fixes change what they report and nothing else; ``--corpus FOLDER`` fixes copies of the files below a folder."""

from __future__ import annotations

import json
import subprocess
import sys
import tokenize
import warnings
from typing import TYPE_CHECKING

import nbformat
import pytest
from losses import file_losses, parses

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")

FIX = (
    *(sys.executable, "-m", "sagegreen", "check", "--fix", "--unsafe-fixes"),
    *("--isolated", "--no-cache", "--select"),
    "ALL",
)


def test_no_fix_of_any_file_loses_anything(corpus, trials):
    """Pass by pass: what changes is what the findings' edits say, and comments stay."""
    for file in corpus:
        trials.attempt(file.read_bytes(), file.suffix, str(file))
    trials.settle()
    assert trials.counts["fixed"]


def test_the_program_leaves_every_file_sound(corpus, option, tmp_path):
    """On disk: still Python, still a valid notebook, all outputs as they were, and done after one run."""
    files = corpus if option("--corpus") else [file for file in corpus if "flagged" in file.parts]
    tree = tmp_path / "tree"
    copies = {}
    for number, file in enumerate(files):
        folder = tree / str(number)
        folder.mkdir(parents=True)
        (folder / "pyproject.toml").touch()  # each is a project of its own
        copies[folder / file.name] = file.read_bytes()
        (folder / file.name).write_bytes(copies[folder / file.name])
    first = subprocess.run([*FIX, "--fix-only", tree], capture_output=True, text=True, check=False)
    fixed = {path: path.read_bytes() for path in copies}
    refused = first.stderr.splitlines()[:-1]
    assert not [line for line in refused if "report it" in line], first.stderr
    assert first.returncode == (2 if refused else 0), first.stderr
    changed = [path for path in copies if fixed[path] != copies[path]]
    print(f"{len(copies)} files, {len(changed)} changed; {first.stderr}")
    assert changed
    lost = [f"{files[int(path.parent.name)]}: {line}" for path in changed for line in losses(path, copies[path])]
    assert lost == []
    subprocess.run([*FIX, "--fix-only", tree], capture_output=True, check=False)
    assert [files[int(path.parent.name)] for path in copies if path.read_bytes() != fixed[path]] == []
    assert {path for path in tree.rglob("*") if path.is_file() and path.name != "pyproject.toml"} == set(copies)


def losses(path: Path, before: bytes) -> list[str]:
    after = path.read_bytes()
    if path.suffix == ".ipynb":
        found = list(file_losses(before, after, notebook=True))
        return found if valid(after) or not valid(before) else [*found, "is no valid notebook any more"]
    encoding, _ = tokenize.detect_encoding(iter(before.splitlines(keepends=True)).__next__)
    found = list(file_losses(before, after, notebook=False, encoding=encoding))
    return found if parses(after) or not parses(before) else [*found, "is no Python any more"]


def valid(raw: bytes) -> bool:
    """Whether the notebook format's own library accepts a notebook as it stands."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(json.loads(raw.decode("utf-8-sig")))
    except (nbformat.ValidationError, ValueError, KeyError):
        return False
    return True

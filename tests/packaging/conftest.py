"""What is published, built twice: from two copies of the tree, in different places, at different times."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from interpreters import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = ("src", "checks", "fixtures", "tests", "docs", "tools", "README.md", "LICENSE", "NOTICE", "pyproject.toml")
_HIDDEN = (".pre-commit-hooks.yaml", ".gitignore")


@dataclass(frozen=True)
class Built:
    """The files of one build."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def from_sdist(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """As releases are built: the sdist from the tree, the wheel from the sdist."""
    return _build(tmp_path_factory.mktemp("first"), umask=0o022, seconds=1_600_000_000)


@pytest.fixture(scope="session")
def from_tree(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both from a tree of another age, with other permissions."""
    return _build(
        tmp_path_factory.mktemp("second") / "elsewhere", "--sdist", "--wheel", umask=0o077, seconds=1_700_000_000
    )


def _build(folder: Path, *options: str, umask: int, seconds: int) -> Built:
    tree, out = folder / "tree", folder / "out"
    for name in (*_PARTS, *_HIDDEN):
        source = ROOT / name
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*_cache", "*.egg-info"))
        else:
            shutil.copy(source, target)
    for path in tree.rglob("*"):
        path.chmod(path.stat().st_mode & ~umask | 0o400)
        os.utime(path, (seconds, seconds))
    subprocess.run(
        [sys.executable, "-m", "build", *options, "--outdir", str(out), str(tree)],
        capture_output=True, check=True, umask=umask, env=os.environ | {"SOURCE_DATE_EPOCH": "1750000000"},
    )  # fmt: skip
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return Built(sdist, wheel)

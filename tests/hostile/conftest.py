"""A project to be hostile to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import TUNER

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with a finding in ``launch.py``."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.sagegreen]\nselect = ['SG0', 'SG322', 'SG323']\n")
    (folder / "launch.py").write_text(TUNER)
    return folder

"""Whole scripts and packages in the style of SDK v1 and v2, labelled by hand before the analysis saw them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import differences, inventory_of, labels_of, programs_of


@pytest.mark.parametrize("program", programs_of(Path(__file__).parent / "scripts"), ids=lambda program: program.name)
def test_inventory_says_what_the_labels_say(program, tmp_path, capsys):
    project = tmp_path / program.name
    shutil.copytree(program, project)
    lines = differences(labels_of(program), inventory_of(project, capsys))
    assert not lines, "\n" + "\n".join(lines)

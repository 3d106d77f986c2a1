"""What is left out to be fast changes nothing: findings and edits are those of the long way.

Two things are left out. LibCST's parser, where CPython's finds the same tree; and the analysis of scripts that nothing
of an SDK can get into. ``--compared FOLDER`` compares all scripts and notebooks below a folder instead of our fixtures.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

import sagegreen
from sagegreen.documents import parsing
from sagegreen.documents.pieces import Pieces
from sagegreen.project.project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folders(pytestconfig):
    given = pytestconfig.getoption("--compared", default=None)
    return [given] if given is not None else [ROOT / "fixtures", ROOT / "tests" / "programs"]


def judged(folders):
    results = sagegreen.check_paths(folders, select=["ALL"], isolated=True)
    return {
        str(result.path): [asdict(finding) for finding in result.findings]
        for result in results
        if "snapshots" not in result.path.parts
    }


@pytest.fixture(scope="module")
def found(folders):
    results = judged(folders)
    assert sum(map(len, results.values())) > 50
    return results


def test_trees_of_libcsts_own_parser_give_the_same_findings_and_edits(folders, found, monkeypatch):
    asked = []

    def refuse(text, _offsets):
        asked.append(text)

    monkeypatch.setattr(parsing, "_built", refuse)
    assert judged(folders) == found
    assert len(asked) > 400


def test_trees_of_pieces_give_the_same_findings_and_edits(folders, found, monkeypatch):
    whole = parsing._built
    pieced = []

    def built(text, offsets):
        pieces = Pieces()
        pieces.tree(None, f"one = 1\n\n{text}")  # so that the nodes were made somewhere else
        tree = pieces.tree(None, text)
        pieced.append(tree is not None)
        return tree or whole(text, offsets)

    monkeypatch.setattr(parsing, "_built", built)
    assert judged(folders) == found
    assert sum(pieced) > 400


def test_analyzing_every_script_that_mentions_sagemaker_gives_the_same_findings_and_edits(folders, found, monkeypatch):
    asked = []

    def reaches(_self, path, _raw):
        asked.append(path)
        return True

    monkeypatch.setattr(Project, "reaches_sdk", reaches)
    assert judged(folders) == found
    assert len(asked) > 400

"""A check pack of our own, installed as a company's would be; the environments of the real SDKs, closed at the end."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples in every run: what a change breaks is not mixed up with what was broken before and is found by chance.
# ``--hypothesis-profile=default`` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

RULES = '''
import libcst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Applicability, Fix
from sagegreen.documents.model import Edit
from sagegreen.sagemaker.places import Place


def names(program, wanted):
    for parsed in program.module.cells:
        pending = [parsed.tree]
        while pending:
            node = pending.pop()
            if isinstance(node, libcst.Name) and node.value == wanted:
                yield Place(parsed, node)
            pending.extend(reversed(node.children))


def renaming(place, word, applicability):
    return Fix(f"Write `{word}`", applicability, (Edit(place.cell, place.span.start, place.span.end, word),))


class ToyWaste(Check):
    """Something wasteful.

    ## What it does
    Flags `wasteful`.

    ## Example
    ```python
    ## no heading
    wasteful()
    ```

    ## Fix safety
    It is safe.
    """

    code, name = "SG901", "toy-waste"
    practices = ("toy-practice",)

    def check_program(self, program):
        for place in names(program, "wasteful"):
            fix = renaming(place, "frugal", Applicability.SAFE)
            other = renaming(place, "gone", Applicability.UNSAFE)
            yield self.finding(place, "Wasteful call", fix, other, saving="half of it (toy source)")


class ToyOptional(Check):
    """Something optional."""

    code, name, default = "SG902", "toy-optional", False

    def check_program(self, program):
        for place in names(program, "optional"):
            yield self.finding(place, "Optional call", renaming(place, "done", Applicability.UNSAFE))


class ToyCrash(Check):
    """Something that fails."""

    code, name = "SG903", "toy-crash"

    def check_program(self, program):
        for place in names(program, "crash"):
            raise KeyError("ml.toy.large")
        return ()


class ToyAssumable(Check):
    """Something that Terraform may do."""

    code, name, assumable = "SG904", "toy-assumable", ("toy-retention",)

    def check_program(self, program):
        for place in names(program, "forgotten"):
            yield self.finding(place, "Forgotten")
'''


@pytest.fixture(scope="session")
def toy_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that, put on the path, is an installed check pack with the rules SG901 to SG904."""
    site = tmp_path_factory.mktemp("site")
    (site / "toy_checks").mkdir()
    (site / "toy_checks" / "__init__.py").write_text("")
    (site / "toy_checks" / "phase").mkdir()
    (site / "toy_checks" / "phase" / "rules.py").write_text(textwrap.dedent(RULES))
    metadata = site / "toy_checks-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-checks\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[sagegreen.checks]\ntoy = toy_checks\n")
    return site


@pytest.fixture
def toy_pack(toy_site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The check pack, installed for this process and those it starts."""
    monkeypatch.syspath_prepend(toy_site)
    root = Path(__file__).parents[1]
    paths = [str(toy_site), str(root / "src"), str(root / "checks"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    return toy_site


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The SDK environments, in which programs are replayed."""
    replay = str(Path(__file__).parent / "replay")
    if replay not in sys.path:
        sys.path.append(replay)
    from replaying import Environments

    environments = Environments(tmp_path_factory.mktemp("replays"))
    yield environments
    environments.close()

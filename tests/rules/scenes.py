"""The scenes of the rules: what they flag and what they leave alone, each judged as a project of its own."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import libcst

from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.files import FileResult, Mode, Run, check_paths
from sagegreen.checking.findings import Applicability
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.documents.parsing import parse_module
from sagegreen.documents.reading import document_from_bytes
from sagegreen.reporting.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.engine import Analyze
    from sagegreen.documents.model import Document

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
NO_RULES = {"quickstart"}  # folders that hold other things than scenes of a rule
SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True)
class Scene:
    """A script, a notebook, or a folder with several files that belong together."""

    rule: str
    flagged: bool
    path: Path

    def __str__(self):
        return f"{self.rule}/{self.path.parent.name}/{self.path.name}"

    @property
    def snapshots(self) -> Path:
        return FIXTURES / self.rule / "snapshots"

    def files(self) -> list[Path]:
        """The scripts and notebooks in it."""
        if self.path.is_file():
            return [self.path]
        return sorted(path for path in self.path.rglob("*") if path.suffix in SUFFIXES)


@cache
def registry() -> Registry:
    """The rules of the built-in pack."""
    return Registry(["sagegreen_checks"])


def rules() -> list[str]:
    """The names of the rules of the pack; the engine's own have no scenes."""
    checks = registry().checks.values()
    return sorted(check.name for check in checks if check.__module__.startswith("sagegreen_checks."))


def folders() -> list[str]:
    """The folders of ``fixtures/`` that are rules' folders, or should be."""
    return sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name not in NO_RULES)


def scenes() -> list[Scene]:
    """All scenes of all rules."""
    return [
        Scene(rule, flagged, path)
        for rule in folders()
        for flagged, folder in ((True, "flagged"), (False, "clean"))
        for path in sorted((FIXTURES / rule / folder).glob("*"))
        if path.suffix in SUFFIXES or (path.is_dir() and path.name != "__pycache__")
    ]


def staged(scene: Scene, place: Path) -> Path:
    """A copy of a scene in a project of its own.

    Args:
        scene: what to copy.
        place: an empty folder, which becomes the project.

    Returns:
        The copy.
    """
    (place / "pyproject.toml").write_text("")  # the project's mark; a scene that brings one of its own keeps it below
    copy = place / scene.path.relative_to(FIXTURES / scene.rule)
    copy.parent.mkdir()
    if scene.path.is_dir():
        shutil.copytree(scene.path, copy, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(scene.path, copy)
    return copy


def judged(path: Path, rule: str, mode: Mode = Mode.REPORT, analyze: Analyze | None = None) -> list[FileResult]:
    """The results for a file or folder, with one rule selected and unsafe fixes allowed."""
    options = {"unsafe_fixes": True}
    overrides = Overrides(isolated=True, selection=Selection(select=(rule,)), options=options)
    run = Run(registry(), given=(path,), cached=False, analyze=analyze)
    return check_paths([path], Configuration(registry(), overrides), run, mode=mode, jobs=1)[1]


def described(results: list[FileResult], root: Path) -> str:
    """One line for each finding, with paths relative to a folder; below it what it saves and what its fixes do."""
    lines = []
    for located in Report(tuple(results)).findings:
        finding = located.finding
        cell = f":cell {finding.cell}" if finding.cell is not None else ""
        path = located.path.relative_to(root).as_posix()
        place = f"{path}{cell}:{located.start.row}:{located.start.column}-{located.end.row}:{located.end.column}"
        lines.append(f"{place}: {finding.code} {' '.join(finding.message.split())}")
        if finding.saving:
            lines.append(f"    saving: {finding.saving}")
        for fix in finding.fixes:
            kind = fix.applicability if fix.edits else Applicability.DISPLAY_ONLY
            lines.append(f"    {kind.value}: {fix.title}")
    return "".join(f"{line}\n" for line in lines)


def read(path: Path) -> Document:
    """A file as a document."""
    return document_from_bytes(path.read_bytes(), path)


def problems(document: Document) -> list[str]:
    """What cannot be read in a document."""
    found = [problem.message for problem in document.problems]
    return found + [
        problem.message for module in document.modules for problem in parse_module(document, module).problems
    ]


def comments(document: Document) -> Counter[str]:
    """The comments in a document's code."""
    return Counter(
        comment
        for module in document.modules
        for cell in parse_module(document, module).cells
        for comment in _comments(cell.tree)
    )


def _comments(tree: libcst.CSTNode) -> Iterator[str]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, libcst.Comment):
            yield node.value
        pending.extend(node.children)

"""From a document to its programs: parse, execute abstractly, read the resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.documents.parsing import parse_module
from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.evidence import OtherFiles
from sagegreen.project.modules import ProjectImports
from sagegreen.sagemaker.evidence import Evidence
from sagegreen.sagemaker.extraction import program_of
from sagegreen.sagemaker.program import Program
from sagegreen.semantics.execution import run

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from sagegreen.documents.model import Document
    from sagegreen.project.project import Project
    from sagegreen.sagemaker.evidence import ProjectEvidence


def analyze(document: Document, project: Project) -> tuple[Program, ...]:
    """The programs of a document, its own first, then those that its cells write to files.

    Args:
        document: a script or notebook.
        project: the project it belongs to, asked for evidence only when something is missing.
    """
    return _programs(document, OtherFiles(project, document.path.absolute()), project.root)


def evidence_of_file(path: Path, raw: bytes) -> Evidence:
    """What one file offers to the other files of its project."""
    found = Evidence()
    for program in _programs(document_from_bytes(raw, path), _Alone(), None):
        found = found.joined(program.evidence)
    return found


def _programs(document: Document, evidence: ProjectEvidence, root: Path | None) -> tuple[Program, ...]:
    imports = ProjectImports(document, root)
    programs: list[Program] = []
    for module in document.modules:
        parsed = parse_module(document, module)
        programs.append(program_of(parsed, run(parsed, imports), evidence))
    return tuple(programs)


class _Alone:
    """A file without a project."""

    def elsewhere(self, names: Collection[str]) -> Evidence:
        del names
        return Evidence()

    def retention(self) -> frozenset[str | None]:
        return frozenset()

    def starts_before(self) -> bool:
        return False


__all__ = ["Program", "analyze", "evidence_of_file"]

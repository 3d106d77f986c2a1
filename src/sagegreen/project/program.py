"""From a document to its programs: parse, execute abstractly, read the resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.documents.parsing import parse_module
from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.evidence import Alone, OtherFiles, OtherModules
from sagegreen.project.modules import ProjectImports
from sagegreen.sagemaker.evidence import Evidence
from sagegreen.sagemaker.extraction import depends_on_callers, program_of
from sagegreen.sagemaker.program import Program
from sagegreen.semantics.execution import run

if TYPE_CHECKING:
    from pathlib import Path

    from sagegreen.documents.model import Document
    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.project.project import Project
    from sagegreen.semantics.trace import Trace


def analyze(document: Document, project: Project) -> tuple[Program, ...]:
    """The programs of a document, its own first, then those that its cells write to files.

    Args:
        document: a script or notebook.
        project: the project it belongs to, asked for evidence only when something is missing.
    """
    traces = _traces(document, project, _imports(document, project), callers=True)
    path = document.path.absolute()
    files = OtherFiles(project, path)
    if len(traces) == 1:
        return tuple(program_of(module, trace, files) for module, trace in traces)
    alone = tuple(program_of(module, trace, Alone()) for module, trace in traces)
    return tuple(
        program_of(module, trace, OtherModules(files, alone, index)) for index, (module, trace) in enumerate(traces)
    )


def analyze_file(path: Path, project: Project) -> tuple[Program, ...]:
    """The programs of a file of the project, read from disk; none where it cannot be read."""
    try:
        document = document_from_bytes(path.read_bytes(), path)
    except OSError:
        return ()
    return analyze(document, project)


def evidence_of_file(path: Path, raw: bytes, project: Project) -> tuple[Evidence, tuple[Path, ...]]:
    """What one file offers to the other files of its project, and the files that it imports for that."""
    document = document_from_bytes(raw, path)
    imports = _imports(document, project)
    found = Evidence()
    for module, trace in _traces(document, project, imports, callers=False):
        found = found.joined(program_of(module, trace, Alone()).evidence)
    return found, imports.loaded


def _imports(document: Document, project: Project) -> ProjectImports:
    return ProjectImports(document, project.modules, project.parsed)


def _traces(
    document: Document, project: Project, imports: ProjectImports, *, callers: bool
) -> list[tuple[ParsedModule, Trace]]:
    traces = []
    for index, source in enumerate(document.modules):
        module = parse_module(document, source)
        if not index:
            imports.home(module)
        trace = run(module, imports)
        if callers and not index and document.path.suffix == ".py" and _depends_on_callers(trace):
            users = imports.users(project.importers)
            trace = run(module, imports, users) if users else trace
        traces.append((module, trace))
    return traces


def _depends_on_callers(trace: Trace) -> bool:
    return any(call.uncalled and not call.foreign and depends_on_callers(call) for call in trace.calls)


__all__ = ["Program", "analyze", "analyze_file", "evidence_of_file"]

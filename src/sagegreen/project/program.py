"""From a document to its programs: parse, execute abstractly, read the resources."""

from __future__ import annotations

from dataclasses import dataclass
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


#: Trees and traces are large; a file that others ask about is mostly judged soon afterwards.
_MOST_KEPT = 40


def analyze(document: Document, project: Project) -> tuple[Program, ...]:
    """The programs of a document, its own first, then those that its cells write to files.

    Args:
        document: a script or notebook.
        project: the project it belongs to, asked for evidence only when something is missing.
    """
    run_through = _run_through(document, project)
    traces = list(run_through.traces)
    if document.path.suffix == ".py" and traces and _depends_on_callers(traces[0][1]):
        users = run_through.imports.users(project.importers)
        if users:
            module, _ = traces[0]
            traces[0] = (module, run(module, run_through.imports, users))
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
    run_through = _run_through(document_from_bytes(raw, path), project)
    found = Evidence()
    for module, trace in run_through.traces:
        found = found.joined(program_of(module, trace, Alone()).evidence)
    return found, run_through.imports.loaded


@dataclass(frozen=True, eq=False)
class RunThrough:
    """What the modules of a document do by themselves, whoever asks: to judge the document, or for evidence."""

    raw: bytes
    imports: ProjectImports
    traces: tuple[tuple[ParsedModule, Trace], ...]


def _run_through(document: Document, project: Project) -> RunThrough:
    path = document.path.absolute()
    kept = project.run_through.get(path)
    if isinstance(kept, RunThrough) and kept.raw == document.raw:
        return kept
    imports = ProjectImports(document, project.modules, project.parsed)
    traces = []
    for index, source in enumerate(document.modules):
        module = parse_module(document, source)
        if not index:
            imports.home(module)
        traces.append((module, run(module, imports)))
    while len(project.run_through) >= _MOST_KEPT:
        del project.run_through[next(iter(project.run_through))]
    made = project.run_through[path] = RunThrough(document.raw, imports, tuple(traces))
    return made


def _depends_on_callers(trace: Trace) -> bool:
    return any(call.uncalled and not call.foreign and depends_on_callers(call) for call in trace.calls)


__all__ = ["Program", "analyze", "analyze_file", "evidence_of_file"]

"""What each file shows of the practices of the guidance, and what its resources may draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from sagegreen.checking.builtin import BUILTIN, InternalError, Unparsable
from sagegreen.checking.engine import check_document, described, source_text
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import Mode, Projects, Task, share_out
from sagegreen.documents.discovery import discover
from sagegreen.documents.mentions import mentions_sagemaker
from sagegreen.documents.positions import LineTable
from sagegreen.documents.reading import document_from_bytes
from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sagegreen.checking.check import Check
    from sagegreen.checking.configuration import Configuration, Settings
    from sagegreen.checking.files import Run
    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Document, Span
    from sagegreen.sagemaker.energy import Draw
    from sagegreen.sagemaker.program import Program

#: Every rule looks, the opt-in ones too; ``--ignore``, ``per-file-ignores`` and ``noqa`` still silence.
EVERY_RULE = "ALL"

_OWN = frozenset(check.code for check in BUILTIN)
_FAILURES = (InternalError.code, Unparsable.code)

Verdict = Literal["followed", "missing", "unclear"]


@dataclass(frozen=True, slots=True)
class At:
    """A place in a file: a notebook's cell, rows and columns from 1."""

    path: Path
    cell: int | None
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One place that bears on a practice: where it is followed, missing, or hidden.

    Attributes:
        code: the rule that says so.
        what: what the code does or lacks there.
    """

    practice: str
    verdict: Verdict
    code: str
    what: str
    at: At


@dataclass(frozen=True, slots=True)
class Machines:
    """A resource that holds machines.

    Attributes:
        kind: what it is, in the inventory's words.
        target: what is called, such as ``sagemaker.pytorch.estimator.PyTorch``.
        draw: what is known of the machines.
        regions: the AWS Regions that its program names.
    """

    kind: str
    target: str
    draw: Draw
    regions: frozenset[str]
    at: At


@dataclass(frozen=True)
class FileAudit:
    """What one file shows.

    Attributes:
        marks: by place.
        machines: the resources that hold machines, by place.
        resources: how many resources the file creates.
        assumed: pairs of a practice and the word of the ``assume`` setting that declares it taken care of elsewhere.
        problems: one line for each thing that could not be read.
        failed: the analysis itself failed.
    """

    path: Path
    marks: tuple[Mark, ...] = ()
    machines: tuple[Machines, ...] = ()
    resources: int = 0
    assumed: frozenset[tuple[str, str]] = frozenset()
    problems: tuple[str, ...] = ()
    failed: bool = False


def take_audit(
    paths: Sequence[Path], configuration: Configuration, run: Run, *, jobs: int | None = None
) -> list[FileAudit]:
    """Ask every rule what it sees in the scripts and notebooks under some paths.

    Returns:
        One audit for each file in which something was seen, or could not be read; by path.

    Raises:
        UnusablePathError: a path does not exist.
        SagegreenError: a configuration or a check pack is wrong.
    """
    tasks = []
    found: list[FileAudit] = []
    for file in discover(paths, configuration.exclusions_for).files:
        try:
            raw = read_regular_file(file.path)
        except OSError as error:
            found.append(FileAudit(file.path, problems=(f"{file.path}: cannot be read: {error.strerror}",)))
            continue
        if mentions_sagemaker(raw) or (file.explicit and document_from_bytes(raw, file.path).problems):
            tasks.append((len(raw), Task(file, configuration.for_folder(file.path.parent), Mode.REPORT)))
    found += share_out(audits_of, _lost, tasks, run, jobs)
    shown = (file for file in found if file.marks or file.resources or file.problems)
    return sorted(shown, key=lambda file: file.path)


def audits_of(tasks: list[Task], run: Run) -> list[FileAudit]:
    """Audit files one after the other, in this process."""
    return [_audit(task, run, run.projects) for task in tasks]


def _lost(task: Task, message: str) -> FileAudit:
    return FileAudit(task.file.path, problems=(f"{task.file.path}: the analysis failed: {message}",), failed=True)


def _audit(task: Task, run: Run, projects: Projects) -> FileAudit:
    path = task.file.path
    try:
        document = document_from_bytes(read_regular_file(path), path)
        return _judged(document, task, run, projects)
    except SagegreenError:
        raise
    except Exception as error:  # noqa: BLE001 - no traceback may reach a user, and the other files go on
        return _lost(task, described(error))


def _judged(document: Document, task: Task, run: Run, projects: Projects) -> FileAudit:
    from sagegreen.sagemaker.energy import draw, regions_of

    analyze = run.analyze
    if analyze is None:
        from sagegreen.project.program import analyze as read_programs

        analyze = read_programs
    project = projects.of(document.path)
    programs = analyze(document, project)
    findings = check_document(document, project, task.settings, run.registry, lambda _document, _project: programs)
    place = partial(_at, document, {})
    problems = [_problem(document, finding) for finding in findings if finding.code in _FAILURES]
    judged = [finding for finding in findings if finding.code not in _OWN]
    marks = [
        Mark(practice, "missing", finding.code, finding.message, place(finding.cell, finding.span))
        for finding in judged
        for practice in finding.practices
    ]
    enabled = task.settings.codes(document.path, run.registry)
    outweighed = {(finding.cell, finding.statement, practice) for finding in judged for practice in finding.practices}
    for seen in _observations(document.path, programs, enabled, run, problems):
        if (seen.cell, seen.statement, seen.practice) not in outweighed:
            verdict: Verdict = "followed" if seen.certain else "unclear"
            marks.append(Mark(seen.practice, verdict, seen.code, seen.what, place(seen.cell, seen.span)))
    machines = []
    for program in programs:
        regions = regions_of(program)
        for resource in program.resources:
            known = draw(resource)
            if known is not None:
                at = place(resource.place.cell, resource.place.span)
                machines.append(Machines(resource.kind, resource.target, known, regions, at))
    return FileAudit(
        document.path,
        tuple(sorted(dict.fromkeys(marks), key=lambda mark: _order(mark.at))),
        tuple(sorted(machines, key=lambda entry: _order(entry.at))),
        sum(len(program.resources) for program in programs),
        _assumed(task.settings, run),
        tuple(problems),
        failed=any(finding.code == InternalError.code for finding in findings),
    )


def _problem(document: Document, finding: Finding) -> str:
    return f"{document.path}{'' if finding.cell is None else f':cell {finding.cell}'}: {finding.message}"


def _observations(
    path: Path, programs: Sequence[Program], enabled: frozenset[str], run: Run, problems: list[str]
) -> Iterator[Observation]:
    for code, check in run.registry.checks.items():
        if code in enabled:
            seen, problem = _observed(check(), programs)
            yield from seen
            if problem is not None:
                problems.append(f"{path}: rule `{code}` ({check.name}) failed to observe it: {problem}")


def _observed(check: Check, programs: Sequence[Program]) -> tuple[list[Observation], str | None]:
    try:
        return [seen for program in programs for seen in check.observe(program)], None
    except Exception as error:  # noqa: BLE001 - the other rules go on, and the user learns of it
        return [], described(error)


def _assumed(settings: Settings, run: Run) -> frozenset[tuple[str, str]]:
    return frozenset(
        (practice, word)
        for check in run.registry.checks.values()
        for word in set(check.assumable) & set(settings.assume)
        for practice in check.practices
    )


def _at(document: Document, tables: dict[int | None, LineTable], cell: int | None, span: Span) -> At:
    if cell not in tables:
        tables[cell] = LineTable.of(source_text(document, cell))
    position = tables[cell].position(span.start)
    return At(document.path, cell, position.row, position.column)


def _order(at: At) -> tuple[str, int, int, int]:
    return str(at.path), at.cell or 0, at.row, at.column

"""Many files: what is worth reading, the cache, fixes, and the order of results."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sagegreen.checking.cache import CACHE_FOLDER, Cache
from sagegreen.checking.engine import check_document, described, in_order, internal_error, unparsable
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training
from sagegreen.documents.model import Document, DocumentKind, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sagegreen.checking.configuration import Configuration, Settings
    from sagegreen.checking.engine import Analyze
    from sagegreen.checking.findings import Finding
    from sagegreen.checking.fixing import AppliedFix
    from sagegreen.checking.registry import Registry
    from sagegreen.documents.discovery import DiscoveredFile, Discovery
    from sagegreen.project.project import Project

Result = TypeVar("Result")

PARALLEL_FROM = 9  # files that mention SageMaker; below, starting processes costs more than it saves
_SUPPRESSION = re.compile(rb"noqa[^\n]*?\bSG\d", re.IGNORECASE)


class Mode(Enum):
    """What becomes of fixes."""

    REPORT = "report"
    FIX = "fix"
    DIFF = "diff"


@dataclass(frozen=True)
class FileResult:
    """What was found in one file.

    Attributes:
        path: the absolute path.
        document: what the findings' offsets count in; ``None`` where there is nothing to show.
        findings: what remains, sorted by place.
        applied: what was fixed, or would be (:attr:`Mode.DIFF`).
        original: the document before the fixes, where there were any.
        error: one line about what went wrong with fixing or writing; the file is then as it was.
        unsafe_fixes: whether unsafe fixes counted as applicable.
    """

    path: Path
    document: Document | None = None
    findings: tuple[Finding, ...] = ()
    applied: tuple[AppliedFix, ...] = ()
    original: Document | None = None
    error: str | None = None
    unsafe_fixes: bool = False


@dataclass(frozen=True)
class Task:
    """One file to judge, with its settings."""

    file: DiscoveredFile
    settings: Settings
    mode: Mode


@dataclass(frozen=True)
class Run:
    """What all files of a run share; crosses to other processes.

    Attributes:
        given: the paths that the user named: they bound the project where nothing else does.
        cached: whether results are kept between runs.
        pulse: a file descriptor that gets a byte for each judged file, for a progress display; of this process and
            those that are forked from it.
        analyze: replaces the analysis in tests.
    """

    registry: Registry
    given: tuple[Path, ...] = ()
    cached: bool = True
    pulse: int | None = None
    analyze: Analyze | None = None


def check_paths(
    paths: Sequence[Path],
    configuration: Configuration,
    run: Run,
    *,
    mode: Mode | None = None,
    jobs: int | None = None,
    begun: Callable[[int], None] | None = None,
) -> tuple[Discovery, list[FileResult]]:
    """Judge all scripts and notebooks under some paths.

    Args:
        paths: files and folders.
        configuration: the settings of each folder.
        run: what all files share.
        mode: what becomes of fixes; ``None`` asks each file's settings.
        jobs: processes; ``None`` for one per core. The result does not depend on it.
        begun: is told how many files are judged, once that goes on.

    Returns:
        What was looked at, and the result of each file for which there is something to say, by path.

    Raises:
        UnusablePathError: a path does not exist.
        SagegreenError: a configuration or a check pack is wrong.
    """
    from sagegreen.documents.discovery import discover

    discovery = discover(paths, configuration.exclusions_for)
    tasks = []
    results: list[FileResult] = []
    projects = Projects(run)
    for file in discovery.files:
        settings = configuration.for_folder(file.path.parent)
        task = Task(file, settings, mode or (Mode.FIX if settings.fix else Mode.REPORT))
        size, result = _triage(task, projects)
        if result is not None:
            results.append(result)
        elif size is not None:
            tasks.append((size, task))
    results += share_out(check_tasks, failed, tasks, run, jobs, begun)
    shown = (result for result in results if result.findings or result.applied or result.error)
    return discovery, sorted(shown, key=lambda result: result.path)


def share_out(
    work: Callable[[list[Task], Run], list[Result]],
    lost: Callable[[Task, str], Result],
    tasks: Sequence[tuple[int, Task]],
    run: Run,
    jobs: int | None,
    begun: Callable[[int], None] | None = None,
) -> list[Result]:
    """Do the work on all tasks (each with its file's size), in processes where that pays; see :func:`check_paths`."""
    workers = min(jobs or _cores(), len(tasks))
    if workers > 1 and len(tasks) >= PARALLEL_FROM:
        from sagegreen.checking.workers import in_processes

        return in_processes(work, lost, tasks, run, workers, begun)
    if begun is not None:
        begun(len(tasks))
    return work([task for _, task in tasks], run)


def check_tasks(tasks: Iterable[Task], run: Run) -> list[FileResult]:
    """Judge files one after the other, in this process."""
    projects = Projects(run)
    results = []
    for task in tasks:
        results.append(_check_file(task, run, projects))
        if run.pulse is not None:
            os.write(run.pulse, b".")
    return results


def check_file_bytes(raw: bytes, task: Task, run: Run) -> FileResult:
    """Judge given bytes as if they were the content of the task's file; nothing is written.

    In :attr:`Mode.FIX` and :attr:`Mode.DIFF` the result's document is the fixed one.
    """
    if not _worth_reading(raw) and not task.file.explicit:
        return FileResult(task.file.path)
    return _check_raw(raw, task, run, Projects(run))


def failed(task: Task, message: str) -> FileResult:
    """The result of a file on which the analysis itself failed (SG003)."""
    document = _empty(task.file.path)
    return FileResult(task.file.path, document, (internal_error(document, message),))


def _triage(task: Task, projects: Projects) -> tuple[int | None, FileResult | None]:
    """The size of a file that must be judged; or the result where reading it settles the matter."""
    try:
        raw = task.file.path.read_bytes()
    except OSError as error:
        return None, _unreadable(task, error)
    if _worth_reading(raw) or (mentions_training(raw) and projects.of(task.file.path).concerns(task.file.path, raw)):
        return len(raw), None
    if not task.file.explicit:
        return None, None
    # Named by the user: that it cannot even be read must not look like a clean file.
    document = _read(raw, task.file.path)
    return (len(raw) if document.problems else None), None


def _worth_reading(raw: bytes) -> bool:
    return mentions_sagemaker(raw) or bool(_SUPPRESSION.search(raw))


def _check_file(task: Task, run: Run, projects: Projects) -> FileResult:
    from sagegreen.checking.errors import SagegreenError

    try:
        raw = task.file.path.read_bytes()
    except OSError as error:
        return _unreadable(task, error) or FileResult(task.file.path)
    try:
        result = _check_raw(raw, task, run, projects)
    except SagegreenError:
        raise
    except Exception as error:  # noqa: BLE001 - no traceback may reach a user, and the other files go on
        return failed(task, f"The analysis failed on this file: {described(error)}")
    if task.mode is Mode.FIX and result.applied and result.document is not None and not result.error:
        from sagegreen.documents.writing import write_atomically

        try:
            write_atomically(task.file.path, result.document.raw)
        except OSError as error:
            reason = f"cannot write `{task.file.path}`: {error.strerror or error}"
            again = _check_raw(raw, replace(task, mode=Mode.REPORT), run, projects)
            return replace(again, error=reason)
    return result


def _check_raw(raw: bytes, task: Task, run: Run, projects: Projects) -> FileResult:
    path, settings = task.file.path, task.settings
    project = projects.of(path)
    cache = _cache(settings) if run.cached else Cache(None)
    key = ""
    if cache.folder is not None:
        if project.store is None:
            project.store, project.store_version = cache, run.registry.fingerprint
        judged_by = repr(
            (settings.root, settings.selections, settings.per_file_ignores, settings.assume, settings.noqa)
        )
        key = cache.key(run.registry.fingerprint, judged_by, str(path), projects.digest(path), raw)
        if cache.get(key) is not None:
            return FileResult(path)
    document = _read(raw, path)
    judge = partial(_judged, project=project, settings=settings, run=run)
    findings = judge(document)
    if not findings:
        cache.put(key, b'{"findings": []}')
        return FileResult(path)
    result = FileResult(path, document, findings, unsafe_fixes=settings.unsafe_fixes)
    if task.mode is Mode.REPORT or not any(finding.fixes for finding in findings):
        return result
    return _fixed(result, document, judge, settings)


def _fixed(
    result: FileResult, document: Document, judge: Callable[[Document], tuple[Finding, ...]], settings: Settings
) -> FileResult:
    from sagegreen.checking.fixing import fix_document

    reread = partial(_read, path=document.path, kind=document.kind)
    outcome = fix_document(document, judge, unsafe=settings.unsafe_fixes, reread=reread)
    if outcome.error or not outcome.applied:
        return replace(result, error=outcome.error)
    return replace(
        result,
        document=reread(outcome.raw),
        findings=in_order(outcome.remaining),
        applied=outcome.applied,
        original=document,
    )


def _judged(document: Document, project: Project, settings: Settings, run: Run) -> tuple[Finding, ...]:
    return check_document(document, project, settings, run.registry, run.analyze)


class Projects:
    """The project of each file; files of one project share it, and what is known about it."""

    def __init__(self, run: Run) -> None:
        self._given = run.given
        self._by_folder: dict[Path, Project] = {}
        self._by_root: dict[Path | None, Project] = {}
        self._digests: dict[Path | None, str] = {}

    def of(self, path: Path) -> Project:
        """The project to which a file (absolute path) belongs."""
        folder = path.parent
        if folder not in self._by_folder:
            from sagegreen.project.project import find_project

            project = find_project(path, self._given)
            self._by_folder[folder] = self._by_root.setdefault(project.root, project)
        return self._by_folder[folder]

    def digest(self, path: Path) -> str:
        """The state of a file's project as it was when this run first asked."""
        project = self.of(path)
        if project.root not in self._digests:
            self._digests[project.root] = project.digest()
        return self._digests[project.root]


def _unreadable(task: Task, error: OSError) -> FileResult | None:
    if isinstance(error, FileNotFoundError) and not task.file.explicit:
        return None  # removed, or a link to nothing
    document = _empty(task.file.path)
    problem = Problem(f"cannot be read: {error.strerror or error}")
    document = replace(document, problems=(problem,))
    return FileResult(task.file.path, document, (unparsable(document, problem),))


def _empty(path: Path) -> Document:
    kind: DocumentKind = "notebook" if path.suffix == ".ipynb" else "script"
    return Document(path, kind, b"", ())


def _read(raw: bytes, path: Path, kind: DocumentKind | None = None) -> Document:
    from sagegreen.documents.reading import document_from_bytes

    return document_from_bytes(raw, path, kind)


def _cache(settings: Settings) -> Cache:
    return Cache(settings.cache_dir or settings.root / CACHE_FOLDER)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

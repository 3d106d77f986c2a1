"""Many files: what is worth reading, the cache, fixes, and the order of results."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sagegreen.checking.engine import check_document, described, in_order, internal_error, unparsable
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training, names_our_rules
from sagegreen.documents.model import Document, DocumentKind, Problem
from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sagegreen.checking.configuration import Configuration, Settings
    from sagegreen.checking.engine import Analyze
    from sagegreen.checking.findings import Finding
    from sagegreen.checking.fixing import AppliedFix
    from sagegreen.checking.kept import Kept
    from sagegreen.checking.registry import Registry
    from sagegreen.documents.discovery import DiscoveredFile, Discovery, Exclusions
    from sagegreen.project.project import Project

Result = TypeVar("Result")

PARALLEL_FROM = 9  # files that mention SageMaker; below, starting processes costs more than it saves


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
        digest: of the bytes that were judged; empty where there was no judgement.
        looked_at: other files that were looked at one by one, as far as no earlier result of the process names them.
    """

    path: Path
    document: Document | None = None
    findings: tuple[Finding, ...] = ()
    applied: tuple[AppliedFix, ...] = ()
    original: Document | None = None
    error: str | None = None
    unsafe_fixes: bool = False
    digest: str = ""
    looked_at: tuple[Path, ...] = ()


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

    @cached_property
    def projects(self) -> Projects:
        """The projects of its files, as far as this process knows them."""
        return Projects(self)


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
    projects = run.projects
    discovery = _discovered(paths, configuration, projects)
    tasks: list[Task] = []
    raws: dict[Path, bytes] = {}
    results: list[FileResult] = []
    kept = _kept(run, projects)
    settings_of: dict[str, Settings] = {}
    for file in discovery.files:
        folder = os.path.dirname(file.path)  # noqa: PTH120 - `Path.parent` makes a new path each time
        if folder not in settings_of:
            settings_of[folder] = configuration.for_folder(file.path.parent)
        raw, result = _triage(file, kept, projects)
        if result is not None:
            results.append(result)
        elif raw is not None:
            settings = settings_of[folder]
            tasks.append(Task(file, settings, mode or (Mode.FIX if settings.fix else Mode.REPORT)))
            raws[file.path] = raw
    pending: list[tuple[int, Task]] = []
    passed: list[FileResult] = []
    for task in tasks:
        raw = raws.pop(task.file.path)
        result = _kept_result(task, raw, kept) if kept is not None else None
        if result is not None:
            results.append(result)
        elif _worth_judging(raw, task, projects):
            pending.append((len(raw), task))
        else:
            passed.append(FileResult(task.file.path, digest=sha256(raw).hexdigest()))
    judged = [*passed, *share_out(check_tasks, failed, pending, run, jobs, begun)]
    if kept is not None and judged:
        by_path = {task.file.path: task for task in tasks}
        pairs = [(by_path[result.path], result) for result in judged]
        # What was found in a project whose files have been written meanwhile is out of date.
        if not any(result.applied and task.mode is Mode.FIX for task, result in pairs):
            kept.keep(pairs)
    results += judged
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
    if not tasks:
        return []
    from sagegreen.checking.collecting import collecting_rarely

    with collecting_rarely():
        return work([task for _, task in tasks], run)


def check_tasks(tasks: Iterable[Task], run: Run) -> list[FileResult]:
    """Judge files one after the other, in this process."""
    results = []
    for task in tasks:
        results.append(_check_file(task, run, run.projects))
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


def _discovered(paths: Sequence[Path], configuration: Configuration, projects: Projects) -> Discovery:
    """The files to look at; where a project has just these, it need not look for them again."""
    from sagegreen.documents.discovery import absolute_path, discover

    exclusions: dict[int, Exclusions] = {}

    def exclusions_for(folder: Path) -> Exclusions:
        found = configuration.exclusions_for(folder)
        exclusions[id(found)] = found
        return found

    discovery = discover(paths, exclusions_for)
    if all(found.usual for found in exclusions.values()):
        projects.listed = (tuple(map(str, map(absolute_path, paths))), tuple(file.path for file in discovery.files))
    return discovery


def _triage(file: DiscoveredFile, kept: Kept | None, projects: Projects) -> tuple[bytes | None, FileResult | None]:
    """The bytes of a file that may have to be judged; or the result where reading it settles the matter."""
    path = file.path
    try:
        raw = read_regular_file(path)
    except OSError as error:
        return None, _unreadable(file, error)
    mentions = mentions_sagemaker(raw)
    if kept is not None:
        kept.note(path, raw, mentions=mentions)
    if not mentions:
        projects.silent.add(path)
    if mentions or file.explicit or names_our_rules(raw) or mentions_training(raw):
        return raw, None
    return None, None


def _worth_judging(raw: bytes, task: Task, projects: Projects) -> bool:
    path = task.file.path
    if _worth_reading(raw) or (mentions_training(raw) and projects.of(path).concerns(path, raw)):
        return True
    # Named by the user: that it cannot even be read must not look like a clean file.
    return task.file.explicit and bool(_read(raw, path).problems)


def _kept(run: Run, projects: Projects) -> Kept | None:
    if not run.cached:
        return None
    from sagegreen.checking.kept import Kept

    return Kept(run, projects)


def _kept_result(task: Task, raw: bytes, kept: Kept) -> FileResult | None:
    """What an earlier run found, where that still holds and all that is wanted is to say it."""
    findings = kept.findings(task, raw)
    if findings is None or (task.mode is not Mode.REPORT and any(finding.fixes for finding in findings)):
        return None
    if not findings:
        return FileResult(task.file.path)
    document = _read(raw, task.file.path)
    return FileResult(task.file.path, document, findings, unsafe_fixes=task.settings.unsafe_fixes)


def _worth_reading(raw: bytes) -> bool:
    return mentions_sagemaker(raw) or names_our_rules(raw)


def _check_file(task: Task, run: Run, projects: Projects) -> FileResult:
    from sagegreen.checking.errors import SagegreenError

    try:
        raw = read_regular_file(task.file.path)
    except OSError as error:
        return _unreadable(task.file, error) or FileResult(task.file.path)
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
    if run.cached and project.store is None:
        projects.keep_evidence(project, settings)
    document = _read(raw, path)
    findings = _judged(document, project, settings, run)
    result = FileResult(path, digest=sha256(raw).hexdigest(), looked_at=_newly_looked_at(project, run))
    if not findings:
        return result
    result = replace(result, document=document, findings=findings, unsafe_fixes=settings.unsafe_fixes)
    if task.mode is Mode.REPORT or not any(finding.fixes for finding in findings):
        return result
    return _fixed(result, document, partial(_judged, project=project, settings=settings, run=run), settings)


def _newly_looked_at(project: Project, run: Run) -> tuple[Path, ...]:
    if run.cached:
        from sagegreen.checking.observed import ObservedProject

        if isinstance(project, ObservedProject):
            return project.newly_looked_at()
    return ()


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
    analyze = run.analyze
    if analyze is None and run.cached:
        from sagegreen.checking.observed import analyze_observed

        analyze = analyze_observed
    return check_document(document, project, settings, run.registry, analyze)


class Projects:
    """The project of each file; files of one project share it, and what is known about it.

    Attributes:
        silent: files of which it is known that they mention nothing of SageMaker.
        listed: files that were found, with nothing out of the ordinary left out, and the absolute paths of which they
            are all files.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._by_folder: dict[str, Project] = {}
        self._by_root: dict[str | None, Project] = {}
        self._roots: dict[str, str | None] = {}
        self.silent: set[Path] = set()
        self.listed: tuple[tuple[str, ...], tuple[Path, ...]] | None = None

    def of(self, path: Path) -> Project:
        """The project to which a file (absolute path) belongs."""
        folder = os.path.dirname(path)  # noqa: PTH120 - `Path.parent` makes a new path each time
        if folder not in self._by_folder:
            from sagegreen.project.project import find_root

            root = find_root(folder, self._roots)
            if root not in self._by_root:
                self._by_root[root] = self._made(root)
            self._by_folder[folder] = self._by_root[root]
        return self._by_folder[folder]

    def _made(self, root: str | None) -> Project:
        folder = Path(root) if root is not None else None
        listed = None
        if self.listed is not None:
            paths, files = self.listed
            # Without a root, a project is whatever the user named.
            if paths == ((root,) if root is not None else tuple(map(os.path.abspath, self._run.given))):
                listed = files
        if self._run.cached:
            from sagegreen.checking.observed import ObservedProject

            return ObservedProject(folder, self._run.given, self.silent, listed)
        from sagegreen.project.project import Project

        return Project(folder, self._run.given, self.silent, listed)

    def keep_evidence(self, project: Project, settings: Settings) -> None:
        """Let what a project's files say of each other be kept between runs."""
        from sagegreen.checking.kept import cache_of
        from sagegreen.checking.observed import ObservedProject, ObservedStore

        if isinstance(project, ObservedProject):
            project.store = ObservedStore(cache_of(settings), project.looked_at)
            project.store_version = self._run.registry.fingerprint


def _unreadable(file: DiscoveredFile, error: OSError) -> FileResult | None:
    if isinstance(error, FileNotFoundError) and not file.explicit:
        return None  # removed, or a link to nothing
    document = _empty(file.path)
    problem = Problem(f"cannot be read: {error.strerror or error}")
    document = replace(document, problems=(problem,))
    return FileResult(file.path, document, (unparsable(document, problem),))


def _empty(path: Path) -> Document:
    kind: DocumentKind = "notebook" if path.suffix == ".ipynb" else "script"
    return Document(path, kind, b"", ())


def _read(raw: bytes, path: Path, kind: DocumentKind | None = None) -> Document:
    from sagegreen.documents.reading import document_from_bytes

    return document_from_bytes(raw, path, kind)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

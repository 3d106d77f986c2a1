"""The resources that the code creates, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagegreen.checking.engine import described
from sagegreen.checking.files import Mode, Projects, Task, share_out
from sagegreen.documents.discovery import discover
from sagegreen.documents.mentions import mentions_sagemaker
from sagegreen.documents.reading import document_from_bytes
from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sagegreen.checking.configuration import Configuration
    from sagegreen.checking.files import Run


@dataclass(frozen=True)
class FileInventory:
    """What one file creates.

    Attributes:
        entries: JSON objects with ``filename``, ``cell``, ``location``, ``kind``, ``api``, ``target`` and ``settings``.
        problems: one line for each thing that could not be read.
        failed: the analysis itself failed.
    """

    path: Path
    entries: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()
    failed: bool = False


def take_inventory(
    paths: Sequence[Path], configuration: Configuration, run: Run, *, jobs: int | None = None
) -> list[FileInventory]:
    """Read the resources out of all scripts and notebooks under some paths.

    Returns:
        One inventory for each file with resources or problems, by path; entries in the order of the code.

    Raises:
        UnusablePathError: a path does not exist.
        SagegreenError: a configuration is wrong.
    """
    tasks = []
    found: list[FileInventory] = []
    for file in discover(paths, configuration.exclusions_for).files:
        try:
            raw = read_regular_file(file.path)
        except OSError as error:
            found.append(FileInventory(file.path, problems=(f"{file.path}: cannot be read: {error.strerror}",)))
            continue
        if mentions_sagemaker(raw) or (file.explicit and document_from_bytes(raw, file.path).problems):
            tasks.append((len(raw), Task(file, configuration.for_folder(file.path.parent), Mode.REPORT)))
    found += share_out(inventory_of, _lost, tasks, run, jobs)
    return sorted((file for file in found if file.entries or file.problems), key=lambda file: file.path)


def inventory_of(tasks: list[Task], run: Run) -> list[FileInventory]:
    """Read the resources out of files one after the other, in this process."""
    return [_inventory(task, run, run.projects) for task in tasks]


def _inventory(task: Task, run: Run, projects: Projects) -> FileInventory:
    path = task.file.path
    try:
        document = document_from_bytes(read_regular_file(path), path)
        analyze = run.analyze
        if analyze is None:
            from sagegreen.project.program import analyze as read_programs

            analyze = read_programs
        programs = analyze(document, projects.of(path))
        entries: list[dict[str, Any]] = [
            {"filename": str(path), **resource.inventory_entry()}
            for program in programs
            for resource in program.resources
        ]
    except Exception as error:  # noqa: BLE001 - no traceback may reach a user, and the other files go on
        return _lost(task, described(error))
    entries.sort(key=lambda entry: (entry["cell"] or 0, entry["location"]["row"], entry["location"]["column"]))
    problems = (
        f"{path}{'' if problem.cell is None else f':cell {problem.cell}'}: {problem.message}"
        for problem in (*document.problems, *(problem for program in programs for problem in program.problems))
    )
    return FileInventory(path, tuple(entries), tuple(problems))


def _lost(task: Task, message: str) -> FileInventory:
    return FileInventory(task.file.path, problems=(f"{task.file.path}: the analysis failed: {message}",), failed=True)

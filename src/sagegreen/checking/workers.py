"""Many files at once, in processes."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sagegreen.checking.collecting import collect_rarely, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.context import BaseContext
    from pathlib import Path

    from sagegreen.checking.files import Run, Task

Result = TypeVar("Result")

#: A chunk is this part of what remains for each process: large at first, small in the end.
_PART = 4
#: In bytes of files: a smaller chunk is not worth its way to another process.
_SMALLEST = 20_000


def in_processes(
    work: Callable[[list[Task], Run], list[Result]],
    lost: Callable[[Task, str], Result],
    tasks: Sequence[tuple[int, Task]],
    run: Run,
    workers: int,
    begun: Callable[[int], None] | None = None,
) -> list[Result]:
    """Share files out to several processes, in chunks that each takes when it is done with the one before.

    This process judges nothing itself: a file can end the process that judges it.

    Args:
        work: what each process does with a chunk, one result for each task.
        lost: the result of a file whose analysis ended its process.
        tasks: each with the size of its file, by which the work is shared out.
        run: what all files share.
        workers: how many processes.
        begun: is told how many files there are, once all processes run.

    Returns:
        The results, in no particular order.
    """
    context = _context()
    forking = context.get_start_method() == "fork"
    if forking:
        _load_what_all_need(run, (task.file.path for _, task in tasks))
    shared = run if forking else replace(run, pulse=None)  # with what is known of the projects only where it is free
    results: list[Result] = []
    broken: list[Task] = []
    with frozen(), _safe_path(), ProcessPoolExecutor(workers, context, _take_over, (work, shared)) as pool:
        submitted = [(chunk, pool.submit(_work_on, chunk)) for chunk in _chunks(tasks, workers)]
        if begun is not None:
            begun(len(tasks))
        for chunk, future in submitted:
            finished: list[Result] | None = _finished(future)
            if finished is None:
                broken += chunk
            else:
                results += finished
                if not forking and run.pulse is not None:
                    os.write(run.pulse, b"." * len(chunk))
    # After a process died, each file that has no result gets its own: the one that ended it is named, the others are
    # judged.
    for task in broken:
        with _safe_path(), ProcessPoolExecutor(1, context, _take_over, (work, shared)) as pool:
            alone = _finished(pool.submit(_work_on, [task]))
        reason = "The analysis of this file ended its process (out of memory, or nested too deeply)"
        results += [lost(task, reason)] if alone is None else alone
    return results


_task_of_this_process: tuple[Callable[[list[Task], Run], list[Any]], Run] | None = None


def _take_over(work: Callable[[list[Task], Run], list[Any]], run: Run) -> None:
    """Begin a process: what it is for, and what all its chunks share."""
    global _task_of_this_process  # noqa: PLW0603 - a process of a pool has no other place
    _task_of_this_process = (work, run)
    collect_rarely()


def _work_on(chunk: list[Task]) -> list[Any]:
    if _task_of_this_process is None:
        raise RuntimeError("this process was not begun")
    work, run = _task_of_this_process
    return work(chunk, run)


def _load_what_all_need(run: Run, paths: Iterable[Path]) -> None:
    """Load the rules and the analysis once, before processes are forked: these then share it.

    So they do with what all files of a project have to be read for.
    """
    from importlib import import_module

    _ = run.registry.hooks
    if run.analyze is None:
        import_module("sagegreen.project.program")
    for project in {id(project): project for project in map(run.projects.of, paths)}.values():
        _ = project.mentioning
        _ = project.import_index


def _finished(future: Future[list[Result]]) -> list[Result] | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _chunks(tasks: Sequence[tuple[int, Task]], workers: int) -> list[list[Task]]:
    """The files of one folder together, as far as that goes; the heaviest folders first, the smallest chunks last."""
    by_folder: dict[Path, list[tuple[int, Task]]] = {}
    for size, task in sorted(tasks, key=lambda sized: (-sized[0], sized[1].file.path)):
        by_folder.setdefault(task.file.path.parent, []).append((size, task))
    folders = sorted(by_folder.items(), key=lambda item: (-sum(size for size, _ in item[1]), item[0]))
    remaining = sum(size for size, _ in tasks)
    chunks: list[list[Task]] = []
    load = most = 0
    for size, task in (sized for _, folder in folders for sized in folder):
        if load >= most:
            most = max(remaining // (workers * _PART), _SMALLEST)
            load = 0
            chunks.append([])
        chunks[-1].append(task)
        load += size
        remaining -= size
    return chunks


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep fresh interpreters from looking for modules in the working directory, which may be the judged one.

    CPython 3.10 does not know the variable.
    """
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _context() -> BaseContext:
    # Forking is cheap, but only safe while there is one thread; elsewhere a fresh interpreter is started.
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")

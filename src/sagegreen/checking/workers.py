"""Many files at once, in processes."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import BaseContext

    from sagegreen.checking.files import Run, Task

Result = TypeVar("Result")


def in_processes(
    work: Callable[[list[Task], Run], list[Result]],
    lost: Callable[[Task, str], Result],
    tasks: Sequence[tuple[int, Task]],
    run: Run,
    workers: int,
    begun: Callable[[int], None] | None = None,
) -> list[Result]:
    """Share files out to several processes.

    Args:
        work: what each process does with its share, one result for each task.
        lost: the result of a file whose analysis ended its process.
        tasks: each with the size of its file, by which the work is shared out.
        run: what all files share.
        workers: how many processes.
        begun: is told how many files there are, once all processes run.

    Returns:
        The results, in no particular order.
    """
    context = _context()
    results: list[Result] = []
    broken: list[Task] = []
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        submitted = [(share, pool.submit(work, share, run)) for share in _shares(tasks, workers)]
        if begun is not None:
            begun(len(tasks))
        for share, future in submitted:
            finished = _finished(future)
            if finished is None:
                broken += share
            else:
                results += finished
    # After a process died, each file it had gets its own: the one that ended it is named, the others are judged.
    for task in broken:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            alone = _finished(pool.submit(work, [task], run))
        reason = "The analysis of this file ended its process (out of memory, or nested too deeply)"
        results += [lost(task, reason)] if alone is None else alone
    return results


def _finished(future: Future[list[Result]]) -> list[Result] | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _shares(tasks: Sequence[tuple[int, Task]], workers: int) -> list[list[Task]]:
    shares: list[list[Task]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for size, task in sorted(tasks, key=lambda sized: (-sized[0], sized[1].file.path)):
        lightest = loads.index(min(loads))
        loads[lightest] += size
        shares[lightest].append(task)
    return [share for share in shares if share]


def _context() -> BaseContext:
    # Forking is cheap, but only safe while there is one thread; elsewhere a fresh interpreter is started.
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")

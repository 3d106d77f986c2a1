"""A line on the terminal that says how far a long run is."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AFTER = 1.0  # seconds; a shorter run needs no progress
_EVERY = 0.1
_WIDTH = 30


class Progress(NamedTuple):
    """Where judged files are reported.

    Attributes:
        pulse: a file descriptor that takes one byte for each file; ``None`` where nobody would see the progress.
        begun: is told how many files there are. It starts a thread, so no process may be forked afterwards.
    """

    pulse: int | None = None
    begun: Callable[[int], None] | None = None


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show how far a run is on the standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    reading, writing = os.pipe()
    threads: list[threading.Thread] = []

    def begun(total: int) -> None:
        thread = threading.Thread(target=_show, args=(reading, total), daemon=True)
        thread.start()
        threads.append(thread)

    try:
        yield Progress(writing, begun)
    finally:
        os.close(writing)
        for thread in threads:
            thread.join()
        os.close(reading)


def _show(reading: int, total: int) -> None:
    """Count the bytes that come in, until the last writer is gone."""
    begun = shown = time.monotonic()
    done, drawn = 0, False
    while pulses := os.read(reading, 4096):
        done += len(pulses)
        now = time.monotonic()
        if now - begun >= _AFTER and now - shown >= _EVERY:
            filled = _WIDTH * done // max(total, 1)
            sys.stderr.write(f"\r\x1b[K{'━' * filled}{'╌' * (_WIDTH - filled)} {done}/{total} files")
            sys.stderr.flush()
            shown, drawn = now, True
    if drawn:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

"""How often CPython looks for cyclic garbage while files are judged: syntax trees are large and rarely garbage."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Containers made and not yet released, some hundred bytes each: a hundred megabytes at most wait for a collection.
_THRESHOLD = 1_000_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage only after many more objects than usual; afterwards everything is as it was."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def collect_rarely() -> None:
    """The same for the rest of a process: one that ends soon need not look at all that it made when it is done."""
    gc.set_threshold(_THRESHOLD, 4, 4)


def collect_nothing_at_exit() -> None:
    """Let a process end without a last look at all that it made, which CPython takes otherwise."""
    gc.freeze()


@contextmanager
def frozen() -> Iterator[None]:
    """Leave what exists out of every collection, also in processes that are forked meanwhile."""
    before = gc.get_freeze_count()
    gc.freeze()
    try:
        yield
    finally:
        if not before:
            gc.unfreeze()

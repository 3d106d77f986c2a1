"""``--watch``: check again whenever a script, notebook or configuration changes."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError
from sagegreen.documents.discovery import SUFFIXES, UnusablePathError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

_CONFIGURATIONS = ("pyproject.toml", "sagegreen.toml", ".gitignore")


def watch(options: argparse.Namespace, check: Callable[[], int]) -> int:
    """Check until the user interrupts; return the exit code of the last check.

    Raises:
        SagegreenError: the watcher is not installed.
    """
    try:
        from watchfiles import watch as changes
    except ImportError as error:
        raise SagegreenError("`--watch` needs the package watchfiles: pip install 'sagegreen[watch]'") from error

    def matters(_: object, path: str) -> bool:
        return path.endswith((*SUFFIXES, *_CONFIGURATIONS)) and ".sagegreen_cache" not in path

    code = _checked(check)
    paths = [path for path in options.paths if path.exists()]
    for _ in changes(*paths, watch_filter=matters, raise_interrupt=False):
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[2J\x1b[H")
        print(f"[{time.strftime('%H:%M:%S')}] a file changed", file=sys.stderr)
        code = _checked(check)
    return code


def _checked(check: Callable[[], int]) -> int:
    """One check; what a half-written configuration raises is said and waited out."""
    try:
        code = check()
    except (SagegreenError, UnusablePathError) as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    sys.stdout.flush()
    return code

"""Where a report goes, and whether it may have colours."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from sagegreen.checking.errors import SagegreenError

if TYPE_CHECKING:
    from pathlib import Path


def emit(text: str, file: Path | None, stream: TextIO | None = None) -> None:
    """Write a report to a file, or to a stream (the standard output if none is given).

    An earlier report in that file is there until the new one is complete.

    Raises:
        SagegreenError: the file cannot be written.
    """
    if file is None:
        (stream or sys.stdout).write(text)
        return
    from sagegreen.documents.writing import write_atomically

    raw = text.encode("utf-8", "backslashreplace")
    try:
        if file.exists() and not file.is_file():  # a pipe, or a device: nothing there can be lost
            file.write_bytes(raw)
        else:
            write_atomically(file, raw)
    except OSError as error:
        raise SagegreenError(f"cannot write `{file}`: {error.strerror or error}") from error


def coloured(file: Path | None) -> bool:
    """Colour is for terminals; ``NO_COLOR`` and ``FORCE_COLOR`` decide otherwise."""
    if file is not None or os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    return forced not in ("", "0") or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def warn(text: str) -> None:
    """Say something that does not end the run."""
    _say("warning", text)


def complain(text: str) -> None:
    """Say what went wrong with a part of the run."""
    _say("error", text)


def _say(kind: str, text: str) -> None:
    from sagegreen.reporting.report import on_one_line

    print(f"{kind}: {on_one_line(text)}", file=sys.stderr)

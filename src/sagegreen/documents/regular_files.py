"""Read files that may be anything: never wait for a writer, never read without end."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from pathlib import Path

#: In bytes, of a script or notebook with all its pictures; GitHub takes no larger file either.
FILE_SIZE_LIMIT = 100_000_000
#: In bytes; what is read at once of a file that is larger than the system says.
_PIECE = 1_000_000


def read_regular_file(path: Path | str, limit: int = FILE_SIZE_LIMIT) -> bytes:
    """The content of a file.

    Args:
        path: a regular file, or a link to one.
        limit: the most bytes that are read.

    Raises:
        OSError: it is a pipe, socket, device or folder, is larger than the limit, or cannot be read.
    """
    _require_regular(path, os.stat(path).st_mode)  # noqa: PTH116 - and this before opening: that alone can do something
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        _require_regular(path, status.st_mode)  # it may have been exchanged in between
        raw = _read(descriptor, status.st_size, limit + 1) if status.st_size <= limit else None
    finally:
        os.close(descriptor)
    if raw is None or len(raw) > limit:
        size = max(status.st_size, limit + 1)
        raise OSError(errno.EFBIG, f"{size / 1e6:,.1f} MB, and more than {limit / 1e6:,.1f} MB is not read", str(path))
    return raw


def _read(descriptor: int, expected: int, most: int) -> bytes:
    """All bytes of an open file, but for those beyond the most. Python's own streams take twice the time to be made.

    Args:
        descriptor: the open file.
        expected: its size. What the system says may be zero (below /proc) or out of date (a log that grows).
        most: no more bytes are read.
    """
    raw = os.read(descriptor, min(expected + 1, most))
    more = [raw]
    size = len(raw)
    while more[-1] and size < most:
        more.append(os.read(descriptor, min(_PIECE, most - size)))
        size += len(more[-1])
    return raw if size == len(raw) else b"".join(more)


def _require_regular(path: Path | str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))

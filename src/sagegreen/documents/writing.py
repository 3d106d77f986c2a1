"""Put new bytes in a file's place: wholly or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path


def write_atomically(path: Path, raw: bytes) -> None:
    """Replace a file's content; whoever reads it meanwhile sees the old or the new content, never a part.

    Mode and owner stay; of a symbolic link the target is replaced and the link stays. Until it takes its place, the new
    content is in a hidden file beside it, such as ``.launch.py.k2x_81ab.tmp``. A process that is killed leaves that
    file there: nothing ever reads it, and it may be deleted.

    Args:
        path: an existing file, or a new one in an existing folder.
        raw: the new content.

    Raises:
        OSError: the file may not be written, or its owner not be kept. The old content is then still there.
    """
    target = Path(os.path.realpath(path))
    try:
        before = target.stat()
    except FileNotFoundError:
        before = None
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    if before is not None:
        # Renaming needs no permission on the file itself; a write-protected file is not to be changed all the same.
        os.close(os.open(target, os.O_WRONLY))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        if before is None:
            temporary.chmod(0o666 & ~_umask())
        else:
            _keep_owner(temporary, before)
            temporary.chmod(stat.S_IMODE(before.st_mode))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _keep_owner(temporary: Path, before: os.stat_result) -> None:
    created = temporary.stat()
    if (created.st_uid, created.st_gid) != (before.st_uid, before.st_gid) and hasattr(os, "chown"):
        os.chown(temporary, before.st_uid, before.st_gid)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

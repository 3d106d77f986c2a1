"""Results kept between runs, by content: nothing here is ever an error for the user.

What is kept is data, never code. It may hide findings, so nobody but the user may have written it: an entry counts only
if it is a file of the user that nobody else may read or write, below a folder of theirs, and belongs to its key.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from pathlib import Path

from sagegreen.documents.regular_files import read_regular_file

CACHE_FOLDER = ".sagegreen_cache"
_KEPT_FOR = 30 * 24 * 3600.0  # seconds since an entry was last useful
_PRUNED_EVERY = 24 * 3600.0
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# See https://bford.info/cachedir/\n"
_LARGEST = 10_000_000
_ENTRY = re.compile(r"[0-9a-f]{62}")
_SEAL = 64  # characters in front of a blob, by which it belongs to its key


class Cache:
    """Blobs by key in a folder of their own; without a folder it keeps nothing.

    A key must name everything its blob depends on; see :meth:`key`. What cannot be read is absent, what cannot be
    written is not kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @staticmethod
    def key(*parts: bytes | str) -> str:
        """A key for what is made from these parts."""
        from hashlib import sha256

        digest = sha256()
        for part in parts:
            raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            digest.update(len(raw).to_bytes(8, "big"))
            digest.update(raw)
        return digest.hexdigest()

    def get(self, key: str) -> bytes | None:
        """The blob that was kept under a key."""
        if self.folder is None:
            return None
        file = self.folder / key[:2] / key[2:]
        try:
            status = file.lstat()
            if not (_is_private(status) and _is_own_folder(self.folder) and _is_own_folder(file.parent)):
                return None
            sealed = read_regular_file(file, _LARGEST)
            if time.time() - status.st_mtime > _PRUNED_EVERY:
                os.utime(file)
        except (OSError, ValueError):
            return None
        raw = sealed[_SEAL:]
        return raw if sealed[:_SEAL] == self._seal(key, raw) else None

    def put(self, key: str, raw: bytes) -> None:
        """Keep a blob under a key; a reader sees all of it or nothing."""
        if self.folder is None:
            return
        file = self.folder / key[:2] / key[2:]
        with contextlib.suppress(OSError, ValueError):  # ValueError: no path, such as one with a null character
            if not self._prepared(self.folder):
                return
            file.parent.mkdir(mode=0o700, exist_ok=True)
            if not _is_own_folder(file.parent):
                return
            descriptor, name = tempfile.mkstemp(dir=file.parent)
            temporary = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(self._seal(key, raw) + raw)
                temporary.replace(file)
            except OSError:
                temporary.unlink()

    def _seal(self, key: str, raw: bytes) -> bytes:
        """Tells an entry from one that was cut off, or moved here from another key."""
        return self.key("entry", key, raw).encode()

    def _prepared(self, folder: Path) -> bool:
        """Whether the folder may be used; made if need be, and now and then freed of what nobody has used for long."""
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            if not _is_own_folder(folder):
                return False
        else:
            (folder / ".gitignore").write_text("# Created by sagegreen\n*\n", encoding="utf-8")
        tag = folder / "CACHEDIR.TAG"
        try:
            age = time.time() - tag.lstat().st_mtime
        except FileNotFoundError:
            with tag.open("x", encoding="utf-8") as stream:
                stream.write(_TAG)
            return True
        if age > _PRUNED_EVERY:
            os.utime(tag, follow_symlinks=False)
            oldest = time.time() - _KEPT_FOR
            for file in folder.glob("??/*"):
                # The folder may have been somebody's before: only what can be an entry goes.
                with contextlib.suppress(OSError):
                    if _ENTRY.fullmatch(file.name) and _is_own_folder(file.parent) and file.lstat().st_mtime < oldest:
                        file.unlink()
        return True


def _is_private(status: os.stat_result) -> bool:
    """Whether a file is one that only the user (or the administrator) can have written."""
    if not hasattr(os, "geteuid"):
        return stat.S_ISREG(status.st_mode)
    return stat.S_ISREG(status.st_mode) and status.st_uid in (os.geteuid(), 0) and not status.st_mode & 0o077


def _is_own_folder(folder: Path) -> bool:
    """Whether a folder is no link, belongs to the user (or the administrator) and is not everybody's."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        return False
    return not hasattr(os, "geteuid") or (status.st_uid in (os.geteuid(), 0) and not status.st_mode & stat.S_IWOTH)

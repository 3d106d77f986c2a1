"""Results kept between runs, by content: nothing here is ever an error for the user."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

CACHE_FOLDER = ".sagegreen_cache"
_KEPT_FOR = 30 * 24 * 3600.0  # seconds since an entry was last useful
_PRUNED_EVERY = 24 * 3600.0
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# See https://bford.info/cachedir/\n"


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
        file = self._file(key)
        if file is None:
            return None
        try:
            raw = file.read_bytes()
            if time.time() - file.stat().st_mtime > _PRUNED_EVERY:
                os.utime(file)
        except OSError:
            return None
        return raw

    def put(self, key: str, raw: bytes) -> None:
        """Keep a blob under a key; a reader sees all of it or nothing."""
        file = self._file(key)
        if file is None or self.folder is None:
            return
        with contextlib.suppress(OSError):
            self._prepare(self.folder)
            file.parent.mkdir(exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=file.parent)
            temporary = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(raw)
                temporary.replace(file)
            except OSError:
                temporary.unlink()

    def _file(self, key: str) -> Path | None:
        return self.folder / key[:2] / key[2:] if self.folder else None

    def _prepare(self, folder: Path) -> None:
        tag = folder / "CACHEDIR.TAG"
        try:
            age = time.time() - tag.stat().st_mtime
        except OSError:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".gitignore").write_text("# Created by sagegreen\n*\n", encoding="utf-8")
            tag.write_text(_TAG, encoding="utf-8")
            return
        if age > _PRUNED_EVERY:
            os.utime(tag)
            oldest = time.time() - _KEPT_FOR
            for file in folder.glob("??/*"):
                with contextlib.suppress(OSError):
                    if file.stat().st_mtime < oldest:
                        file.unlink()

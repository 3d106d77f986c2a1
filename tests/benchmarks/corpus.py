"""The code that is measured on: which of its files are scripts, and which mention SageMaker."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: The plainest test; LibCST would have to parse at least these files.
_MENTION = re.compile(rb"(?i)sagemaker|boto3")
_LEFT_OUT = {".git", ".venv", "node_modules"}


@dataclass(frozen=True)
class Corpus:
    """A tree of files.

    Attributes:
        folder: its root.
        scripts: all scripts in it, sorted.
        mentioning: those that mention SageMaker or boto3.
        size: of all scripts in bytes.
        mentioning_size: of those that mention SageMaker or boto3.
    """

    folder: Path
    scripts: tuple[Path, ...]
    mentioning: tuple[Path, ...]
    size: int
    mentioning_size: int

    def __str__(self) -> str:
        return (
            f"{len(self.scripts)} scripts, {self.size / 1e6:.1f} MB, of which {len(self.mentioning)}"
            f" ({self.mentioning_size / 1e6:.1f} MB) mention SageMaker or boto3"
        )


def corpus(folder: Path) -> Corpus:
    """Look at all scripts below a folder."""
    scripts, mentioning, size, mentioning_size = [], [], 0, 0
    for path in files(folder, ".py"):
        raw = path.read_bytes()
        scripts.append(path)
        size += len(raw)
        if _MENTION.search(raw):
            mentioning.append(path)
            mentioning_size += len(raw)
    return Corpus(folder, tuple(scripts), tuple(mentioning), size, mentioning_size)


def files(folder: Path, suffix: str) -> list[Path]:
    """The files below a folder that end so, sorted; links are left out."""
    found = []
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        found += [folder / path / name for name in names if name.endswith(suffix)]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def copied(folder: Path, target: Path, suffix: str) -> None:
    """Copy the files that end so, with their folders; the tree is then nobody's repository."""
    for path in files(folder, suffix):
        place = target / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)

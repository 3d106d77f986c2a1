"""The programs that are replayed: probes, hand-labelled programs and the rules' scenes, each in a project of its own."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from replaying import ROOT, directives

sys.path.append(str(ROOT / "tests" / "rules"))

from typing import TYPE_CHECKING

from scenes import Scene, judged, scenes, staged

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBES = Path(__file__).with_name("probes")
_SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True)
class Play:
    """One program to run, and the project it stands in.

    Attributes:
        label: how tests call it.
        root: the folder of the project, or the file that is one.
        main: the program's path in the project.
        scene: the rule's scene that it is.
    """

    label: str
    root: Path
    main: str
    scene: Scene | None = None

    def __str__(self) -> str:
        return self.label

    @property
    def path(self) -> Path:
        """The program."""
        return self.root if self.root.is_file() else self.root / self.main

    @property
    def said(self) -> dict[str, str]:
        """What the program says of its replay."""
        return directives(self.path)

    def files(self) -> dict[str, bytes]:
        """The files of the project by their paths in it."""
        return contents(self.root)


def contents(root: Path) -> dict[str, bytes]:
    """The files below a folder, or the one that it is."""
    if root.is_file():
        return {root.name: root.read_bytes()}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name != "expected.json"
    }


def probes() -> list[Play]:
    """The harness's own programs."""
    return [Play(path.name, path, path.name) for path in sorted(PROBES.iterdir()) if path.suffix in _SUFFIXES]


def plays() -> list[Play]:
    """The programs of the rules' scenes; of a folder every file."""
    return [
        Play(f"{scene}" + ("" if scene.path.is_file() else f"/{main}"), scene.path, main, scene)
        for scene in scenes()
        for main in _programs(scene.path)
    ]


def _programs(root: Path) -> Iterator[str]:
    if root.is_file():
        yield root.name
        return
    for path in sorted(root.rglob("*")):
        if path.suffix in _SUFFIXES and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix()


def is_python(play: Play) -> bool:
    """Whether a notebook's kernel is Python."""
    if play.path.suffix != ".ipynb":
        return True
    kernel = json.loads(play.path.read_text(encoding="utf-8")).get("metadata", {}).get("kernelspec", {})
    return str(kernel.get("language", "python")).lower() == "python"


__all__ = ["Play", "contents", "is_python", "judged", "plays", "probes", "staged"]

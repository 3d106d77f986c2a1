"""What a judgement looks at besides its own file: the files on which a kept result depends."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagegreen.documents.discovery import files_below
from sagegreen.project.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.documents.model import Document
    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.project.project import Store
    from sagegreen.sagemaker.evidence import ProjectEvidence, Source
    from sagegreen.sagemaker.program import Program


class _Parsed(dict["Path", "ParsedModule | None"]):
    """Parsed modules; each path that was ever looked for is noted, also where it is dropped again."""

    def __init__(self, looked_at: set[Path]) -> None:
        super().__init__()
        self._looked_at = looked_at

    def __setitem__(self, path: Path, module: ParsedModule | None) -> None:
        self._looked_at.add(path)
        super().__setitem__(path, module)


@dataclass(eq=False)
class ObservedProject(Project):
    """A project that notes which paths are looked at one by one, whether there is something or not.

    Questions to all files at once are not noted: what their answers depend on is known without (see
    :mod:`sagegreen.checking.kept`).

    Attributes:
        looked_at: modules, scripts and what travels with them.
    """

    looked_at: set[Path] = field(default_factory=set)
    _told: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parsed = _Parsed(self.looked_at)

    def programs(self, path: Path) -> tuple[Program, ...]:
        """What one file does; what it asks for is noted as well."""
        return observed(super().programs(path), self)

    def imported(self, path: Path) -> bytes:
        """The bytes of a file that another one imports; that it was looked for is noted."""
        self.looked_at.add(path)
        return super().imported(path)

    def newly_looked_at(self) -> tuple[Path, ...]:
        """The paths that were noted since this was last asked."""
        new = self.looked_at - self._told
        self._told |= new
        return tuple(sorted(new))


@dataclass(frozen=True)
class ObservedStore:
    """A store of evidence; the files on which kept evidence depends are noted too."""

    store: Store
    looked_at: set[Path]

    def get(self, key: str) -> bytes | None:
        """What was kept under a key."""
        import json

        raw = self.store.get(key)
        if raw is not None:
            try:
                self.looked_at.update(map(Path, json.loads(raw)["uses"]))
            except (ValueError, TypeError, KeyError):
                return None
        return raw

    def put(self, key: str, raw: bytes) -> None:
        """Keep something."""
        self.store.put(key, raw)


@dataclass(frozen=True, eq=False)
class _ObservedEvidence:
    """The project as one of its programs sees it; scripts that are read are noted."""

    evidence: ProjectEvidence
    home: Path
    project: ObservedProject

    def script(self, path: str, folder: str | None) -> Source | None:
        found = self.evidence.script(path, folder)
        for base in _upwards(self.home, self.project.root):
            file = Path(os.path.normpath(base / path))
            self.project.looked_at.add(file)
            is_there = file.is_file()
            if folder is not None and (is_there or base == self.home):
                below = files_below(Path(os.path.normpath(base / folder)), self.project.files)
                self.project.looked_at.update(other for other in below if other.suffix == ".py")
            if is_there:
                break
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.evidence, name)


def analyze_observed(document: Document, project: Project) -> tuple[Program, ...]:
    """The programs of a document, like :func:`sagegreen.project.program.analyze`; what they look at is noted."""
    from sagegreen.project.program import analyze

    return observed(analyze(document, project), project)


def observed(programs: tuple[Program, ...], project: Project) -> tuple[Program, ...]:
    """The same programs; what they ask their project for is noted, where it is one that notes it."""
    for program in programs:
        if isinstance(project, ObservedProject) and not isinstance(program.project, _ObservedEvidence):
            home = Path(program.module.document.path).absolute().parent
            program.project = _ObservedEvidence(program.project, home, project)
    return programs


def _upwards(folder: Path, root: Path | None) -> Iterator[Path]:
    yield folder
    for parent in folder.parents if root is not None and root != folder else ():
        yield parent
        if parent == root:
            return

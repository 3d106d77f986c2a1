"""What the other files of a project say, read only from files whose bytes can matter to the question."""

from __future__ import annotations

import os
import posixpath
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.documents.regular_files import read_regular_file
from sagegreen.documents.required_words import occurs
from sagegreen.sagemaker.evidence import Evidence, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sagegreen.project.project import Project
    from sagegreen.sagemaker.evidence import ScriptUse
    from sagegreen.sagemaker.program import Program

_LIFE = re.compile(
    rb"delete_endpoint|delete_predictor|delete_inference_component|delete-endpoint|register_scalable_target"
    rb"|put_scaling_policy|update_endpoint|keep_alive|KeepAlive|Endpoint\.get"
)
_RETENTION = re.compile(
    rb"put_retention_policy|put-retention-policy|delete_log_group|delete-log-group|put_account_policy"
)
_STARTS = re.compile(
    rb"\.(?:fit|train|tune|run|transform|start|deploy|submit|create)\(|create_(?:training_job|endpoint|processing_job"
    rb"|transform_job|hyper_parameter_tuning_job|auto_ml_job|notebook_instance|inference_component|monitoring_schedule)"
)
_IMPORTS, _WORDS = re.compile(rb"\b(?:import|from)[ \t]+([^\n#]*)"), re.compile(rb"[A-Za-z_]\w*")
#: As many files are asked what they start, beyond those that a file is judged by in any case.
_MOST_FILES = 40
#: So many of the files that are next are asked what they start, where an SDK reaches them.
_MOST_LATER = 24
#: The files of a larger folder are a collection, not one program in parts.
_SMALL_FOLDER = 30
_MOST_SURROUNDINGS = 60
_LARGEST_SCRIPT = 1_000_000
_CLEAN_UP = re.compile(r"clean|delet|teardown|tear_down|destroy|shutdown|shut_down|remove", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class OtherFiles:
    """The project as one of its files sees it; answers :class:`sagegreen.sagemaker.evidence.ProjectEvidence`."""

    project: Project
    path: Path

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What the files that can mean the given endpoint names say of deletion, scaling and jobs.

        A deletion by a name that cannot be followed counts where it stands beside the file, or in a file whose own
        name says that it cleans up, in a folder above, below or beside, or in one that the file imports.
        """
        sought = [name.encode() for name in names]
        found = Evidence()
        for other in self.project.files_with(_LIFE):
            if other == self.path:
                continue
            near = (
                self._is_beside(other)
                or other.stem in self._imported
                or (_CLEAN_UP.search(other.name) is not None and _belong_together(other.parent, self.path.parent))
            )
            if not near and not sought:
                continue
            if not near and not any(name in self.project.raw(other) for name in sought):
                continue
            evidence = self.project.evidence(other)
            if not near:
                evidence = Evidence(
                    deletions=evidence.deletions - {None},
                    scalings=evidence.scalings - {None},
                    updates=evidence.updates - {None},
                )
            found = found.joined(evidence)
        return found

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The words of the file's import statements."""
        lines = _IMPORTS.findall(self.project.raw(self.path))
        return frozenset(word.decode() for line in lines for word in _WORDS.findall(line))

    def mentions(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the text of any other file that has to do with SageMaker or boto3 matches."""
        return any(other != self.path for other in self.project.files_with(pattern))

    def programs(self, pattern: re.Pattern[bytes]) -> Iterator[Program]:
        """The other files whose text matches, analyzed; of a large project those nearest to this file."""
        others = [other for other in self.project.files_with(pattern) if other != self.path]
        others.sort(key=lambda other: -len(os.path.commonpath((other, self.path))))
        for other in others[:_MOST_FILES]:
            yield from self.project.programs(other)

    def script(self, path: str, folder: str | None) -> Source | None:
        """A script by its path relative to the file's folder, or to one above it in the project."""
        home = self.path.parent
        for base in (home, *_above(home, self.project.root)):
            file = Path(os.path.normpath(base / path))
            if file.is_file():
                return _source_of_file(file, base / folder if folder is not None else None, home, self.project)
        return None

    def uses_of(self, name: str | None) -> tuple[ScriptUse, ...]:
        """The jobs of the project that run this file; of a module that a cell writes, those of other files."""
        script = self.path if name is None else Path(os.path.normpath(self.path.parent / name))
        found = [
            use
            for other in self.project.naming_script(script.name)
            if other != self.path
            for use in self.project.evidence(other).scripts
            if posixpath.basename(use.script) == script.name and self._is_script(use, other, script)
        ]
        return tuple(sorted(found, key=lambda use: (-len(os.path.commonpath((use.file, script))), use.file, use.row)))

    def _is_script(self, use: ScriptUse, user: Path, script: Path) -> bool:
        for base in (user.parent, *_above(user.parent, self.project.root)):
            file = Path(os.path.normpath(base / use.script))
            if file == script or file.is_file():
                return file == script
        return False

    def _is_beside(self, other: Path) -> bool:
        """Whether a file of the same folder belongs to this one: a small folder, or a series of numbered files."""
        if other.parent != self.path.parent:
            return False
        if self.project.folder_size(other.parent) <= _SMALL_FOLDER:
            return True
        if self.path.name[:1].isdigit() and other.name[:1].isdigit():
            return True
        return b"%store -r" in self.project.raw(other) and b"%store" in self.project.raw(self.path)

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention any other file of the project limits."""
        found: frozenset[str | None] = frozenset()
        for other in self.project.files_with(_RETENTION):
            if other != self.path:
                found |= self.project.evidence(other).retention
        return found

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """The log groups that earlier files of the project write to, of each file that starts something, in order."""
        starting = self.project.files_with(_STARTS)
        for other in starting[: bisect_left(starting, self.path)]:
            if self._may_start(other) and (groups := self.project.evidence(other).log_groups):
                yield groups

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later files of the project write to; in large projects those of the next files only."""
        starting = self.project.files_with(_STARTS)
        later = starting[bisect_right(starting, self.path) :]
        candidates = (other for other in later if self.project.mentions(self.project.raw(other)))
        found: frozenset[str] = frozenset()
        for other in islice(candidates, _MOST_LATER):
            if self._may_start(other):
                found |= self.project.evidence(other).log_groups
        return found

    def _may_start(self, path: Path) -> bool:
        raw = self.project.raw(path)
        return self.project.mentions(raw) and self.project.reaches_sdk(path, raw)


def _above(folder: Path, root: Path | None) -> Iterator[Path]:
    """The folders above one, up to the project's root."""
    for parent in folder.parents if root is not None and root != folder else ():
        yield parent
        if parent == root:
            return


def _source_of_file(file: Path, folder: Path | None, home: Path, project: Project) -> Source | None:
    text = _text(file)
    if text is None:
        return None
    surroundings, whole = _beside(folder, {file})

    def analyzed() -> Program | None:
        return next(iter(project.programs(file)), None)

    return Source(os.path.relpath(file, home).replace(os.sep, "/"), text, surroundings, analyzed, whole)


def _beside(folder: Path | None, besides: Collection[Path]) -> tuple[tuple[str, ...], bool]:
    """The Python files of a folder but for some, and whether all of them could be read."""
    if folder is None:
        return (), True
    others = list(islice((other for other in folder.rglob("*.py") if other not in besides), _MOST_SURROUNDINGS + 1))
    texts = [read for other in sorted(others)[:_MOST_SURROUNDINGS] if (read := _text(other)) is not None]
    return tuple(texts), len(texts) == len(others)


def _text(file: Path) -> str | None:
    try:
        return read_regular_file(file, _LARGEST_SCRIPT).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _belong_together(one: Path, other: Path) -> bool:
    return one in other.parents or other in one.parents or one.parent == other.parent


@dataclass(frozen=True, eq=False)
class OtherModules:
    """The project as one of several modules of a document sees it: a notebook beside the scripts that its cells write.

    Attributes:
        project: the other files.
        modules: all modules of the document, as each is by itself.
        index: which of them asks.
    """

    project: OtherFiles
    modules: tuple[Program, ...]
    index: int

    def _others(self) -> Iterator[Program]:
        for index, module in enumerate(self.modules):
            if index != self.index:
                yield module

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What everything else says of the deletion and scaling of endpoints of these names, and of jobs."""
        found = self.project.elsewhere(names)
        for module in self._others():
            found = found.joined(module.evidence)
        return found

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention is limited anywhere else."""
        found = self.project.retention()
        for module in self._others():
            found |= module.evidence.retention
        return found

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """The log groups that earlier files and modules write to, of each that starts something, in order."""
        yield from self.project.log_groups_before()
        for module in self.modules[: self.index]:
            if module.evidence.log_groups:
                yield module.evidence.log_groups

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later modules and files write to."""
        found = self.project.log_groups_after()
        for module in self.modules[self.index + 1 :]:
            found |= module.evidence.log_groups
        return found

    def mentions(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the text of any other file or module matches."""
        texts = (cell.cell.source.encode(errors="replace") for module in self._others() for cell in module.module.cells)
        return any(occurs(pattern, text) for text in texts) or self.project.mentions(pattern)

    def programs(self, pattern: re.Pattern[bytes]) -> Iterator[Program]:
        """The other modules and files whose text matches, analyzed."""
        for module in self._others():
            if any(occurs(pattern, cell.cell.source.encode(errors="replace")) for cell in module.module.cells):
                yield module
        yield from self.project.programs(pattern)

    def script(self, path: str, folder: str | None) -> Source | None:
        """A script that a cell writes, or a file of the project."""
        written = {
            posixpath.normpath(module.module.module.name): module
            for module in self._others()
            if module.module.module.name is not None
        }
        if path not in written:
            return self.project.script(path, folder)
        module = written[path]
        home = self.project.path.parent
        inside = [
            _code(other)
            for name, other in written.items()
            if other is not module and folder is not None and (folder == "." or name.startswith(f"{folder}/"))
        ]
        files = {Path(os.path.normpath(home / name)) for name in written}
        beside, whole = _beside(Path(os.path.normpath(home / folder)) if folder is not None else None, files)
        return Source(path, _code(module), (*inside, *beside), lambda: module, whole)

    def uses_of(self, name: str | None) -> tuple[ScriptUse, ...]:
        """The jobs of the document and the project that run the document itself, or a module that a cell writes."""
        own = [
            use
            for module in self.modules
            for use in module.evidence.scripts
            if name is not None and use.script == posixpath.normpath(name)
        ]
        return (*sorted(own, key=lambda use: (use.cell or 0, use.row)), *self.project.uses_of(name))


def _code(program: Program) -> str:
    return "\n".join(cell.cell.source for cell in program.module.cells)


class Alone:
    """A file, or a module of one, without a project."""

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """Nothing."""
        del names
        return Evidence()

    def retention(self) -> frozenset[str | None]:
        """None."""
        return frozenset()

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """None."""
        return iter(())

    def log_groups_after(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def mentions(self, pattern: re.Pattern[bytes]) -> bool:
        """Nothing is."""
        del pattern
        return False

    def programs(self, pattern: re.Pattern[bytes]) -> Iterator[Program]:
        """None."""
        del pattern
        return iter(())

    def script(self, path: str, folder: str | None) -> Source | None:
        """None."""
        del path, folder
        return None

    def uses_of(self, name: str | None) -> tuple[ScriptUse, ...]:
        """None."""
        del name
        return ()

"""What the other files of a project say, read only from files whose bytes can matter to the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sagegreen.sagemaker.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from sagegreen.project.project import Project
    from sagegreen.sagemaker.evidence import ProjectEvidence

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
#: The files of a larger folder are a collection, not one program in parts.
_SMALL_FOLDER = 30
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
        lines = _IMPORTS.findall(self.project.raw(self.path))
        imported = {word.decode() for line in lines for word in _WORDS.findall(line)}
        found = Evidence()
        for other in self.project.files_with(_LIFE):
            if other == self.path:
                continue
            near = (
                self._is_beside(other)
                or other.stem in imported
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
        for other in self.project.files_with(_STARTS):
            if other >= self.path:
                return
            if self._may_start(other) and (groups := self.project.evidence(other).log_groups):
                yield groups

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later files of the project write to; in large projects those of the next files only."""
        later = (other for other in self.project.files_with(_STARTS) if other > self.path)
        candidates = (other for other in later if self._may_start(other))
        found: frozenset[str] = frozenset()
        for other in islice(candidates, _MOST_FILES):
            found |= self.project.evidence(other).log_groups
        return found

    def _may_start(self, path: Path) -> bool:
        return self.project.mentions(self.project.raw(path))


def _belong_together(one: Path, other: Path) -> bool:
    return one in other.parents or other in one.parents or one.parent == other.parent


@dataclass(frozen=True, eq=False)
class OtherModules:
    """The project as one of several modules of a document sees it: a notebook beside the scripts that its cells write.

    Attributes:
        project: the other files.
        before: what the document's modules before it offer.
        after: what those after it offer.
    """

    project: ProjectEvidence
    before: tuple[Evidence, ...]
    after: tuple[Evidence, ...]

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What everything else says of the deletion and scaling of endpoints of these names, and of jobs."""
        found = self.project.elsewhere(names)
        for module in (*self.before, *self.after):
            found = found.joined(module)
        return found

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention is limited anywhere else."""
        found = self.project.retention()
        for module in (*self.before, *self.after):
            found |= module.retention
        return found

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """The log groups that earlier files and modules write to, of each that starts something, in order."""
        yield from self.project.log_groups_before()
        for module in self.before:
            if module.log_groups:
                yield module.log_groups

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later modules and files write to."""
        found = self.project.log_groups_after()
        for module in self.after:
            found |= module.log_groups
        return found

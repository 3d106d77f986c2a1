"""What the other files of a project say, read only from files whose bytes can matter to the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.sagemaker.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from sagegreen.project.project import Project

_LIFE = re.compile(
    rb"delete_endpoint|delete_predictor|delete_inference_component|delete-endpoint|register_scalable_target"
    rb"|put_scaling_policy|keep_alive|KeepAlive|Endpoint\.get"
)
_RETENTION = re.compile(rb"put_retention_policy|put-retention-policy")
_STARTS = re.compile(
    rb"\.(?:fit|train|tune|run|transform|start|deploy|submit|create)\(|create_(?:training_job|endpoint|processing_job"
    rb"|transform_job|hyper_parameter_tuning_job|auto_ml_job|notebook_instance|inference_component|monitoring_schedule)"
)
_CLEAN_UP = re.compile(r"clean|delet|teardown|tear_down|destroy|shutdown|shut_down|remove", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class OtherFiles:
    """The project as one of its files sees it; answers :class:`sagegreen.sagemaker.evidence.ProjectEvidence`."""

    project: Project
    path: Path

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What the files that can mean the given endpoint names say of deletion, scaling and jobs.

        A deletion by a name that cannot be followed counts where it stands beside the file, or in a file whose own
        name says that it cleans up.
        """
        sought = [name.encode() for name in names]
        found = Evidence()
        for other in self.project.files:
            if other == self.path:
                continue
            near = other.parent == self.path.parent or _CLEAN_UP.search(other.name) is not None
            if not near and not sought:
                continue
            raw = self.project.raw(other)
            if not _LIFE.search(raw) or not (near or any(name in raw for name in sought)):
                continue
            evidence = self.project.evidence(other)
            if not near:
                evidence = Evidence(deletions=evidence.deletions - {None}, scalings=evidence.scalings - {None})
            found = found.joined(evidence)
        return found

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention any other file of the project limits."""
        found: frozenset[str | None] = frozenset()
        for other in self.project.files:
            if other != self.path and _RETENTION.search(self.project.raw(other)):
                found |= self.project.evidence(other).retention
        return found

    def starts_before(self) -> bool:
        """Whether a file of the project that comes before this one starts something."""
        for other in self.project.files:
            if other >= self.path:
                return False
            raw = self.project.raw(other)
            if _STARTS.search(raw) and self.project.mentions(raw) and self.project.evidence(other).starts:
                return True
        return False

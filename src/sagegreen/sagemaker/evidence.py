"""What the other files of a project say, as far as a judgement of one file depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@dataclass(frozen=True, slots=True)
class JobShape:
    """What a warm pool compares: a later job uses the instances of an earlier one of the same shape."""

    role: str | None
    instance_type: str | None
    instance_count: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts that one file, or a whole project, offers.

    Attributes:
        starts: whether anything that is billed, and logs, is started.
        log_groups: the log groups that what is started writes to.
        retention: log groups whose retention is limited; ``None`` among them for a name that is not known.
        deletions: names of endpoints that are deleted; ``None`` among them for a name that is not known.
        scalings: names of endpoints or components that are scaled, likewise.
        updates: names of endpoints that are given another configuration, likewise.
        jobs: the shapes of training jobs that are started with a warm pool; ``None`` for what is not known of one.
    """

    starts: bool = False
    log_groups: frozenset[str] = frozenset()
    retention: frozenset[str | None] = frozenset()
    deletions: frozenset[str | None] = frozenset()
    scalings: frozenset[str | None] = frozenset()
    updates: frozenset[str | None] = frozenset()
    jobs: frozenset[JobShape] = frozenset()

    def joined(self, other: Evidence) -> Evidence:
        """Both together."""
        return Evidence(
            self.starts or other.starts,
            self.log_groups | other.log_groups,
            self.retention | other.retention,
            self.deletions | other.deletions,
            self.scalings | other.scalings,
            self.updates | other.updates,
            self.jobs | other.jobs,
        )


class ProjectEvidence(Protocol):
    """What a program may ask about the other files of its project."""

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What the other files say of the deletion and scaling of endpoints of these names, and of jobs beside them."""

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention any other file limits."""

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """The log groups that earlier files of the project write to, of each file that starts something, in order."""

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later files of the project write to; in large projects those of the next files only."""

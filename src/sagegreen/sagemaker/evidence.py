"""What the other files of a project say, as far as a judgement of one file depends on it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sagegreen.sagemaker.program import Program


@dataclass(frozen=True, slots=True)
class JobShape:
    """What a warm pool compares: a later job uses the instances of an earlier one of the same shape."""

    role: str | None
    instance_type: str | None
    instance_count: int | None


@dataclass(frozen=True, slots=True)
class ScriptUse:
    """A job that runs a script, as far as a reader of the script wants to know of it.

    Attributes:
        script: the script's path, relative to the folder of the file that defines the job, unless absolute.
        file: the file that defines the job.
        cell: the notebook's cell.
        row: of the definition, in its cell.
        kind: what the job is, in the inventory's words.
        api: the dialect.
        class_name: the last part of what is called.
        instance_types: those that are known.
        instance_count: where it is known.
    """

    script: str
    file: str
    cell: int | None
    row: int
    kind: str
    api: str
    class_name: str
    instance_types: tuple[str, ...] = ()
    instance_count: int | None = None

    @property
    def label(self) -> str:
        """How a message names the job: ``` `PyTorch` in `train.ipynb`, cell 3 ```."""
        name = self.file.replace("\\", "/").rpartition("/")[2]
        return f"`{self.class_name}` in `{name}`, " + (f"cell {self.cell}" if self.cell else f"line {self.row}")


#: The sets of names in what a file offers.
_TEXTS = ("log_groups", "retention", "deletions", "scalings", "updates")


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
        scripts: which jobs run which scripts.
    """

    starts: bool = False
    log_groups: frozenset[str] = frozenset()
    retention: frozenset[str | None] = frozenset()
    deletions: frozenset[str | None] = frozenset()
    scalings: frozenset[str | None] = frozenset()
    updates: frozenset[str | None] = frozenset()
    jobs: frozenset[JobShape] = frozenset()
    scripts: frozenset[ScriptUse] = frozenset()

    def as_json(self) -> dict[str, object]:
        """For storage; :meth:`from_json` reads it."""
        return {
            **{name: sorted(getattr(self, name), key=str) for name in _TEXTS},
            "starts": self.starts,
            "jobs": sorted((list(astuple(job)) for job in self.jobs), key=str),
            "scripts": sorted((list(astuple(use)) for use in self.scripts), key=str),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Evidence:
        """What was stored.

        Raises:
            KeyError, TypeError, ValueError: it is not what :meth:`as_json` made.
        """
        texts = {name: frozenset(stored[name]) for name in _TEXTS}
        if not all(text is None or isinstance(text, str) for group in texts.values() for text in group):
            raise ValueError("names are texts")
        scripts = []
        for script, file, cell, row, kind, api, class_name, types, count in stored["scripts"]:
            scripts.append(ScriptUse(script, file, cell, row, kind, api, class_name, tuple(types), count))
        return cls(
            starts=bool(stored["starts"]),
            jobs=frozenset(JobShape(*job) for job in stored["jobs"]),
            scripts=frozenset(scripts),
            **texts,
        )

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
            self.scripts | other.scripts,
        )


@dataclass(frozen=True, eq=False)
class Source:
    """A script that a job names, found in the project.

    Attributes:
        name: its path as a reader of the project would give it.
        text: the Python of the script itself.
        surroundings: the Python files that travel with it, its ``source_dir``.
        analyzed: what it does; ``None`` where that cannot be read.
        whole: whether all of these files were read.
    """

    name: str
    text: str
    surroundings: tuple[str, ...]
    analyzed: Callable[[], Program | None]
    whole: bool = True


class ProjectEvidence(Protocol):
    """What a program may ask about the other files of its project."""

    def mentions(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the text of any other file or module matches; the cheapest question, for what may stand elsewhere."""

    def programs(self, pattern: re.Pattern[bytes]) -> Iterator[Program]:
        """The other files and modules whose text matches, analyzed; ask only where a finding depends on it."""

    def script(self, path: str, folder: str | None) -> Source | None:
        """A script by its path relative to the file, or to a folder above it, in the project.

        Args:
            path: with forward slashes.
            folder: the one that travels with it, likewise; ``None`` where the script goes alone.
        """

    def uses_of(self, name: str | None) -> tuple[ScriptUse, ...]:
        """The jobs of the project that run this file, or the module that a cell of it writes under a name."""

    def elsewhere(self, names: Collection[str]) -> Evidence:
        """What the other files say of the deletion and scaling of endpoints of these names, and of jobs beside them."""

    def retention(self) -> frozenset[str | None]:
        """The log groups whose retention any other file limits."""

    def log_groups_before(self) -> Iterator[frozenset[str]]:
        """The log groups that earlier files of the project write to, of each file that starts something, in order."""

    def log_groups_after(self) -> frozenset[str]:
        """The log groups that later files of the project write to; in large projects those of the next files only."""

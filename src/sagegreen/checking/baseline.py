"""Findings that a project has decided to live with for now: known by what they are, not by the line they stand on."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sagegreen.checking.builtin import InternalError, Unparsable
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.fingerprints import Identity, identity
from sagegreen.documents.regular_files import read_regular_file
from sagegreen.documents.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from sagegreen.checking.files import FileResult

_VERSION = 1
#: What concerns the analysis itself is never an old debt.
_NEVER = frozenset({InternalError.code, Unparsable.code})


@dataclass(frozen=True)
class Baseline:
    """How often each finding is accepted, by file.

    Attributes:
        entries: path, relative to the baseline's folder and with forward slashes -> finding -> how often.
    """

    entries: dict[str, Counter[Identity]]

    @classmethod
    def of(cls, results: Iterable[FileResult], folder: Path) -> Baseline:
        """A baseline of all findings.

        Args:
            results: of a run.
            folder: of the baseline's file.
        """
        entries: dict[str, Counter[Identity]] = {}
        for result in results:
            found = Counter(found for _, found in _identified(result) if found is not None)
            if found:
                entries[_key(result.path, folder)] = found
        return cls(entries)

    @classmethod
    def read(cls, file: Path) -> Baseline:
        """A baseline from its file.

        Raises:
            SagegreenError: it cannot be read, or is none.
        """
        try:
            stored = json.loads(read_regular_file(file).decode("utf-8"))
            if stored["version"] != _VERSION:
                raise SagegreenError(f"`{file}` is a baseline of another version of sagegreen; write it again")
            return cls(
                {
                    str(path): Counter(
                        {
                            Identity(str(entry["code"]), str(entry["scope"]), str(entry["text"])): int(entry["count"])
                            for entry in found
                        }
                    )
                    for path, found in stored["findings"].items()
                }
            )
        except OSError as error:
            raise SagegreenError(
                f"cannot read the baseline `{file}`: {error.strerror or error}; --write-baseline makes one"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SagegreenError(f"`{file}` is no baseline; --write-baseline makes one") from error

    def write(self, file: Path) -> None:
        """Keep it in a file, all or nothing; the same baseline always makes the same text.

        Raises:
            SagegreenError: the file cannot be written.
        """
        stored = {"version": _VERSION, "findings": {path: _stored(self.entries[path]) for path in sorted(self.entries)}}
        text = json.dumps(stored, indent=2, ensure_ascii=False) + "\n"
        try:
            write_atomically(file, text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise SagegreenError(f"cannot write `{file}`: {error.strerror or error}") from error

    @property
    def count(self) -> int:
        """How many findings it accepts."""
        return sum(found.total() for found in self.entries.values())

    def without(self, results: Sequence[FileResult], folder: Path) -> list[FileResult]:
        """The results without the findings that are accepted."""
        kept = []
        for result in results:
            left = Counter(self.entries.get(_key(result.path, folder), Counter()))
            findings = []
            for finding, found in _identified(result):
                if found is not None and left[found] > 0:
                    left[found] -= 1
                else:
                    findings.append(finding)
            kept.append(replace(result, findings=tuple(findings)))
        return [result for result in kept if result.findings or result.applied or result.error]

    def stale(
        self, results: Iterable[FileResult], folder: Path, looked_at: Collection[Path], codes: Collection[str]
    ) -> Baseline:
        """What it accepts and no run finds any more.

        Args:
            results: of a run, nothing taken out.
            folder: of the baseline's file.
            looked_at: the files of the run (absolute); of others nothing can be said, unless they are gone.
            codes: the rules that ran.
        """
        found = {_key(result.path, folder): result for result in results}
        looked = {_key(path, folder) for path in looked_at}
        stale: dict[str, Counter[Identity]] = {}
        for path, accepted in self.entries.items():
            if path not in looked and (folder / path).exists():
                continue
            present = Counter(
                known for _, known in (_identified(found[path]) if path in found else ()) if known is not None
            )
            gone = Counter({entry: count for entry, count in accepted.items() if entry.code in codes}) - present
            if gone:
                stale[path] = gone
        return Baseline(stale)

    def minus(self, other: Baseline) -> Baseline:
        """Without what another one holds."""
        left = {path: found - other.entries.get(path, Counter()) for path, found in self.entries.items()}
        return Baseline({path: found for path, found in left.items() if found})


def _identified(result: FileResult) -> Iterator[tuple[Any, Identity | None]]:
    for finding in result.findings if result.document is not None else ():
        known = None if finding.code in _NEVER or result.document is None else identity(result.document, finding)
        yield finding, known


def _key(path: Path, folder: Path) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _stored(found: Counter[Identity]) -> list[dict[str, object]]:
    return [{**entry._asdict(), "count": count} for entry, count in sorted(found.items())]

"""What a process costs: wall time, processor time, memory; several contestants in turns, so that noise hits all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ONCE = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPROFILEIMPORTTIME"}
_PATIENCE = 60.0  # seconds, after which a slow process is not run again
_KIBI = 1 if sys.platform == "darwin" else 1024  # the unit in which the system reports memory


class FailedError(Exception):
    """A process did not do its work; the message is one line."""


@dataclass(frozen=True)
class Command:
    """A process to be measured.

    Attributes:
        words: the program and its arguments.
        codes: the exit codes of a run that did its work.
        before: is called before each run, unmeasured.
    """

    name: str
    words: tuple[str, ...]
    codes: frozenset[int] = frozenset({0})
    before: Callable[[], None] | None = None


@dataclass(frozen=True)
class Run:
    """One run of a process with its children.

    Attributes:
        wall: seconds from start to end.
        processor: seconds that it and its children computed, in user and system mode.
        peak: the memory of the largest single process, in bytes.
        output: what it wrote to its standard output.
    """

    wall: float
    processor: float
    peak: int
    output: str


@dataclass
class Measured:
    """All runs of a command, or why there are none."""

    command: Command
    runs: list[Run] = field(default_factory=list)
    failure: str = ""

    @property
    def best(self) -> float:
        """The wall time of the fastest run: the one that was disturbed least."""
        return min(run.wall for run in self.runs)

    @property
    def median(self) -> float:
        """The median of the wall times."""
        return median(run.wall for run in self.runs)

    @property
    def processor(self) -> float:
        """The processor time of the cheapest run."""
        return min(run.processor for run in self.runs)

    @property
    def peak(self) -> int:
        """The largest memory that a run needed in one process."""
        return max(run.peak for run in self.runs)


def environment() -> Mapping[str, str]:
    """The environment of all measured processes: bytecode is kept, as after an installation; nothing phones home."""
    kept = {name: value for name, value in os.environ.items() if name not in _ONCE}
    return kept | {"NO_COLOR": "1", "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


def run(command: Command) -> Run:
    """Run a process to its end.

    Raises:
        FailedError: it could not be started, or ended with another exit code than those of the command.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        try:
            process = subprocess.Popen(
                command.words,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        except OSError as error:
            raise FailedError(f"{command.name} cannot be started: {error.strerror or error}") from error
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # interrupted: nothing may go on in a folder that is removed
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - begun
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in command.codes:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise FailedError(f"{command.name} ended with exit code {code}: {said[-1] if said else 'no message'}")
        output.seek(0)
        return Run(
            wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _KIBI, output.read().decode(errors="replace")
        )


def in_turns(commands: Sequence[Command], rounds: int) -> dict[str, Measured]:
    """Run each command once in each round; one that fails, or that has taken its time, is left out from then on.

    Args:
        commands: of different names.
        rounds: how often.
    """
    measured = {command.name: Measured(command) for command in commands}
    for _ in range(rounds):
        for entry in measured.values():
            if entry.failure or sum(run.wall for run in entry.runs) > _PATIENCE:
                continue
            if entry.command.before is not None:
                entry.command.before()
            try:
                entry.runs.append(run(entry.command))
            except FailedError as error:
                entry.failure = str(error)
    return measured

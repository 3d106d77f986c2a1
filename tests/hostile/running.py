"""The program as its users start it, with limits on time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What is hostile hangs rather than fails; nothing here takes a tenth of it.
PATIENCE = 120
INSTALLED = Path(sys.executable).with_name("sagegreen")

#: SG323 has a safe fix, SG322 an unsafe one.
TUNER = """\
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

tuner = HyperparameterTuner(
    estimator,
    "validation:auc",
    {"eta": ContinuousParameter(0, 1)},
    strategy="Random",
    max_jobs=20,
)
tuner.fit("s3://bucket/train")
"""


@dataclass(frozen=True)
class Ended:
    """What a run of the program came to."""

    code: int
    out: str
    err: str

    def lines(self) -> list[str]:
        """What it said beside its report."""
        return self.err.splitlines()


def run_program(
    *arguments: str | Path,
    cwd: Path,
    command: tuple[str, ...] = (str(INSTALLED),),
    env: Mapping[str, str] | None = None,
    memory: int | None = None,
    user: int | None = None,
    feed: bytes | None = None,
    patience: float = PATIENCE,
) -> Ended:
    """Run the installed program.

    Args:
        command: what is started, if not ``sagegreen``.
        env: variables that differ from those of the tests.
        memory: bytes of address space that it may have.
        user: the number of the user it runs as.
        feed: its standard input.
        patience: seconds that it may take.
    """

    def limited() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": "", "NO_COLOR": "1"} | dict(env or {}),
        input=feed if feed is not None else b"",
        capture_output=True,
        check=False,
        timeout=patience,
        user=user,
        preexec_fn=limited if memory is not None else None,
    )
    ended = Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    assert "Traceback" not in ended.out + ended.err, ended.err
    return ended

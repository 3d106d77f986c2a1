"""The tools that sagegreen is compared with: each in a virtual environment of its own, from its released package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from measuring import Command, FailedError, run

_RULES = Path(__file__).with_name("semgrep_rules.yml")
_MARK = ".installed"


@dataclass(frozen=True)
class Peer:
    """A tool of others.

    Attributes:
        requirement: what is installed; what it needs itself is pip's choice.
        program: its name among the programs of its environment.
        before: arguments before the paths: all of its files, nothing kept between runs, no configuration of ours.
        codes: the exit codes with which it ends after it has looked at everything.
        remark: what it does.
    """

    name: str
    requirement: str
    program: str
    before: tuple[str, ...]
    codes: frozenset[int]
    remark: str

    def folder(self, environments: Path) -> Path:
        """Its environment; another release has another."""
        return environments / self.requirement.replace("==", "-")

    def command(self, environments: Path, *paths: Path) -> Command:
        """The process that checks some paths."""
        program = self.folder(environments) / "bin" / self.program
        return Command(self.name, (str(program), *self.before, *map(str, paths)), self.codes)


RUFF = Peer(
    "ruff", "ruff==0.17.6", "ruff", ("check", "--no-cache", "--isolated"), frozenset({0, 1}), "its default rules"
)
SEMGREP = Peer(
    "semgrep",
    "semgrep==1.185.0",
    "semgrep",
    ("scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--config", str(_RULES)),
    frozenset({0, 1}),
    "three rules of ours in its language",
)
TORCHFIX = Peer("TorchFix", "torchfix==0.7.0", "torchfix", (), frozenset({0, 1}), "its default rules, by LibCST")
PYLINT = Peer(
    "pylint",
    "pylint==4.1.4",
    "pylint",
    ("--rcfile=/dev/null", "--persistent=n", "--recursive=y", "--disable=all", "--enable=unused-import"),
    frozenset(range(32)),  # bits for the kinds of messages; 32 is wrong usage
    "one rule",
)
FLAKE8 = Peer("flake8", "flake8==7.5.0", "flake8", ("--isolated", "--select=F"), frozenset({0, 1}), "pyflakes only")
FIXIT = Peer(
    "Fixit",
    "fixit==2.2.1",
    "fixit",
    ("lint",),
    frozenset(range(4)),  # 1: findings, 2: files that it cannot parse
    "its default rules, by LibCST",
)

PEERS = (RUFF, SEMGREP, TORCHFIX, PYLINT, FLAKE8, FIXIT)


def install(peer: Peer, environments: Path) -> None:
    """Make the environment of a peer, unless it is there, and let it compile its bytecode in one run.

    Raises:
        FailedError: it cannot be installed or does not run.
    """
    folder = peer.folder(environments)
    mark = folder / _MARK
    if mark.is_file():
        return
    print(f"installing {peer.requirement} into {folder}", file=sys.stderr, flush=True)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise FailedError(f"no environment for {peer.name}: {error}") from error
    pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(Command(f"pip install {peer.requirement}", (*pip, peer.requirement)))
    once = folder / "once.py"
    once.write_text("import json\n", encoding="utf-8")
    run(peer.command(environments, once))
    mark.touch()

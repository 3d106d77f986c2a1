"""What all scenes share: the corpus, the program, the peers that run here, how large and how often."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import Corpus, copied, corpus
from measuring import Command, FailedError, run
from peers import Peer, install

if TYPE_CHECKING:
    from collections.abc import Iterable

SAGEGREEN = "sagegreen"
_CODES = frozenset({0, 1})


@dataclass(frozen=True)
class Sizes:
    """How large the generated code is.

    Attributes:
        monorepo: scripts of the monorepo.
        monorepo_mentioning: how many of them mention SageMaker.
        files: of the smallest of the growing trees; each next one has twice as many.
        lines: of the smallest of the growing files.
        doublings: how often trees and files are doubled.
        buffer: lines of the text in the editor.
        changes: how often it is changed.
        starts: the fewest runs of a process that is over at once.
    """

    monorepo: int = 20_000
    monorepo_mentioning: int = 50
    files: int = 50
    lines: int = 1_000
    doublings: int = 4
    buffer: int = 1_000
    changes: int = 20
    starts: int = 10


SMALL = Sizes(monorepo=20, monorepo_mentioning=2, files=2, lines=40, doublings=1, buffer=300, changes=3, starts=1)


@dataclass
class Bench:
    """Where and how is measured.

    Attributes:
        folder: the corpus, as the user gave it; it is only read.
        temporary: everything generated is written here.
        rounds: runs of each process.
        environments: of the peers; ``None`` to measure without them.
    """

    folder: Path
    temporary: Path
    rounds: int
    sizes: Sizes
    environments: Path | None
    _failures: dict[str, str] = field(default_factory=dict)
    _installed: set[str] = field(default_factory=set)

    @cached_property
    def scripts(self) -> Corpus:
        """The scripts of the corpus alone, with their folders, in a tree of their own."""
        target = self.temporary / "scripts"
        copied(self.folder, target, ".py")
        return corpus(target)

    def sagegreen(
        self,
        *paths: Path,
        name: str = SAGEGREEN,
        options: Iterable[str] = ("--no-cache",),
        rules: Iterable[str] = ("--select", "ALL"),
    ) -> Command:
        """The program on some paths, by default with all rules; no configuration, the whole report."""
        script = Path(sys.executable).with_name("sagegreen")
        program = (str(script),) if script.exists() else (sys.executable, "-m", "sagegreen")
        return Command(name, (*program, "check", "--isolated", *rules, *options, *map(str, paths)), _CODES)

    def peer(self, peer: Peer, *paths: Path) -> Command | None:
        """A peer on some paths; nothing where it cannot be installed here, or shall not run."""
        if self.environments is None or peer.name in self._failures:
            return None
        if peer.name not in self._installed:
            try:
                install(peer, self.environments)
            except FailedError as error:
                self._failures[peer.name] = str(error)
                return None
            self._installed.add(peer.name)
        return peer.command(self.environments, *paths)

    def why_not(self, peer: Peer) -> str:
        """Why a peer does not run."""
        return self._failures.get(peer.name, "peers were left out")


def compile_bytecode() -> None:
    """Compile the program under test, as pip does when it installs.

    Raises:
        FailedError: its bytecode cannot be written.
    """
    packages = [find_spec(name) for name in ("sagegreen", "sagegreen_checks", "libcst")]
    folders = [folder for spec in packages if spec for folder in spec.submodule_search_locations or ()]
    run(Command("compileall", (sys.executable, "-m", "compileall", "-q", *folders)))

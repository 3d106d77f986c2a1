"""The interpreters of this machine, and environments made with them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_VERSION = re.compile(r"python(3\.\d+)(?:\.exe)?")
OLDEST = (3, 10)


@cache
def interpreters() -> dict[tuple[int, int], str]:
    """The supported CPythons that are installed here, on the path or by pyenv, by version."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders += sorted(pyenv.glob("3.*/bin"))
    found = {sys.version_info[:2]: sys.executable}
    for folder in folders:
        for file in sorted(folder.glob("python3.*")):
            match = _VERSION.fullmatch(file.name)
            if match is None or "shims" in folder.parts:
                continue
            version = (3, int(match[1].partition(".")[2]))
            if version >= OLDEST and version not in found and _works(file):
                found[version] = str(file)
    return dict(sorted(found.items()))


def _works(file: Path) -> bool:
    probe = [str(file), "-c", "import sys, ssl, venv; sys.exit(sys.implementation.name != 'cpython')"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Environment:
    """A virtual environment.

    Attributes:
        folder: that holds its programs.
    """

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return self.program("python")

    def program(self, name: str) -> str:
        """One of its programs."""
        return str(self.folder / name)

    def versions(self) -> dict[str, str]:
        """What is installed."""
        done = subprocess.run(
            [self.python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return dict(line.lower().split("==") for line in done.stdout.splitlines() if "==" in line)


def make_environment(folder: Path, interpreter: str, *requirements: str) -> Environment:
    """A new environment with what is asked for, from the package index."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([interpreter, "-m", "venv", str(folder)], check=True)
    made = Environment(folder / ("Scripts" if os.name == "nt" else "bin"))
    command = [made.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", *requirements]  # a bound without a wheel for this CPython is no honest one
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return made

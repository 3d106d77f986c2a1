"""Installs the releases that are read: sources only, one folder each; and the complete environments on demand."""

import subprocess
import sys
import venv
from pathlib import Path

from .releases import COMPLETE, Release

_MARKER = ".installed"


def source_directory(environments: Path, release: Release) -> Path:
    """Where the sources of ``release`` are or will be."""
    return environments / "sources" / release.requirements[0].replace("==", "-")


def install_sources(environments: Path, release: Release) -> Path:
    """Download the distributions of ``release`` without their dependencies; nothing of them is imported."""
    directory = source_directory(environments, release)
    marker = directory / _MARKER
    wanted = "\n".join(release.requirements)
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        _pip(
            sys.executable, "--no-deps", "--no-compile", "--upgrade", "--target", str(directory), *release.requirements
        )
        marker.write_text(wanted, encoding="utf-8")
    return directory


def install_complete(environments: Path, name: str) -> Path:
    """A runnable virtual environment with all dependencies; the path of its interpreter."""
    directory = environments / name
    python = directory / "bin" / "python"
    marker = directory / _MARKER
    wanted = "\n".join(COMPLETE[name])
    if not python.exists() or not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        venv.create(directory, with_pip=True, clear=True)
        _pip(str(python), "--no-compile", *COMPLETE[name])  # most of it is never imported
        marker.write_text(wanted, encoding="utf-8")
    return python


def _pip(python: str, *arguments: str) -> None:
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True)

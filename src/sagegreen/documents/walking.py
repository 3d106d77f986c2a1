"""Going through folders, on plain strings: nothing here is slow to import, and nothing is done for each entry twice."""

from __future__ import annotations

import os

from sagegreen.documents.ignore_files import ignore_file, ignore_files_above, is_ignored

# Not even `typing` and `re` are loaded: a run that finds nothing to judge loads this module and little else.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    class Pattern(Protocol):
        """Matches paths."""

        def matches_path(self, name: str, path: str) -> bool:
            """Whether an absolute path, of which this is the last name, is meant."""

    class Exclusions(Protocol):
        """What is left out among the entries of a folder."""

        @property
        def names(self) -> frozenset[str]:
            """Left out wherever they stand."""

        @property
        def wider(self) -> Sequence[Pattern]:
            """The other patterns."""

        @property
        def respect_gitignore(self) -> bool:
            """Whether ``.gitignore`` files count."""


SUFFIXES = (".py", ".pyi", ".ipynb")

# ruff's list, so that nobody has to learn another one.
DEFAULT_EXCLUDES = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox",
    ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".sagegreen_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

_IGNORE_FILE = ".gitignore"


def walk(root: str, exclusions_for: Callable[[str], Exclusions]) -> Iterator[str]:
    """The scripts and notebooks below a folder, in no particular order; links to folders are not followed.

    Args:
        root: an absolute path.
        exclusions_for: what is left out among the entries of an (absolute) folder.
    """
    pending = [(root, ignore_files_above(root))]
    while pending:
        folder, ignore_files = pending.pop()
        exclusions = exclusions_for(folder)
        names, wider = exclusions.names, exclusions.wider
        try:
            with os.scandir(folder) as listed:
                entries = list(listed)
        except OSError:
            continue  # what may not be listed is not ours
        start = os.path.join(folder, "")  # noqa: PTH118 - strings, not paths
        if exclusions.respect_gitignore and any(entry.name == _IGNORE_FILE for entry in entries):
            ignore_files += ignore_file(start + _IGNORE_FILE, folder)
        ignored_by = ignore_files if exclusions.respect_gitignore else ()
        folders = []
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not name.lower().endswith(SUFFIXES):
                continue
            path = start + name
            if name in names or (wider and any(pattern.matches_path(name, path) for pattern in wider)):
                continue
            if ignored_by and is_ignored(path, ignored_by, is_folder=is_folder):
                continue
            if is_folder:
                folders.append((path, ignore_files))
            elif _is_file(entry):
                yield path
        folders.sort()  # so that of several malformed configurations always the same one is reported
        pending += folders


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads round in a circle
        return False

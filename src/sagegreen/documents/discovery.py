"""Which files are looked at: scripts and notebooks below the given paths, less what is excluded or ignored by git."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".pyi", ".ipynb")

# ruff's list, so that nobody has to learn another one.
DEFAULT_EXCLUDES = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox",
    ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".sagegreen_cache", ".svn", ".tox", ".venv",
    ".vscode", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

#: In bytes. GitHub's templates, all of them together, are half as large.
_LARGEST_IGNORE_FILE = 500_000
#: Between two slashes of a pattern, and as many times two asterisks on their own.
_MOST_ASTERISKS = 3
_MOST_CHOICES = 1000


def absolute_path(path: Path) -> Path:
    """The path from the root, without ``..``; links are not resolved, so that a user recognises what they named."""
    return Path(os.path.abspath(path))  # noqa: PTH100


class UnusablePathError(Exception):
    """A path that was asked for cannot be looked at; the message is for the user."""


@dataclass(frozen=True)
class PathPattern:
    """A glob that matches a path's last name, or its whole path from ``base``; as in ruff, ``*`` crosses folders."""

    pattern: str
    base: Path

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        pattern = self.pattern.rstrip("/") or self.pattern
        return _expression(pattern), _expression(os.path.normpath(self.base / pattern))

    @property
    def problem(self) -> str | None:
        """Why it is not taken, if so: it would cost seconds for each path."""
        if self.pattern.count("/**/") > _MOST_ASTERISKS:
            return f"it holds `/**/` more than {_MOST_ASTERISKS} times"
        try:
            _expression(self.pattern)
        except ValueError as error:
            return str(error)
        return None

    def matches(self, path: Path) -> bool:
        """Whether an absolute path is meant."""
        name, whole = self._expressions
        return bool(name.fullmatch(path.name) or whole.fullmatch(str(path)))


@dataclass(frozen=True)
class Exclusions:
    """What is left out below a folder.

    Attributes:
        patterns: left out, with everything below.
        respect_gitignore: whether ``.gitignore`` files count.
        force: whether ``patterns`` also hold for files that were named one by one.
    """

    patterns: tuple[PathPattern, ...] = ()
    respect_gitignore: bool = True
    force: bool = False

    def exclude(self, path: Path) -> bool:
        """Whether a pattern matches this absolute path itself."""
        return any(pattern.matches(path) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class DiscoveredFile:
    """A file to look at.

    Attributes:
        path: absolute, symbolic links not resolved.
        explicit: named by the user, rather than found in a folder.
    """

    path: Path
    explicit: bool


@dataclass(frozen=True)
class Discovery:
    """The files to look at, sorted by path, and one line for each path that was given but is no regular file."""

    files: tuple[DiscoveredFile, ...]
    skipped: tuple[str, ...] = ()


def discover(paths: Iterable[Path], exclusions_for: Callable[[Path], Exclusions]) -> Discovery:
    """Find the scripts and notebooks to look at.

    A file that is named is taken whatever its suffix; links to folders are not followed below a given path, so there
    are no loops.

    Args:
        paths: files and folders.
        exclusions_for: what is left out among the entries of an (absolute) folder.

    Raises:
        UnusablePathError: a path does not exist or a given folder cannot be listed.
    """
    found: dict[Path, DiscoveredFile] = {}
    skipped: list[str] = []
    for given in paths:
        path = absolute_path(given)
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise UnusablePathError(f"cannot look at `{given}`: {error.strerror or error}") from error
        except ValueError as error:  # a null character in the name
            raise UnusablePathError(f"cannot look at {str(given)!r}: {error}") from error
        if stat.S_ISDIR(mode):
            for file in _walk_given(path, given, exclusions_for):
                found.setdefault(file, DiscoveredFile(file, explicit=False))
        elif not stat.S_ISREG(mode):
            skipped.append(f"`{given}` is no regular file and was skipped")
        elif not forced_out(path, exclusions_for):
            found[path] = DiscoveredFile(path, explicit=True)
    return Discovery(tuple(found[path] for path in sorted(found)), tuple(skipped))


def _walk_given(root: Path, given: Path, exclusions_for: Callable[[Path], Exclusions]) -> Iterator[Path]:
    if forced_out(root, exclusions_for):
        return
    try:
        os.scandir(root).close()
    except OSError as error:
        raise UnusablePathError(f"cannot look into `{given}`: {error.strerror or error}") from error
    yield from _walk(root, _IgnoreFiles.above(root), exclusions_for)


def _walk(folder: Path, ignore_files: _IgnoreFiles, exclusions_for: Callable[[Path], Exclusions]) -> Iterator[Path]:
    pending = [(folder, ignore_files)]
    while pending:
        folder, ignore_files = pending.pop()
        exclusions = exclusions_for(folder)
        if exclusions.respect_gitignore:
            ignore_files = ignore_files.with_folder(folder)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue  # below a given folder, what may not be listed is not ours
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.name.lower().endswith(SUFFIXES):
                continue
            if exclusions.exclude(path):
                continue
            if exclusions.respect_gitignore and ignore_files.ignore(path, is_folder=is_folder):
                continue
            if is_folder:
                pending.append((path, ignore_files))
            elif _is_file(entry):
                yield path


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads round in a circle
        return False


def forced_out(path: Path, exclusions_for: Callable[[Path], Exclusions]) -> bool:
    """Whether an (absolute) path is left out although it was named."""
    exclusions = exclusions_for(path.parent)
    return exclusions.force and any(exclusions.exclude(part) for part in (path, *path.parents) if part.name)


@dataclass(frozen=True)
class _IgnoreFiles:
    """The ``.gitignore`` files that count in a folder, the outermost first."""

    specifications: tuple[tuple[Path, GitIgnoreSpec], ...] = field(default=())

    @classmethod
    def above(cls, folder: Path) -> _IgnoreFiles:
        """Those of the folders above, up to the root of the repository; none outside a repository."""
        parents = list(folder.parents)
        if (folder / ".git").exists():
            return cls(tuple(_specifications(folder / ".git" / "info" / "exclude", folder)))
        repository = next((index for index, parent in enumerate(parents) if (parent / ".git").exists()), None)
        if repository is None:
            return cls()
        root = parents[repository]
        files = cls(tuple(_specifications(root / ".git" / "info" / "exclude", root)))
        for parent in reversed(parents[: repository + 1]):
            files = files.with_folder(parent)
        return files

    def with_folder(self, folder: Path) -> _IgnoreFiles:
        """With the folder's own file, where it has one."""
        more = tuple(_specifications(folder / ".gitignore", folder))
        return _IgnoreFiles(self.specifications + more) if more else self

    def ignore(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git would ignore the path: the innermost file that says something decides."""
        for base, specification in reversed(self.specifications):
            relative = path.relative_to(base).as_posix() + ("/" if is_folder else "")
            verdict = specification.check_file(relative).include
            if verdict is not None:
                return verdict
        return False


def _specifications(file: Path, base: Path) -> Iterator[tuple[Path, GitIgnoreSpec]]:
    try:
        raw = read_regular_file(file, _LARGEST_IGNORE_FILE)
    except OSError:  # most folders have none; one that is no file, or larger than anybody writes, is none
        return
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if not _explodes(line)]
    from pathspec import GitIgnoreSpec

    try:
        yield base, GitIgnoreSpec.from_lines(lines)
    except ValueError:  # git leaves out a pattern it cannot read and keeps the others
        yield base, GitIgnoreSpec.from_lines(line for line in lines if _readable(line))


def _explodes(line: str) -> bool:
    """Whether trying a pattern on a long name may take seconds: its asterisks become nested loops."""
    if line.count("*") <= _MOST_ASTERISKS:
        return False
    parts = [re.sub(r"\*{2,}", "**", part) for part in line.strip().split("/")]
    inside = max(part.replace("**", "*").count("*") for part in parts)
    return max(inside, parts.count("**")) > _MOST_ASTERISKS


def _readable(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("|".join(_translated(part) for part in _braces(pattern)))


def _translated(pattern: str) -> str:
    # fnmatch has no `**`: between two folders it also means none at all.
    pieces = (translate(piece)[len("(?s:") : -len(r")\Z")] for piece in pattern.split("/**/"))
    return f"(?s:{'/(?:.*/)?'.join(pieces)})"


def _braces(pattern: str) -> list[str]:
    """``*.{py,pyi}`` as ``*.py`` and ``*.pyi``."""
    written, pending = [], [pattern]
    while pending:
        pattern = pending.pop()
        match = re.search(r"\{([^{}]*)\}", pattern)
        if not match:
            written.append(pattern)
            continue
        choices = match[1].split(",")
        pending += (pattern[: match.start()] + choice + pattern[match.end() :] for choice in reversed(choices))
        if len(written) + len(pending) > _MOST_CHOICES:
            raise ValueError(f"its braces stand for more than {_MOST_CHOICES:,} patterns")
    return written

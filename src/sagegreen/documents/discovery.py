"""Which files are looked at: scripts and notebooks below the given paths, less what is excluded or ignored by git."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.documents.walking import DEFAULT_EXCLUDES, SUFFIXES, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "DEFAULT_EXCLUDES",
    "SUFFIXES",
    "DiscoveredFile",
    "Discovery",
    "Exclusions",
    "PathPattern",
    "UnusablePathError",
    "absolute_path",
    "discover",
    "files_below",
    "forced_out",
]

#: In a pattern: folders of any depth.
_MOST_ASTERISKS = 3
_MOST_CHOICES = 1000
_WILDCARD = re.compile(r"[*?\[{]")


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
    def name(self) -> str | None:
        """The last name of all paths that it matches, where it says no more than that."""
        stripped = self._stripped
        plain = stripped not in ("", ".", "..") and not _WILDCARD.search(stripped)
        return stripped if plain and os.path.basename(stripped) == stripped else None  # noqa: PTH119

    @property
    def _stripped(self) -> str:
        return self.pattern.rstrip("/") or self.pattern

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return _expression(self._stripped), _expression(os.path.normpath(self.base / self._stripped))

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
        return self.matches_path(path.name, str(path))

    def matches_path(self, name: str, path: str) -> bool:
        """Whether an absolute path, of which this is the last name, is meant."""
        if self.name is not None:
            return name == self.name
        last, whole = self._expressions
        return bool(last.fullmatch(name) or whole.fullmatch(path))


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

    @property
    def usual(self) -> bool:
        """Whether they are those of a folder for which nothing is configured."""
        return (
            self.respect_gitignore and not self.force and not self.wider and self.names == frozenset(DEFAULT_EXCLUDES)
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The patterns that are mere names."""
        return frozenset(pattern.name for pattern in self.patterns if pattern.name is not None)

    @cached_property
    def wider(self) -> tuple[PathPattern, ...]:
        """The other patterns."""
        return tuple(pattern for pattern in self.patterns if pattern.name is None)

    def exclude(self, path: Path) -> bool:
        """Whether a pattern matches this absolute path itself."""
        name, whole = path.name, str(path)
        return name in self.names or any(pattern.matches_path(name, whole) for pattern in self.wider)


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
    explicit: dict[str, bool] = {}
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
            if forced_out(path, exclusions_for):
                continue
            try:
                os.scandir(path).close()
            except OSError as error:
                raise UnusablePathError(f"cannot look into `{given}`: {error.strerror or error}") from error
            for file in walk(str(path), lambda folder: exclusions_for(Path(folder))):
                explicit.setdefault(file, False)
        elif not stat.S_ISREG(mode):
            skipped.append(f"`{given}` is no regular file and was skipped")
        elif not forced_out(path, exclusions_for):
            explicit[str(path)] = True
    files = tuple(DiscoveredFile(Path(file), explicit[file]) for file in sorted(explicit, key=_by_parts))
    return Discovery(files, tuple(skipped))


def _by_parts(path: str) -> str:
    """Orders paths as `pathlib` does, which is slow at it: a separator comes before whatever a name may hold."""
    return os.path.normcase(path).replace(os.sep, "\0")


def files_below(folder: Path, files: Sequence[Path]) -> Sequence[Path]:
    """Those of some files that are in a folder or below, found without a look at the others.

    Args:
        folder: absolute, without ``..``.
        files: in the order in which :func:`discover` gives them.
    """
    key = _by_parts(str(folder)).rstrip("\0")

    def key_of(file: Path) -> str:
        return _by_parts(str(file))

    return files[bisect_left(files, f"{key}\0", key=key_of) : bisect_left(files, f"{key}\1", key=key_of)]


def forced_out(path: Path, exclusions_for: Callable[[Path], Exclusions]) -> bool:
    """Whether an (absolute) path is left out although it was named."""
    exclusions = exclusions_for(path.parent)
    return exclusions.force and any(exclusions.exclude(part) for part in (path, *path.parents) if part.name)


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

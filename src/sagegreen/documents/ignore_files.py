"""What git ignores: the ``.gitignore`` files that count in a folder, read by pathspec where there are any."""

from __future__ import annotations

import os

from sagegreen.documents.regular_files import read_regular_file

TYPE_CHECKING = False  # `typing` is slow to load, and most runs need nothing else here
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec

#: In bytes. GitHub's templates, all of them together, are half as large.
_LARGEST = 500_000
#: Between two slashes of a pattern, and as many times two asterisks on their own.
_MOST_ASTERISKS = 3


class IgnoreFile:
    """One such file.

    Args:
        base: the folder that its patterns are relative to, with a separator at the end.
        lines: its patterns.
    """

    __slots__ = ("_lines", "_needles", "_patterns", "base")

    def __init__(self, base: str, lines: list[str]) -> None:
        self.base = base
        self._lines = lines
        self._needles = {_needle(line) for line in lines}
        self._patterns: GitIgnoreSpec | None = None

    def verdict(self, relative: str) -> bool | None:
        """Whether a path is ignored, ``None`` where the file does not say; a folder ends in a slash."""
        for text, goes_on in self._needles:
            if text in relative and (not goes_on or _goes_on(relative, text)):
                return self._specification().check_file(relative).include
        return None  # without pathspec, which is slow to load and asks each pattern

    def _specification(self) -> GitIgnoreSpec:
        if self._patterns is None:
            from pathspec import GitIgnoreSpec

            try:
                self._patterns = GitIgnoreSpec.from_lines(self._lines)
            except ValueError:  # git leaves out a pattern it cannot read and keeps the others
                self._patterns = GitIgnoreSpec.from_lines(line for line in self._lines if _readable(line))
        return self._patterns


def ignore_files_above(folder: str) -> tuple[IgnoreFile, ...]:
    """Those of the folders above, up to the root of the repository, outermost first; none outside a repository."""
    between: list[str] = []
    root = folder
    while not os.path.exists(os.path.join(root, ".git")):  # noqa: PTH110, PTH118 - pathlib is not loaded for this
        parent = os.path.dirname(root)  # noqa: PTH120
        if parent == root:
            return ()
        between.append(parent)
        root = parent
    found = ignore_file(os.path.join(root, ".git", "info", "exclude"), root)  # noqa: PTH118
    for parent in reversed(between):
        found += ignore_file(os.path.join(parent, ".gitignore"), parent)  # noqa: PTH118
    return found


def ignore_file(file: str, base: str) -> tuple[IgnoreFile, ...]:
    """One such file for the paths below a folder; none where it says nothing."""
    try:
        raw = read_regular_file(file, _LARGEST)
    except OSError:  # one that is no file, or larger than anybody writes, is none
        return ()
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if _speaks(line) and not _explodes(line)]
    return (IgnoreFile(os.path.join(base, ""), lines),) if lines else ()  # noqa: PTH118


def is_ignored(path: str, files: Sequence[IgnoreFile], *, is_folder: bool) -> bool:
    """Whether git would ignore an absolute path: the innermost file that says something decides."""
    for file in reversed(files):
        relative = path[len(file.base) :].replace(os.sep, "/") + ("/" if is_folder else "")
        verdict = file.verdict(relative)
        if verdict is not None:
            return verdict
    return False


def _speaks(line: str) -> bool:
    """Whether a line is a pattern: git's own `info/exclude` holds nothing but comments."""
    return bool(line.strip()) and not line.startswith("#")


def _needle(line: str) -> tuple[str, bool]:
    """What any path holds that a pattern matches, and whether another letter of the same name has to follow."""
    pattern = line.strip().removeprefix("!").strip("/")
    best, goes_on, text = "", False, ""
    if "\\" in pattern:
        return best, goes_on
    for place, letter in enumerate(pattern + "*"):
        if letter not in "*?[":
            text += letter
            continue
        if len(text.strip("/")) > len(best):
            best = text.strip("/")
            # To pathspec, `[!a]` matches a slash as well.
            follows = letter == "?" or (letter == "[" and pattern[place + 1 : place + 2] not in ("!", "^"))
            goes_on = follows and not text.endswith("/")
        if letter == "[":
            break  # where it ends is for pathspec to say
        text = ""
    return best, goes_on


def _goes_on(relative: str, text: str) -> bool:
    """Whether a text stands in a path before another letter of the same name."""
    at = relative.find(text)
    while at >= 0:
        if relative[at + len(text) :][:1] not in ("", "/"):
            return True
        at = relative.find(text, at + 1)
    return False


def _explodes(line: str) -> bool:
    """Whether trying a pattern on a long name may take seconds: its asterisks become nested loops."""
    if line.count("*") <= _MOST_ASTERISKS:
        return False
    import re

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

"""What git ignores: the ``.gitignore`` files that count in a folder, read by pathspec where there are any."""

from __future__ import annotations

import os

from sagegreen.documents.regular_files import read_regular_file

TYPE_CHECKING = False  # `typing` is slow to load, and most runs need nothing else here
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec

    #: The folder that patterns are relative to, with a separator at its end, and the patterns.
    IgnoreFile = tuple[str, GitIgnoreSpec]

#: In bytes. GitHub's templates, all of them together, are half as large.
_LARGEST = 500_000
#: Between two slashes of a pattern, and as many times two asterisks on their own.
_MOST_ASTERISKS = 3


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
    if not lines:
        return ()
    from pathspec import GitIgnoreSpec

    try:
        patterns = GitIgnoreSpec.from_lines(lines)
    except ValueError:  # git leaves out a pattern it cannot read and keeps the others
        patterns = GitIgnoreSpec.from_lines(line for line in lines if _readable(line))
    return ((os.path.join(base, ""), patterns),)  # noqa: PTH118


def is_ignored(path: str, files: Sequence[IgnoreFile], *, is_folder: bool) -> bool:
    """Whether git would ignore an absolute path: the innermost file that says something decides."""
    for base, patterns in reversed(files):
        relative = path[len(base) :].replace(os.sep, "/") + ("/" if is_folder else "")
        verdict = patterns.check_file(relative).include
        if verdict is not None:
            return verdict
    return False


def _speaks(line: str) -> bool:
    """Whether a line is a pattern: git's own `info/exclude` holds nothing but comments."""
    return bool(line.strip()) and not line.startswith("#")


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

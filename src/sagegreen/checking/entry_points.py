"""Which check packs are installed: what ``importlib.metadata`` says, found without it, since it is slow to load."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY_POINT_GROUP = "sagegreen.checks"
_HEADING = f"[{ENTRY_POINT_GROUP}]".encode()
_LARGEST = 60_000  # bytes
_ENDS = (".dist-info", ".egg-info")


def named_packages() -> frozenset[str]:
    """The packages that entry points of the group name.

    Raises:
        ValueError: something is installed in a way that only ``importlib.metadata`` understands.
        OSError: a folder of the search path cannot be listed.
    """
    for finder in sys.meta_path:
        if hasattr(finder, "find_distributions") and getattr(finder, "__name__", None) != "PathFinder":
            raise ValueError(f"{finder!r} has distributions of its own")
    found: set[str] = set()
    seen: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        if not isinstance(folder, str) or os.path.isfile(folder) or folder.endswith(".egg"):  # noqa: PTH113
            raise ValueError(f"{folder}: packages are not looked for there")
        if not os.path.isdir(folder or "."):  # noqa: PTH112
            continue
        for name in os.listdir(folder or "."):  # noqa: PTH208
            if name.endswith(_ENDS):
                project = name.rpartition(".")[0].partition("-")[0].lower().replace(".", "_")
                if project not in seen:  # an installation further behind is hidden by it
                    seen.add(project)
                    found.update(_points(os.path.join(folder, name, "entry_points.txt")))  # noqa: PTH118
    return frozenset(found)


def _points(file: str) -> Iterator[str]:
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:  # most packages have none
        return
    try:
        raw = os.read(descriptor, _LARGEST)
    finally:
        os.close(descriptor)
    if len(raw) == _LARGEST:
        raise ValueError(f"{file}: it is too large")
    _, found, below = raw.partition(_HEADING)
    for line in below.decode("utf-8").partition("[")[0].splitlines() if found else ():
        name, _, package = (word.strip() for word in line.partition("="))
        if package.isidentifier() and not name.startswith(("#", ";")):
            yield package
        elif line.strip():
            raise ValueError(f"{file}: not understood here: {line}")

"""Where in a project the modules are that import statements name, found without parsing anything."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: No project's own modules.
FOREIGN = frozenset({"sagemaker", "sagemaker_core", "boto3", "botocore"}) | sys.stdlib_module_names
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n;#]*)|import[ \t]+([\w. \t,]+))",
    re.MULTILINE,
)


def imported_names(text: str) -> Iterator[tuple[str, int]]:
    """The dotted names that import statements may mean as modules, with their number of leading dots."""
    for dots, base, names, plain in _IMPORT.findall(text):
        for name in plain.split(","):
            if name.strip():
                yield name.split()[0], 0
        if base or dots:
            yield base, len(dots)
            for name in re.findall(r"(\w+)(?:[ \t]+as[ \t]+\w+)?", names):
                yield f"{base}.{name}" if base else name, len(dots)


@dataclass(eq=False)
class ModuleFiles:
    """The files of a project's modules; what was looked at is kept for the run.

    Attributes:
        roots: the folders in which modules are looked for, besides those around the importing file.
    """

    roots: tuple[Path, ...] = ()
    _listings: dict[Path, frozenset[str]] = field(default_factory=dict)
    _folders: dict[Path, tuple[Path, ...]] = field(default_factory=dict)
    _found: dict[tuple[str, int, Path], tuple[Path, ...]] = field(default_factory=dict)

    def of(self, name: str, level: int, folder: Path) -> tuple[Path, ...]:
        """The files that an import in a folder may mean, the likeliest first; they need not exist.

        Args:
            name: the module's dotted name, empty for ``from . import x``.
            level: the number of leading dots.
            folder: the folder of the importing file, absolute.
        """
        key = (name, level, folder)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._candidates(name, level, folder))
        return found

    def are_imported(self, used: Path, text: str, folder: Path) -> bool:
        """Whether a text imports a module's file.

        Args:
            used: the file.
            text: Python that may import it.
            folder: the folder of that Python's file, absolute.
        """
        stem = used.parent.name if used.stem == "__init__" else used.stem
        for name, level in imported_names(text):
            if (name.rpartition(".")[2] or stem) != stem or (not level and name.partition(".")[0] in FOREIGN):
                continue
            if used in self.of(name, level, folder):
                return True
        return False

    def _candidates(self, name: str, level: int, folder: Path) -> Iterator[Path]:
        parts = [part for part in name.split(".") if part]
        if level:
            folders = [folder.parents[level - 2] if level > 1 else folder] if level - 1 <= len(folder.parents) else []
        else:
            folders = [
                above
                for above in self._above(folder)
                if not parts or self._names_in(above) & {parts[0], f"{parts[0]}.py"}
            ]
        for candidate in folders:
            target = candidate.joinpath(*parts)
            if parts:
                yield target.with_suffix(".py")
            yield target / "__init__.py"

    def _above(self, folder: Path) -> tuple[Path, ...]:
        """A folder and those above it up to its root, and the folders of sources in them."""
        if folder not in self._folders:
            parents = {parent: index for index, parent in enumerate((folder, *folder.parents))}
            top = next((parents[root] for root in self.roots if root in parents), 0)
            folders = tuple(parents)[: top + 1]
            self._folders[folder] = (*folders, *(above / "src" for above in folders if "src" in self._names_in(above)))
        return self._folders[folder]

    def _names_in(self, folder: Path) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(entry.name for entry in folder.iterdir())
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]

"""The modules that a program imports from its own project, found and parsed without executing them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.documents.parsing import ParsedModule, parse_module
from sagegreen.documents.reading import read_document
from sagegreen.project.locating import FOREIGN, ModuleFiles
from sagegreen.sagemaker.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sagegreen.documents.model import Document

#: A larger module is a program of its own, not the settings of another.
_LARGEST = 100_000
_MOST = 16
_MOST_USERS = 8
#: Syntax trees are large; beyond this many they are parsed again when they are needed again.
_MOST_KEPT = 48


@dataclass(eq=False)
class ProjectImports:
    """Answers what a program imports; see :class:`sagegreen.semantics.machine.Imports`.

    Attributes:
        document: the program.
        files: where modules are.
        shared: what was parsed for other programs of the project.
    """

    document: Document
    files: ModuleFiles = field(default_factory=ModuleFiles)
    shared: dict[Path, ParsedModule | None] = field(default_factory=dict)
    _parsed: dict[Path, ParsedModule | None] = field(default_factory=dict)

    @property
    def loaded(self) -> tuple[Path, ...]:
        """The other files of the project that the program was seen to import."""
        own = Path(self.document.path).absolute()
        return tuple(path for path in self._parsed if path != own and not str(path).startswith("\0"))

    def home(self, module: ParsedModule) -> None:
        """Say which module is looked at, so that others import just that one."""
        self._parsed[Path(self.document.path).absolute()] = module

    def star_names(self, module: str) -> Collection[str]:
        """The public names of an SDK module."""
        return sorted({name for generation in ("v2", "v3") for name in load(generation).names_in(module)})

    def project_module(self, name: str, level: int, importer: ParsedModule) -> ParsedModule | None:
        """The module that an import names, where it is a file of the project or a cell writes it."""
        if not level and (not name or name.partition(".")[0] in FOREIGN):
            return None
        parts = [part for part in name.split(".") if part]
        written = self._written(parts)
        if written is not None:
            return written
        for path in self.files.of(name, level, Path(importer.document.path).absolute().parent):
            found = self._load(path)
            if found is not None:
                return found
        return None

    def users(self, candidates: Callable[[Path], Iterable[Path]]) -> list[ParsedModule]:
        """The modules of the project that import the document, directly or through others, nearest first.

        Args:
            candidates: the files whose import lines name a module, by the module's file.
        """
        found: dict[Path, ParsedModule] = {}
        pending = deque([Path(self.document.path).absolute()])
        while pending and len(found) < _MOST_USERS:
            used = pending.popleft()
            for path in candidates(used):
                if path in found or path == used or len(found) >= _MOST_USERS:
                    continue
                module = self._load(path)
                if module is not None and self._imports(module, used):
                    found[path] = module
                    pending.append(path)
        return list(found.values())

    def _imports(self, module: ParsedModule, used: Path) -> bool:
        folder = Path(module.document.path).absolute().parent
        return any(self.files.are_imported(used, cell.text, folder) for cell in module.cells)

    def _written(self, parts: list[str]) -> ParsedModule | None:
        """A module that a ``%%writefile`` cell of the same notebook writes."""
        wanted = "/".join(parts) + ".py"
        for module in self.document.modules[1:]:
            name = (module.name or "").removeprefix("./")
            if parts and (name == wanted or name.endswith(f"/{wanted}")):
                key = Path(f"\0{module.name}")
                if key not in self._parsed:
                    self._parsed[key] = parse_module(self.document, module)
                return self._parsed[key]
        return None

    def _load(self, path: Path) -> ParsedModule | None:
        if path in self._parsed:
            return self._parsed[path]
        if len(self._parsed) >= _MOST:
            return None
        if path not in self.shared:
            found = self._read(path)
            if found is not None and sum(module is not None for module in self.shared.values()) >= _MOST_KEPT:
                self.shared.clear()
            self.shared[path] = found
        found = self.shared[path]
        if found is not None:
            self._parsed[path] = found
        return found

    def _read(self, path: Path) -> ParsedModule | None:
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return None
            document = read_document(path)
        except OSError:
            return None
        if self.files.roots and not any(root in path.absolute().parents for root in self.files.roots):
            return None
        return parse_module(document, document.modules[0]) if document.modules else None

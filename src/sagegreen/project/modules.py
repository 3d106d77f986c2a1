"""The modules that a program imports from its own project, found and parsed without executing them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.documents.parsing import ParsedModule, parse_module
from sagegreen.documents.reading import read_document
from sagegreen.sagemaker.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from sagegreen.documents.model import Document

#: A larger module is a program of its own, not the settings of another.
_LARGEST = 100_000
_MOST = 12
_FOREIGN = frozenset({"sagemaker", "sagemaker_core", "boto3", "botocore"}) | sys.stdlib_module_names


@dataclass(eq=False)
class ProjectImports:
    """Answers what a program imports; see :class:`sagegreen.semantics.machine.Imports`."""

    document: Document
    root: Path | None
    _parsed: dict[Path, ParsedModule | None] = field(default_factory=dict)

    def star_names(self, module: str) -> Collection[str]:
        """The public names of an SDK module."""
        names: list[str] = []
        for generation in ("v2", "v3"):
            catalogue = load(generation)
            prefix = f"{module}."
            for name in (*catalogue.classes(), *catalogue.functions()):
                tail = name.removeprefix(prefix)
                if tail != name and "." not in tail and not tail.startswith("_"):
                    names.append(tail)
        return sorted(set(names))

    def project_module(self, name: str, level: int, importer: ParsedModule) -> ParsedModule | None:
        """The module that an import names, where it is a file of the project or a cell writes it."""
        if not level and (not name or name.partition(".")[0] in _FOREIGN):
            return None
        parts = [part for part in name.split(".") if part]
        written = self._written(parts)
        if written is not None:
            return written
        folder = Path(importer.document.path).absolute().parent
        if level:
            for _ in range(level - 1):
                folder = folder.parent
            folders = [folder]
        else:
            folders = [folder]
            if self.root is not None:
                folders += [self.root, self.root / "src"]
        for candidate in folders:
            target = candidate.joinpath(*parts)
            for path in (target.with_suffix(".py") if parts else target / "__init__.py", target / "__init__.py"):
                found = self._load(path)
                if found is not None:
                    return found
        return None

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
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return None
            document = read_document(path)
        except OSError:
            return None
        if self.root is not None and self.root not in path.absolute().parents:
            return None
        parsed = parse_module(document, document.modules[0]) if document.modules else None
        self._parsed[path] = parsed
        return parsed

"""``--show-files`` and ``--show-settings``: what a run would look at, and how it would judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.documents.discovery import absolute_path, discover
from sagegreen.reporting.report import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sagegreen.checking.configuration import Configuration, Settings
    from sagegreen.checking.registry import Registry


def files(paths: Sequence[Path], configuration: Configuration, registry: Registry) -> str:
    """The files that a run looks at, one absolute path on each line; of a name that holds line ends, these are escaped.

    Raises:
        UnusablePathError: a path does not exist.
    """
    del registry
    return "".join(f"{on_one_line(str(file.path))}\n" for file in discover(paths, configuration.exclusions_for).files)


def settings(paths: Sequence[Path], configuration: Configuration, registry: Registry) -> str:
    """The settings of the first file that a run looks at, as one would write them in TOML.

    Raises:
        UnusablePathError: a path does not exist.
    """
    first = next((file.path for file in discover(paths, configuration.exclusions_for).files), None)
    path = first or absolute_path(paths[0])
    found = configuration.for_folder(path.parent if first is not None or not path.is_dir() else path)
    return "".join(f"{line}\n" for line in (f"# settings of {path}", *_lines(found, path, registry)))


def _lines(found: Settings, path: Path, registry: Registry) -> list[str]:
    import json

    values: dict[str, object] = {
        "select": sorted(found.codes(path, registry)),
        "exclude": [pattern.pattern for pattern in found.exclude],
        "extend-exclude": [pattern.pattern for pattern in found.extend_exclude],
        "respect-gitignore": found.respect_gitignore,
        "force-exclude": found.force_exclude,
        "assume": list(found.assume),
        "fix": found.fix,
        "unsafe-fixes": found.unsafe_fixes,
        "output-format": found.output_format or "full",
        "cache-dir": str(found.cache_dir or found.root / ".sagegreen_cache"),
        **({"baseline": str(found.baseline)} if found.baseline is not None else {}),
    }
    return [f"# root: {found.root}", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]

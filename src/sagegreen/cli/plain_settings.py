"""Settings that change nothing where nothing is found, read without :mod:`sagegreen.checking.configuration`.

It is slow to load. Whatever is not plain, or not surely right, raises :class:`NotPlain` and is left to it.
"""

from __future__ import annotations

import os
import sys

from sagegreen.cli.plain_toml import UnusualTomlError, read
from sagegreen.documents.regular_files import read_regular_file
from sagegreen.documents.walking import DEFAULT_EXCLUDES

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sagegreen.documents.walking import Pattern

_LARGEST = 1_000_000  # in bytes
_MOST_DOTS = 1_000
_SELECTORS = ("select", "ignore", "extend-select")
_SWITCHES = ("fix", "unsafe-fixes", "force-exclude", "respect-gitignore")
_LISTS = (*_SELECTORS, "assume", "exclude", "extend-exclude")
_IGNORES, _CACHE = "per-file-ignores", "cache-dir"


class NotPlain(Exception):  # noqa: N818 - no error: the ordinary way goes on
    """It is not to be judged here."""


class PlainSettings:
    """The settings of a folder.

    Attributes:
        names: left out, by name.
        respect_gitignore: whether ``.gitignore`` files count.
        force: whether ``names`` also hold for files that were named one by one.
    """

    wider: Sequence[Pattern] = ()

    def __init__(
        self, names: Iterable[str] = DEFAULT_EXCLUDES, *, respect_gitignore: bool = True, force: bool = False
    ) -> None:
        self.names = frozenset(names)
        self.respect_gitignore = respect_gitignore
        self.force = force


class PlainConfiguration:
    """Finds the settings of folders; each method raises :class:`NotPlain`, or an ``OSError`` or ``ValueError``.

    Args:
        selectors: what the command line says about rules.
        isolated: no file is read.
        force: ``--force-exclude`` was given.
    """

    def __init__(self, selectors: Sequence[str], *, isolated: bool, force: bool) -> None:
        self._force = force
        self._by_folder: dict[str, PlainSettings] = {}
        self._default = PlainSettings(force=force)
        self._isolated = isolated
        if selectors:
            _require_declared(selectors)

    def for_folder(self, folder: str) -> PlainSettings:
        """The settings of the files in a folder (absolute)."""
        if self._isolated:
            return self._default
        found = self._by_folder.get(folder)
        if found is None:
            parent = os.path.dirname(folder)  # noqa: PTH120 - strings, as everywhere here
            found = self._read(folder) or (self.for_folder(parent) if parent != folder else self._default)
            self._by_folder[folder] = found
        return found

    def _read(self, folder: str) -> PlainSettings | None:
        if os.path.isfile(os.path.join(folder, "sagegreen.toml")):  # noqa: PTH113, PTH118
            raise NotPlain
        shared = os.path.join(folder, "pyproject.toml")  # noqa: PTH118
        if not os.path.isfile(shared):  # noqa: PTH113
            return None
        raw = read_regular_file(shared, _LARGEST)
        if b"sagegreen" not in raw:
            return None
        tool = _parsed(raw).get("tool", {})
        table = tool.get("sagegreen") if isinstance(tool, dict) else None
        return None if table is None else self._settings(table)

    def _settings(self, table: object) -> PlainSettings:
        if not isinstance(table, dict) or not all(_is_plain(key, value) for key, value in table.items()):
            raise NotPlain
        selectors = [selector for key in _SELECTORS for selector in table.get(key, ())]
        selectors += (selector for silent in table.get(_IGNORES, {}).values() for selector in silent)
        if selectors or table.get("assume"):
            _require_declared(selectors, table.get("assume", ()))
        return PlainSettings(
            (*_names(table.get("exclude", DEFAULT_EXCLUDES)), *_names(table.get("extend-exclude", ()))),
            respect_gitignore=table.get("respect-gitignore", True),
            force=self._force or table.get("force-exclude", False),
        )


def _parsed(raw: bytes) -> Mapping[str, object]:
    try:
        return read(raw)
    except UnusualTomlError:
        pass
    if raw.count(b".") > _MOST_DOTS:
        raise NotPlain
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except RecursionError as error:
        raise NotPlain from error


def _is_plain(key: str, value: object) -> bool:
    if key in _SWITCHES:
        return isinstance(value, bool)
    if key in _LISTS:
        return _is_list_of_strings(value)
    if key == _CACHE:  # of a file that has nothing to be kept, so that any folder will do
        return isinstance(value, str) and "\0" not in value and not value.startswith("~")
    if key != _IGNORES or not isinstance(value, dict):
        return False
    # Only patterns with braces, brackets or many asterisks can be refused.
    return all(set(pattern).isdisjoint("[{") and "/**/" not in pattern for pattern in value) and all(
        map(_is_list_of_strings, value.values())
    )


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _names(patterns: Iterable[str]) -> list[str]:
    """Patterns that are mere names."""
    names = [pattern.rstrip("/") for pattern in patterns]
    if any(name in ("", ".", "..") or not set(name).isdisjoint("*?[{/\\") for name in names):
        raise NotPlain
    return names


def _require_declared(selectors: Iterable[str], assumed: Iterable[str] = ()) -> None:
    from sagegreen.cli.declared_rules import are_declared

    if not are_declared(selectors, assumed):
        raise NotPlain

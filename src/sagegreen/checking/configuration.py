"""Settings: read from the nearest ``sagegreen.toml`` or ``[tool.sagegreen]`` of ``pyproject.toml``, then overridden."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagegreen.checking.errors import SagegreenError, did_you_mean
from sagegreen.checking.keys import BOOLEAN, KEYS, STRING, STRINGS
from sagegreen.checking.selection import Selection, expand, require_known, resolve
from sagegreen.documents.discovery import DEFAULT_EXCLUDES, Exclusions, PathPattern, absolute_path
from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sagegreen.checking.registry import Registry

OUTPUT_FORMATS = (
    *("full", "text", "concise", "grouped", "json", "json-lines", "sarif"),
    *("github", "gitlab", "azure", "junit", "pylint", "rdjson"),
)
_OWN_FILE = "sagegreen.toml"
_SHARED_FILE = "pyproject.toml"

_LARGEST_FILE = 1_000_000  # in bytes
#: On one line: the TOML reader takes quadratic time and memory for a key of many names.
_MOST_DOTS = 1_000

_KINDS = {key.name: key.kind for key in KEYS}


@dataclass(frozen=True)
class PerFileIgnore:
    """Rules that are silent in some files; ``negated`` means in all files but those."""

    pattern: PathPattern
    selectors: tuple[str, ...]
    negated: bool = False

    def applies(self, path: Path) -> bool:
        """Whether the rules are silent in this file."""
        return self.pattern.matches(path) != self.negated


@dataclass(frozen=True)
class Settings:
    """How one file is judged.

    Attributes:
        root: the folder of the configuration file, or where the program runs.
        selections: what each source says about rules, the weakest first.
        exclude: patterns of what is left out.
        assume: what is declared to be taken care of elsewhere.
        fix: whether fixes are applied.
        unsafe_fixes: whether unsafe fixes count as applicable.
        noqa: whether suppression comments count.
        output_format: one of ``OUTPUT_FORMATS``.
        baseline: the file of accepted findings.
        cache_dir: where results are kept, ``None`` for ``.sagegreen_cache`` in ``root``.
    """

    root: Path
    selections: tuple[Selection, ...] = ()
    exclude: tuple[PathPattern, ...] = ()
    extend_exclude: tuple[PathPattern, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    assume: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    noqa: bool = True
    output_format: str | None = None
    baseline: Path | None = None
    cache_dir: Path | None = None

    @classmethod
    def default(cls, root: Path | None = None) -> Settings:
        """The settings where nothing is configured."""
        root = root or Path.cwd()
        return cls(root=root, exclude=tuple(PathPattern(pattern, root) for pattern in DEFAULT_EXCLUDES))

    @cached_property
    def exclusions(self) -> Exclusions:
        """What discovery leaves out."""
        return Exclusions(self.exclude + self.extend_exclude, self.respect_gitignore, self.force_exclude)

    def codes(self, path: Path, registry: Registry) -> frozenset[str]:
        """The rules that run on a file.

        Raises:
            SagegreenError: a selector matches no rule.
        """
        absolute = absolute_path(path)
        silent = {
            code
            for entry in self.per_file_ignores
            if entry.applies(absolute)
            for selector in entry.selectors
            for code in expand(selector, registry)
        }
        assumed = frozenset(self.assume)
        chosen = resolve(self.selections, registry) - silent
        rules = registry.rules.by_code
        return frozenset(code for code in chosen if assumed.isdisjoint(rules[code].assumable))


@dataclass(frozen=True)
class Overrides:
    """What the command line says; it wins over every file.

    Attributes:
        config_file: read instead of looking for files.
        isolated: no file is read.
        inline: TOML texts such as ``select = ["SG3"]``, weaker than the other options.
        options: attributes of :class:`Settings` that are set.
    """

    config_file: Path | None = None
    isolated: bool = False
    inline: tuple[str, ...] = ()
    selection: Selection = field(default_factory=Selection)
    options: Mapping[str, Any] = field(default_factory=dict)
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()


class Configuration:
    """Finds the settings of each folder and remembers them.

    Args:
        registry: knows the codes that may be selected.
        overrides: what the command line says.
    """

    def __init__(self, registry: Registry, overrides: Overrides | None = None) -> None:
        self._registry = registry
        self._overrides = overrides or Overrides()
        self._by_folder: dict[Path, Settings | None] = {}
        self._by_file: dict[Path, Settings | None] = {}
        self._files_for: dict[Path, Path | None] = {}
        # What is wrong with the command line is said even if no file turns up.
        self._inline = [self._inline_table(text) for text in self._overrides.inline]
        self._require_known(self._overrides.selection)

    def for_folder(self, folder: Path) -> Settings:
        """The settings of the files in a folder (absolute).

        Raises:
            SagegreenError: a configuration file is malformed.
        """
        found = self._found(folder)
        return self._defaults if found is None else found

    @cached_property
    def _defaults(self) -> Settings:
        return self._overridden(Settings.default())

    def for_run(self, paths: Iterable[Path]) -> Settings:
        """The settings of what concerns the run as a whole: those of the current folder, else of the first path."""
        here = Path.cwd()
        for folder in (here, *(_folder_of(path) for path in paths)):
            if self._file_for(folder) is not None:
                return self.for_folder(folder)
        return self.for_folder(here)

    def exclusions_for(self, folder: Path) -> Exclusions:
        """What discovery leaves out in a folder."""
        return self.for_folder(folder).exclusions

    def _found(self, folder: Path) -> Settings | None:
        if folder not in self._by_folder:
            file = self._file_for(folder)
            self._by_folder[folder] = None if file is None else self._overridden(self._read(file))
        return self._by_folder[folder]

    def _file_for(self, folder: Path) -> Path | None:
        if self._overrides.isolated:
            return None
        if self._overrides.config_file is not None:
            return self._overrides.config_file
        passed: list[Path] = []
        found: Path | None = None
        for candidate in chain((folder,), folder.parents):
            if candidate in self._files_for:
                found = self._files_for[candidate]
                break
            passed.append(candidate)
            found = self._file_in(candidate)
            if found is not None:
                break
        self._files_for.update(dict.fromkeys(passed, found))
        return found

    def _file_in(self, folder: Path) -> Path | None:
        own = folder / _OWN_FILE
        if _is_file(own):
            return own
        shared = folder / _SHARED_FILE
        return shared if _is_file(shared) and self._read_optional(shared) is not None else None

    def _read(self, file: Path) -> Settings:
        settings = self._read_optional(file)
        if settings is None:
            raise SagegreenError(f"{_shown(file)} has no table [tool.sagegreen]")
        return settings

    def _read_optional(self, file: Path, chain: tuple[Path, ...] = ()) -> Settings | None:
        if file not in self._by_file:
            self._by_file[file] = self._load(file, chain)
        return self._by_file[file]

    def _load(self, file: Path, chain: tuple[Path, ...]) -> Settings | None:
        table = _table_of(file)
        if table is None:
            return None
        origin = _shown(file)
        _require_keys(table, origin)
        # A file named on the command line speaks about the folder the program runs in, as in ruff.
        root = Path.cwd() if file == self._overrides.config_file else file.parent
        base = Settings.default(root)
        if "extend" in table:
            parent = absolute_path(file.parent / _path(table["extend"], "extend", origin))
            if any(_is_same(parent, earlier) for earlier in (file, *chain)):
                raise SagegreenError(f"{origin}: `extend` leads back to {_shown(parent)}")
            if not _is_file(parent):
                raise SagegreenError(f"{origin}: `extend` names {_shown(parent)}, which does not exist")
            inherited = self._read_optional(parent, (*chain, file))
            if inherited is None:
                raise SagegreenError(f"{origin}: `extend` names {_shown(parent)}, which has no table [tool.sagegreen]")
            base = replace(inherited, root=root)
        return self._applied(table, base, root, origin)

    def _applied(self, table: Mapping[str, Any], base: Settings, root: Path, origin: str) -> Settings:
        selection = Selection(
            select=tuple(table["select"]) if "select" in table else None,
            ignore=tuple(table.get("ignore", ())),
            extend_select=tuple(table.get("extend-select", ())),
            origin=origin,
        )
        self._require_known(selection)
        changes: dict[str, Any] = {}
        if selection:
            changes["selections"] = (*base.selections, selection)
        if "exclude" in table:
            changes["exclude"] = _patterns(table["exclude"], root, origin)
        if "extend-exclude" in table:
            changes["extend_exclude"] = base.extend_exclude + _patterns(table["extend-exclude"], root, origin)
        if "per-file-ignores" in table:
            pairs = [(pattern, tuple(codes)) for pattern, codes in table["per-file-ignores"].items()]
            changes["per_file_ignores"] = self.per_file_ignores(pairs, root, origin)
        if "assume" in table:
            self._require_assumable(table["assume"], origin)
            changes["assume"] = tuple(table["assume"])
        if "output-format" in table:
            require_output_format(table["output-format"], f"`output-format` of {origin}")
        if "baseline" in table:
            changes["baseline"] = absolute_path(root / _path(table["baseline"], "baseline", origin))
        if "cache-dir" in table:
            changes["cache_dir"] = root / _path(table["cache-dir"], "cache-dir", origin)
        for key in ("fix", "force-exclude", "output-format", "respect-gitignore", "unsafe-fixes"):
            if key in table:
                changes[key.replace("-", "_")] = table[key]
        return replace(base, **changes)

    def _overridden(self, settings: Settings) -> Settings:
        overrides = self._overrides
        here = Path.cwd()
        for table in self._inline:
            settings = self._applied(table, settings, here, "--config")
        changes: dict[str, Any] = dict(overrides.options)
        if overrides.selection:
            changes["selections"] = (*settings.selections, overrides.selection)
        if overrides.exclude is not None:
            changes["exclude"] = _patterns(overrides.exclude, here, "--exclude")
        if overrides.extend_exclude:
            changes["extend_exclude"] = settings.extend_exclude + _patterns(
                overrides.extend_exclude, here, "--extend-exclude"
            )
        return replace(settings, **changes)

    def _inline_table(self, text: str) -> Mapping[str, Any]:
        table = _parse(text, f"--config '{text}'")
        _require_keys(table, f"--config '{text}'")
        if "extend" in table:
            raise SagegreenError("`extend` cannot be set with --config; name the file itself: --config FILE")
        self._applied(table, Settings.default(), Path.cwd(), f"--config '{text}'")
        return table

    def per_file_ignores(
        self, pairs: Iterable[tuple[str, tuple[str, ...]]], root: Path, origin: str
    ) -> tuple[PerFileIgnore, ...]:
        """Patterns with the selectors that are silent in the files they match; ``!`` before a pattern negates it."""
        entries = []
        for pattern, selectors in pairs:
            require_known(selectors, self._registry, "per-file-ignores", origin)
            entries.append(
                PerFileIgnore(_pattern(pattern.removeprefix("!"), root, origin), selectors, pattern[:1] == "!")
            )
        return tuple(entries)

    def _require_known(self, selection: Selection) -> None:
        if selection:
            resolve((selection,), self._registry)

    def _require_assumable(self, words: Iterable[str], origin: str) -> None:
        known = sorted({word for rule in self._registry.rules.by_code.values() for word in rule.assumable})
        for word in words:
            if word not in known:
                hint = did_you_mean(word, known) or (f"; known are {', '.join(known)}" if known else "")
                raise SagegreenError(f"{origin}: unknown word `{word}` in `assume`{hint}")


def require_output_format(word: str, where: str) -> None:
    """Refuse an unknown output format.

    Raises:
        SagegreenError: names the nearest.
    """
    if word not in OUTPUT_FORMATS:
        hint = did_you_mean(word, OUTPUT_FORMATS) or f"; known are {', '.join(OUTPUT_FORMATS)}"
        raise SagegreenError(f"unknown format `{word}` in {where}{hint}")


def _table_of(file: Path) -> Mapping[str, Any] | None:
    try:
        raw = read_regular_file(file, _LARGEST_FILE)
    except OSError as error:
        raise SagegreenError(f"cannot read {_shown(file)}: {error.strerror or error}") from error
    if file.name == _SHARED_FILE and b"sagegreen" not in raw:
        return None  # other tools' settings: the TOML reader is not even loaded
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SagegreenError(f"{_shown(file)} is not UTF-8: {error.reason} at byte {error.start}") from error
    table = _parse(text, _shown(file))
    if file.name != _SHARED_FILE:
        return table
    tool = table.get("tool", {})
    own = tool.get("sagegreen") if isinstance(tool, dict) else None
    if own is not None and not isinstance(own, dict):
        raise SagegreenError(f"{_shown(file)}: `tool.sagegreen` must be a table")
    return own


def _parse(text: str, origin: str) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if text.count(".") > _MOST_DOTS and any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise SagegreenError(f"{origin} has a line with more than {_MOST_DOTS:,} dots; break it")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # of the reader, or of a number with thousands of digits
        raise SagegreenError(f"{origin} is no valid TOML: {error}") from error
    except RecursionError as error:
        raise SagegreenError(f"{origin} is no valid TOML: nested too deeply") from error


def _require_keys(table: Mapping[str, Any], origin: str) -> None:
    for key, value in table.items():
        if key not in _KINDS:
            raise SagegreenError(f"{origin}: unknown key `{key}`{did_you_mean(key, _KINDS)}")
        if not _is(value, _KINDS[key]):
            raise SagegreenError(f"{origin}: `{key}` must be {_KINDS[key]}, not {_toml_kind(value)}")


def _is(value: object, kind: str) -> bool:
    if kind == BOOLEAN:
        return isinstance(value, bool)
    if kind == STRING:
        return isinstance(value, str)
    if kind == STRINGS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, dict) and all(_is(item, STRINGS) for item in value.values())


def _toml_kind(value: object) -> str:
    if isinstance(value, list):
        return "such a list"
    kinds = {bool: "true or false", str: "a string", int: "a number", float: "a number", dict: "such a table"}
    return kinds.get(type(value), "a date or time")


def _patterns(patterns: Iterable[str], root: Path, origin: str) -> tuple[PathPattern, ...]:
    return tuple(_pattern(pattern, root, origin) for pattern in patterns)


def _pattern(text: str, root: Path, origin: str) -> PathPattern:
    pattern = PathPattern(text, root)
    if pattern.problem is not None:
        raise SagegreenError(f"{origin}: the pattern `{text}` is not taken: {pattern.problem}")
    return pattern


def _folder_of(path: Path) -> Path:
    absolute = absolute_path(path)
    return absolute if os.path.isdir(absolute) else absolute.parent  # noqa: PTH112 - as below


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - pathlib raises for names that are too long and folders that are closed


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths are one file, maybe through links."""
    try:
        return one == other or one.samefile(other)
    except (OSError, ValueError):
        return False


def _path(text: str, key: str, origin: str) -> Path:
    if "\0" in text:
        raise SagegreenError(f"{origin}: `{key}` is no path: it holds a null character")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # the home of an unknown user
        raise SagegreenError(f"{origin}: `{key}` names the home of a user who does not exist: {text}") from error


def _shown(file: Path) -> str:
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)

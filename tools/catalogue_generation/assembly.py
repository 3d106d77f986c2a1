"""Catalogue files of the Python SDKs: one release in full, older releases where they differ."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from .literals import NOT_LITERAL, literal
from .release_reading import ClassRecord, Reading, read_release
from .releases import SDK_ROOTS, Release
from .sources import SourceTree, dotted_expression

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_CORE1_ROOT = "sagemaker_core"


@dataclass(frozen=True)
class ReadRelease:
    release: Release
    tree: SourceTree
    reading: Reading


def read(release: Release, directory: Path) -> ReadRelease:
    """The release installed in ``directory``."""
    tree = SourceTree(directory, SDK_ROOTS)
    return ReadRelease(release, tree, read_release(tree))


def catalogue(latest: ReadRelease, older: list[ReadRelease], own: str = "") -> dict[str, Json]:
    """The data of one file. ``own``: keep only modules of this root; default: all but ``sagemaker_core``."""

    def belongs(module: str) -> bool:
        root = module.split(".", maxsplit=1)[0]
        return root == own if own else root != _CORE1_ROOT

    versions = [item.release.version for item in [*older, latest]]
    timelines = _Timelines(latest, older)
    current = latest.reading
    classes: dict[str, ClassRecord] = dict(current.classes)
    functions = dict(current.functions)
    gone: dict[str, int] = {}
    for index, item in reversed(list(enumerate(older))):
        for name, record in item.reading.classes.items():
            renamed = timelines.today(name)
            if renamed not in classes:
                classes[renamed] = ClassRecord(
                    [timelines.today(b) for b in record.bases], record.methods, record.members
                )
                gone[renamed] = index + 1
        for name, text in item.reading.functions.items():
            renamed = timelines.today(name)
            if renamed not in functions:
                functions[renamed] = text
                gone[renamed] = index + 1
    modules = set(current.modules)
    imports = {module: dict(names) for module, names in current.imports.items()}
    for item in reversed(older):
        modules |= item.reading.modules
        for module, names in item.reading.imports.items():
            for name, target in names.items():
                if latest.tree.member(module, name) is None:
                    imports.setdefault(module, {}).setdefault(name, timelines.today(target))
    data: dict[str, Json] = {
        "versions": [*versions],
        "modules": [*sorted(filter(belongs, modules))],
        "classes": _by_module({name: _encoded(r) for name, r in classes.items() if belongs(name)}),
        "functions": _by_module({name: text for name, text in functions.items() if belongs(name)}),
        "imports": {m: _compact_imports(imports[m]) for m in sorted(imports) if belongs(m)},
        "stars": {m: list(current.stars[m]) for m in sorted(current.stars) if belongs(m)},
    }
    if older:
        kept = sorted(name for name in {*classes, *functions} if belongs(name))
        data["older"] = _by_module({name: entry for name in kept if (entry := timelines.older(name))})
        data["since"] = _by_module({name: since for name in kept if (since := timelines.since(name))})
        data["gone"] = _by_module({name: gone[name] for name in kept if name in gone})
    return data


class _Timelines:
    """Which text a method or function had in which release, under the names of the latest one."""

    def __init__(self, latest: ReadRelease, older: list[ReadRelease]) -> None:
        self._latest = latest
        self._today: dict[str, str] = {}
        self._count = len(older) + 1
        self._texts: list[dict[str, dict[str, str]]] = []
        for item in [*older, latest]:
            texts: dict[str, dict[str, str]] = {}
            for name, record in item.reading.classes.items():
                texts[self.today(name)] = record.methods
            for name, text in item.reading.functions.items():
                texts[self.today(name)] = {"": text}
            self._texts.append(texts)

    def today(self, name: str) -> str:
        """The canonical name in the latest release of what an older one called ``name``; ``name`` where it is gone."""
        if name not in self._today:
            symbol = self._latest.tree.resolve(name)
            moved = symbol is not None and symbol.kind in ("class", "function")
            self._today[name] = symbol.canonical if symbol is not None and moved else name
        return self._today[name]

    def since(self, name: str) -> int:
        return next(index for index, texts in enumerate(self._texts) if name in texts)

    def older(self, name: str) -> dict[str, Json]:
        """Per method the runs [first, last, text] that differ from the latest text; text None: not there."""
        present = [texts[name] for texts in self._texts if name in texts]
        if not present:
            return {}
        last_known = present[-1]
        found: dict[str, Json] = {}
        for method in sorted({method for methods in present for method in methods}):
            runs: list[Json] = []
            start = self.since(name)
            for index in range(start, self._count):
                text = self._texts[index].get(name, last_known).get(method)
                if text == last_known.get(method):
                    continue
                previous = runs[-1] if runs else None
                if isinstance(previous, list) and previous[1] == index - 1 and previous[2] == text:
                    previous[1] = index
                else:
                    runs.append([index, index, text])
            if runs:
                found[method] = runs
        return found


def _encoded(record: ClassRecord) -> Json:
    encoded: dict[str, Json] = {}
    if record.bases:
        encoded["bases"] = list(record.bases)
    if record.methods:
        encoded["methods"] = {name: record.methods[name] for name in sorted(record.methods)}
    if record.members is not None:
        encoded["members"] = {name: _plain(value) for name, value in record.members.items()}
    return encoded


def _plain(value: object) -> Json:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"no JSON form: {value!r}")


def _by_module(entries: Mapping[str, Json]) -> dict[str, Json]:
    grouped: dict[str, Json] = {}
    for canonical in sorted(entries):
        module, _, name = canonical.rpartition(".")
        group = grouped.setdefault(module, {})
        assert isinstance(group, dict)  # noqa: S101 - for the type checker
        group[name] = entries[canonical]
    return grouped


def _compact_imports(names: dict[str, str]) -> Json:
    """{source module: "Name other>local"}."""
    grouped: dict[str, list[str]] = {}
    for local in sorted(names):
        module, _, name = names[local].rpartition(".")
        grouped.setdefault(module, []).append(name if name == local else f"{name}>{local}")
    return {module: " ".join(grouped[module]) for module in sorted(grouped)}


def renamed_keywords(tree: SourceTree) -> dict[str, Json]:
    """Old -> new keyword of every ``renamed_kwargs("old", "new", ...)`` call in the sources."""
    found: dict[str, str] = {}
    for module in tree.modules():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and len(node.args) >= 2):
                continue
            if (dotted_expression(node.func) or "").rpartition(".")[2] != "renamed_kwargs":
                continue
            old, new = (literal(tree, module.name, argument) for argument in node.args[:2])
            if isinstance(old, str) and isinstance(new, str):
                found[old] = new
    return {old: found[old] for old in sorted(found)}


def renamed_arguments(tree: SourceTree) -> list[Json]:
    """The parameter renamers of the SDK's own v1 -> v2 upgrade tool: old, new, and the calls each applies to."""
    module = tree.module("sagemaker.cli.compatibility.v2.modifiers.renamed_params")
    if module is None:
        return []
    found: list[Json] = []
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        returned: dict[str, object] = {}
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and isinstance(statement.body[-1], ast.Return):
                value = statement.body[-1].value
                if value is not None:
                    returned[statement.name] = literal(tree, module.name, value)
        old, new, calls = (returned.get(k) for k in ("old_param_name", "new_param_name", "calls_to_modify"))
        if isinstance(old, str) and isinstance(new, str) and isinstance(calls, dict):
            found.append({"old": old, "new": new, "calls": {name: _plain(calls[name]) for name in sorted(calls)}})
    return found


def removed_modules(tree: SourceTree) -> list[Json]:
    """Top-level modules of v2 that v3 names as removed."""
    module = tree.module("sagemaker.core.deprecations")
    listed = module.bindings.get("_REMOVED_V2_MODULES") if module else None
    if not (isinstance(listed, ast.Call) and listed.args and isinstance(listed.args[0], ast.Set)):
        raise LookupError("sagemaker.core.deprecations no longer lists the removed modules")
    assert module is not None  # noqa: S101 - for the type checker
    names = [literal(tree, module.name, item) for item in listed.args[0].elts]
    assert NOT_LITERAL not in names  # noqa: S101 - for the type checker
    return [f"sagemaker.{name}" for name in sorted(str(name) for name in names)]

"""Catalogues of the SageMaker Python SDK generations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from sagegreen.sagemaker.catalogue.signatures import Signature, WrittenSignature, followed_by, parse_signature
from sagegreen.sagemaker.catalogue.stored import read_stored

# sagemaker.modules of v2 builds on sagemaker-core 1.x: its names are looked up there.
_COMPANIONS = {"v2": ("sagemaker_core", "core1")}
_CONSTRUCTOR = "__init__"
_FUNCTION = ""


@dataclass(frozen=True)
class RenamedArgument:
    """A parameter that v2 renamed.

    ``calls`` maps call names to the namespaces in which the SDK's upgrade tool renames.
    """

    old: str
    new: str
    calls: Mapping[str, tuple[str, ...]]


class Catalogue:
    """What one generation of the SDK offers.

    Canonical names are ``<defining module>.<name>``. Where several releases were read, everything answers for the
    newest of them unless it says otherwise; symbols that only older releases had are kept (see ``removed_in``).
    Source: the released distributions named by ``versions``.
    """

    def __init__(self, data: Mapping[str, Any], companion: tuple[str, str] | None = None) -> None:
        self._data = data
        self._companion_root, self._companion_name = companion or ("", "")
        self.versions: tuple[str, ...] = tuple(data["versions"])
        self._modules = frozenset(data["modules"])
        self._signatures: dict[tuple[str, str], Signature | None] = {}
        self._orders: dict[str, tuple[str, ...]] = {}
        self._older: dict[tuple[str, str], tuple[tuple[str, Signature], ...]] = {}

    @cached_property
    def renamed_keywords(self) -> Mapping[str, str]:
        """Keywords of v1 that v2 still understands, with their present names."""
        return MappingProxyType(self._data.get("renamed_keywords", {}))

    @cached_property
    def renamed_arguments(self) -> tuple[RenamedArgument, ...]:
        """What the SDK's own v1 -> v2 upgrade tool renames, call by call."""
        return tuple(
            RenamedArgument(
                entry["old"],
                entry["new"],
                MappingProxyType({name: tuple(spaces) for name, spaces in entry["calls"].items()}),
            )
            for entry in self._data.get("renamed_arguments", [])
        )

    @cached_property
    def removed_modules(self) -> frozenset[str]:
        """Modules of the preceding generation that this one refuses to import (v3 only)."""
        return frozenset(self._data.get("removed_modules", []))

    def canonical(self, dotted: str) -> str | None:
        """The defining name of a dotted path as users write it, or None where the SDK has no such thing.

        Follows re-exports: ``sagemaker.pytorch.PyTorch`` is ``sagemaker.pytorch.estimator.PyTorch``. A class may be
        followed by one method or enumeration member: ``sagemaker.debugger.Rule.sagemaker``. A module is its own
        canonical name.
        """
        other = self._elsewhere(dotted)
        if other is not None:
            return other.canonical(dotted)
        parts = dotted.split(".")
        for depth in range(max(len(parts) - 1, 1), 0, -1):
            module = ".".join(parts[:depth])
            if module in self._modules:
                return self._walk(module, parts[depth:])
        return None

    def is_module(self, canonical: str) -> bool:
        """Whether the name is a module of the SDK."""
        other = self._elsewhere(canonical)
        return other.is_module(canonical) if other is not None else canonical in self._modules

    def is_class(self, canonical: str) -> bool:
        """Whether the canonical name is a class."""
        return self._class(canonical) is not None

    def is_function(self, canonical: str) -> bool:
        """Whether the canonical name is a module-level function."""
        return self._entry("functions", canonical) is not None

    def removed_in(self, canonical: str) -> str | None:
        """The first version read that lacks the class or function; None: the newest still has it."""
        index = self._entry("gone", canonical)
        return None if index is None else self.versions[index]

    def added_in(self, canonical: str) -> str | None:
        """The first version read that has the class or function; None: the oldest has it already."""
        index = self._entry("since", canonical)
        return None if index is None else self.versions[index]

    def bases(self, canonical: str) -> tuple[str, ...]:
        """The method resolution order within the SDK, nearest first, the class itself included; () for other names."""
        if canonical not in self._orders:
            self._orders[canonical] = (
                tuple(self._linearised(canonical, frozenset())) if self.is_class(canonical) else ()
            )
        return self._orders[canonical]

    def is_subclass(self, canonical: str, base_canonical: str) -> bool:
        """Whether the class is or inherits from the base."""
        return base_canonical in self.bases(canonical)

    def methods(self, canonical: str) -> frozenset[str]:
        """Names of the public methods, inherited ones included."""
        return frozenset(method for ancestor in self.bases(canonical) for method in self._written(ancestor))

    def signature(self, canonical: str, method: str = _CONSTRUCTOR) -> Signature | None:
        """What a call of the method accepts; None where the class or the method is unknown.

        Inherited methods are found. Where a method hands its ``**kwargs`` to the method it overrides, the parameters of
        the latter follow as keyword-only ones, so that ``instance_type`` is found on ``PyTorch``. A class that keeps
        its ``**kwargs`` to itself (``AlgorithmEstimator``) accepts just what it names.
        """
        key = (canonical, method)
        if key not in self._signatures:
            self._signatures[key] = self._effective(self.bases(canonical), method, None)
        return self._signatures[key]

    def older_signatures(self, canonical: str, method: str = _CONSTRUCTOR) -> tuple[tuple[str, Signature], ...]:
        """Signatures of older releases that differ from the newest one: (version range, signature), newest first.

        A range such as ``>=2.0.0,<2.110.0`` runs from the first release read with this signature to the first without.
        """
        if not self.is_class(canonical):
            return ()
        key = (canonical, method)
        if key not in self._older:
            order = self.bases(canonical)
            newest = self.signature(canonical, method)
            self._older[key] = self._runs(newest, lambda index: self._effective(order, method, index))
        return self._older[key]

    def function_signature(self, canonical: str) -> Signature | None:
        """What a call of the module-level function accepts."""
        text = self._entry("functions", canonical)
        return None if text is None else Signature(parse_signature(text).parameters)

    def older_function_signatures(self, canonical: str) -> tuple[tuple[str, Signature], ...]:
        """As ``older_signatures``, for a function."""
        newest = self.function_signature(canonical)
        if newest is None:
            return ()

        def at(index: int) -> Signature | None:
            text = self._text_at(canonical, _FUNCTION, index)
            return None if text is None else Signature(parse_signature(text).parameters)

        key = (canonical, _FUNCTION)
        if key not in self._older:
            self._older[key] = self._runs(newest, at)
        return self._older[key]

    def enum_members(self, canonical: str) -> Mapping[str, object] | None:
        """Members of an enumeration with their values (None: computed); None for anything else."""
        entry = self._class(canonical)
        members = entry.get("members") if entry is not None else None
        return None if members is None else MappingProxyType(members)

    def classes(self) -> Iterator[str]:
        """Canonical names of all classes of this file."""
        return (f"{module}.{name}" for module, names in self._data["classes"].items() for name in names)

    def functions(self) -> Iterator[str]:
        """Canonical names of all functions of this file."""
        return (f"{module}.{name}" for module, names in self._data["functions"].items() for name in names)

    def names_in(self, module: str) -> Iterator[str]:
        """The public names of classes and functions in a module, those it imports included."""
        here = f"{module}."
        written = [name.removeprefix(here) for name in (*self.classes(), *self.functions()) if name.startswith(here)]
        imported = self._imports(module) if module in self._modules else ()
        for name in dict.fromkeys((*written, *imported)):
            if "." in name or name.startswith("_"):
                continue
            found = self.canonical(here + name)
            if found is not None and (self.is_class(found) or self.is_function(found)):
                yield name

    def _elsewhere(self, dotted: str) -> "Catalogue | None":
        root = self._companion_root
        return load(self._companion_name) if root and dotted.split(".", 1)[0] == root else None

    def _entry(self, table: str, canonical: str) -> Any:
        other = self._elsewhere(canonical)
        if other is not None:
            return other._entry(table, canonical)  # noqa: SLF001 - the same class
        module, _, name = canonical.rpartition(".")
        return self._data.get(table, {}).get(module, {}).get(name)

    def _class(self, canonical: str) -> Mapping[str, Any] | None:
        entry: Mapping[str, Any] | None = self._entry("classes", canonical)
        return entry

    def _written(self, canonical: str) -> Mapping[str, str]:
        entry = self._class(canonical)
        methods: Mapping[str, str] = entry.get("methods", {}) if entry is not None else {}
        return methods

    def _walk(self, module: str, names: list[str]) -> str | None:
        current = module
        for index, name in enumerate(names):
            following = self._member(current, name, frozenset())
            if following is None:
                return None
            if self.is_module(following):
                current = following
                continue
            rest = names[index + 1 :]
            if not rest:
                return following
            return f"{following}.{rest[0]}" if len(rest) == 1 and self._has_attribute(following, rest[0]) else None
        return current

    def _member(self, module: str, name: str, seen: frozenset[str]) -> str | None:
        other = self._elsewhere(module)
        if other is not None:
            return other._member(module, name, seen)  # noqa: SLF001 - the same class
        if module in seen:
            return None
        direct = f"{module}.{name}"
        if self.removed_in(direct) is None and (self.is_class(direct) or self.is_function(direct)):
            return direct
        imported = self._imports(module).get(name)
        if imported is not None:
            return imported
        for star in reversed(self._data["stars"].get(module, [])):
            found = None if name.startswith("_") else self._member(star, name, seen | {module})
            if found is not None and not self.is_module(found):
                return found
        if direct in self._modules or self.is_class(direct) or self.is_function(direct):
            return direct
        return None

    def _imports(self, module: str) -> Mapping[str, str]:
        # Kept grouped by source module in the file; spread out for the few modules a program names.
        spread = self._spread_imports.get(module)
        if spread is None:
            spread = {}
            for source, names in self._data["imports"].get(module, {}).items():
                for item in names.split():
                    name, _, local = item.partition(">")
                    spread[local or name] = f"{source}.{name}" if source else name
            self._spread_imports[module] = spread
        return spread

    @cached_property
    def _spread_imports(self) -> dict[str, dict[str, str]]:
        return {}

    def _has_attribute(self, canonical: str, name: str) -> bool:
        return any(
            name in self._written(ancestor) or name in (self.enum_members(ancestor) or ())
            for ancestor in self.bases(canonical)
        )

    def _linearised(self, canonical: str, path: frozenset[str]) -> list[str]:
        entry = self._class(canonical)
        if entry is None or canonical in path:
            return []
        direct = [base for base in entry.get("bases", []) if self.is_class(base)]
        pending = [self._linearised(base, path | {canonical}) for base in direct]
        pending.append(list(direct))
        order = [canonical]
        while pending := [chain for chain in pending if chain]:
            tails = {name for chain in pending for name in chain[1:]}
            # Python's C3 rule; the sources are valid Python, so a head outside all tails exists.
            head = next((chain[0] for chain in pending if chain[0] not in tails), pending[0][0])
            order.append(head)
            pending = [[name for name in chain if name != head] for chain in pending]
        return order

    def _effective(self, order: tuple[str, ...], method: str, index: int | None) -> Signature | None:
        for depth, ancestor in enumerate(order):
            text = self._written(ancestor).get(method) if index is None else self._text_at(ancestor, method, index)
            if text is None:
                continue
            written: WrittenSignature = parse_signature(text)
            base = self._effective(order[depth + 1 :], method, index) if written.forwarding else None
            return Signature(written.parameters) if base is None else followed_by(written, base)
        return Signature(()) if order and method == _CONSTRUCTOR and index is None else None

    def _text_at(self, canonical: str, method: str, index: int) -> str | None:
        """The stored text as of release ``index`` of ``versions``; None where that release lacks it."""
        other = self._elsewhere(canonical)
        if other is not None:  # one release only: it stands for all
            return other._written(canonical).get(method)  # noqa: SLF001 - the same class
        since, gone = self._entry("since", canonical), self._entry("gone", canonical)
        if index < (since or 0) or (gone is not None and index >= gone):
            return None
        for first, last, text in (self._entry("older", canonical) or {}).get(method, []):
            if first <= index <= last:
                older: str | None = text
                return older
        if method == _FUNCTION:
            function: str | None = self._entry("functions", canonical)
            return function
        return self._written(canonical).get(method)

    def _runs(
        self, newest: Signature | None, at: Callable[[int], Signature | None]
    ) -> tuple[tuple[str, Signature], ...]:
        found: list[tuple[int, int, Signature]] = []
        for index in range(len(self.versions) - 1, -1, -1):
            signature = at(index)
            if signature is None or signature == newest:
                continue
            if found and found[-1][0] == index + 1 and found[-1][2] == signature:
                found[-1] = (index, found[-1][1], signature)
            else:
                found.append((index, index, signature))
        return tuple((self._range(first, last), signature) for first, last, signature in found)

    def _range(self, first: int, last: int) -> str:
        lower = f">={self.versions[first]}"
        return f"{lower},<{self.versions[last + 1]}" if last + 1 < len(self.versions) else lower


@cache
def load(name: str) -> Catalogue:
    """The catalogue of one generation: ``v1``, ``v2``, ``v3``, or ``core1`` (sagemaker-core 1.x).

    Raises:
        LookupError: another name.
    """
    return Catalogue(read_stored(name), _COMPANIONS.get(name))

"""Objects that carry settings without a class statement of the program: named tuples, namespaces, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.semantics.scopes import Scope
from sagegreen.semantics.values import (
    Bound,
    Class,
    Entry,
    Function,
    Instance,
    Known,
    Reference,
    Symbol,
    Unknown,
    Value,
    one_of,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.values import Scalar

_DEEPEST = 6


def field_names(machine: Machine, cls: Class) -> tuple[str, ...] | None:
    """The fields that a class's generated ``__init__`` takes, in order; ``None`` where it generates none."""
    found: list[str] = []
    declared = False
    for entry in reversed(machine.inheritance(cls)):
        if entry.fields is not None:
            declared = True
            found.extend(name for name in entry.fields if name not in found)
    return tuple(found) if declared else None


def attributes_of(machine: Machine, instance: Instance) -> dict[str, Value]:
    """The attributes that an object has of its own, fields first."""
    found: dict[str, Value] = {}
    names = field_names(machine, instance.type) or ()
    for name in (*names, *machine.attribute_names(instance)):
        value = machine.state.get(("instance", instance.identity, name))
        if isinstance(value, Value):
            found.setdefault(name, value)
    return found


def changed_copy(machine: Machine, value: Value, changes: Mapping[str, Value]) -> Value:
    """``dataclasses.replace(value, **changes)`` and its like."""
    copies: list[Value] = []
    for option in options(value):
        if not isinstance(option, Instance):
            copies.append(Unknown(sources=(option, *changes.values())))
            continue
        fresh = Instance(machine.identity(), option.type, origin=option.origin)
        for name, given in {**attributes_of(machine, option), **changes}.items():
            machine.state.set(("instance", fresh.identity, name), given)
        construction = machine.construction(option)
        if construction is not None:
            machine.state.set(("construction", fresh.identity), construction)
        copies.append(fresh)
    return one_of(copies)


def as_dictionary(machine: Machine, value: Value, *, deep: bool, depth: int = _DEEPEST) -> Value:
    """``dataclasses.asdict(value)`` and its like; ``vars(value)`` where not ``deep``."""
    found: list[Value] = []
    for option in options(value):
        if not isinstance(option, Instance):
            found.append(Unknown(sources=(option,)) if depth == _DEEPEST else option)
            continue
        entries: dict[Scalar, Entry] = {}
        for name, part in attributes_of(machine, option).items():
            nested = deep and depth and any(isinstance(inner, Instance) for inner in options(part))
            inner = as_dictionary(machine, part, deep=True, depth=depth - 1) if nested else part
            entries[name] = Entry(inner, inner.origin)
        made = machine.new_dictionary(entries, complete=True)
        if not deep:
            machine.state.set(("variables", made.identity), option)
        found.append(made)
    return one_of(found)


def namespace(machine: Machine, attributes: Mapping[str, Value], node: cst.CSTNode) -> Value:
    """``SimpleNamespace(**attributes)``."""
    made = Instance(machine.identity(), _class(machine, "Namespace", None), origin=machine.origin(node))
    for name, value in attributes.items():
        machine.state.set(("instance", made.identity, name), value)
    return made


def named_tuple(machine: Machine, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
    """``namedtuple("Job", "type count")`` and ``NamedTuple("Job", [("type", str)])``."""
    fields = _field_list(machine, arguments[1] if len(arguments) > 1 else keywords.get("field_names"))
    if fields is None:
        return Unknown(sources=tuple(arguments))
    made = _class(machine, "Tuple", fields)
    defaults = machine.elements(keywords["defaults"]) if "defaults" in keywords else None
    if defaults is not None and defaults.complete and len(defaults.items) <= len(fields):
        for name, value in zip(reversed(fields), reversed(defaults.items), strict=False):
            machine.state.set((made.scope.identity, name), value)
    return made


def _field_list(machine: Machine, value: Value | None) -> tuple[str, ...] | None:
    if isinstance(value, Known) and isinstance(value.value, str):
        return tuple(value.value.replace(",", " ").split())
    contents = machine.elements(value) if value is not None else None
    if contents is None or not contents.complete:
        return None
    names: list[str] = []
    for part in contents.items:
        pair = machine.elements(part)
        name = pair.items[0] if pair is not None and pair.items else part
        if not isinstance(name, Known) or not isinstance(name.value, str):
            return None
        names.append(name.value)
    return tuple(names)


def _class(machine: Machine, name: str, fields: tuple[str, ...] | None) -> Class:
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are evaluated
    node = cst.ClassDef(cst.Name(name), cst.IndentedBlock([]))
    bases = (Symbol("typing.NamedTuple"),) if fields is not None else ()
    return Class(node, cell, Scope(machine.identity(), "class"), bases, fields)


def is_tuple(machine: Machine, cls: Class) -> bool:
    """Whether objects of a class are tuples of their fields."""
    return any(
        isinstance(base, Symbol) and base.path == "typing.NamedTuple"
        for entry in machine.inheritance(cls)
        for base in entry.bases
    )


#: Functions that wrap a dictionary so that its keys are attributes, too.
WRAPPERS = frozenset(
    {"addict.Dict", "attrdict.AttrDict", "box.Box", "dotmap.DotMap", "easydict.EasyDict", "ml_collections.ConfigDict"}
    | {"ml_collections.config_dict.ConfigDict", "munch.Munch", "munch.munchify", "omegaconf.DictConfig"}
    | {"omegaconf.OmegaConf.create", "types.MappingProxyType"}
)

_DICTIONARY_METHODS = frozenset(dir(dict))


def key_as_attribute(machine: Machine, base: Reference, name: str) -> Value | None:
    """``config.train`` of a wrapped dictionary; plain ones have no attributes but their methods."""
    contents = machine.dictionary(base)
    if contents is None or name in _DICTIONARY_METHODS:
        return None
    entry = contents.entries.get(name)
    return entry.value if entry is not None else None


def is_callable(value: Value) -> bool:
    """Whether a value is a function or class of the program, or an imported name."""
    return isinstance(value, (Function, Bound, Class, Symbol))

"""Assignment: what a target binds, and what it changes in objects and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.semantics.state import DictionaryContents, ListContents
from sagegreen.semantics.values import (
    ABSENT,
    Attribute,
    Class,
    Entry,
    Instance,
    Item,
    Known,
    OneOf,
    Parameter,
    Reference,
    Result,
    Symbol,
    Unknown,
    Value,
    one_of,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.semantics.machine import Machine


def assign(machine: Machine, target: cst.CSTNode, value: Value) -> None:
    """Assign ``value`` to a target of any form."""
    if isinstance(target, cst.Name):
        machine.bind(target.value, value)
    elif isinstance(target, cst.Attribute):
        _assign_attribute(machine, target, value)
    elif isinstance(target, cst.Subscript):
        _assign_item(machine, target, value)
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(machine, target.elements, value)
    elif isinstance(target, cst.StarredElement):
        assign(machine, target.value, Unknown(sources=(value,)))


def _unpack(machine: Machine, elements: Sequence[cst.BaseElement], value: Value) -> None:
    star = next((index for index, element in enumerate(elements) if isinstance(element, cst.StarredElement)), None)
    whole = machine.elements(value)
    if star is not None and whole is not None and whole.complete and len(whole.items) >= len(elements) - 1:
        end = len(whole.items) - (len(elements) - 1 - star)
        middle = machine.new_list("list", whole.items[star:end], complete=True)
        for element, part in zip(elements, [*whole.items[:star], middle, *whole.items[end:]], strict=True):
            assign(machine, element.value, part)
        return
    starred = star is not None
    columns: list[list[Value]] = [[] for _ in elements]
    for option in options(value):
        contents = machine.elements(option)
        if contents is not None and contents.complete and len(contents.items) == len(elements) and not starred:
            for column, part in zip(columns, contents.items, strict=True):
                column.append(part)
        else:
            loop = option.loop if isinstance(option, Unknown) else None
            for index, column in enumerate(columns):
                if isinstance(option, (Result, Attribute, Item, Symbol)):
                    column.append(Item(option, Known(index)))
                else:
                    column.append(Unknown(sources=(option,), loop=loop))
    loop = value.loop if isinstance(value, OneOf) else None
    for element, column in zip(elements, columns, strict=True):
        assign(machine, element.value if not isinstance(element, cst.StarredElement) else element, one_of(column, loop))


def _assign_attribute(machine: Machine, target: cst.Attribute, value: Value) -> None:
    set_attribute(machine, machine.evaluate(target.value), target.attr.value, value, target)


def set_attribute(machine: Machine, base: Value, name: str, value: Value, node: cst.CSTNode) -> None:
    """``base.name = value``, at a statement or a call of ``setattr``."""
    receivers = options(base)
    for receiver in receivers:
        if isinstance(receiver, Instance):
            if machine.class_attribute(receiver.type, f"{name}.setter") is not None:
                _forget_attributes(machine, receiver)
            key: object = ("instance", receiver.identity, name)
            machine.state.set(key, value if len(receivers) == 1 else one_of([value, Unknown()]))
            construction = machine.construction(receiver)
            if construction is not None:
                machine.record_assignment(node, construction, name, value)
        elif isinstance(receiver, Class):
            machine.state.set((receiver.scope.identity, name), value)
        elif isinstance(receiver, (Result, Attribute, Symbol, Item, Unknown, Parameter)):
            machine.record_assignment(node, receiver, name, value)
            attribute_key = machine.attribute_key(receiver, name)
            if attribute_key is not None:
                machine.state.set(attribute_key, value)


def _forget_attributes(machine: Machine, receiver: Instance) -> None:
    """A method that is not looked into may have changed every attribute."""
    for name in machine.attribute_names(receiver):
        key = ("instance", receiver.identity, name)
        before = machine.state.get(key)
        machine.state.set(key, Unknown(sources=(before,) if isinstance(before, Value) else ()))


def _assign_item(machine: Machine, target: cst.Subscript, value: Value) -> None:
    base = machine.evaluate(target.value)
    key: Value = Unknown()
    if len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
        key = machine.evaluate(target.slice[0].slice.value)
    receivers = options(base)
    for receiver in receivers:
        if isinstance(receiver, Reference):
            set_item(machine, receiver, key, value, target, weak=len(receivers) > 1)


def set_item(
    machine: Machine, receiver: Reference, key: Value, value: Value, node: cst.CSTNode, *, weak: bool = False
) -> None:
    """``receiver[key] = value``; ``weak`` where it is not certain that this is the object."""
    contents = machine.state.get(receiver.identity)
    if isinstance(contents, DictionaryContents):
        if not isinstance(key, Known):
            names = [option for option in options(key) if isinstance(option, Known)]
            if len(names) < len(options(key)):
                rest = (*contents.rest, machine.snapshot(key), machine.snapshot(value))
                machine.state.set(receiver.identity, contents._replace(complete=False, rest=rest))
            for name in names:
                set_item(machine, receiver, name, value, node, weak=True)
            return
        entries = dict(contents.entries)
        before = entries.get(key.value)
        if weak:
            value = one_of([before.value if before is not None else ABSENT, value])
        written = before.key if before is not None and before.key is not None else machine.origin(node)
        entries[key.value] = Entry(value, written)
        machine.state.set(receiver.identity, contents._replace(entries=entries))
        set_variables(machine, receiver)
    elif isinstance(contents, ListContents):
        index = key.value if isinstance(key, Known) else None
        if isinstance(index, int) and -len(contents.items) <= index < len(contents.items) and contents.complete:
            items = list(contents.items)
            items[index] = one_of([items[index], value]) if weak else value
            machine.state.set(receiver.identity, ListContents(tuple(items), complete=True))
        else:
            machine.state.set(receiver.identity, ListContents(contents.items, complete=False))


def set_variables(machine: Machine, receiver: Reference) -> None:
    """What was put into ``vars(object)`` is an attribute of the object."""
    owner = machine.state.get(("variables", receiver.identity))
    contents = machine.state.get(receiver.identity)
    if isinstance(owner, Instance) and isinstance(contents, DictionaryContents):
        for name, entry in contents.entries.items():
            machine.state.set(("instance", owner.identity, name), entry.value)
        if not contents.complete:
            _forget_attributes(machine, owner)


def delete(machine: Machine, target: cst.CSTNode) -> None:
    """``del target``."""
    if not isinstance(target, cst.Subscript):
        return
    base = machine.evaluate(target.value)
    if len(target.slice) != 1 or not isinstance(target.slice[0].slice, cst.Index):
        return
    key = machine.evaluate(target.slice[0].slice.value)
    receivers = options(base)
    for receiver in receivers:
        contents = machine.state.get(receiver.identity) if isinstance(receiver, Reference) else None
        if not isinstance(receiver, Reference):
            continue
        if isinstance(contents, DictionaryContents):
            if isinstance(key, Known):
                entries = {name: entry for name, entry in contents.entries.items() if name != key.value}
                if len(receivers) > 1 and key.value in contents.entries:
                    before = contents.entries[key.value]
                    entries[key.value] = Entry(one_of([before.value, ABSENT]), before.key)
                machine.state.set(receiver.identity, contents._replace(entries=entries))
            else:
                machine.escape(receiver)
        elif isinstance(contents, ListContents):
            index = key.value if isinstance(key, Known) else None
            certain = contents.complete and not machine.loops and len(receivers) == 1
            if certain and isinstance(index, int) and -len(contents.items) <= index < len(contents.items):
                items = [item for place, item in enumerate(contents.items) if place != index % len(contents.items)]
                machine.state.set(receiver.identity, ListContents(tuple(items), complete=True))
            else:
                machine.state.set(receiver.identity, ListContents(contents.items, complete=False))

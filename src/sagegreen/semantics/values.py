"""What an expression can be: a known constant, one of several values, a structure of values, or unknown; never a guess.

A value keeps the place where it was written, so that a finding can stand at the literal and a fix can change it there.
Values compare by identity; :func:`same` tells whether two of them are certainly equal.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.semantics.immutable import immutable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import libcst as cst

    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.semantics.scopes import Scope
    from sagegreen.semantics.trace import Call, Loop

Scalar = str | int | float | complex | bool | bytes | None

#: More alternatives than this say nothing that a rule could use.
MOST_OPTIONS = 16


class Origin(NamedTuple):
    """Where a value was written."""

    cell: ParsedCell
    node: cst.CSTNode


@immutable
class Value:
    """What an expression can be; ``origin`` is the expression that made it, where one did."""

    origin: Origin | None = field(default=None, kw_only=True)


@immutable
class Known(Value):
    """One constant."""

    value: Scalar


@immutable
class OneOf(Value):
    """One of several values: branches, conditional expressions, the elements that a loop variable takes."""

    options: tuple[Value, ...]
    loop: Loop | None = None


@immutable
class Unknown(Value):
    """Anything at all.

    Attributes:
        default: what it is when nobody says otherwise (``argparse``, ``os.environ.get``, a parameter's default).
        sources: the values it was computed from.
        loop: the loop whose variable it is.
    """

    default: Value | None = None
    sources: tuple[Value, ...] = ()
    loop: Loop | None = None


@immutable
class Absent(Value):
    """No value: a dictionary key or an attribute that only some paths set."""


@immutable
class Parameter(Value):
    """A function's parameter that no visible call binds."""

    name: str
    default: Value | None = None
    annotation: Value | None = None


@immutable
class Joined(Value):
    """A string put together from parts of which some are not known."""

    parts: tuple[Value, ...]


@immutable
class Symbol(Value):
    """Something imported, by its dotted path; builtins stand under ``builtins``."""

    path: str


@immutable
class Attribute(Value):
    """An attribute of something that is not ours to look into."""

    base: Value
    name: str


@immutable
class Item(Value):
    """An item of something that is not ours to look into."""

    base: Value
    key: Value | None


@immutable
class Result(Value):
    """What a call to something imported returned."""

    call: Call


@immutable
class Reference(Value):
    """A list, tuple, set or dictionary whose contents the state of the program holds."""

    identity: int
    kind: str


@immutable
class Elements(Value):
    """The contents of a list, tuple or set at one moment; ``complete`` when there is certainly nothing else in it.

    ``alike`` where a loop filled it: any number of items, each like one of ``items``.
    """

    kind: str
    items: tuple[Value, ...]
    complete: bool
    alike: bool = False


class Entry(NamedTuple):
    """A dictionary entry: its value, and the key as it was written, where it was."""

    value: Value
    key: Origin | None


@immutable
class Mapped(Value):
    """The contents of a dictionary at one moment; ``complete`` when there is certainly no other key in it.

    ``rest`` is what other keys and values came out of, where it is not complete.
    """

    entries: Mapping[Scalar, Entry]
    complete: bool
    rest: tuple[Value, ...] = ()


@immutable
class Function(Value):
    """A function of the program.

    Attributes:
        node: its definition or lambda expression.
        cell: where that stands.
        scope: the scope around it.
        defaults: values of its parameters' defaults by name.
        owner: the class it was defined in.
        binding: how it is bound on attribute access: ``method``, ``classmethod``, ``staticmethod`` or ``property``.
    """

    node: cst.FunctionDef | cst.Lambda
    cell: ParsedCell
    scope: Scope
    defaults: Mapping[str, Value]
    annotations: Mapping[str, Value]
    owner: Class | None = None
    binding: str = "method"


@immutable
class Class(Value):
    """A class of the program; its attributes live in its scope."""

    node: cst.ClassDef
    cell: ParsedCell
    scope: Scope
    bases: tuple[Value, ...]
    fields: tuple[str, ...] | None


@immutable
class Instance(Value):
    """An object of a class of the program; its attributes live in the state of the program."""

    identity: int
    type: Class


@immutable
class Bound(Value):
    """A method of the program together with the object it was taken from."""

    function: Function
    receiver: Value


@immutable
class Super(Value):
    """What ``super()`` gives inside a method."""

    owner: Class
    receiver: Value


@immutable
class Namespace(Value):
    """A module of the same project."""

    scope: Scope


ABSENT = Absent()


def options(value: Value) -> tuple[Value, ...]:
    """The values that ``value`` may be, itself where it is not one of several."""
    return value.options if isinstance(value, OneOf) else (value,)


def one_of(values: Iterable[Value], loop: Loop | None = None, origin: Origin | None = None) -> Value:
    """Join alternatives: equal constants and identical values fold into one, too many become unknown."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, OneOf):
            loop = loop or value.loop
            for option in value.options:
                _add(found, option)
        else:
            _add(found, value)
    if not found:
        return Unknown(origin=origin)
    if len(found) == 1:
        return found[0]
    if len(found) > MOST_OPTIONS:
        return Unknown(sources=tuple(found[:MOST_OPTIONS]), loop=loop, origin=origin)
    return OneOf(tuple(found), loop, origin=origin)


def _add(found: list[Value], option: Value) -> None:
    """Add an option, unless it is there."""
    if not found:
        found.append(option)
    elif isinstance(option, Known):
        kind = type(option.value)
        for other in found:
            if other is option:  # also where it is not equal to itself, as no ``nan`` is
                return
            if isinstance(other, Known) and type(other.value) is kind and other.value == option.value:
                return
        found.append(option)
    elif isinstance(option, Symbol):
        for other in found:
            if isinstance(other, Symbol) and other.path == option.path:
                return
        found.append(option)
    else:
        for other in found:
            if other is option:
                return
        found.append(option)


def same(one: Value, other: Value) -> bool:
    """Whether two values are certainly equal at run time."""
    if one is other:
        return True
    if isinstance(one, Known) and isinstance(other, Known):
        return one.value == other.value
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        return one.path == other.path
    if isinstance(one, Result) and isinstance(other, Result):
        return one.call is other.call
    if isinstance(one, Attribute) and isinstance(other, Attribute):
        return one.name == other.name and same(one.base, other.base)
    if isinstance(one, Item) and isinstance(other, Item):
        return one.key is not None and other.key is not None and same(one.key, other.key) and same(one.base, other.base)
    if isinstance(one, Joined) and isinstance(other, Joined):
        return len(one.parts) == len(other.parts) and all(map(same, one.parts, other.parts))
    return False


def depends_on(value: Value, loop: Loop) -> bool:
    """Whether ``value`` changes with the rounds of ``loop``."""
    return any(isinstance(part, (OneOf, Unknown)) and part.loop is loop for part in walk(value))


def walk(value: Value) -> Iterator[Value]:
    """The value and everything that it was made of, each once."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            pending.extend(parts(part))


def parts(value: Value) -> tuple[Value, ...]:
    """What a value was directly made of."""
    if isinstance(value, OneOf):
        return value.options
    if isinstance(value, Unknown):
        return value.sources
    if isinstance(value, Joined):
        return value.parts
    if isinstance(value, Attribute):
        return (value.base,)
    if isinstance(value, Item):
        return (value.base,) if value.key is None else (value.base, value.key)
    if isinstance(value, Elements):
        return value.items
    if isinstance(value, Mapped):
        return (*(entry.value for entry in value.entries.values()), *value.rest)
    if isinstance(value, Result):
        return (value.call.callee, *(argument.value for argument in value.call.arguments))
    return ()

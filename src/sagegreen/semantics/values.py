"""What an expression can be: a known constant, one of several values, a structure of values, or unknown; never a guess.

A value keeps the place where it was written, so that a finding can stand at the literal and a fix can change it there.
Values compare by identity; :func:`same` tells whether two of them are certainly equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

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


@dataclass(frozen=True, eq=False, slots=True)
class Value:
    """What an expression can be; ``origin`` is the expression that made it, where one did."""

    origin: Origin | None = field(default=None, kw_only=True)


@dataclass(frozen=True, eq=False, slots=True)
class Known(Value):
    """One constant."""

    value: Scalar


@dataclass(frozen=True, eq=False, slots=True)
class OneOf(Value):
    """One of several values: branches, conditional expressions, the elements that a loop variable takes."""

    options: tuple[Value, ...]
    loop: Loop | None = None


@dataclass(frozen=True, eq=False, slots=True)
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


@dataclass(frozen=True, eq=False, slots=True)
class Absent(Value):
    """No value: a dictionary key or an attribute that only some paths set."""


@dataclass(frozen=True, eq=False, slots=True)
class Parameter(Value):
    """A function's parameter that no visible call binds."""

    name: str
    default: Value | None = None
    annotation: Value | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Joined(Value):
    """A string put together from parts of which some are not known."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Symbol(Value):
    """Something imported, by its dotted path; builtins stand under ``builtins``."""

    path: str


@dataclass(frozen=True, eq=False, slots=True)
class Attribute(Value):
    """An attribute of something that is not ours to look into."""

    base: Value
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Item(Value):
    """An item of something that is not ours to look into."""

    base: Value
    key: Value | None


@dataclass(frozen=True, eq=False, slots=True)
class Result(Value):
    """What a call to something imported returned."""

    call: Call


@dataclass(frozen=True, eq=False, slots=True)
class Reference(Value):
    """A list, tuple, set or dictionary whose contents the state of the program holds."""

    identity: int
    kind: str


@dataclass(frozen=True, eq=False, slots=True)
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


@dataclass(frozen=True, eq=False, slots=True)
class Mapped(Value):
    """The contents of a dictionary at one moment; ``complete`` when there is certainly no other key in it.

    ``rest`` is what other keys and values came out of, where it is not complete.
    """

    entries: Mapping[Scalar, Entry]
    complete: bool
    rest: tuple[Value, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
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


@dataclass(frozen=True, eq=False, slots=True)
class Class(Value):
    """A class of the program; its attributes live in its scope."""

    node: cst.ClassDef
    cell: ParsedCell
    scope: Scope
    bases: tuple[Value, ...]
    fields: tuple[str, ...] | None


@dataclass(frozen=True, eq=False, slots=True)
class Instance(Value):
    """An object of a class of the program; its attributes live in the state of the program."""

    identity: int
    type: Class


@dataclass(frozen=True, eq=False, slots=True)
class Bound(Value):
    """A method of the program together with the object it was taken from."""

    function: Function
    receiver: Value


@dataclass(frozen=True, eq=False, slots=True)
class Super(Value):
    """What ``super()`` gives inside a method."""

    owner: Class
    receiver: Value


@dataclass(frozen=True, eq=False, slots=True)
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
        for option in options(value):
            if not any(option is other or _equal_constants(option, other) for other in found):
                found.append(option)
            if isinstance(value, OneOf) and value.loop is not None:
                loop = loop or value.loop
    if not found:
        return Unknown(origin=origin)
    if len(found) == 1:
        return found[0]
    if len(found) > MOST_OPTIONS:
        return Unknown(sources=tuple(found[:MOST_OPTIONS]), loop=loop, origin=origin)
    return OneOf(tuple(found), loop, origin=origin)


def _equal_constants(one: Value, other: Value) -> bool:
    if isinstance(one, Known) and isinstance(other, Known):
        return type(one.value) is type(other.value) and one.value == other.value
    return isinstance(one, Symbol) and isinstance(other, Symbol) and one.path == other.path


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

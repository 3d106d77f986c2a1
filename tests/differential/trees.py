"""What a generated program is to build, before it is disguised: constants, tables, and calls of the SDK."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Constant = str | int | float | bool | None


@dataclass(frozen=True)
class Code:
    """An expression that is written as it stands."""

    text: str


@dataclass(frozen=True)
class Imported:
    """Something of an SDK, by the module that users import it from."""

    module: str
    name: str


@dataclass(frozen=True)
class Client:
    """A boto3 client."""

    service: str


@dataclass(frozen=True)
class Method:
    """A method of an object or of a class."""

    receiver: Tree
    name: str


@dataclass(frozen=True)
class Invoked:
    """A call.

    Attributes:
        function: what is called.
        arguments: by keyword.
        positions: the keywords that may be given by position instead, in their order.
        attributes: the keywords that may be assigned to the object instead.
    """

    function: Imported | Method
    arguments: Mapping[str, Tree] = field(default_factory=dict)
    positions: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """A dictionary."""

    entries: Mapping[str, Tree]


@dataclass(frozen=True)
class Several:
    """A list."""

    items: tuple[Tree, ...]


Tree = Constant | Code | Imported | Client | Method | Invoked | Table | Several

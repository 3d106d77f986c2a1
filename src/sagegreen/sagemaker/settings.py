"""Settings: one property of a resource, what is known of its value, and where it was written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.sagemaker.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagegreen.semantics.values import Scalar, Value


class State(Enum):
    """What is known of a setting; the values are the inventory's spellings."""

    KNOWN = "known"
    ONE_OF = "one_of"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Literal(NamedTuple):
    """One constant that a setting may be, and where it was written; ``declared``: a default that may be overridden."""

    value: Scalar
    place: Place
    declared: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """One property of a resource.

    Attributes:
        name: its name in the vocabulary, the same in every dialect.
        state: what is known of it.
        values: the constants that it may be: one where it is known, several where it is one of several. Structures
            (``checkpoint``, ``rules`` ...) are ``True`` or ``False`` here.
        default: for an unknown setting the constant it has when nobody says otherwise, where one was declared.
        value: the value as the analysis sees it, ``None`` where it is absent.
        place: where the value was written, the literal itself where there is one.
        argument: the argument of the outer call that leads to it.
        sdk_default: the literal default that the signature declares, used where the setting is absent.
        optional: whether some paths leave it out.
        literals: the constants that may reach it, each with its own place, also where others cannot be followed.
    """

    name: str
    state: State
    values: tuple[Scalar, ...] = ()
    default: Scalar = None
    value: Value | None = None
    place: Place | None = None
    argument: Place | None = None
    sdk_default: object = None
    optional: bool = False
    literals: tuple[Literal, ...] = ()

    @property
    def argument_value(self) -> Place | None:
        """The expression that the outer call is given."""
        node = self.argument.node if self.argument is not None else None
        if self.argument is None or not isinstance(node, cst.Arg) or node.star:
            return None
        return Place(self.argument.parsed_cell, node.value)

    @property
    def is_absent(self) -> bool:
        """Whether the code certainly does not set it."""
        return self.state is State.ABSENT

    @property
    def is_unknown(self) -> bool:
        """Whether nothing definite can be said of it."""
        return self.state is State.UNKNOWN

    @property
    def is_known(self) -> bool:
        """Whether it certainly has the one value in ``values``."""
        return self.state is State.KNOWN

    @property
    def constant(self) -> Scalar:
        """The value of a known setting; ``None`` in every other state."""
        return self.values[0] if self.state is State.KNOWN else None

    @property
    def effective(self) -> object:
        """The value the SDK uses where that is certain: the known one, or the declared default of an absent one."""
        if self.state is State.ABSENT:
            return self.sdk_default
        return self.constant

    def certainly(self, test: Callable[[Scalar], bool]) -> bool:
        """Whether it is set and every value it may have passes ``test``."""
        return self.state in {State.KNOWN, State.ONE_OF} and all(map(test, self.values))

    def possibly(self, test: Callable[[Scalar], bool]) -> bool:
        """Whether a value that it may have passes ``test``, its declared default included; unknown ones do not."""
        if self.state is State.UNKNOWN:
            return self.default is not None and test(self.default)
        return any(map(test, self.values))

    def as_json(self) -> dict[str, object]:
        """The inventory's form of it."""
        if self.state is State.KNOWN and self.values[0] is None:
            return {"state": State.ABSENT.value}
        if self.state is State.KNOWN:
            return {"state": "known", "value": self.values[0]}
        if self.state is State.ONE_OF:
            return {"state": "one_of", "values": list(self.values)}
        if self.state is State.UNKNOWN and self.default is not None:
            return {"state": "unknown", "default": self.default}
        return {"state": self.state.value}


def absent(name: str, sdk_default: object = None) -> Setting:
    """A setting that the code leaves out."""
    return Setting(name, State.ABSENT, sdk_default=sdk_default)


def unknown(name: str) -> Setting:
    """A setting of which nothing can be said."""
    return Setting(name, State.UNKNOWN)


def derived(name: str, *, value: bool) -> Setting:
    """A setting that follows from others, or from what the program does."""
    return Setting(name, State.KNOWN, (value,))

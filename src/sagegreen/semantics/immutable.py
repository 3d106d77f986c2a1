"""Classes of which an execution makes millions of objects, whose attributes nobody may assign."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    from typing_extensions import dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
    def immutable(cls: type[T]) -> type[T]:
        """A frozen dataclass without equality: what guards it is the type checker."""
else:
    # A frozen dataclass takes three times as long to make: each attribute is set by a call.
    immutable = partial(dataclass, eq=False, slots=True)

"""Choices that hypothesis makes, and so can make smaller: the first of several is the plainest."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

T = TypeVar("T")


@dataclass
class Choices:
    """Choices for one program.

    Attributes:
        draw: hypothesis' own way to draw.
    """

    draw: Callable[[Any], Any]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def one(self, options: Sequence[T]) -> T:
        """One of several."""
        index: int = self.draw(strategies.integers(0, len(options) - 1))
        return options[index]

    def often(self) -> bool:
        """Two times in three."""
        return bool(self.draw(strategies.integers(0, 2)))

    def rarely(self) -> bool:
        """One time in three."""
        return int(self.draw(strategies.integers(0, 2))) == 2

    def number(self) -> int:
        """A number that no other thing of the program has."""
        return next(self._numbers)

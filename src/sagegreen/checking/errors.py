"""What goes wrong for a user: each is one line that says what, where and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_LEAST_LIKENESS = 0.5


class SagegreenError(Exception):
    """A mistake of usage, configuration or installation; the message is for the user, exit code 2."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate a misspelt word most likely means, ``None`` where none is near."""
    from difflib import SequenceMatcher

    folded = word.casefold()

    def likeness(candidate: str) -> tuple[float, bool]:
        other = candidate.casefold()
        # Two swapped characters are a likelier slip than a wrong one.
        return SequenceMatcher(None, folded, other).ratio(), sorted(folded) == sorted(other)

    best = max(sorted(candidates), key=likeness, default=None)
    return best if best is not None and likeness(best)[0] >= _LEAST_LIKENESS else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The end of a message about an unknown word: the nearest known one, or nothing."""
    candidate = nearest(word, candidates)
    return f"; did you mean `{candidate}`?" if candidate else ""

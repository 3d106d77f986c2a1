"""What goes wrong for a user: each is one line that says what, where and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SagegreenError(Exception):
    """A mistake of usage, configuration or installation; the message is for the user, exit code 2."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate a misspelt word most likely means, ``None`` where none is near."""
    from difflib import get_close_matches

    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    matches = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[matches[0]] if matches else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The end of a message about an unknown word: the nearest known one, or nothing."""
    candidate = nearest(word, candidates)
    return f"; did you mean `{candidate}`?" if candidate else ""

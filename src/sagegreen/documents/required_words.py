"""What must stand in a text that an expression matches: plain words are found many times as fast as alternatives."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import import_module

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from typing import Any

#: The standard library's parser of expressions; what it gives is documented by its own compiler only.
_PARSER = "re._parser" if sys.version_info >= (3, 11) else "sre_parse"
_SHORTEST = 3


def occurs(pattern: re.Pattern[bytes], raw: bytes) -> bool:
    """Tell whether an expression matches somewhere in a text.

    Args:
        pattern: any expression on bytes.
        raw: the text.
    """
    words = required_words(pattern)
    if words:
        lowered = raw.lower()
        if not any(word in lowered for word in words):
            return False
    return pattern.search(raw) is not None


@lru_cache(maxsize=512)
def required_words(pattern: re.Pattern[bytes]) -> frozenset[bytes]:
    """Words, in small letters, of which one stands in every text that an expression matches.

    Args:
        pattern: any expression on bytes.

    Returns:
        The words; none where that cannot be said.
    """
    try:
        parser = import_module(_PARSER)
        tree = parser.parse(pattern.pattern, pattern.flags)
    except (ImportError, AttributeError, re.error):
        return frozenset()
    return _of_sequence(tree) or frozenset()


def _of_sequence(items: Any) -> frozenset[bytes] | None:
    """Of the alternatives that the parts of a sequence ask for, those that say most."""
    found: list[frozenset[bytes]] = []
    run = bytearray()
    for operation, argument in [*items, (None, None)]:
        if str(operation) == "LITERAL" and argument < 128:
            run.append(argument)
            continue
        if run:
            found.append(frozenset({bytes(run).lower()}))
            run.clear()
        inner = _of_item(str(operation), argument)
        if inner:
            found.append(inner)
    found = [words for words in found if min(map(len, words)) >= _SHORTEST]
    return max(found, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _of_item(operation: str, argument: Any) -> frozenset[bytes] | None:
    if operation == "SUBPATTERN":
        return _of_sequence(argument[-1])
    if operation == "ATOMIC_GROUP":
        return _of_sequence(argument)
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and argument[0]:
        return _of_sequence(argument[2])
    if operation == "BRANCH":
        alternatives = [_of_sequence(alternative) for alternative in argument[1]]
        if all(alternatives):
            return frozenset(word for words in alternatives if words for word in words)
    return None

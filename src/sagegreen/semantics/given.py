"""The arguments of a call, sorted for the models of library functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from sagegreen.semantics.trace import Argument
    from sagegreen.semantics.values import Value


class Given:
    """What a call was given.

    Attributes:
        node: the call.
        certain: whether no argument could not be followed.
        positional: the values without a keyword.
        keywords: the others by keyword.
    """

    def __init__(self, arguments: Sequence[Argument], node: cst.CSTNode) -> None:
        self.node = node
        self.certain = not any(argument.star for argument in arguments)
        self.positional = [argument.value for argument in arguments if argument.keyword is None and not argument.star]
        self.keywords = {argument.keyword: argument.value for argument in arguments if argument.keyword is not None}

    def get(self, index: int, keyword: str | None = None) -> Value | None:
        """The value at a position, or under a keyword."""
        if index < len(self.positional):
            return self.positional[index]
        return self.keywords.get(keyword) if keyword is not None else None

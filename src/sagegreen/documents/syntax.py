"""What nodes are made of, without the white space and punctuation between their parts."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

_PUNCTUATION = frozenset(
    {"lpar", "rpar", "comma", "equal", "dot", "semicolon", "colon", "first_colon", "second_colon", "star", "relative"}
    | {"lbracket", "rbracket", "lbrace", "rbrace", "header", "footer", "indent", "asynchronous", "posonly_ind"}
    | {"leading_lines", "lines_after_decorators", "leading_whitespace", "trailing_whitespace"}
)
#: Where the fields do not stand in the order of the text.
_ORDER: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.Arg: ("keyword", "value"),
    cst.ClassDef: ("decorators", "name", "type_parameters", "bases", "keywords", "body"),
    cst.ExceptHandler: ("type", "name", "body"),
    cst.ExceptStarHandler: ("type", "name", "body"),
    cst.FunctionDef: ("decorators", "name", "type_parameters", "params", "returns", "body"),
    cst.IfExp: ("body", "test", "orelse"),
    cst.MatchCase: ("pattern", "guard", "body"),
    cst.Parameters: ("posonly_params", "params", "star_arg", "kwonly_params", "star_kwarg"),
}


@cache
def _parts_of(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    if kind in _ORDER:
        return _ORDER[kind]
    return tuple(
        entry.name
        for entry in fields(kind)
        if entry.name not in _PUNCTUATION and not entry.name.startswith("whitespace")
    )


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The parts of a node in the order of the text: ``node.children`` without what is no code, ten times as fast."""
    for name in _parts_of(type(node)):
        value = getattr(node, name)
        if type(value) in _SEQUENCES:
            yield from value
        elif value is not None and _is_node(value.__class__):
            yield value


_SEQUENCES = frozenset({list, tuple})


@cache
def _is_node(kind: type) -> bool:
    return issubclass(kind, cst.CSTNode)

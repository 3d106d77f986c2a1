"""Python's operators and string methods on constants: computed where all operands are known, bounded in size."""

from __future__ import annotations

import operator
import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import libcst as cst

from sagegreen.semantics.values import Joined, Known, OneOf, Parameter, Unknown, Value, one_of, options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sagegreen.semantics.state import ListContents
    from sagegreen.semantics.values import Origin, Scalar

_LARGEST_NUMBER = 10**18
_LONGEST_STRING = 4_000
#: A width this long in a format specification makes a string that nobody writes by hand.
_WIDE_FORMAT = re.compile(r"[0-9]{4,}|\*")
_MOST_COMBINATIONS = 16
_PLACEHOLDER = re.compile(r"%[#0\- +]*[0-9]*(?:\.[0-9]+)?[a-zA-Z]")

_LARGEST_EXPONENT = 64


def _power(base: float, exponent: float) -> Any:
    if abs(exponent) > _LARGEST_EXPONENT or abs(base) > _LARGEST_NUMBER:
        raise OverflowError
    return base**exponent


_BINARY: dict[type[cst.CSTNode], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
    cst.Power: _power,
    cst.BitOr: operator.or_,
    cst.BitAnd: operator.and_,
    cst.AddAssign: operator.add,
    cst.SubtractAssign: operator.sub,
    cst.MultiplyAssign: operator.mul,
    cst.DivideAssign: operator.truediv,
    cst.FloorDivideAssign: operator.floordiv,
}

_COMPARISONS: dict[type[cst.CSTNode], Callable[[Any, Any], Any]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
    cst.In: lambda left, right: left in right,
    cst.NotIn: lambda left, right: left not in right,
}

_STRING_METHODS = frozenset(
    {"capitalize", "casefold", "lower", "title", "upper"}
    | {"lstrip", "rstrip", "strip", "removeprefix", "removesuffix", "replace", "zfill", "format"}
    | {"count", "endswith", "find", "isdigit", "startswith"}
)

_NEVER_FAILS = (ArithmeticError, TypeError, ValueError, KeyError, IndexError, AttributeError, LookupError)


def _in_bounds(value: object) -> bool:
    if isinstance(value, (str, bytes)):
        return len(value) <= _LONGEST_STRING
    if isinstance(value, (int, float)):
        return abs(value) <= _LARGEST_NUMBER
    return value is None


def compute(function: Callable[..., Any], operands: Sequence[Scalar], origin: Origin | None) -> Value:
    """Apply ``function`` to constants; unknown where Python would raise or the result is out of bounds."""
    if not all(map(_in_bounds, operands)):
        return Unknown(origin=origin)
    try:
        result = function(*operands)
    except _NEVER_FAILS:
        return Unknown(origin=origin)
    return Known(result, origin=origin) if _in_bounds(result) else Unknown(origin=origin)


def _each(function: Callable[[Value, Value], Value], left: Value, right: Value, origin: Origin | None) -> Value:
    lefts, rights = options(left), options(right)
    if len(lefts) * len(rights) > _MOST_COMBINATIONS:
        return Unknown(sources=(left, right), origin=origin)
    loop = next((value.loop for value in (left, right) if isinstance(value, OneOf) and value.loop is not None), None)
    return one_of([function(one, other) for one in lefts for other in rights], loop, origin)


def binary(kind: cst.CSTNode, left: Value, right: Value, origin: Origin | None) -> Value:
    """The value of a binary operation."""
    function = _BINARY.get(type(kind))

    def combined(one: Value, other: Value) -> Value:
        if isinstance(one, Known) and isinstance(other, Known) and function is not None:
            if isinstance(kind, cst.Multiply) and isinstance(one.value, (str, bytes)) | isinstance(
                other.value, str | bytes
            ):
                return Unknown(origin=origin)
            if isinstance(kind, cst.Modulo) and isinstance(one.value, str) and _WIDE_FORMAT.search(one.value):
                return Unknown(origin=origin)
            return compute(function, (one.value, other.value), origin)
        if isinstance(kind, (cst.Add, cst.AddAssign)) and (_is_text(one) or _is_text(other)):
            return joined((one, other), origin)
        if isinstance(kind, cst.Divide) and _is_text(one) != _is_text(other):
            return joined((one, Known("/"), other), origin)  # only paths can be divided by text
        return Unknown(sources=(one, other), origin=origin)

    return _each(combined, left, right, origin)


def filled(text: Known, filling: ListContents, origin: Origin | None) -> Value:
    """``"ml.%s.%s" % (family, size)``."""
    template = text.value
    if (
        isinstance(template, str)
        and filling.complete
        and not _WIDE_FORMAT.search(template)
        and all(isinstance(item, Known) for item in filling.items)
    ):
        values = tuple(item.value for item in filling.items if isinstance(item, Known))
        return compute(lambda *_: template % values, values, origin)
    if isinstance(template, str) and filling.complete and "%%" not in template:
        texts = _PLACEHOLDER.split(template)
        if len(texts) == len(filling.items) + 1:
            return joined(_alternating(texts, filling.items), origin)
    return Joined((Known(template), *filling.items), origin=origin)


def _alternating(texts: Sequence[str], values: Sequence[Value]) -> list[Value]:
    """The parts of a text with values in its gaps."""
    parts: list[Value] = [Known(texts[0])]
    for value, text in zip(values, texts[1:], strict=True):
        parts += [Known(str(value.value)) if isinstance(value, Known) else value, Known(text)]
    return parts


def _formatted(template: str, arguments: Sequence[Value], keywords: dict[str, Value]) -> list[Value] | None:
    """The parts of ``template.format(...)``, ``None`` where a field is more than a number or a name."""
    texts: list[str] = [""]
    values: list[Value] = []
    try:
        for text, name, _, _ in Formatter().parse(template):
            texts[-1] += text
            if name is None:
                continue
            index = len(values) if not name else int(name) if name.isdecimal() else None
            value = keywords.get(name) if index is None else arguments[index] if index < len(arguments) else None
            if value is None:
                return None
            values.append(value)
            texts.append("")
    except ValueError:
        return None
    return _alternating(texts, values)


def _is_text(value: Value) -> bool:
    return isinstance(value, Joined) or (isinstance(value, Known) and isinstance(value.value, str))


#: In characters and parts. Code that people write holds scripts and policies in strings, and nothing longer.
_LONGEST_TEXT = 1_000_000


def joined(parts: Sequence[Value], origin: Origin | None) -> Value:
    """A string made of parts: a constant where all are, else the parts with neighbouring constants folded."""
    folded: list[Value] = []
    length = 0
    for part in parts:
        length += len(part.parts) if isinstance(part, Joined) else 1
        if isinstance(part, Known) and isinstance(part.value, str):
            length += len(part.value)
        if length > _LONGEST_TEXT:
            return Unknown(sources=tuple(parts[:1]), origin=origin)
        for piece in part.parts if isinstance(part, Joined) else (part,):
            last = folded[-1] if folded else None
            if (
                isinstance(piece, Known)
                and isinstance(last, Known)
                and isinstance(piece.value, str)
                and isinstance(last.value, str)
            ):
                folded[-1] = Known(last.value + piece.value, origin=origin)
            else:
                folded.append(piece)
    if len(folded) == 1 and isinstance(folded[0], Known):
        return Known(folded[0].value, origin=origin)
    return Joined(tuple(folded), origin=origin) if folded else Known("", origin=origin)


def compare(kind: cst.CSTNode, left: Value, right: Value, origin: Origin | None) -> Value:
    """The value of one comparison of constants."""
    function = _COMPARISONS.get(type(kind))

    def compared(one: Value, other: Value) -> Value:
        if isinstance(one, Known) and isinstance(other, Known) and function is not None:
            if isinstance(kind, (cst.Is, cst.IsNot)):
                equal = type(one.value) is type(other.value) and one.value == other.value
                return Known(equal if isinstance(kind, cst.Is) else not equal, origin=origin)
            return compute(function, (one.value, other.value), origin)
        usual, usual_other = default_of(one), default_of(other)
        default = None
        if usual is not None and usual_other is not None and (usual is not one or usual_other is not other):
            default = compared(usual, usual_other)
        return Unknown(default=default if isinstance(default, Known) else None, sources=(one, other), origin=origin)

    return _each(compared, left, right, origin)


def default_of(value: Value) -> Known | None:
    """What a value is when nobody says otherwise."""
    while isinstance(value, (Unknown, Parameter)) and value.default is not None:
        value = value.default
    return value if isinstance(value, Known) else None


def unary(kind: cst.CSTNode, operand: Value, origin: Origin | None) -> Value:
    """The value of ``-x`` and ``+x``."""
    functions: dict[type[cst.CSTNode], Callable[[Any], Any]] = {cst.Minus: operator.neg, cst.Plus: operator.pos}
    function = functions.get(type(kind))
    if isinstance(operand, Known) and function is not None:
        return compute(function, (operand.value,), origin)
    return Unknown(sources=(operand,), origin=origin)


def string_method(
    text: Value, name: str, arguments: Sequence[Value], keywords: dict[str, Value], origin: Origin | None
) -> Value:
    """The value of a method of a constant string."""
    if not isinstance(text, Known) or not isinstance(text.value, str) or name not in _STRING_METHODS:
        return Unknown(sources=(text, *arguments), origin=origin)
    everything = [*arguments, *keywords.values()]
    if name in {"format", "zfill"} and (name == "zfill" or _WIDE_FORMAT.search(text.value)):
        return Unknown(sources=(text, *everything), origin=origin)
    if all(isinstance(argument, Known) for argument in everything):
        positional = [argument.value for argument in arguments if isinstance(argument, Known)]
        named = {key: value.value for key, value in keywords.items() if isinstance(value, Known)}
        method = getattr(text.value, name)
        return compute(lambda *_: method(*positional, **named), [*positional, *named.values()], origin)
    if name == "format":
        parts = _formatted(text.value, arguments, keywords)
        return Joined((text, *everything), origin=origin) if parts is None else joined(parts, origin)
    return Unknown(sources=(text, *everything), origin=origin)

"""Signatures as compact text, read from function definitions.

The text is a Python parameter list without ``self``/``cls`` and annotations; a default that the sources do not settle
is ``...``. Where the function hands its ``**kwargs`` on to the same method of its base class, `` -> 2* name ...``
follows: how many positional arguments it passes itself, ``*`` where it hands on ``*args`` too, and which keywords it
passes itself.
"""

import ast
from dataclasses import dataclass

from .literals import NOT_LITERAL, literal
from .sources import SourceTree

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Field:
    """One parameter: ``default`` is source text, None where required."""

    name: str
    default: str | None
    keyword_only: bool = False


def default_text(tree: SourceTree, module: str, node: ast.expr) -> str:
    value = literal(tree, module, node)
    return "..." if value is NOT_LITERAL else repr(value)


def decorator_names(node: Function | ast.ClassDef) -> list[str]:
    """Last component of every decorator's name: ``classmethod``, ``property``, ``setter`` ..."""
    names = []
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.append(function.id if isinstance(function, ast.Name) else getattr(function, "attr", ""))
    return names


def signature_text(tree: SourceTree, module: str, node: Function, in_class: bool) -> str:
    """The text form of one definition."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = list(zip(positional, defaults, strict=True))
    if in_class and "staticmethod" not in decorator_names(node) and pairs:
        pairs = pairs[1:]
    parts = [_parameter(tree, module, argument.arg, default) for argument, default in pairs]
    if arguments.vararg:
        parts.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        parts.append("*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parts.append(_parameter(tree, module, argument.arg, default))
    if arguments.kwarg:
        parts.append(f"**{arguments.kwarg.arg}")
    forward = _forwarding(node) if in_class and arguments.kwarg else ""
    return ", ".join(parts) + forward


def _parameter(tree: SourceTree, module: str, name: str, default: ast.expr | None) -> str:
    return name if default is None else f"{name}={default_text(tree, module, default)}"


def _forwarding(node: Function) -> str:
    """How ``node`` hands its keyword arguments to the method it overrides, or the empty text."""
    assert node.args.kwarg is not None  # noqa: S101 - for the type checker
    double, single = node.args.kwarg.arg, node.args.vararg.arg if node.args.vararg else None
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == node.name):
            continue
        owner = call.func.value
        by_super = isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"
        by_name = isinstance(owner, ast.Name) and owner.id[:1].isupper()
        if not (by_super or by_name):
            continue
        if not any(k.arg is None and _spreads(k.value, double) for k in call.keywords):
            continue
        given = call.args[1:] if by_name else call.args
        starred = any(
            isinstance(item, ast.Starred) and isinstance(item.value, ast.Name) and item.value.id == single
            for item in given
        )
        count = sum(not isinstance(item, ast.Starred) for item in given)
        names = sorted(keyword.arg for keyword in call.keywords if keyword.arg)
        return " ".join([f" -> {count}{'*' if starred else ''}", *names])
    return ""


def _spreads(value: ast.expr, name: str) -> bool:
    """Whether ``**value`` hands on what ``name`` holds, also as ``dict(name, count=1)``, which wins over it."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict" and value.args:
        value = value.args[0]
    return isinstance(value, ast.Name) and value.id == name


def fields_text(fields: list[Field]) -> str:
    """The text form of a synthesised constructor."""
    ordinary = [field for field in fields if not field.keyword_only]
    keyword_only = [field for field in fields if field.keyword_only]
    parts = [_field(field) for field in ordinary]
    if keyword_only:
        parts.append("*")
        parts.extend(_field(field) for field in keyword_only)
    return ", ".join(parts)


def _field(field: Field) -> str:
    return field.name if field.default is None else f"{field.name}={field.default}"

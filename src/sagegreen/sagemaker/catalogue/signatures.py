"""Signatures and their stored text form."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache


class ParameterKind(Enum):
    """How arguments reach a parameter."""

    POSITIONAL_OR_KEYWORD = "positional or keyword"
    KEYWORD_ONLY = "keyword only"
    VAR_POSITIONAL = "*"
    VAR_KEYWORD = "**"


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    ``default`` is meaningful only where ``has_literal_default``; a default that the sources compute (``logging.INFO``,
    a factory) is neither required nor literal. Mutable defaults are shared: do not change them.
    """

    name: str
    kind: ParameterKind
    required: bool
    has_literal_default: bool
    default: object


@dataclass(frozen=True)
class Signature:
    """The parameters of a call, without ``self`` and ``cls``."""

    parameters: tuple[Parameter, ...]

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called ``name``; ``*`` and ``**`` parameters are never meant."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.kind in _NAMED:
                return parameter
        return None

    def position(self, name: str) -> int | None:
        """The index at which ``name`` can be given positionally, or None."""
        for index, parameter in enumerate(self.parameters):
            if parameter.kind is not ParameterKind.POSITIONAL_OR_KEYWORD:
                return None
            if parameter.name == name:
                return index
        return None

    @property
    def accepts_any_keyword(self) -> bool:
        """Whether there is a ``**`` parameter."""
        return any(parameter.kind is ParameterKind.VAR_KEYWORD for parameter in self.parameters)


_NAMED = (ParameterKind.POSITIONAL_OR_KEYWORD, ParameterKind.KEYWORD_ONLY)


@dataclass(frozen=True)
class Forwarding:
    """How a method hands ``**kwargs`` to the method it overrides: what it passes itself."""

    positional_count: int
    hands_on_positional: bool
    keywords: frozenset[str]


@dataclass(frozen=True)
class WrittenSignature:
    """One definition as it stands in the sources."""

    parameters: tuple[Parameter, ...]
    forwarding: Forwarding | None


@cache
def parse_signature(text: str) -> WrittenSignature:
    """Read the stored form, ``a, b=1, *, c=..., **kwargs -> 2* name``.

    The part before the arrow is a Python parameter list, ``...`` a default that is not literal. After the arrow: how
    many positional arguments the method passes on itself, ``*`` where ``*args`` are passed on, the keywords it passes.
    """
    parameters_text, arrow, forwarding_text = text.partition(" -> ")
    definition = ast.parse(f"def f({parameters_text}): ...").body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise TypeError(f"not a signature: {text!r}")
    forwarding = None
    if arrow:
        count, *keywords = forwarding_text.split()
        forwarding = Forwarding(int(count.rstrip("*")), count.endswith("*"), frozenset(keywords))
    return WrittenSignature(tuple(_parameters(definition.args)), forwarding)


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    required = len(arguments.args) - len(arguments.defaults)
    for index, argument in enumerate(arguments.args):
        default = arguments.defaults[index - required] if index >= required else None
        yield _parameter(argument.arg, ParameterKind.POSITIONAL_OR_KEYWORD, default)
    if arguments.vararg:
        yield Parameter(arguments.vararg.arg, ParameterKind.VAR_POSITIONAL, False, False, None)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument.arg, ParameterKind.KEYWORD_ONLY, default)
    if arguments.kwarg:
        yield Parameter(arguments.kwarg.arg, ParameterKind.VAR_KEYWORD, False, False, None)


def _parameter(name: str, kind: ParameterKind, default: ast.expr | None) -> Parameter:
    if default is None:
        return Parameter(name, kind, required=True, has_literal_default=False, default=None)
    if isinstance(default, ast.Constant) and default.value is ...:
        return Parameter(name, kind, required=False, has_literal_default=False, default=None)
    return Parameter(name, kind, required=False, has_literal_default=True, default=ast.literal_eval(default))


def followed_by(own: WrittenSignature, base: Signature) -> Signature:
    """What ``own`` accepts when the keywords it hands on arrive at ``base``."""
    forwarding = own.forwarding
    if forwarding is None:
        return Signature(own.parameters)
    kinds = ParameterKind
    taken = {parameter.name for parameter in own.parameters} | forwarding.keywords
    beyond = [p for p in base.parameters if p.kind is kinds.POSITIONAL_OR_KEYWORD][forwarding.positional_count :]
    beyond = [parameter for parameter in beyond if parameter.name not in taken]
    by_keyword = [p for p in base.parameters if p.kind is kinds.KEYWORD_ONLY and p.name not in taken]
    ordered = [p for p in own.parameters if p.kind is kinds.POSITIONAL_OR_KEYWORD]
    if forwarding.hands_on_positional:
        ordered += beyond
        ordered += [p for p in base.parameters if p.kind is kinds.VAR_POSITIONAL]
        beyond = []
    else:
        ordered += [p for p in own.parameters if p.kind is kinds.VAR_POSITIONAL]
    ordered += [p for p in own.parameters if p.kind is kinds.KEYWORD_ONLY]
    ordered += [replace(parameter, kind=kinds.KEYWORD_ONLY) for parameter in beyond]
    ordered += by_keyword
    ordered += [p for p in base.parameters if p.kind is kinds.VAR_KEYWORD]
    return Signature(tuple(ordered))

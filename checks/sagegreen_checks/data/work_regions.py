"""The Region literals that decide where the SageMaker work of a program runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.model import Span
from sagegreen.sagemaker.places import Place, enclosing_statements
from sagegreen.sagemaker.regions import region
from sagegreen.sagemaker.types import BOTO_SESSION
from sagegreen.semantics.values import Attribute, Known, OneOf, Parameter, Result, Symbol, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

_SESSIONS = frozenset({"boto3.Session", "boto3.session.Session"})
_CLIENTS = frozenset({"boto3.client", "boto3.resource"})
_DEFAULT_SESSION = "boto3.setup_default_session"
_SERVICE = "sagemaker"
#: The resources of version 3 are told their Region themselves.
_CORE = ("sagemaker.core.resources.", "sagemaker_core.main.resources.")
_ENVIRONMENT = re.compile(r"""\benviron\[\s*["']AWS_(?:DEFAULT_)?REGION["']\s*\]\s*=(?!=)""")
_SESSION = "boto_session"
_VARIABLES = frozenset({"AWS_DEFAULT_REGION", "AWS_REGION"})


@dataclass(frozen=True, eq=False, slots=True)
class WorkRegion:
    """A literal that decides where SageMaker runs something.

    Attributes:
        name: the Region.
        place: the literal.
        certain: whether it holds in any case: no default that a caller may replace, none of several values.
    """

    name: str
    place: Place
    certain: bool


def work_regions(program: Program) -> list[WorkRegion]:
    """The Regions in which a program's SageMaker sessions, clients and resources work, each literal once."""
    found: dict[tuple[object, ...], WorkRegion] = {}
    for given in _given(program):
        known = found.get(given.place.key)
        if known is None or (given.certain and not known.certain):
            found[given.place.key] = given
    return list(found.values())


def _given(program: Program) -> Iterator[WorkRegion]:
    used = _sessions_of_sagemaker(program)
    works = bool(program.resources) or bool(used)
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        for callee in options(call.callee):
            argument = _argument(program, call, callee, used, works=works)
            if argument is not None:
                yield from _literals(program, argument.value, argument, certain=not call.conditional)
    if works or any(_is_client_of_sagemaker(call) for call in program.trace.calls):
        yield from _of_environment(program)


def _argument(program: Program, call: Call, callee: Value, used: set[int], *, works: bool) -> Argument | None:
    """The argument of a call that names the Region of SageMaker work."""
    if isinstance(callee, Symbol):
        if callee.path in _SESSIONS:
            return _named(call, "region_name", 3) if id(call) in used else None
        if callee.path == _DEFAULT_SESSION:
            return _named(call, "region_name", 3) if works else None
        if callee.path in _CLIENTS:
            return _named(call, "region_name", 1) if _service(call) == _SERVICE else None
        name = program.types.names.resolve(callee.path)
        if name is not None and name.canonical.startswith(_CORE) and name.canonical.endswith(".create"):
            return _named(call, "region", None)
    if isinstance(callee, Attribute) and callee.name == "client" and _service(call) == _SERVICE:
        is_session = any(kind.canonical == BOTO_SESSION for kind in program.types.of(callee.base))
        return _named(call, "region_name", 1) if is_session else None
    return None


def _sessions_of_sagemaker(program: Program) -> set[int]:
    """The calls that make the boto3 sessions with which SageMaker is reached."""
    found: set[int] = set()
    for call in program.trace.calls:
        if isinstance(call.callee, Attribute) and call.callee.name != "client" and not _names_a_session(call):
            continue
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name == "client" and _service(call) == _SERVICE:
                found |= _makers(callee.base)
        for argument in call.arguments:
            if argument.keyword == _SESSION:
                found |= _makers(argument.value)
        bound = program.reader.constructed(call)
        if bound is not None and _SESSION in bound.arguments:
            found |= _makers(bound.arguments[_SESSION].value)
    return found


def _names_a_session(call: Call) -> bool:
    return any(argument.keyword == _SESSION for argument in call.arguments)


def _makers(value: Value) -> set[int]:
    return {id(option.call) for option in options(value) if isinstance(option, Result)}


def _is_client_of_sagemaker(call: Call) -> bool:
    return _service(call) == _SERVICE and any(
        (isinstance(callee, Symbol) and callee.path in _CLIENTS)
        or (isinstance(callee, Attribute) and callee.name == "client")
        for callee in options(call.callee)
    )


def _service(call: Call) -> str | None:
    named = _named(call, "service_name", 0)
    value = named.value if named is not None else None
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _named(call: Call, keyword: str, index: int | None) -> Argument | None:
    for argument in call.arguments:
        if argument.keyword == keyword:
            return argument
    positional = [argument for argument in call.arguments if argument.keyword is None and not argument.star]
    return positional[index] if index is not None and len(positional) > index else None


def _literals(program: Program, value: Value, argument: Argument | None, *, certain: bool) -> Iterator[WorkRegion]:
    """The Regions that a value names, with the places where they are written."""
    for option in options(value):
        source: Value | None = option
        holds = certain and not isinstance(value, OneOf)
        while isinstance(source, Unknown | Parameter):
            source, holds = source.default, False
        if not isinstance(source, Known) or not isinstance(source.value, str) or region(source.value) is None:
            continue
        place = place_of(program, source, argument)
        if place is not None:
            yield WorkRegion(source.value, place, holds)


def place_of(program: Program, value: Value, argument: Argument | None) -> Place | None:
    """Where a value is written in the program's own text."""
    if value.origin is not None:
        place = Place(value.origin.cell, value.origin.node)
    elif argument is not None and isinstance(argument.node, cst.Arg):
        place = Place(argument.cell, argument.node.value)
    else:
        return None
    return place if program.owns(place.parsed_cell) else None


# -- the environment --------------------------------------------------------------------------------


def _of_environment(program: Program) -> Iterator[WorkRegion]:
    """``os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"``."""
    for cell in program.module.cells:
        for match in _ENVIRONMENT.finditer(cell.cell.source) if "environ" in cell.cell.source else ():
            way = enclosing_statements(cell, Span(match.start(), match.end()))
            value = _assigned(way[-1][0]) if way else None
            name = value.evaluated_value if value is not None else None
            if value is not None and isinstance(name, str) and region(name) is not None:
                yield WorkRegion(name, Place(cell, value), certain=len(way) == 1)


def _assigned(statement: cst.CSTNode) -> cst.SimpleString | None:
    """The literal that a statement assigns to a variable that names the Region."""
    for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
        if isinstance(part, cst.Assign) and any(_is_variable(target.target) for target in part.targets):
            return part.value if isinstance(part.value, cst.SimpleString) else None
    return None


def _is_variable(node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return False
    index = node.slice[0].slice
    key = index.value if isinstance(index, cst.Index) else None
    return isinstance(key, cst.SimpleString) and key.evaluated_value in _VARIABLES

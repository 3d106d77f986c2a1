"""How the code can go on speaking of what it has created: by which variable, by which name, through which client."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import string
from sagegreen.sagemaker.life import is_configuration, is_creation
from sagegreen.sagemaker.places import enclosing_statements
from sagegreen.semantics.importing import import_names
from sagegreen.semantics.scopes import bindings
from sagegreen.semantics.values import Attribute, Known, Parameter, Result, Symbol, Unknown, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

#: Their ``deploy`` returns nothing unless they were given a ``predictor_cls``.
_WITHOUT_PREDICTOR = (
    "sagemaker.model.Model",
    "sagemaker.pipeline.PipelineModel",
    "sagemaker.multidatamodel.MultiDataModel",
)
_DECLARATION = re.compile(r"^[ \t]*(?:global|del)[ \t](.*)", re.MULTILINE)
_CLIENTS = frozenset({"boto3.client", "boto3.Session", "boto3.session.Session"})


@dataclass(frozen=True, eq=False)
class Handle:
    """What can be written right after the statement that creates an endpoint.

    Attributes:
        cell: where that stands.
        statement: the statement.
        variable: what it binds its result to, a predictor or an endpoint; ``None`` where it does not.
        name: code for the endpoint's name; ``None`` where it cannot be told.
        client: code for the boto3 client that creates it.
        at_top: whether the statement stands on the top level of the module.
    """

    cell: ParsedCell
    statement: cst.SimpleStatementLine
    variable: str | None
    name: str | None
    client: str | None
    at_top: bool


def creation_of(endpoint: Resource) -> Resource | None:
    """What creates an endpoint: itself, or the one call that uses its configuration."""
    if not is_configuration(endpoint):
        return endpoint
    creations = [member for member in endpoint.members if is_creation(member)]
    return creations[0] if len(creations) == 1 else None


def handle_of(endpoint: Resource) -> Handle | None:
    """The handle of an endpoint, ``None`` where nothing can be written after its creation: ``return x.deploy()``."""
    creation = creation_of(endpoint)
    if creation is None or not isinstance(creation.call.node, cst.Call):
        return None
    call = creation.call
    if not creation.program.owns(call.cell):
        return None
    way = enclosing_statements(call.cell, call.cell.span(call.node))
    statement = way[-1][0] if way else None
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    bound, variable = _bound_to(statement.body[0], call.node)
    if not bound:
        return None
    at_hand = variable if variable is not None and _returns_handle(creation) else None
    return Handle(
        call.cell,
        statement,
        at_hand,
        _name(creation, at_hand),
        _receiver(call.node) if creation.api == "boto3" and isinstance(call.node, cst.Call) else None,
        at_top=len(way) == 1,
    )


def _bound_to(statement: cst.BaseSmallStatement, call: cst.CSTNode) -> tuple[bool, str | None]:
    """Whether a statement is just the call, and the variable or attribute that it binds."""
    if isinstance(statement, cst.Expr):
        return statement.value is call, None
    if isinstance(statement, cst.Assign) and statement.value is call and len(statement.targets) == 1:
        code = _dotted(statement.targets[0].target)
        return code is not None, code
    if isinstance(statement, cst.AnnAssign) and statement.value is call:
        code = _dotted(statement.target)
        return code is not None, code
    return False, None


def _dotted(node: cst.BaseExpression) -> str | None:
    """The code of a name, or of an attribute of one."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = _dotted(node.value)
        return None if base is None else f"{base}.{node.attr.value}"
    return None


def _receiver(call: cst.Call) -> str | None:
    return _dotted(call.func.value) if isinstance(call.func, cst.Attribute) else None


def _returns_handle(creation: Resource) -> bool:
    """Whether the call returns a predictor or an endpoint."""
    if creation.api == "boto3":
        return False
    if creation.api in {"v3", "v3core"}:
        return True
    if creation.form.method != "deploy":
        return False
    if _is_used_as_predictor(creation):
        return True
    owner = creation.owner
    if owner is None or owner.canonical in _WITHOUT_PREDICTOR or "automl" in owner.canonical:
        return owner is not None and _is_given_predictor(creation)
    return True


def _is_used_as_predictor(creation: Resource) -> bool:
    return any(
        isinstance(callee, Attribute)
        and callee.name == "predict"
        and isinstance(callee.base, Result)
        and any(callee.base.call is made for made in creation.calls)
        for call in creation.program.calls_of("predict")
        for callee in options(call.callee)
    )


def _is_given_predictor(creation: Resource) -> bool:
    for callee in options(creation.call.callee):
        base = callee.base if isinstance(callee, Attribute) else None
        made = creation.program.reader.constructed(base.call) if isinstance(base, Result) else None
        given = (made.arguments if made is not None else {}).get("predictor_cls")
        given = given or creation.bound[0].arguments.get("predictor_cls")
        if given is None or not isinstance(given.value, Symbol):
            return False
    return True


def _name(creation: Resource, variable: str | None) -> str | None:
    path = creation.form.settings.get("endpoint_name")
    argument = creation.bound[0].arguments.get(path[0]) if path is not None else None
    if argument is not None and not argument.star and not _may_be_none(argument.value):
        code = _repeatable(argument)
        if code is not None:
            return code
        constant = creation.setting("endpoint_name").constant
        if isinstance(constant, str):
            return string(creation.call.cell, constant)
    if variable is not None:
        return f"{variable}.{'endpoint' if creation.api == 'v1' else 'endpoint_name'}"
    owner = creation.owner
    if creation.api == "v2" and owner is not None and owner.is_a("sagemaker.model.Model"):
        receiver = _receiver(creation.call.node) if isinstance(creation.call.node, cst.Call) else None
        return f"{receiver}.endpoint_name" if receiver is not None else None
    return None


def _may_be_none(value: Value) -> bool:
    return any(
        (isinstance(option, Known) and option.value is None)
        or (isinstance(option, Parameter | Unknown) and option.default is not None and _may_be_none(option.default))
        for option in options(value)
    )


def _repeatable(argument: Argument) -> str | None:
    """The code of an argument that gives the same value when it is evaluated again."""
    node = argument.node
    if not isinstance(node, cst.Arg) or node.star or argument.spread is not None:
        return None
    if isinstance(node.value, cst.SimpleString) or _dotted(node.value) is not None:
        return argument.cell.code(node.value)
    return None


# -- names in the module ----------------------------------------------------------------------------


def free_name(program: Program, name: str) -> str:
    """A name that the module does not use yet."""
    number, candidate = 1, name
    while _is_used(program, candidate):
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _is_used(program: Program, name: str) -> bool:
    word = re.compile(rf"\b{name}\b")
    sources = (cell.cell.source for cell in program.module.cells)
    return any(name in source and word.search(source) for source in sources)


def is_bound_once(program: Program, name: str) -> bool:
    """Whether exactly one statement on the top level of the module binds a name, and no function rebinds it."""
    found = program.once(_bindings_at_top).get(name, ())
    return len(found) == 1 and name not in program.once(_rebound)


def _bindings_at_top(program: Program) -> dict[str, list[tuple[ParsedCell, cst.CSTNode]]]:
    """The statements on the top level of the module by the names that they bind."""
    found: dict[str, list[tuple[ParsedCell, cst.CSTNode]]] = {}
    for cell in program.module.cells:
        for statement in cell.tree.body:
            for name in bindings([statement]).names:
                found.setdefault(name, []).append((cell, statement))
    return found


def _rebound(program: Program) -> frozenset[str]:
    """The words behind ``global`` and ``del``."""
    lines = (line for cell in program.module.cells for line in _DECLARATION.findall(cell.cell.source))
    return frozenset(word for line in lines for word in re.findall(r"\w+", line))


def is_bound_before(program: Program, name: str, at_cell: ParsedCell, offset: int) -> bool:
    """Whether the only binding of a name on the top level of the module stands before a place."""
    if not is_bound_once(program, name):
        return False
    cell, statement = program.once(_bindings_at_top)[name][0]
    if cell is at_cell:
        return cell.span(statement).end <= offset
    order = program.once(_order_of_cells)
    return order[id(cell)] < order.get(id(at_cell), len(order))


def _order_of_cells(program: Program) -> dict[int, int]:
    return {id(cell): index for index, cell in enumerate(program.module.cells)}


# -- clients ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClientCode:
    """How to write a boto3 client.

    Attributes:
        code: the expression.
        edits: the import that it needs.
        region: the code of the Region that the program's own clients are given, ``None`` for that of the environment.
    """

    code: str
    edits: tuple[Edit, ...]
    region: str | None


def client_code(program: Program, cell: ParsedCell, node: cst.CSTNode, service: str) -> ClientCode | None:
    """A client of an AWS service in the Region in which the program works.

    Args:
        program: the program.
        cell: where it is wanted.
        node: the statement next to which it is wanted.
        service: such as ``logs``.

    Returns:
        ``None`` where boto3 cannot be imported or the program works in several Regions.
    """
    plan = import_names(program.module, cell, node, [("boto3", "")])
    regions = dict.fromkeys(_regions(program, cell, cell.span(node).start))
    if plan is None or len(regions) > 1:
        return None
    region = next(iter(regions), None)
    if region == "":
        return None
    arguments = string(cell, service) if region is None else f"{string(cell, service)}, region_name={region}"
    return ClientCode(f"{plan.names['boto3', '']}.client({arguments})", plan.edits, region)


def _regions(program: Program, cell: ParsedCell, offset: int) -> Iterator[str]:
    """The code of each Region that the program names; empty for one that cannot be repeated."""
    for given in program.once(_given_regions):
        node = given.node.value if isinstance(given.node, cst.Arg) else None
        if isinstance(given.value, Known) and isinstance(given.value.value, str):
            name = node.value if isinstance(node, cst.Name) else None
            if name is not None and is_bound_before(program, name, cell, offset):
                yield name
            else:
                yield string(cell, given.value.value)
        elif _comes_from_session(given.value):
            continue
        elif isinstance(node, cst.Name) and is_bound_before(program, node.value, cell, offset):
            yield node.value
        else:
            yield ""


def _given_regions(program: Program) -> list[Argument]:
    """The arguments that name a Region to a client or a session."""
    calls = [
        call
        for call in program.calls_of("client", "Session")
        if not call.foreign
        and any(isinstance(option, Symbol) and option.path in _CLIENTS for option in options(call.callee))
    ]
    found = [given for call in calls if (given := _region(call)) is not None]
    return [given for given in found if not (isinstance(given.value, Known) and given.value.value is None)]


def _region(call: Call) -> Argument | None:
    for argument in call.arguments:
        if argument.keyword == "region_name":
            return argument
    is_client = any(isinstance(option, Symbol) and option.path == "boto3.client" for option in options(call.callee))
    positional = [argument for argument in call.arguments if argument.keyword is None and not argument.star]
    return positional[1] if is_client and len(positional) > 1 else None


def _comes_from_session(value: Value) -> bool:
    """``session.boto_region_name`` and ``boto3.Session().region_name``: the Region of the environment."""
    return all(
        isinstance(option, Attribute) and option.name in {"boto_region_name", "region_name"}
        for option in options(value)
    )

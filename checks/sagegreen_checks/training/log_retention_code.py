"""The code that limits how long CloudWatch keeps the logs of what a program starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import insert_statements, quote_of
from sagegreen.documents.listing import sheet_of
from sagegreen.sagemaker.handles import ClientCode, client_code, free_name, handle_of, is_bound_before
from sagegreen.sagemaker.places import enclosing_statements
from sagegreen.sagemaker.starts import COMPONENTS, ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.handles import Handle
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.starts import Start
    from sagegreen.semantics.trace import Call

#: A month: one of the values that the service accepts.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Retention:
    """What a fix writes.

    Attributes:
        edits: the edits; ``None`` where the code leaves no place for them.
        written: the log groups that are limited by it.
        left_out: the log groups whose name is not known where it could be written.
    """

    edits: tuple[Edit, ...] | None
    written: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Spot:
    """Where the first start stands.

    Attributes:
        cell: the cell.
        outer: the statement on the top level of the module, above which the function is defined.
        inner: the statement above which it is called: the same one, or one in the function that holds the start.
    """

    cell: ParsedCell
    outer: cst.BaseStatement
    inner: cst.BaseStatement


def retention(program: Program, first: Start, started: Sequence[Start], groups: Sequence[str]) -> Retention:
    """Limit the retention of log groups before the first of them is written to.

    Args:
        program: the program.
        first: what it starts first.
        started: everything that it starts.
        groups: the log groups to limit; one that ends in a slash lacks the name of an endpoint.
    """
    spot = _spot(first.call)
    client = client_code(program, spot.cell, spot.outer, "logs") if spot is not None else None
    if spot is None or client is None:
        return Retention(None, (), tuple(groups))
    function = free_name(program, "limit_log_retention")
    calls: list[str] = []
    later: list[tuple[Handle, str]] = []
    written: list[str] = []
    for group in groups:
        if not group.endswith("/"):
            calls.append(f'{function}("{group}")')
            written.append(group)
            continue
        named = list(_named(program, spot, started, group))
        if not named or None in named:
            continue
        written.append(group)
        for place in named:
            if isinstance(place, str):
                calls.append(f'{function}(f"{group}{{{place}}}")')
            elif place is not None:
                later.append((place, f'{function}(f"{group}{{{place.name}}}")'))
    left_out = tuple(group for group in groups if group not in written)
    if not written:
        return Retention(None, (), left_out)
    edits = _edits(program, spot, client, _definition(function, client), list(dict.fromkeys(calls)), later)
    return Retention(edits, tuple(written), left_out)


def _named(program: Program, spot: _Spot, started: Sequence[Start], group: str) -> Iterator[str | Handle | None]:
    """How the names of the endpoints behind a group without a name can be written.

    A variable that is bound before the first start, the endpoint's handle where the name is known afterwards, ``None``
    where it is not known at all.
    """
    for start in {id(start.resource): start for start in started}.values():
        if group not in start.log_groups:
            continue
        handle = handle_of(start.resource) if group == ENDPOINTS else None
        variable = _name_argument(start.resource, group)
        if variable is not None and is_bound_before(program, variable, spot.cell, spot.cell.span(spot.outer).start):
            yield variable
        elif handle is not None and handle.name is not None and handle.name.replace(".", "").isidentifier():
            yield handle
        else:
            yield None


def _name_argument(resource: Resource, group: str) -> str | None:
    """The variable that a creation takes the name from."""
    makers = [member for member in resource.members if member.kind == resource.kind] or [resource]
    setting = {ENDPOINTS: "endpoint_name", COMPONENTS: "component_name"}.get(group)
    path = makers[0].form.settings.get(setting) if setting is not None and len(makers) == 1 else None
    argument = makers[0].bound[0].arguments.get(path[0]) if path is not None else None
    node = argument.node if argument is not None else None
    if isinstance(node, cst.Arg) and not node.star and isinstance(node.value, cst.Name):
        return node.value.value
    return None


def _definition(function: str, client: ClientCode) -> list[str]:
    return [
        f"def {function}(log_group, days={DAYS}):",
        f"    logs = {client.code}",
        "    try:",
        "        logs.create_log_group(logGroupName=log_group)",
        "    except logs.exceptions.ResourceAlreadyExistsException:",
        "        pass",
        "    logs.put_retention_policy(logGroupName=log_group, retentionInDays=days)",
    ]


# -- where ------------------------------------------------------------------------------------------


def _spot(call: Call) -> _Spot | None:
    """Above the statement that starts something, or the loop, ``with`` or ``try`` around it, in its function."""
    way = [statement for statement, _ in enclosing_statements(call.cell, call.cell.span(call.node))]
    if not way or not all(isinstance(statement, cst.BaseStatement) for statement in way):
        return None
    functions = [index for index, statement in enumerate(way) if isinstance(statement, cst.FunctionDef)]
    index = functions[-1] + 1 if functions else 0
    if index == 0 and isinstance(way[0], cst.If) and _is_main_guard(way[0]) and len(way) > 1:
        index = 1
    if index >= len(way) or any(isinstance(statement, cst.ClassDef) for statement in way[index:]):
        return None
    outer, inner = way[0], way[index]
    assert isinstance(outer, cst.BaseStatement)  # noqa: S101 - all were looked at
    assert isinstance(inner, cst.BaseStatement)  # noqa: S101
    return _Spot(call.cell, outer, inner)


def _is_main_guard(statement: cst.If) -> bool:
    test = statement.test
    return isinstance(test, cst.Comparison) and isinstance(test.left, cst.Name) and test.left.value == "__name__"


# -- writing ----------------------------------------------------------------------------------------


def _edits(
    program: Program,
    spot: _Spot,
    client: ClientCode,
    definition: Sequence[str],
    calls: Sequence[str],
    later: Sequence[tuple[Handle, str]],
) -> tuple[Edit, ...] | None:
    newline = program.module.document.newline
    edits: list[Edit] = list(client.edits)
    defined = _styled(spot.cell, definition, newline)
    called = _styled(spot.cell, calls, newline)
    together = spot.inner is spot.outer
    above = insert_statements(
        spot.cell, spot.outer, [*defined, "", "", *(called if together else ())], newline, "before"
    )
    if above is None:
        return None
    edits.append(_parted(spot.cell, above, newline, trimmed=not (together or called)))
    if not together and called:
        inside = insert_statements(spot.cell, spot.inner, called, newline, "before")
        if inside is None:
            return None
        edits.append(inside)
    for handle, code in later:
        after = insert_statements(
            handle.cell, handle.statement, _styled(handle.cell, [code], newline), newline, "after"
        )
        if after is None:
            return None
        edits.append(after)
    return tuple(edits)


def _parted(cell: ParsedCell, edit: Edit, newline: str, *, trimmed: bool) -> Edit:
    """A definition with the two blank lines above and below that formatters want."""
    before = cell.cell.source[: edit.start]
    content = edit.content
    if trimmed or content.endswith(newline * 3):
        content = content.rstrip() + newline * 3
    lines = before.replace("\r\n", "\n").split("\n")[:-1]
    blank = 0
    while lines and not lines[-1].strip():
        lines.pop()
        blank += 1
    wanted = 2 if any(line.strip() and not line.lstrip().startswith("%") for line in lines) else 0
    return replace(edit, content=newline * max(0, wanted - blank) + content)


def _styled(cell: ParsedCell, lines: Sequence[str], newline: str) -> list[str]:
    """Code in the quotes and with the indentation of its cell."""
    unit = sheet_of(cell, newline).unit
    single = quote_of(cell) == "'"
    return [
        unit * ((len(line) - len(line.lstrip(" "))) // 4)
        + (line.lstrip(" ").replace('"', "'") if single else line.lstrip(" "))
        for line in lines
    ]

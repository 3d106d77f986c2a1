"""The code that gives a bucket a lifecycle right after it is created."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import insert_statements, path_to, quote_of, string
from sagegreen.documents.listing import sheet_of
from sagegreen.sagemaker.places import enclosing_statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

#: Defaults to adapt: objects that are read in the month after they were written stay where they are.
TIERING_DAYS = 30
UPLOAD_DAYS = 7
_APART = (cst.BaseComp, cst.Lambda, cst.IfExp, cst.BooleanOperation)


def bucket_code(bucket: Resource) -> str | None:
    """Code that gives the name of a bucket again; ``None`` where it cannot be repeated."""
    call = bucket.call
    argument = bucket.bound[0].arguments.get("Bucket")
    if argument is None:
        receiver = _receiver(bucket)
        return f"{receiver}.name" if receiver is not None and bucket.form.method == "create" else None
    node = argument.node
    if isinstance(node, cst.Arg) and not node.star and argument.spread is None and _is_repeatable(node.value):
        return argument.cell.code(node.value)
    constant = bucket.setting("name").constant
    # in a function another call may give another name
    return string(call.cell, constant) if isinstance(constant, str) and not call.frames else None


def lifecycle(program: Program, group: Sequence[Resource]) -> tuple[Edit, ...] | None:
    """A lifecycle for a bucket, after the statement that creates it.

    Args:
        program: the program.
        group: the calls that create the bucket, in branches of one ``if`` where there are several.

    Returns:
        ``None`` where the client or the name cannot be written again, or there is no place after the creation.
    """
    first = group[0]
    name, client = bucket_code(first), _client(first)
    cell = first.call.cell
    anchor = _anchor(group)
    if name is None or client is None or anchor is None or not program.owns(cell):
        return None
    newline = program.module.document.newline
    unit = sheet_of(cell, newline).unit
    quote = quote_of(cell)
    lines = [_styled(line, unit, quote) for line in _lines()]
    lines = [line.replace("CLIENT", client, 1).replace("BUCKET", name, 1) for line in lines]
    edit = insert_statements(cell, anchor, lines, newline, "after")
    return (edit,) if edit is not None else None


def _lines() -> list[str]:
    return [
        "CLIENT.put_bucket_lifecycle_configuration(",
        "    Bucket=BUCKET,",
        "    LifecycleConfiguration={",
        '        "Rules": [',
        "            {",
        '                "ID": "tier-and-clear-unfinished-uploads",',
        '                "Status": "Enabled",',
        '                "Filter": {"Prefix": ""},',
        f'                "Transitions": [{{"Days": {TIERING_DAYS}, "StorageClass": "INTELLIGENT_TIERING"}}],',
        f'                "AbortIncompleteMultipartUpload": {{"DaysAfterInitiation": {UPLOAD_DAYS}}},',
        "            }",
        "        ]",
        "    },",
        ")",
    ]


def _styled(line: str, unit: str, quote: str) -> str:
    code = line.lstrip(" ")
    return unit * ((len(line) - len(code)) // 4) + code.replace('"', quote)


def _client(bucket: Resource) -> str | None:
    """Code for the client that creates a bucket, or that of its resource."""
    receiver = _receiver(bucket)
    if receiver is None:
        return None
    return receiver if bucket.owner is not None and bucket.owner.service == "s3" else f"{receiver}.meta.client"


def _receiver(bucket: Resource) -> str | None:
    node = bucket.call.node
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    receiver = node.func.value
    code = bucket.call.cell.code(receiver)
    if _is_repeatable(receiver):
        return code
    made_here = isinstance(receiver, cst.Call) and all(_is_repeatable(arg.value) for arg in receiver.args)
    if made_here and isinstance(receiver, cst.Call) and "\n" not in code and _is_repeatable(receiver.func):
        return code
    return None


def _is_repeatable(node: cst.BaseExpression) -> bool:
    """Whether an expression gives the same value when it is evaluated again."""
    if isinstance(node, cst.Name | cst.SimpleString):
        return True
    if isinstance(node, cst.Attribute):
        return _is_repeatable(node.value)
    if isinstance(node, cst.BinaryOperation):
        return not node.lpar and _is_repeatable(node.left) and _is_repeatable(node.right)
    if isinstance(node, cst.FormattedString):
        return all(
            isinstance(part, cst.FormattedStringText)
            or (isinstance(part, cst.FormattedStringExpression) and _is_repeatable(part.expression))
            for part in node.parts
        )
    return False


def _anchor(group: Sequence[Resource]) -> cst.BaseStatement | None:
    """The statement after which the bucket certainly exists."""
    ways = [_way(bucket.call.cell, bucket) for bucket in group]
    if (
        not all(ways)
        or not all(map(_certainly_runs, group))
        or any(bucket.call.cell is not group[0].call.cell for bucket in group)
    ):
        return None
    if len(ways) == 1:
        last = ways[0][-1]
        return last if _may_be_followed(last) else None
    depth = 0
    while all(len(way) > depth for way in ways) and all(way[depth] is ways[0][depth] for way in ways):
        depth += 1
    common = ways[0][depth - 1] if depth else None
    # the branches of one `if`, each of which does nothing but create the bucket
    if not isinstance(common, cst.If) or any(len(way) != depth + 1 and not _nested(way[depth:]) for way in ways):
        return None
    return common if all(_may_be_followed(way[-1]) for way in ways) and _has_else(common) else None


def _certainly_runs(bucket: Resource) -> bool:
    """Whether the call runs with its statement: in no comprehension, no alternative, no function of its own."""
    path = path_to(bucket.call.cell, bucket.call.node) or []
    starts = [index for index, node in enumerate(path) if isinstance(node, cst.SimpleStatementLine)]
    within = path[starts[-1] :] if starts else path
    return bool(path) and not any(isinstance(node, _APART) for node in within)


def _nested(way: Sequence[cst.CSTNode]) -> bool:
    """Whether all but the last statement are the ``elif`` parts of an ``if``."""
    return all(isinstance(statement, cst.If) for statement in way[:-1])


def _way(cell: ParsedCell, bucket: Resource) -> list[cst.BaseStatement]:
    way = [statement for statement, _ in enclosing_statements(cell, cell.span(bucket.call.node))]
    return [statement for statement in way if isinstance(statement, cst.BaseStatement)]


def _may_be_followed(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and not any(
        isinstance(part, cst.Return | cst.Raise) for part in statement.body
    )


def _has_else(statement: cst.If) -> bool:
    if isinstance(statement.orelse, cst.If):
        return _has_else(statement.orelse)
    return statement.orelse is not None

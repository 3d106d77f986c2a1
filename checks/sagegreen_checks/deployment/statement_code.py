"""Statements to write after the one that creates an endpoint, in the style of their cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import insert_statements, quote_of
from sagegreen.documents.listing import sheet_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.handles import Handle
    from sagegreen.sagemaker.program import Program


def after(
    program: Program, handle: Handle, lines: Sequence[str], imports: Iterable[Edit] = ()
) -> tuple[Edit, ...] | None:
    """Statements after the one that creates an endpoint, with their imports; ``None`` where there is no place."""
    newline = program.module.document.newline
    written = [styled(handle.cell, line, newline) for line in lines]
    edit = insert_statements(handle.cell, handle.statement, written, newline, "after")
    return (*dict.fromkeys(imports), edit) if edit is not None else None


def styled(cell: ParsedCell, line: str, newline: str) -> str:
    """A line of code in the quotes and with the indentation of its cell."""
    unit = sheet_of(cell, newline).unit
    depth = (len(line) - len(line.lstrip(" "))) // 4
    code = line.lstrip(" ")
    return unit * depth + (code.replace('"', "'") if quote_of(cell) == "'" and "'" not in code else code)


def joined(head: str, code: str, tail: str = "") -> str:
    """Code for a text around the value of an expression: a name, an attribute or a plain string literal."""
    if code.isidentifier() or ("." in code and code.replace(".", "").isidentifier()):
        return f'f"{head}{{{code}}}{tail}"'
    literal = cst.parse_expression(code)
    value = literal.evaluated_value if isinstance(literal, cst.SimpleString) else None
    return f'"{head}{value}{tail}"' if isinstance(value, str) else f'"{head}" + {code} + "{tail}"'

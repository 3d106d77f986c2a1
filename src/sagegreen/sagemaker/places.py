"""Where something stands: a node of a cell, the short region that shows it, and the statement around it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.parsing import ParsedCell


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A node in its cell."""

    parsed_cell: ParsedCell
    node: cst.CSTNode

    @property
    def cell(self) -> int | None:
        """The index of the cell, ``None`` in a script."""
        return self.parsed_cell.cell.index

    @property
    def span(self) -> Span:
        """The region of the node itself."""
        return self.parsed_cell.span(self.node)

    @property
    def statement(self) -> Span:
        """The region of the innermost statement around the node; of a compound statement its header only."""
        return _statement(self.parsed_cell, self.parsed_cell.tree.body, self.span)

    @property
    def key(self) -> tuple[int, Span]:
        """Equal for places that are the same region of the same cell."""
        return (id(self.parsed_cell), self.span)

    @property
    def code(self) -> str:
        """The source of the node."""
        return self.parsed_cell.code(self.node)


def callee_of(cell: ParsedCell, node: cst.CSTNode) -> Place:
    """Where a missing argument of a call is shown: the callee."""
    if isinstance(node, cst.Call):
        return Place(cell, node.func)
    if isinstance(node, cst.Decorator):
        return callee_of(cell, node.decorator)
    return Place(cell, node)


def _statement(cell: ParsedCell, body: Sequence[cst.CSTNode], span: Span) -> Span:
    statement = _around(cell, body, span.start)
    if statement is None:
        return span
    region = cell.span(statement)
    inner = list(_blocks(statement))
    for block in inner:
        if block and cell.span(block[0]).start <= span.start <= cell.span(block[-1]).end:
            return _statement(cell, block, span)
    if not inner:
        return region
    starts = [cell.span(block[0]).start for block in inner if block]
    after = [start for start in starts if start > span.start]
    return Span(region.start, max(min(after) if after else region.end, span.end))


def _around(cell: ParsedCell, body: Sequence[cst.CSTNode], offset: int) -> cst.CSTNode | None:
    """The statement of a block that an offset stands in."""
    before = bisect_right(body, offset, key=lambda statement: cell.span(statement).start)
    if not before:
        return None
    region = cell.span(body[before - 1])
    return body[before - 1] if offset < max(region.end, region.start + 1) else None


def _blocks(statement: cst.CSTNode) -> list[Sequence[cst.CSTNode]]:
    """The suites of a compound statement."""
    found: list[Sequence[cst.CSTNode]] = []
    if isinstance(statement, cst.SimpleStatementLine):
        return found
    pending = [statement]
    while pending:
        current = pending.pop()
        body = getattr(current, "body", None)
        if isinstance(body, cst.IndentedBlock | cst.SimpleStatementSuite):
            found.append(body.body)
        for name in ("orelse", "finalbody"):
            part = getattr(current, name, None)
            if isinstance(part, cst.CSTNode):
                pending.append(part)
        for name in ("handlers", "cases"):
            pending.extend(getattr(current, name, ()))
    return found


def enclosing_statements(cell: ParsedCell, span: Span) -> list[tuple[cst.CSTNode, Sequence[cst.CSTNode]]]:
    """The statements around a region, outermost first, each with the block that it stands in."""
    found: list[tuple[cst.CSTNode, Sequence[cst.CSTNode]]] = []
    body: Sequence[cst.CSTNode] = cell.tree.body
    while True:
        statement = _around(cell, body, span.start)
        if statement is None:
            return found
        found.append((statement, body))
        body = next(
            (
                block
                for block in _blocks(statement)
                if block and cell.span(block[0]).start <= span.start <= cell.span(block[-1]).end
            ),
            (),
        )

"""Trees of texts that are being edited: what has not changed since the last tree is not parsed again.

A text is cut where a blank line is followed by a line without indentation. If every piece is a module of its own to the
parser, all of them together are the module: the first begins where a statement begins, each ends where one ends, so the
next begins there, too. A piece that is none (a cut within a string, say) goes on to the next cut.

A tree of pieces shares its nodes with the tree before, and with nothing else: who runs programs tells nodes apart by
their identity, and must never meet two modules that have some in common. So only what is edited is read in this way.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagegreen.documents.trees import Tree, Unsupported, root_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import libcst as cst

_CUT = re.compile(r"\n\r?\n(?=[A-Za-z_@])(?!(?:elif|else|except|finally)\b)")
#: Cuts within one statement; beyond, the text has an error, or is not worth it.
_MOST_PASSED = 12

_Region = tuple[int, int]


@dataclass(frozen=True, eq=False)
class PiecedTree:
    """A module's nodes and their places, put together from trees of its pieces.

    Attributes:
        module: the root; the text between its nodes is not in it.
        text: what was parsed.
    """

    module: cst.Module
    text: str
    _homes: dict[int, tuple[Tree, int]]

    def span(self, node: cst.CSTNode) -> _Region:
        """Where a node starts and ends in the text, white space and parentheses around it left out.

        Raises:
            KeyError: the node is not part of the tree, or is a mere token of it.
        """
        if node is self.module:
            return 0, len(self.text)
        tree, offset = self._homes[id(node)]
        start, end = tree.span(node)
        return offset + start, offset + end

    def outer_span(self, node: cst.CSTNode) -> _Region:
        """Where a node starts and ends in the text together with its own parentheses.

        Raises:
            KeyError: the node is not part of the tree, or is a mere token of it.
        """
        if node is self.module:
            return 0, len(self.text)
        tree, offset = self._homes[id(node)]
        start, end = tree.outer_span(node)
        return offset + start, offset + end


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of a text with its tree, and all nodes that have a place in it, by identity."""

    tree: Tree
    nodes: frozenset[int]

    @classmethod
    def of(cls, text: str) -> _Piece:
        tree = tree_of(text)
        return cls(tree, tree.placed())


#: Pieces by their text, and the number of those before them that have the same: nodes stand in one place only.
_Known = dict[tuple[str, int], _Piece]


@dataclass(eq=False)
class Pieces:
    """The pieces of the cells of one script or notebook, as they were last parsed."""

    _of_cells: dict[Hashable, _Known] = field(default_factory=dict)

    def tree(self, cell: Hashable, text: str) -> PiecedTree | None:
        """The tree of a cell's text; ``None`` where it has to be parsed as a whole.

        Args:
            cell: what tells the cell from the others.
            text: the source.
        """
        known = self._of_cells.get(cell, {})
        used: _Known = {}
        try:
            for key, piece in _cut(text, known):
                used[key] = piece
        except Unsupported:
            return None
        self._of_cells[cell] = used
        return _joined(text, used)


def _cut(text: str, known: _Known) -> Iterator[tuple[tuple[str, int], _Piece]]:
    """The pieces of a text with their keys.

    Raises:
        Unsupported: one cannot be parsed.
    """
    met: Counter[str] = Counter()
    start = passed = 0
    for end in (*map(re.Match.end, _CUT.finditer(text)), len(text)):
        code = text[start:end]
        key = code, met[code]
        try:
            piece = known.get(key) or _Piece.of(code)
        except Unsupported:
            passed += 1
            if passed > _MOST_PASSED or end == len(text):
                raise
            continue
        yield key, piece
        met[code] += 1
        start, passed = end, 0


def _joined(text: str, pieces: _Known) -> PiecedTree:
    homes: dict[int, tuple[Tree, int]] = {}
    body: list[cst.BaseStatement] = []
    offset = 0
    indent = ""
    for (code, _), piece in pieces.items():
        homes.update(dict.fromkeys(piece.nodes, (piece.tree, offset)))
        body += piece.tree.module.body
        indent = indent or piece.tree.indent
        offset += len(code)
    return PiecedTree(root_of(text, body, indent), text, homes)

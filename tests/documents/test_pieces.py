"""Trees that are put together of pieces are those of the whole text, and keep the nodes of what has not changed."""

import dataclasses

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.pieces import Pieces
from sagegreen.documents.trees import Tree, Unsupported, tree_of

PARAGRAPHS = [
    '"""A heading.\n\nAnd more of it,\n\nin paragraphs."""\n',
    "import sagemaker\n",
    "import sagemaker\n",
    "x = f(\n\na, (b), *c)\n",
    "# a comment\n",
    "@d\n\ndef f(a, b=(1)):\n  if a:\n    return f'{a}/{b!r:>{w}}'\n",
    "class A(B):\n\tx: int = (1)\n\n\tdef f(self): return 'é'\n",
    "if a:\n    pass\n\nelse:\n    pass\n",
    "try:\n    pass\n\nexcept A as e:\n    pass\n",
    "a = 1; b = 2 ; \\\nc = (3)\n",
    "s = '''\n\nnot = code\n\n'''\n",
    "ä = ö[(ü):ß]\n",
    "    \n",
]
BROKEN = ["def f(:\n", "x = '''\n", "x = \\\n", "  indented = 1\n", "else: pass\n", "match x:\n    case 1: pass\n"]

texts = st.lists(st.sampled_from(PARAGRAPHS), max_size=8)
newlines = st.sampled_from(["\n", "\r\n"])


def place(asked, node):
    try:
        return asked(node)
    except KeyError:
        return None


def described(tree):
    """All nodes with their places."""
    found = []
    pending = [tree.module]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.CSTNode):
            found.append((type(node).__name__, place(tree.span, node), place(tree.outer_span, node)))
            pending += [getattr(node, entry.name) for entry in dataclasses.fields(node)]
        elif isinstance(node, list | tuple):
            pending += node
        else:
            found.append(node)
    return found


def whole(text):
    try:
        return described(tree_of(text))
    except Unsupported:
        return None


def pieced(pieces, text):
    tree = pieces.tree(None, text)
    return described(tree) if tree is not None else None


@given(texts, texts, newlines, st.booleans())
def test_they_are_the_trees_of_the_whole(before, after, newline, ends):
    pieces = Pieces()
    for paragraphs in (before, after, [*after, *before]):
        text = newline.join(paragraph.replace("\n", newline) for paragraph in paragraphs)
        text = text if ends else text.rstrip()
        expected = whole(text)
        assert expected is not None
        assert pieced(pieces, text) == expected
        assert pieced(pieces, text) == expected


@given(texts, st.sampled_from(BROKEN), texts, newlines)
def test_a_text_that_is_none_is_read_as_a_whole(before, broken, after, newline):
    text = newline.join(paragraph.replace("\n", newline) for paragraph in (*before, broken, *after))
    found = pieced(Pieces(), text)
    assert found is None or found == whole(text)


def test_what_has_not_changed_keeps_its_nodes():
    pieces = Pieces()
    one = pieces.tree(None, "a = 1\n\nb = 2\n\nc = 3\n").module.body
    other = pieces.tree(None, "# above\n\na = 1\n\nb = 22\n\nc = 3\n").module.body
    assert [mine is its for mine, its in zip(one, other, strict=True)] == [True, False, True]


def test_an_error_in_between_forgets_nothing():
    pieces = Pieces()
    one = pieces.tree(None, "a = 1\n\nb = 2\n").module.body
    assert pieces.tree(None, "a = 1\n\nb = (\n") is None
    assert pieces.tree(None, "a = 1\n\nb = 3\n").module.body[0] is one[0]


def test_every_node_stands_in_one_place():
    tree = Pieces().tree(None, "a = f(1)\n\na = f(1)\n\na = f(1)\n")
    assert [tree.span(line) for line in tree.module.body] == [(0, 8), (10, 18), (20, 28)]


def test_cells_share_nothing():
    pieces = Pieces()
    assert pieces.tree(1, "a = 1\n").module.body[0] is not pieces.tree(2, "a = 1\n").module.body[0]


def test_a_strange_node_has_no_place():
    tree = Pieces().tree(None, "a = 1\n")
    assert not isinstance(tree, Tree)
    with pytest.raises(KeyError):
        tree.span(cst.Name("a"))

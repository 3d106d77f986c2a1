"""The trees that are built from CPython's parser are those of LibCST's parser, node by node and place by place.

``--trees FOLDER`` compares all scripts below a folder, too: a site-packages, or whatever code is at hand.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import libcst as cst
import libcst.matchers as m
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libcst.metadata import MetadataWrapper, PositionProvider

from sagegreen.documents.positions import LineTable
from sagegreen.documents.spans import GeneratedTree
from sagegreen.documents.trees import Deep, Unsupported, tree_of

ROOT = Path(__file__).parents[2]

#: What stands between nodes, or follows from it; a built tree has defaults there.
TRIVIA = frozenset(
    [
        "lpar",
        "rpar",
        "comma",
        "equal",
        "dot",
        "semicolon",
        "leading_lines",
        "lines_after_decorators",
        "header",
        "footer",
        "indent",
        "lbracket",
        "rbracket",
        "lbrace",
        "rbrace",
        "colon",
        "first_colon",
        "second_colon",
        "trailing_whitespace",
        "encoding",
        "posonly_ind",
        "leading_whitespace",
        "has_trailing_newline",
    ]
)
#: Their parentheses tell what they are.
PARENTHESISED = (cst.Tuple, cst.GeneratorExp, cst.ImportFrom)
#: LibCST begins these with the white space before them, or with a keyword that has no node; nobody asks where they are.
UNPLACED = (
    cst.AsName, cst.Asynchronous, cst.ComparisonTarget, cst.CompFor, cst.CompIf, cst.Dot, cst.Else, cst.Finally,
    cst.ImportStar, cst.NameItem, cst.Parameters, cst.ParamSlash, cst.ParamStar, cst.Slice, cst.BaseBinaryOp,
    cst.BaseUnaryOp, cst.BaseBooleanOp, cst.BaseCompOp, cst.BaseAugOp,
)  # fmt: skip

SNIPPETS = [
    "x = f(a, *b, c=1, **d)\n",
    "async def f(a: int = 1, /, *, b, **c) -> None:\n    await g(( yield ))\n",
    "@d\nclass A(B, metaclass=C):\n\n    # c\n    x: int = 1\n    def f(self): return lambda a, *b: a\n",
    "try:\n\tx\nexcept (A, B) as e:\n\traise C from e\nelse: pass\nfinally:\n\tdel x, y\n",
    "with open(p) as f, g(): pass\n",
    "for a, (b, c) in d.items():\n    if not a <= b < c: continue\n    else:\n        break\nelse: pass\n",
    "x = {**a, 'k': [*b], 1: {2, 3}}[0:1, ...] if y else (z for z in w if z)\n",
    "s = f'{a!r:>{w}}' 'é😀'; b'' rb'\\d'\n",
    "from . import (a as b, c,)\nimport a.b.c as d, e\nfrom x import *\n",
    "assert x, 'm'; global q; y += 1; z: int\n",
    "while (n := g()) is not None and -n ** 2 // 3: pass\n",
    "f(x for x in y); g((x for x in y)); h((((1, 2)))); ((a), (b)), (c) = (d)[(e)], (f)\n",
    "if a:\n    pass\nelif b or c or d:\n    pass\nelse:\n    if e: f(); g()\n",
    "a = ( # why )\n  (b + c) )[(d,), (e)]; \\\nprint (f) # ^\\\ng((h)\n)\n",
    "x = (\n 'a' # b\n f'{c}'\n)\n",
    "f's3://{bucket}/{a.b.c!r}{d:>10}{e!s:%Y-%m}'; f''; F\"{x} it's\"; f'{(y)}'; f'{{z}}'; f'{u!r:{w}}' f'{v}'; f'é{p}{ q }'; f'{r:=5}{None}'\ndef g(): f'{yield}'\n",
    "ä = ö.ü(ß=(é), *(à)) ; x = 'ñ'[ç]\n",
    "async with (a) as (b), (c): pass\nasync for x in [y async for y in (z) if w if v]: ...\n",
    "print(-1, 0x1F, 1_000, 1e-3, 2j, None, True, ..., b'x', u'y')\n",
    "class A(B): pass\nclass C(): pass\nclass D((E), F=(G)): pass\n",
    "def f(a, b=(1), *c, d: int=2, **e): nonlocal_ = 1; return\n",
    "d = [a, (b), *c, (*d, e), ()]; del y[0], z.w; del q\n",
    "x = not (a) and (b or c) if (d) else lambda: (e)\n",
    "\n# comment\n\n",
    "    \n",
]


def differences(text):
    """What a built tree says differently; ``None`` where LibCST has to parse the text."""
    try:
        built = tree_of(text)
    except Deep:
        built = tree_of(text, checked=True)
    except Unsupported:
        return None
    parsed = GeneratedTree(cst.parse_module(text), text)
    found = []
    pending = [("module", built.module, parsed.module)]
    while pending:
        path, one, other = pending.pop()
        if isinstance(other, list | tuple):
            if len(one) != len(other):
                found.append((path, len(one), len(other)))
            pending += [(f"{path}[{index}]", a, b) for index, (a, b) in enumerate(zip(one, other, strict=False))]
        elif isinstance(other, cst.CSTNode):
            if type(one) is not type(other):
                found.append((path, type(one).__name__, type(other).__name__))
                continue
            found += [(f"{path} ({type(other).__name__})", *places) for places in misplaced(built, parsed, one, other)]
            if isinstance(other, PARENTHESISED) and bool(one.lpar) != bool(other.lpar):
                found.append((f"{path}.lpar", one.lpar, other.lpar))
            for field in dataclasses.fields(other):
                if field.name not in TRIVIA and not field.name.startswith("whitespace"):
                    value, expected = getattr(one, field.name), getattr(other, field.name)
                    pending.append((f"{path}.{field.name}", value, expected))
        elif one != other and not isinstance(other, cst.MaybeSentinel):
            found.append((path, one, other))
    return found


def misplaced(built, parsed, one, other):
    if isinstance(other, UNPLACED) or (isinstance(other, cst.Name | cst.Attribute) and id(one) not in built._sources):
        return
    text = built.text
    asked = [(built.span, parsed.span)]
    if isinstance(other, cst.BaseExpression):
        asked.append((built.outer_span, parsed.outer_span))
    for mine, theirs in asked:
        start, end = theirs(other)
        # LibCST counts a line end for a last line that has none.
        expected = (min(start, len(text)), min(end, len(text)))
        if isinstance(other, cst.Module):
            expected = (0, len(text))
        place = mine(one)
        if place != expected and text[slice(*place)].rstrip(" \t;") != text[slice(*expected)].rstrip(", \t\r\n"):
            yield text[slice(*place)], text[slice(*expected)]


@given(st.lists(st.sampled_from(SNIPPETS), max_size=6).map("".join), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_snippets(source, newline, ends):
    source = source.replace("\n", newline) if ends else source.replace("\n", newline).rstrip()
    found = differences(source)
    assert found == []


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippets_are_not_left_to_libcst(snippet):
    assert differences(snippet) is not None


def test_names_that_cpython_normalises_are_left_to_libcst():
    assert differences("ª = ﬁ.x\n") is None


def scripts():
    for folder in ("src", "checks", "tools", "fixtures", "tests/programs"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def text_of(path):
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            return stream.read()
    except UnicodeDecodeError:
        return ""


def test_scripts(pytestconfig):
    given_folder = pytestconfig.getoption("--trees", default=None)
    paths = sorted(Path(given_folder).rglob("*.py")) if given_folder else scripts()
    compared = 0
    failures = {}
    for path in paths:
        text = text_of(path)
        if "\f" in text:
            continue  # cut out before either parser sees it
        try:
            found = differences(text)
        except cst.ParserSyntaxError:
            continue  # CPython knows more of its own grammar than LibCST
        if found:
            failures[path.name] = found[:3]
        compared += found is not None
    assert not failures
    assert compared > (0 if given_folder else 700)


def test_places_of_libcst_are_those_of_its_own_provider():
    source = "".join(SNIPPETS)
    tree = GeneratedTree(cst.parse_module(source), source)
    lines = LineTable.of(source)
    wrapper = MetadataWrapper(tree.module, unsafe_skip_copy=True)
    compared = 0
    for node, place in wrapper.resolve(PositionProvider).items():
        if isinstance(
            node, cst.Module | cst.BaseParenthesizableWhitespace | cst.Newline | cst.TrailingWhitespace | cst.EmptyLine
        ):
            continue
        start, end = tree.span(node)
        assert lines.position(start) == (place.start.line, place.start.column + 1), type(node)
        assert lines.position(end) == (place.end.line, place.end.column + 1), type(node)
        compared += 1
    assert compared > 500


def test_a_built_tree_is_one_of_libcst():
    """Visitors and matchers work on it, and its code, white space aside, is that of the text."""
    text = "est = PyTorch( role = role,\n  instance_type='ml.p3.2xlarge' )  # why\n"
    tree = tree_of(text).module
    assert tree.code.split() == ["est", "=", "PyTorch(role", "=", "role,", "instance_type", "=", "'ml.p3.2xlarge')"]
    assert m.findall(tree, m.Arg(keyword=m.Name("role")))
    assert tree.deep_clone().deep_equals(tree)

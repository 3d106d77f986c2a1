from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagegreen.documents.edits import apply_edits
from sagegreen.documents.layout import (
    insert_arguments,
    insert_elements,
    insert_imported,
    insert_items,
    insert_statements,
    quote_of,
    remove_argument,
    remove_item,
    replace_node,
    string,
)
from sagegreen.documents.parsing import parse_module
from sagegreen.documents.reading import document_from_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell

SPOT = [("use_spot_instances", "True"), ("max_wait", "7200")]


def parsed(source: str) -> ParsedCell:
    document = document_from_bytes(source.encode(), Path("job.py"))
    (cell,) = parse_module(document, document.modules[0]).cells
    return cell


def first(cell: ParsedCell, kind: type[cst.CSTNode], name: str | None = None) -> cst.CSTNode:
    pending: list[cst.CSTNode] = [cell.tree]
    while pending:
        node = pending.pop(0)
        if isinstance(node, kind) and (name is None or cell.code(node.func) == name):
            return node
        pending[:0] = node.children
    raise LookupError(kind)


def edited(source: str, edits: Sequence[Edit] | None) -> str:
    assert edits is not None
    result = apply_edits(source, edits)
    cst.parse_module(result)
    return result


def with_arguments(source: str, keywords: Sequence[tuple[str, str]] = SPOT, name: str = "f") -> str:
    cell = parsed(source)
    newline = "\r\n" if "\r\n" in source else "\n"
    return edited(source, insert_arguments(cell, first(cell, cst.Call, name), keywords, newline))


LAYOUTS = {
    "empty": ("f()\n", "f(use_spot_instances=True, max_wait=7200)\n"),
    "empty over two lines": ("f(\n)\n", "f(\n    use_spot_instances=True,\n    max_wait=7200,\n)\n"),
    "only a comment": (
        "f(\n    # (nothing)\n)\n",
        "f(\n    # (nothing)\n    use_spot_instances=True,\n    max_wait=7200,\n)\n",
    ),
    "only a comment behind the bracket": (
        "if x:\n  f(  # nothing\n  )\n",
        "if x:\n  f(  # nothing\n    use_spot_instances=True,\n    max_wait=7200,\n  )\n",
    ),
    "on one line": ("f(a, b=1)\n", "f(a, b=1, use_spot_instances=True, max_wait=7200)\n"),
    "on one line with trailing comma": ("f(a, )\n", "f(a, use_spot_instances=True, max_wait=7200, )\n"),
    "parenthesised everything": (
        "x = ((f)((a), (b)))\n",
        "x = ((f)((a), (b), use_spot_instances=True, max_wait=7200))\n",
    ),
    "one per line": (
        "f(\n    a,\n    b=1,\n)\n",
        "f(\n    a,\n    b=1,\n    use_spot_instances=True,\n    max_wait=7200,\n)\n",
    ),
    "one per line without trailing comma": (
        "f(\n    a,\n    b=1\n)\n",
        "f(\n    a,\n    b=1,\n    use_spot_instances=True,\n    max_wait=7200\n)\n",
    ),
    "a lone one that would fit beside the brackets": (
        "f(\n    a\n)\n",
        "f(\n    a,\n    use_spot_instances=True,\n    max_wait=7200\n)\n",
    ),
    "tabs": (
        "f(\n\ta,\n\tb=1,\n)\n",
        "f(\n\ta,\n\tb=1,\n\tuse_spot_instances=True,\n\tmax_wait=7200,\n)\n",
    ),
    "carriage returns": (
        "f(\r\n    a,\r\n)\r\n",
        "f(\r\n    a,\r\n    use_spot_instances=True,\r\n    max_wait=7200,\r\n)\r\n",
    ),
    "hanging together on one line": (
        "f(\n    a, b=1\n)\n",
        "f(\n    a, b=1, use_spot_instances=True, max_wait=7200\n)\n",
    ),
    "aligned with the bracket": (
        "est = f(a,\n        b=1)\n",
        "est = f(a,\n        b=1,\n        use_spot_instances=True,\n        max_wait=7200)\n",
    ),
    "aligned with the bracket, trailing comma": (
        "est = f(a,\n        b=1,)\n",
        "est = f(a,\n        b=1,\n        use_spot_instances=True,\n        max_wait=7200,)\n",
    ),
    "aligned, bracket on its own line": (
        "est = f(a,\n        b=1\n       )\n",
        "est = f(a,\n        b=1,\n        use_spot_instances=True,\n        max_wait=7200\n       )\n",
    ),
    "aligned, with a dictionary over two lines": (
        "est = f(a,\n        b={'x': 1,\n           'y': 2})\n",
        "est = f(a,\n        b={'x': 1,\n           'y': 2},\n        use_spot_instances=True,\n        max_wait=7200)\n",
    ),
    "filled lines": (
        "f(a, b,\n  c, d)\n",
        "f(a, b,\n  c, d, use_spot_instances=True, max_wait=7200)\n",
    ),
    "filled lines that are full": (
        f"f(a, b,\n  c, d{'d' * 60})\n",
        f"f(a, b,\n  c, d{'d' * 60},\n  use_spot_instances=True,\n  max_wait=7200)\n",
    ),
    "commas in front": (
        "f(a\n , b\n , c)\n",
        "f(a\n , b\n , c\n , use_spot_instances=True\n , max_wait=7200)\n",
    ),
    "hugging dictionary": (
        "f(a, hyperparameters={\n    'lr': 1,\n})\n",
        "f(a, hyperparameters={\n    'lr': 1,\n}, use_spot_instances=True, max_wait=7200)\n",
    ),
    "hugging list with trailing comma": (
        "f([\n    1,\n],)\n",
        "f([\n    1,\n], use_spot_instances=True, max_wait=7200,)\n",
    ),
    "trailing comment behind a comma": (
        "f(\n    a,\n    b=1,  # why\n)\n",
        "f(\n    a,\n    b=1,  # why\n    use_spot_instances=True,\n    max_wait=7200,\n)\n",
    ),
    "trailing comment without a comma": (
        "f(\n    a,\n    b=1  # why, (and how)\n)\n",
        "f(\n    a,\n    b=1,  # why, (and how)\n    use_spot_instances=True,\n    max_wait=7200\n)\n",
    ),
    "trailing comment that goes on": (
        "f(\n    a,\n    b=1,  # why\n          # and how\n)\n",
        "f(\n    a,\n    b=1,  # why\n          # and how\n    use_spot_instances=True,\n    max_wait=7200,\n)\n",
    ),
    "commented-out argument before the bracket": (
        "f(\n    a,\n    # b=1,\n)\n",
        "f(\n    a,\n    use_spot_instances=True,\n    max_wait=7200,\n    # b=1,\n)\n",
    ),
    "comment behind an aligned argument": (
        "f(a,  # why\n  b)\n",
        "f(a,  # why\n  b,\n  use_spot_instances=True,\n  max_wait=7200)\n",
    ),
    "dictionary unpacked last": ("f(a, **kw)\n", "f(a, **kw, use_spot_instances=True, max_wait=7200)\n"),
    "dictionary unpacked last, one per line": (
        "f(\n    *args,\n    **kw,\n)\n",
        "f(\n    *args,\n    **kw,\n    use_spot_instances=True,\n    max_wait=7200,\n)\n",
    ),
    "generator with parentheses of its own": (
        "f((x for x in y))\n",
        "f((x for x in y), use_spot_instances=True, max_wait=7200)\n",
    ),
    "backslashes": (
        "f(a, \\\n  b)\n",
        "f(a, \\\n  b,\n  use_spot_instances=True,\n  max_wait=7200)\n",
    ),
    "bracket below the name": ("f\\\n  (a)\n", "f\\\n  (a, use_spot_instances=True, max_wait=7200)\n"),
    "strings that look like code": (
        "f('# no comment', \",)\")\n",
        "f('# no comment', \",)\", use_spot_instances=True, max_wait=7200)\n",
    ),
    "too long for its line": (
        "if x:\n    est = f(entry_point='train.py', role=role, instance_count=1, train=1)  # c\n",
        (
            "if x:\n    est = f(\n        entry_point='train.py',\n        role=role,\n        instance_count=1,\n        train=1,\n"
            "        use_spot_instances=True,\n        max_wait=7200,\n    )  # c\n"
        ),
    ),
    "too long for its line, indented by two": (
        "if x:\n  est = f(entry_point='train.py', role=role, instance_count=1, train=1234567)\n",
        (
            "if x:\n  est = f(\n    entry_point='train.py',\n    role=role,\n    instance_count=1,\n    train=1234567,\n"
            "    use_spot_instances=True,\n    max_wait=7200,\n  )\n"
        ),
    ),
    "a file with longer lines": (
        f"g(a, b{'b' * 120})\nest = f(entry_point='train.py', role=role, instance_count=1, train=1234567)\n",
        (
            f"g(a, b{'b' * 120})\nest = f(entry_point='train.py', role=role, instance_count=1, train=1234567,"
            " use_spot_instances=True, max_wait=7200)\n"
        ),
    ),
    "long strings and comments are no longer lines": (
        f"x = '{'b, ' * 50}'\n# ({'b, ' * 50})\nest = f(entry_point='train.py', role=role, instance_count=1, n=1)\n",
        (
            f"x = '{'b, ' * 50}'\n# ({'b, ' * 50})\nest = f(\n    entry_point='train.py',\n    role=role,\n"
            "    instance_count=1,\n    n=1,\n    use_spot_instances=True,\n    max_wait=7200,\n)\n"
        ),
    ),
    "a pragma does not make a line long": (
        "est = f(entry_point='train.py', role=role)  # noqa: E501 " + "x" * 60 + "\n",
        "est = f(entry_point='train.py', role=role, use_spot_instances=True, max_wait=7200)  # noqa: E501 "
        + "x" * 60
        + "\n",
    ),
    "no final newline": ("f(a)", "f(a, use_spot_instances=True, max_wait=7200)"),
    "form feed": ("\f\nf(a)\n", "\f\nf(a, use_spot_instances=True, max_wait=7200)\n"),
}


@pytest.mark.parametrize(("before", "after"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_arguments_follow_the_calls_layout(before, after):
    assert with_arguments(before) == after


def test_a_lone_generator_takes_no_further_argument():
    cell = parsed("f(x for x in y)\n")
    assert insert_arguments(cell, first(cell, cst.Call), SPOT, "\n") is None


def test_nothing_is_written_into_an_f_string():
    cell = parsed("s = f'{f(a)} and {g}'\n")
    assert insert_arguments(cell, first(cell, cst.Call), SPOT, "\n") is None


def test_a_value_too_long_for_its_line_is_spread():
    rules = "[Rule.sagemaker(rule_configs.loss_not_decreasing()), Rule.sagemaker(rule_configs.overfit())]"
    assert with_arguments("f(\n    a,\n)\n", [("rules", rules)]) == dedent(
        """\
        f(
            a,
            rules=[
                Rule.sagemaker(rule_configs.loss_not_decreasing()),
                Rule.sagemaker(rule_configs.overfit()),
            ],
        )
        """
    )


def test_a_line_magic_stays_on_its_line(tmp_path):
    import json

    source = "%time est = f(entry_point='train.py', role=role, instance_count=1, train=1234567)"
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}]
    raw = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    document = document_from_bytes(raw, Path("job.ipynb"))
    (cell,) = parse_module(document, document.modules[0]).cells
    edits = insert_arguments(cell, first(cell, cst.Call), SPOT, "\n")
    assert edits is not None
    assert apply_edits(source, edits) == source[:-1] + ", use_spot_instances=True, max_wait=7200)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = {}\n", "x = {'a': 1}\n"),
        ("x = {'b': 2}\n", "x = {'b': 2, 'a': 1}\n"),
        ("x = {'b': 2,}\n", "x = {'b': 2, 'a': 1,}\n"),
        ("x = {**b}\n", "x = {**b, 'a': 1}\n"),
        ("x = ({\n    'b': (2),\n    **c,  # all\n})\n", "x = ({\n    'b': (2),\n    **c,  # all\n    'a': 1,\n})\n"),
        ("x = {\n    'b': 2\n}\n", "x = {\n    'b': 2,\n    'a': 1\n}\n"),
        ("x = {'b': 2,\n     'c': 3}\n", "x = {'b': 2,\n     'c': 3,\n     'a': 1}\n"),
    ],
)
def test_items_follow_the_displays_layout(before, after):
    cell = parsed(before)
    assert edited(before, insert_items(cell, first(cell, cst.Dict), [("'a'", "1")], "\n")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = []\n", "x = [new]\n"),
        ("x = [a]\n", "x = [a, new]\n"),
        ("x = [\n    a,\n]\n", "x = [\n    a,\n    new,\n]\n"),
        ("x = [*a]\n", "x = [*a, new]\n"),
        ("x = ()\n", "x = (new,)\n"),
        ("x = (a,)\n", "x = (a, new)\n"),
        ("x = ((a), b)\n", "x = ((a), b, new)\n"),
        ("x = ( (  # why\n    a,\n    b,\n))\n", "x = ( (  # why\n    a,\n    b,\n    new,\n))\n"),
        ("x = a,\n", "x = a, new\n"),
        ("x = a, b\n", "x = a, b, new\n"),
        ("x = a, b,\n", "x = a, b, new,\n"),
    ],
)
def test_elements_follow_the_displays_layout(before, after):
    cell = parsed(before)
    display = first(cell, (cst.List, cst.Tuple))
    assert edited(before, insert_elements(cell, display, ["new"], "\n")) == after
    assert len(ast.parse(after).body[0].value.elts) == len(ast.parse(before).body[0].value.elts) + 1


@pytest.mark.parametrize(
    ("before", "placed", "after"),
    [
        ("from m import a\n", {1: ["b"]}, "from m import a, b\n"),
        ("from m import b  # why\n", {0: ["a"], 1: ["c as d"]}, "from m import a, b, c as d  # why\n"),
        ("from m import (b)\n", {0: ["a"]}, "from m import (a, b)\n"),
        (
            "from m import (\n    b,  # why\n    # d\n    d\n)\n",
            {1: ["c"]},
            "from m import (\n    b,  # why\n    c,\n    # d\n    d\n)\n",
        ),
        ("from m import (\n    b,\n)\n", {0: ["a"], 1: ["c"]}, "from m import (\n    a,\n    b,\n    c,\n)\n"),
        (
            "from m import (b,\n               d)\n",
            {1: ["c"]},
            "from m import (b,\n               c,\n               d)\n",
        ),
        ("from m import a, \\\n    b\n", {2: ["c"]}, "from m import a, \\\n    b, c\n"),
        (
            f"if x:\n    from m import a{'a' * 40}, b{'b' * 20}  # why\n",
            {1: ["aaaaaaa"], 2: ["c"]},
            f"if x:\n    from m import (\n        a{'a' * 40},\n        aaaaaaa,\n        b{'b' * 20},\n        c,\n    )  # why\n",
        ),
    ],
)
def test_imported_names_follow_the_statements_layout(before, placed, after):
    cell = parsed(before)
    assert edited(before, insert_imported(cell, first(cell, cst.ImportFrom), placed, "\n")) == after


def test_a_star_import_takes_no_name():
    cell = parsed("from m import *\n")
    assert insert_imported(cell, first(cell, cst.ImportFrom), {0: ["a"]}, "\n") is None


# --- removing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(x=1)\n", "f()\n"),
        ("f(\n    x=1,\n)\n", "f()\n"),
        ("f(a, x=1)\n", "f(a)\n"),
        ("f(a, x=1,)\n", "f(a,)\n"),
        ("f(x=1, a=2)\n", "f(a=2)\n"),
        ("f(a, x=1, b=2)\n", "f(a, b=2)\n"),
        ("f(\n    a,\n    x=1,\n    b=2,\n)\n", "f(\n    a,\n    b=2,\n)\n"),
        ("f(\n    a,\n    x=1,\n)\n", "f(\n    a,\n)\n"),
        ("f(\n    a,\n    x=1\n)\n", "f(\n    a\n)\n"),
        ("f(\n    a,  # why\n    x=1\n)\n", "f(\n    a  # why\n)\n"),
        ("f(\n    a,\n    x=[\n        1,\n    ],\n)\n", "f(\n    a,\n)\n"),
        ("f(a,\n  x=1)\n", "f(a)\n"),
        ("f(a,  # why\n  x=1)\n", "f(a  # why\n  )\n"),
        ("f(a,\n  x=1, b=2)\n", "f(a,\n  b=2)\n"),
        ("f(x=1,\n  b=2)\n", "f(b=2)\n"),
        ("f(a, x=1,  # of a\n  b=2)\n", "f(a,  # of a\n  b=2)\n"),
        ("f(\r\n    a,\r\n    x=1,\r\n)\r\n", "f(\r\n    a,\r\n)\r\n"),
        ("f(\n    a,\n    # above\n    x=1,\n    b=2,\n)\n", "f(\n    a,\n    # above\n    b=2,\n)\n"),
        ("f(a, x=(1), **kw)\n", "f(a, **kw)\n"),
    ],
)
def test_an_argument_goes_with_its_comma_and_line(before, after):
    cell = parsed(before)
    call = first(cell, cst.Call)
    arg = next(arg for arg in call.args if arg.keyword is not None and arg.keyword.value == "x")
    assert edited(before, remove_argument(cell, call, arg)) == after


@pytest.mark.parametrize(
    "source",
    [
        "f(\n    a,\n    x=1,  # why\n)\n",
        "f(\n    x=1  # why\n)\n",
        "f(a,\n  x=[  # why\n    1])\n",
        "f(x=1,  # why\n  b=2)\n",
    ],
)
def test_an_argument_with_a_comment_stays(source):
    cell = parsed(source)
    call = first(cell, cst.Call)
    arg = next(arg for arg in call.args if arg.keyword is not None and arg.keyword.value == "x")
    assert remove_argument(cell, call, arg) is None


def test_an_item_goes_with_its_line():
    before = "x = {\n    'a': 1,\n    'b': {'c': 1},\n    **d,\n}\n"
    cell = parsed(before)
    display = first(cell, cst.Dict)
    after = edited(before, remove_item(cell, display, display.elements[1]))
    assert after == "x = {\n    'a': 1,\n    **d,\n}\n"


def test_a_replaced_node_keeps_its_parentheses():
    before = "f(strategy=('Grid'), n=1)\n"
    cell = parsed(before)
    assert edited(before, [replace_node(cell, first(cell, cst.SimpleString), "'Bayesian'")]) == (
        "f(strategy=('Bayesian'), n=1)\n"
    )


# --- statements -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "where", "after"),
    [
        ("a()\nmark()\nb()\n", "after", "a()\nmark()\nnew()\nb()\n"),
        ("a()\nmark()\nb()\n", "before", "a()\nnew()\nmark()\nb()\n"),
        ("a()\nmark()", "after", "a()\nmark()\nnew()"),
        ("a()\r\nmark()\r\n", "after", "a()\r\nmark()\r\nnew()\r\n"),
        ("mark(  # one\n    2,\n)  # two\nb()\n", "after", "mark(  # one\n    2,\n)  # two\nnew()\nb()\n"),
        (
            "if x:\n    mark()\n    # foot\nelse:\n    b()\n",
            "after",
            "if x:\n    mark()\n    new()\n    # foot\nelse:\n    b()\n",
        ),
        ("a()\n\n# of mark\nmark()\n", "before", "a()\n\nnew()\n# of mark\nmark()\n"),
        ("# licence\nmark()\n", "before", "# licence\nnew()\nmark()\n"),
        ("a()\n# noqa: SG301\nmark()\n", "before", "a()\nnew()\n# noqa: SG301\nmark()\n"),
        ("# title\n# noqa: SG301\nmark()\n", "before", "# title\nnew()\n# noqa: SG301\nmark()\n"),
        ("for i in mark():\n    a()\nb()\n", "after", "for i in mark():\n    a()\nnew()\nb()\n"),
        ("@mark()\ndef f():\n    pass\n", "before", "new()\n\n\n@mark()\ndef f():\n    pass\n"),
        ("@mark()\ndef f():\n    pass\n", "after", "@mark()\ndef f():\n    pass\n\n\nnew()\n"),
        ("import mark\nb()\n", "after", "import mark\n\nnew()\nb()\n"),
    ],
)
def test_statements_stand_beside_their_anchor(before, where, after):
    cell = parsed(before)
    newline = "\r\n" if "\r\n" in before else "\n"
    edit = insert_statements(cell, anchor_of(cell), ["new()"], newline, where)
    assert edit is not None
    assert edited(before, [edit]) == after


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("source", ["a(); mark()\n", "mark(); b()\n", "if x: pass\nelif mark():\n    b()\n"])
def test_statements_do_not_share_a_line(source, where):
    cell = parsed(source)
    assert insert_statements(cell, anchor_of(cell), ["new()"], "\n", where) is None


def anchor_of(cell: ParsedCell) -> cst.BaseStatement:
    """The innermost statement whose first line, decorators included, says ``mark``."""
    found = None
    pending: list[cst.CSTNode] = [cell.tree]
    while pending:
        node = pending.pop(0)
        if isinstance(node, cst.BaseStatement) and "mark" in cst.Module([]).code_for_node(node):
            found = node
        pending[:0] = node.children
    assert found is not None
    return found


# --- strings --------------------------------------------------------------------------------------------------


def test_the_prevailing_quote_is_used():
    assert quote_of(parsed('x = \'a\' + \'b\' + "c"\n"""doc"""\n')) == "'"
    assert quote_of(parsed("x = 'a' + \"c\"  # don't\n")) == '"'
    assert quote_of(parsed("x = 1\n")) == '"'
    assert string(parsed("x = 'a'\n"), "ml.m5.xlarge") == "'ml.m5.xlarge'"
    assert string(parsed("x = 'a'\n"), "don't") == '"don\'t"'


@given(text=st.text(), quotes=st.sampled_from(["x = 'a'\n", 'x = "a"\n']))
def test_a_string_means_its_text(text, quotes):
    literal = string(parsed(quotes), text)
    assert ast.literal_eval(literal) == text
    assert "\n" not in literal


# --- random layouts -------------------------------------------------------------------------------------------

VALUES = ["1", "(a)", "'x, y'", "[1, 2]", "{\n'k': 1,\n}", "g(\n  1)", "lambda: 0", "'''#\n)'''", "(1,  # in\n 2)"]


@st.composite
def layouts(draw):
    """A call whose arguments are laid out in any way that Python accepts."""
    count = draw(st.integers(0, 4))
    gap = st.sampled_from(["", " ", "\n    ", "\n  # own, line (\n        ", "  # end )\n    ", "\n\n\t"])
    text = draw(st.sampled_from(["f(", "est = f(", "if x:\n  f(", "h(f("]))
    pieces = [text]
    for index in range(count):
        pieces += [draw(gap), f"k{index}=", draw(st.sampled_from(VALUES)), draw(gap)]
        if index < count - 1 or draw(st.booleans()):
            pieces.append(",")
    pieces += [draw(gap), "))" if text.startswith("h") else ")", draw(st.sampled_from(["\n", "", "  # after\n"]))]
    return "".join(pieces)


def shape(source: str, name: str = "f") -> list[tuple[str | None, str]]:
    call = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    )
    return [(keyword.arg, ast.dump(keyword.value)) for keyword in call.keywords]


def tokens_of(source: str) -> list[str]:
    """Every token but commas and white space, comments included."""
    skipped = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    generated = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in generated if token.type not in skipped and token.string != ","]


def is_subsequence(short: list[str], long: list[str]) -> bool:
    remaining = iter(long)
    return all(each in remaining for each in short)


@settings(max_examples=400, deadline=None)
@given(source=layouts())
def test_inserting_adds_arguments_and_nothing_else(source):
    after = with_arguments(source, [("new", "1"), ("more", "[2]")])
    assert shape(after)[: len(shape(source))] == shape(source)
    assert [name for name, _ in shape(after)[-2:]] == ["new", "more"]
    assert len(shape(after)) == len(shape(source)) + 2
    before_tokens, after_tokens = tokens_of(source), tokens_of(after)
    assert is_subsequence(before_tokens, after_tokens)
    assert len(after_tokens) == len(before_tokens) + len(["new", "=", "1", "more", "=", "[", "2", "]"])


@settings(max_examples=400, deadline=None)
@given(source=layouts(), which=st.integers(0, 3))
def test_removing_takes_one_argument_and_no_comment(source, which):
    cell = parsed(source)
    call = first(cell, cst.Call, "f")
    if which >= len(call.args):
        return
    edits = remove_argument(cell, call, call.args[which])
    if edits is None:
        assert "#" in source
        return
    after = edited(source, edits)
    expected = shape(source)
    del expected[which]
    assert shape(after) == expected
    assert [token for token in tokens_of(after) if token.startswith("#")] == [
        token for token in tokens_of(source) if token.startswith("#")
    ]


@settings(max_examples=200, deadline=None)
@given(source=layouts())
def test_what_was_inserted_can_be_removed(source):
    after = with_arguments(source, [("new", "1")])
    cell = parsed(after)
    call = first(cell, cst.Call, "f")
    edits = remove_argument(cell, call, call.args[-1])
    if edits is not None:
        assert shape(edited(after, edits)) == shape(source)


# --- formatted files stay formatted ---------------------------------------------------------------------------

FORMATTED = [
    "est = f(role)\n",
    "f()\n",
    "f(a, b)\n",
    "est = f(entry_point='train.py', role=role, instance_count=1)\n",
    "est = f(entry_point='train.py', role=role, instance_count=1, n=1)  # why\n",
    "est = f(entry_point='train.py', role=role, instance_count=1, max_run=3600, n=1)  # noqa\n",
    "est = f(entry_point='train.py', role=role, instance_count=1, max_run=3600, volume_size=50, py=3)\n",
    "est = f(entry_point='train.py', role=role, instance_count=1, max_run=3600, volume_size=50, py=3, ok=123456789012345)\n",
    "est = some_module.make(f(entry_point='train.py', role=role, instance_count=1, max_run=3600))\n",
    "est = f('a very long string that does not fit on one line together with its brackets and name')\n",
    "class A:\n    def b(self):\n        if x:\n            self.estimator = f(entry_point='train.py', role=role, n=1)\n",
    "f(a, b=[1, 2, 3], c={'d': 1, 'e': 2}, instance_type='ml.p3.2xlarge', instance_count=1, x=1)\n",
    "f(a, b={\n 'c': 1,\n 'd': 2,\n})\n",
    "f(\n  *args, # all\n **kw)\n",
    "f(a, # why\n b)\n",
    "f(a, b # why\n )\n",
    "return_value = [f(a, b, c), f(d)]\n",
    "f(lambda x: x, b if c else d, not e)\n",
    "async def g():\n    await f(entry_point='train.py', role=role, instance_count=1, max_run=3600)\n",
    "def g():\n    return f(entry_point='train.py', role=role, instance_count=1, max_run=36000)\n",
    "f(entry_point='train.py', role=role, instance_count=1, max_run=36000).fit()\n",
    "f(entry_point='train.py', role=role, instance_count=1, max_run=36000).fit({'train': x})\n",
    "with f(entry_point='train.py', role=role, instance_count=1, max_run=36000) as x:\n    pass\n",
    "steps = [f(entry_point='train.py', role=role, instance_count=1, max_run=360000)]\n",
    "steps = [TrainingStep(name='train', estimator=f(entry_point='train.py', role=role, count=1))]\n",
    "tuner = T(estimator=f(entry_point='train.py', role=role, count=1), objective='loss', ranges=1)\n",
]


def formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--stdin-filename", "job.py", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "keywords",
    [SPOT, [("rules", "[Rule.sagemaker(rule_configs.overfit()), Rule.sagemaker(rule_configs.overtraining())]")]],
)
@pytest.mark.parametrize("source", FORMATTED)
def test_a_formatted_file_stays_formatted(source, keywords):
    after = with_arguments(formatted(source), keywords)
    assert formatted(after) == after

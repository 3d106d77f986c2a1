"""Masking keeps every offset, and takes nothing for a magic that is Python."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.magics import neutralised


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%matplotlib inline\nx = 1", "0                 \nx = 1"),
        ("!pip install \\\r\n  a\r\nx", "0             \r\n   \r\nx"),
        ("if a:\n    !ls\n    b", "if a:\n    0  \n    b"),
        ("files = !ls", "files = _  "),
        ("d['a=!'] = %who_ls str", "d['a=!'] = _          "),
        ("a, b = !ls", "a, b = _  "),
        ("?print\nprint??\nobj.method?  ", "0     \n0      \n0            "),
        ("%%time\nx = 1", "0     \nx = 1"),
        ("# why\n\n%%time\nx", "# why\n\n0     \nx"),
        (",f a b\n;f a\n/f a", "0     \n0   \n0   "),
        ("!a\r!b\rc", "0 \r0 \rc"),
        ("%env A=1 \\", "0         "),
    ],
)
def test_lines_of_ipython_are_masked(source, expected):
    assert neutralised(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        'x = """\n%time\n!ls\nwhat?\n"""',
        "x = (7\n% 5)\n",
        "x = 7 \\\n% 5\n",
        "x = 'a=%s' % 3\n",
        "x %= 3\ny != 4\nx = a % b\n",
        "f(a,\n  '!ls', # it's\n  '''\n!ls''')\n",
        "# what?\n",
        "s = 'really?'\n",
        "pip = 1\nls = 2\n",
        "x = 1 # = !ls\n",
        "x = '\\\n!ls'\n",
    ],
)
def test_python_is_left_alone(source):
    assert neutralised(source) == source


def test_the_statement_of_a_timing_magic_may_be_kept():
    assert neutralised("%time x = f()", keep_statements=True) == "0;    x = f()"
    assert neutralised("    %timeit -n 5 -r2 f()", keep_statements=True) == "    " + "0;".ljust(17) + "f()"
    assert neutralised("y = %time f()", keep_statements=True) == "y = " + " " * 6 + "f()"


def test_lines_without_a_prefix_are_masked_on_request_only():
    source = "pip install -U sagemaker\nls = 3\nrm -rf data\ntime = 1"
    assert neutralised(source) == source
    assert neutralised(source, automagic=True) == "0                       \nls = 3\n0          \ntime = 1"


@given(
    st.lists(
        st.sampled_from(
            [
                "%",
                "!",
                "?",
                "%%time",
                "x",
                " = ",
                "'",
                '"""',
                "(",
                ")",
                "#",
                "\\",
                "\n",
                "\r\n",
                "\r",
                "    ",
                "pip install",
                "\x0c",
                "%time ",
                "é😀",
            ]
        )
    ).map("".join),
    st.booleans(),
    st.booleans(),
)
def test_length_and_line_ends_never_change(source, keep_statements, automagic):
    masked = neutralised(source, keep_statements=keep_statements, automagic=automagic)
    assert len(masked) == len(source)
    assert [(m.start(), m.group()) for m in re.finditer(r"[\r\n]", masked)] == [
        (m.start(), m.group()) for m in re.finditer(r"[\r\n]", source)
    ]

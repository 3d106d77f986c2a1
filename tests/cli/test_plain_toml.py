"""What the small reader of TOML reads is what ``tomllib`` reads; everything else it leaves alone."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.cli.plain_toml import UnusualTomlError, read

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
USUAL = """
[build-system]
requires = ["hatchling>=1.26"] # why
build-backend = 'hatchling.build'

[project.entry-points."a.b" . 'c']
[project]
name = "x"
authors = [{name = "A. B.", email="a@b.c"}, { }]
"quoted key" = 3
readme = { file = "README.md", content-type = "text/markdown" }
dependencies = [
  "a >= 1",  # it's needed
  # "b",
  'c"d', ]
[[tool.mypy.overrides]]
module = ["a.*", "b"]
[[tool.mypy.overrides]]
strict = true
[tool.ruff.lint.per-file-ignores]
"tests/*" = ["S101"]
[tool.ruff]
line-length = 0
[tool.sagegreen]
select = []
fix = false
nested = [[1, 2], [[]]]
""".replace("[build-system]\n", "[build-system]\t \n")
PIECES = [
    *("[a.]\n", "[.a]\n", "[a b]\n", "['a'.b]\n", '["a" . b."c"]\n'),
    *("\n", " ", "\t", "#", "=", ".", ",", "[", "]", "[[", "]]", "{", "}", '"', "'", '"""', "'''", "\\", "\r\n", "\r"),
    *("a", "b", "a.b", '"a"', "'b'", "a-b_1", "é", '"é"', "\ufeff", "\x00", "\x7f", "\x0b", "\xa0", "\u2028"),
    *(
        "[a]\n",
        "[b]\n",
        "[a.b]\n",
        "[a . b]\n",
        "[[a]]\n",
        "[[b]]\n",
        "[[a.b]]\n",
        '["a"]\n',
        "[a]#\n",
        "[]\n",
        "[[]]\n",
    ),
    *("a = 1\n", "b = 2\n", "a = {}\n", "a = {b = 1}\n", "b = [{}]\n", "a.b = 1\n", "a = [1,\n2]\n", "a = [\n]\n"),
    *(
        "a = ",
        "b = ",
        "= 1\n",
        "true",
        "false",
        "0",
        "007",
        "12",
        "1_000",
        "1.5",
        "-1",
        "+1",
        "0x1",
        "1979-05-27",
        "inf",
    ),
    *("[1,]", "[,]", "[1 2]", '["x", 1]', "{a = 1,}", "{a = 1, a = 2}", "{a = [\n1]}", "{a =\n1}", '"x\\n"', "٣", "²"),
]


def tomllib_says(raw):
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def test_what_people_write_is_read():
    for raw in (USUAL.encode(), b"", (ROOT / "docs/examples/company-pack/pyproject.toml").read_bytes()):
        assert read(raw) == tomllib_says(raw)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_nothing_else_is_read_than_tomllib_reads(text):
    raw = text.encode()
    try:
        found = read(raw)
    except UnusualTomlError:
        return
    assert found == tomllib_says(raw)


@given(st.data())
def test_no_damage_is_overlooked(data):
    at, width = data.draw(st.integers(0, len(USUAL))), data.draw(st.integers(0, 6))
    raw = (USUAL[:at] + data.draw(st.sampled_from(PIECES)) + USUAL[at + width :]).encode()
    try:
        found = read(raw)
    except UnusualTomlError:
        return
    assert found == tomllib_says(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"a = 1\na = 1\n",
        b"[a]\n[a]\n",
        b"[a]\n[[a]]\n",
        b"[[a]]\n[a]\n",
        b"[[a]]\n[a.b]\n",
        b"a = [{}]\n[[a]]\n",
        b"a = []\n[[a]]\n",
        b"a = {}\n[a.b]\n",
        b"a = 1\n[a]\n",
        b"a = " + b"[" * 1000 + b"]" * 1000,
        b"a = " + b"9" * 5000,
        b"a = [1",
        b"a",
        b"a =",
        b"a = {",
        b"[",
        b"[[a]",
        b'"a',
    ],
)
def test_what_is_wrong_or_rare_is_left_to_others(raw):
    with pytest.raises(UnusualTomlError):
        read(raw)

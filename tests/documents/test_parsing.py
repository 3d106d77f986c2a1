"""Cells are parsed one by one, and every position is true to what the author sees."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import libcst
import libcst.matchers as m
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.model import Position
from sagegreen.documents.parsing import parse_module
from sagegreen.documents.reading import document_from_bytes


def parse_script(source):
    raw = source if isinstance(source, bytes) else source.encode()
    document = document_from_bytes(raw, Path("train.py"))
    return parse_module(document, document.modules[0])


def parse_notebook(*sources, module=0):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    document = document_from_bytes(json.dumps({"cells": cells}).encode(), Path("train.ipynb"))
    return parse_module(document, document.modules[module])


def parsed_cell(*sources, module=0):
    parsed = parse_notebook(*sources, module=module)
    assert parsed.problems == ()
    return parsed.cells[0]


def only_problem(parsed):
    assert parsed.cells == ()
    (problem,) = parsed.problems
    return problem


def names(cell):
    return {node.value: cell.code(node) for node in m.findall(cell.tree, m.Name())}


def assert_every_name_is_where_it_says(cell):
    found = names(cell)
    assert found
    assert all(value == code for value, code in found.items())


def test_span_leaves_parentheses_out_and_outer_span_has_them():
    (cell,) = parse_script("x = ( # why\n  (a + b) )  \n").cells
    value = m.findall(cell.tree, m.BinaryOperation())[0]
    assert cell.code(value) == "a + b"
    start, end = cell.outer_span(value)
    assert cell.cell.source[start:end] == "( # why\n  (a + b) )"
    assert cell.outer_span(value.left) == cell.span(value.left)


def test_an_argument_ends_before_its_comma():
    (cell,) = parse_script("f( a = 1 , *b)").cells
    assert [cell.code(argument) for argument in m.findall(cell.tree, m.Arg())] == ["a = 1", "*b"]


def test_a_node_of_another_tree_has_no_place():
    (cell,) = parse_script("x = 1").cells
    with pytest.raises(KeyError):
        cell.span(libcst.Name("x"))


@pytest.mark.parametrize(
    "source",
    [
        "est = é\r\nfoo(bar)\rbaz\n",
        "\x0cfoo = 1\n\x0c\nif foo:\n\x0c    bar\n    baz",
        "foo\x0c\n\x0cbar = 2\n  \x0cbaz\n",
        "\\\nfoo = bar\n",
        "'\u2028\x0b'; foo\n",
        "if foo:\n\tbar\n\tif baz:\n\t\tqux # x\n\n",
        "foo = 1\r",
        "\r\n\r\n# c\r\nfoo\r\n   ",
        "\ufefffoo = '😀'; bar\n",
    ],
)
def test_offsets_are_true_whatever_separates_the_lines(source):
    parsed = parse_script(source)
    assert parsed.problems == ()
    assert_every_name_is_where_it_says(parsed.cells[0])


def test_a_cell_that_parses_is_parsed_as_it_stands():
    source = 'x = """\n%time no magic\n"""'
    assert parsed_cell(source).text == source


def test_magics_are_masked_where_parsing_fails():
    cell = parsed_cell('!pip install x\ntext = """\n!kept\n"""\nest.fit()\n')
    assert_every_name_is_where_it_says(cell)
    assert "!kept" in cell.text


def test_what_a_timing_magic_runs_is_parsed():
    cell = parsed_cell("%time predictor = est.deploy(1)")
    assert_every_name_is_where_it_says(cell)
    assert set(names(cell)) == {"predictor", "est", "deploy"}


def test_a_timing_magic_with_no_python_does_not_break_the_cell():
    assert set(names(parsed_cell("%time ls -l x\nfoo"))) == {"foo"}


def test_what_a_shell_line_is_assigned_to_is_assigned_something_else():
    cell = parsed_cell("x = 'ml.m5.large'", "x = !cmd").cell
    assert cell.index == 1
    (_, shell) = parse_notebook("x = 'ml.m5.large'", "x = !cmd").cells
    assert m.findall(shell.tree, m.Assign(value=m.Name()))


@pytest.mark.parametrize(
    "source", ["    foo = 1\n    if foo:\n        bar()\n", "  !ls\n  foo\n", "%%time\n  foo(\n bar)\n"]
)
def test_a_wholly_indented_cell_is_read_as_ipython_does(source):
    assert_every_name_is_where_it_says(parsed_cell(source))


def test_an_indented_script_is_broken():
    assert only_problem(parse_script("    foo = 1\n")).position.row == 1


def test_a_command_without_prefix_is_a_magic():
    assert_every_name_is_where_it_says(parsed_cell("pip install -U sagemaker\nfoo = 1"))


def test_a_broken_cell_silences_only_itself():
    parsed = parse_notebook("x = 1", "!ls\nfoo = (\n", "y = 2")
    assert [cell.cell.index for cell in parsed.cells] == [1, 3]
    (problem,) = parsed.problems
    assert problem.cell == 2
    assert problem.position.row >= 2


def test_the_body_of_a_written_file_counts_from_the_top_of_its_cell():
    cell = parsed_cell("%%writefile train.py\nfoo = bar\n", module=1)
    assert_every_name_is_where_it_says(cell)
    assert cell.span(cell.tree.body[0]) == (21, 30)


def test_magics_in_a_written_file_are_mistakes():
    problem = only_problem(parse_notebook("%%writefile train.py\nfoo = 1\n!ls\n", module=1))
    assert (problem.cell, problem.position.row) == (1, 3)


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("print 1\n", Position(1, 1)),
        ("x = 1\ny = = 2\n", Position(2, 5)),
        ("x = 1\n\ty\n", None),
        ("x\x00", None),
        ("'a' b''\n", None),
        ("é = $\n", None),
    ],
)
def test_a_mistake_is_reported_where_it_is(source, position):
    problem = only_problem(parse_script(source))
    assert problem.message
    if position is not None:
        assert problem.position == position


def test_half_a_surrogate_pair_is_a_problem_of_its_cell():
    assert only_problem(parse_notebook("x = '\ud800'")).cell == 1


def nested_ifs(depth):
    return "".join(" " * level + "if a:\n" for level in range(depth)) + " " * depth + "pass\n"


DEEP = {
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "open brackets": lambda n: "(" * n,
    "attributes": lambda n: "a" + ".b" * n,
    "chained calls": lambda n: "a" + "()" * n,
    "sums": lambda n: "x = 1" + "+1" * n,
    "sums over lines": lambda n: "x = (1" + "\n  + 1" * n + ")",
    "conjunctions": lambda n: "x = a" + " and a" * n,
    "negations": lambda n: "x = " + "not " * n + "a",
    "signs": lambda n: "x = " + "-" * n + "a",
    "lambdas": lambda n: "x = " + "lambda: " * n + "a",
    "conditions": lambda n: "x = " + "a if b else " * n + "c",
    "strings": lambda n: "x = " + "'a' " * n,
    "comprehension": lambda n: "x = [a" + " for a in b" * n + "]",
    "branches": lambda n: "if a:\n pass\n" + "elif b:\n pass\n" * n,
    "format strings": lambda n: "x = f'{" + "(" * n + "1" + ")" * n + "}'",
    "blocks": lambda n: nested_ifs(min(n, 1_500)),
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [1_000, 50_000])
def test_deep_nesting_is_a_problem_and_no_crash(kind, depth):
    assert only_problem(parse_script(DEEP[kind](depth) + "\n")).message
    assert only_problem(parse_notebook(DEEP[kind](depth))).cell == 1


@pytest.mark.parametrize("kind", sorted(set(DEEP) - {"open brackets"}))
def test_what_people_write_is_not_too_deep_even_on_a_small_stack(kind):
    found = []

    def judge():
        parsed = parse_script(DEEP[kind](30 if kind == "blocks" else 60) + "\n")
        found.extend(cell.span(cell.tree) for cell in parsed.cells)

    before = threading.stack_size(1024 * 1024)
    thread = threading.Thread(target=judge)
    thread.start()
    thread.join()
    threading.stack_size(before)
    assert len(found) == 1


def test_many_separate_branches_are_not_deep():
    source = "".join(f"if a{i}:\n    pass\nelif b:\n    x = [1, 2]\n" for i in range(1_000))
    assert parse_script(source).problems == ()


@given(st.text(st.characters(blacklist_categories=())) | st.text("()[]{}'\"\\%!?# \t\r\n\x0cfab=.,:", max_size=40))
def test_any_text_is_parsed_or_is_one_problem(source):
    raw = json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode()
    document = document_from_bytes(raw, Path("x.ipynb"))
    for module in document.modules:
        parsed = parse_module(document, module)
        assert len(parsed.cells) + len(parsed.problems) == len(module.cells)
        for cell in parsed.cells:
            for node in m.findall(cell.tree, m.Name()):
                assert cell.code(node) in (node.value, "!") or "_" in node.value

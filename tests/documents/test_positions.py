"""Rows and columns as an editor shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.model import Position
from sagegreen.documents.positions import LineTable, offset, position, raw_line
from sagegreen.documents.reading import document_from_bytes


def test_only_line_ends_of_python_end_a_row():
    source = "a\x0c\x0b\u2028b\r\nc\rd\ne"
    assert [position(source, source.index(letter)) for letter in "abcde"] == [(1, 1), (1, 5), (2, 1), (3, 1), (4, 1)]


def test_a_column_counts_characters():
    assert position("😀é = x", 5) == Position(1, 6)


def test_a_column_past_the_end_is_the_end():
    assert offset("ab\ncd", Position(2, 99)) == 5


@pytest.mark.parametrize("place", [Position(0, 1), Position(3, 1), Position(1, 0)])
def test_a_place_that_does_not_exist_is_refused(place):
    with pytest.raises(ValueError, match="no row"):
        offset("ab\ncd", place)


def test_an_offset_outside_is_refused():
    with pytest.raises(ValueError, match="outside"):
        position("ab", 3)


@given(st.text("ab\r\n\x0c", max_size=30), st.data())
def test_there_and_back(source, data):
    table = LineTable.of(source)
    place = data.draw(st.integers(0, len(source)))
    assert table.offset(table.position(place)) == place


def test_the_line_of_the_file_in_which_a_row_of_a_cell_stands():
    cells = [
        {"cell_type": "markdown", "source": ["# T\n", "text"]},
        {"cell_type": "code", "source": ["marker_a\n", "\n", "marker_b\n"]},
        {"cell_type": "code", "source": "one\nstring"},
        {"cell_type": "code", "source": []},
    ]
    text = json.dumps({"cells": cells}, indent=1)
    document = document_from_bytes(text.encode(), Path("x.ipynb"))

    def line_of(word):
        return text[: text.index(word)].count("\n") + 1

    assert raw_line(document, 2, 1) == line_of("marker_a")
    assert raw_line(document, 2, 3) == line_of("marker_b")
    assert raw_line(document, 2, 4) == line_of("marker_b")
    assert raw_line(document, 3, 2) == line_of("one")
    assert raw_line(document, 4, 1) == line_of("[]")


def test_the_line_of_a_script_is_its_row():
    assert raw_line(document_from_bytes(b"a\nb\n", Path("x.py")), None, 2) == 2

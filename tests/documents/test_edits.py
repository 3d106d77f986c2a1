"""Edits change what they name and not one byte more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.edits import UnwritableEditError, apply_edits, rewrite
from sagegreen.documents.model import Edit
from sagegreen.documents.reading import document_from_bytes

SCRIPT = Path("train.py")
NOTEBOOK = Path("train.ipynb")


def notebook(*sources, **dump):
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, **{"indent": 1, "ensure_ascii": False} | dump)


def rewritten(text, *edits):
    return rewrite(document_from_bytes(text.encode(), NOTEBOOK), edits).decode()


def cell_source(raw, index):
    source = json.loads(raw)["cells"][index - 1]["source"]
    return source if isinstance(source, str) else "".join(source)


def test_edits_are_applied_in_order_of_place():
    edits = [Edit(None, 4, 5, "B"), Edit(None, 0, 1, "A"), Edit(None, 2, 2, "1"), Edit(None, 2, 2, "2")]
    assert apply_edits("a b c", edits) == "A 12b B"


@pytest.mark.parametrize(
    "edits", [[Edit(None, 0, 3, ""), Edit(None, 2, 4, "")], [Edit(None, 3, 9, "")], [Edit(None, -1, 0, "")]]
)
def test_overlapping_or_outlying_edits_are_refused(edits):
    with pytest.raises(ValueError, match=r"overlaps|outside"):
        apply_edits("abcde", edits)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        b"x = 1\r\ny = 2\rz = 3\n\x0c\nw = 4",
        "# coding: latin-1\nx = 1  # é\n".encode("latin-1"),
        "# coding: cp1252\r\nx = '€'".encode("cp1252"),
        b"x = 1",
    ],
)
def test_a_script_keeps_every_other_byte(raw):
    document = document_from_bytes(raw, SCRIPT)
    place = document.modules[0].cells[0].source.index("x = ")
    changed = rewrite(document, [Edit(None, place, place + 1, "spot")])
    assert changed == raw.replace(b"x =", b"spot =", 1)


def test_a_character_that_the_codec_lacks_is_refused():
    document = document_from_bytes("# coding: latin-1\nx = 1\n".encode("latin-1"), SCRIPT)
    with pytest.raises(UnwritableEditError, match="iso-8859-1"):
        rewrite(document, [Edit(None, 18, 19, "'€'")])


def test_an_edit_of_a_cell_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="cell 7"):
        rewritten(notebook(["x = 1"]), Edit(7, 0, 0, "y"))


def test_a_changed_line_changes_one_line_of_the_file():
    text = notebook(["est = PyTorch(\n", "    count=1,\n", ")\n", "est.fit()"])
    changed = rewritten(text, Edit(1, 19, 26, "count=2"))
    assert changed == text.replace("count=1", "count=2")


def test_an_inserted_line_becomes_an_element_of_its_own():
    text = notebook(["f(\n", "    a=1,\n", ")"])
    changed = rewritten(text, Edit(1, 12, 12, "    spot=True,\n"))
    assert changed == text.replace('    "    a=1,\\n",\n', '    "    a=1,\\n",\n    "    spot=True,\\n",\n')


@pytest.mark.parametrize("dump", [{"indent": 1}, {"indent": 2}, {"indent": None}, {"separators": (",", ":")}])
@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ([], Edit(1, 0, 0, "a\nb"), ["a\n", "b"]),
        (["a"], Edit(1, 1, 1, "\nb\nc"), ["a\n", "b\n", "c"]),
        (["a"], Edit(1, 0, 0, "import b\n"), ["import b\n", "a"]),
        (["a\n", "b\n", "c"], Edit(1, 2, 4, ""), ["a\n", "c"]),
        (["a\n", "b\n", "c"], Edit(1, 0, 2, ""), ["b\n", "c"]),
        (["a\n", "b\n", "c"], Edit(1, 1, 4, ""), ["ac"]),
        (["a\n", "b\n", "c"], Edit(1, 0, 2, "x"), ["xb\n", "c"]),
        (["a\n", "b"], Edit(1, 0, 3, ""), [""]),
        (["a\n", "b\n", "c"], Edit(1, 1, 1, "!"), ["a!\n", "b\n", "c"]),
        ("a\nb", Edit(1, 2, 3, "c\nd"), "a\nc\nd"),
        ("", Edit(1, 0, 0, "a\n"), "a\n"),
    ],
)
def test_lines_stay_one_string_each_and_are_laid_out_as_their_neighbours(dump, before, edit, after):
    assert rewritten(notebook(before, ["z"], **dump), edit) == notebook(after, ["z"], **dump)


def test_a_notebook_that_escapes_goes_on_escaping():
    text = notebook(["a = 'é'\n", "b = 1"], ensure_ascii=True)
    assert rewritten(text, Edit(1, 12, 13, "'ü😀'")) == text.replace("b = 1", "b = '\\u00fc\\ud83d\\ude00'")


def test_a_notebook_that_does_not_escape_goes_on_so():
    text = notebook(["a = 'é'\n", "b = 1"])
    assert rewritten(text, Edit(1, 12, 13, "'ü😀'")) == text.replace("b = 1", "b = 'ü😀'")


def test_unusual_escapes_beside_an_edit_stay():
    text = notebook(["a = 'X' + b"]).replace("X", "\\/\\u0041\\t")
    assert rewritten(text, Edit(1, 12, 13, "c")) == text.replace("+ b", "+ c")


def test_a_written_file_is_edited_in_its_cell():
    text = notebook(["%%writefile train.py\n", "x = 1\n"])
    assert rewritten(text, Edit(1, 25, 26, "2")) == text.replace("x = 1", "x = 2")


def test_cells_of_the_oldest_format_are_edited():
    text = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": ["a\n", "b"], "outputs": []}]}]})
    assert rewritten(text, Edit(1, 0, 1, "c")) == text.replace('"a\\n"', '"c\\n"')


def test_of_a_repeated_key_the_last_counts():
    text = '{"cells": [], "cells": [{"cell_type": "code", "source": ["no"], "source": ["yes"]}]}'
    assert rewritten(text, Edit(1, 0, 3, "on")) == text.replace("yes", "on")


LINES = st.lists(
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\n"), max_size=12), min_size=1, max_size=6
).map(lambda lines: [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else []))


@st.composite
def writers(draw):
    """Ways to write a notebook: what editors and scripts do with the same content."""
    options = {
        "indent": draw(st.sampled_from([None, 1, 2, "\t"])),
        "ensure_ascii": draw(st.booleans()),
        "sort_keys": draw(st.booleans()),
    }
    final, newline = draw(st.sampled_from(["", "\n"])), draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return lambda *sources: mark + (notebook(*sources, **options) + final).replace("\n", newline)


@st.composite
def edited_cells(draw):
    """Cells, as lists of lines or as one string each, and edits that do not overlap."""
    cells = [cell if draw(st.booleans()) else "".join(cell) for cell in draw(st.lists(LINES, min_size=1, max_size=4))]
    edits = []
    for index, cell in enumerate(cells, 1):
        places = sorted(draw(st.lists(st.integers(0, len("".join(cell))), max_size=4)))
        for start, end in zip(places[::2], places[1::2], strict=False):
            edits.append(Edit(index, start, end, draw(st.sampled_from(["", "x", "\n", "a\nb", "é😀\n", '"\\']))))
    return cells, edits


def test_edits_that_meet_leave_one_line():
    text = json.dumps({"cells": [{"cell_type": "code", "source": ["\n", "\n"]}]})
    edits = [Edit(1, 0, 0, "x"), Edit(1, 0, 1, "")]
    changed = json.loads(rewrite(document_from_bytes(text.encode(), NOTEBOOK), edits))
    assert changed["cells"][0]["source"] == ["x\n"]


@given(edited_cells(), writers())
def test_an_edited_notebook_is_what_its_writer_would_have_written(case, write):
    cells, edits = case
    text = write(*cells)
    document = document_from_bytes(text.encode(), NOTEBOOK)
    edits = [edit for edit in edits if any(cell.index == edit.cell for cell in document.modules[0].cells)]
    changed = rewrite(document, edits).decode()

    expected = []
    for index, cell in enumerate(cells, 1):
        before = "".join(cell)
        after = apply_edits(before, [edit for edit in edits if edit.cell == index])
        assert cell_source(changed.removeprefix("\ufeff"), index) == after
        lines = re.findall(r"[^\n]*\n|[^\n]+", after) or ([""] if before else [])
        expected.append(after if isinstance(cell, str) else lines)
    evident = "\\u" in text or not text.removeprefix("\ufeff").isascii()
    if evident or "".join(edit.content for edit in edits).isascii():
        assert changed == write(*expected)

    touched = {edit.cell for edit in edits}
    assert without_sources(text, touched) == without_sources(changed, touched)


def without_sources(text, cells):
    """Cut the sources of some cells out of a notebook's text, by the json module's own reading of it."""
    decoder = json.JSONDecoder()
    position = 0
    index = 0
    kept = []
    while (found := text.find('"source":', position)) >= 0:
        index += 1
        start = found + len('"source":')
        while text[start] in " \r\n\t":
            start += 1
        _, end = decoder.raw_decode(text, start)
        kept.append(text[position : start if index in cells else end])
        position = end
    return [*kept, text[position:]]


@given(st.text(st.characters(blacklist_categories=("Cs",))), st.data())
def test_a_script_in_utf_8_is_the_edited_text(source, data):
    raw = source.encode()
    document = document_from_bytes(raw, SCRIPT)
    if not document.modules:
        return
    text = document.modules[0].cells[0].source
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    bom = raw[: len(raw) - len(text.encode())]
    changed = rewrite(document, [Edit(None, start, end, "spot=True")])
    assert changed == bom + (text[:start] + "spot=True" + text[end:]).encode()


def test_lines_that_meet_between_two_elements_keep_their_order():
    text = notebook(["import z\n", "z()\n"])
    edits = [Edit(1, 0, 0, "import b\n"), Edit(1, 8, 8, "\nfrom y import x"), Edit(1, 9, 9, "\na()\n")]
    assert cell_source(rewritten(text, *edits), 1) == "import b\nimport z\nfrom y import x\n\na()\nz()\n"


@given(
    st.lists(st.sampled_from(["a\n", "b = 1\n", "\n", "", "é", "c\n\n"]), max_size=6),
    st.booleans(),
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 4), st.sampled_from(["", "x", "\n", "z\n", "\ny"])), max_size=5
    ),
)
def test_a_notebooks_cell_is_the_edited_text(lines, whole, wanted):
    source = "".join(lines)
    edits, free = [], 0
    for start, length, content in sorted(wanted, key=lambda each: each[0]):
        if free <= start <= start + length <= len(source):
            edits.append(Edit(1, start, start + length, content))
            free = start + length
    raw = rewritten(notebook(source if whole else lines), *edits)
    assert cell_source(raw, 1) == apply_edits(source, edits)

"""Whatever bytes come, they become a document, or a document that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.model import Position
from sagegreen.documents.reading import CODE_SIZE_LIMIT, document_from_bytes, read_document

SCRIPT = Path("train.py")
NOTEBOOK = Path("train.ipynb")


def code(source, **fields):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source} | fields


def read(*cells, metadata=None, **fields):
    content = {"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5} | fields
    return document_from_bytes(json.dumps(content).encode(), NOTEBOOK)


def own_cells(document):
    return [(cell.index, cell.source) for cell in document.modules[0].cells]


def only_problem(document):
    assert document.modules == ()
    (problem,) = document.problems
    return problem


@pytest.mark.parametrize(
    ("raw", "encoding", "source"),
    [
        (b"x = 1\r\ny = 2\rz", "utf-8", "x = 1\r\ny = 2\rz"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", "utf-8-sig", "x = 'é'\n"),
        (b"# -*- coding: latin-1 -*-\n\xe9\n", "iso-8859-1", "# -*- coding: latin-1 -*-\né\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n\x80", "cp1252", None),
        (b"# coding: shift_jis\n\x83\x65", "shift_jis", "# coding: shift_jis\nテ"),
        (b"\x0cx = 1\x0c\n", "utf-8", "\x0cx = 1\x0c\n"),
        (b"", "utf-8", ""),
    ],
)
def test_scripts_are_decoded_as_python_does(raw, encoding, source):
    document = document_from_bytes(raw, SCRIPT)
    assert document.problems == ()
    assert document.encoding == encoding
    ((cell,),) = (module.cells for module in document.modules)
    assert cell.index is None
    assert cell.source == (raw.decode(encoding) if source is None else source)


def test_undecodable_bytes_are_a_problem_where_they_stand():
    problem = only_problem(document_from_bytes("x = 1\ny = 'ä".encode() + b"\xff'\n", SCRIPT))
    assert problem.position == Position(2, 7)
    assert "utf-8" in problem.message
    assert "0xff" in problem.message


def test_undecodable_bytes_in_the_first_line_are_found_too():
    assert only_problem(document_from_bytes(b"x = '\xe9'\n", SCRIPT)).position == Position(1, 6)


@pytest.mark.parametrize("codec", ["no-such-codec", "rot13", "hex"])
def test_a_cookie_that_names_no_text_encoding_is_a_problem(codec):
    assert "decoded" in only_problem(document_from_bytes(f"# coding: {codec}\n".encode(), SCRIPT)).message


def test_a_cookie_that_contradicts_the_byte_order_mark_is_a_problem():
    only_problem(document_from_bytes(b"\xef\xbb\xbf# coding: latin-1\n", SCRIPT))


def test_the_line_ending_of_inserted_text_is_the_first_of_the_file():
    assert document_from_bytes(b"a\r\nb\n", SCRIPT).newline == "\r\n"
    assert document_from_bytes(b"a\rb\r", SCRIPT).newline == "\r"
    assert document_from_bytes(b"a", SCRIPT).newline == "\n"


@pytest.mark.parametrize("kind", [SCRIPT, NOTEBOOK])
def test_code_that_nobody_wrote_is_not_judged(kind):
    source = "x = 1\n" * (10_000_000 // 6)
    raw = source.encode() if kind == SCRIPT else json.dumps({"cells": [code(source)]}).encode()
    assert f"{CODE_SIZE_LIMIT / 1e6:.1f} MB" in only_problem(document_from_bytes(raw, kind)).message


def test_large_outputs_are_no_code():
    document = read(code("x = 1", outputs=[{"data": {"image/png": "A" * (CODE_SIZE_LIMIT + 1)}}]))
    assert own_cells(document) == [(1, "x = 1")]


def test_cells_are_counted_with_markdown_and_raw_ones():
    document = read(
        {"cell_type": "markdown", "source": "# Title"},
        code(["a\n", "b"]),
        {"cell_type": "raw", "source": []},
        code("c"),
    )
    assert own_cells(document) == [(2, "a\nb"), (4, "c")]
    assert document.problems == ()


def test_the_oldest_format_is_read():
    sheets = [
        {"cells": [{"cell_type": "heading", "source": "T"}, {"cell_type": "code", "input": ["a\n", "b"]}]},
        {"cells": [{"cell_type": "code", "input": "c", "language": "python"}]},
    ]
    raw = json.dumps({"nbformat": 3, "worksheets": sheets, "metadata": {"name": ""}}).encode()
    assert own_cells(document_from_bytes(raw, NOTEBOOK)) == [(2, "a\nb"), (3, "c")]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "conda_python3", "language": "python"}, "language_info": {"name": "python"}},
        {"kernelspec": {"name": "pysparkkernel", "language": "python"}, "language_info": {"name": "pyspark"}},
        {
            "kernelspec": {"name": "glue_pyspark", "language": "python"},
            "language_info": {"name": "Python_Glue_Session"},
        },
        {"kernelspec": {"name": "conda_mxnet_p36"}},
        {"kernelspec": None, "language_info": []},
    ],
)
def test_kernels_that_run_python(metadata):
    assert own_cells(read(code("x = 1"), metadata=metadata)) == [(1, "x = 1")]


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}},
        {"kernelspec": {"name": "sparkkernel"}, "language_info": {"name": "scala"}},
        {"kernelspec": {"name": "ir"}},
        {"kernelspec": {"name": "julia-1.6"}},
        {"language_info": {"name": "bash"}},
    ],
)
def test_kernels_of_other_languages_leave_nothing_to_judge(metadata):
    document = read(code("x <- 1"), code("%%writefile a.py\nx = 1"), metadata=metadata)
    assert document.problems == ()
    assert [module.cells for module in document.modules] == [()]


@pytest.mark.parametrize(
    "magic", ["bash", "sh", "html", "javascript", "sql", "R", "cython", "script bash", "nobody_knows"]
)
def test_cells_in_another_language_are_left_out(magic):
    assert own_cells(read(code(f"%%{magic}\nfoo bar"), code("x = 1"))) == [(2, "x = 1")]


@pytest.mark.parametrize("magic", ["time", "timeit -n 1", "capture out", "prun", "local", "spark", "pyspark"])
def test_cells_whose_magic_keeps_python_stay(magic):
    assert own_cells(read(code(f"\n%%{magic}\nx = 1"))) == [(1, f"\n%%{magic}\nx = 1")]


def test_a_magic_below_a_magic_decides():
    assert own_cells(read(code("%%time\n%%bash\nls"))) == []


def test_how_an_editor_colours_a_cell_does_not_matter():
    assert own_cells(read(code("x = 1", metadata={"vscode": {"languageId": "shellscript"}}))) == [(1, "x = 1")]


def test_written_files_are_modules_of_their_own():
    document = read(
        code("x = 1"),
        code("%%writefile src/train.py\nimport os\n"),
        code("%%writefile -a src/train.py\nprint(os)\n"),
        code("%%file 'other.py'\ny"),
        code("%%writefile notes.txt\nno python"),
    )
    own, train, other = document.modules
    assert own.name is None
    assert [cell.index for cell in own.cells] == [1]
    assert (train.name, [cell.index for cell in train.cells]) == ("src/train.py", [2, 3])
    assert [cell.source[cell.header :] for cell in train.cells] == ["import os\n", "print(os)\n"]
    assert other.name == "other.py"


def test_a_file_that_is_written_again_is_what_was_written_last():
    document = read(
        code("%%writefile a.py\n1"),
        code("%%writefile -a a.py\n2"),
        code("%%writefile ./a.py\n3"),
        code("%%writefile -a a.py\n4"),
    )
    assert [[cell.index for cell in module.cells] for module in document.modules[1:]] == [[3, 4]]


def test_shell_commands_are_kept():
    document = read(
        code("!aws s3 cp a b\nx = !ls \\\n   -l\nif x:\n    !! pwd\n"),
        code("%%bash\n# comment\npip install \\\n  x\nls\n"),
        code('text = """\n!no command\n"""\n%sx date'),
        code("%%writefile x.py\n!no"),
    )
    shell = document.modules[0].shell
    assert [(line.cell, line.command) for line in shell] == [
        (1, "aws s3 cp a b"),
        (1, "ls -l"),
        (1, "pwd"),
        (2, "pip install x"),
        (2, "ls"),
        (3, "date"),
    ]
    assert [line.offset for line in shell[:2]] == [1, 20]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "JSON"),
        (b'{"cells": [', "JSON"),
        (b"[]", "no object"),
        (b"3", "no object"),
        (b"{}", "no cells"),
        (b'{"cells": {}}', "no list"),
        (b'{"cells": [1]}', "cell 1 is no object"),
        (b'{"worksheets": [1]}', "worksheet"),
        (b'{"worksheets": [{"cells": 1}]}', "no list"),
        (b"[" * 200_000, "nested"),
        (b'{"cells": [], "x": ' + b"1" * 10_000 + b"}", "JSON"),
        (b'{"cells": ["\xff"]}', "utf-8"),
    ],
)
def test_a_broken_notebook_is_one_problem(raw, words):
    assert words in only_problem(document_from_bytes(raw, NOTEBOOK)).message


def test_truncated_json_is_a_problem_where_it_ends():
    assert only_problem(document_from_bytes(b'{\n "cells": [\n', NOTEBOOK)).position == Position(3, 1)


def test_a_notebook_with_no_cells_is_fine():
    document = read()
    assert document.problems == ()
    assert own_cells(document) == []


def test_a_cell_whose_source_is_no_text_is_a_problem_of_that_cell():
    document = read(code(7), code("x = 1"), code([1]))
    assert [problem.cell for problem in document.problems] == [1, 3]
    assert own_cells(document) == [(2, "x = 1")]


def test_a_file_is_read_under_the_name_that_the_user_gave(tmp_path):
    path = tmp_path / "a.IPYNB"
    path.write_bytes(b'{"cells": []}')
    document = read_document(path, Path("shown.ipynb"))
    assert (document.path, document.kind, document.raw) == (Path("shown.ipynb"), "notebook", b'{"cells": []}')


def test_a_file_that_cannot_be_read_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "missing.py")


@given(st.binary())
def test_any_bytes_become_a_document(raw):
    for path in (SCRIPT, NOTEBOOK):
        document = document_from_bytes(raw, path)
        assert document.raw == raw
        assert bool(document.modules) != bool(document.problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "source", "cell_type", "worksheets", "metadata", "input"]), inner, max_size=4
        )
    ),
)


@given(JSON)
def test_any_json_becomes_a_document(content):
    document_from_bytes(json.dumps(content).encode(), NOTEBOOK)
    document_from_bytes(json.dumps({"cells": [content], "metadata": content}).encode(), NOTEBOOK)

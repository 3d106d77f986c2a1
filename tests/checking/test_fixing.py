from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sagegreen.checking.findings import Applicability, Finding, Fix
from sagegreen.checking.fixing import fix_document, fixable, keep_comments
from sagegreen.documents.model import Document, Edit, Position, Span
from sagegreen.documents.reading import document_from_bytes

SAFE, UNSAFE, DISPLAY_ONLY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY_ONLY


def finding(code: str, start: int, *fixes: Fix, cell: int | None = None) -> Finding:
    return Finding(code, "a-name", "A message", cell, Span(start, start + 1), Span(start, start + 1), fixes)


def fix(*edits: Edit, applicability: Applicability = SAFE, title: str = "Do it") -> Fix:
    return Fix(title, applicability, edits)


def swap(code: str, old: str, new: str, applicability: Applicability = SAFE):
    """A judge that wants every ``old`` to be ``new``."""

    def judge(document: Document):
        return [
            finding(
                code,
                match.start(),
                fix(
                    Edit(cell.index, match.start(), match.end(), new), applicability=applicability, title=f"Write {new}"
                ),
                cell=cell.index,
            )
            for module in document.modules
            for cell in module.cells
            for match in re.finditer(old, cell.source)
        ]

    return judge


def both(*judges):
    return lambda document: [each for judge in judges for each in judge(document)]


def run(source: str | bytes, judge, *, unsafe: bool = False, name: str = "job.py"):
    raw = source if isinstance(source, bytes) else source.encode()

    def read(content: bytes) -> Document:
        return document_from_bytes(content, Path(name))

    return fix_document(read(raw), judge, unsafe=unsafe, reread=read)


def test_every_fix_is_applied_and_counted():
    result = run("a = 1\nb = 1\n", swap("SG101", "1", "2"))
    assert result.raw == b"a = 2\nb = 2\n"
    assert [(each.code, each.title, each.position) for each in result.applied] == [
        ("SG101", "Write 2", Position(1, 5)),
        ("SG101", "Write 2", Position(2, 5)),
    ]
    assert result.remaining == ()
    assert result.error is None


def test_nothing_to_fix_leaves_the_same_bytes():
    raw = b"\xef\xbb\xbfa = 1\r\n"
    result = run(raw, swap("SG101", "7", "8"))
    assert result.raw == raw
    assert result.applied == ()


def test_line_endings_and_byte_order_mark_stay():
    assert run(b"\xef\xbb\xbfa = 1\r\nb = 2", swap("SG101", "1", "3")).raw == b"\xef\xbb\xbfa = 3\r\nb = 2"


@pytest.mark.parametrize(
    ("applicability", "unsafe", "fixed"),
    [
        (SAFE, False, True),
        (SAFE, True, True),
        (UNSAFE, False, False),
        (UNSAFE, True, True),
        (DISPLAY_ONLY, True, False),
    ],
)
def test_applicability_decides(applicability, unsafe, fixed):
    result = run("a = 1\n", swap("SG101", "1", "2", applicability), unsafe=unsafe)
    assert (result.raw == b"a = 2\n") is fixed
    assert len(result.applied) == fixed
    assert len(result.remaining) == (not fixed)


def test_the_first_fix_that_may_be_applied_is_taken():
    edit = Edit(None, 0, 1, "b")
    choices = [
        fix(applicability=SAFE),
        fix(edit, applicability=DISPLAY_ONLY),
        fix(edit, applicability=UNSAFE),
        fix(edit),
    ]
    found = finding("SG101", 0, *choices)
    assert fixable(found, unsafe=True) is choices[2]
    assert fixable(found, unsafe=False) is choices[3]
    assert fixable(finding("SG101", 0, *choices[:2]), unsafe=True) is None


def test_overlapping_fixes_take_turns():
    judge = both(swap("SG102", "yz", "Y"), swap("SG101", "xy", "X"))
    result = run("xyz\n", judge)
    assert result.raw == b"Xz\n"
    assert [each.code for each in result.applied] == ["SG101"]


@pytest.mark.parametrize(
    ("applicability", "written"), [(SAFE, "call()  # scaled\n# serverless\n"), (UNSAFE, "call()  # scaled\n")]
)
def test_fixes_of_one_place_that_may_change_behaviour_are_judged_one_after_the_other(applicability, written):
    def judge(document: Document):
        (cell,) = document.modules[0].cells
        if "#" in cell.source:
            return []
        return [
            finding("SG401", 0, fix(Edit(None, 6, 6, "  # scaled"), applicability=applicability)),
            finding("SG405", 0, fix(Edit(None, 7, 7, "# serverless\n"), applicability=applicability)),
        ]

    assert run("call()\n", judge, unsafe=True).raw.decode() == written


def test_fixes_that_touch_take_turns():
    # One pass would write "f(, c)".
    def judge(document: Document):
        source = document.modules[0].cells[0].source
        found = []
        if "a" in source:
            found.append(finding("SG101", 2, fix(Edit(None, 2, 3, ""))))
        if "c" not in source:
            end = source.index(")")
            found.append(finding("SG102", 2, fix(Edit(None, end, end, ", c" if source[end - 1] != "(" else "c"))))
        return found

    result = run("f(a)\n", judge)
    assert result.raw == b"f(c)\n"
    assert [each.code for each in result.applied] == ["SG101", "SG102"]


def test_insertions_at_one_place_take_turns():
    def judge(document: Document):
        source = document.modules[0].cells[0].source
        end = source.index(")")
        return [
            finding(f"SG10{number}", 0, fix(Edit(None, end, end, f", {name}=1")))
            for number, name in enumerate("bc")
            if name not in source
        ]

    result = run("f(a)\n", judge)
    assert result.raw == b"f(a, b=1, c=1)\n"
    assert [each.code for each in result.applied] == ["SG100", "SG101"]


def test_equal_insertions_are_shared():
    line = Edit(None, 0, 0, "from m import x\n")
    passes = []

    def judge(document: Document):
        source = document.modules[0].cells[0].source
        passes.append(source)
        return [
            finding(
                "SG101", match.start(), fix(*([] if "import" in source else [line]), Edit(None, *match.span(), "x()"))
            )
            for match in re.finditer(r"y\(\)", source)
        ]

    result = run("a = y()\nb = y()\n", judge)
    assert result.raw == b"from m import x\na = x()\nb = x()\n"
    assert len(result.applied) == 2
    assert len(passes) == 2


def test_a_fix_is_all_or_nothing():
    def judge(document: Document):
        source = document.modules[0].cells[0].source
        if "y" not in source:
            return []
        first = finding("SG101", 0, fix(Edit(None, 0, 1, "A")))
        # Its second edit collides with the first fix: neither of its edits may be applied beside it.
        second = finding("SG102", 4, fix(Edit(None, 4, 5, "B"), Edit(None, 0, 1, "C")))
        return [first, second] if source[0] == "x" else []

    result = run("x = y\n", judge)
    assert result.raw == b"A = y\n"
    assert [each.code for each in result.applied] == ["SG101"]


def test_passes_go_on_until_nothing_is_left():
    result = run("a = 10\n", countdown)
    assert result.raw == b"a = 0\n"
    assert len(result.applied) == 10


def countdown(document: Document):
    source = document.modules[0].cells[0].source
    value = int(source[4:])
    return [finding("SG101", 4, fix(Edit(None, 4, len(source) - 1, str(value - 1))))] if value else []


def test_rules_that_fight_leave_the_file_alone():
    result = run("a = 1\nc = 3\n", both(swap("SG102", "1", "2"), swap("SG101", "2", "1"), swap("SG300", "3", "4")))
    assert result.raw == b"a = 1\nc = 3\n"
    assert result.applied == ()
    assert len(result.remaining) == 2
    assert "SG101, SG102" in result.error
    assert "job.py" in result.error
    assert "report" in result.error


def test_a_fix_that_never_ends_leaves_the_file_alone():
    result = run("a = 1\n", grow)
    assert result.raw == b"a = 1\n"
    assert result.applied == ()
    assert "SG101" in result.error
    assert "100 passes" in result.error


def grow(document: Document):
    return [finding("SG101", 4, fix(Edit(None, 5, 5, "0")))]


def test_the_hundredth_pass_may_be_the_last():
    def judge(document: Document):
        return countdown(document)

    assert run("a = 100\n", judge).raw == b"a = 0\n"
    assert run("a = 101\n", judge).raw == b"a = 101\n"


def test_a_fix_that_breaks_the_code_is_named_and_nothing_written():
    judge = both(swap("SG101", "1", "2"), swap("SG102", "b", "b b"))
    result = run("a = 1\nb = 3\n", judge)
    assert result.raw == b"a = 1\nb = 3\n"
    assert result.applied == ()
    assert [each.code for each in result.remaining] == ["SG101", "SG102"]
    assert "SG102" in result.error
    assert "SG101" not in result.error


def test_edits_outside_the_text_are_named():
    result = run("a = 1\n", lambda document: [finding("SG101", 0, fix(Edit(None, 3, 99, "")))])
    assert result.raw == b"a = 1\n"
    assert "SG101" in result.error


def test_text_that_the_encoding_lacks_is_named():
    raw = "# coding: latin-1\na = 1  # \u00e9\n".encode("latin-1")
    result = run(raw, swap("SG101", "1", "'\u20ac'"))
    assert result.raw == raw
    assert "SG101" in result.error
    assert "report" not in result.error


def test_no_comment_is_lost():
    result = run("a = [  # why\n    1,\n]\nb = 1\n", swap("SG101", r"\[[^\]]*\]", "2"))
    assert result.raw == b"a = [  # why\n    1,\n]\nb = 1\n"
    assert result.applied == ()
    assert result.error is None
    assert [each.fixes[0].applicability for each in result.remaining] == [DISPLAY_ONLY]


def test_a_comment_may_move():
    judge = swap("SG101", r"\[(?=  # why).*\n.*\n\]", "2  # why")
    assert run("a = [  # why\n    1,\n]\nb = 1\n", judge).raw == b"a = 2  # why\nb = 1\n"


def test_a_hash_in_a_string_is_no_comment():
    assert run("a = '# why'\n", swap("SG101", "'.*'", "2")).raw == b"a = 2\n"


def test_another_fix_stands_in_for_one_that_would_lose_a_comment():
    def judge(document: Document):
        if "1" not in document.modules[0].cells[0].source:
            return []
        return [
            finding("SG101", 0, fix(Edit(None, 4, 13, "2"), title="Lose"), fix(Edit(None, 4, 5, "2"), title="Keep"))
        ]

    result = run("a = 1  # why\n", judge)
    assert result.raw == b"a = 2  # why\n"
    assert [each.title for each in result.applied] == ["Keep"]


def test_advice_that_changes_nothing_is_not_applied():
    result = run("a = 1\n", lambda document: [finding("SG101", 4, fix(Edit(None, 4, 5, "1")))])
    assert result.error is None
    assert result.applied == ()
    assert len(result.remaining) == 1


def test_keep_comments_leaves_other_findings_as_they_are():
    document = document_from_bytes(b"a = 1  # why\n", Path("job.py"))
    sound = finding("SG101", 4, fix(Edit(None, 4, 5, "2")))
    lossy = finding("SG102", 4, fix(Edit(None, 4, 12, "2"), applicability=UNSAFE))
    bare = finding("SG103", 4)
    kept, demoted, untouched = keep_comments(document, [sound, lossy, bare])
    assert kept == sound
    assert demoted.fixes[0].applicability is DISPLAY_ONLY
    assert untouched is bare


def notebook(*sources: str) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source.splitlines(True)}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=2).encode()


def test_cells_of_a_notebook_are_fixed_and_the_rest_of_it_stays():
    before = notebook("a = 1\n", "%%writefile train.py\nb = 1\n", "this is broken 1(\n", "# 1\nc = 1")
    result = run(before, swap("SG101", "= 1", "= 2"), name="job.ipynb")
    assert result.raw == notebook("a = 2\n", "%%writefile train.py\nb = 2\n", "this is broken 1(\n", "# 1\nc = 2")
    assert [(each.cell, each.position) for each in result.applied] == [
        (1, Position(1, 3)),
        (2, Position(2, 3)),
        (4, Position(2, 3)),
    ]


def test_a_second_cell_that_breaks_counts_though_one_was_broken_before():
    before = notebook("this is broken (\n", "a = 1\n")
    result = run(before, swap("SG101", "1", "("), name="job.ipynb")
    assert result.raw == before
    assert "SG101" in result.error


def test_the_order_of_findings_does_not_matter():
    judge = both(swap("SG103", "bc", "x"), swap("SG101", "ab", "y"), swap("SG102", "cd", "z"))
    forward = run("abcd\n", judge)
    backward = run("abcd\n", lambda document: list(reversed(judge(document))))
    assert forward == backward
    assert forward.raw == b"yz\n"


def test_a_second_run_changes_nothing():
    judge = swap("SG101", "1", "2")
    once = run("a = 1\n", judge)
    assert run(once.raw, judge) == type(once)(once.raw, (), ())

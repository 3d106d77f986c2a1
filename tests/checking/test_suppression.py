import json

import pytest

import sagegreen

pytestmark = pytest.mark.usefixtures("toy_pack")


def found(source, **settings):
    settings = {"select": ["SG901", "SG001"], "isolated": True} | settings
    return [(finding.code, source[finding.span.start : finding.span.end]) for finding in check(source, **settings)]


def check(source, **settings):
    return sagegreen.check_source(source, "tried.py", **settings)


def script(*lines):
    return "\n".join(["import sagemaker", *lines, ""])


WASTE = ("SG901", "wasteful")


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# noqa: SG901",
        "# noqa:SG901",
        "# noqa : sg901",
        "# noqa: SG901 the reason",
        "# noqa: E501, SG901",
        "# noqa: SG901,E501 reason text",
        "# noqa: E501 SG901",
        "# type: ignore  # noqa: SG901",
        "# noqa because we must",
    ],
)
def test_a_comment_on_the_line_silences(comment):
    assert found(script(f"wasteful()  {comment}")) == []


@pytest.mark.parametrize(
    "comment",
    ["# noqa: E501", "# noqa:", "# noqa: because", "# noqa-not", "# ruff: noqa", "# noqa: SG902", "# sagegreen: noqa"],
)
def test_other_comments_do_not_silence(comment):
    assert WASTE in found(script(f"wasteful()  {comment}"), select=["SG901"])


def test_any_line_of_the_statement_and_the_line_above_count():
    assert found(script("wasteful(", "    1,  # noqa: SG901", ")")) == []
    assert found(script("wasteful(", "    1,", ")  # noqa: SG901")) == []
    assert found(script("x = [", "    1,", "    # noqa: SG901", "    wasteful(),", "]")) == []
    assert found(script("# noqa: SG901", "x = [", "    wasteful(),", "]")) == []


def test_the_line_above_counts_only_if_the_comment_stands_alone():
    assert WASTE in found(script("x = 1  # noqa: SG901", "wasteful()"))
    assert WASTE in found(script("# noqa: SG901", "", "wasteful()"))
    assert WASTE in found(script("wasteful()", "# noqa: SG901"))


def test_the_header_of_a_compound_statement_does_not_speak_for_its_body():
    assert WASTE in found(script("if x:  # noqa: SG901", "    wasteful()"))
    assert found(script("if wasteful(", "):  # noqa: SG901", "    pass")) == []


def test_a_comment_inside_a_string_is_none():
    assert WASTE in found(script("wasteful('# noqa')"))
    assert WASTE in found(script('wasteful("""', "# noqa: SG901", '""")'))
    assert WASTE in found(script("wasteful(f'{1} # noqa: SG901')"))
    assert found(script("wasteful('#')  # noqa: SG901")) == []
    assert found(script(r"wasteful('it\'s', r'\')  # ', '#')  # noqa: SG901")) == []


@pytest.mark.parametrize("comment", ["# sagegreen: noqa", "# sagegreen: noqa: SG901 reason", "# flake8: noqa"])
def test_a_comment_for_the_file_counts_anywhere_on_a_line_of_its_own(comment):
    assert found(script("wasteful()", comment)) == []
    assert found(script("wasteful()", "def f():", f"    {comment}", "    pass")) == []


def test_a_comment_for_the_file_with_codes_silences_only_those():
    assert found(script("# flake8: noqa: E501", "wasteful()")) == [WASTE]
    assert found(script("# flake8: noqa because", "wasteful()")) == [WASTE]


def test_unused_codes_are_reported_and_the_others_left_alone():
    assert found(script("x = 1  # noqa: SG901")) == [("SG001", "SG901")]
    assert found(script("x = 1  # noqa: E501, SG901")) == [("SG001", "SG901")]
    assert found(script("# sagegreen: noqa: SG901")) == [("SG001", "SG901")]
    assert found(script("x = 1  # noqa: E501")) == []
    assert found(script("x = 1  # noqa")) == []


def test_codes_of_rules_that_did_not_run_are_not_called_unused():
    assert found(script("x = 1  # noqa: SG902")) == []
    assert found(script("x = 1  # noqa: SG902"), select=["ALL"]) == [("SG001", "SG902")]


def test_the_report_of_an_unused_comment_can_itself_be_silenced():
    assert found(script("x = 1  # noqa: SG901, SG001")) == []


def test_misspelt_and_malformed_comments_are_reported_and_silence_nothing():
    assert found(script("wasteful()  # noqa: SG910")) == [WASTE, ("SG001", "SG910")]
    assert found(script("wasteful()  # noqa: SG")) == [WASTE, ("SG001", "# noqa:")]
    assert found(script("wasteful()  # noqa: toy-waste")) == [WASTE, ("SG001", "# noqa:")]
    assert found(script("wasteful()  # noqa: because")) == [WASTE, ("SG001", "# noqa:")]
    assert found(script("x = 1  # noqa: because")) == []


def test_a_missing_colon_silences_the_named_codes_only():
    assert found(script("wasteful()  # noqa SG901")) == [("SG001", "# noqa SG901")]
    assert found(script("wasteful()  # noqa SG902")) == [WASTE, ("SG001", "# noqa SG902")]


def test_a_misspelt_code_names_the_nearest():
    (finding,) = check(script("x = 1  # noqa: SG9011"), select=["SG001"], isolated=True)
    assert "did you mean `SG901`" in finding.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: SG901", "x = 1"),
        ("x = 1  # noqa: SG901, E501", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501, SG901 reason", "x = 1  # noqa: E501 reason"),
        ("x = 1  # noqa: SG901 the reason", "x = 1  # the reason"),
        ("x = 1  # type: int # noqa: SG901", "x = 1  # type: int"),
        ("x = 1  # noqa: SG901 # type: int", "x = 1  # type: int"),
        ("x = 1\n# noqa: SG901\ny = 2", "x = 1\ny = 2"),
        ("x = 1\n# sagegreen: noqa: SG901\ny = 2", "x = 1\ny = 2"),
        ("frugal()  # noqa SG901", "frugal()"),
    ],
)
def test_the_fix_removes_the_unused_code_and_nothing_else(before, after):
    fixed = sagegreen.fix_source(script(before), "tried.py", select=["SG001", "SG901"], isolated=True)
    assert fixed == script(after)


def test_each_cell_of_a_notebook_has_its_own_lines_and_the_file_level_is_the_notebooks():
    def notebook(*cells):
        made = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells
        ]
        return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

    def cells(text):
        findings = sagegreen.check_source(text, "tried.ipynb", select=["SG901"], isolated=True)
        return [finding.cell for finding in findings]

    assert cells(notebook("import sagemaker", "wasteful()", "wasteful()  # noqa: SG901", "wasteful()")) == [2, 4]
    assert cells(notebook("import sagemaker", "# noqa: SG901", "wasteful()")) == [3]
    assert cells(notebook("import sagemaker", "# sagegreen: noqa", "wasteful()")) == []
    assert cells(notebook("import sagemaker", "!echo don't", "wasteful()  # noqa: SG901")) == []


def test_nothing_is_said_about_use_in_a_cell_that_could_not_be_judged():
    source = script("x = (  # noqa: SG901")
    assert [code for code, _ in found(source)] == ["SG002"]


def test_a_file_that_no_longer_mentions_sagemaker_still_has_its_comments_judged(tmp_path):
    (tmp_path / "plain.py").write_text("x = 1  # noqa: SG901\n")
    (result,) = sagegreen.check_paths([tmp_path], isolated=True)
    assert [finding.code for finding in result.findings] == ["SG001"]

"""Living with what is there: baselines, and comments written for everything that is found."""

from __future__ import annotations

import json

import pytest

from sagegreen.cli import main

pytestmark = pytest.mark.usefixtures("toy_pack")
SCRIPT = "import sagemaker\n\n\ndef train():\n    wasteful()\n\n\nwasteful()\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAGEGREEN_OUTPUT_FORMAT", raising=False)
    (tmp_path / "a.py").write_text(SCRIPT)
    return tmp_path


@pytest.fixture
def run(here, capsys):
    def call(*arguments):
        code = main(["check", "--select", "SG9,SG001", "--output-format", "concise", *arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return call


def notebook(*cells):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


# --- baseline ------------------------------------------------------------------------------------------------


def test_a_baseline_accepts_what_is_there_and_nothing_more(here, run):
    code, out, error = run("--write-baseline", "base.json", ".")
    assert (code, out, error) == (0, "", "Wrote 2 findings to base.json.\n")
    assert run("--baseline", "base.json", ".")[:2] == (0, "All checks passed!\n")
    (here / "a.py").write_text(SCRIPT + "wasteful()\n")
    code, out, _ = run("--baseline", "base.json", ".")
    assert code == 1
    assert out.startswith("a.py:9:1: SG901")
    assert "Found 1 error." in out


@pytest.mark.parametrize(
    "edited",
    [
        "# a comment\n\n" + SCRIPT,
        SCRIPT.replace("    wasteful", "        wasteful"),
        SCRIPT.replace("def train():", "def train(x=(1, 2)):\n    print(x)"),
        SCRIPT.replace("wasteful()", "wasteful( 1 )"),
    ],
)
def test_a_baseline_survives_edits_elsewhere_and_formatting(here, run, edited):
    run("--write-baseline", "base.json", ".")
    (here / "a.py").write_text(edited)
    assert run("--baseline", "base.json", ".")[0] == 0


def test_an_argument_on_a_line_of_its_own_belongs_where_its_statement_does(here, run):
    listed = "x = [\n    wasteful(),\n]\n"
    (here / "a.py").write_text(SCRIPT + listed)
    run("--write-baseline", "base.json", ".")
    (here / "a.py").write_text(f"{SCRIPT}\n\ndef another():\n    pass\n\n\n{listed}")
    assert run("--baseline", "base.json", "--fail-on-stale", ".")[0] == 0


def test_the_same_finding_in_another_function_is_new(here, run):
    run("--write-baseline", "base.json", ".")
    (here / "a.py").write_text(SCRIPT.replace("def train", "def tune"))
    code, out, error = run("--baseline", "base.json", ".")
    assert code == 1
    assert "a.py:5:5" in out
    assert "stale: a.py: SG901 at `wasteful` in `train`" in error


def test_a_baseline_survives_cells_that_come_before(here, run):
    (here / "n.ipynb").write_text(notebook("import sagemaker", "wasteful()"))
    run("--write-baseline", "base.json", "n.ipynb")
    (here / "n.ipynb").write_text(notebook("import sagemaker", "x = 1", "wasteful()"))
    assert run("--baseline", "base.json", "n.ipynb")[0] == 0


def test_stale_entries_are_told_fail_on_wish_and_are_pruned(here, run):
    run("--write-baseline", "base.json", ".")
    (here / "a.py").write_text("import sagemaker\nwasteful()\n")
    code, _, error = run("--baseline", "base.json", ".")
    assert code == 0
    assert "1 entry of the baseline found no more" in error
    assert run("--baseline", "base.json", "--fail-on-stale", ".")[0] == 1
    code, _, error = run("--baseline", "base.json", "--prune-baseline", "--fail-on-stale", ".")
    assert (code, error) == (0, "Removed 1 entry from base.json.\n")
    assert run("--baseline", "base.json", "--fail-on-stale", ".")[::2] == (0, "")


def test_entries_of_files_that_were_not_looked_at_are_not_stale(here, run):
    (here / "b.py").write_text("import sagemaker\n")
    run("--write-baseline", "base.json", ".")
    assert run("--baseline", "base.json", "--fail-on-stale", "b.py")[::2] == (0, "")
    (here / "a.py").unlink()
    assert run("--baseline", "base.json", "--fail-on-stale", "b.py")[0] == 1


def test_entries_of_rules_that_did_not_run_are_not_stale(here, capsys):
    main(["check", "--select", "SG9", "--write-baseline", "base.json", "."])
    assert main(["check", "--select", "SG001", "--baseline", "base.json", "--fail-on-stale", "."]) == 0


def test_the_configuration_names_a_baseline(here, run):
    (here / "sub").mkdir()
    (here / "sub" / "sagegreen.toml").write_text('baseline = "base.json"\n')
    (here / "a.py").rename(here / "sub" / "a.py")
    run("--write-baseline", "sub/base.json", "sub")
    assert run("sub")[0] == 0


def test_writing_a_baseline_twice_makes_the_same_bytes(here, run):
    run("--write-baseline", "one.json", ".")
    run("--write-baseline", "two.json", ".")
    assert (here / "one.json").read_bytes() == (here / "two.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read the baseline"), ("[]", "is no baseline"), ('{"version": 99}', "of another version")],
)
def test_a_baseline_that_is_none(here, run, content, message):
    if content is not None:
        (here / "base.json").write_text(content)
    code, out, error = run("--baseline", "base.json", ".")
    assert (code, out) == (2, "")
    assert message in error


# --- comments ------------------------------------------------------------------------------------------------


def test_comments_silence_everything_and_nothing_else_changes(here, run):
    (here / "a.py").write_bytes(
        b"import sagemaker\r\nwasteful()\r\nx = wasteful()  # keep\r\ny = (\r\n    wasteful(), '''\r\n  '''\r\n)\r\n"
    )
    assert run("--add-noqa", ".")[::2] == (0, "Added 3 noqa comments.\n")
    assert (here / "a.py").read_bytes() == (
        b"import sagemaker\r\nwasteful()  # noqa: SG901\r\nx = wasteful()  # keep  # noqa: SG901\r\n"
        b"y = (\r\n    wasteful(), '''\r\n  '''  # noqa: SG901\r\n)\r\n"
    )
    assert run(".")[0] == 0


def test_codes_join_a_comment_that_is_there(here, run):
    (here / "a.py").write_text("import sagemaker\nwasteful()  # noqa: E501 too long\n")
    run("--add-noqa", ".")
    assert (here / "a.py").read_text() == "import sagemaker\nwasteful()  # noqa: E501, SG901 too long\n"
    assert run(".")[0] == 0


def test_a_reason_follows(here, run):
    run("--add-noqa=until the move in May", ".")
    assert "    wasteful()  # noqa: SG901 until the move in May\n" in (here / "a.py").read_text()
    assert run(".")[0] == 0


def test_comments_in_notebooks(here, run):
    (here / "a.py").unlink()
    (here / "n.ipynb").write_text(notebook("import sagemaker", "%matplotlib inline\nwasteful()\nx = 1"))
    before = json.loads((here / "n.ipynb").read_text())
    run("--add-noqa", ".")
    after = json.loads((here / "n.ipynb").read_text())
    assert after["cells"][1]["source"] == "%matplotlib inline\nwasteful()  # noqa: SG901\nx = 1"
    after["cells"][1] = before["cells"][1]
    assert after == before
    assert run(".")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [("--add-noqa", "--fix"), ("--add-noqa", "--diff"), ("--write-baseline=x", "--fix-only"), ("--interactive",)],
)
def test_options_that_exclude_each_other(here, run, arguments):
    before = (here / "a.py").read_bytes()
    code, _, error = run(*arguments, ".")
    assert code == 2
    assert error.startswith("error: `--")
    assert (here / "a.py").read_bytes() == before


# --- what would be looked at -----------------------------------------------------------------------------------


def test_show_files(here, run):
    (here / "sub").mkdir()
    (here / "sub" / "b.ipynb").write_text("")
    assert run("--show-files", ".")[1].splitlines() == [str(here / "a.py"), str(here / "sub" / "b.ipynb")]


def test_show_settings(here, capsys):
    (here / "sagegreen.toml").write_text('select = ["SG901"]\nfix = true\n')
    assert main(["check", "--show-settings", "."]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# settings of {here / 'a.py'}\n# root: {here}\n")
    assert '"SG901"]\n' in shown
    assert "fix = true\n" in shown

import io
import json
import sys

import pytest

from sagegreen.cli import main

ON = "import sagemaker\n"
pytestmark = pytest.mark.usefixtures("toy_pack")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAGEGREEN_OUTPUT_FORMAT", raising=False)
    for variable in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def run(here, capsys):
    def call(*arguments, select="SG9"):
        chosen = ["--select", select] if select else []
        code = main(["check", "--isolated", *chosen, *arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return call


def notebook(*cells):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def test_full_shows_the_code_the_saving_and_the_fixes(here, run):
    (here / "a.py").write_text(ON + "\n\nx = [\n\twasteful(),\n]\n")
    code, out, _ = run("a.py")
    assert code == 1
    assert out == (
        "a.py:5:2: SG901 [*] Wasteful call\n"
        "  |\n"
        "4 | x = [\n"
        "5 |     wasteful(),\n"
        "  |     ^^^^^^^^\n"
        "6 | ]\n"
        "  |\n"
        "saving: half of it (toy source)\n"
        "help: Write `frugal`\n"
        "help: or: Write `gone` (unsafe fix)\n"
        "\n"
        "Found 1 error.\n"
        "[*] 1 fixable with `--fix`.\n"
    )


def test_wide_characters_are_underlined_where_they_stand(here, run):
    (here / "a.py").write_text(ON + "x = '火山', wasteful()\n", encoding="utf-8")
    _, out, _ = run()
    line, underline = out.splitlines()[3:5]
    assert underline.index("^") == line.index("wasteful") + 2
    assert out.startswith("a.py:2:11: ")


def test_concise_and_summary(here, run):
    (here / "a.py").write_text(ON + "wasteful(); optional()\n")
    (here / "nb.ipynb").write_text(notebook("import sagemaker", "x = 1\nwasteful()"))
    code, out, _ = run("--output-format", "concise")
    assert code == 1
    assert out == (
        "a.py:2:1: SG901 [*] Wasteful call\n"
        "a.py:2:13: SG902 Optional call\n"
        "nb.ipynb:cell 2:2:1: SG901 [*] Wasteful call\n"
        "Found 3 errors.\n"
        "[*] 2 fixable with `--fix` (1 unsafe fix available with `--fix --unsafe-fixes`).\n"
    )


def test_json_has_ruffs_fields_and_ours(here, run):
    (here / "nb.ipynb").write_text(notebook("import sagemaker", "x = 1\nwasteful()"))
    code, out, _ = run("--output-format", "json")
    (entry,) = json.loads(out)
    assert code == 1
    assert list(entry) == sorted(entry)
    assert set(entry) == {
        "cell", "code", "name", "severity", "message", "filename", "location", "end_location", "noqa_row", "url", "fix",
        "alternatives", "practices", "saving",
    }  # fmt: skip
    assert entry["filename"] == str(here / "nb.ipynb")
    assert (entry["cell"], entry["location"], entry["end_location"]) == (
        2, {"row": 2, "column": 1}, {"row": 2, "column": 9},
    )  # fmt: skip
    edit = {"content": "frugal", "location": entry["location"], "end_location": entry["end_location"], "cell": 2}
    assert entry["fix"] == {"applicability": "safe", "message": "Write `frugal`", "edits": [edit]}
    assert [fix["applicability"] for fix in entry["alternatives"]] == ["unsafe"]
    assert entry["practices"] == ["toy-practice"]


def test_json_of_a_clean_run_is_an_empty_list(here, run):
    (here / "a.py").write_text(ON)
    assert run("--output-format", "json") == (0, "[]\n", "")


def test_exit_codes(here, run):
    (here / "a.py").write_text(ON + "wasteful()\n")
    assert run()[0] == 1
    assert run("--exit-zero")[0] == 0
    assert run(select="SG902")[0] == 0
    (here / "b.py").write_text(ON + "crash()\n")
    assert run()[0] == 2
    assert run("--exit-zero")[0] == 2


def test_fix_fix_only_and_exit_non_zero_on_fix(here, run):
    file = here / "a.py"
    file.write_text(ON + "wasteful()\noptional()\n")
    code, out, _ = run("--fix", "--show-fixes")
    assert (code, file.read_text()) == (1, ON + "frugal()\noptional()\n")
    assert "Fixed 1 error:\n- a.py:\n    1 × SG901 (toy-waste)\n" in out  # noqa: RUF001
    assert "Found 2 errors (1 fixed, 1 remaining).\n" in out
    file.write_text(ON + "wasteful()\noptional()\n")
    assert run("--fix-only") == (0, "", "Fixed 1 error.\n")
    file.write_text(ON + "wasteful()\n")
    assert run("--fix", "--exit-non-zero-on-fix")[0] == 1
    assert run("--fix", "--exit-non-zero-on-fix")[0] == 0
    file.write_text(ON + "optional()\n")
    assert run("--fix")[0] == 1
    assert run("--fix", "--unsafe-fixes")[0] == 0
    assert file.read_text() == ON + "done()\n"


def test_diff_shows_cells_and_writes_nothing(here, run):
    text = notebook("import sagemaker", "x = 1\nwasteful()")
    (here / "nb.ipynb").write_text(text)
    (here / "a.py").write_bytes(b"import sagemaker\r\nwasteful()")
    code, out, err = run("--diff")
    assert (code, err) == (1, "Would fix 2 errors.\n")
    assert out == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n import sagemaker\n"
        "-wasteful()\n\\ No newline at end of file\n+frugal()\n\\ No newline at end of file\n"
        "--- nb.ipynb:cell 2\n+++ nb.ipynb:cell 2\n@@ -1,2 +1,2 @@\n x = 1\n-wasteful()\n+frugal()\n"
    )
    assert (here / "nb.ipynb").read_text() == text
    assert run("--diff", select="SG902")[0] == 0


def test_statistics(here, run):
    (here / "a.py").write_text(ON + "wasteful()\nwasteful()\noptional()\n")
    assert run("--statistics")[1].startswith("2\tSG901\t[*] toy-waste\n1\tSG902\t[ ] toy-optional\nFound 3 errors.")
    rows = json.loads(run("--statistics", "--output-format", "json")[1])
    assert rows[0] == {"code": "SG901", "name": "toy-waste", "count": 2, "fixable": True, "fixable_count": 2}


def test_output_file_and_environment_format(here, run, monkeypatch):
    (here / "a.py").write_text(ON + "wasteful()\n")
    monkeypatch.setenv("SAGEGREEN_OUTPUT_FORMAT", "json")
    code, out, _ = run("--output-file", "report.json")
    assert (code, out) == (1, "")
    assert len(json.loads((here / "report.json").read_text())) == 1
    assert run("--output-file", "no/such/folder.txt")[2].startswith("error: cannot write")


def test_colour_only_where_it_is_wanted(here, run, monkeypatch):
    (here / "a.py").write_text(ON + "wasteful()\n")
    assert "\x1b" not in run()[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31mSG901\x1b[0m" in run()[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run()[1]


@pytest.fixture
def stdin(monkeypatch):
    def give(raw):
        stream = io.TextIOWrapper(io.BytesIO(raw))
        monkeypatch.setattr(sys, "stdin", stream)

    return give


def test_standard_input(here, capsysbinary, stdin):
    def call(*arguments):
        code = main(["check", "--isolated", "--select", "SG9", *arguments, "-"])
        captured = capsysbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    stdin(b"import sagemaker\nwasteful()\n")
    assert call("--output-format", "concise", "--stdin-filename", "x/a.py")[1].startswith("x/a.py:2:1: SG901")
    stdin(b"import sagemaker\nwasteful()\n")
    code, out, err = call("--fix")
    assert (code, out) == (0, "import sagemaker\nfrugal()\n")
    assert "Found 1 error (1 fixed, 0 remaining)." in err
    stdin(notebook("import sagemaker", "wasteful()").encode())
    assert ":cell 2:1:1: SG901" in call("--output-format", "concise", "--stdin-filename", "n.ipynb")[1]
    stdin(b"import sagemaker\nwasteful()\n")
    assert call("--force-exclude", "--exclude", "a.py", "--stdin-filename", "a.py")[0] == 0
    stdin(b"x = 1\n")
    assert call("--fix") == (0, "x = 1\n", "All checks passed!\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], "error: cannot look at `nope`: No such file or directory"),
        (["--select", "SG91"], "error: unknown rule `SG91` in `select` of the command line; did you mean `SG901`?"),
        (["--frobnicate"], "error: unrecognized arguments: --frobnicate"),
        (["--output-format", "jsn"], "error: unknown format `jsn` in `--output-format`; did you mean `json`?"),
        (["--config", "nope.toml"], "error: `--config nope.toml` is neither a file that exists nor a setting"),
        (["--config", "selct = []"], "error: --config 'selct = []': unknown key `selct`; did you mean `select`?"),
        (["--config", "sagegreen.toml"], "error: `--isolated` ignores configuration files"),
        (["--jobs", "none"], "error: argument -j/--jobs: `none` is no number of processes"),
        (["-", "a.py"], "error: `-` (the standard input) cannot be given together with other paths"),
        (["--per-file-ignores", "a.py"], "error: `--per-file-ignores a.py` is not understood; write `PATTERN:CODE`"),
    ],
)
def test_mistakes_are_one_line_and_exit_two(here, run, arguments, message):
    (here / "sagegreen.toml").write_text("")
    code, out, err = run(*arguments, select=None)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_command_line_rules_and_files(here, run):
    (here / "a.py").write_text(ON + "wasteful()\noptional()\n")
    (here / "skip").mkdir()
    (here / "skip" / "b.py").write_text(ON + "wasteful()\n")

    def codes(*arguments, select="SG9"):
        return [entry["code"] for entry in json.loads(run("--output-format", "json", *arguments, select=select)[1])]

    assert codes("--ignore", "toy-optional") == ["SG901", "SG901"]
    assert codes("--extend-exclude", "skip") == ["SG901", "SG902"]
    assert codes("--exclude", "a.py") == ["SG901"]
    assert codes("--per-file-ignores", "skip/*:SG901") == ["SG901", "SG902"]
    assert codes("--extend-select", "SG902", "--ignore", "SG001", select=None) == [
        "SG901", "SG902", "SG901",
    ]  # fmt: skip


def test_configuration_of_the_current_folder(here, capsys):
    (here / "a.py").write_text(ON + "wasteful()\noptional()\n")
    (here / "pyproject.toml").write_text(
        "[tool.sagegreen]\nselect = ['SG902']\noutput-format = 'concise'\nfix = true\n"
    )
    assert main(["check", "--unsafe-fixes"]) == 0
    assert capsys.readouterr().out == "Found 1 error (1 fixed, 0 remaining).\n"
    (here / "a.py").write_text(ON + "wasteful()\noptional()\n")
    assert main(["check", "--no-fix", "--config", "select = ['SG901']"]) == 1
    assert capsys.readouterr().out.startswith("a.py:2:1: SG901")


def test_no_files_is_a_warning(here, run):
    assert run() == (0, "All checks passed!\n", "warning: no scripts or notebooks were found under the given paths\n")


def test_a_notebook_in_one_line_of_json_is_not_shown_whole(here, run):
    (here / "n.ipynb").write_text('{"cells": [{"source": "sagemaker' + "x" * 100_000)
    code, out, _ = run("n.ipynb")
    assert code == 1
    assert "SG002" in out
    assert max(map(len, out.splitlines())) < 300

"""The codemod under the real ``libcst.tool``."""

import json
import subprocess
import sys

import pytest

ON = "import sagemaker\n"


@pytest.fixture
def codemod(tmp_path, toy_pack):
    def run(*arguments, stdin=None):
        command = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "--no-format", "--hide-progress"]
        done = subprocess.run(
            [*command, "sagegreen.codemod.Fix", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False, input=stdin,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def test_safe_fixes_and_unsafe_ones_on_request(tmp_path, codemod):
    file = tmp_path / "a.py"
    file.write_text(ON + "wasteful( 1 )  # why\noptional()\n")
    assert codemod("--select", "SG9", "a.py")[0] == 0
    assert file.read_text() == ON + "frugal( 1 )  # why\noptional()\n"
    assert codemod("--select", "SG9", "--ignore", "SG902", "--unsafe-fixes", "a.py")[0] == 0
    assert "optional" in file.read_text()
    assert codemod("--select", "SG9", "--unsafe-fixes", "a.py")[0] == 0
    assert file.read_text() == ON + "frugal( 1 )  # why\ndone()\n"


def test_a_folder_with_several_processes(tmp_path, codemod):
    for number in range(5):
        (tmp_path / f"f{number}.py").write_text((ON if number else "") + "wasteful()\n")
    code, _, err = codemod("-j", "2", "--select", "SG901", ".")
    assert code == 0
    assert "Skipped 1 files" in err
    changed = ["frugal" in (tmp_path / f"f{number}.py").read_text() for number in range(5)]
    assert changed == [False, True, True, True, True]


def test_a_notebook_is_skipped_and_stays(tmp_path, codemod):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": ON + "wasteful()"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (tmp_path / "n.ipynb").write_text(text)
    _, _, err = codemod("--select", "SG901", "n.ipynb")
    assert "sagegreen check --fix" in err
    assert (tmp_path / "n.ipynb").read_text() == text


def test_standard_input(codemod):
    assert codemod("--select", "SG901", "-", stdin=ON + "wasteful()\n")[1].rstrip() == ON + "frugal()"


def test_an_unknown_rule_is_one_line(tmp_path, codemod):
    (tmp_path / "a.py").write_text(ON)
    code, _, err = codemod("--select", "SG91", "a.py")
    assert code != 0
    assert err.strip().splitlines()[-1].startswith("error: unknown rule `SG91`")


def test_a_project_that_configures_libcst(tmp_path, toy_pack):
    """Without ``-x`` the command is looked up in the modules of the configuration, and its formatter runs."""
    (tmp_path / ".libcst.codemod.yaml").write_text(
        f"formatter: [{sys.executable}, -c, 'import sys; sys.stdout.write(sys.stdin.read() + chr(35) + chr(10))']\n"
        "modules: [sagegreen]\nrepo_root: .\n"
    )
    (tmp_path / "a.py").write_text(ON + "wasteful()\n")
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--hide-progress", "codemod.Fix", "--select", "SG901"]
    done = subprocess.run([*command, "a.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.py").read_text() == ON + "frugal()\n#\n"

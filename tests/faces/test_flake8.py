"""The plugin under the real flake8."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def plugin_site(tmp_path_factory):
    """Where the plugin's entry point is, if the package under test is on the path but not installed."""
    site = tmp_path_factory.mktemp("plugin")
    try:
        distribution("sagegreen")
    except PackageNotFoundError:
        metadata = site / "sagegreen-0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: sagegreen\nVersion: 0\n")
        (metadata / "entry_points.txt").write_text("[flake8.extension]\nSG = sagegreen.flake8:Plugin\n")
    return site


@pytest.fixture
def flake8(tmp_path, toy_pack, plugin_site):
    def run(*arguments, stdin=None):
        path = os.pathsep.join([str(plugin_site), os.environ["PYTHONPATH"]])
        done = subprocess.run(
            [sys.executable, "-m", "flake8", "--extend-ignore", "SG3,SG4", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False, input=stdin, env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.stdout.splitlines(), done.stderr

    return run


def write(folder, text, name="a.py"):
    (folder / name).write_text("import sagemaker\n\nsagemaker\n" + text)


def test_findings_stand_where_they_are(tmp_path, flake8):
    write(tmp_path, "x = 'é', wasteful()  # noqa: F821\n")
    assert flake8("--select", "SG")[0] == ["./a.py:4:10: SG901 Wasteful call"]


def test_opt_in_rules_run_only_when_asked_for(tmp_path, flake8):
    write(tmp_path, "optional()\n")
    assert flake8("--select", "SG")[0] == []
    expected = ["./a.py:4:1: SG902 Optional call"]
    assert flake8("--select", "SG", "--sagegreen-extend-select", "SG902")[0] == expected
    (tmp_path / "pyproject.toml").write_text("[tool.sagegreen]\nextend-select = ['SG902']\n")
    assert flake8("--select", "SG")[0] == expected
    assert flake8("--select", "SG", "--sagegreen-isolated")[0] == []
    (tmp_path / ".flake8").write_text("[flake8]\nsagegreen-select = toy-waste, SG904\n")
    assert flake8("--select", "SG")[0] == []


def test_a_comment_on_any_line_of_the_statement_silences_unless_disabled(tmp_path, flake8):
    write(tmp_path, "wasteful(\n    1,\n)  # noqa: SG901\n# noqa: SG901\nwasteful()\nwasteful()  # noqa: SG901\n")
    assert flake8("--select", "SG")[0] == []
    lines = [line.split(":")[1] for line in flake8("--select", "SG", "--disable-noqa")[0]]
    assert lines == ["4", "8", "9"]


def test_standard_input_and_many_processes(tmp_path, flake8):
    source = "import sagemaker\nwasteful()\n"
    assert flake8("--select", "SG", "-", stdin=source)[0] == ["stdin:2:1: SG901 Wasteful call"]
    for number in range(6):
        write(tmp_path, "wasteful()\n", f"f{number}.py")
    expected = [f"./f{number}.py:4:1: SG901 Wasteful call" for number in range(6)]
    assert flake8("--select", "SG", "--jobs", "3")[0] == expected


def test_a_mistake_in_the_configuration_is_named(tmp_path, flake8):
    write(tmp_path, "wasteful()\n")
    (tmp_path / "sagegreen.toml").write_text("selct = []\n")
    out, err = flake8("--select", "SG", "--jobs", "1")
    assert "did you mean `select`" in "\n".join([*out, err])


def test_a_file_without_sagemaker_loads_nothing_heavy(toy_pack):
    code = (
        "import ast, sys, argparse\nfrom sagegreen.flake8 import Plugin\n"
        "found = list(Plugin(ast.parse('x = 1'), 'a.py', ['x = 1\\n'], argparse.Namespace()).run())\n"
        "print(found, [name for name in ('libcst', 'tomllib', 'sagegreen.checking.engine') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"

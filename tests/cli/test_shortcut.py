"""The run that finds nothing to judge is answered early: with what the ordinary way says, and loading next to nothing."""

import os
import subprocess
import sys

import pytest

from sagegreen.cli import main, shortcut

SLOW = [
    *("libcst", "argparse", "pathspec", "pathlib", "typing", "dataclasses", "json", "importlib.metadata", "inspect"),
    *("sagegreen_checks", "sagegreen.cli.options", "sagegreen.checking.configuration", "sagegreen.reporting.text"),
]
PROBE = f"""
import sys
before = set(sys.modules)
from sagegreen.cli import main
code = main(sys.argv[1:])
print(code, *[name for name in {SLOW!r} if name in sys.modules and name not in before], file=sys.stderr)
"""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "SAGEGREEN_OUTPUT_FORMAT"}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Files of every kind that a run may meet, none of which has to do with SageMaker."""
    files = {
        "a.py": "import os\n",
        "b.py": "print('no')  # noqa: T201\n",
        "noqa.py": "x = 1  # noqa: SG301\n",
        "training.py": "import torch\n",
        "cookie.py": "# -*- coding: latin-1 -*-\nx = 1\n",
        "n.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "broken.ipynb": "{",
        "text": "nothing\n",
        "clean/a.py": "x = 1\n",
        "clean/deep/n.ipynb": "{}",
        "clean/build/launch.py": "import sagemaker\n",
        "empty/readme.md": "",
        "mentions/launch.py": "import sagemaker\n",
        "configured/pyproject.toml": '[tool.sagegreen]\nextend-select = ["SG3"]\nexclude = ["a.py", "old/"]\n',
        "configured/a.py": "x = 1\n",
        "configured/c.py": "x = 1\n",
        "configured/old/launch.py": "import sagemaker\n",
        "forced/pyproject.toml": '[project.entry-points."a.b"]\n[tool.sagegreen]\nforce-exclude = true\nextend-exclude = ["a.py"]\n',
        "forced/a.py": "import sagemaker\n",
        "forced/b.py": "x = 1\n",
        "assuming/pyproject.toml": '[tool.sagegreen]\nassume = ["log-retention"]\nignore = ["no-log-retention"]\n',
        "assuming/a.py": "x = 1\n",
        "more/pyproject.toml": '[tool.sagegreen]\ncache-dir = "kept"\n[tool.sagegreen.per-file-ignores]\n'
        '"tests/*" = ["SG3", "no-log-retention"]\n"!a.py" = []\n',
        "more/a.py": "x = 1\n",
        "braces/pyproject.toml": '[tool.sagegreen.per-file-ignores]\n"{a,b}.py" = ["SG3"]\n',
        "braces/a.py": "x = 1\n",
        "unknown-silent/pyproject.toml": '[tool.sagegreen.per-file-ignores]\n"a.py" = ["SG999"]\n',
        "unknown-silent/a.py": "x = 1\n",
        "null/pyproject.toml": '[tool.sagegreen]\ncache-dir = "\\u0000"\n',
        "null/a.py": "x = 1\n",
        "home/pyproject.toml": '[tool.sagegreen]\ncache-dir = "~no-such-user/x"\n',
        "home/a.py": "x = 1\n",
        "number/pyproject.toml": "[tool.sagegreen]\nper-file-ignores = 3\n",
        "number/a.py": "x = 1\n",
        "format/pyproject.toml": '[tool.sagegreen]\noutput-format = "json"\n',
        "format/a.py": "x = 1\n",
        "unknown-rule/pyproject.toml": '[tool.sagegreen]\nselect = ["SG999"]\n',
        "unknown-rule/a.py": "x = 1\n",
        "unknown-word/pyproject.toml": '[tool.sagegreen]\nassume = ["log-retentoin"]\n',
        "unknown-word/a.py": "x = 1\n",
        "unknown-key/pyproject.toml": "[tool.sagegreen]\nselekt = []\n",
        "unknown-key/a.py": "x = 1\n",
        "wrong-kind/pyproject.toml": "[tool.sagegreen]\nselect = true\n",
        "wrong-kind/a.py": "x = 1\n",
        "no-table/pyproject.toml": "[tool]\nsagegreen = 3\n",
        "no-table/a.py": "x = 1\n",
        "no-toml/pyproject.toml": "sagegreen = [\n",
        "no-toml/a.py": "x = 1\n",
        "own/sagegreen.toml": 'extend-exclude = ["a.py"]\n',
        "own/a.py": "x = 1\n",
        "others/pyproject.toml": '[project]\nname = "x"\n[tool.ruff]\n',
        "others/a.py": "x = 1\n",
        "wider/pyproject.toml": '[tool.sagegreen]\nexclude = ["*_old.py", "sub/a.py"]\n',
        "wider/x_old.py": "import sagemaker\n",
        "wider/sub/a.py": "import sagemaker\n",
        "ignored/.git/info/exclude": "# nothing\n",
        "ignored/.gitignore": "__pycache__/\n*.py[cod]\n*$py.class\n/gen/\n",
        "ignored/gen/launch.py": "import sagemaker\n",
        "ignored/a.py": "x = 1\n",
        "repository/.git/info/exclude": "# nothing\n",
        "repository/.gitignore": "__pycache__/\n*.py[cod]\n*$py.class\n*.so\n/gen/\ndocs/_build/\n!keep.txt\n",
        "repository/sub/a.py": "x = 1\n",
        "all-ignored/.gitignore": "*\n",
        "all-ignored/a.py": "x = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9\n")
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbfx = 1\n")
    (tmp_path / "null.py").write_bytes(b"x = 1\0\n")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "link").symlink_to(tmp_path / "clean")
    os.mkfifo(tmp_path / "pipe.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAGEGREEN_OUTPUT_FORMAT", raising=False)
    return tmp_path


#: What is answered early.
EARLY = [
    "a.py", "a.py b.py text bom.py", "clean", "clean a.py", "link", "a.py a.py ./a.py clean/../a.py", "--quiet a.py",
    "-q -e -n clean", "a.py --no-cache", "--force-exclude a.py b.py", "--force-exclude --fix --exit-non-zero-on-fix a.py",
    "--force-exclude a.py clean/build/launch.py", "--isolated no-toml/a.py", "--isolated unknown-key", "others",
    "--output-format json a.py", "--output-format=json-lines clean", "--output-format github a.py", "ignored", "repository",
    "--output-format gitlab a.py", "--output-format azure a.py", "--output-format pylint a.py",
    "--output-format concise -q a.py", "--output-format grouped a.py", "--output-format json -q a.py",
    "--select ALL a.py", "--select SG301,SG3 a.py", "--select=no-log-retention a.py", "--ignore sg --select SG001 a.py",
    "--select , a.py", "configured", "configured/a.py", "--force-exclude configured", "forced", "forced/a.py forced/b.py",
    "assuming", "others/a.py configured/c.py", "more",
]  # fmt: skip
#: What is not.
ORDINARY = [
    "", "--help", "a.py --quiet b.py", "-- a.py", "-qe a.py", "--output-format", "--output-format sarif a.py",
    "--output-format junit a.py", "--output-format jsn a.py", "--output-format json --output-format github a.py",
    "--select SG999 a.py", "--select no-log-retentoin a.py", "--ignore X a.py", "--select", "--select --fix a.py",
    "--force-exclude clean/build/launch.py", "nothing.py", "pipe.py", "loop.py", "latin.py", "null.py", "cookie.py",
    "n.ipynb", "broken.ipynb", "noqa.py", "training.py", "empty", "mentions", "mentions/launch.py --exit-zero",
    "format", "unknown-rule", "unknown-word", "unknown-key", "wrong-kind", "no-table", "no-toml", "own", "wider",
    "all-ignored", "ignored/gen/launch.py", "--show-files a.py", "--diff a.py", "--statistics a.py", "--frobnicate a.py",
    "--exclude a.py a.py", "forced/a.py", "braces", "unknown-silent", "null", "home", "number",
]  # fmt: skip


def said(capsys, words):
    try:
        code = main(["check", *words.split()])
    except SystemExit as ended:  # argparse's help
        code = ended.code
    return code, *capsys.readouterr()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", [*EARLY, *ORDINARY])
def test_both_ways_say_the_same(words, capsys, monkeypatch):
    early = said(capsys, words)
    monkeypatch.setattr(shortcut, "answer", lambda _: None)
    assert said(capsys, words) == early


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", EARLY)
def test_what_is_answered_early_ends_well(words):
    assert shortcut.answer(["check", *words.split()]) is not None


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", ORDINARY)
def test_what_is_left_to_the_ordinary_way(words):
    assert shortcut.answer(["check", *words.split()]) is None


def test_a_format_of_the_environment_is_obeyed(tree, monkeypatch, capsys):
    monkeypatch.setenv("SAGEGREEN_OUTPUT_FORMAT", "json")
    assert said(capsys, "a.py") == (0, "[]\n", "")


def test_a_configuration_where_the_program_runs_is_read_whatever_is_named(tree, monkeypatch, capsys):
    monkeypatch.chdir(tree / "unknown-key")
    code, out, err = said(capsys, "../a.py")
    assert (code, out) == (2, "")
    assert "selekt" in err


@pytest.mark.parametrize(
    "words",
    [
        "a.py",
        "clean",
        "--force-exclude a.py b.py",
        "--output-format json clean",
        "--select SG301 a.py",
        "others",
        "repository",
        "repository/sub",
        "configured",
        "configured forced assuming",
    ],
)
def test_next_to_nothing_is_loaded(tree, words):
    command = [sys.executable, "-c", PROBE, "check", *words.split()]
    ended = subprocess.run(command, cwd=tree, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert ended.stderr.split() == ["0"]


def test_an_unusual_configuration_needs_its_reader_only(tree):
    (tree / "configured" / "pyproject.toml").write_text('tool.sagegreen.exclude = ["old"]\n')
    command = [sys.executable, "-c", PROBE, "check", "configured"]
    ended = subprocess.run(command, cwd=tree, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert ended.stderr.split() == ["0", "typing"]  # which tomllib imports


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind the administrator")
def test_a_file_that_may_not_be_read_is_reported(tree, capsys):
    (tree / "a.py").chmod(0)
    code, out, _ = said(capsys, "a.py")
    assert code == 1
    assert "cannot be read" in out

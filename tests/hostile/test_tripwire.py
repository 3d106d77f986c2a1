"""No code of the user is ever imported or executed, whatever it is called and from wherever the program is started."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import PATIENCE, TUNER, run_program

FOREIGN = {
    *("libcst", "yaml", "pathspec", "tomli", "pygls", "lsprotocol", "watchfiles", "shtab", "flake8", "pycodestyle"),
    *("attrs", "cattrs", "typing_extensions", "black", "sagemaker", "boto3", "sagegreen_checks"),
    *("conftest", "setup", "sitecustomize", "usercustomize"),
}
PACKAGES = {"json", "libcst", "sagemaker", "sagegreen_checks", "concurrent", "multiprocessing"}
NEIGHBOURS = {
    "launch.py": "import settings\nfrom json import loads\nfrom sagemaker.pytorch import PyTorch\n"
    "PyTorch(entry_point='train.py', source_dir='.', instance_type=settings.TYPE, instance_count=1, role='r').fit()\n",
    "settings.py": "import launch\nTYPE = 'ml.p3.2xlarge'\n",
    "train.py": "import torch\nimport settings\n",
    "tuner.py": TUNER,
    "notebook.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "%run settings.py\n" + TUNER}]}),
}
DIRECT_LIBCST = "import sys; from libcst.tool import main; sys.exit(main('libcst.tool', sys.argv[1:]))"


class Tree:
    """A project in which every module leaves a trace if it runs, named like all that the program could import."""

    def __init__(self, folder: Path, without: set[str]) -> None:
        self.folder = folder / "tree"
        self.traces = folder / "traces"
        self.traces.mkdir()
        self.folder.mkdir()
        for name in (set(sys.stdlib_module_names) | FOREIGN) - without:
            wire = f"{self._wire(name)}import sagemaker\n"
            if name in PACKAGES:
                (self.folder / name).mkdir()
                (self.folder / name / "__init__.py").write_text(wire)
            else:
                (self.folder / f"{name}.py").write_text(wire)
        for name, text in NEIGHBOURS.items():
            notebook = name.endswith(".ipynb")
            (self.folder / name).write_text(text if notebook else self._wire(name) + text)
        # What looks installed to whoever has this folder on the search path.
        (self.folder / "pack.py").write_text(self._wire("pack"))
        metadata = self.folder / "pack-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pack\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(
            "[sagegreen.checks]\npack = pack\n[flake8.extension]\nPK = pack:Plugin\n"
        )
        (self.folder / "pyproject.toml").write_text("[tool.sagegreen]\nextend-select = ['ALL']\n")

    def _wire(self, name: str) -> str:
        return f"open({str(self.traces / name)!r}, 'a').close()\n"

    def traced(self) -> list[str]:
        return sorted(path.name for path in self.traces.iterdir())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path, without=set())


@pytest.fixture
def tree_for_modules(tmp_path: Path) -> Tree:
    """Without the names that ``python -m`` itself imports before it turns to the module it is to run."""
    probe = tmp_path / "probe"
    (probe / "empty").mkdir(parents=True)
    (probe / "empty" / "__main__.py").write_text("import sys; print(*sys.modules)")
    done = subprocess.run([sys.executable, "-m", "empty"], cwd=probe, capture_output=True, text=True, check=True)
    return Tree(tmp_path, without={name.partition(".")[0] for name in done.stdout.split()} | {"importlib"})


COMMANDS = {
    "check": ("check", "--no-cache", "--jobs", "1"),
    "check in processes": ("check", "--no-cache", "--jobs", "3"),
    "check with a cache": ("check",),
    "fix": ("check", "--unsafe-fixes", "--fix"),
    "diff": ("check", "--unsafe-fixes", "--diff"),
    "add-noqa": ("check", "--add-noqa"),
    "baseline": ("check", "--write-baseline", "baseline.json"),
    "sarif": ("check", "--output-format", "sarif"),
    "inventory": ("inventory", "--jobs", "3"),
    "audit": ("audit", "--jobs", "3", "--output-format", "html"),
    "rule": ("rule", "--all"),
    "completion": ("completion", "bash"),
    "new-rule": ("new-rule", "some-rule", "--checks", ".", "--fixtures", "."),
    "show-files": ("check", "--show-files"),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_the_program_runs_nothing(tree, arguments):
    run_program(*arguments, cwd=tree.folder)
    assert tree.traced() == []


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_python_m_runs_nothing(tree_for_modules, arguments):
    tree = tree_for_modules
    ended = run_program(*arguments, cwd=tree.folder, command=(sys.executable, "-m", "sagegreen"))
    assert (tree.traced(), "No module named" in ended.err) == ([], False)


def test_the_tripwire_trips(tree):
    """What shadows the standard library is found by whoever has the folder on the search path."""
    subprocess.run([sys.executable, "-c", "import json, pack, settings"], cwd=tree.folder, check=False)
    assert {"json", "pack", "settings.py"} <= set(tree.traced())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_flake8_runs_nothing(tree, jobs):
    flake8 = str(Path(sys.executable).with_name("flake8"))
    files = ("launch.py", "settings.py", "train.py", "tuner.py")
    ended = run_program("--select", "SG", "--jobs", jobs, *files, cwd=tree.folder, command=(flake8,))
    assert "SG322" in ended.out
    assert tree.traced() == []


def test_the_codemod_runs_nothing(tree):
    program = tree.folder.parent / "codemod.py"  # `python -m libcst.tool` itself searches the working directory first
    program.write_text(f"if __name__ == '__main__':\n    {DIRECT_LIBCST}\n")
    options = ("codemod", "-x", "--no-format", "sagegreen.codemod.Fix", "--unsafe-fixes", "--jobs", "2")
    run_program(*options, "tuner.py", "launch.py", cwd=tree.folder, command=(sys.executable, str(program)))
    assert 'strategy="Bayesian"' in (tree.folder / "tuner.py").read_text()
    assert tree.traced() == []


def test_the_server_runs_nothing(tree):
    uri = (tree.folder / "tuner.py").as_uri()
    ended = run_program("server", cwd=tree.folder, feed=_session(uri, (tree.folder / "tuner.py").read_text()))
    assert "SG322" in ended.out
    assert tree.traced() == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="CPython 3.10 cannot be told to leave out the working directory")
def test_spawned_workers_run_nothing(tree):
    """Workers are spawned, not forked, where another thread runs, and on systems that cannot fork."""
    program = tree.folder.parent / "spawn.py"
    program.write_text(SPAWN)
    done = subprocess.run(
        [sys.executable, str(program)], cwd=tree.folder, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert tree.traced() == []
    assert "SG322" in done.stdout


SPAWN = """\
import threading

import sagegreen


def check():
    for result in sagegreen.check_paths(["."], jobs=2):
        print(*[finding.code for finding in result.findings])


if __name__ == "__main__":
    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
"""


def _session(uri: str, text: str) -> bytes:
    """What an editor sends that opens one file and leaves."""
    item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    messages = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": item}},
        {"id": 2, "method": "shutdown", "params": None},
        {"method": "exit", "params": None},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)

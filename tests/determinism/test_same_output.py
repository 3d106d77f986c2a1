"""The same code gives the same bytes, however, wherever and by whomever the program is run."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: Scenes whose files lean on each other: scripts of jobs, evidence from elsewhere, notebooks, several dialects.
SCENES = ("on-demand-training", "no-log-retention", "always-on-endpoint")
INSTALLED = str(Path(sys.executable).with_name("sagegreen"))
REPORTS = {
    "json": ("check", "--no-cache", "--output-format", "json"),
    "sarif": ("check", "--no-cache", "--output-format", "sarif"),
    "full": ("check", "--no-cache", "--unsafe-fixes"),
    "diff": ("check", "--no-cache", "--unsafe-fixes", "--diff"),
    "statistics": ("check", "--no-cache", "--statistics"),
    "inventory": ("inventory", "--output-format", "json"),
    "inventory text": ("inventory",),
    "audit": ("audit", "--output-format", "json"),
    "audit text": ("audit",),
}


def _locales() -> tuple[str, ...]:
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    # Turkish folds "I" in its own way, German sorts and writes numbers in its own way.
    return tuple(name for name in listed if name.startswith(("tr_TR", "de_DE", "C.")))


SURROUNDINGS: dict[str, dict[str, str]] = {
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 4294967295": {"PYTHONHASHSEED": "4294967295"},
    "locale C": {"LC_ALL": "C", "PYTHONHASHSEED": "7"},
    "locale POSIX": {"LC_ALL": "POSIX"},
    **{f"locale {name}": {"LC_ALL": name} for name in _locales()},
    "far east": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "3"},
    "far west": {"TZ": "Etc/GMT+12"},
    "narrow": {"COLUMNS": "20", "LINES": "5"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundred files in several projects, their names and contents in many scripts."""
    folder = tmp_path_factory.mktemp("determinism") / "tree"
    for scene in SCENES:
        shutil.copytree(FIXTURES / scene, folder / scene, ignore=shutil.ignore_patterns("snapshots", "*.txt"))
    odd = folder / "grün und İıß"
    odd.mkdir()
    first = next(path for path in sorted(folder.rglob("*.py")) if path.parent.name != "__pycache__")
    for name in (
        "a.py",
        "B.py",
        "Ä.py",
        "ß.py",
        "\u0131.py",
        "\u0130.py",
        "é.py",
        "e\u0301.py",
        "10.py",
        "9.py",
        "_.py",
    ):
        (odd / name).write_text(f"# {name}\n" + first.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.sagegreen]\nselect = ['ALL']\n")
    return folder


def run(
    report: str, *more: str, cwd: Path, paths: tuple[str, ...] = (".",), env: dict[str, str] | None = None
) -> bytes:
    """The bytes of a report."""
    done = subprocess.run(
        [INSTALLED, *REPORTS[report], *more, *paths],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"} | (env or {}),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected(tree: Path):
    """Each report as one process makes it."""

    @cache
    def of(report: str) -> bytes:
        out = run(report, *jobs(report, 1), cwd=tree, env={"PYTHONHASHSEED": "0"})
        assert len(out) > 200
        return out

    return of


def jobs(report: str, number: int) -> tuple[str, ...]:
    return ("--jobs", str(number))


@pytest.mark.parametrize(("report", "number"), [*((report, 5) for report in REPORTS), ("json", 2), ("audit", 2)])
def test_processes_do_not_matter(tree, expected, report, number):
    assert run(report, *jobs(report, number), cwd=tree) == expected(report)


@pytest.mark.parametrize("surroundings", SURROUNDINGS.values(), ids=SURROUNDINGS)
@pytest.mark.parametrize("report", ["json", "full", "audit"])
def test_surroundings_do_not_matter(tree, expected, report, surroundings):
    assert run(report, cwd=tree, env=surroundings) == expected(report)


@pytest.mark.parametrize("report", REPORTS)
def test_the_order_of_arguments_does_not_matter(tree, expected, report):
    entries = sorted(path.name for path in tree.iterdir() if path.is_dir())
    shuffled = random.Random(3).sample(entries, len(entries))
    assert shuffled != entries
    again = (*shuffled, entries[0], "./" + entries[1], str(tree / entries[2]))
    outputs = [run(report, cwd=tree, paths=paths) for paths in (tuple(entries), tuple(shuffled), again)]
    if report == "audit":  # it says first what it was told to look at
        assert len({json.dumps(json.loads(out) | {"paths": []}) for out in outputs}) == 1
    else:
        assert len(set(outputs)) == 1
        assert report == "audit text" or outputs[0] == expected(report)


@pytest.mark.parametrize("report", ["json", "inventory"])
def test_the_working_directory_does_not_matter(tree, expected, report):
    """Where paths are shown whole."""
    for folder in (tree.parent, tree / SCENES[0], Path("/")):
        assert run(report, cwd=folder, paths=(str(tree),)) == expected(report)


@pytest.mark.parametrize("report", ["json", "full", "sarif"])
def test_the_cache_does_not_matter(tree, expected, report, tmp_path):
    options = [option for option in REPORTS[report] if option != "--no-cache"]
    for number in ("1", "3", "1"):
        command = [INSTALLED, *options, "--jobs", number, "--cache-dir", str(tmp_path / "cache"), "."]
        done = subprocess.run(command, cwd=tree, capture_output=True, check=False, env=os.environ | {"NO_COLOR": "1"})
        assert done.stdout == expected(report)
    assert any((tmp_path / "cache").glob("??/*"))


def test_one_file_is_judged_as_among_the_others(tree, expected):
    """A hook names single files: each gets what a run over all gives it."""
    among: dict[str, list[object]] = {}
    for entry in json.loads(expected("json")):
        among.setdefault(entry["filename"], []).append(entry)
    chosen = sorted(among)[::10]
    for name in chosen:
        assert json.loads(run("json", cwd=tree, paths=(name,))) == among[name]


SPAWN = """\
import json
import sys
import threading

import sagegreen


def show():
    results = sagegreen.check_paths(["."], jobs=int(sys.argv[1]))
    print(json.dumps([[str(one.path), [[f.code, f.message, f.cell, *f.span] for f in one.findings]] for one in results]))
    print(json.dumps(sagegreen.inventory(["."], jobs=int(sys.argv[1]))))


if __name__ == "__main__":
    if sys.argv[2] == "spawn":
        thread = threading.Thread(target=show)
        thread.start()
        thread.join()
    else:
        show()
"""


def test_how_processes_start_does_not_matter(tree, tmp_path):
    """They are forked where that is safe, and started anew beside other threads."""
    program = tmp_path / "program.py"
    program.write_text(SPAWN)
    outputs = {
        subprocess.run([sys.executable, str(program), *how], cwd=tree, capture_output=True, check=True).stdout
        for how in (("1", "here"), ("3", "fork"), ("3", "spawn"))
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 200

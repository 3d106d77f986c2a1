"""The wheel works with the lowest versions that it asks for, and with the newest, on the oldest and newest CPython."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters import ROOT, interpreters, make_environment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SMOKE = Path(__file__).with_name("smoke.py")
EXTRAS = ("completion", "watch", "lsp")
_BOUND = re.compile(r"([\w-]+)>=([\d.]+)(?:,<[\d.]+)?(?:; *(.+))?")


def bounds() -> dict[str, str]:
    """The lowest version of each package that is needed at run time, as ``pyproject.toml`` has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    flake8 = [each for each in optional["dev"] if each.startswith("flake8")]
    listed = [*project["dependencies"], *(each for extra in EXTRAS for each in optional[extra]), *flake8]
    matches = [_BOUND.fullmatch(each) for each in listed]
    assert all(matches), f"each needs a lower bound: {listed}"
    return {match[1]: match[2] for match in matches if match is not None}


def test_all_needs_are_bounded():
    assert set(bounds()) == {"libcst", "pathspec", "tomli", "shtab", "watchfiles", "pygls", "flake8"}


@pytest.mark.parametrize(("which", "lowest"), [("oldest", True), ("newest", True), ("newest", False)])
def test_the_wheel_works(from_sdist, tmp_path, which, lowest):
    version = (min if which == "oldest" else max)(interpreters())
    needed = f"sagegreen[{','.join(EXTRAS)}] @ {from_sdist.wheel.as_uri()}"
    exact = [f"{name}=={bound}" for name, bound in bounds().items() if name != "tomli" or version < (3, 11)]
    names = [name for name in bounds() if name != "tomli"]
    made = make_environment(tmp_path / "environment", interpreters()[version], needed, *(exact if lowest else names))
    installed = made.versions()
    assert lowest == all(_same(installed[name], bounds()[name]) for name in names)
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [made.python, str(SMOKE)], cwd=work, env=os.environ | {"PYTHONPATH": "", "PYTHONWARNINGS": "error::DeprecationWarning:sagegreen"},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{version[0]}.{version[1]}.")


def _same(version: str, bound: str) -> bool:
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    wanted = [int(part) for part in bound.split(".")]
    return numbers == wanted + [0] * (len(numbers) - len(wanted))


def test_without_extras_only_two_packages_come_along(from_sdist, tmp_path):
    made = make_environment(tmp_path / "environment", sys.executable, f"sagegreen @ {from_sdist.wheel.as_uri()}")
    extra = set(made.versions()) - {"pip", "setuptools", "sagegreen"}
    assert extra <= {"libcst", "pathspec", "pyyaml", "pyyaml-ft", "tomli", "typing-extensions"}
    for arguments, needed in (
        (["server"], "pip install 'sagegreen[lsp]'"),
        (["completion", "bash"], "pip install 'sagegreen[completion]'"),
        (["check", "--watch"], "pip install 'sagegreen[watch]'"),
    ):
        done = subprocess.run(
            [made.program("sagegreen"), *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert needed in done.stderr

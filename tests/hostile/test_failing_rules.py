"""A rule that fails, in whatever way, is one SG003 that names it; the other rules and files go on, the exit code is 2."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import INSTALLED, TUNER, run_program

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = """\
from sagegreen.checking.check import Check
from sagegreen.sagemaker.places import Place


def first(program):
    cell = program.module.cells[0]
    return Place(cell, cell.tree.body[0])


class Failing(Check):
    \"\"\"Fails.\"\"\"

    code, name, practices = "ZZ901", "failing", ("tune-with-care",)

    def check_program(self, program):
"""


WAYS = {
    "exception": "raise KeyError('ml.toy.large')",
    "several lines": "raise ValueError('one\\ntwo\\x1b[31m')",
    "bad text": """
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError("no words")
        raise Odd
        """,
    "recursion": "return self.check_program(program)",
    "midway": """
        yield self.finding(first(program), "Before it failed.")
        raise RuntimeError("midway")
        """,
    "no finding": "yield 'a text'",
    "no iterable": "return 42",
    "bad span": """
        from dataclasses import replace
        from sagegreen.documents.model import Span
        yield replace(self.finding(first(program), "Far away."), span=Span(10**9, 10**9 + 1))
        """,
    "no span": """
        from dataclasses import replace
        yield replace(self.finding(first(program), "Nowhere."), span=None)
        """,
    "no such cell": """
        from dataclasses import replace
        yield replace(self.finding(first(program), "Elsewhere."), cell=99)
        """,
    "exit": "raise SystemExit(0)",
    "memory": "raise MemoryError",
    "generator exit": "raise GeneratorExit",
    "stop": "raise StopIteration",
    "user error": """
        from sagegreen.checking.errors import SagegreenError
        raise SagegreenError("a message for users")
        """,
}


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Install a company's pack whose only rule has a given body; gives the environment in which it is installed."""

    def install(body: str) -> dict[str, str]:
        site = tmp_path / "site"
        metadata = site / "failing_checks-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: failing-checks\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[sagegreen.checks]\nfailing = failing_checks\n")
        (site / "failing_checks").mkdir()
        rule = HEAD + textwrap.indent(textwrap.dedent(body).strip(), " " * 8) + "\n"
        (site / "failing_checks" / "__init__.py").write_text(rule)
        return {"PYTHONPATH": str(site)}

    return install


@pytest.fixture
def two(tree: Path) -> Path:
    (tree / "pyproject.toml").write_text("[tool.sagegreen]\nselect = ['SG0', 'SG322', 'SG323', 'ZZ']\n")
    (tree / "second.py").write_text(TUNER)
    return tree


def found(out: str) -> list[tuple[str, str]]:
    return sorted((os.path.basename(entry["filename"]), entry["code"]) for entry in json.loads(out))  # noqa: PTH119


OTHERS = [("launch.py", "SG322"), ("launch.py", "SG323"), ("second.py", "SG322"), ("second.py", "SG323")]


@pytest.mark.parametrize("body", WAYS.values(), ids=WAYS)
def test_one_finding_names_rule_and_file(two, pack, body):
    ended = run_program("check", "--no-cache", "--output-format", "json", cwd=two, env=pack(body))
    assert ended.code == 2, ended.err
    entries = [entry for entry in json.loads(ended.out) if entry["code"] == "SG003"]
    assert [(Path(entry["filename"]).name, "`ZZ901` (failing)" in entry["message"]) for entry in entries] == [
        ("launch.py", True),
        ("second.py", True),
    ]
    assert not any("\n" in entry["message"] for entry in entries)
    assert [each for each in found(ended.out) if each[1] not in ("SG003", "ZZ901")] == OTHERS


FAILS = "raise RuntimeError('broken')"


@pytest.mark.parametrize(
    "options", [("--exit-zero",), ("--output-format", "sarif"), ("--statistics",), ("--jobs", "2")]
)
def test_no_option_hides_it(two, pack, options):
    """As in ruff, ``--exit-zero`` forgives findings, not failures."""
    ended = run_program("check", "--no-cache", *options, cwd=two, env=pack(FAILS))
    assert ended.code == 2
    assert "SG003" in ended.out


def test_it_cannot_be_accepted(two, pack):
    env = pack(FAILS)
    run_program("check", "--no-cache", "--write-baseline", "baseline.json", cwd=two, env=env)
    ended = run_program(
        "check", "--no-cache", "--baseline", "baseline.json", "--output-format", "json", cwd=two, env=env
    )
    assert (ended.code, found(ended.out)) == (2, [("launch.py", "SG003"), ("second.py", "SG003")])


def test_the_fixes_of_the_others_are_applied(two, pack):
    ended = run_program("check", "--no-cache", "--fix", "--output-format", "json", cwd=two, env=pack(FAILS))
    assert (ended.code, [each for each in found(ended.out) if each[1] != "SG003"]) == (2, [OTHERS[0], OTHERS[2]])
    assert all("early_stopping_type" in (two / name).read_text() for name in ("launch.py", "second.py"))


def test_the_inventory_needs_no_rule(two, pack):
    ended = run_program("inventory", cwd=two, env=pack(FAILS))
    assert (ended.code, ended.err, ended.out.splitlines()[-1]) == (0, "", "Found 2 resources.")


def test_the_audit_says_so(two, pack):
    ended = run_program("audit", "--output-format", "json", cwd=two, env=pack(FAILS))
    assert ended.code == 2
    assert len([line for line in ended.lines() if "ZZ901" in line]) == 2
    assert json.loads(ended.out)["practices"]


def test_flake8_shows_it(two, pack):
    flake8 = str(INSTALLED.with_name("flake8"))
    ended = run_program("--select", "SG,ZZ", "launch.py", "second.py", cwd=two, command=(flake8,), env=pack(FAILS))
    assert ended.code == 1
    assert ended.out.count("SG003") == 2
    assert ended.out.count("SG322") == 2


def test_python_shows_it(two, pack):
    code = "import sagegreen; print(*[f.code for r in sagegreen.check_paths(['.']) for f in r.findings])"
    ended = run_program("-c", code, cwd=two, command=(sys.executable,), env=pack(FAILS))
    assert ended.out.split().count("SG003") == 2


BROKEN_PACKS = {
    "import": ("raise RuntimeError('broken')", "raised RuntimeError: broken"),
    "syntax": ("def", "raised SyntaxError"),
    "exit": ("raise SystemExit(0)", "raised SystemExit"),
    "recursion": ("def f(): f()\nf()", "raised RecursionError"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN_PACKS.values(), ids=BROKEN_PACKS)
def test_a_pack_that_cannot_be_loaded_is_one_line(two, pack, text, said):
    env = pack("pass")
    (Path(env["PYTHONPATH"]) / "failing_checks" / "__init__.py").write_text(text)
    for command in ("check", "audit", "rule"):
        ended = run_program(*(["rule", "SG301"] if command == "rule" else [command]), cwd=two, env=env)
        assert (ended.code, ended.out, len(ended.lines())) == (2, "", 1), command
        assert "`failing_checks`" in ended.err
        assert said in ended.err

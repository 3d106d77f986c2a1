"""Whatever a file is called, every report stays what its readers take it for."""

from __future__ import annotations

import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pytest
from running import TUNER, run_program

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    *(
        b"sp ace.py",
        b"new\nline.py",
        b"car\rriage.py",
        b"tab\t.py",
        b"quo'te\".py",
        b"back\\slash.py",
        b"bad\xff\xfe.py",
    ),
    *(b"-dash.py", b"--fix.py", b"@file.py", b"a" * 252 + b".py", b"::error::x.py", b"%0A.py", b"]]>.py", b"<x>&.py"),
    *(
        b"esc\x1b[31m.py",
        b"\xe2\x80\xae.py",
        b"\xc2\x85\xe2\x80\xa8.py",
        b"##vso[task.complete].py",
        b"com,ma;.py",
        b"{}.py",
    ),
    *(b"*.py", b"[a].py", b"~.py", b"$HOME.py", b"=1+1.py", b"\x01\x7f.py", b"noqa: SG.py"),
]
FORMATS = (
    *("full", "concise", "grouped", "json", "json-lines", "sarif", "github", "gitlab", "azure", "junit"),
    *("pylint", "rdjson"),
)
#: What ends a line for one reader or another, and what steers a terminal.
STEERING = [chr(code) for code in (*range(10), *range(11, 32), 127, 0x85, 0x9B, 0x2028, 0x2029, 0x202E)]


@pytest.fixture
def named(tree: Path) -> Path:
    (tree / "launch.py").unlink()
    for name in NAMES:
        with open(os.fsencode(tree) + b"/" + name, "w") as file:  # noqa: PTH123
            file.write(TUNER)
    return tree


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_stays_sound(named, form):
    ended = run_program("check", "--no-cache", "--output-format", form, cwd=named)
    assert (ended.code, ended.err) == (1, "")
    findings = 2 * len(NAMES)
    if form in ("full", "concise", "grouped", "pylint"):
        assert [one for one in STEERING if one in ended.out] == []
    if form == "concise":
        lines = ended.out.splitlines()[:-2]  # two of them are the summary
        assert (
            len([line for line in lines if ":3:9: SG323 " in line or ":7:14: SG322 " in line]) == findings == len(lines)
        )
    elif form in ("github", "azure", "pylint"):
        lines = ended.out.split("\n")[:-1]  # their readers know no other line end but the one below
        assert (len(lines), "\r" in ended.out) == (findings, False)
        start = {"github": "::warning ", "azure": "##vso[task.logissue ", "pylint": ""}[form]
        assert all(line.startswith(start) for line in lines)
    elif form == "json":
        names = {entry["filename"] for entry in json.loads(ended.out)}
        assert names == {os.fsdecode(os.fsencode(named) + b"/" + name) for name in NAMES}
    elif form == "json-lines":
        assert len([json.loads(line) for line in ended.out.splitlines()]) == findings
    elif form == "sarif":
        results = json.loads(ended.out)["runs"][0]["results"]
        uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results]
        assert {unquote_to_bytes(uri) for uri in uris} == set(NAMES)
    elif form in ("gitlab", "rdjson"):
        found = json.loads(ended.out)
        assert len(found if form == "gitlab" else found["diagnostics"]) == findings
    elif form == "junit":
        assert len(list(ET.fromstring(ended.out.encode()).iter("failure"))) == findings


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_in_a_file_is_that_of_the_terminal(named, form):
    shown = run_program("check", "--no-cache", "--output-format", form, cwd=named)
    kept = run_program("check", "--no-cache", "--output-format", f"{form}=../report", cwd=named)
    assert (kept.code, kept.out, kept.err) == (1, "", "")
    assert (named.parent / "report").read_bytes().decode() == shown.out


def test_inventory_and_audit_stay_sound(named):
    text = run_program("inventory", cwd=named)
    assert len(text.out.splitlines()) == len(NAMES) + 1
    rows = list(csv.DictReader(io.StringIO(run_program("inventory", "--output-format", "csv", cwd=named).out)))
    assert [row["kind"] for row in rows] == ["tuning_job"] * len(NAMES)
    for form in ("text", "markdown", "html"):
        ended = run_program("audit", "--output-format", form, cwd=named)
        assert (ended.code, [one for one in STEERING if one in ended.out]) == (0, []), form


def test_each_is_fixed_in_its_place(named):
    ended = run_program("check", "--no-cache", "--fix", "--output-format", "concise", cwd=named)
    assert (ended.code, ended.err) == (1, "")
    texts = {name: (named / os.fsdecode(name)).read_text() for name in NAMES}
    assert sorted(os.fsencode(path.name) for path in named.iterdir()) == sorted([*NAMES, b"pyproject.toml"])
    assert {text.count("early_stopping_type") for text in texts.values()} == {1}


def test_each_can_be_named(named):
    paths = [f"./{os.fsdecode(name)}" for name in NAMES]
    ended = run_program("check", "--no-cache", "--output-format", "json", *paths, cwd=named)
    assert len(json.loads(ended.out)) == 2 * len(NAMES)
    ended = run_program("check", "--no-cache", "--output-format", "json", "--", *map(os.fsdecode, NAMES), cwd=named)
    assert len(json.loads(ended.out)) == 2 * len(NAMES)


def test_what_the_code_says_cannot_steer_a_terminal(tree):
    (tree / "launch.py").write_text(TUNER.replace("20", '"\\x1b]0;x\\x07\\x9b31m\\u202e"'))
    for arguments in (("check", "--no-cache"), ("inventory",), ("audit",), ("check", "--no-cache", "--diff")):
        ended = run_program(*arguments, cwd=tree)
        assert [one for one in STEERING if one in ended.out] == [], arguments


@pytest.mark.parametrize("name", ["a\nb.py", "a\x1b[31m.py", "x" * 5000 + ".py", "a\udcff.py"], ids=repr)
def test_a_name_that_does_not_exist_is_one_line(tree, name):
    ended = run_program("check", name[:100_000], cwd=tree)
    assert (ended.code, len(ended.lines())) == (2, 1)
    assert ended.err.startswith("error: cannot look at `")
    assert "\x1b" not in ended.err

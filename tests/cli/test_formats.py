"""The formats for other programs, each as its reader reads it; places in notebooks are places in the file."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from sarif_pydantic import Sarif

from sagegreen.cli import main

pytestmark = pytest.mark.usefixtures("toy_pack")
SCRIPT = "import sagemaker\n\n\ndef train():\n    wasteful(), wasteful()\n"
CELLS = ["# Título: 100 %", "import sagemaker", 'x = "\\u00e9😀"; wasteful(\n    1,\n)\n']


def notebook(*cells):
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells]
    made[0]["cell_type"] = "markdown"
    for cell in made:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAGEGREEN_OUTPUT_FORMAT", raising=False)
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "a b.py").write_text(SCRIPT)
    (tmp_path / "n.ipynb").write_text(notebook(*CELLS), encoding="utf-8")
    return tmp_path


@pytest.fixture
def report(here, capsys):
    def call(form, *arguments):
        code = main(["check", "--isolated", "--no-cache", "--select", "SG9", "--output-format", form, *arguments, "."])
        assert code == 1
        return capsys.readouterr().out

    return call


def raw_row(here, text):
    rows = (here / "n.ipynb").read_text(encoding="utf-8").splitlines()
    return next(number for number, row in enumerate(rows, start=1) if text in row)


def test_grouped(report):
    assert report("grouped").startswith(
        "jobs/a b.py:\n  5:5 SG901 [*] Wasteful call\n  5:17 SG901 [*] Wasteful call\n\nn.ipynb:\n  cell 3:1:16 SG901"
    )


def test_json_lines(report):
    entries = [json.loads(line) for line in report("json-lines").splitlines()]
    assert entries == json.loads(report("json"))
    assert [entry["code"] for entry in entries] == ["SG901"] * 3


def test_github_points_at_the_line_of_the_file(here, report):
    lines = report("github").splitlines()
    assert lines[0] == (
        "::warning title=sagegreen (SG901),file=jobs/a b.py,line=5,endLine=5,col=5,endColumn=13"
        "::jobs/a b.py:5: SG901 Wasteful call"
    )
    row = raw_row(here, "wasteful")
    assert lines[2] == (
        f"::warning title=sagegreen (SG901),file=n.ipynb,line={row},endLine={row}::cell 3, line 1: SG901 Wasteful call"
    )


def test_azure(here, report):
    lines = report("azure").splitlines()
    assert lines[0] == (
        "##vso[task.logissue type=warning;sourcepath=jobs/a b.py;linenumber=5;columnnumber=5;code=SG901;]Wasteful call"
    )
    assert f"sourcepath=n.ipynb;linenumber={raw_row(here, 'wasteful')};code=SG901;]cell 3" in lines[2]


def test_pylint(here, report):
    assert report("pylint").splitlines()[0] == "jobs/a b.py:5: [SG901] Wasteful call"


def test_gitlab_fingerprints_are_unique_and_stay_when_lines_move(here, report):
    entries = json.loads(report("gitlab"))
    assert {"check_name", "description", "severity", "fingerprint", "location"} == entries[0].keys()
    assert entries[0]["location"] == {
        "path": "jobs/a b.py",
        "positions": {"begin": {"line": 5, "column": 5}, "end": {"line": 5, "column": 13}},
    }
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints[:2])) == 2
    (here / "jobs" / "a b.py").write_text("# moved\n\n" + SCRIPT)
    assert [entry["fingerprint"] for entry in json.loads(report("gitlab"))] == fingerprints


def test_junit(report):
    root = ET.fromstring(report("junit"))
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "3")
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["jobs/a b.py", "n.ipynb"]
    case = suites["n.ipynb"][0]
    assert case.get("name") == "org.sagegreen.SG901"
    assert case[0].get("message") == "cell 3, line 1: Wasteful call"


def test_junit_without_findings_is_one_passed_case(here, capsys):
    (here / "clean.py").write_text("import sagemaker\n")
    assert main(["check", "--isolated", "--no-cache", "--output-format", "junit", "clean.py"]) == 0
    root = ET.fromstring(capsys.readouterr().out)
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert root[0][0].get("name") == "No errors found"


def test_rdjson_counts_bytes_and_suggests_the_fix(here, report):
    found = json.loads(report("rdjson"))
    assert found["source"]["name"] == "sagegreen"
    first, _, last = found["diagnostics"]
    place = {"start": {"line": 5, "column": 5}, "end": {"line": 5, "column": 13}}
    assert first["location"] == {"path": "jobs/a b.py", "range": place}
    assert first["suggestions"] == [{"range": place, "text": "frugal"}]
    row = (here / "n.ipynb").read_bytes().split(b"\n")[last["location"]["range"]["start"]["line"] - 1]
    start, end = (last["location"]["range"][key]["column"] - 1 for key in ("start", "end"))
    assert row[start:end] == b"wasteful"


def applied(text, replacements):
    """A file's text with SARIF replacements, as an editor applies them."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for change in reversed(replacements):
        region = change["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + change["insertedContent"]["text"] + text[end:]
    return text


def test_sarif(here, report):
    log = json.loads(report("sarif"))
    assert log["version"] == "2.1.0"
    Sarif.model_validate(log)
    (run,) = log["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["id"] == "SG901"
    assert rule["properties"]["problem.severity"] in {"warning", "recommendation"}
    first, second, last = run["results"]
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "jobs/a%20b.py", "uriBaseId": "SRCROOT"}
    assert location["region"] == {"startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 13}
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in (first, second)]
    assert len(set(hashes)) == 2
    assert [fix["description"]["text"] for fix in first["fixes"]] == ["Write `frugal`", "Write `gone` (unsafe)"]
    before = (here / "n.ipynb").read_text(encoding="utf-8")
    after = applied(before, last["fixes"][0]["artifactChanges"][0]["replacements"])
    assert after == before.replace("wasteful", "frugal")


def test_several_reports_in_one_run(here, report):
    out = report("concise", "--output-format", "sarif=out.sarif", "--output-format", "github=out.txt")
    assert out.startswith("jobs/a b.py:5:5: SG901")
    assert json.loads((here / "out.sarif").read_text())["version"] == "2.1.0"
    assert (here / "out.txt").read_text().startswith("::warning")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output-format", "sarif", "--output-format", "json"], "two reports go to the standard output"),
        (["--output-format", "sarif=x", "--output-format", "json=x"], "two reports go to the file `x`"),
        (["--output-format", "sarif="], "names no file after the equals sign"),
        (["--output-format", "sarf"], "did you mean `sarif`"),
    ],
)
def test_reports_that_cannot_be_written(here, capsys, arguments, message):
    assert main(["check", "--isolated", *arguments, "."]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert re.fullmatch(r"error: [^\n]+\n", error)

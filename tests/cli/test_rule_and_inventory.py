import json

import pytest

from sagegreen.cli import main

pytestmark = pytest.mark.usefixtures("toy_pack")


def test_a_rule_is_shown_by_code_or_name(capsys):
    assert main(["rule", "SG901"]) == 0
    by_code = capsys.readouterr().out
    assert main(["rule", "toy-waste"]) == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("# toy-waste (SG901)\n\nRuns by default. Practices: toy-practice.\n\nSomething wasteful.")
    assert main(["rule", "SG902"]) == 0
    assert "Runs only when selected: `--select SG902`." in capsys.readouterr().out


def test_rules_as_json(capsys):
    assert main(["rule", "SG901", "--output-format", "json"]) == 0
    entry = json.loads(capsys.readouterr().out)
    assert (entry["code"], entry["name"], entry["summary"]) == ("SG901", "toy-waste", "Something wasteful.")
    assert entry["sections"]["Fix safety"] == "It is safe."
    assert main(["rule", "--all", "--output-format", "json"]) == 0
    codes = [entry["code"] for entry in json.loads(capsys.readouterr().out)]
    assert codes == sorted(codes)
    assert {"SG001", "SG002", "SG003", "SG901"} <= set(codes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rule", "SG91"], "error: unknown rule `SG91`; did you mean `SG901`?\n"),
        (["rule", "toy-wast"], "error: unknown rule `toy-wast`; did you mean `toy-waste`?\n"),
        (["rule"], "error: name one rule by its code or name, or give --all\n"),
        (["chek"], "error: unknown command `chek`; did you mean `check`?\n"),
        (["inventory", "nope"], "error: cannot look at `nope`: No such file or directory\n"),
    ],
)
def test_mistakes_are_one_line(capsys, arguments, message):
    assert main(arguments) == 2
    assert capsys.readouterr().err == message


SCRIPT = """\
from sagemaker.pytorch import PyTorch

estimator = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="2.1",
    py_version="py310",
    instance_type="ml.p3.2xlarge",
    instance_count=2,
)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(SCRIPT)
    (tmp_path / "plain.py").write_text("x = 1\n")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [cell | {"source": "import sagemaker"}, cell | {"source": SCRIPT}, cell | {"source": "x = ("}]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return tmp_path


def test_inventory_as_json(project, capsys):
    assert main(["inventory", "--output-format", "json"]) == 0
    captured = capsys.readouterr()
    entries = json.loads(captured.out)
    script = next(entry for entry in entries if entry["filename"] == str(project / "a.py"))
    assert set(script) == {"filename", "cell", "location", "kind", "api", "target", "settings"}
    assert (script["cell"], script["location"]) == (None, {"row": 3, "column": 13})
    assert (script["kind"], script["api"]) == ("training_job", "v2")
    assert script["settings"]["instance_type"] == {"state": "known", "value": "ml.p3.2xlarge"}
    assert script["settings"]["spot"] == {"state": "absent"}
    in_notebook = next(entry for entry in entries if entry["filename"] == str(project / "n.ipynb"))
    assert in_notebook["cell"] == 2
    assert "n.ipynb:cell 3: " in captured.err


def test_inventory_as_csv_and_text(project, capsys):
    assert main(["inventory", "a.py", "--output-format", "csv"]) == 0
    header, row = capsys.readouterr().out.splitlines()[:2]
    assert header.startswith("filename,cell,row,column,kind,api,target,instance_type,instance_count,spot,")
    assert ",,3,13,training_job,v2," in row
    assert ",ml.p3.2xlarge,2," in row
    assert main(["inventory", "a.py"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("a.py:3:13: training_job [v2] ")
    assert "instance_type=ml.p3.2xlarge, instance_count=2" in out
    assert out.endswith("Found 1 resource.\n")

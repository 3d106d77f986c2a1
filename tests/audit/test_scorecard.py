import json

import pytest

import sagegreen
from sagegreen.checking.audit import take_audit
from sagegreen.checking.check import Check
from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.files import Run
from sagegreen.checking.practices import practices
from sagegreen.checking.registry import Registry
from sagegreen.cli import main

TRAINING = """
job = PyTorch(entry_point="train.py", role=role, framework_version="2.1", py_version="py310",
              instance_type="ml.g5.xlarge", instance_count=1, max_run=3600{more})
job.fit("s3://bucket/data")
"""
SPOT = ', use_spot_instances=True, max_wait=7200, checkpoint_s3_uri="s3://bucket/checkpoints/job-1"'


def practice(result, name):
    return next(entry for entry in result["practices"] if entry["id"] == name)


def status(result, name):
    return practice(result, name)["status"]


def test_a_practice_is_followed_where_the_code_does_it(project, audit):
    path = project("jobs.py", TRAINING.format(more=SPOT))
    found = practice(audit(), "managed-spot-training")
    assert found["status"] == "followed"
    assert found["missing"] == []
    (place,) = found["followed"]
    assert (place["filename"], place["cell"], place["code"]) == (str(path), None, "SG301")
    assert path.read_text().splitlines()[place["location"]["row"] - 1].startswith("job = PyTorch(")


def test_a_practice_is_missing_where_its_rules_find_something(project, audit):
    project("jobs.py", TRAINING.format(more=""))
    found = practice(audit(), "managed-spot-training")
    assert found["status"] == "missing"
    assert [place["code"] for place in found["missing"]] == ["SG301"]
    assert found["followed"] == []


def test_a_practice_is_partly_followed_where_it_is_both(project, audit):
    project("jobs.py", TRAINING.format(more=SPOT) + TRAINING.format(more=""))
    assert status(audit(), "managed-spot-training") == "partly-followed"


def test_a_fault_outweighs_what_the_same_statement_does_right(project, audit):
    """Spot without checkpoints is spot, but not what the practice asks for."""
    project("jobs.py", TRAINING.format(more=", use_spot_instances=True, max_wait=7200"))
    found = practice(audit(), "managed-spot-training")
    assert found["followed"] == []
    assert "SG302" in {place["code"] for place in found["missing"]}


def test_what_the_code_hides_cannot_be_seen(project, audit):
    project("jobs.py", "def train(**settings):\n    PyTorch(entry_point='t.py', role=role, **settings).fit()\n")
    found = practice(audit(), "managed-spot-training")
    assert found["status"] == "cannot-be-seen"
    assert found["followed"] == found["missing"] == []
    assert len(found["unclear"]) == 1


def test_what_the_code_has_nothing_of_is_not_applicable(project, audit):
    project("jobs.py", TRAINING.format(more=SPOT))
    assert status(audit(), "bayesian-search") == "not-applicable"


def test_what_no_rule_can_see_tells_why(project, audit):
    project("jobs.py", TRAINING.format(more=""))
    found = practice(audit(), "regular-reviews")
    assert found["status"] == "cannot-be-seen"
    assert found["reason"].startswith("A review is a meeting")


def test_every_practice_has_one_status_and_phases_add_up(project, audit):
    project("jobs.py", TRAINING.format(more=""))
    result = audit()
    assert [entry["id"] for entry in result["practices"]] == [entry.id for entry in practices()]
    assert sum(result["summary"].values()) == len(practices())
    for name, count in result["summary"].items():
        assert sum(phase["summary"][name] for phase in result["phases"]) == count


def test_opt_in_rules_look_too_and_ignored_ones_do_not(project, audit):
    project("jobs.py", TRAINING.format(more=""))
    ignoring = audit("--ignore", "SG301")
    assert "SG301" not in {place["code"] for entry in ignoring["practices"] for place in entry["missing"]}
    codes = {code for entry in audit()["practices"] for code in entry["rules"]}
    assert {check.code for check in Registry.installed().checks.values() if check.practices} == codes


def test_a_suppressed_finding_does_not_count_unless_asked_for(project, audit):
    project("jobs.py", TRAINING.format(more="").replace("max_run=3600)", "max_run=3600)  # noqa: SG301"))
    assert status(audit(), "managed-spot-training") == "not-applicable"
    assert status(audit("--ignore-noqa"), "managed-spot-training") == "missing"


def test_what_the_configuration_declares_is_followed(project, audit, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.sagegreen]\nassume = ["log-retention"]\n')
    project("jobs.py", TRAINING.format(more=""))
    found = practice(audit(), "log-retention")
    assert (found["status"], found["assumed"], found["missing"]) == ("followed", ["log-retention"], [])


def test_the_number_of_processes_does_not_matter(project, audit):
    for number in range(12):
        project(f"jobs_{number}.py", TRAINING.format(more=SPOT if number % 2 else ""))
    assert audit("--jobs", "1") == audit("--jobs", "2")


def test_the_python_api_gives_the_same(project, audit, tmp_path):
    project("jobs.py", TRAINING.format(more=""))
    shown = audit(str(tmp_path), "--region", "eu-north-1")
    assert json.loads(json.dumps(sagegreen.audit([tmp_path], region="eu-north-1"))) == shown


def test_an_unknown_region_is_one_line(project, capsys):
    assert main(["audit", "--region", "eu-nort-1"]) == 2
    assert capsys.readouterr().err == "error: unknown Region `eu-nort-1`; did you mean `eu-north-1`?\n"


def test_a_file_that_cannot_be_read_is_named(project, capsys):
    project("broken.py", "x = (\n")
    assert main(["audit"]) == 0
    assert "broken.py" in capsys.readouterr().err


class Stumbling(Check):
    """Raises.

    ## Fix safety
    None.
    """

    code, name, practices = "SG999", "stumbling", ("log-retention",)

    def observe(self, program):
        raise ValueError("oh")


@pytest.mark.parametrize("checks", [(), (Stumbling,)])
def test_a_rule_that_fails_to_observe_is_one_line_and_the_others_go_on(project, checks):
    path = project("jobs.py", TRAINING.format(more=SPOT))
    registry = Registry(["sagegreen_checks"], checks)
    run = Run(registry, (path,), cached=False)
    (found,) = take_audit([path], Configuration(registry, Overrides(isolated=True)), run, jobs=1)
    assert any(mark.practice == "managed-spot-training" and mark.verdict == "followed" for mark in found.marks)
    assert [line for line in found.problems if "oh" in line] == (
        [f"{path}: rule `SG999` (stumbling) failed to observe it: ValueError: oh"] if checks else []
    )

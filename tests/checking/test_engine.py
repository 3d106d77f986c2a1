import json
import os

import pytest

import sagegreen
from sagegreen.checking.cache import Cache
from sagegreen.checking.check import Check
from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.files import Mode, Run, check_paths
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection

ON = "import sagemaker\n"


@pytest.fixture
def registry(toy_pack):
    return Registry(["toy_checks"])


def judged(paths, registry, *, jobs=1, mode=Mode.REPORT, cached=False, select=("SG9",), **options):
    overrides = Overrides(isolated=True, selection=Selection(select=select), options=options)
    _, results = check_paths(
        paths, Configuration(registry, overrides), Run(registry, cached=cached), mode=mode, jobs=jobs
    )
    return results


def codes(results):
    return [(result.path.name, finding.code) for result in results for finding in result.findings]


def test_only_files_that_mention_sagemaker_are_judged(tmp_path, registry):
    (tmp_path / "on.py").write_text(ON + "wasteful()\n")
    (tmp_path / "off.py").write_text("wasteful()\n")
    assert codes(judged([tmp_path], registry)) == [("on.py", "SG901")]


def test_a_rule_that_raises_is_one_finding_and_the_others_go_on(tmp_path, registry):
    (tmp_path / "a.py").write_text(ON + "crash()\ncrash()\nwasteful()\n")
    (result,) = judged([tmp_path], registry)
    assert [finding.code for finding in result.findings] == ["SG003", "SG901"]
    assert "`SG903` (toy-crash) failed on this file: KeyError: 'ml.toy.large'" in result.findings[0].message


def test_a_failure_cannot_be_silenced_in_the_file(tmp_path, registry):
    (tmp_path / "a.py").write_text("# sagegreen: noqa\n" + ON + "crash()\nwasteful()\n")
    assert codes(judged([tmp_path], registry)) == [("a.py", "SG003")]


def test_a_broken_file_is_one_finding(tmp_path, registry):
    (tmp_path / "broken.py").write_text(ON + "wasteful(\n")
    (tmp_path / "latin.py").write_bytes(b"import sagemaker\nx = '\xe9'\n")
    (tmp_path / "cut.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "import sagemaker')
    (tmp_path / "empty.py").write_bytes(b"")
    (tmp_path / "nothing.ipynb").write_text(
        '{"cells": [], "metadata": {"a": "sagemaker"}, "nbformat": 4, "nbformat_minor": 5}'
    )
    results = judged([tmp_path], registry)
    assert codes(results) == [("broken.py", "SG002"), ("cut.ipynb", "SG002"), ("latin.py", "SG002")]
    assert all(finding.message and "\n" not in finding.message for result in results for finding in result.findings)


def test_a_broken_file_without_sagemaker_is_reported_only_when_it_is_named(tmp_path, registry):
    file = tmp_path / "cut.ipynb"
    file.write_text('{"cells": [')
    assert codes(judged([tmp_path], registry)) == []
    assert codes(judged([file], registry)) == [("cut.ipynb", "SG002")]


def test_a_broken_cell_silences_only_itself(tmp_path, registry):
    cells = ["import sagemaker", "wasteful(", "wasteful()"]
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells]
    text = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (tmp_path / "nb.ipynb").write_text(text)
    (result,) = judged([tmp_path], registry)
    assert [(finding.cell, finding.code) for finding in result.findings] == [(2, "SG002"), (3, "SG901")]


def test_deep_nesting_is_no_crash(tmp_path, registry):
    (tmp_path / "deep.py").write_text(ON + "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n")
    (tmp_path / "long.py").write_text(ON + "x = " + "+".join(["1"] * 20000) + "\n")
    (tmp_path / "ok.py").write_text(ON + "wasteful()\n")
    results = judged([tmp_path], registry)
    assert ("ok.py", "SG901") in codes(results)
    assert {code for _, code in codes(results)} <= {"SG002", "SG901"}


def test_an_unreadable_file_is_one_finding(tmp_path, registry, monkeypatch):
    file = tmp_path / "secret.py"
    file.write_text(ON)
    opened = os.open

    def refuse(path, *arguments, **keywords):
        if str(path).endswith("secret.py"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **keywords)

    monkeypatch.setattr(os, "open", refuse)  # a superuser may read everything
    (result,) = judged([file], registry)
    assert [finding.message for finding in result.findings] == ["cannot be read: Permission denied"]


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_number_of_processes_does_not_change_the_result(tmp_path, registry, jobs):
    for number in range(24):
        source = "wasteful()\n" * (number % 3) + ("crash()\n" if number == 7 else "")
        (tmp_path / f"f{number}.py").write_text(ON + source)
    alone, together = judged([tmp_path], registry), judged([tmp_path], registry, jobs=jobs)
    assert [(result.path, result.findings) for result in together] == [
        (result.path, result.findings) for result in alone
    ]
    assert len(alone) == 16


def test_a_file_that_ends_its_process_is_named_and_the_others_are_judged(tmp_path, registry):
    for number in range(10):
        (tmp_path / f"f{number}.py").write_text(ON + ("deadly()\n" if number == 4 else "wasteful()\n"))
    run = Run(registry, cached=False, analyze=deadly)
    configuration = Configuration(registry, Overrides(isolated=True, selection=Selection(select=("SG9",))))
    _, results = check_paths([tmp_path], configuration, run, mode=Mode.REPORT, jobs=2)
    expected = [(f"f{number}.py", "SG003" if number == 4 else "SG901") for number in range(10)]
    assert codes(results) == expected


def deadly(document, project):
    from sagegreen.project.program import analyze

    if b"deadly" in document.raw:
        os._exit(9)
    return analyze(document, project)


def test_an_analysis_that_fails_is_one_finding(tmp_path, registry):
    (tmp_path / "a.py").write_text(ON)

    def fail(document, project):
        raise ValueError("two\nlines")

    configuration = Configuration(registry, Overrides(isolated=True))
    _, (result,) = check_paths([tmp_path], configuration, Run(registry, cached=False, analyze=fail))
    assert [finding.code for finding in result.findings] == ["SG003"]
    assert result.findings[0].message.endswith("ValueError: two lines")


def test_fixes_are_written_and_the_rest_is_reported(tmp_path, registry):
    file = tmp_path / "a.py"
    file.write_text(ON + "wasteful()  # why\noptional()\n")
    (result,) = judged([tmp_path], registry, mode=Mode.FIX)
    assert file.read_text() == ON + "frugal()  # why\noptional()\n"
    assert ([fix.code for fix in result.applied], codes([result])) == (["SG901"], [("a.py", "SG902")])
    (result,) = judged([tmp_path], registry, mode=Mode.FIX, unsafe_fixes=True)
    assert file.read_text() == ON + "frugal()  # why\ndone()\n"
    assert judged([tmp_path], registry, mode=Mode.FIX, unsafe_fixes=True) == []


def test_a_diff_writes_nothing(tmp_path, registry):
    file = tmp_path / "a.py"
    file.write_text(ON + "wasteful()\n")
    (result,) = judged([tmp_path], registry, mode=Mode.DIFF)
    assert file.read_text() == ON + "wasteful()\n"
    assert result.document.raw == (ON + "frugal()\n").encode()


def test_a_file_that_cannot_be_written_is_an_error_and_stays(tmp_path, registry, monkeypatch):
    (tmp_path / "a.py").write_text(ON + "wasteful()\n")

    def refuse(path, raw):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("sagegreen.documents.writing.write_atomically", refuse)
    (result,) = judged([tmp_path], registry, mode=Mode.FIX)
    assert "cannot write" in result.error
    assert (result.applied, codes([result])) == ((), [("a.py", "SG901")])


def test_results_are_remembered_until_something_changes(tmp_path, registry):
    project, cache = tmp_path / "project", tmp_path / "cache"
    project.mkdir()
    (project / "a.py").write_text(ON + "optional()\n")
    calls = []

    def counted(document, given):
        from sagegreen.project.program import analyze

        calls.append(document.path.name)
        return analyze(document, given)

    def again(select):
        overrides = Overrides(isolated=True, selection=Selection(select=select), options={"cache_dir": cache})
        calls.clear()
        _, results = check_paths([project], Configuration(registry, overrides), Run(registry, analyze=counted))
        return codes(results), list(calls)

    assert again(("SG901",)) == ([], ["a.py"])
    assert again(("SG901",)) == ([], [])
    assert again(("SG902",)) == ([("a.py", "SG902")], ["a.py"])
    (project / "a.py").write_text(ON + "wasteful()\n")
    assert again(("SG901",)) == ([("a.py", "SG901")], ["a.py"])
    assert again(("SG901",)) == ([("a.py", "SG901")], [])
    assert (cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert "*" in (cache / ".gitignore").read_text()


def test_a_cache_that_cannot_be_used_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put(Cache.key("a"), b"kept")
    assert cache.get(Cache.key("a")) is None
    assert Cache.key("a", "b") != Cache.key("ab")


def test_the_python_api_judges_and_fixes_text(toy_pack):
    findings = sagegreen.check_source(ON + "wasteful()\n", select=["SG901"], isolated=True)
    assert [(finding.code, finding.span) for finding in findings] == [("SG901", (17, 25))]
    assert sagegreen.fix_source(ON + "wasteful()\n", select=["SG901"], isolated=True) == ON + "frugal()\n"


def test_text_counts_whatever_its_coding_comment_says(toy_pack):
    source = "# -*- coding: latin-1 -*-\nimport sagemaker\nx = 'é→'; wasteful()\n"
    (finding,) = sagegreen.check_source(source, select=["SG901"], isolated=True)
    assert source[slice(*finding.span)] == "wasteful"
    fixed = sagegreen.fix_source(source, select=["SG901"], isolated=True)
    assert fixed == source.replace("wasteful", "frugal")


def test_hooks_are_called_for_their_kind_and_for_every_resource(tmp_path):
    class Kinds(Check):
        """Names what it is given."""

        code, name = "ACME001", "acme-kinds"

        def check_training_job(self, resource):
            yield self.finding(resource.place, "a training job")

    class Every(Check):
        """Names what it is given."""

        code, name = "ACME002", "acme-every"

        def check_resource(self, resource):
            return [self.finding(resource.place, resource.kind)]

    (tmp_path / "a.py").write_text(
        "import boto3\nclient = boto3.client('sagemaker')\n"
        "client.create_training_job(TrainingJobName='a')\nclient.create_endpoint(EndpointName='b', EndpointConfigName='c')\n"
    )
    (result,) = judged([tmp_path], Registry(checks=[Kinds, Every]), select=("ACME",))
    said = [(finding.code, finding.message) for finding in result.findings]
    assert said == [("ACME001", "a training job"), ("ACME002", "training_job"), ("ACME002", "endpoint")]

"""What is kept between runs never differs from what a run without a cache finds, whatever has happened to the files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.files import Mode, Run, check_paths
from sagegreen.checking.findings import Applicability, Finding, Fix
from sagegreen.checking.kept import finding_as_json, finding_of_json
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.documents.model import Edit, Span

LAUNCH = """
from sagemaker.pytorch import PyTorch
from settings import SPOT
PyTorch("train.py", source_dir="src", role="r", framework_version="2.1", py_version="py310", instance_count=1,
        instance_type="ml.g5.xlarge", use_spot_instances=SPOT, max_run=3600, max_wait=7200).fit("s3://b/d")
"""
JOBS = """
from sagemaker.pytorch import PyTorch
def start(family):
    PyTorch("other.py", role="r", framework_version="2.1", py_version="py310", instance_count=1,
            instance_type="ml." + family, max_run=3600).fit("s3://b/d")
"""
SERVE = """
from sagemaker.pytorch import PyTorchModel
model = PyTorchModel(model_data="s3://b/m.tar.gz", role="r", entry_point="i.py", framework_version="2.1",
                     py_version="py310")
model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="fraud").predict([1])
"""
CLEAN = 'import boto3\nboto3.client("sagemaker").delete_endpoint(EndpointName="fraud")\n'
SEARCH = (
    "from sklearn.model_selection import GridSearchCV\nGridSearchCV(None, {'a': [1, 2], 'b': [3, 4]}, cv=5).fit(x)\n"
)
NOTEBOOK = (
    '{{"cells": [{{"cell_type": "code", "metadata": {{}}, "outputs": [], "execution_count": null, "source": {}}}],\
 "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
)

#: The texts that each file of the project may have, the first of them at the start.
TEXTS = {
    "launch.py": (LAUNCH, LAUNCH.replace("3600", "1800"), "x = 1\n", "import sagemaker\n(\n"),
    "settings.py": ("SPOT = False\n", "SPOT = True\n", "SPOT = unknown()\n"),
    "src/train.py": ("import torch\ntorch.device('cuda')\n", "import sklearn\n", "import model\n", SEARCH),
    "src/net.py": ("import sklearn\n", "import torch\ntorch.nn.DataParallel(model.cuda())\n"),
    "jobs.py": (JOBS, JOBS.replace("other.py", "another.py")),
    "calls.py": (
        'from jobs import start\nstart("m5.xlarge")\n',
        'from jobs import start\nstart("p2.xlarge")\n',
        'start("p2.xlarge")\n',
    ),
    "serve.py": (SERVE, SERVE.replace("fraud", "churn")),
    "clean.py": ("print('nothing')\n", CLEAN, 'from jobs import (\n    start)\nstart("m5.xlarge")\n'),
    "book.ipynb": (NOTEBOOK.format('"print(1)"'), NOTEBOOK.format('"from jobs import start\\nstart(\\"m5.xlarge\\")"')),
    "notes.py": ("print('a')\n", "print('b')\n"),
}
#: Changes that other files notice: what the files say before, the file that changes, and to which of its texts.
BEARING = [
    ({}, "settings.py", 1),
    ({}, "src/train.py", 1),
    ({}, "src/train.py", 3),
    ({"src/train.py": 2}, "src/net.py", 1),
    ({}, "calls.py", 1),
    ({"calls.py": 2}, "calls.py", 1),
    ({}, "clean.py", 1),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project; its folder has no name that says that it holds tests, whose calls do not count."""
    lay_out(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.installed()


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def lay_out(folder: Path) -> None:
    write(folder, "pyproject.toml", "")
    for name, texts in TEXTS.items():
        write(folder, name, texts[0])


def found(folder: Path, registry: Registry, *, cached: bool, select: str = "ALL") -> tuple[list[object], int]:
    """All findings of a run, and how many files it judged."""
    overrides = Overrides(isolated=True, selection=Selection(select=(select,)), options={"cache_dir": folder / ".kept"})
    judged: list[int] = []
    configuration, run = Configuration(registry, overrides), Run(registry, (folder,), cached=cached)
    _, results = check_paths([folder], configuration, run, mode=Mode.REPORT, jobs=1, begun=judged.append)
    return [(result.path, result.findings) for result in results], judged[0]


def test_nothing_is_judged_twice(project, registry):
    first, judged = found(project, registry, cached=True)
    assert judged >= 3
    assert found(project, registry, cached=True) == (first, 0)
    assert found(project, registry, cached=False)[0] == first
    for finding in (finding for _, findings in first for finding in findings):
        assert finding_of_json(finding_as_json(finding)) == finding


@pytest.mark.parametrize("name", ["notes.py", "new.py", "calls.py"])
def test_a_file_on_which_nothing_depends_empties_nothing(project, registry, name):
    write(project, "calls.py", 'start("m5.xlarge")\n')
    write(project, "new.py", "print('a')\n")
    found(project, registry, cached=True)
    write(project, name, "print('another text')\n")
    assert found(project, registry, cached=True) == (found(project, registry, cached=False)[0], 0)


@pytest.mark.parametrize(("earlier", "name", "number"), BEARING)
def test_a_file_on_which_others_depend_is_seen(project, registry, earlier, name, number):
    for other, text in earlier.items():
        write(project, other, TEXTS[other][text])
    before, _ = found(project, registry, cached=True)
    write(project, name, TEXTS[name][number])
    after, _ = found(project, registry, cached=False)
    others = [[one for one in result if one[0] != project / name] for result in (before, after)]
    assert others[0] != others[1]
    assert found(project, registry, cached=True)[0] == after


STEPS = st.lists(
    st.one_of(
        *(st.tuples(st.just("write"), st.just(name), st.sampled_from(texts)) for name, texts in TEXTS.items()),
        st.tuples(st.just("remove"), st.sampled_from(list(TEXTS)), st.none()),
        st.tuples(st.just("rename"), st.sampled_from(list(TEXTS)), st.sampled_from(["moved.py", *TEXTS])),
        st.tuples(st.just("select"), st.sampled_from(["ALL", "SG3"]), st.none()),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_any_edits(registry, steps):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        select = "ALL"
        found(folder, registry, cached=True)
        for step, file, other in steps:
            if step == "write":
                write(folder, file, other)
            elif step == "select":
                select = file
            elif (folder / file).exists():
                if step == "remove":
                    (folder / file).unlink()
                else:
                    (folder / file).replace(folder / other)
            assert (
                found(folder, registry, cached=True, select=select)[0]
                == (found(folder, registry, cached=False, select=select)[0])
            )


SOUND = finding_as_json(
    Finding(
        code="SG901", name="a-rule", message="\ud800 says", cell=2, span=Span(1, 2), statement=Span(0, 9),
        fixes=(Fix("Do it", Applicability.UNSAFE, (Edit(1, 3, 4, "é"), Edit(None, 0, 0, ""))),),
        practices=("a", "b"), saving="much",
    )
)  # fmt: skip


def test_a_finding_is_the_same_from_the_shelf():
    assert finding_as_json(finding_of_json(SOUND)) == SOUND


@pytest.mark.parametrize("index", range(len(SOUND)))
@pytest.mark.parametrize("spoilt", [3.5, True, {}, [None], [[1, 2, 3]]])
def test_a_finding_of_another_shape_is_none(index, spoilt):
    entry = [*SOUND[:index], spoilt, *SOUND[index + 1 :]]
    with pytest.raises((ValueError, TypeError)):
        finding_of_json(entry)

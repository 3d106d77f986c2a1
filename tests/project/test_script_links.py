"""From jobs to the scripts that they run, and back: files of a project, cells of a notebook, paths as people spell them."""

from __future__ import annotations

import json
import re

import pytest

from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.program import analyze
from sagegreen.project.project import find_project
from sagegreen.sagemaker.scripts import jobs_of, script_of

ESTIMATOR = "role='r', framework_version='2.1', py_version='py310', instance_count=2, instance_type='ml.g5.xlarge'"


@pytest.fixture
def project(tmp_path):
    """Writes files into a project and analyzes one of them."""
    (tmp_path / "pyproject.toml").touch()

    def write(files, asked):
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        path = tmp_path / asked
        return analyze(document_from_bytes(path.read_bytes(), path), find_project(path))

    return write


def notebook(*sources):
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def job_of(programs):
    return programs[0].of_kind("training_job", "processing_job")[0]


@pytest.mark.parametrize(
    ("lines", "arguments"),
    [
        ("", "entry_point='src/train.py'"),
        ("", "entry_point='train.py', source_dir='src'"),
        ("", "entry_point='train.py', source_dir='./src/'"),
        ("import os", "entry_point=os.path.join('src', 'train.py')"),
        (
            "import os\nBASE = os.path.dirname(os.path.realpath(__file__))",
            "entry_point=os.path.join(BASE, 'src', 'train.py')",
        ),
        ("from pathlib import Path\nHERE = Path(__file__).resolve().parent", "entry_point=str(HERE / 'src/train.py')"),
        (
            "from pathlib import Path\nHERE = Path(__file__).parent",
            "entry_point='train.py', source_dir=str(HERE / 'src')",
        ),
        (
            "from pathlib import Path\nHERE = Path(__file__).parent",
            "entry_point='train.py', source_dir=HERE.joinpath('src').as_posix()",
        ),
    ],
)
def test_the_script_of_a_job_is_found_however_its_path_is_spelt(project, lines, arguments):
    launch = f"from sagemaker.pytorch import PyTorch\n{lines}\nPyTorch({arguments}, {ESTIMATOR}).fit('s3://b/x')\n"
    script = script_of(job_of(project({"launch.py": launch, "src/train.py": "import torch\n"}, "launch.py")))
    assert script is not None
    assert script.text.startswith("import torch")
    assert script.complete


def test_a_script_is_looked_for_from_the_folders_above_as_well(project):
    launch = f"from sagemaker.pytorch import PyTorch\nPyTorch(entry_point='src/train.py', {ESTIMATOR}).fit()\n"
    files = {"jobs/launch.py": launch, "src/train.py": "x = 1\n"}
    assert script_of(job_of(project(files, "jobs/launch.py"))).source.name == "../src/train.py"


def test_what_travels_with_a_script_is_read(project):
    launch = f"from sagemaker.pytorch import PyTorch\nPyTorch('train.py', source_dir='src', {ESTIMATOR}).fit()\n"
    files = {"launch.py": launch, "src/train.py": "import model\n", "src/model.py": "checkpoint = 'here'\n"}
    assert "checkpoint" in script_of(job_of(project(files, "launch.py"))).text


@pytest.mark.parametrize(("content", "count"), [("x = 1\n", 70), ("#" * 1_100_000, 1)])
def test_a_script_in_a_folder_too_large_to_be_read_is_not_complete(project, content, count):
    launch = f"from sagemaker.pytorch import PyTorch\nPyTorch('train.py', source_dir='src', {ESTIMATOR}).fit()\n"
    files = {f"src/part_{number}.py": content for number in range(count)}
    assert not script_of(job_of(project({"launch.py": launch, "src/train.py": "", **files}, "launch.py"))).complete


def test_a_script_with_dependencies_is_not_complete(project):
    arguments = f"entry_point='train.py', dependencies=['../lib'], {ESTIMATOR}"
    launch = f"from sagemaker.pytorch import PyTorch\nPyTorch({arguments}).fit()\n"
    assert not script_of(job_of(project({"launch.py": launch, "train.py": ""}, "launch.py"))).complete


@pytest.mark.parametrize(
    "arguments",
    [
        "entry_point='missing.py'",
        "entry_point='train.py', source_dir='s3://bucket/code.tar.gz'",
        "entry_point='train.py', source_dir=folder()",
        "entry_point='train.sh'",
        "entry_point=name if flag() else 'train.py'",
    ],
)
def test_a_script_that_is_not_certain_is_none(project, arguments):
    launch = (
        "from sagemaker.pytorch import PyTorch\nfrom settings import folder, flag\nname = 'other.py'\n"
        f"PyTorch({arguments}, {ESTIMATOR}).fit()\n"
    )
    files = {"launch.py": launch, "train.py": "", "other.py": "", "train.sh": ""}
    assert script_of(job_of(project(files, "launch.py"))) is None


def test_the_source_code_of_a_model_trainer(project):
    launch = (
        "from sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import SourceCode\n"
        "ModelTrainer(training_image='i', source_code=SourceCode(source_dir='src', entry_script='train.py')).train()\n"
    )
    assert script_of(job_of(project({"launch.py": launch, "src/train.py": "y = 2\n"}, "launch.py"))).text == "y = 2\n"


def test_the_command_of_a_model_trainer(project):
    launch = (
        "from sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import SourceCode\n"
        "code = SourceCode(source_dir='src', command='pip install . && python train.py --epochs 3')\n"
        "ModelTrainer(training_image='i', source_code=code).train()\n"
    )
    assert script_of(job_of(project({"launch.py": launch, "src/train.py": "y = 2\n"}, "launch.py"))).text == "y = 2\n"


PROCESSOR = (
    "from sagemaker.sklearn.processing import SKLearnProcessor\n"
    "p = SKLearnProcessor('1.2-1', 'r', instance_type='ml.m5.xlarge', instance_count=1)\n"
)


@pytest.mark.parametrize("run", ["p.run(code='prepare.py')", "p.run('prepare.py')"])
def test_the_code_of_a_processor(project, run):
    files = {"launch.py": PROCESSOR + run, "prepare.py": "z = 3\n"}
    assert script_of(job_of(project(files, "launch.py"))).text == "z = 3\n"


def test_the_code_of_a_processing_step(project):
    step = "from sagemaker.workflow.steps import ProcessingStep\nProcessingStep('s', processor=p, code='prepare.py')\n"
    files = {"launch.py": PROCESSOR + step, "prepare.py": "z = 3\n"}
    assert script_of(job_of(project(files, "launch.py"))).text == "z = 3\n"


def test_a_cell_that_writes_the_script(project):
    cells = notebook(
        "%%writefile code/train.py\nimport torch\n",
        "%%writefile code/model.py\nwidth = 3\n",
        f"from sagemaker.pytorch import PyTorch\nPyTorch('train.py', source_dir='code', {ESTIMATOR}).fit()",
    )
    files = {"a.ipynb": cells, "code/data.py": "rows = 4\n", "code/model.py": "an earlier one"}
    programs = project(files, "a.ipynb")
    script = script_of(job_of(programs))
    assert "width" in script.text
    assert "rows" in script.text  # travels with it, though no cell writes it
    assert "an earlier one" not in script.text
    assert [call.callee for call in script.program.trace.calls] == []
    written = next(program for program in programs if program.module.module.name == "code/train.py")
    assert [(use.label, use.instance_types, use.instance_count) for use in jobs_of(written)] == [
        ("`PyTorch` in `a.ipynb`, cell 3", ("ml.g5.xlarge",), 2)
    ]


def test_the_jobs_of_a_script(project):
    launch = f"from sagemaker.pytorch import PyTorch\nPyTorch('train.py', source_dir='../src', {ESTIMATOR}).fit()\n"
    elsewhere = f"from sagemaker.pytorch import PyTorch\nPyTorch('train.py', {ESTIMATOR}).fit()\n"
    files = {
        "jobs/launch.py": launch,
        "other/launch.py": elsewhere,
        "other/train.py": "",
        "src/train.py": "import torch\n",
        "src/unused.py": "",
    }
    assert [use.label for use in jobs_of(project(files, "src/train.py")[0])] == ["`PyTorch` in `launch.py`, line 2"]
    assert jobs_of(project(files, "src/unused.py")[0]) == ()


def test_what_other_files_say(project):
    files = {
        "a.py": "import boto3\n",
        "b.py": "import boto3\nboto3.client('cloudwatch').put_metric_alarm(AlarmName='x')\n",
        "c.py": "alarms = 'put_metric_alarm'\n",  # has nothing to do with AWS
    }
    pattern = re.compile(rb"put_metric_alarm")
    evidence = project(files, "a.py")[0].project
    assert evidence.mentions(pattern)
    assert [program.module.document.path.name for program in evidence.programs(pattern)] == ["b.py"]
    assert not project(files, "b.py")[0].project.mentions(pattern)

"""What is falsified on purpose is reported: in the catalogues, in the dialects' tables, and in what fixes write.

Every break is made in this process only, in a copy; the same programs, unbroken, are replayed by ``test_replay``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from judging import judge, keywords_without_parameter, read
from promises import broken, changes

from sagegreen.sagemaker import extraction
from sagegreen.sagemaker.catalogue import load, load_boto3, stored
from sagegreen.sagemaker.dialects import FORMS

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/image:1"

V2_SPOT = f"""
from sagemaker.pytorch import PyTorch
PyTorch(
    "train.py", role="{ROLE}", framework_version="2.0.1", py_version="py310", instance_type="ml.g5.xlarge",
    instance_count=1, use_spot_instances=True, max_run=3600, max_wait=7200,
).fit()
"""
V2_DEFAULTS = f"""
from sagemaker.estimator import Estimator
Estimator("{IMAGE}", "{ROLE}", 1, "ml.g5.xlarge").fit()
"""
V2_POSITIONS = f"""
from sagemaker.estimator import Estimator
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
estimator = Estimator("{IMAGE}", "{ROLE}", 1, "ml.g5.xlarge")
metrics = [{{"Name": "loss", "Regex": "loss=(.*)"}}]
HyperparameterTuner(estimator, "loss", {{"lr": ContinuousParameter(0.1, 0.9)}}, metrics, "Random", "Minimize", 8).fit()
"""
V1_DEFAULTS = f"""
from sagemaker.estimator import Estimator
Estimator("{IMAGE}", "{ROLE}", 2, "ml.p3.2xlarge", train_use_spot_instances=True, train_max_wait=90000).fit("s3://b/d")
"""
V3_COMPUTE = f"""
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, SourceCode
ModelTrainer(
    training_image="{IMAGE}", role="{ROLE}", source_code=SourceCode(source_dir="src", entry_script="train.py"),
    compute=Compute(instance_type="ml.g5.xlarge", instance_count=2, enable_managed_spot_training=True),
).train(wait=False)
"""
BOTO3_LIMITS = f"""
import boto3
boto3.client("sagemaker").create_training_job(
    TrainingJobName="job", AlgorithmSpecification={{"TrainingImage": "image:1", "TrainingInputMode": "File"}},
    RoleArn="{ROLE}", OutputDataConfig={{"S3OutputPath": "s3://jobs/output"}},
    ResourceConfig={{"InstanceType": "ml.p3.2xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}},
    StoppingCondition={{"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}}, EnableManagedSpotTraining=True,
)
"""


def contradictions(environments, sdk, source):
    """What the judge says of a program."""
    problem = environments.problem(sdk)
    if problem and sdk == "v1":
        pytest.skip(f"SDK 1.72.1 does not run here: {problem}")
    record = environments.replay(sdk, "main.py", {"main.py": source.encode()}).result()
    assert record.failure is None, record.failure
    return judge(reading(source), record).contradictions


def reading(source):
    """What the tool reads of a program."""
    folder = Path(mkdtemp())
    (folder / "main.py").write_text(source)
    return read(folder)


@pytest.fixture
def falsify(tmp_path, monkeypatch):
    """Changes a copy of the stored catalogues, which this process then reads."""
    copy = shutil.copytree(stored._DATA, tmp_path / "data")
    monkeypatch.setattr(stored, "_DATA", copy)

    def change(name, module, owner, old, new):
        path = copy / f"{name}.json"
        data = json.loads(path.read_bytes())
        methods = data["classes"][module][owner]["methods"]
        assert old in methods["__init__"]
        methods["__init__"] = methods["__init__"].replace(old, new)
        path.write_text(json.dumps(data))
        load.cache_clear()

    yield change
    load.cache_clear()
    load_boto3.cache_clear()


SOUND = [("v2", V2_SPOT), ("v2", V2_DEFAULTS), ("v2", V2_POSITIONS), ("v1", V1_DEFAULTS), ("v3", V3_COMPUTE)]


@pytest.mark.parametrize(("sdk", "source"), [*SOUND, ("v2", BOTO3_LIMITS)])
def test_nothing_is_reported_where_nothing_is_broken(sdk, source, environments):
    assert contradictions(environments, sdk, source) == []


@pytest.mark.parametrize(
    ("catalogue", "module", "owner", "old", "new", "sdk", "source", "report"),
    [
        pytest.param(
            "v2", "sagemaker.estimator", "EstimatorBase", "use_spot_instances=False", "use_spot_machines=False",
            "v2", V2_SPOT, "use_spot_instances is given, but no parameter", id="a parameter renamed in v2",
        ),
        pytest.param(
            "v2", "sagemaker.estimator", "Estimator", "max_run=86400", "max_run=3600",
            "v2", V2_DEFAULTS, "max_run is absent, but 86400 is sent", id="a default changed in v2",
        ),
        pytest.param(
            "v2", "sagemaker.tuner", "HyperparameterTuner",
            "strategy='Bayesian', objective_type='Maximize'", "objective_type='Maximize', strategy='Bayesian'",
            "v2", V2_POSITIONS, "strategy is", id="positions swapped in v2",
        ),
        pytest.param(
            "v1", "sagemaker.estimator", "Estimator",
            "train_max_run=86400", "train_max_run=3600",
            "v1", V1_DEFAULTS, "max_run is absent, but 86400 is sent", id="a default changed in v1",
        ),
        pytest.param(
            "v3", "sagemaker.core.training.configs", "Compute", "enable_managed_spot_training", "managed_spot_training",
            "v3", V3_COMPUTE, "enable_managed_spot_training is given", id="a nested parameter renamed in v3",
        ),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_is_reported(catalogue, module, owner, old, new, sdk, source, report, falsify, environments):
    if (catalogue, sdk) == ("v2", "v2") and "HyperparameterTuner" in owner:
        # older releases had the right order: a release that fits is looked for, so all of them must be wrong
        falsify(catalogue, module, owner, old, new)
        load("v2")._data["older"].get(module, {}).pop(owner, None)
    else:
        falsify(catalogue, module, owner, old, new)
    found = contradictions(environments, sdk, source)
    assert any(report in line for line in found), found


@pytest.mark.parametrize(
    ("api", "method", "setting", "path", "sdk", "source", "report"),
    [
        pytest.param(
            "v3", "__init__", "instance_type", ("compute", "instance_kind"), "v3", V3_COMPUTE,
            "instance_type is absent, but 'ml.g5.xlarge' is sent", id="a nested path of v3",
        ),
        pytest.param(
            "boto3", "create_training_job", "max_wait", ("StoppingCondition", "MaxWaitTime"), "v2", BOTO3_LIMITS,
            "max_wait is absent, but 7200 is sent", id="a member of a request of boto3",
        ),
        pytest.param(
            "v2", "__init__", "spot", ("use_spot",), "v2", V2_SPOT,
            "spot is absent, but True is sent", id="a keyword of v2",
        ),
        pytest.param(
            "v2", "__init__", "max_wait", ("max_run",), "v2", V2_SPOT,
            "max_wait is known [3600], but 7200 is sent", id="the path of another setting",
        ),
    ],
)  # fmt: skip
def test_a_wrong_path_is_reported(api, method, setting, path, sdk, source, report, environments, monkeypatch):
    form = next(
        form for form in FORMS if (form.api, form.method, form.kind) == (api, method, "training_job")
        and setting in form.settings and "JumpStart" not in form.owner
    )  # fmt: skip
    monkeypatch.setitem(form.settings, setting, path)
    extraction._forms_by_method.cache_clear()
    found = contradictions(environments, sdk, source)
    assert any(report in line for line in found), found


# -- fixes ---------------------------------------------------------------------------------------------------------

BEFORE = V2_SPOT.replace("use_spot_instances=True, max_run=3600, max_wait=7200,", "")
TITLES = "Use managed spot training, with checkpoints, and wait at most a day longer than `max_run`"
FIX = 'use_spot_instances=True, max_wait=86400, checkpoint_s3_uri="s3://bucket/checkpoints/job"'


def verdicts(environments, fix):
    """What is said of a fix of ``on-demand-training`` that writes these arguments; the failure of a program that fails."""
    after = BEFORE.replace("instance_count=1,", f"instance_count=1, {fix},")
    assert after != BEFORE
    records = [
        environments.replay("v2", "main.py", {"main.py": source.encode()}).result() for source in (BEFORE, after)
    ]
    assert records[0].failure is None, records[0].failure
    if records[1].failure:
        return [records[1].failure]
    swallowed = keywords_without_parameter(reading(after)) - keywords_without_parameter(reading(BEFORE))
    changed = changes(*records)
    return [
        *(problem for change in changed if (problem := broken("on-demand-training", change, TITLES))),
        *(f"{keyword}: no signature of the SDK names it" for keyword in swallowed),
        *([] if changed else ["a fix that changes nothing that is sent"]),
    ]


def test_a_fix_that_keeps_its_promises_is_not_reported(environments):
    assert verdicts(environments, FIX) == []


@pytest.mark.parametrize(
    ("fix", "report"),
    [
        pytest.param(
            FIX.replace("max_wait", "max_waiting"), "max_waiting: no signature", id="a key that the SDK does not know"
        ),
        pytest.param(FIX.replace("max_wait", "volume_size"), "VolumeSizeInGB", id="the key of another setting"),
        pytest.param(f"{FIX}, volume_size=100", "VolumeSizeInGB: 30 -> 100: nothing was said of it", id="too much"),
        pytest.param(FIX.replace("86400", "9000000"), "MaxWaitTimeInSeconds", id="a value that was not promised"),
        pytest.param(FIX.replace("86400", "86400.5"), "MaxWaitTimeInSeconds", id="a value of another type"),
        pytest.param("use_spot_instances=False", "changes nothing", id="nothing"),
        pytest.param(f"{FIX}, base_job_name='other'", "TrainingJobName", id="another job"),
    ],
)
def test_a_fix_that_writes_something_else_is_reported(fix, report, environments):
    found = verdicts(environments, fix)
    assert any(report in line for line in found), found

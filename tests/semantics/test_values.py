"""What a setting is, by the way its value was written: each case is a program and the state of one setting."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

import sagegreen

KNOWN = {"state": "known", "value": "ml.m5.large"}
UNKNOWN = {"state": "unknown"}
ABSENT = {"state": "absent"}
DEFAULTED = {"state": "unknown", "default": "ml.m5.large"}
EITHER = {"state": "one_of", "values": ["ml.m5.large", "ml.c5.large"]}

ESTIMATOR = "PyTorch(entry_point='t.py', framework_version='2.0', py_version='py310', role='r', instance_count=1, "


HEADER = "import os\nimport sagemaker\nfrom sagemaker.pytorch import PyTorch\n"


def inventory(folder: Path, source: str) -> list[dict[str, Any]]:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    return sagegreen.inventory([path], isolated=True)


def setting(folder: Path, body: str, name: str = "instance_type", kind: str = "training_job") -> object:
    found = [entry for entry in inventory(folder, HEADER + textwrap.dedent(body)) if entry["kind"] == kind]
    assert len(found) == 1, found
    return found[0]["settings"][name]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("PyTorch(instance_type='ml.m5.large')", KNOWN, id="literal"),
        pytest.param("PyTorch()", ABSENT, id="left out"),
        pytest.param("T = 'ml.m5.large'\nPyTorch(instance_type=T)", KNOWN, id="variable"),
        pytest.param("T = 'x'\nT = 'ml.m5.large'\nPyTorch(instance_type=T)", KNOWN, id="last assignment before use"),
        pytest.param("T = 'ml.m5.large'\nPyTorch(instance_type=T)\nT = 'x'", KNOWN, id="assigned again later"),
        pytest.param("size = 'large'\nPyTorch(instance_type=f'ml.m5.{size}')", KNOWN, id="f-string"),
        pytest.param("PyTorch(instance_type='ml.m5.' + 'large')", KNOWN, id="concatenation"),
        pytest.param("PyTorch(instance_type='ml.{}.large'.format('m5'))", KNOWN, id="format"),
        pytest.param("PyTorch(instance_type='.'.join(['ml', 'm5', 'large']))", KNOWN, id="join"),
        pytest.param("PyTorch(instance_type='ml.%s.large' % 'm5')", KNOWN, id="percent"),
        pytest.param(
            "c = {'t': {'i': 'ml.m5.large'}}\nPyTorch(instance_type=c['t']['i'])", KNOWN, id="dictionary item"
        ),
        pytest.param("c = {'t': 'x'}\nc['t'] = 'ml.m5.large'\nPyTorch(instance_type=c['t'])", KNOWN, id="patched item"),
        pytest.param("c = {}\nPyTorch(instance_type=c.get('t', 'ml.m5.large'))", KNOWN, id="get with default"),
        pytest.param("ts = ['x', 'ml.m5.large']\nPyTorch(instance_type=ts[-1])", KNOWN, id="list item"),
        pytest.param("a, b = 'x', 'ml.m5.large'\nPyTorch(instance_type=b)", KNOWN, id="unpacking"),
        pytest.param("class C:\n    T = 'ml.m5.large'\nPyTorch(instance_type=C.T)", KNOWN, id="class attribute"),
        pytest.param(
            "from enum import Enum\nclass T(Enum):\n    BIG = 'ml.m5.large'\nPyTorch(instance_type=T.BIG.value)",
            KNOWN,
            id="enumeration",
        ),
        pytest.param(
            """
            from dataclasses import dataclass
            @dataclass
            class Config:
                name: str
                kind: str = "ml.m5.large"
            PyTorch(instance_type=Config("a").kind)
            """,
            KNOWN,
            id="dataclass default",
        ),
        pytest.param(
            """
            class Job:
                def __init__(self, kind):
                    self.kind = kind
                def build(self):
                    return PyTorch(instance_type=self.kind)
            Job("ml.m5.large").build()
            """,
            KNOWN,
            id="instance attribute",
        ),
        pytest.param("def f(t):\n    return PyTorch(instance_type=t)\nf('ml.m5.large')", KNOWN, id="function argument"),
        pytest.param("def f(t='ml.m5.large'):\n    PyTorch(instance_type=t)\nf()", KNOWN, id="default a call leaves"),
        pytest.param("def f(t='ml.m5.large'):\n    PyTorch(instance_type=t)", DEFAULTED, id="default nobody binds"),
        pytest.param("def f(t):\n    PyTorch(instance_type=t)", UNKNOWN, id="parameter nobody binds"),
        pytest.param("def f(**kw):\n    PyTorch(**kw)", UNKNOWN, id="keywords nobody binds"),
        pytest.param(
            "def f(t):\n    PyTorch(instance_type=t)\nf('ml.m5.large')\nf('ml.c5.large')", EITHER, id="two callers"
        ),
        pytest.param(
            "if os.path.exists('x'):\n    t = 'ml.m5.large'\nelse:\n    t = 'ml.c5.large'\nPyTorch(instance_type=t)",
            EITHER,
            id="branches",
        ),
        pytest.param("for t in ['ml.m5.large', 'ml.c5.large']:\n    PyTorch(instance_type=t)", EITHER, id="loop"),
        pytest.param("F = True\nPyTorch(instance_type='ml.m5.large' if F else 'x')", KNOWN, id="decided condition"),
        pytest.param("PyTorch(instance_type=os.environ['T'])", UNKNOWN, id="environment"),
        pytest.param("PyTorch(instance_type=os.environ.get('T', 'ml.m5.large'))", DEFAULTED, id="environment default"),
        pytest.param("PyTorch(instance_type=os.getenv('T') or 'ml.m5.large')", DEFAULTED, id="or"),
        pytest.param(
            """
            import argparse
            parser = argparse.ArgumentParser()
            parser.add_argument("--instance-type", default="ml.m5.large")
            PyTorch(instance_type=parser.parse_args().instance_type)
            """,
            DEFAULTED,
            id="argparse",
        ),
        pytest.param("import yaml\nc = yaml.safe_load(open('c'))\nPyTorch(instance_type=c['t'])", UNKNOWN, id="yaml"),
        pytest.param("k = {'instance_type': 'ml.m5.large'}\nPyTorch(**k)", KNOWN, id="spread"),
        pytest.param(
            "k = dict(role='r')\nk['instance_type'] = 'ml.m5.large'\nPyTorch(**k)", KNOWN, id="patched spread"
        ),
        pytest.param("k = dict(role='r')\nk.update(instance_type='ml.m5.large')\nPyTorch(**k)", KNOWN, id="updated"),
        pytest.param("a = {'role': 'r'}\nPyTorch(**{**a, 'instance_type': 'ml.m5.large'})", KNOWN, id="merged"),
        pytest.param("a = {'role': 'r'}\nPyTorch(**(a | {'instance_type': 'ml.m5.large'}))", KNOWN, id="united"),
        pytest.param("k = {'instance_type': 'x'}\nk.pop('instance_type')\nPyTorch(**k)", ABSENT, id="popped"),
        pytest.param("k = {}\nwho_knows(k)\nPyTorch(**k)", UNKNOWN, id="handed to code that is not known"),
        pytest.param("k = {'instance_type': 'ml.m5.large'}\nprint(k)\nPyTorch(**k)", KNOWN, id="printed"),
        pytest.param(
            "from sagemaker.workflow.parameters import ParameterString\n"
            "p = ParameterString(name='T', default_value='ml.m5.large')\nPyTorch(instance_type=p)",
            KNOWN,
            id="pipeline parameter",
        ),
        pytest.param("P = sagemaker.pytorch.PyTorch\nP(instance_type='ml.m5.large')", KNOWN, id="class in a variable"),
        pytest.param(
            "class Mine(PyTorch):\n    pass\nMine(instance_type='ml.m5.large')",
            KNOWN,
            id="subclass without initialiser",
        ),
        pytest.param(
            """
            class Mine(PyTorch):
                def __init__(self, **kw):
                    super().__init__(instance_type="ml.m5.large", **kw)
            Mine(instance_count=1)
            """,
            KNOWN,
            id="subclass with initialiser",
        ),
        pytest.param(
            "def kind():\n    if os.sep:\n        return 'ml.m5.large'\n    return 'ml.m5.large'\n"
            "PyTorch(instance_type=kind())",
            KNOWN,
            id="helper's result",
        ),
        pytest.param(
            "t = 'ml.m5.large'\ndef f():\n    global t\n    t = 'x'\nPyTorch(instance_type=t)", KNOWN, id="global"
        ),
    ],
)
def test_instance_type(tmp_path: Path, body: str, expected: object) -> None:
    assert setting(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("PyTorch(max_run=24 * 60 * 60)", "max_run", {"state": "known", "value": 86400}),
        ("H = 3600\nPyTorch(max_run=2 * H)", "max_run", {"state": "known", "value": 7200}),
        ("PyTorch(use_spot_instances=not False)", "spot", {"state": "known", "value": True}),
        ("PyTorch(max_wait=None)", "max_wait", ABSENT),
        ("spot = True\nPyTorch(max_wait=60 if spot else None)", "max_wait", {"state": "known", "value": 60}),
        ("PyTorch(rules=[])", "rules", {"state": "known", "value": False}),
        ("PyTorch(checkpoint_s3_uri=f's3://{sagemaker.Session().default_bucket()}/c')", "checkpoint", {"state": "known", "value": True}),
        ("def f(uri):\n    PyTorch(checkpoint_s3_uri=uri)", "checkpoint", UNKNOWN),
        ("PyTorch(instance_type='local_gpu')", "local", {"state": "known", "value": True}),
        ("from sagemaker.local import LocalSession\nPyTorch(sagemaker_session=LocalSession())", "local", {"state": "known", "value": True}),
    ],
)  # fmt: skip
def test_other_settings(tmp_path: Path, body: str, name: str, expected: object) -> None:
    assert setting(tmp_path, body, name) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("p = est.deploy(1, 'ml.m5.large')\np.delete_endpoint()", id="predictor"),
        pytest.param(
            "est.deploy(1, 'ml.m5.large', endpoint_name='e')\nsagemaker.Session().delete_endpoint('e')", id="name"
        ),
        pytest.param(
            "name = f'e-{os.getpid()}'\nest.deploy(1, 'ml.m5.large', endpoint_name=name)\n"
            "import boto3\nboto3.client('sagemaker').delete_endpoint(EndpointName=name)",
            id="computed name",
        ),
        pytest.param("p = est.deploy(1, 'ml.m5.large')\ndef clean(x):\n    x.delete_endpoint()\nclean(p)", id="helper"),
        pytest.param(
            "import boto3\np = est.deploy(1, 'ml.m5.large')\n"
            "boto3.client('sagemaker').delete_endpoint(EndpointName=p.endpoint_name)",
            id="name of the predictor",
        ),
        pytest.param("try:\n    p = est.deploy(1, 'ml.m5.large')\nfinally:\n    p.delete_endpoint()", id="finally"),
    ],
)
def test_deleted_endpoints(tmp_path: Path, body: str) -> None:
    found = setting(
        tmp_path, f"est = {ESTIMATOR}instance_type='ml.m5.large')\n{textwrap.dedent(body)}", "deleted", "endpoint"
    )
    assert found == {"state": "known", "value": True}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("p = est.deploy(1, 'ml.m5.large')", id="never"),
        pytest.param("p = est.deploy(1, 'ml.m5.large')\n# p.delete_endpoint()", id="in a comment"),
        pytest.param("p = est.deploy(1, 'ml.m5.large', endpoint_name='e')\nsagemaker.Session().delete_endpoint('f')", id="another"),
        pytest.param("import boto3\nboto3.client('sagemaker').delete_endpoint(EndpointName='e')\np = est.deploy(1, 'ml.m5.large', endpoint_name='e')", id="before"),
    ],
)  # fmt: skip
def test_endpoints_that_stay(tmp_path: Path, body: str) -> None:
    found = setting(
        tmp_path, f"est = {ESTIMATOR}instance_type='ml.m5.large')\n{textwrap.dedent(body)}", "deleted", "endpoint"
    )
    assert found == {"state": "known", "value": False}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("from sklearn.cluster import KMeans\nKMeans(n_clusters=3).fit(x)", id="sklearn"),
        pytest.param("from sklearn.pipeline import Pipeline\nPipeline(steps=[])", id="pipeline"),
        pytest.param("import tensorflow as tf\ntf.estimator.Estimator(model_fn=f)", id="tensorflow"),
        pytest.param("from transformers import Trainer\nTrainer(model=m).train()", id="transformers"),
        pytest.param("class Estimator:\n    pass\nEstimator(instance_type='ml.m5.large').fit()", id="own class"),
        pytest.param("sagemaker.image_uris.retrieve('xgboost', 'us-east-1', instance_type='ml.m5.large')", id="image"),
        pytest.param("import boto3\nboto3.client('sagemaker').describe_endpoint(EndpointName='e')", id="describe"),
        pytest.param("import boto3\nboto3.client('ec2').create_endpoint(EndpointName='e')", id="other service"),
    ],
)
def test_what_creates_nothing(tmp_path: Path, source: str) -> None:
    assert not inventory(tmp_path, f"import sagemaker\n{source}")

import os
import subprocess

import sagemaker
from sagemaker.local import LocalSession
from sagemaker.pytorch import PyTorch, PyTorchModel
from sagemaker.processing import ScriptProcessor

LOCAL = False
ROLE = "arn:aws:iam::111111111111:role/dummy"

local_session = LocalSession()
local_session.config = {"local": {"local_code": True}}


def has_gpu():
    return subprocess.call("nvidia-smi") == 0


INSTANCE = "local_gpu" if has_gpu() else "local"
est = PyTorch(
    entry_point="train.py",
    role=ROLE,
    framework_version="2.0",
    py_version="py310",
    instance_type=INSTANCE,
    instance_count=1,
    sagemaker_session=local_session,
)
est.fit({"train": f"file://{os.getcwd()}/data"})
predictor = est.deploy(1, INSTANCE)
predictor.delete_endpoint()


def session_and_type(local):
    if local:
        return LocalSession(), "local"
    return sagemaker.Session(), "ml.g4dn.xlarge"


session, kind = session_and_type(LOCAL)
remote = PyTorch(
    entry_point="train.py",
    role=ROLE,
    framework_version="2.0",
    py_version="py310",
    instance_type=kind,
    instance_count=1,
    sagemaker_session=session,
)
remote.fit("s3://b/train")

ScriptProcessor(
    command=["python3"],
    image_uri="img",
    role=ROLE,
    instance_count=1,
    instance_type="local",
).run("p.py")

mode = os.environ.get("MODE", "local")
model = PyTorchModel("s3://b/m.tar.gz", ROLE, "inf.py", framework_version="2.0", py_version="py310")
if mode == "local":
    target = "local"
else:
    target = "ml.m5.large"
switch = model.deploy(initial_instance_count=1, instance_type=target)
batch = model.transformer(1, "local")
batch.transform("file:///tmp/in")

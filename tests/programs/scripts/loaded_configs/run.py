import json
import sys
from collections import namedtuple
from pathlib import Path
from typing import NamedTuple

import sagemaker
import yaml
from pydantic import BaseModel, Field
from sagemaker.pytorch.estimator import PyTorch
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.xgboost import XGBoost


class EndpointSpec(NamedTuple):
    instance_type: str
    count: int = 1


class ClusterSettings(BaseModel):
    instance_type: str = "ml.m5.xlarge"
    instance_count: int = Field(default=1, ge=1)
    max_run: int = Field(4 * 3600, description="seconds")


Cluster = namedtuple("Cluster", "kind number")
GPU = Cluster("ml.g5.xlarge", 2)

with open("config.yaml") as stream:
    config = yaml.safe_load(stream)

overrides = json.loads(Path("overrides.json").read_text())

role = sagemaker.get_execution_role()

# everything from the YAML file
torch = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="2.0",
    py_version="py310",
    instance_type=config["train"]["instance_type"],
    instance_count=config["train"].get("instance_count", 1),
    use_spot_instances=config.get("spot", False),
    **overrides,
)
torch.fit()

settings = ClusterSettings(instance_count=3)
xgb = XGBoost(
    entry_point="xgb.py",
    framework_version="1.7-1",
    role=role,
    instance_type=settings.instance_type,
    instance_count=settings.instance_count,
    max_run=settings.max_run,
)
xgb.fit({"train": config["data"]})

spec = EndpointSpec("ml.t2.medium")
predictor = xgb.deploy(spec.count, spec.instance_type, endpoint_name=config["endpoint"])

from_file = ClusterSettings(**config["cluster"])
sk = SKLearn(
    entry_point="sk.py",
    framework_version="1.2-1",
    role=role,
    instance_type=from_file.instance_type,
    instance_count=1,
)
sk.fit()

gpu = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="2.0",
    py_version="py310",
    instance_type=GPU.kind,
    instance_count=GPU.number,
    distribution={"torch_distributed": {"enabled": True}},
)
if "--gpu" in sys.argv:
    gpu.fit()

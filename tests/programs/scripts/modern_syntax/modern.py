from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal, TypeAlias

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.huggingface import HuggingFace
from sagemaker.pytorch import PyTorch

Size: TypeAlias = Literal["small", "medium", "large"]
ROLE: str = sagemaker.get_execution_role()
IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/model:latest"


def instance_for(size: Size) -> str:
    match size:
        case "small":
            return "ml.m5.large"
        case "medium" | "large":
            return "ml.m5.4xlarge"
        case _:
            raise ValueError(size)


if (count := len(["a", "b"])) > 1:
    print(count)

first = Estimator(IMAGE, ROLE, instance_count=count, instance_type=instance_for("small"), max_run=(limit := 1_800))
second = Estimator(IMAGE, ROLE, instance_count=1, instance_type=instance_for("large"), max_run=limit)

jobs = [
    HuggingFace(
        entry_point="train.py",
        transformers_version="4.28",
        pytorch_version="2.0",
        py_version="py310",
        role=ROLE,
        instance_type="ml.g5.xlarge",
        instance_count=1,
        hyperparameters={"model": name},
    )
    for name in ("bert-base-uncased", "roberta-base")
]
by_type = {kind: Estimator(IMAGE, ROLE, 1, kind) for kind in ("ml.c5.xlarge", "ml.c5.2xlarge")}
for job in [*jobs, *by_type.values(), first, second]:
    job.fit("s3://b/train", wait=False)


@dataclass(slots=True, kw_only=True)
class Plan:
    accelerator: bool = False
    nodes: int = 1

    @property
    def instance_type(self) -> str:
        return "ml.g5.12xlarge" if self.accelerator else "ml.c5.9xlarge"


def train(plan: Plan, /, *, hours: float = 1.5) -> PyTorch:
    *_, last = plan.instance_type.partition("ml.")
    estimator = PyTorch(
        entry_point="train.py",
        role=ROLE,
        framework_version="2.1",
        py_version="py310",
        instance_type=f"ml.{last}",
        instance_count=plan.nodes,
        max_run=int(hours * 3600),
    )
    estimator.fit()
    return estimator


trained = train(Plan(accelerator=True, nodes=4))
kind, *rest = "ml.t2.medium,ml.t2.large".split(",")
predictor = trained.deploy(initial_instance_count=1, instance_type=kind)
predictor.delete_endpoint()

match sys.argv[1:]:
    case ["batch", target]:
        transformer = first.transformer(1, "ml.m5.large", output_path=target)
        transformer.transform("s3://b/batch")
    case ["again"]:
        first.fit()
    case _:
        pass

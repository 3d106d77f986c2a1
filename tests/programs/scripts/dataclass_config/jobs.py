from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.processing import ScriptProcessor


class Size(str, Enum):
    SMALL = "ml.m5.large"
    BIG = "ml.m5.4xlarge"


@dataclass(frozen=True)
class TrainConfig:
    image: str
    instance_type: str = "ml.m5.2xlarge"
    instance_count: int = 1
    max_run: int = 3600
    spot: bool = False
    wait_factor: int = 2
    tags: list[dict[str, str]] = field(default_factory=list)
    distribution: dict[str, Any] | None = None

    @property
    def max_wait(self) -> int | None:
        return self.max_run * self.wait_factor if self.spot else None


@dataclass
class ProcessConfig:
    size: Size = Size.SMALL
    count: int = 1
    timeout: int | None = None


@dataclass
class Experiment:
    train: TrainConfig
    process: ProcessConfig = field(default_factory=ProcessConfig)
    role: str = "arn:aws:iam::111122223333:role/SageMakerRole"


def estimator_for(config: TrainConfig, role: str) -> Estimator:
    return Estimator(
        image_uri=config.image,
        role=role,
        instance_type=config.instance_type,
        instance_count=config.instance_count,
        max_run=config.max_run,
        use_spot_instances=config.spot,
        max_wait=config.max_wait,
        tags=config.tags,
    )


def processor_for(experiment: Experiment, image: str) -> ScriptProcessor:
    process = experiment.process
    return ScriptProcessor(
        role=experiment.role,
        image_uri=image,
        command=["python3"],
        instance_count=process.count,
        instance_type=process.size.value,
        max_runtime_in_seconds=process.timeout,
    )


IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:latest"
BASE = TrainConfig(image=IMAGE)
FULL = TrainConfig(IMAGE, "ml.c5.9xlarge", 2, spot=True, max_run=7200)
WIDE = dataclasses.replace(FULL, instance_type="ml.c5.18xlarge", instance_count=4)


def run() -> None:
    session = sagemaker.Session()
    experiment = Experiment(train=FULL)
    processor_for(experiment, IMAGE).run(code="clean.py")
    for estimator in (estimator_for(experiment.train, experiment.role), estimator_for(BASE, experiment.role)):
        estimator.fit({"train": f"s3://{session.default_bucket()}/train"})

    wide = Estimator(
        image_uri=WIDE.image,
        role=experiment.role,
        instance_type=WIDE.instance_type,
        instance_count=WIDE.instance_count,
        max_run=WIDE.max_run,
        use_spot_instances=WIDE.spot,
        max_wait=WIDE.max_wait,
    )
    wide.fit()


if __name__ == "__main__":
    run()

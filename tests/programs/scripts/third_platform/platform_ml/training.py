from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sagemaker.pytorch import PyTorch

from .clients import session
from .defaults import ENVIRONMENTS, Defaults


@dataclass
class TrainingSpec:
    script: str
    gpu: bool = False
    environment: str = "dev"
    hyperparameters: dict[str, Any] = field(default_factory=dict)

    @property
    def instance_type(self) -> str:
        return Defaults.GPU if self.gpu else Defaults.INSTANCE

    def to_kwargs(self) -> dict[str, Any]:
        env = ENVIRONMENTS[self.environment]
        kwargs: dict[str, Any] = {
            "instance_type": self.instance_type,
            "instance_count": env["count"],
            "max_run": Defaults.MAX_RUN,
            "tags": Defaults.TAGS,
        }
        if env["spot"]:
            kwargs["use_spot_instances"] = True
            kwargs["max_wait"] = 2 * Defaults.MAX_RUN
        return kwargs


def launch(spec: TrainingSpec, role: str, inputs: str, wait: bool = True) -> PyTorch:
    estimator = PyTorch(
        entry_point=spec.script,
        source_dir="src",
        role=role,
        framework_version="2.0.1",
        py_version="py310",
        hyperparameters=spec.hyperparameters,
        sagemaker_session=session(),
        **spec.to_kwargs(),
    )
    estimator.fit(inputs, wait=wait)
    return estimator

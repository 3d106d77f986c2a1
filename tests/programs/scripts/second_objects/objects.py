from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

import sagemaker
from sagemaker.debugger import DebuggerHookConfig, ProfilerConfig, Rule, rule_configs
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.tensorflow import TensorFlow


@dataclass
class Resources:
    instance_type: str = "ml.c5.xlarge"
    instance_count: int = 1
    max_run: int = 3600

    GPU: ClassVar[str] = "ml.p3.2xlarge"

    @classmethod
    def gpu(cls, count: int = 1) -> "Resources":
        return cls(instance_type=cls.GPU, instance_count=count)

    @staticmethod
    def minutes(n: int) -> int:
        return n * 60

    def scaled(self, factor: int) -> Resources:
        return Resources(self.instance_type, self.instance_count * factor, self.max_run)


@dataclass
class Spot:
    enabled: bool = True
    wait: int = 7200

    def kwargs(self) -> dict[str, Any]:
        if not self.enabled:
            return {}
        return {"use_spot_instances": True, "max_wait": self.wait, "checkpoint_s3_uri": "s3://b/ckpt"}


class Launcher:
    rules = [Rule.sagemaker(rule_configs.loss_not_decreasing())]

    def __init__(self, role=None, resources: Resources | None = None, spot: Spot | None = None, **extra):
        self.role = role or sagemaker.get_execution_role()
        self.resources = resources or Resources()
        self.spot = spot if spot is not None else Spot(enabled=False)
        self.extra = extra
        self._jobs = []

    def __call__(self, script):
        job = TensorFlow(
            entry_point=script,
            role=self.role,
            framework_version="2.12",
            py_version="py310",
            rules=self.rules,
            **asdict(self.resources),
            **self.spot.kwargs(),
            **self.extra,
        )
        self._jobs.append(job)
        return job

    def fit_all(self):
        for job in self._jobs:
            job.fit({"train": TrainingInput("s3://b/train")}, wait=False)

    def __len__(self):
        return len(self._jobs)


launcher = Launcher(resources=Resources.gpu(2).scaled(2), spot=Spot(), keep_alive_period_in_seconds=300)
launcher("a.py")
launcher("b.py")
launcher.fit_all()

plain = Launcher()
r = plain.resources
r.instance_type = "ml.c5.9xlarge"
single = Estimator(
    "img",
    plain.role,
    r.instance_count,
    r.instance_type,
    max_run=Resources.minutes(30),
    debugger_hook_config=False,
    disable_profiler=True,
    rules=[],
)
single.fit()
values = {f.name: getattr(r, f.name) for f in fields(r)}
reflected = Estimator("img", plain.role, **values)
reflected.fit()
dumped = Estimator("img", plain.role, **vars(Resources(max_run=60)))
dumped.fit()
inner = r.__dict__
again = Estimator("img", plain.role, 1, inner["instance_type"])
again.fit()

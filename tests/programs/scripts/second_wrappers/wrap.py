"""Somebody's thin layer over the SDK: delegation, mixins, inheritance over several levels, overrides."""
from datetime import timedelta

import sagemaker
from sagemaker.estimator import Framework
from sagemaker.model import Model
from sagemaker.processing import ScriptProcessor
from sagemaker.pytorch.estimator import PyTorch
from sagemaker.transformer import Transformer
from sagemaker.tuner import HyperparameterTuner, IntegerParameter

HOUR = int(timedelta(hours=1).total_seconds())


class SpotMixin:
    def spot_kwargs(self):
        return dict(use_spot_instances=True, max_wait=2 * HOUR, max_run=HOUR)


class Base:
    _defaults = {"instance_count": 1}

    def __init__(self, role, **kwargs):
        self.role = role
        self.kwargs = {**self._defaults, **kwargs}


class Trainer(SpotMixin, Base):
    def __init__(self, script, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._estimator = PyTorch(
            entry_point=script,
            role=self.role,
            framework_version="2.1",
            py_version="py310",
            **self.spot_kwargs(),
            **self.kwargs,
        )

    def __getattr__(self, name):
        return getattr(self._estimator, name)

    def tune(self, jobs):
        tuner = HyperparameterTuner(self._estimator, "loss", {"x": IntegerParameter(1, 5)}, max_jobs=jobs)
        tuner.fit("s3://b/x")
        return tuner


class CheapModel(Model):
    def deploy(self, initial_instance_count=1, instance_type="ml.t2.medium", **kwargs):
        return super().deploy(initial_instance_count, instance_type, **kwargs)


class Batch(Transformer):
    def __init__(self, model_name):
        Transformer.__init__(self, model_name, 1, "ml.m5.large")


class Scripts(ScriptProcessor):
    pass


class Custom(Framework):
    _framework_name = "custom"

    def __init__(self, entry_point, **kwargs):
        super(Custom, self).__init__(entry_point, image_uri="img", **kwargs)

    def create_model(self, **kwargs):
        return Model("img", self.model_data, self.role)


role = sagemaker.get_execution_role()
trainer = Trainer("t.py", role, instance_type="ml.g5.2xlarge")
trainer.fit("s3://b/x")
trainer.tune(10)
CheapModel("img", "s3://b/m", role).deploy()
CheapModel("img", "s3://b/m", role).deploy(instance_type="ml.m5.large")
Batch("m").transform("s3://b/x")
scripts = Scripts(
    role=role, image_uri="img", command=["python3"], instance_count=1, instance_type="ml.m5.large"
)
scripts.run("s.py")
Custom("c.py", role=role, instance_count=1, instance_type="ml.m5.large").fit()

import abc

import sagemaker
from sagemaker.estimator import EstimatorBase
from sagemaker.lightgbm import LGBM  # no such module: a class of somebody else
from sagemaker.pytorch import PyTorch
from sagemaker.xgboost import XGBoost


class Job(abc.ABC):
    """Template method: subclasses say which estimator and how big."""

    instance_type = "ml.m5.xlarge"
    instance_count = 1
    max_run = 3600

    def __init__(self, role, data, **options):
        self.role = role
        self.data = data
        self.options = options

    @abc.abstractmethod
    def build(self) -> EstimatorBase:
        raise NotImplementedError

    def kwargs(self):
        return {
            "role": self.role,
            "instance_type": self.instance_type,
            "instance_count": self.instance_count,
            "max_run": self.max_run,
        }

    def run(self):
        estimator = self.build()
        estimator.fit(self.data)
        return estimator

    def serve(self, instance_type):
        estimator = self.run()
        return estimator.deploy(initial_instance_count=1, instance_type=instance_type)


class TorchJob(Job):
    instance_type = "ml.g5.2xlarge"

    def build(self):
        return PyTorch(
            entry_point="torch_train.py",
            framework_version="2.0",
            py_version="py310",
            **self.kwargs(),
            **self.options,
        )


class BoostJob(Job):
    instance_count = 2

    def __init__(self, *args, depth=6, **kwargs):
        super().__init__(*args, **kwargs)
        self.depth = depth
        self.max_run = 600

    def kwargs(self):
        parent = super().kwargs()
        parent["use_spot_instances"] = True
        parent["max_wait"] = 1200
        return parent

    def build(self):
        return XGBoost(
            entry_point="boost.py",
            framework_version="1.7-1",
            hyperparameters={"max_depth": self.depth},
            **self.kwargs(),
        )


class Nothing(Job):
    def build(self):
        return LGBM(instance_type="ml.m5.xlarge", instance_count=1)


if __name__ == "__main__":
    role = sagemaker.get_execution_role()
    TorchJob(role, "s3://b/torch", checkpoint_s3_uri="s3://b/ckpt").run()
    predictor = BoostJob(role, "s3://b/boost", depth=3).serve("ml.c5.large")
    predictor.delete_endpoint()

import sagemaker
from sagemaker.huggingface import HuggingFace
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn import SKLearn
from sagemaker.tensorflow import TensorFlow

ESTIMATORS = {
    "pytorch": PyTorch,
    "tensorflow": TensorFlow,
    "sklearn": SKLearn,
}
VERSIONS = {"pytorch": "2.0", "tensorflow": "2.12", "sklearn": "1.2-1"}

ROLE = sagemaker.get_execution_role()


def make(framework, entry_point, instance_type="ml.m5.xlarge", **kwargs):
    """One estimator class out of a registry."""
    cls = ESTIMATORS[framework]
    return cls(
        entry_point=entry_point,
        role=ROLE,
        instance_count=1,
        instance_type=instance_type,
        framework_version=VERSIONS[framework],
        **kwargs,
    )


def by_name(name):
    if name == "small":
        estimator = SKLearn(
            "sk.py", framework_version="1.2-1", role=ROLE, instance_type="ml.m5.large", instance_count=1
        )
    elif name == "large":
        estimator = HuggingFace(
            py_version="py310",
            entry_point="hf.py",
            transformers_version="4.28",
            pytorch_version="2.0",
            role=ROLE,
            instance_type="ml.p4d.24xlarge",
            instance_count=4,
            distribution={"smdistributed": {"dataparallel": {"enabled": True}}},
        )
    else:
        raise ValueError(f"unknown estimator {name!r}")
    return estimator


class EstimatorFactory:
    _registry = {}

    @classmethod
    def register(cls, name):
        def wrap(builder):
            cls._registry[name] = builder
            return builder

        return wrap

    @classmethod
    def create(cls, name, **kwargs):
        return cls._registry[name](**kwargs)


@EstimatorFactory.register("tf")
def tf_estimator(instance_count=1):
    return TensorFlow(
        entry_point="tf.py",
        role=ROLE,
        framework_version="2.12",
        py_version="py310",
        instance_type="ml.g4dn.2xlarge",
        instance_count=instance_count,
    )


if __name__ == "__main__":
    make("sklearn", "sk.py", max_run=900).fit("s3://bucket/sk")
    make("pytorch", "pt.py", "ml.g5.xlarge").fit("s3://bucket/pt")
    predictor = by_name("small").deploy(1, "ml.t2.medium")
    predictor.delete_endpoint()
    EstimatorFactory.create("tf").fit("s3://bucket/tf")

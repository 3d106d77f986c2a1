from __future__ import annotations

import contextlib
from contextlib import ExitStack, closing, contextmanager
from typing import Iterator

import sagemaker
from sagemaker.mxnet import MXNet
from sagemaker.predictor import Predictor
from sagemaker.tensorflow import TensorFlowModel


@contextmanager
def temporary_endpoint(model, instance_type: str = "ml.m5.large") -> Iterator[Predictor]:
    predictor = model.deploy(initial_instance_count=1, instance_type=instance_type)
    try:
        yield predictor
    finally:
        predictor.delete_endpoint()


class Endpoint:
    def __init__(self, model, count, kind):
        self.model, self.count, self.kind = model, count, kind

    def __enter__(self):
        self.predictor = self.model.deploy(self.count, self.kind)
        return self.predictor

    def __exit__(self, *exc_info):
        self.predictor.delete_endpoint()
        return False


class Predicting(Predictor):
    def close(self):
        self.delete_endpoint()


def main(data):
    role = sagemaker.get_execution_role()
    model = TensorFlowModel(model_data="s3://b/tf.tar.gz", role=role, framework_version="2.12")
    with temporary_endpoint(model) as predictor:
        print(predictor.predict(data))
    with temporary_endpoint(model, "ml.m5.xlarge") as other:
        print(other.predict(data))

    with Endpoint(model, 2, "ml.c5.large") as third, open("out.txt", "w") as out:
        out.write(str(third.predict(data)))

    with ExitStack() as stack:
        fourth = model.deploy(1, "ml.c5.xlarge")
        stack.callback(fourth.delete_endpoint)
        fourth.predict(data)

    with contextlib.suppress(RuntimeError):
        estimator = MXNet(
            entry_point="mx.py",
            role=role,
            framework_version="1.9",
            py_version="py38",
            instance_type="ml.m5.2xlarge",
            instance_count=1,
        )
        estimator.fit("s3://b/mx")

    fifth = TensorFlowModel(
        model_data="s3://b/tf.tar.gz", role=role, framework_version="2.12", predictor_cls=Predicting
    ).deploy(1, "ml.c5.4xlarge")
    with closing(fifth):
        fifth.predict(data)


if __name__ == "__main__":
    main([[1.0, 2.0]])

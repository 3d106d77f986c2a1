import itertools

import sagemaker
from sagemaker.pytorch import PyTorch, PyTorchModel
from sagemaker.huggingface import HuggingFace

ROLE = "arn:aws:iam::111122223333:role/Bench"
CONFIGS = {
    "small": {"instance_type": "ml.g4dn.xlarge", "instance_count": 1},
    "large": {"instance_type": "ml.p3.16xlarge", "instance_count": 2},
}


def run_all(epochs):
    for name, config in CONFIGS.items():
        est = PyTorch("train.py", role=ROLE, framework_version="2.0", py_version="py310",
                      hyperparameters={"epochs": epochs}, base_job_name=name, max_run=3600, **config)
        est.fit(wait=False)


def grid():
    for lr, batch in itertools.product([0.1, 0.01], [16, 32]):
        HuggingFace(
            entry_point="run_glue.py", role=ROLE, transformers_version="4.26", pytorch_version="1.13", py_version="py39",
            instance_type="ml.p3.2xlarge", instance_count=1, hyperparameters={"lr": lr, "batch": batch},
        ).fit(wait=False)


class Deployment:
    def __init__(self, model_data, instance_type):
        self.model = PyTorchModel(model_data=model_data, role=ROLE, entry_point="inf.py",
                                  framework_version="2.0", py_version="py310")
        self.instance_type = instance_type
        self.predictor = None

    def __enter__(self):
        self.predictor = self.model.deploy(initial_instance_count=1, instance_type=self.instance_type)
        return self.predictor

    def __exit__(self, *_):
        self.predictor.delete_endpoint()


def serve():
    for instance_type in ["ml.c5.large", "ml.c6g.large"]:
        with Deployment("s3://m/model.tar.gz", instance_type) as predictor:
            predictor.predict([1])


def fleet(names):
    predictors = []
    for index, name in enumerate(names):
        model = PyTorchModel(model_data=f"s3://m/{name}.tar.gz", role=ROLE, entry_point="inf.py",
                             framework_version="2.0", py_version="py310")
        predictors.append(model.deploy(1, "ml.m5.large", endpoint_name=name))
    try:
        return [p.predict([1]) for p in predictors]
    finally:
        for p in predictors:
            p.delete_endpoint()


if __name__ == "__main__":
    run_all(3)
    grid()
    serve()
    fleet(["a", "b"])

import functools
from functools import partial, reduce
from operator import attrgetter

import sagemaker
import sagemaker.pytorch
from sagemaker.estimator import Estimator
from sagemaker.processing import ScriptProcessor
from sagemaker.pytorch import PyTorch

role = sagemaker.get_execution_role()
_estimator = None
INSTANCE = "ml.m5.large"
SETTINGS = {}

GpuTorch = partial(PyTorch, role=role, framework_version="2.0", py_version="py310", instance_type="ml.g5.xlarge")
one = GpuTorch(entry_point="one.py", instance_count=1)
two = GpuTorch(entry_point="two.py", instance_count=2, instance_type="ml.g5.2xlarge")

Torch = getattr(sagemaker.pytorch, "PyTorch")
three = Torch(
    "three.py", framework_version="2.0", py_version="py310", role=role, instance_type="ml.p3.2xlarge", instance_count=1
)

build = lambda kind, n=1: Estimator("img", role, n, kind)
build("ml.m5.xlarge").fit()
build("ml.c5.xlarge", n=3).fit()


def builder_for(kind):
    def builder(count):
        return Estimator("img", role, count, kind)

    return builder


small, large = builder_for("ml.r5.large"), builder_for("ml.r5.xlarge")
small(1).fit()
large(2).fit()


def get_estimator():
    global _estimator
    if _estimator is None:
        _estimator = Estimator("img", role, 1, INSTANCE, max_run=SETTINGS.get("max_run"))
    return _estimator


def configure():
    global INSTANCE
    INSTANCE = "ml.m5.large"


configure()
get_estimator().fit("s3://b/train")
predictor = get_estimator().deploy(1, "ml.t2.large")


def outer():
    minutes = 10

    def run_script(code, *, count=1):
        processor = make(count=count)
        processor.run(code=code)

    def make(count):
        return ScriptProcessor(
            image_uri="img",
            command=["python3"],
            role=role,
            instance_type="ml.m5.2xlarge",
            instance_count=count,
            max_runtime_in_seconds=minutes * 60,
        )

    run_script("a.py")
    run_script("b.py", count=4)


outer()
cleanup = predictor.delete_endpoint
cleanup()
total = reduce(lambda left, right: left + right, map(attrgetter("instance_count"), [one, two, three]))
fit_all = functools.partial(map, lambda estimator: estimator.fit("s3://b/x"))
list(fit_all([one, two, three]))

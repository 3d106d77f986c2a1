import importlib

import sagemaker as sm
import sagemaker.estimator as est
import sagemaker.processing
from sagemaker.amazon import *  # noqa: F403
from sagemaker.tensorflow import TensorFlow as TF
from sagemaker.tuner import *  # noqa: F403
from sagemaker.workflow.parameters import ParameterInteger as PI, ParameterString as PS

try:
    from sagemaker.huggingface import HuggingFace
except ImportError:
    HuggingFace = None

try:
    from sagemaker.sklearn.estimator import SKLearn
except ImportError:
    from sagemaker.sklearn import SKLearn

role = sm.get_execution_role()
kind = PS(name="Kind", default_value="ml.m5.xlarge")
nodes = PI("Nodes", 2)

a = est.Estimator(image_uri="img", role=role, instance_count=nodes, instance_type=kind)
b = sm.estimator.Estimator("img", role, 1, "ml.m5.large")
c = TF(
    entry_point="tf.py",
    framework_version="2.12",
    py_version="py310",
    role=role,
    instance_type="ml.g4dn.xlarge",
    instance_count=1,
)
d = sagemaker.processing.Processor(role, "img", 1, "ml.m5.4xlarge")
d.run()

if HuggingFace is not None:
    e = HuggingFace(
        py_version="py310",
        entry_point="hf.py",
        transformers_version="4.28",
        pytorch_version="2.0",
        role=role,
        instance_type="ml.p3.2xlarge",
        instance_count=1,
    )
    e.fit()

tuner = HyperparameterTuner(b, "auc", {"x": IntegerParameter(1, 3)}, strategy="Grid")  # noqa: F405
tuner.fit()


def late():
    from sagemaker import Session
    from sagemaker.sklearn.processing import SKLearnProcessor as Processing

    import sagemaker.xgboost

    Processing("1.2-1", role, "ml.m5.large", 1, sagemaker_session=Session()).run(code="p.py")
    return sagemaker.xgboost.XGBoost(
        "x.py", framework_version="1.7-1", role=role, instance_type="ml.m5.2xlarge", instance_count=1
    )


class Lazy:
    def __init__(self):
        import sagemaker.sklearn as library

        self.library = library

    def estimator(self):
        return self.library.SKLearn(
            "s.py", framework_version="1.2-1", role=role, instance_type="ml.c5.large", instance_count=1
        )


late().fit()
Lazy().estimator().fit()
pytorch = importlib.import_module("sagemaker.pytorch")
p = pytorch.PyTorch(
    "p.py", framework_version="2.0", py_version="py310", role=role, instance_type="ml.g5.4xlarge", instance_count=1
)
p.fit()
s = SKLearn("s.py", framework_version="1.2-1", role=role, instance_type="local", instance_count=1)
s.fit("file:///tmp/data")

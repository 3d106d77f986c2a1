import sagemaker
from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.predictor import Predictor
from sagemaker.pytorch import PyTorch
from sagemaker.serializers import CSVSerializer

role = sagemaker.get_execution_role()
session = sagemaker.Session()

OLD_KEYWORDS = False

# old keyword names beside the new image_uri
legacy = Estimator(
    image_uri=image_uris.retrieve("xgboost", session.boto_region_name, version="1.5-1"),
    role=role,
    train_instance_count=1,
    train_instance_type="ml.m5.large",
    train_max_run=1200,
    sagemaker_session=session,
)
legacy.fit({"train": "s3://b/t"})

fresh = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="1.12",
    py_version="py38",
    instance_count=1,
    instance_type="ml.g4dn.xlarge",
    max_run=1200,
    use_spot_instances=False,
)
fresh.fit({"train": "s3://b/t"})


def launch(use_old):
    if use_old:
        estimator = PyTorch(
            entry_point="train.py",
            role=role,
            framework_version="1.4.0",
            py_version="py3",
            train_instance_type="ml.p2.xlarge",
            train_instance_count=1,
        )
    else:
        estimator = PyTorch(
            entry_point="train.py",
            role=role,
            framework_version="1.12",
            py_version="py38",
            instance_type="ml.g4dn.xlarge",
            instance_count=2,
        )
    estimator.fit()
    return estimator


estimator = launch(OLD_KEYWORDS)
predictor = estimator.deploy(1, "ml.m5.large", serializer=CSVSerializer())
Predictor(predictor.endpoint_name, session).delete_endpoint()

"""SDK 1.x: processing, built-in algorithms, models, several models behind one endpoint."""

import boto3
import sagemaker
from sagemaker.amazon.amazon_estimator import get_image_uri
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.processing import ProcessingInput, ScriptProcessor
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.tensorflow import TensorFlow

sess = sagemaker.Session()
role = "arn:aws:iam::123456789012:role/SageMakerRole"
region = boto3.Session().region_name
image = get_image_uri(region, "xgboost", "0.90-2")

cleaner = SKLearnProcessor(framework_version="0.20.0", role=role, instance_type="ml.m5.xlarge", instance_count=1)
cleaner.run(
    code="clean.py",
    inputs=[ProcessingInput(source="s3://data/raw", destination="/opt/ml/processing/input")],
    wait=False,
    logs=False,
)
ScriptProcessor(role, image, ["python3"], 2, "ml.c5.xlarge", max_runtime_in_seconds=600).run("check.py", wait=False, logs=False)

old = TensorFlow(
    entry_point="train.py",
    role=role,
    train_instance_count=2,
    train_instance_type="ml.p3.2xlarge",
    framework_version="2.1.0",
    py_version="py3",
    distributions={"parameter_server": {"enabled": True}},
)
old.fit({"train": sagemaker.s3_input("s3://data/train")}, wait=False)

booster = Estimator(image, role, 1, "ml.m4.xlarge", train_volume_size=10, sagemaker_session=sess)
booster.fit("s3://data/train")
booster.deploy(1, "ml.t2.medium", endpoint_name="booster", wait=False)
sess.delete_endpoint("booster")

model = Model(model_data="s3://models/model.tar.gz", image=image, role=role, sagemaker_session=sess)
many = MultiDataModel("many", "s3://models/all/", model=model, sagemaker_session=sess)
many.deploy(initial_instance_count=2, instance_type="ml.r5.large", endpoint_name="many")

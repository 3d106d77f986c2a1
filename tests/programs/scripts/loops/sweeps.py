import itertools

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.image_uris import retrieve
from sagemaker.transformer import Transformer
from sagemaker.xgboost import XGBoost, XGBoostModel

role = sagemaker.get_execution_role()
sess = sagemaker.Session()
region = sess.boto_region_name

CONFIGS = [
    {"name": "small", "instance_type": "ml.m5.large", "instance_count": 1},
    {"name": "large", "instance_type": "ml.m5.12xlarge", "instance_count": 2, "max_run": 7200},
]

for config in CONFIGS:
    estimator = Estimator(
        image_uri=retrieve("xgboost", region, "1.7-1"),
        role=role,
        instance_type=config["instance_type"],
        instance_count=config["instance_count"],
        max_run=config.get("max_run", 3600),
        base_job_name=config["name"],
    )
    estimator.fit({"train": "s3://b/train"}, wait=False)

estimators = {}
for depth, eta in itertools.product([3, 6, 9], (0.1, 0.3)):
    estimators[depth, eta] = XGBoost(
        entry_point="train.py",
        framework_version="1.7-1",
        hyperparameters={"max_depth": depth, "eta": eta},
        role=role,
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )
for key, job in estimators.items():
    job.fit({"train": "s3://b/train"}, wait=False, job_name=f"xgb-{key[0]}")

TYPES = ("ml.c5.large", "ml.c5.xlarge", "ml.c5.2xlarge")
predictors = []
for index, instance_type in enumerate(TYPES, start=1):
    model = XGBoostModel(
        model_data="s3://b/model.tar.gz", role=role, entry_point="inf.py", framework_version="1.7-1", name=f"m{index}"
    )
    predictors.append(
        model.deploy(initial_instance_count=1, instance_type=instance_type)
    )

for predictor in predictors:
    print(predictor.endpoint_name)
    predictor.delete_endpoint(delete_endpoint_config=True)

for name, count in {"eu": 2, "us": 4}.items():
    Transformer(
        model_name=f"churn-{name}",
        instance_count=count,
        instance_type="ml.m5.large",
    ).transform(f"s3://b/{name}")

retries = 0
while retries < 3:
    job = Estimator("img", role, retries + 1, "ml.m5.large")
    job.fit()
    retries += 1

for kind, n in zip(["ml.r5.large", "ml.r5.xlarge"], [1, 5]):
    Estimator("img", role, instance_count=n, instance_type=kind).fit()

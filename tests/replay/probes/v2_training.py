"""Training jobs of SDK 2.x: values through variables, dictionaries, a helper and a loop."""

import sagemaker
from sagemaker import KMeans
from sagemaker.debugger import ProfilerRule, Rule, rule_configs
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.tensorflow import TensorFlow

HOUR = 60 * 60

session = sagemaker.Session()
role = sagemaker.get_execution_role()
bucket = session.default_bucket()
image = sagemaker.image_uris.retrieve("xgboost", session.boto_region_name, "1.7-1")

xgb = Estimator(
    image,
    role,
    1,
    "ml.m5.2xlarge",
    output_path=f"s3://{bucket}/xgb",
    sagemaker_session=session,
    max_run=2 * HOUR,
)
xgb.set_hyperparameters(num_round=100, objective="reg:squarederror")
xgb.fit({"train": TrainingInput(f"s3://{bucket}/train", content_type="csv")})

common = dict(role=role, instance_count=2, instance_type="ml.g5.2xlarge", framework_version="2.0.1", py_version="py310")
common["use_spot_instances"] = True
common.update(max_run=HOUR, max_wait=2 * HOUR)
torch = PyTorch(
    entry_point="train.py",
    checkpoint_s3_uri=f"s3://{bucket}/checkpoints",
    distribution={"torch_distributed": {"enabled": True}},
    **common,
)
torch.fit(f"s3://{bucket}/images", wait=False)


def keras(instance_type, keep_alive=None):
    return TensorFlow(
        entry_point="train.py",
        source_dir="src",
        role=role,
        instance_count=1,
        instance_type=instance_type,
        framework_version="2.11",
        py_version="py39",
        keep_alive_period_in_seconds=keep_alive,
        rules=[
            Rule.sagemaker(rule_configs.loss_not_decreasing()),
            ProfilerRule.sagemaker(rule_configs.LowGPUUtilization()),
        ],
    )


keras("ml.g4dn.xlarge", keep_alive=1800).fit("s3://data/keras")

clusters = KMeans(role=role, instance_count=1, instance_type="ml.c5.xlarge", k=10, sagemaker_session=session)
clusters.max_run = 900
clusters.fit(
    sagemaker.amazon.amazon_estimator.RecordSet("s3://data/kmeans", num_records=100, feature_dim=3), mini_batch_size=10
)

for size in ("ml.m5.large", "ml.m5.xlarge"):
    trial = Estimator(image, role, instance_count=1, instance_type=size)
    trial.fit(wait=False)

"""What else SDK 2.x creates: monitors, features, registrations, remote functions, compilations, heterogeneous clusters."""

import sagemaker
from sagemaker.automl.automl import AutoML
from sagemaker.feature_store.feature_definition import FeatureDefinition, FeatureTypeEnum
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.instance_group import InstanceGroup
from sagemaker.model import Model
from sagemaker.model_monitor import CronExpressionGenerator, DefaultModelMonitor
from sagemaker.model_monitor.dataset_format import DatasetFormat
from sagemaker.pytorch import PyTorch
from sagemaker.remote_function import remote
from sagemaker.workflow.function_step import step
from sagemaker.workflow.pipeline import Pipeline

session = sagemaker.Session()
role = sagemaker.get_execution_role()
image = sagemaker.image_uris.retrieve("xgboost", "us-west-2", "1.7-1")

monitor = DefaultModelMonitor(role=role, instance_type="ml.m5.large", max_runtime_in_seconds=1800)
monitor.suggest_baseline("s3://monitor/train.csv", DatasetFormat.csv(header=True), output_s3_uri="s3://monitor/baseline")
monitor.create_monitoring_schedule(
    monitor_schedule_name="drift",
    endpoint_input="shop",
    output_s3_uri="s3://monitor/reports",
    statistics=None,
    constraints=None,
    schedule_cron_expression=CronExpressionGenerator.daily(),
)

people = FeatureGroup(
    name="people",
    sagemaker_session=session,
    feature_definitions=[
        FeatureDefinition("id", FeatureTypeEnum.STRING),
        FeatureDefinition("when", FeatureTypeEnum.FRACTIONAL),
    ],
)
people.create("s3://features/people", "id", "when", role, enable_online_store=True)

model = Model(image, "s3://models/model.tar.gz", role, sagemaker_session=session)
model.register(
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.large"],
    transform_instances=["ml.m5.large"],
    model_package_group_name="churn",
    approval_status="Approved",
)


@remote(instance_type="ml.m5.2xlarge", use_spot_instances=True, max_runtime_in_seconds=900, max_wait_time_in_seconds=1800)
def count(numbers):
    return len(numbers)


count([1, 2, 3])

mixed = PyTorch(
    entry_point="train.py",
    role=role,
    framework_version="2.0.1",
    py_version="py310",
    instance_groups=[InstanceGroup("loaders", "ml.c5.4xlarge", 2), InstanceGroup("trainers", "ml.g5.xlarge", 2)],
)
mixed.fit("s3://data/train", wait=False)

candidates = AutoML(role=role, target_attribute_name="y", max_candidates=5, sagemaker_session=session)
candidates.fit("s3://data/table.csv", wait=False)


@step(name="prepare", instance_type="ml.m5.large")
def prepare():
    return 1


Pipeline("functions", steps=[prepare()], sagemaker_session=session).upsert(role)

import datetime

import sagemaker
from sagemaker.clarify import BiasConfig, DataConfig, ModelConfig, SHAPConfig
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.model_monitor import (
    BatchTransformInput,
    CronExpressionGenerator,
    DataCaptureConfig,
    DefaultModelMonitor,
    EndpointInput,
    ModelBiasMonitor,
    ModelExplainabilityMonitor,
)
from sagemaker.model_monitor.dataset_format import MonitoringDatasetFormat
from sagemaker.remote_function import remote
from sagemaker.sklearn.processing import SKLearnProcessor

session = sagemaker.Session()
role = sagemaker.get_execution_role()
COMMON = dict(role=role, sagemaker_session=session, max_runtime_in_seconds=datetime.timedelta(minutes=30).seconds)


def monitors(endpoint):
    bias = ModelBiasMonitor(instance_count=1, instance_type="ml.m5.xlarge", **COMMON)
    bias.create_monitoring_schedule(
        analysis_config="s3://b/bias.json",
        endpoint_input=EndpointInput(endpoint_name=endpoint, destination="/opt/ml/processing/input"),
        ground_truth_input="s3://b/truth",
        schedule_cron_expression=CronExpressionGenerator.daily(),
    )
    explain = ModelExplainabilityMonitor(role, sagemaker_session=session, instance_type="ml.c5.2xlarge")
    explain.create_monitoring_schedule(endpoint_input=endpoint, schedule_cron_expression="cron(0 * ? * * *)")
    return bias, explain


class Groups:
    def __init__(self, prefix):
        self.groups = {name: FeatureGroup(f"{prefix}-{name}", session) for name in ("orders", "users")}

    def create(self):
        for group in self.groups.values():
            group.create("s3://b/fs", "id", "time", role, enable_online_store=False)


batch = DefaultModelMonitor(role, 1, "ml.m5.large")
batch.create_monitoring_schedule(
    batch_transform_input=BatchTransformInput(
        data_captured_destination_s3_uri="s3://b/capture",
        destination="/opt/ml/processing/input",
        dataset_format=MonitoringDatasetFormat.csv(header=False),
    ),
    schedule_cron_expression=CronExpressionGenerator.hourly(),
)

monitors("churn")
Groups("prod").create()

remote_small = remote(instance_type="ml.m5.large", job_conda_env="base")


@remote_small
def train(x):
    return x


def processors():
    return (
        SKLearnProcessor("1.2-1", role, kind, n) for kind, n in (("ml.m5.large", 1), ("ml.m5.xlarge", 2))
    )


train(1)
for processor in processors():
    processor.run(code="p.py")

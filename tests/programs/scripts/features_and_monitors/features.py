import time

import boto3
import pandas as pd
import sagemaker
from sagemaker.feature_store.feature_definition import FeatureDefinition, FeatureTypeEnum
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.model_monitor import (
    CronExpressionGenerator,
    DataCaptureConfig,
    DefaultModelMonitor,
    ModelQualityMonitor,
)
from sagemaker.model_monitor.dataset_format import DatasetFormat
from sagemaker.xgboost.model import XGBoostModel

REGION = "us-east-1"
boto_session = boto3.Session(region_name=REGION)
featurestore_runtime = boto_session.client("sagemaker-featurestore-runtime", region_name=REGION)
session = sagemaker.session.Session(
    boto_session=boto_session,
    sagemaker_client=boto_session.client("sagemaker"),
    sagemaker_featurestore_runtime_client=featurestore_runtime,
)
role = sagemaker.get_execution_role(session)
bucket = session.default_bucket()
MONITOR = {"instance_type": "ml.m5.large", "max_runtime_in_seconds": 1800}


def create_group(name, frame, online=True):
    group = FeatureGroup(name=name, sagemaker_session=session)
    group.load_feature_definitions(data_frame=frame)
    group.create(
        s3_uri=f"s3://{bucket}/features",
        record_identifier_name="id",
        event_time_feature_name="time",
        role_arn=role,
        enable_online_store=online,
    )
    while group.describe()["FeatureGroupStatus"] == "Creating":
        time.sleep(5)
    return group


orders = create_group("orders", pd.DataFrame({"id": [1], "time": [time.time()]}))
create_group("customers", pd.DataFrame({"id": [1], "time": [time.time()]}), online=False)
orders.ingest(data_frame=pd.DataFrame(), max_workers=3, wait=True)
static = FeatureGroup(
    "static", session, feature_definitions=[FeatureDefinition("id", FeatureTypeEnum.STRING)]
)
static.delete()

sm = boto_session.client("sagemaker")
sm.create_feature_group(
    FeatureGroupName="raw",
    RecordIdentifierFeatureName="id",
    EventTimeFeatureName="time",
    FeatureDefinitions=[{"FeatureName": "id", "FeatureType": "String"}],
    OnlineStoreConfig={"EnableOnlineStore": True},
)

model = XGBoostModel("s3://b/m.tar.gz", role, "inf.py", framework_version="1.7-1")
predictor = model.deploy(
    initial_instance_count=1,
    instance_type="ml.m5.xlarge",
    data_capture_config=DataCaptureConfig(True, 100, f"s3://{bucket}/capture"),
)

monitor = DefaultModelMonitor(role=role, instance_count=1, volume_size_in_gb=20, **MONITOR)
monitor.suggest_baseline(
    baseline_dataset=f"s3://{bucket}/train.csv",
    dataset_format=DatasetFormat.csv(header=True),
    output_s3_uri=f"s3://{bucket}/baseline",
)
monitor.create_monitoring_schedule(
    monitor_schedule_name="data-quality",
    endpoint_input=predictor.endpoint_name,
    statistics=monitor.baseline_statistics(),
    constraints=monitor.suggested_constraints(),
    schedule_cron_expression=CronExpressionGenerator.hourly(),
)


class Quality:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.monitor = ModelQualityMonitor(role=role, instance_count=2, instance_type="ml.r5.large")

    def schedule(self):
        self.monitor.create_monitoring_schedule(
            endpoint_input=self.endpoint,
            ground_truth_input=f"s3://{bucket}/truth",
            problem_type="BinaryClassification",
            schedule_cron_expression=CronExpressionGenerator.daily(),
        )


Quality(predictor.endpoint_name).schedule()

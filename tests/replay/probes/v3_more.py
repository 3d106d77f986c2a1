"""What else SDK 3.x creates: remote functions, monitors, and the resources of sagemaker-core."""

from sagemaker.core.helper.session_helper import Session
from sagemaker.core.model_monitor import CronExpressionGenerator, DefaultModelMonitor
from sagemaker.core.remote_function import remote
from sagemaker.core.resources import FeatureGroup, InferenceComponent, NotebookInstance, TransformJob
from sagemaker.core.shapes import (
    FeatureDefinition,
    InferenceComponentComputeResourceRequirements,
    InferenceComponentRuntimeConfig,
    InferenceComponentSpecification,
    OnlineStoreConfig,
    TransformDataSource,
    TransformInput,
    TransformOutput,
    TransformResources,
    TransformS3DataSource,
)

session = Session()
role = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"


@remote(instance_type="ml.m5.xlarge", role=role, keep_alive_period_in_seconds=600)
def add(one, other):
    return one + other


add(1, 2)

monitor = DefaultModelMonitor(role=role, instance_count=2, instance_type="ml.m5.large", sagemaker_session=session)
monitor.create_monitoring_schedule(
    monitor_schedule_name="drift",
    endpoint_input="shop",
    output_s3_uri="s3://monitor/reports",
    schedule_cron_expression=CronExpressionGenerator.hourly(),
)

NotebookInstance.create(notebook_instance_name="desk", instance_type="ml.t3.medium", role_arn=role)
FeatureGroup.create(
    feature_group_name="people",
    record_identifier_feature_name="id",
    event_time_feature_name="when",
    feature_definitions=[FeatureDefinition(feature_name="id", feature_type="String")],
    online_store_config=OnlineStoreConfig(enable_online_store=True),
)
TransformJob.create(
    transform_job_name="batch",
    model_name="model",
    transform_input=TransformInput(
        data_source=TransformDataSource(
            s3_data_source=TransformS3DataSource(s3_data_type="S3Prefix", s3_uri="s3://data/batch")
        )
    ),
    transform_output=TransformOutput(s3_output_path="s3://data/out"),
    transform_resources=TransformResources(instance_type="ml.m5.xlarge", instance_count=2),
)
component = InferenceComponent.create(
    inference_component_name="small",
    endpoint_name="shared",
    variant_name="AllTraffic",
    specification=InferenceComponentSpecification(
        model_name="model",
        compute_resource_requirements=InferenceComponentComputeResourceRequirements(min_memory_required_in_mb=1024),
    ),
    runtime_config=InferenceComponentRuntimeConfig(copy_count=1),
)
component.delete()

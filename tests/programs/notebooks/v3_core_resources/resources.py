"""Everything by the generated resource classes."""
from datetime import datetime

import boto3
from sagemaker.core import shapes
from sagemaker.core.resources import (
    Domain,
    Endpoint,
    EndpointConfig,
    FeatureGroup,
    HyperParameterTuningJob,
    InferenceComponent,
    Model,
    ModelPackage,
    ModelPackageGroup,
    MonitoringSchedule,
    NotebookInstance,
    ProcessingJob,
    TrainingJob,
    TransformJob,
    CompilationJob,
)
from sagemaker.core.shapes import (
    AlgorithmSpecification,
    ContainerDefinition,
    OutputDataConfig,
    ProductionVariant,
    ResourceConfig,
    StoppingCondition,
)

ROLE = "arn:aws:iam::111122223333:role/core"
STAMP = datetime.now().isoformat()
session = boto3.Session(region_name="eu-west-1")

resource_config = ResourceConfig(instance_type="ml.c4.2xlarge", instance_count=1, volume_size_in_gb=25)

job = TrainingJob.create(
    training_job_name="core-" + STAMP,
    algorithm_specification=AlgorithmSpecification(training_image="img", training_input_mode="File"),
    role_arn=ROLE,
    output_data_config=OutputDataConfig(s3_output_path="s3://b/out"),
    resource_config=resource_config,
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=3600),
    enable_managed_spot_training=True,
    checkpoint_config=shapes.CheckpointConfig(s3_uri="s3://b/ck"),
    session=session,
)
job.wait()

tuning = HyperParameterTuningJob.create(
    hyper_parameter_tuning_job_name="hpo",
    hyper_parameter_tuning_job_config=shapes.HyperParameterTuningJobConfig(
        strategy="Random",
        resource_limits=shapes.ResourceLimits(max_number_of_training_jobs=6, max_parallel_training_jobs=2),
        training_job_early_stopping_type="Off",
    ),
    training_job_definition=shapes.HyperParameterTrainingJobDefinition(
        algorithm_specification=shapes.HyperParameterAlgorithmSpecification(training_image="img", training_input_mode="File"),
        role_arn=ROLE,
        output_data_config=OutputDataConfig(s3_output_path="s3://b/out"),
        resource_config=resource_config,
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
    ),
)

ProcessingJob.create(
    processing_job_name="prep",
    processing_resources=shapes.ProcessingResources(
        cluster_config=shapes.ProcessingClusterConfig(instance_count=3, instance_type="ml.m5.xlarge", volume_size_in_gb=10)
    ),
    app_specification=shapes.AppSpecification(image_uri="img"),
    role_arn=ROLE,
)
TransformJob.create(
    "score",
    "model",
    shapes.TransformInput(data_source=shapes.TransformDataSource(s3_data_source=shapes.TransformS3DataSource(s3_data_type="S3Prefix", s3_uri="s3://b"))),
    shapes.TransformOutput(s3_output_path="s3://o"),
    shapes.TransformResources(instance_type="ml.m5.large", instance_count=2),
)
CompilationJob.create(compilation_job_name="neo", role_arn=ROLE, output_config=shapes.OutputConfig(s3_output_location="s3://b", target_device="ml_c5"),
                      stopping_condition=StoppingCondition(max_runtime_in_seconds=900))


def host(name: str, instance_type: str = "ml.m5.2xlarge"):
    model = Model.create(model_name=name, execution_role_arn=ROLE, primary_container=ContainerDefinition(image="img", model_data_url="s3://m"))
    config = EndpointConfig.create(
        endpoint_config_name=name,
        production_variants=[
            ProductionVariant(variant_name="AllTraffic", model_name=model.model_name, instance_type=instance_type, initial_instance_count=1)
        ],
        data_capture_config=shapes.DataCaptureConfig(enable_capture=True, initial_sampling_percentage=10,
                                                     destination_s3_uri="s3://dc", capture_options=[]),
    )
    return Endpoint.create(endpoint_name=name, endpoint_config_name=config.get_name())


endpoint = host("core")
endpoint.wait_for_status("InService")

InferenceComponent.create(inference_component_name="ic", endpoint_name="core", variant_name="AllTraffic",
                          specification=shapes.InferenceComponentSpecification(model_name="m"),
                          runtime_config=shapes.InferenceComponentRuntimeConfig(copy_count=2))

NotebookInstance.create(notebook_instance_name="nb", instance_type="ml.t3.medium", role_arn=ROLE)
Domain.create(domain_name="d", auth_mode="IAM", vpc_id="v", subnet_ids=["s"], default_user_settings=shapes.UserSettings(execution_role=ROLE))
FeatureGroup.create(feature_group_name="fg", record_identifier_feature_name="id", event_time_feature_name="t", feature_definitions=[],
                    online_store_config=shapes.OnlineStoreConfig(enable_online_store=True))
ModelPackageGroup.create(model_package_group_name="g")
ModelPackage.create(model_package_group_name="g", model_approval_status="Approved")
MonitoringSchedule.create(
    monitoring_schedule_name="m",
    monitoring_schedule_config=shapes.MonitoringScheduleConfig(
        monitoring_job_definition=shapes.MonitoringJobDefinition(
            monitoring_resources=shapes.MonitoringResources(
                cluster_config=shapes.MonitoringClusterConfig(instance_count=1, instance_type="ml.m5.large", volume_size_in_gb=5)),
            monitoring_app_specification=shapes.MonitoringAppSpecification(image_uri="x"), role_arn=ROLE,
            monitoring_inputs=[], monitoring_output_config=None),
    ),
)
for existing in TrainingJob.get_all():
    print(existing.training_job_name)
endpoint.delete()

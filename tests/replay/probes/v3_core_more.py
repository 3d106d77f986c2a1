"""Generated resources of sagemaker-core beside training: packages, pipelines, schedules, Studio, other jobs."""

from sagemaker.core.resources import (
    App,
    CompilationJob,
    Domain,
    ModelPackage,
    MonitoringSchedule,
    Pipeline,
    Space,
    UserProfile,
)
from sagemaker.core.shapes import (
    EndpointInput,
    InputConfig,
    MonitoringAppSpecification,
    MonitoringClusterConfig,
    MonitoringInput,
    MonitoringJobDefinition,
    MonitoringOutput,
    MonitoringOutputConfig,
    MonitoringResources,
    MonitoringS3Output,
    MonitoringScheduleConfig,
    OutputConfig,
    ResourceSpec,
    ScheduleConfig,
    MonitoringStoppingCondition,
    StoppingCondition,
    UserSettings,
)

role = "arn:aws:iam::123456789012:role/SageMakerRole"

Pipeline.create(
    pipeline_name="nightly",
    client_request_token="0123456789012345678901234567890123",
    pipeline_definition='{"Version": "2020-12-01", "Steps": []}',
    role_arn=role,
)
try:
    ModelPackage.create(model_package_group_name="churn", model_approval_status="PendingManualApproval")
except KeyError:
    print("registered; version 3.27 looks for a name that the service's answer does not have")
MonitoringSchedule.create(
    monitoring_schedule_name="hourly",
    monitoring_schedule_config=MonitoringScheduleConfig(
        schedule_config=ScheduleConfig(schedule_expression="cron(0 * ? * * *)"),
        monitoring_job_definition=MonitoringJobDefinition(
            monitoring_inputs=[
                MonitoringInput(
                    endpoint_input=EndpointInput(endpoint_name="churn", local_path="/opt/ml/processing/input")
                )
            ],
            monitoring_output_config=MonitoringOutputConfig(
                monitoring_outputs=[
                    MonitoringOutput(
                        s3_output=MonitoringS3Output(s3_uri="s3://data/out", local_path="/opt/ml/processing/out")
                    )
                ]
            ),
            monitoring_resources=MonitoringResources(
                cluster_config=MonitoringClusterConfig(
                    instance_count=1, instance_type="ml.m5.xlarge", volume_size_in_gb=20
                )
            ),
            monitoring_app_specification=MonitoringAppSpecification(image_uri="image:1"),
            stopping_condition=MonitoringStoppingCondition(max_runtime_in_seconds=1800),
            role_arn=role,
        ),
    ),
)
Domain.create(
    domain_name="team",
    auth_mode="IAM",
    default_user_settings=UserSettings(execution_role=role),
    vpc_id="vpc-1",
    subnet_ids=["subnet-1"],
)
UserProfile.create(domain_id="d-1", user_profile_name="me")
Space.create(domain_id="d-1", space_name="shared")
App.create(
    domain_id="d-1",
    user_profile_name="me",
    app_type="JupyterLab",
    app_name="default",
    resource_spec=ResourceSpec(instance_type="ml.m5.large"),
)
CompilationJob.create(
    compilation_job_name="compiled",
    role_arn=role,
    input_config=InputConfig(s3_uri="s3://models/model.tar.gz", framework="PYTORCH"),
    output_config=OutputConfig(s3_output_location="s3://models/compiled", target_device="ml_c5"),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=900),
)

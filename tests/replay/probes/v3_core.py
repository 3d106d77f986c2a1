"""The generated resources of sagemaker-core."""

from sagemaker.core.resources import Endpoint, EndpointConfig, HyperParameterTuningJob, ProcessingJob, TrainingJob
from sagemaker.core.shapes import (
    AlgorithmSpecification,
    AppSpecification,
    CheckpointConfig,
    HyperParameterAlgorithmSpecification,
    HyperParameterTrainingJobDefinition,
    HyperParameterTuningJobConfig,
    OutputDataConfig,
    ProcessingClusterConfig,
    ProcessingResources,
    ProductionVariant,
    ResourceConfig,
    ResourceLimits,
    StoppingCondition,
)

role = "arn:aws:iam::123456789012:role/SageMakerRole"
resources = ResourceConfig(instance_type="ml.p3.2xlarge", instance_count=1, volume_size_in_gb=50)
output = OutputDataConfig(s3_output_path="s3://jobs/output")
limits = StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=3600)

job = TrainingJob.create(
    training_job_name="core-1",
    role_arn=role,
    algorithm_specification=AlgorithmSpecification(training_image="image:1", training_input_mode="File"),
    output_data_config=output,
    resource_config=resources,
    stopping_condition=limits,
    enable_managed_spot_training=True,
    checkpoint_config=CheckpointConfig(s3_uri="s3://jobs/checkpoints"),
)
job.wait()

HyperParameterTuningJob.create(
    hyper_parameter_tuning_job_name="core-search",
    hyper_parameter_tuning_job_config=HyperParameterTuningJobConfig(
        strategy="Bayesian",
        resource_limits=ResourceLimits(max_number_of_training_jobs=10, max_parallel_training_jobs=2),
        training_job_early_stopping_type="Auto",
    ),
    training_job_definition=HyperParameterTrainingJobDefinition(
        role_arn=role,
        algorithm_specification=HyperParameterAlgorithmSpecification(
            training_image="image:1", training_input_mode="File"
        ),
        output_data_config=output,
        resource_config=resources,
        stopping_condition=StoppingCondition(max_runtime_in_seconds=1800),
    ),
)
ProcessingJob.create(
    processing_job_name="core-prepare",
    role_arn=role,
    app_specification=AppSpecification(image_uri="image:1"),
    processing_resources=ProcessingResources(
        cluster_config=ProcessingClusterConfig(instance_count=2, instance_type="ml.m5.large", volume_size_in_gb=30)
    ),
)
EndpointConfig.create(
    endpoint_config_name="core-config",
    production_variants=[
        ProductionVariant(
            variant_name="all", model_name="model", instance_type="ml.m5.large", initial_instance_count=1
        )
    ],
)
endpoint = Endpoint.create(endpoint_name="core", endpoint_config_name="core-config")
endpoint.wait_for_status("InService")
endpoint.delete()

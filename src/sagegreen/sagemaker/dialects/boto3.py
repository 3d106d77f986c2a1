"""boto3: request members of the SageMaker API, and of the services that scale, store and log around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.forms import Form, Kind, Nested

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVICE = "boto3.client:sagemaker"


def _paths(settings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(path.split(".")) for name, path in settings.items()}


_TRAINING = {
    "instance_type": "ResourceConfig.InstanceType",
    "instance_count": "ResourceConfig.InstanceCount",
    "volume_size": "ResourceConfig.VolumeSizeInGB",
    "keep_alive": "ResourceConfig.KeepAlivePeriodInSeconds",
    "instance_groups": "ResourceConfig.InstanceGroups",
    "group_instance_type": "ResourceConfig.InstanceGroups.*.InstanceType",
    "instance_preferences": "ResourceConfig.InstancePreferences",
    "training_plan": "ResourceConfig.TrainingPlanArn",
    "spot": "EnableManagedSpotTraining",
    "max_run": "StoppingCondition.MaxRuntimeInSeconds",
    "max_wait": "StoppingCondition.MaxWaitTimeInSeconds",
    "stopping_condition": "StoppingCondition",
    "checkpoint": "CheckpointConfig",
    "checkpoint_uri": "CheckpointConfig.S3Uri",
    "image": "AlgorithmSpecification.TrainingImage",
    "algorithm": "AlgorithmSpecification.AlgorithmName",
    "input_mode": "AlgorithmSpecification.TrainingInputMode",
    "role": "RoleArn",
    "output_path": "OutputDataConfig.S3OutputPath",
}

_TRAINING_ONLY = {
    "rules": "DebugRuleConfigurations",
    "profiler_rules": "ProfilerRuleConfigurations",
    "debugger_hook": "DebugHookConfig",
    "profiler_disabled": "ProfilerConfig.DisableProfiler",
    "profiler_output": "ProfilerConfig.S3OutputPath",
    "hyperparameters": "HyperParameters",
    "job_name": "TrainingJobName",
}

_TUNING = {
    "strategy": "HyperParameterTuningJobConfig.Strategy",
    "max_jobs": "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs",
    "max_parallel_jobs": "HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs",
    "early_stopping": "HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType",
    "ranges": "HyperParameterTuningJobConfig.ParameterRanges",
    "completion_criteria": "HyperParameterTuningJobConfig.TuningJobCompletionCriteria",
    "warm_start": "WarmStartConfig",
    "metric": "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.MetricName",
    "autotune": "Autotune",
    **{name: f"TrainingJobDefinition.{path}" for name, path in _TRAINING.items()},
    "hyperparameters": "TrainingJobDefinition.StaticHyperParameters",
    "definitions": "TrainingJobDefinitions",
}


def _elsewhere(path: str) -> tuple[str, ...]:
    """A tuning job has one definition of its training jobs or several, with their instances in one of two blocks."""
    of_tuning = path.replace("ResourceConfig.", "HyperParameterTuningResourceConfig.", 1)
    places = (f"TrainingJobDefinition.{of_tuning}", f"TrainingJobDefinitions.*.{path}")
    return places if of_tuning == path else (*places, f"TrainingJobDefinitions.*.{of_tuning}")


#: Operation -> places where settings may stand besides.
ALTERNATIVES: dict[str, dict[str, tuple[str, ...]]] = {
    "create_hyper_parameter_tuning_job": {name: _elsewhere(path) for name, path in _TRAINING.items()}
}


def _apps(settings: str) -> dict[str, str]:
    """What the settings of Studio's users or spaces say of apps: when idle ones stop, and what runs at the start."""
    found = {
        "user_settings": settings,
        "instance_type": f"{settings}.*AppSettings.DefaultResourceSpec.InstanceType",
        "lifecycle": f"{settings}.*AppSettings.LifecycleConfigArns",
        "built_in_lifecycle": f"{settings}.*AppSettings.BuiltInLifecycleConfigArn",
        "portal": f"{settings}.StudioWebPortal",
        "hidden_apps": f"{settings}.StudioWebPortalSettings.HiddenAppTypes",
    }
    for app, member in (("jupyter_lab", "JupyterLabAppSettings"), ("code_editor", "CodeEditorAppSettings")):
        idle = f"{settings}.{member}.AppLifecycleManagement.IdleSettings"
        found |= {
            app: f"{settings}.{member}",
            f"{app}_lifecycle": f"{settings}.{member}.AppLifecycleManagement",
            f"{app}_idle": idle,
            f"{app}_idle_shutdown": f"{idle}.LifecycleManagement",
            f"{app}_idle_timeout": f"{idle}.IdleTimeoutInMinutes",
        }
    return found


#: Operation -> (kind, settings). The shapes around a setting are found in the service model.
OPERATIONS: dict[str, tuple[Kind, dict[str, str]]] = {
    "create_training_job": ("training_job", {**_TRAINING, **_TRAINING_ONLY}),
    "create_hyper_parameter_tuning_job": ("tuning_job", _TUNING),
    "create_processing_job": (
        "processing_job",
        {
            "instance_type": "ProcessingResources.ClusterConfig.InstanceType",
            "instance_count": "ProcessingResources.ClusterConfig.InstanceCount",
            "max_run": "StoppingCondition.MaxRuntimeInSeconds",
            "image": "AppSpecification.ImageUri",
        },
    ),
    "create_transform_job": (
        "transform_job",
        {
            "instance_type": "TransformResources.InstanceType",
            "instance_count": "TransformResources.InstanceCount",
            "model_name": "ModelName",
        },
    ),
    "create_endpoint_config": (
        "endpoint",
        {
            "config_name": "EndpointConfigName",
            "instance_type": "ProductionVariants.*.InstanceType",
            "instance_count": "ProductionVariants.*.InitialInstanceCount",
            "serverless": "ProductionVariants.*.ServerlessConfig",
            "managed_scaling": "ProductionVariants.*.ManagedInstanceScaling",
            "accelerator": "ProductionVariants.*.AcceleratorType",
            "asynchronous": "AsyncInferenceConfig",
            "data_capture": "DataCaptureConfig",
            "variants": "ProductionVariants",
            "variant_name": "ProductionVariants.*.VariantName",
            "model_name": "ProductionVariants.*.ModelName",
            "execution_role": "ExecutionRoleArn",
        },
    ),
    "create_endpoint": ("endpoint", {"config_name": "EndpointConfigName", "endpoint_name": "EndpointName"}),
    "create_inference_component": (
        "inference_component",
        {
            "component_name": "InferenceComponentName",
            "endpoint_name": "EndpointName",
            "instance_count": "RuntimeConfig.CopyCount",
            "model_name": "Specification.ModelName",
            "accelerators": "Specification.ComputeResourceRequirements.NumberOfAcceleratorDevicesRequired",
        },
    ),
    "create_pipeline": ("pipeline", {}),
    "create_model_package": (
        "model_registration",
        {
            "approval": "ModelApprovalStatus",
            "group": "ModelPackageGroupName",
            "model_card": "ModelCard",
            "model_metrics": "ModelMetrics",
        },
    ),
    "create_notebook_instance": (
        "notebook_instance",
        {"instance_type": "InstanceType", "lifecycle": "LifecycleConfigName"},
    ),
    "create_domain": ("studio", _apps("DefaultUserSettings")),
    "create_user_profile": ("studio", _apps("UserSettings")),
    "create_space": ("studio", _apps("SpaceSettings")),
    "create_app": ("studio", {"instance_type": "ResourceSpec.InstanceType", "app_type": "AppType"}),
    "create_feature_group": (
        "feature_group",
        {"online_store": "OnlineStoreConfig.EnableOnlineStore", "ttl": "OnlineStoreConfig.TtlDuration"},
    ),
    "create_monitoring_schedule": (
        "monitoring_schedule",
        {
            "instance_type": (
                "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceType"
            ),
            "instance_count": (
                "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceCount"
            ),
            "max_run": "MonitoringScheduleConfig.MonitoringJobDefinition.StoppingCondition.MaxRuntimeInSeconds",
            "cron": "MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression",
            "definition_name": "MonitoringScheduleConfig.MonitoringJobDefinitionName",
        },
    ),
    "create_auto_ml_job": (
        "other_job",
        {"max_run": "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds"},
    ),
    "create_auto_ml_job_v2": ("other_job", {}),
    "create_compilation_job": ("other_job", {"max_run": "StoppingCondition.MaxRuntimeInSeconds"}),
    "create_optimization_job": (
        "other_job",
        {"instance_type": "DeploymentInstanceType", "max_run": "StoppingCondition.MaxRuntimeInSeconds"},
    ),
    "create_inference_recommendations_job": ("other_job", {"max_run": "InputConfig.JobDurationInSeconds"}),
    "create_labeling_job": ("other_job", {}),
}

#: Where a member is missing, a plain dictionary is written.
_NESTED = {
    member: Nested()
    for member in ("StoppingCondition", "CheckpointConfig", "ResourceConfig", "HyperParameterTuningJobConfig")
}

FORMS: tuple[Form, ...] = (
    *(
        Form(
            kind,
            "boto3",
            _SERVICE,
            operation,
            _paths(settings),
            _NESTED,
            alternatives={
                name: tuple(tuple(path.split(".")) for path in paths)
                for name, paths in ALTERNATIVES.get(operation, {}).items()
            },
        )
        for operation, (kind, settings) in OPERATIONS.items()
    ),
    Form("bucket", "boto3", "boto3.client:s3", "create_bucket", {"name": ("Bucket",)}),
    Form("bucket", "boto3", "boto3.resource:s3", "create_bucket", {"name": ("Bucket",)}),
    Form("bucket", "boto3", "boto3.resource:s3.Bucket", "create"),
    Form(
        "scaling_policy",
        "boto3",
        "boto3.client:application-autoscaling",
        "put_scaling_policy",
        {"resource_id": ("ResourceId",), "service": ("ServiceNamespace",)},
    ),
)

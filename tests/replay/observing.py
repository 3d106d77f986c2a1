"""What was created, read out of captured requests in the words of the inventory: one table of members per operation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from replaying import Record, Request

if TYPE_CHECKING:
    from collections.abc import Iterator


class Missing:
    """A request without the member."""

    def __repr__(self) -> str:
        return "not sent"


MISSING = Missing()


class Later:
    """A value that a pipeline computes when it runs."""

    def __repr__(self) -> str:
        return "known when the pipeline runs"


LATER = Later()


@dataclass(frozen=True)
class Observation:
    """One thing that a request creates.

    Attributes:
        kind: in the inventory's words.
        settings: what the request says, a list where it says several things.
        request: the request.
        step: the pipeline step it stands in.
    """

    kind: str
    settings: dict[str, list[Any]]
    request: Request
    step: str | None = None
    also: tuple[str, ...] = ()

    @property
    def local(self) -> bool:
        """Whether it stays on the machine that runs the program."""
        return self.request.service == "local"


_TRAINING = {
    "instance_type": "ResourceConfig.InstanceType",
    "instance_count": "ResourceConfig.InstanceCount",
    "keep_alive": "ResourceConfig.KeepAlivePeriodInSeconds",
    "spot": "EnableManagedSpotTraining",
    "max_run": "StoppingCondition.MaxRuntimeInSeconds",
    "max_wait": "StoppingCondition.MaxWaitTimeInSeconds",
    "checkpoint": "CheckpointConfig",
}
_CLUSTER = {"instance_type": "ClusterConfig.InstanceType", "instance_count": "ClusterConfig.InstanceCount"}
_MONITORING = "MonitoringScheduleConfig.MonitoringJobDefinition"

#: Operation -> kind, and the member for each setting of the kind.
MEMBERS: dict[str, tuple[str, dict[str, str]]] = {
    "CreateTrainingJob": ("training_job", _TRAINING),
    "CreateHyperParameterTuningJob": (
        "tuning_job",
        {
            "strategy": "HyperParameterTuningJobConfig.Strategy",
            "max_jobs": "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs",
            "early_stopping": "HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType",
            **{name: f"*.{member}" for name, member in _TRAINING.items() if name != "keep_alive"},
            "instance_type": "*.HyperParameterTuningResourceConfig.InstanceType",
            "instance_count": "*.HyperParameterTuningResourceConfig.InstanceCount",
        },
    ),
    "CreateProcessingJob": (
        "processing_job",
        {
            **{name: f"ProcessingResources.{member}" for name, member in _CLUSTER.items()},
            "max_run": "StoppingCondition.MaxRuntimeInSeconds",
        },
    ),
    "CreateTransformJob": (
        "transform_job",
        {"instance_type": "TransformResources.InstanceType", "instance_count": "TransformResources.InstanceCount"},
    ),
    "CreateEndpointConfig": (
        "endpoint",
        {
            "instance_type": "ProductionVariants.*.InstanceType",
            "instance_count": "ProductionVariants.*.InitialInstanceCount",
            "data_capture": "DataCaptureConfig",
        },
    ),
    "CreateInferenceComponent": ("inference_component", {"instance_count": "RuntimeConfig.CopyCount"}),
    "CreatePipeline": ("pipeline", {}),
    "CreateModelPackage": ("model_registration", {}),
    "CreateNotebookInstance": ("notebook_instance", {"instance_type": "InstanceType"}),
    "CreateDomain": ("studio", {}),
    "CreateUserProfile": ("studio", {}),
    "CreateSpace": ("studio", {}),
    "CreateApp": ("studio", {"instance_type": "ResourceSpec.InstanceType"}),
    "CreateFeatureGroup": ("feature_group", {}),
    "CreateMonitoringSchedule": (
        "monitoring_schedule",
        {
            **{name: f"{_MONITORING}.MonitoringResources.{member}" for name, member in _CLUSTER.items()},
            "max_run": f"{_MONITORING}.StoppingCondition.MaxRuntimeInSeconds",
        },
    ),
    "PutScalingPolicy": ("scaling_policy", {}),
    "CreateBucket": ("bucket", {}),
    "CreateAutoMLJob": ("other_job", {}),
    "CreateAutoMLJobV2": ("other_job", {}),
    "CreateCompilationJob": ("other_job", {"max_run": "StoppingCondition.MaxRuntimeInSeconds"}),
    "CreateOptimizationJob": (
        "other_job",
        {"instance_type": "DeploymentInstanceType", "max_run": "StoppingCondition.MaxRuntimeInSeconds"},
    ),
    "CreateInferenceRecommendationsJob": ("other_job", {}),
    "CreateLabelingJob": ("other_job", {}),
}

#: Kinds of the inventory whose resources make the same request.
ALSO = {"training_job": ("remote_function",)}

#: Pipeline steps whose arguments are a request.
STEP_OPERATIONS = {
    "Training": "CreateTrainingJob",
    "Tuning": "CreateHyperParameterTuningJob",
    "Processing": "CreateProcessingJob",
    "Transform": "CreateTransformJob",
}

#: What each distributed library leaves in a request.
_DISTRIBUTION = (
    "sagemaker_torch_distributed_enabled",
    "sagemaker_distributed_dataparallel_enabled",
    "sagemaker_parameter_server_enabled",
    "sagemaker_mpi_enabled",
    "sagemaker_multi_worker_mirrored_strategy_enabled",
    "sagemaker_pytorch_ddp_enabled",
    "sagemaker_pytorch_xla_multi_worker_enabled",
    "mp_parameters",
)


def members(value: Any, path: str) -> list[Any]:
    """The values at a path such as ``ProductionVariants.*.InstanceType``; missing ones are left out."""
    found = [value]
    for part in path.split("."):
        if part == "*":
            found = [entry for each in found if isinstance(each, list) for entry in each]
        else:
            found = [each[part] for each in found if isinstance(each, dict) and part in each]
    return found


def observations(record: Record) -> Iterator[Observation]:
    """What the requests of a program create, the steps of its pipelines included."""
    for request in record.requests:
        if request.operation in MEMBERS and not request.refused and not _is_by_the_way(request):
            yield _observed(request, request.operation, request.parameters, None, record)
        # a definition that the program writes by hand is JSON, not code
        if request.operation in {"CreatePipeline", "UpdatePipeline"} and not request.direct:
            yield from _steps(request)


def _is_by_the_way(request: Request) -> bool:
    """Whether the SDK creates something that the program does not ask for: its default bucket."""
    return request.operation == "CreateBucket" and not request.direct


def _observed(
    request: Request, operation: str, parameters: dict[str, Any], step: str | None, record: Record
) -> Observation:
    kind, paths = MEMBERS[operation]
    if kind == "tuning_job":
        definitions = parameters.get("TrainingJobDefinitions") or [parameters.get("TrainingJobDefinition") or {}]
        settings = {name: members(parameters, path) for name, path in paths.items() if not path.startswith("*.")}
        for name, path in paths.items():
            if path.startswith("*."):
                ways = (path[2:], _TRAINING[name])  # two blocks hold the instances: of tuning, or as of any training
                settings[name] = [
                    value for each in definitions for way in dict.fromkeys(ways) for value in members(each, way)
                ]
    else:
        settings = {name: members(parameters, path) for name, path in paths.items()}
    if kind == "training_job":
        groups = members(parameters, "ResourceConfig.InstanceGroups.*.InstanceType")
        if groups:
            settings["group_instance_type"] = groups
        has_rules = any(parameters.get(name) for name in ("DebugRuleConfigurations", "ProfilerRuleConfigurations"))
        settings["rules"] = [has_rules]
        settings["distribution"] = [_is_distributed(parameters, record)]
    if "checkpoint" in settings:
        settings["checkpoint"] = [bool(settings["checkpoint"])]
    if "data_capture" in settings:
        settings["data_capture"] = [bool(entry.get("EnableCapture", True)) for entry in settings["data_capture"]] or [
            False
        ]
    if kind == "endpoint":
        settings["mode"] = [_mode(parameters, record)]
        settings |= {} if record.failure else _life(parameters.get("EndpointConfigName"), record)
        managed = members(parameters, "ProductionVariants.*.ManagedInstanceScaling.Status") == ["ENABLED"]
        if managed and "autoscaled" in settings:  # instances follow the copies of components, wherever those are made
            settings["autoscaled"] = [_scaled(record, "inference-component/")]
    if kind == "monitoring_schedule":
        _add_job_definition(settings, parameters, record)
    if kind == "inference_component":
        name = parameters["InferenceComponentName"]
        if not record.failure:
            settings["deleted"] = [_done(record, "DeleteInferenceComponent", "InferenceComponentName", name)]
            settings["autoscaled"] = [_scaled(record, f"inference-component/{name}")]
    return Observation(kind, settings, request, step, ALSO.get(kind, ()))


def _is_distributed(parameters: dict[str, Any], record: Record) -> bool:
    hyperparameters = parameters.get("HyperParameters") or {}
    if any(hyperparameters.get(name) not in {None, "false"} for name in _DISTRIBUTION):
        return True
    # SDK 3 sends the launcher's settings along as a file
    drivers = [
        members(channel, "DataSource.S3DataSource.S3Uri")[0]
        for channel in parameters.get("InputDataConfig") or []
        if channel["ChannelName"] == "sm_drivers"
    ]
    return any(
        request.operation == "PutObject"
        and any(f"s3://{request.parameters['Bucket']}/{request.parameters['Key']}".startswith(uri) for uri in drivers)
        and request.parameters["Key"].endswith("/distributed.json")
        and json.loads(request.parameters["Body"] or "{}") != {}
        for request in record.requests
    )


def _mode(parameters: dict[str, Any], record: Record) -> str:
    if members(parameters, "ProductionVariants.*.ServerlessConfig"):
        return "serverless"
    if parameters.get("AsyncInferenceConfig"):
        return "asynchronous"
    names = members(parameters, "ProductionVariants.*.ModelName")
    models = [
        request.parameters
        for request in record.requests
        if request.operation == "CreateModel" and request.parameters["ModelName"] in names
    ]
    containers = [
        entry for model in models for path in ("PrimaryContainer", "Containers.*") for entry in members(model, path)
    ]
    return "multi-model" if any(entry.get("Mode") == "MultiModel" for entry in containers) else "real-time"


def _life(configuration: str | None, record: Record) -> dict[str, list[Any]]:
    """What becomes of the endpoints that are made of a configuration."""
    made = [
        (place, request.parameters["EndpointName"])
        for place, request in enumerate(record.requests)
        if request.operation == "CreateEndpoint" and request.parameters.get("EndpointConfigName") == configuration
    ]
    if not made:
        return {}
    return {
        "deleted": [_done(record, "DeleteEndpoint", "EndpointName", name, place) for place, name in made],
        "autoscaled": [_is_scaled(record, name) for _, name in made],
    }


def _is_scaled(record: Record, endpoint: str) -> bool:
    components = [
        request.parameters["InferenceComponentName"]
        for request in record.requests
        if request.operation == "CreateInferenceComponent" and request.parameters["EndpointName"] == endpoint
    ]
    return _scaled(record, f"endpoint/{endpoint}/") or any(
        _scaled(record, f"inference-component/{name}") for name in components
    )


def _add_job_definition(settings: dict[str, list[Any]], parameters: dict[str, Any], record: Record) -> None:
    """A schedule may name what it runs; the definition is a request of its own."""
    names = members(parameters, "MonitoringScheduleConfig.MonitoringJobDefinitionName")
    for request in record.requests:
        if request.operation.endswith("JobDefinition") and request.parameters.get("JobDefinitionName") in names:
            for name, member in _CLUSTER.items():
                settings[name] = members(request.parameters, f"JobResources.{member}")
            settings["max_run"] = members(request.parameters, "StoppingCondition.MaxRuntimeInSeconds")


def _done(record: Record, operation: str, member: str, name: str, after: int = 0) -> bool:
    return any(
        request.operation == operation and request.parameters.get(member) == name for request in record.requests[after:]
    )


def _scaled(record: Record, resource: str) -> bool:
    return any(
        request.operation in {"RegisterScalableTarget", "PutScalingPolicy"}
        and request.parameters["ResourceId"].startswith(resource)
        for request in record.requests
    )


def _steps(request: Request) -> Iterator[Observation]:
    text = request.parameters.get("PipelineDefinition")
    if not isinstance(text, str):
        return
    definition = json.loads(text)
    defaults = parameter_defaults(definition)
    for step in _flattened(definition.get("Steps", [])):
        name = step["Name"]
        cache = members(step, "CacheConfig.Enabled")
        yield Observation("pipeline_step", {"cache": [bool(cache and cache[0])]}, request, name)
        operation = STEP_OPERATIONS.get(step["Type"])
        if operation is not None and "Arguments" in step:
            arguments = filled(step["Arguments"], defaults)
            yield _observed(request, operation, arguments, name, Record())


def parameter_defaults(definition: dict[str, Any]) -> dict[str, Any]:
    """The values of a pipeline's parameters in a plain start."""
    return {entry["Name"]: entry.get("DefaultValue", LATER) for entry in definition.get("Parameters", [])}


def _flattened(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        if step["Type"] == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                yield from _flattened(step["Arguments"].get(branch) or [])


def filled(value: Any, defaults: dict[str, Any]) -> Any:
    """A step's arguments for a plain start: parameters have their defaults."""
    if isinstance(value, list):
        return [filled(entry, defaults) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Get"}:
        head, _, name = value["Get"].partition(".")
        return defaults.get(name, LATER) if head == "Parameters" else LATER
    if any(key.startswith("Std:") for key in value):
        return LATER
    return {key: filled(entry, defaults) for key, entry in value.items()}

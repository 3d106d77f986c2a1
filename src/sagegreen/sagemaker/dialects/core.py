"""The generated resources of sagemaker-core: ``TrainingJob.create(...)`` takes boto3's request in snake case."""

from __future__ import annotations

import re

from sagegreen.sagemaker.dialects import boto3
from sagegreen.sagemaker.forms import EVERY, Form, Nested

_RESOURCE_MODULES = ("sagemaker.core.resources", "sagemaker_core.main.resources")

_CLASSES = {
    "create_training_job": "TrainingJob",
    "create_hyper_parameter_tuning_job": "HyperParameterTuningJob",
    "create_processing_job": "ProcessingJob",
    "create_transform_job": "TransformJob",
    "create_endpoint_config": "EndpointConfig",
    "create_endpoint": "Endpoint",
    "create_inference_component": "InferenceComponent",
    "create_pipeline": "Pipeline",
    "create_model_package": "ModelPackage",
    "create_notebook_instance": "NotebookInstance",
    "create_domain": "Domain",
    "create_user_profile": "UserProfile",
    "create_space": "Space",
    "create_app": "App",
    "create_feature_group": "FeatureGroup",
    "create_monitoring_schedule": "MonitoringSchedule",
    "create_auto_ml_job": "AutoMLJob",
    "create_auto_ml_job_v2": "AutoMLJobV2",
    "create_compilation_job": "CompilationJob",
    "create_optimization_job": "OptimizationJob",
    "create_inference_recommendations_job": "InferenceRecommendationsJob",
    "create_labeling_job": "LabelingJob",
}

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(member: str) -> str:
    """``MaxRuntimeInSeconds`` as sagemaker-core spells it, ``max_runtime_in_seconds``."""
    return member if member == EVERY else _WORD.sub("_", member).lower()


def _forms(module: str, shapes: str) -> tuple[Form, ...]:
    nested = {snake_case(name): Nested(shapes, name) for name in _NESTED_SHAPES}
    return tuple(
        Form(
            kind,
            "v3core",
            f"{module}.{_CLASSES[operation]}",
            "create",
            {name: tuple(map(snake_case, path.split("."))) for name, path in settings.items()},
            nested,
            alternatives={
                name: tuple(tuple(map(snake_case, path.split("."))) for path in paths)
                for name, paths in boto3.ALTERNATIVES.get(operation, {}).items()
            },
        )
        for operation, (kind, settings) in boto3.OPERATIONS.items()
    )


_NESTED_SHAPES = ("StoppingCondition", "CheckpointConfig", "ResourceConfig", "HyperParameterTuningJobConfig")

FORMS: tuple[Form, ...] = tuple(
    form for module in _RESOURCE_MODULES for form in _forms(module, module.replace("resources", "shapes"))
)

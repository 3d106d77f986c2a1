"""Which releases the catalogues are read from, and what is left out. Edit this file to refresh on a new release."""

from dataclasses import dataclass

COMPANION_V1 = "smdebug-rulesconfig==0.1.4"
COMPANION_V2 = "smdebug-rulesconfig==1.0.1"


@dataclass(frozen=True)
class Release:
    """One set of distributions that belong together: ``version`` names it, ``requirements`` install it."""

    version: str
    requirements: tuple[str, ...]


def _v2(version: str) -> Release:
    return Release(version, (f"sagemaker=={version}", COMPANION_V2))


V1 = Release("1.72.1", ("sagemaker==1.72.1", COMPANION_V1))

# Oldest first. The releases around a known change of positions stand in pairs; the others bound what lies between.
V2_OLDER = tuple(
    _v2(version)
    for version in (
        "2.0.0",
        "2.19.0",
        "2.41.0",
        "2.73.0",
        "2.88.0",
        "2.99.0",
        "2.108.0",
        "2.109.0",
        "2.110.0",
        "2.115.0",
        "2.132.0",
        "2.133.0",
        "2.154.0",
        "2.182.0",
        "2.199.0",
        "2.224.4",
        "2.236.0",
    )
)
V2 = Release("2.257.7", ("sagemaker==2.257.7", COMPANION_V2, "sagemaker-core==1.0.78"))
V3 = Release(
    "3.27.0",
    (
        "sagemaker==3.27.0",
        "sagemaker-core==2.27.0",
        "sagemaker-train==1.27.0",
        "sagemaker-serve==1.27.0",
        "sagemaker-mlops==1.27.0",
        COMPANION_V2,
    ),
)
BOTOCORE = Release("1.44.5", ("botocore==1.44.5", "boto3==1.44.5"))

# Complete, runnable environments: to confirm by introspection what was read from the sources, and to replay programs.
# Version 1 is of 2020: what it imports has since dropped names that it needs.
_BOTO3 = "boto3==1.44.5"
COMPLETE = {
    "v1": ("sagemaker==1.72.1", COMPANION_V1, _BOTO3, "protobuf<3.21", "setuptools<81", "pandas"),
    "v2": ("sagemaker==2.257.7", _BOTO3),
    "v3": ("sagemaker==3.27.0", _BOTO3),
}

SDK_ROOTS = ("sagemaker", "sagemaker_core", "smdebug_rulesconfig")

# Modules (with all below them) that code outside the SDK has no reason to name.
DROPPED_MODULES = (
    "sagemaker._studio",
    "sagemaker.amtviz",
    "sagemaker.cli",
    "sagemaker.config.config_schema",
    "sagemaker.core._studio",
    "sagemaker.core.config.config_schema",
    "sagemaker.core.config_schema",
    "sagemaker.core.jumpstart.accessors",
    "sagemaker.core.jumpstart.artifacts",
    "sagemaker.core.jumpstart.cache",
    "sagemaker.core.jumpstart.constants",
    "sagemaker.core.jumpstart.exceptions",
    "sagemaker.core.jumpstart.factory",
    "sagemaker.core.jumpstart.filters",
    "sagemaker.core.jumpstart.parameters",
    "sagemaker.core.jumpstart.types",
    "sagemaker.core.jumpstart.utils",
    "sagemaker.core.jumpstart.validators",
    "sagemaker.core.modules.train.container_drivers",
    "sagemaker.core.remote_function.runtime_environment",
    "sagemaker.core.telemetry",
    "sagemaker.core.tools",
    "sagemaker.core.utils.code_injection",
    "sagemaker.fw_registry",
    "sagemaker.image_uri_config",
    "sagemaker.jumpstart.accessors",
    "sagemaker.jumpstart.artifacts",
    "sagemaker.jumpstart.cache",
    "sagemaker.jumpstart.curated_hub",
    "sagemaker.jumpstart.factory",
    "sagemaker.jumpstart.filters",
    "sagemaker.jumpstart.parameters",
    "sagemaker.jumpstart.types",
    "sagemaker.jumpstart.utils",
    "sagemaker.jumpstart.validators",
    "sagemaker.modules.train.container_drivers",
    "sagemaker.remote_function.runtime_environment",
    "sagemaker.serve.model_format",
    "sagemaker.serve.model_server",
    "sagemaker.serve.save_retrive",
    "sagemaker.serve.utils",
    "sagemaker.serve.validations",
    "sagemaker.telemetry",
    "sagemaker.train.container_drivers",
    "sagemaker.train.sm_recipes",
    "sagemaker_core.main.code_injection",
    "sagemaker_core.tools",
)

# Generated shapes that only describe answers of the service; no caller constructs them.
ANSWER_SHAPE_MODULES = ("sagemaker.core.shapes.shapes", "sagemaker_core.main.shapes")
ANSWER_SHAPE_SUFFIXES = ("Response", "Result", "Exception", "Fault")

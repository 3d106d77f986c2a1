"""How a dialect spells a resource: the call that makes it and the path to each of its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "training_job",
    "tuning_job",
    "processing_job",
    "transform_job",
    "endpoint",
    "inference_component",
    "pipeline",
    "pipeline_step",
    "model_registration",
    "notebook_instance",
    "studio",
    "bucket",
    "feature_group",
    "monitoring_schedule",
    "scaling_policy",
    "remote_function",
    "other_job",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Api = Literal["v1", "v2", "modules", "v3", "v3core", "boto3"]

#: The way from a call to a setting: a parameter, then keys, fields or constructor parameters; ``*`` is every list item,
#: ``*AppSettings`` every key or field with that end.
Path = tuple[str, ...]

EVERY = "*"


@dataclass(frozen=True)
class Nested:
    """The class that holds settings below a parameter, to be written where the parameter is missing.

    Attributes:
        module: where users import it from.
        name: the class; empty where the dialect takes a plain dictionary.
    """

    module: str = ""
    name: str = ""


@dataclass(frozen=True)
class Form:
    """One call that makes a resource.

    Attributes:
        kind: what it makes.
        api: the dialect.
        owner: the class (canonical) or ``boto3.client:SERVICE`` whose method it is; a module for functions.
        method: the method, ``__init__`` for the constructor, the function's name for a function.
        settings: where each setting stands.
        nested: what to build where a parameter on a path is missing.
        structured: settings of which only the presence matters.
        alternatives: other places of a setting, asked in their order where it does not stand at its own.
        fallback: settings that, where the call lacks them, stand in the constructor of its receiver.
    """

    kind: Kind
    api: Api
    owner: str
    method: str
    settings: Mapping[str, Path] = field(default_factory=dict)
    nested: Mapping[str, Nested] = field(default_factory=dict)
    structured: frozenset[str] = frozenset()
    alternatives: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    fallback: Mapping[str, str] = field(default_factory=dict)


#: Settings that are reported as present or not, whatever the dialect.
STRUCTURED = frozenset({"checkpoint", "rules", "distribution", "data_capture", "cache"})

#: The settings that the inventory lists, by kind.
INVENTORY: dict[Kind, tuple[str, ...]] = {
    "training_job": (
        "instance_type",
        "instance_count",
        "spot",
        "max_run",
        "max_wait",
        "checkpoint",
        "rules",
        "distribution",
        "keep_alive",
        "local",
    ),
    "tuning_job": (
        "strategy",
        "max_jobs",
        "early_stopping",
        "instance_type",
        "instance_count",
        "spot",
        "max_run",
        "max_wait",
        "checkpoint",
        "local",
    ),
    "processing_job": ("instance_type", "instance_count", "max_run", "local"),
    "transform_job": ("instance_type", "instance_count", "local"),
    "endpoint": ("mode", "instance_type", "instance_count", "deleted", "autoscaled", "data_capture", "local"),
    "inference_component": ("instance_count", "deleted", "autoscaled"),
    "pipeline": (),
    "pipeline_step": ("cache",),
    "model_registration": (),
    "notebook_instance": ("instance_type",),
    "studio": ("instance_type",),
    "bucket": (),
    "feature_group": (),
    "monitoring_schedule": ("instance_type", "instance_count", "max_run"),
    "scaling_policy": (),
    "remote_function": ("instance_type", "instance_count", "spot", "max_run", "max_wait", "keep_alive", "local"),
    "other_job": ("instance_type", "instance_count", "max_run"),
}

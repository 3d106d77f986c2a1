"""Software that cannot use an accelerator, told by its class, image, algorithm or hyperparameters.

The names stand in ``cpu_only_software.csv``, each with its source. XGBoost: AWS documentation, "XGBoost algorithm with
Amazon SageMaker AI" (xgboost.html): versions from 1.2 on train on GPUs where ``tree_method`` is ``gpu_hist``; the
XGBoost project replaced that by ``device="cuda"`` in 2.0 (xgboost.readthedocs.io, "XGBoost GPU Support").
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.scripts import script_of
from sagegreen.sagemaker.serving import ServedContainer, served_by
from sagegreen.semantics.values import Absent, Joined, Known, Result, Symbol, Value, options
from sagegreen_checks.training.containers import parsed_version, retrieved_by
from sagegreen_checks.training.hyperparameters import hyperparameters_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.types import ObjectType

_SERVING = frozenset({"endpoint", "transform_job"})
_JUMPSTART = ("sagemaker.jumpstart.estimator.JumpStartEstimator", "sagemaker.jumpstart.model.JumpStartModel")
_FRAMEWORK_PROCESSOR = "sagemaker.processing.FrameworkProcessor"
_XGBOOST = (
    "sagemaker.xgboost.estimator.XGBoost",
    "sagemaker.xgboost.model.XGBoostModel",
    "sagemaker.xgboost.processing.XGBoostProcessor",
)
_DEEP_LEARNING = frozenset({"pytorch", "tensorflow", "mxnet", "huggingface", "autogluon"})
_REPOSITORY = re.compile(r"/(?P<name>[\w.-]+):(?P<tag>[\w.?-]+)$")
_GPU_SINCE = (1, 2)
#: What the image of XGBoost's first version is asked for with, v1's default; it is 0.72.
_FIRST_IMAGE, _FIRST_VERSION = frozenset({"1", "latest"}), "0.72"
_GPU_PARAMETERS = ("tree_method", "device", "updater", "predictor", "use_dask_gpu_training")
_GPU_VALUE = re.compile(r"gpu|cuda", re.IGNORECASE)
_GPU_SCRIPT = re.compile(r"gpu|cuda|cupy|cuml|rapids|torch|tensorflow|xgboost|lightgbm|catboost", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CpuOnly:
    """Why something cannot use an accelerator.

    Attributes:
        software: what runs, as a noun.
        why: what it does instead, as a verb with its object.
        source: who says so.
        refused: whether version 2 of the SDK refuses an accelerator, so that nothing would start.
    """

    software: str
    why: str
    source: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    name: str
    reason: CpuOnly


@cache
def _rows() -> tuple[_Row, ...]:
    path = Path(__file__).with_name("cpu_only_software.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            _Row(
                row["kind"],
                row["name"],
                CpuOnly(row["software"], row["why"], row["source"], row["refused"] == "yes"),
            )
            for row in csv.DictReader(file)
        )


def cpu_only(resource: Resource) -> CpuOnly | None:
    """Why nothing that a job or endpoint runs can use an accelerator; ``None`` where something may."""
    if resource.kind == "tuning_job" and resource.members:
        return _all(cpu_only(member) for member in resource.members)
    if resource.kind not in _SERVING:
        return _of_job(resource)
    served = served_by(resource)
    return _all(_of_container(resource, container) for container in served)


def _all(reasons: Iterable[CpuOnly | None]) -> CpuOnly | None:
    found = list(reasons)
    return found[0] if found and None not in found else None


def _of_job(job: Resource) -> CpuOnly | None:
    image = job.setting("image").value
    if image is not None and not (isinstance(image, Known) and image.value is None):
        reason = _all(_of_image(job, option) for option in options(image))
    elif job.is_open:
        return None
    else:
        reason = _of_class(job, job.owner, job.bound[0])
    if reason is None:
        return _of_xgboost(job)
    return None if _may_bring_its_own(job, reason) else reason


def _of_container(resource: Resource, container: ServedContainer) -> CpuOnly | None:
    image = container.image
    if not isinstance(image, Absent) and not (isinstance(image, Known) and image.value is None):
        return _all(_of_image(resource, option) or _of_old_xgboost(resource, option) for option in options(image))
    return None if container.open else _of_class(resource, container.owner, container.bound)


# -- classes and images -----------------------------------------------------------------------------


def _of_class(resource: Resource, owner: ObjectType | None, bound: BoundCall) -> CpuOnly | None:
    if owner is None:
        return None
    if any(map(owner.is_a, _JUMPSTART)):
        return _of_model(bound.arguments["model_id"].value if "model_id" in bound.arguments else None)
    for row in _rows():
        if row.kind == "class" and owner.is_a(row.name):
            return row.reason
    if owner.is_a(_FRAMEWORK_PROCESSOR) and "estimator_cls" in bound.arguments:
        return _of_estimator_class(resource, bound.arguments["estimator_cls"].value)
    if any(map(owner.is_a, _XGBOOST)) and "framework_version" in bound.arguments:
        version = resource.program.reader.constant(bound.arguments["framework_version"].value, 4)
        return _old_xgboost(version.value if isinstance(version, Known) else None, refused=True)
    return None


def _of_estimator_class(resource: Resource, value: Value) -> CpuOnly | None:
    name = resource.program.types.names.resolve(value.path) if isinstance(value, Symbol) else None
    for row in _rows():
        if name is not None and row.kind == "class" and row.name == name.canonical:
            return row.reason
    return None


def _of_model(value: Value | None) -> CpuOnly | None:
    """What is published about a JumpStart model."""
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return None
    return next((row.reason for row in _rows() if row.kind == "model" and value.value.startswith(row.name)), None)


def _of_image(resource: Resource, value: Value) -> CpuOnly | None:
    image = resource.program.reader.constant(value, 4)
    if isinstance(image, Result):
        return _of_retrieved(resource, image)
    found = _REPOSITORY.search(_text(image))
    if found is None:
        return None
    named = next((row.reason for row in _rows() if row.kind == "repository" and row.name == found["name"]), None)
    if named is not None:
        return named
    if "cpu" in re.split(r"[-_.]", found["tag"]):
        return CpuOnly(f"the image `{found['name']}:{found['tag'].replace('?', '...')}`", "is one for CPUs", "its tag")
    return None


def _text(image: Value) -> str:
    parts = image.parts if isinstance(image, Joined) else (image,)
    return "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)


def _of_retrieved(resource: Resource, image: Result) -> CpuOnly | None:
    bound = retrieved_by(resource, image)
    if bound is None or bound.open:
        return None
    model = bound.arguments.get("model_id")
    if model is not None and not (isinstance(model.value, Known) and model.value.value is None):
        return _of_model(resource.program.reader.constant(model.value, 4))
    framework = _constant(resource, bound, "framework") or _constant(resource, bound, "repo_name")
    for row in _rows():
        if row.kind == "framework" and row.name == framework:
            return row.reason
    looked_up = _constant(resource, bound, "instance_type")
    machine = instance(looked_up) if looked_up is not None else None
    if framework in _DEEP_LEARNING and machine is not None and machine.accelerator is None:
        return CpuOnly(
            f"the `{framework}` image",
            f"is looked up for `{machine.name}`, which gives one for CPUs",
            "sagemaker.image_uris of the SageMaker Python SDK",
        )
    return None


def _constant(resource: Resource, bound: BoundCall, name: str) -> str | None:
    argument = bound.arguments.get(name)
    value = resource.program.reader.constant(argument.value, 4) if argument is not None else None
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


# -- XGBoost ----------------------------------------------------------------------------------------


def _of_xgboost(job: Resource) -> CpuOnly | None:
    """A training job of XGBoost that is not told to use a GPU."""
    if job.kind not in {"training_job", "tuning_job"}:
        return None
    image = job.setting("image").value
    given = image is not None and not (isinstance(image, Known) and image.value is None)
    images = options(image) if given and image is not None else ()
    if given and not (images and all(_is_xgboost(job, option) for option in images)):
        return None
    if not given and not job.is_a(*_XGBOOST):
        return None
    old = _all(_of_old_xgboost(job, option) for option in images)
    if old is not None:
        return old
    if job.kind == "tuning_job" and _mentions_gpu_parameters(job):
        return None  # the ranges of a request name what they vary in lists of structures
    hyperparameters = hyperparameters_of(job)
    if not hyperparameters.complete or any(map(hyperparameters.may_be, _GPU_PARAMETERS)):
        return None
    for name in _GPU_PARAMETERS:
        if any(_GPU_VALUE.search(str(value)) or value is True for value in hyperparameters.constants(name)):
            return None
    if job.setting("entry_point").is_absent and job.setting("source_code").is_absent:
        told = "uses a GPU only where `tree_method` is `gpu_hist` or `device` is `cuda`, and neither is set"
        return CpuOnly("XGBoost", told, "https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html")
    script = script_of(job)
    if script is None or not script.complete or _GPU_VALUE.search(script.text):
        return None
    return CpuOnly(
        "XGBoost",
        f"uses a GPU only where it is told to, which neither the hyperparameters nor `{script.name}` do",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html",
    )


def _mentions_gpu_parameters(job: Resource) -> bool:
    return any(map(job.program.mentions, _GPU_PARAMETERS))


def _is_xgboost(resource: Resource, value: Value) -> bool:
    image = resource.program.reader.constant(value, 4)
    if isinstance(image, Result):
        bound = retrieved_by(resource, image)
        return bound is not None and "xgboost" in {
            _constant(resource, bound, "framework"),
            _constant(resource, bound, "repo_name"),
        }
    found = _REPOSITORY.search(_text(image))
    return found is not None and found["name"] == "sagemaker-xgboost"


def _of_old_xgboost(resource: Resource, value: Value) -> CpuOnly | None:
    """An image of a version of XGBoost that has no GPU code."""
    if not _is_xgboost(resource, value):
        return None
    image = resource.program.reader.constant(value, 4)
    if isinstance(image, Result):
        bound = retrieved_by(resource, image)
        if bound is None:
            return None
        looked_up = _constant(resource, bound, "instance_type")
        machine = instance(looked_up) if looked_up is not None else None
        version = _constant(resource, bound, "version") or _constant(resource, bound, "repo_version")
        if version in _FIRST_IMAGE or (version is None and not {"version", "repo_version"} & bound.arguments.keys()):
            version = _FIRST_VERSION if resource.api == "v1" or version is not None else None
        return _old_xgboost(version, refused=machine is not None and machine.accelerator is not None)
    found = _REPOSITORY.search(_text(image))
    return _old_xgboost(found["tag"] if found is not None else None, refused=False)


def _old_xgboost(text: object, *, refused: bool) -> CpuOnly | None:
    version = parsed_version(text) if isinstance(text, str) and "?" not in text else None
    if version is None or len(version) < len(_GPU_SINCE) or version >= _GPU_SINCE:
        return None
    return CpuOnly(
        f"SageMaker's XGBoost {'.'.join(map(str, version))} container",
        "is built for CPUs only",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html",
        refused,
    )


# -- scripts ----------------------------------------------------------------------------------------


def _may_bring_its_own(job: Resource, reason: CpuOnly) -> bool:
    """Whether the script of a container without GPU code may install and use something that has it."""
    if job.kind not in {"training_job", "processing_job"} or "scikit-learn" not in reason.software:
        return False
    script = script_of(job)
    return script is not None and _GPU_SCRIPT.search(script.text) is not None

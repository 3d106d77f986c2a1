"""What managed spot training asks of a job: a wait that covers the run, and a container that can checkpoint.

Sources: AWS documentation, "Managed Spot Training in Amazon SageMaker AI" (model-managed-spot-training) and
"Checkpoints in Amazon SageMaker AI" (model-checkpoints): which built-in algorithms checkpoint, and the cap of 3600
seconds on the wait of those that do not; ``StoppingCondition`` in the API reference: a day where no run time is given;
``sagemaker/train/defaults.py`` of the SageMaker Python SDK 3: 3600 seconds where no ``StoppingCondition`` is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import ABSENT, Elements, Joined, Known, Mapped, Result, Symbol, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting
    from sagegreen.semantics.values import Value

UNCHECKPOINTED_CAP = 3600
SERVICE_DEFAULT_RUN = 86400
MODEL_TRAINER_DEFAULT_RUN = 3600

_JUMPSTART = "sagemaker.jumpstart.estimator.JumpStartEstimator"
_ALGORITHM = "sagemaker.algorithm.AlgorithmEstimator"
_AMAZON = "sagemaker.amazon.amazon_estimator.AmazonAlgorithmEstimatorBase"
_FRAMEWORK = "sagemaker.estimator.Framework"
_MODEL_TRAINERS = (
    "sagemaker.train.model_trainer.ModelTrainer",
    "sagemaker.modules.train.model_trainer.ModelTrainer",
)

_CHECKPOINTING = frozenset({"image-classification", "object-detection", "semantic-segmentation"})
_NOT_CHECKPOINTING = frozenset(
    {
        "blazingtext",
        "factorization-machines",
        "forecasting-deepar",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "linear-learner",
        "ntm",
        "object2vec",
        "pca",
        "randomcutforest",
        "seq2seq",
    }
)
_SCRIPT_FRAMEWORKS = frozenset({"chainer", "huggingface", "mxnet", "pytorch", "sklearn", "tensorflow"})
_XGBOOST_BEFORE_CHECKPOINTS = frozenset({"1", "latest", "0.72", "0.72-1"})
_REPOSITORY = re.compile(r"\.dkr\.ecr\.[^/]*/(?P<name>[^:@]+)(?::(?P<tag>[^@]+))?")
_LOOKUPS = ("image_uris.retrieve", ".get_image_uri", ".get_training_image_uri")


class Checkpointing(Enum):
    """Whether what a job runs can go on from a checkpoint: by itself, if its script does it, never, or nobody knows."""

    BUILT_IN = "built in"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RunCap:
    """The run time, in seconds, at which a job is stopped, and who says so."""

    seconds: int
    origin: str
    written: bool


# --- what runs -----------------------------------------------------------------------------------------------


def checkpointing(job: Resource) -> Checkpointing:
    """Whether what a job runs can save and restore checkpoints."""
    if job.is_a(_AMAZON, _ALGORITHM) or not job.setting("algorithm").is_absent:
        return Checkpointing.IMPOSSIBLE
    if is_jumpstart(job):
        return Checkpointing.UNKNOWN
    has_script = not job.setting("entry_point").is_absent or not job.setting("source_code").is_absent
    if job.is_a(_FRAMEWORK) or has_script or job.kind in {"remote_function", "pipeline_step"}:
        return Checkpointing.POSSIBLE
    image = job.setting("image").value
    if image is None:
        return Checkpointing.UNKNOWN
    found = {_image_checkpointing(job, option) for option in options(image)}
    return found.pop() if len(found) == 1 else Checkpointing.UNKNOWN


def is_jumpstart(job: Resource) -> bool:
    """Whether the model, and with it the container and its limits, comes from JumpStart."""
    return job.is_a(_JUMPSTART) or job.form.method == "from_jumpstart_config"


def is_marketplace(job: Resource) -> bool:
    """Whether the job runs an algorithm resource, as those of AWS Marketplace are."""
    return job.is_a(_ALGORITHM) or not job.setting("algorithm").is_absent


def is_model_trainer(job: Resource) -> bool:
    """Whether the job is a ``ModelTrainer``, of ``sagemaker.train`` or of its preview ``sagemaker.modules``."""
    return job.is_a(*_MODEL_TRAINERS)


def _image_checkpointing(job: Resource, image: Value) -> Checkpointing:
    if isinstance(image, Result):
        return _looked_up(job, image)
    parts = image.parts if isinstance(image, Joined) else (image,)
    text = "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)
    found = _REPOSITORY.search(text)
    if found is None or "?" in found["name"]:
        return Checkpointing.UNKNOWN
    known = _algorithm_checkpointing(found["name"], found["tag"])
    return Checkpointing.POSSIBLE if known is None else known


def _looked_up(job: Resource, image: Result) -> Checkpointing:
    """The same of what ``image_uris.retrieve`` (v1: ``get_image_uri``) looks up."""
    callees = [callee for callee in options(image.call.callee) if isinstance(callee, Symbol)]
    bound = job.program.reader.constructed(image.call)
    if bound is None or not any(callee.path.endswith(_LOOKUPS) for callee in callees):
        return Checkpointing.UNKNOWN
    given = bound.arguments
    name = next((given[key].value for key in ("framework", "repo_name") if key in given), None)
    version = next((given[key].value for key in ("version", "repo_version") if key in given), None)
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Checkpointing.UNKNOWN
    if name.value in _SCRIPT_FRAMEWORKS:
        return Checkpointing.POSSIBLE
    tag: object = version.value if isinstance(version, Known) else None
    if version is None:
        tag = bound.default("repo_version")
    known = _algorithm_checkpointing(name.value, str(tag) if tag is not None else None)
    return Checkpointing.UNKNOWN if known is None else known


def _algorithm_checkpointing(name: str, version: str | None) -> Checkpointing | None:
    """The same of one of Amazon's own algorithms; ``None`` for anything else."""
    if name in _CHECKPOINTING:
        return Checkpointing.BUILT_IN
    if name in _NOT_CHECKPOINTING:
        return Checkpointing.IMPOSSIBLE
    if name in {"xgboost", "sagemaker-xgboost"}:
        if version is None or "?" in version:
            return Checkpointing.UNKNOWN
        return Checkpointing.IMPOSSIBLE if version in _XGBOOST_BEFORE_CHECKPOINTS else Checkpointing.BUILT_IN
    return None


# --- run and wait --------------------------------------------------------------------------------------------


def run_cap(job: Resource) -> RunCap | None:
    """The run time at which a job is certainly stopped; ``None`` where that is not known."""
    name = spelling(job, "max_run")
    seconds = whole(job.max_run)
    if seconds is not None:
        return RunCap(seconds, f"`{name}`", written=True)
    if not job.max_run.is_absent:
        return None
    default = job.max_run.sdk_default
    if isinstance(default, int) and not isinstance(default, bool):
        return RunCap(default, f"the SDK's default of `{name}`", written=False)
    if is_model_trainer(job) and not is_jumpstart(job):
        if job.setting("stopping_condition").is_absent:
            return RunCap(MODEL_TRAINER_DEFAULT_RUN, f"the SDK's default of `{name}`", written=False)
        if names_only_the_wait(job):
            return RunCap(SERVICE_DEFAULT_RUN, "the service's default, one day", written=False)
    if job.api in {"boto3", "v3core"}:
        return RunCap(SERVICE_DEFAULT_RUN, "the service's default, one day", written=False)
    return None


def names_only_the_wait(job: Resource) -> bool:
    """Whether the job's stopping condition is written out and holds no run time, not even ``None``."""
    path = job.form.settings.get("stopping_condition")
    if path is None:
        return False
    value = job.setting("stopping_condition").value
    return value is not None and all(_without_run(job, option) for option in options(value))


def _without_run(job: Resource, value: Value) -> bool:
    key = job.form.settings["max_run"][-1]
    if isinstance(value, Mapped):
        return value.complete and key not in value.entries
    if isinstance(value, Result):
        bound = job.program.reader.constructed(value.call)
        assigned = job.program.reader.assigned(value.call, (key,), ABSENT)
        return bound is not None and not bound.open and key not in bound.arguments and assigned is ABSENT
    return False


def whole(setting: Setting) -> int | None:
    """A known whole number of seconds."""
    value = setting.constant
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_pipeline_parameter(setting: Setting) -> bool:
    """Whether what a setting is can still be changed when a pipeline is started."""
    return setting.value is not None and any(isinstance(option, Result) for option in options(setting.value))


# --- how the user spells it ----------------------------------------------------------------------------------


def called(job: Resource) -> str:
    """What is called, as the user knows it: ``PyTorch``, ``ModelTrainer.from_recipe``, ``create_training_job``."""
    owner = job.target.split(".")[-2] if job.api != "boto3" and "." in job.target else ""
    return f"{owner}.{job.class_name}" if owner[:1].isupper() else job.class_name


def spelling(job: Resource, name: str) -> str:
    """A setting as the job's dialect writes it: ``max_run``, ``StoppingCondition(max_runtime_in_seconds=...)``."""
    path = job.form.settings[name]
    if len(path) == 1:
        return job.bound[0].keyword(path[0])
    nested = job.form.nested.get(path[-2])
    return f"{nested.name}({path[-1]}=...)" if nested is not None and nested.name else path[-1]


def assigned(job: Resource, name: str, value: str) -> str:
    """A setting with its value, as the job's dialect writes it."""
    spelt = spelling(job, name)
    return spelt.replace("...", value) if spelt.endswith("=...)") else f"{spelt}={value}"


def written(job: Resource, name: str) -> Place | None:
    """The expression that stands for a setting inside the very call or request that makes the job."""
    path = job.form.settings.get(name)
    cell, node = request(job)
    for depth, key in enumerate(path or ()):
        inner: cst.CSTNode | None
        if isinstance(node, cst.Call):
            keywords = {key, job.bound[0].keyword(key)} if depth == 0 else {key}
            inner = _argument(node.args, keywords)
        elif isinstance(node, cst.Dict):
            inner = _item(node, key)
        else:
            return None
        if inner is None:
            return None
        node = inner
    return Place(cell, node) if path else None


def request(job: Resource) -> tuple[ParsedCell, cst.CSTNode]:
    """The call that makes a job, or the dictionary that a boto3 call is given whole."""
    call = job.call
    spreads = {id(argument.spread): argument.spread for argument in call.arguments if argument.spread is not None}
    if job.api == "boto3" and len(spreads) == 1:
        spread = next(iter(spreads.values()))
        if isinstance(spread, Mapped) and spread.origin is not None:
            return spread.origin.cell, spread.origin.node
    return call.cell, call.node


def _argument(arguments: Sequence[cst.Arg], keywords: set[str]) -> cst.CSTNode | None:
    return next((arg.value for arg in arguments if arg.keyword is not None and arg.keyword.value in keywords), None)


def _item(display: cst.Dict, key: str) -> cst.CSTNode | None:
    for element in display.elements:
        if not isinstance(element, cst.DictElement) or not isinstance(element.key, cst.SimpleString):
            continue
        if element.key.evaluated_value == key:
            return element.value
    return None


def is_absent_or_nothing(setting: Setting) -> bool:
    """Whether a setting is certainly left out, or certainly empty or zero."""
    if setting.is_absent or setting.certainly(lambda value: not value):
        return True
    value = setting.value
    if isinstance(value, Elements):
        return value.complete and not value.items
    return isinstance(value, Mapped) and value.complete and not value.entries

"""Which framework container a job or endpoint runs in, and what is published about that container.

The version tables hold what no SDK signature tells. Sources:

- Debugger: AWS documentation, "Supported frameworks and algorithms" (debugger-supported-frameworks): TensorFlow 1.15.4,
  PyTorch 1.5.0, MXNet 1.6.0 or later; XGBoost 1.0-1, 1.2-1, 1.3-1. Zero-change hooks end with PyTorch 1.12 and, for
  ``tf.keras``, TensorFlow 2.6 (same page).
- CUDA of the AWS Deep Learning Containers: the image tags of aws/deep-learning-containers (PyTorch 1.13.1 cu117, 2.0.0
  cu118; TensorFlow 2.11 cu112, 2.12 cu118; MXNet 1.9 cu112, the last; CUDA 11.0 since PyTorch 1.6, TensorFlow 2.4 and
  MXNet 1.8) and the ``container_version`` fields of ``sagemaker/image_uri_config/huggingface.json``.
- GPUs: NVIDIA, "Ada GPU Architecture Compatibility Guide": native code for L4 and L40S since CUDA 11.8; "Ampere GPU
  Architecture Compatibility Guide": for A100 since CUDA 11.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.sagemaker.serving import served_by
from sagegreen.semantics.values import Absent, Attribute, Joined, Known, Result, Symbol, Value, options

if TYPE_CHECKING:
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.resources import Resource

Version = tuple[int, ...]

PYTORCH, TENSORFLOW, MXNET, XGBOOST, ALGORITHM = "pytorch", "tensorflow", "mxnet", "xgboost", "algorithm"

#: The first version that Debugger supports; XGBoost has a closed list.
DEBUGGER_SINCE: dict[str, Version] = {PYTORCH: (1, 5), TENSORFLOW: (1, 15, 4), MXNET: (1, 6)}
DEBUGGER_XGBOOST: frozenset[Version] = frozenset({(1, 0), (1, 2), (1, 3)})

#: The first version whose container no longer hooks into the training script by itself.
HOOKED_BEFORE: dict[str, Version] = {PYTORCH: (1, 12), TENSORFLOW: (2, 6)}

#: The first version whose container carries native code for the GPU of the successor.
GPU_CODE_SINCE: dict[str, dict[str, Version]] = {
    "NVIDIA L4": {PYTORCH: (2, 0), TENSORFLOW: (2, 12)},
    "NVIDIA L40S": {PYTORCH: (2, 0), TENSORFLOW: (2, 12)},
    "NVIDIA A100": {PYTORCH: (1, 6), TENSORFLOW: (2, 4), MXNET: (1, 8)},
}

_LATEST_PATCH = 99

_CLASSES = {
    PYTORCH: (
        "sagemaker.pytorch.estimator.PyTorch",
        "sagemaker.pytorch.model.PyTorchModel",
        "sagemaker.pytorch.processing.PyTorchProcessor",
    ),
    TENSORFLOW: (
        "sagemaker.tensorflow.estimator.TensorFlow",
        "sagemaker.tensorflow.model.TensorFlowModel",
        "sagemaker.tensorflow.processing.TensorFlowProcessor",
    ),
    MXNET: (
        "sagemaker.mxnet.estimator.MXNet",
        "sagemaker.mxnet.model.MXNetModel",
        "sagemaker.mxnet.processing.MXNetProcessor",
    ),
    XGBOOST: (
        "sagemaker.xgboost.estimator.XGBoost",
        "sagemaker.xgboost.model.XGBoostModel",
        "sagemaker.xgboost.processing.XGBoostProcessor",
    ),
    ALGORITHM: ("sagemaker.amazon.amazon_estimator.AmazonAlgorithmEstimatorBase",),
}
_HUGGING_FACE = (
    "sagemaker.huggingface.estimator.HuggingFace",
    "sagemaker.huggingface.model.HuggingFaceModel",
    "sagemaker.huggingface.processing.HuggingFaceProcessor",
)

#: Names under which ``image_uris.retrieve`` gives the frameworks; what else it gives and has no version of a framework
#: is one of Amazon's own algorithms.
_RETRIEVED = {PYTORCH: PYTORCH, TENSORFLOW: TENSORFLOW, MXNET: MXNET, XGBOOST: XGBOOST}
_ALGORITHMS = frozenset(
    {
        "blazingtext",
        "factorization-machines",
        "forecasting-deepar",
        "image-classification",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "linear-learner",
        "ntm",
        "object-detection",
        "object2vec",
        "pca",
        "randomcutforest",
        "semantic-segmentation",
        "seq2seq",
    }
)
_IMAGE = re.compile(
    r"/(?:(?P<hugging>huggingface-)?(?P<framework>pytorch|tensorflow|mxnet)-(?:training|inference)|sagemaker-(?P<xgboost>xgboost))"
    r":(?P<version>\d[\w.-]*)"
)
_SERVING = frozenset({"endpoint", "transform_job"})
_DEEP_LEARNING_ACCOUNT = "763104351884"
_BASE = re.compile(r"(pytorch|tensorflow)(\d.*)")


@dataclass(frozen=True, slots=True)
class Container:
    """What runs inside a job.

    Attributes:
        framework: one of the names above.
        versions: every version it may have; empty where the version is not known.
        hugging_face: whether the container is Hugging Face's variant.
    """

    framework: str
    versions: tuple[Version, ...] = ()
    hugging_face: bool = False


def container_of(resource: Resource) -> Container | None:
    """The container of a job, transform job or endpoint; ``None`` where nothing certain says which it is."""
    served = served_by(resource) if resource.kind in _SERVING else ()
    if len(served) > 1:
        return None
    bound = served[0].bound if served else _described(resource)
    image = _given(served[0].image) if served else _argument(bound, "image_uri") or resource.setting("image").value
    if image is not None and not (isinstance(image, Known) and image.value is None):
        return _of_image(resource, image)
    if resource.is_a(*_HUGGING_FACE):
        return _hugging_face(resource, bound)
    for framework, classes in _CLASSES.items():
        if resource.is_a(*classes):
            version = _argument(bound, "framework_version")
            return Container(framework, _versions(resource, version))
    return None


def images_of(resource: Resource) -> tuple[Value, ...]:
    """The images that a job, or the containers of an endpoint, are given; those that the SDK chooses are not there."""
    if resource.kind in _SERVING:
        given = [_given(container.image) for container in served_by(resource)]
    else:
        given = [_argument(_described(resource), "image_uri") or resource.setting("image").value]
    return tuple(option for image in given if image is not None for option in options(image))


def retrieved_by(resource: Resource, image: Value) -> BoundCall | None:
    """The call of ``image_uris.retrieve`` (v1: ``get_image_uri``) that an image is the result of."""
    found = resource.program.reader.constant(image, 4)
    if not isinstance(found, Result) or not any(
        isinstance(callee, Symbol) and callee.path.endswith(("image_uris.retrieve", ".get_image_uri"))
        for callee in options(found.call.callee)
    ):
        return None
    return resource.program.reader.constructed(found.call)


def is_of_jumpstart(resource: Resource) -> bool:
    """Whether an image is looked up for a JumpStart model, ``image_uris.retrieve(model_id=...)``."""
    for image in images_of(resource):
        retrieved = retrieved_by(resource, image)
        model = _argument(retrieved, "model_id")
        if model is not None and not (isinstance(model, Known) and model.value is None):
            return True
    return False


def _given(value: Value) -> Value | None:
    return None if isinstance(value, Absent) else value


def parsed_version(text: str) -> Version | None:
    """``1.2-1`` as ``(1, 2)``, ``2.0.1`` as ``(2, 0, 1)``; ``None`` for words such as ``latest``."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, found[0].split("."))) if found is not None else None


def _described(resource: Resource) -> BoundCall | None:
    """The constructor that names the framework: the resource's own, or that of the object whose method makes it."""
    if resource.form.method == "__init__":
        return resource.bound[0]
    callee = resource.call.callee
    base = callee.base if isinstance(callee, Attribute) else None
    return resource.program.reader.constructed(base.call) if isinstance(base, Result) else None


def _argument(bound: BoundCall | None, name: str) -> Value | None:
    found = bound.arguments.get(name) if bound is not None else None
    return found.value if found is not None else None


def _versions(resource: Resource, value: Value | None) -> tuple[Version, ...]:
    """All versions that a value may be; none where one of them is not known."""
    found: list[Version] = []
    for option in options(value) if value is not None else ():
        constant = resource.program.reader.constant(option, 4)
        text = constant.value if isinstance(constant, Known) else None
        version = parsed_version(text) if isinstance(text, str) else None
        if version is None:
            return ()
        found.append(version)
    return tuple(found)


def _hugging_face(resource: Resource, bound: BoundCall | None) -> Container | None:
    for framework in (PYTORCH, TENSORFLOW):
        version = _argument(bound, f"{framework}_version")
        if version is not None and not (isinstance(version, Known) and version.value is None):
            return Container(framework, _versions(resource, version), hugging_face=True)
    return None


def _of_image(resource: Resource, image: Value) -> Container | None:
    found = {_of_one_image(resource, resource.program.reader.constant(option, 4)) for option in options(image)}
    if None in found or len({(entry.framework, entry.hugging_face) for entry in found if entry is not None}) != 1:
        return None
    containers = [entry for entry in found if entry is not None]
    if not all(entry.versions for entry in containers):
        return Container(containers[0].framework, (), containers[0].hugging_face)
    versions = tuple(version for entry in containers for version in entry.versions)
    return Container(containers[0].framework, versions, containers[0].hugging_face)


def _of_one_image(resource: Resource, image: Value) -> Container | None:
    if isinstance(image, Result):
        return _retrieved(resource, image)
    parts = image.parts if isinstance(image, Joined) else (image,)
    text = "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)
    found = _IMAGE.search(text)
    if found is None:
        return None
    version = parsed_version(found["version"]) if "?" not in found["version"] else None
    versions = (version,) if version is not None else ()
    if found["xgboost"]:
        return Container(XGBOOST, versions)
    # a repository of the same name in another account holds somebody's own image
    if _DEEP_LEARNING_ACCOUNT not in text and not text.startswith("?"):
        return None
    return Container(found["framework"], versions, bool(found["hugging"]))


def _retrieved(resource: Resource, image: Result) -> Container | None:
    """The container that ``image_uris.retrieve`` (v1: ``get_image_uri``) looks up."""
    bound = retrieved_by(resource, image)
    if bound is None:
        return None
    name = _argument(bound, "framework") or _argument(bound, "repo_name")
    version = _argument(bound, "version") or _argument(bound, "repo_version")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return None
    framework = name.value.lower()
    if framework == "huggingface":
        base = _argument(bound, "base_framework_version")
        found = _BASE.fullmatch(base.value) if isinstance(base, Known) and isinstance(base.value, str) else None
        parsed = parsed_version(found[2]) if found is not None else None
        return Container(found[1], (parsed,), hugging_face=True) if found is not None and parsed is not None else None
    if framework in _ALGORITHMS:
        return Container(ALGORITHM)
    known = _RETRIEVED.get(framework)
    return Container(known, _versions(resource, version)) if known is not None else None


def at_least(version: Version, first: Version) -> bool:
    """Whether a version is ``first`` or later; ``1.15`` counts as its latest patch, as the SDK resolves it."""
    return (*version, *[_LATEST_PATCH] * (3 - len(version))) >= first

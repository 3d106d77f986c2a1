"""SG412: CPU endpoints on x86 whose container exists for Graviton."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import InstanceType, instance
from sagegreen.sagemaker.savings import saving
from sagegreen.sagemaker.serving import ServedContainer, served_by
from sagegreen.semantics.values import Absent, Joined, Known, Result, options
from sagegreen_checks.training.containers import parsed_version, retrieved_by
from sagegreen_checks.training.instance_literals import InstanceUse, instance_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_CLASSES = {
    "pytorch": ("sagemaker.pytorch.estimator.PyTorch", "sagemaker.pytorch.model.PyTorchModel"),
    "tensorflow": ("sagemaker.tensorflow.estimator.TensorFlow", "sagemaker.tensorflow.model.TensorFlowModel"),
    "xgboost": ("sagemaker.xgboost.estimator.XGBoost", "sagemaker.xgboost.model.XGBoostModel"),
    "sklearn": ("sagemaker.sklearn.estimator.SKLearn", "sagemaker.sklearn.model.SKLearnModel"),
}
_NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "xgboost": "XGBoost", "sklearn": "scikit-learn"}
_IMAGE = re.compile(
    r"/(?:(?P<deep>pytorch|tensorflow)-(?:training|inference)|sagemaker-(?P<classic>xgboost|scikit-learn))"
    r":(?P<version>\d[\d.]*(?:-\d+(?![\d.]))?)"
)
#: Families for which the SDK itself takes the Graviton image; it takes the x86 one for newer families.
#: Source: ``GRAVITON_ALLOWED_TARGET_INSTANCE_FAMILY`` in ``sagemaker/fw_utils.py`` 2.257.7.
_KNOWN_TO_SDK = {"c": "c7g", "m": "m6g", "r": "r6g"}
_SHORT = 2


class GravitonCandidate(Check):
    """A CPU endpoint runs on x86 although its container exists for Graviton.

    ## What it does

    Reports an endpoint on an Intel or AMD CPU type whose container AWS also offers for Graviton (Arm): PyTorch,
    TensorFlow, XGBoost and scikit-learn in the versions that the SDK lists for `inference_graviton`. Endpoints of
    burstable types, of several containers and of images of one's own are left alone.

    Hosting only: no other API of SageMaker accepts Graviton.

    ## Why it wastes

    AWS publishes a lower need of energy for the same performance on Graviton3 (a vendor's "up to", which the finding
    repeats with its source). What your model saves depends on it: measure both.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://amzn-s3-demo-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.c6i.xlarge")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://amzn-s3-demo-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.c7g.xlarge")
    ```

    ## Fix safety

    Advice only. What the model needs beside the framework must exist for Arm; the images stop at the versions listed;
    Regions differ in what they offer; an image that is given explicitly must be exchanged, too. The SDK takes
    Graviton's images by itself up to c7g, m6g and r6g: for newer families (c8g, m8g, r8g) it would take an x86 image,
    which does not start, so that these are named only where the image is given.

    ## What it cannot see

    Compiled parts of the model and its dependencies, models compiled by Neo, latency targets.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Graviton instances for SageMaker inference](https://aws.amazon.com/blogs/machine-learning/run-machine-learning-inference-workloads-on-aws-graviton-based-instances-with-amazon-sagemaker/)
    - [Images of the SDK](https://github.com/aws/sagemaker-python-sdk/tree/v2.257.0/src/sagemaker/image_uri_config)
    - [Machine Learning Lens, MLSUS-12](https://docs.aws.amazon.com/wellarchitected/latest/machine-learning-lens/mlsus-12.html)
    """

    code: ClassVar[str] = "SG412"
    name: ClassVar[str] = "graviton-candidate"
    practices: ClassVar[tuple[str, ...]] = ("right-size-endpoints", "efficient-instance-types")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            name = endpoint.instance_type.constant
            found = instance(name) if isinstance(name, str) else None
            if found is not None and found.arch == "arm64" and found.accelerator is None:
                yield self.followed(endpoint.place, f"{found.name} is AWS Graviton", "efficient-instance-types")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once."""
        seen: set[tuple[object, ...]] = set()
        for endpoint in program.of_kind("endpoint"):
            container = _framework(endpoint)
            for use in instance_uses(endpoint, "instance_type") if container is not None else ():
                if container is None or use.place.key in seen:
                    continue
                proposed = _proposed(use.machine, chosen_by_sdk=container[2])
                if proposed is not None:
                    seen.add(use.place.key)
                    yield self._judged(use, proposed, *container)

    def _judged(
        self, use: InstanceUse, proposed: InstanceType, framework: str, version: str, chosen_by_sdk: bool
    ) -> Finding:
        name = f"{_NAMES[framework]} {version}"
        message = (
            f"`{use.machine.name}` serves {name} on an x86 CPU; its container exists for Graviton, too, which may do "
            "the same work with less energy where the model and its dependencies run on Arm"
        )
        image = "the SDK then takes its Graviton image" if chosen_by_sdk else f"with the Graviton image of {name}"
        title = f"Measure `{proposed.name}` ({image})"
        return self.finding(use.place, message, Fix.advice(title), saving=saving("graviton").text)


def _proposed(machine: InstanceType, *, chosen_by_sdk: bool) -> InstanceType | None:
    alternative = instance(machine.hosting_graviton_alternative or "")
    if machine.accelerator is not None or alternative is None or machine.arch != "x86_64":
        return None
    if not chosen_by_sdk:
        return alternative
    family = _KNOWN_TO_SDK.get(alternative.family[:1])
    known = instance(f"ml.{family}.{alternative.size}") if family is not None else None
    return known if known is not None and "hosting" in known.apis else None


def _framework(endpoint: Resource) -> tuple[str, str, bool] | None:
    """The framework and version of an endpoint's only container that Graviton has, and whether the SDK chooses it."""
    containers = served_by(endpoint)
    if len(containers) != 1 or endpoint.setting("mode").constant == "multi-model":
        return None
    container = containers[0]
    given = not isinstance(container.image, Absent) and not (
        isinstance(container.image, Known) and container.image.value is None
    )
    if container.open:
        return None
    found = set(_of_image(endpoint, container.image) if given else _of_class(endpoint, container))
    if len(found) != 1:
        return None
    framework, version = found.pop()
    return (framework, version, not given) if _exists(framework, version) else None


def _of_class(endpoint: Resource, container: ServedContainer) -> Iterator[tuple[str, str]]:
    for framework, classes in _CLASSES.items():
        if container.is_a(*classes):
            version = _constant(endpoint, container.bound, "framework_version")
            if version is not None:
                yield framework, version


def _of_image(endpoint: Resource, image: Value) -> Iterator[tuple[str, str]]:
    for option in options(image):
        value = endpoint.program.reader.constant(option, 4)
        if isinstance(value, Result):
            bound = retrieved_by(endpoint, value)
            framework = _constant(endpoint, bound, "framework") if bound is not None else None
            version = _constant(endpoint, bound, "version") if bound is not None else None
            yield framework or "", version or ""
            continue
        parts = value.parts if isinstance(value, Joined) else (value,)
        text = "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)
        found = _IMAGE.search(text)
        name = (found["deep"] or found["classic"]) if found is not None else ""
        arm = "graviton" in text or "arm64" in text
        yield ("" if arm else name.replace("scikit-learn", "sklearn")), (found["version"] if found is not None else "")


def _constant(endpoint: Resource, bound: BoundCall, name: str) -> str | None:
    argument = bound.arguments.get(name)
    value = endpoint.program.reader.constant(argument.value, 4) if argument is not None else None
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _exists(framework: str, version: str) -> bool:
    parsed = parsed_version(version)
    for name, listed in _images():
        if name != framework or parsed is None:
            continue
        known = parsed_version(listed)
        if version == listed or ("-" not in listed and known is not None and known[: len(parsed)] == parsed):
            return len(parsed) >= _SHORT
    return False


@cache
def _images() -> tuple[tuple[str, str], ...]:
    path = Path(__file__).with_name("graviton_images.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((row["framework"], row["version"]) for row in csv.DictReader(file))

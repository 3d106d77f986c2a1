"""SG411: deep-learning inference on GPUs that Inferentia2 could serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import InstanceType, instance, instance_names
from sagegreen.sagemaker.savings import saving
from sagegreen_checks.training.containers import PYTORCH, container_of, is_of_jumpstart
from sagegreen_checks.training.instance_literals import InstanceUse, instance_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

#: GPU families whose models may fit the 32 GB of an Inferentia2: at most 24 GB for each GPU.
_FAMILIES = frozenset({"p2", "p3", "g4dn", "g5", "g6"})
_FAMILY = "inf2"


class InferentiaCandidate(Check):
    """A PyTorch or Hugging Face endpoint runs on GPUs although Inferentia2 may serve the model.

    ## What it does

    Reports an endpoint on a GPU type (p2, p3, g4dn, g5, g6) whose container is PyTorch's or Hugging Face's for PyTorch,
    and names the Inferentia2 type to try. Containers of large models, JumpStart models, TensorFlow and MXNet are left
    alone, and so are endpoints of several containers, and programs that serve on Inferentia as well: there the GPU is
    what it is compared with.

    ## Why it wastes

    AWS publishes a better performance per watt for Inferentia2 than for comparable GPU instances (a vendor's "up to",
    which the finding repeats with its source). What your model saves depends on it: measure both.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://amzn-s3-demo-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.1",
        py_version="py310",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.g5.xlarge")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        image_uri="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference-neuronx:2.1.2-neuronx-py310-sdk2.20.2-ubuntu20.04",
        model_data="s3://amzn-s3-demo-bucket/compiled-model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.inf2.xlarge")
    ```

    ## Fix safety

    Advice only: the model must be compiled with AWS Neuron and served by a Neuron image. The support of Inf2 narrows:
    its libraries for large models dropped it (NxD Inference in Neuron 2.29), inference with PyTorch/XLA is in
    maintenance since Neuron 2.31 (2026-06-28), and TensorFlow on Inf2 ended on 2026-03-30. Check first that your model
    is supported.

    ## What it cannot see

    The model: its operators, shapes and size. Inf1, which the guidance names, is at the end of its support and never
    advised (see SG332).

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [AWS Neuron announcements](https://awsdocs-neuron.readthedocs-hosted.com/en/latest/release-notes/index.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    - [Machine Learning Lens, MLSUS-12](https://docs.aws.amazon.com/wellarchitected/latest/machine-learning-lens/mlsus-12.html)
    """

    code: ClassVar[str] = "SG411"
    name: ClassVar[str] = "inferentia-candidate"
    practices: ClassVar[tuple[str, ...]] = ("inferentia",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for resource in program.of_kind("endpoint", "transform_job"):
            name = resource.instance_type.constant
            if isinstance(name, str) and name.startswith("ml.inf2."):
                yield self.followed(resource.place, f"{name} has AWS Inferentia")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once; where the program serves on Inferentia too, the GPU is what it is compared with."""
        if any(map(_has_inferentia, program.of_kind("endpoint"))):
            return
        seen: set[tuple[object, ...]] = set()
        for endpoint in program.of_kind("endpoint"):
            uses = [use for use in instance_uses(endpoint, "instance_type") if use.machine.family in _FAMILIES]
            if not uses or endpoint.setting("mode").constant == "multi-model" or is_of_jumpstart(endpoint):
                continue
            container = container_of(endpoint)
            if container is None or container.framework != PYTORCH:
                continue
            for use in uses:
                proposed = _proposed(use.machine)
                if proposed is not None and use.place.key not in seen:
                    seen.add(use.place.key)
                    yield self._judged(use, proposed, "Hugging Face" if container.hugging_face else "PyTorch")

    def _judged(self, use: InstanceUse, proposed: InstanceType, framework: str) -> Finding:
        gpu = (use.machine.accelerator or "").partition(" (")[0]
        message = (
            f"`{use.machine.name}` serves a {framework} model on {use.machine.accelerator_count} x {gpu}; Inferentia2 "
            "may serve it with better performance per watt. Check that AWS Neuron supports the model: the support of "
            "Inf2 narrows, and TensorFlow and large models are no longer part of it"
        )
        title = (
            f"Compile the model with AWS Neuron, and measure `{proposed.name}` ({proposed.accelerator_count} x "
            f"{proposed.accelerator})"
        )
        return self.finding(use.place, message, Fix.advice(title), saving=saving("inferentia").text)


def _has_inferentia(endpoint: Resource) -> bool:
    name = endpoint.instance_type.constant
    return isinstance(name, str) and name.startswith("ml.inf")


def _proposed(machine: InstanceType) -> InstanceType | None:
    """The smallest Inferentia2 type with as many accelerators."""
    found = [instance(name) for name in sorted(instance_names()) if name.startswith(f"ml.{_FAMILY}.")]
    fitting = [
        (candidate.accelerator_count, candidate.vcpus or 0, candidate.name, candidate)
        for candidate in found
        if candidate is not None
        and "hosting" in candidate.apis
        and candidate.accelerator_count >= machine.accelerator_count
    ]
    return min(fitting)[-1] if fitting else None

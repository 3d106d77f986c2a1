"""SG332: an instance type of an older generation that has a successor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import InstanceType, instance
from sagegreen.sagemaker.patching import replace
from sagegreen.semantics.values import Attribute, Known, Mapped, OneOf, options
from sagegreen_checks.training.containers import (
    ALGORITHM,
    GPU_CODE_SINCE,
    XGBOOST,
    at_least,
    container_of,
    is_of_jumpstart,
)
from sagegreen_checks.training.instance_literals import API_OF_KIND, InstanceUse, instance_uses, spelt_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_GONE = {
    "retired": "is retired",
    "ec2_retired": "is retired on EC2, where it may find no capacity,",
    "end_of_support": "is at its end of support",
}

_MARKETPLACE = ("sagemaker.algorithm.AlgorithmEstimator", "sagemaker.model.ModelPackage")
_JUMPSTART = ("sagemaker.jumpstart.estimator.JumpStartEstimator", "sagemaker.jumpstart.model.JumpStartModel")
_SMDISTRIBUTED = ("smdistributed", "pytorchddp")
_COMPILING = frozenset({"compile_model", "compile", "create_compilation_job"})


class PreviousGenerationInstance(Check):
    """A job or endpoint runs on an older instance family although a successor exists.

    ## What it does

    Reports an instance type of an older generation (m4, m5, m5d, c4, c5, c5d, c5n, r5, r5d, t2, g4dn, p2, p3, p3dn,
    inf1) that a training, tuning, processing, transform or monitoring job, an endpoint, a notebook instance, a Studio
    app or a remote function is given, at the literal that says so. It says so only where the same API accepts the
    successor: `ml.t2` endpoints, for instance, have none. Older means: before the latest three generations of its
    class in SageMaker; AWS itself still calls most of these types current.

    Lists that only name what is allowed (`inference_instances`, `transform_instances`) and look-ups of an image
    (`image_uris.retrieve(instance_type=...)`) start nothing and are left alone, and so are local mode and loops that
    try a type and its successor.

    ## Why it wastes

    A newer generation does more work per watt and usually per dollar. No figure is given: published estimates of the
    power of two generations come from different methods and must not be subtracted from one another. Retired families
    (p2, p3 on EC2; inf1 for the Neuron SDK) are a risk besides: the job may not get an instance at all.

    ## Example

    ```python
    from sagemaker.sklearn import SKLearn

    estimator = SKLearn(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.2-1",
        instance_count=1,
        instance_type="ml.m4.xlarge",
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.sklearn import SKLearn

    estimator = SKLearn(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.2-1",
        instance_count=1,
        instance_type="ml.m7i.xlarge",
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Fix safety

    The fix is unsafe: the account needs a quota for the new type, Regions differ in what they offer, and results of
    floating-point arithmetic may differ. It replaces the one literal, and only where every resource that the literal
    reaches accepts the successor.

    It is advice only where the new hardware is known, or likely, not to run the job: containers whose CUDA is older
    than the GPU (CUDA 11.8 for g6 and g6e: PyTorch before 2.0, TensorFlow before 2.12, all of MXNet; CUDA 11.0 for
    p4d), the built-in algorithms and XGBoost on GPUs, Training Compiler, `smdistributed`, another number of GPUs under
    a distribution, JumpStart models on GPUs (also where only their image is looked up), marketplace algorithms and
    packages (all of which list their types), models compiled by Neo for a family, and Inferentia1 (whose models must
    be compiled again).

    ## What it cannot see

    Quotas and Regions, the CUDA version of images of one's own, code of the script that counts on a number of GPUs or
    on the memory of one, and types that come from outside the program.

    ## References

    - [Instance types of SageMaker](https://aws.amazon.com/sagemaker/pricing/)
    - [EC2 previous generation instances](https://aws.amazon.com/ec2/previous-generation/)
    - [NVIDIA Ada compatibility guide](https://docs.nvidia.com/cuda/ada-compatibility-guide/index.html)
    - [AWS Deep Learning Containers](https://github.com/aws/deep-learning-containers/blob/master/available_images.md)
    - [Neuron announcements](https://awsdocs-neuron.readthedocs-hosted.com/en/latest/release-notes/index.html)
    """

    code: ClassVar[str] = "SG332"
    name: ClassVar[str] = "previous-generation-instance"
    practices: ClassVar[tuple[str, ...]] = ("efficient-instance-types",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for resource in program.resources:
            if resource.instance_type.certainly(_is_current):
                names = " or ".join(map(str, resource.instance_type.values))
                yield self.followed(resource.place, f"{names} is of a current generation")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once, with every resource that it reaches in mind."""
        found: dict[tuple[object, ...], list[InstanceUse]] = {}
        for resource in program.resources:
            for use in _uses(resource):
                found.setdefault((*use.place.key, use.machine.name), []).append(use)
        for uses in found.values():
            if any(_accepts(use) for use in uses):
                yield self.finding(uses[0].place, _message(uses), _fix(uses))


def _is_current(name: Scalar) -> bool:
    found = instance(name) if isinstance(name, str) else None
    return found is not None and not found.previous_generation and found.status == "available"


def _uses(resource: Resource) -> Iterator[InstanceUse]:
    """The older instance types that a resource is given."""
    for use in instance_uses(resource, "instance_type", "group_instance_type"):
        if use.machine.previous_generation and use.machine.successor is not None and not _is_compared(use):
            yield use


def _is_compared(use: InstanceUse) -> bool:
    """Whether a loop tries a type and its successor, to see which does better."""
    setting = use.resource.instance_type
    value = setting.value
    return isinstance(value, OneOf) and value.loop is not None and use.machine.successor in setting.values


def _accepts(use: InstanceUse) -> bool:
    successor = instance(use.machine.successor) if use.machine.successor is not None else None
    return successor is not None and API_OF_KIND.get(use.resource.kind, "") in successor.apis


# -- words ------------------------------------------------------------------------------------------


def _message(uses: Sequence[InstanceUse]) -> str:
    machine = uses[0].machine
    successor = machine.successor
    apis = list(dict.fromkeys(API_OF_KIND[use.resource.kind].replace("_", " ") for use in uses if _accepts(use)))
    where = " and ".join(apis)
    gone = _GONE.get(machine.status)
    if gone is not None:
        start = f"`{machine.name}`: the family {machine.family} {gone} and belongs to an older generation"
    else:
        start = f"`{machine.name}` belongs to an older generation"
    hardware = f" ({_plain(machine.accelerator or machine.cpu)})" if machine.accelerator or machine.cpu else ""
    return (
        f"{start}{hardware}, which does less work per watt than its successor `{successor}`, accepted for {where} "
        f"(no figure: estimates of different generations do not compare)"
    )


def _plain(hardware: str) -> str:
    """The name without what is added in parentheses."""
    return hardware.partition(" (")[0]


# -- the fix ----------------------------------------------------------------------------------------


def _fix(uses: Sequence[InstanceUse]) -> Fix:
    machine = uses[0].machine
    title = f"Replace `{machine.name}` with `{machine.successor}`"
    doubt = next(filter(None, map(_doubt, uses)), None)
    if doubt is not None:
        return Fix.advice(f"{title} once that can work: {doubt}")
    if machine.accelerator is not None:
        title += _requirement(machine)
    place = uses[0].place
    if not uses[0].literal:
        return Fix.advice(f"{title}, in the file that names it")
    if not isinstance(place.node, cst.SimpleString) or machine.successor is None:
        return Fix.advice(title)
    return Fix.unsafe(title, replace(place, spelt_like(place, machine.successor)))


def _requirement(machine: InstanceType) -> str:
    """What an image that the analysis does not know must have."""
    successor = instance(machine.successor) if machine.successor is not None else None
    gpu = _gpu(successor)
    cuda = {"NVIDIA L4": "11.8", "NVIDIA L40S": "11.8", "NVIDIA A100": "11.0"}.get(gpu or "")
    return f" (its image needs CUDA {cuda} or newer)" if cuda is not None else ""


def _doubt(use: InstanceUse) -> str | None:
    """Why the successor may not run what the resource runs; ``None`` where nothing speaks against it."""
    resource, machine = use.resource, use.machine
    successor = instance(machine.successor) if machine.successor is not None else None
    if successor is None or not _accepts(use):
        return f"{API_OF_KIND.get(resource.kind, 'this API').replace('_', ' ')} does not accept it"
    if resource.is_a(*_MARKETPLACE):
        return "the marketplace algorithm or model package lists the types that it supports"
    if _uses_compiled_model(resource):
        return "the model is compiled for a family of instances"
    if machine.accelerator is None:
        return None
    if not machine.accelerator.startswith("NVIDIA"):
        return "the model must be compiled again for the new accelerator"
    if resource.is_a(*_JUMPSTART) or is_of_jumpstart(resource):
        return "the JumpStart model lists the types that it supports"
    return _doubt_of_gpu(resource, machine, successor)


def _doubt_of_gpu(resource: Resource, machine: InstanceType, successor: InstanceType) -> str | None:
    if not resource.setting("compiler").is_absent:
        return "Training Compiler supports the families p3, p3dn, g4dn, p4d and g5 only"
    for job in (resource, *resource.members):
        distribution = job.setting("distribution")
        if distribution.value is None:
            continue
        if any(_may_be_smdistributed(option) for option in options(distribution.value)):
            return "the `smdistributed` libraries support few families"
        if machine.accelerator_count != successor.accelerator_count:
            return f"it has {successor.accelerator_count} GPUs, not {machine.accelerator_count}"
    container = container_of(resource)
    if container is None:
        return None
    if container.framework in {ALGORITHM, XGBOOST}:
        return "the algorithm's container documents the GPU families p2, p3, g4dn and g5 only"
    gpu = _gpu(successor)
    table = GPU_CODE_SINCE.get(gpu or "", {})
    first = table.get(container.framework)
    if gpu is None or not container.versions:
        return None
    if first is None or not all(at_least(version, first) for version in container.versions):
        if first is None:
            return f"no container of {container.framework} has a CUDA as new as the {gpu}"
        newest = f"{container.framework} {'.'.join(map(str, first))}"
        return f"its container's CUDA is older than the {gpu}; that takes {newest} or newer"
    return None


def _gpu(machine: InstanceType | None) -> str | None:
    """The GPU's key in the table of containers: ``NVIDIA A100`` for ``NVIDIA A100 SXM4 40GB``."""
    if machine is None or machine.accelerator is None:
        return None
    return " ".join(machine.accelerator.split()[:2])


def _may_be_smdistributed(distribution: object) -> bool:
    if isinstance(distribution, Known):
        return False
    if not isinstance(distribution, Mapped) or not distribution.complete:
        return True
    return any(name in distribution.entries for name in _SMDISTRIBUTED)


def _uses_compiled_model(resource: Resource) -> bool:
    """Whether the program compiles models, which a compiled one can only be served on the family it was made for."""
    if resource.kind not in {"endpoint", "transform_job"}:
        return False
    return any(
        callee.name in _COMPILING
        for other in resource.program.of_kind("other_job")
        for callee in options(other.call.callee)
        if isinstance(callee, Attribute)
    )

"""SG333: accelerators for software that cannot use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import replace
from sagegreen_checks.training.cpu_equivalents import cpu_equivalent
from sagegreen_checks.training.cpu_only import CpuOnly, cpu_only
from sagegreen_checks.training.instance_literals import API_OF_KIND, InstanceUse, instance_uses, spelt_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.instances import InstanceType
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_KINDS = ("training_job", "tuning_job", "processing_job", "transform_job", "endpoint")
_WORDS = {
    "training_job": "training job",
    "tuning_job": "tuning job",
    "processing_job": "processing job",
    "transform_job": "transform job",
    "endpoint": "endpoint",
}


@dataclass(frozen=True, slots=True)
class _Idle:
    """A use of an accelerated type, with the reason why it idles; ``None`` where it may be put to use."""

    use: InstanceUse
    reason: CpuOnly | None


class IdleAccelerator(Check):
    """GPUs or other accelerators are reserved for software that cannot use them.

    ## What it does

    Reports an instance type with GPUs, Inferentia, Trainium or Gaudi that a training, tuning, processing or transform
    job or an endpoint is given, where all that runs on it works on CPUs only:

    - SageMaker's containers for scikit-learn, Spark and SparkML, by class, image or `image_uris.retrieve`;
    - the built-in algorithms Random Cut Forest, LDA, CatBoost and LightGBM;
    - XGBoost before 1.2; later versions in training, where neither the hyperparameters (`tree_method`, `device`,
      `updater`, `predictor`) nor the script name a GPU;
    - any image whose tag says `cpu`, and images of deep-learning frameworks looked up for a CPU instance type.

    Version 2 of the SDK refuses a GPU type itself where it chooses the image of scikit-learn, Spark or an old XGBoost:
    there the message says that the job would not even start.

    ## Why it wastes

    An accelerator draws power whether or not it is used, and stands for much of the energy that its making took; it is
    reserved and billed as long as the instance is there. The CPUs beside it do the work, as they would without it.

    ## Example

    ```python
    from sagemaker import RandomCutForest

    forest = RandomCutForest(
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
        num_trees=100,
    )
    ```

    ## Use instead

    ```python
    from sagemaker import RandomCutForest

    forest = RandomCutForest(
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=1,
        instance_type="ml.m7i.2xlarge",
        num_trees=100,
    )
    ```

    ## Fix safety

    The fix is unsafe: it writes the smallest current CPU type with as many vCPUs and as much memory, for which the
    account needs a quota. Where the literal also reaches something that may use the accelerator, the advice is shown
    and nothing is written.

    ## What it cannot see

    Images of one's own, and scripts that install something with GPU code in a container without it (a scikit-learn
    script that names CUDA, RAPIDS or a deep-learning framework is left alone). Whether a framework that could use the
    GPU does so is another question: see SG335. XGBoost endpoints are left alone: inference on GPUs is supported.

    ## References

    - [Instance types of the built-in algorithms](https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html)
    - [Random Cut Forest](https://docs.aws.amazon.com/sagemaker/latest/dg/randomcutforest.html)
    - [XGBoost algorithm](https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html)
    - [Images of the SDK](https://github.com/aws/sagemaker-python-sdk/tree/v2.257.0/src/sagemaker/image_uri_config)
    """

    code: ClassVar[str] = "SG333"
    name: ClassVar[str] = "idle-accelerator"
    practices: ClassVar[tuple[str, ...]] = ("efficient-instance-types", "right-size-training")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once, with every resource that it reaches in mind."""
        found: dict[tuple[object, ...], list[_Idle]] = {}
        for resource in program.resources:
            accelerated = list(_accelerated(resource))
            reason = cpu_only(resource) if accelerated and resource.kind in _KINDS else None
            for use in accelerated:
                found.setdefault((*use.place.key, use.machine.name), []).append(_Idle(use, reason))
        for uses in found.values():
            first = next((idle for idle in uses if idle.reason is not None), None)
            if first is not None and first.reason is not None:
                yield self.finding(
                    first.use.place, _message(first.use, first.reason), _fix(uses), saving=_saving(first.use, uses)
                )


def _accelerated(resource: Resource) -> Iterator[InstanceUse]:
    """The accelerated types of a resource, unless it may as well get one without."""
    values = resource.instance_type.values
    machines = [instance(value) for value in values if isinstance(value, str)]
    if any(machine is None or machine.accelerator is None for machine in machines):
        return
    for use in instance_uses(resource, "instance_type"):
        if use.machine.accelerator is not None:
            yield use


# -- words ------------------------------------------------------------------------------------------


def _message(use: InstanceUse, reason: CpuOnly) -> str:
    machine = use.machine
    hardware = f"{machine.accelerator_count} x {(machine.accelerator or '').partition(' (')[0]}"
    job = _WORDS[use.resource.kind]
    otherwise = ", where nobody gives another type," if use.declared else ""
    start = f"`{machine.name}` brings {hardware}{otherwise} that this {job} cannot use: {reason.software} {reason.why}"
    proposed = _proposed([use])
    named = f" such as `{proposed.name}`" if proposed is not None else ""
    if reason.refused and use.resource.api in {"v2", "v3"}:
        waste = f"The SDK itself refuses the type for it, so that this {job} would not even start"
    else:
        waste = "The accelerator draws power and is billed while it idles"
    return f"{start}. {waste}. Use a CPU type{named}"


def _saving(use: InstanceUse, uses: Sequence[_Idle]) -> str | None:
    machine, proposed = use.machine, _proposed([idle.use for idle in uses])
    if proposed is None or machine.watts_idle is None or proposed.watts_idle is None:
        return None
    return (
        f"energy: an idle {machine.name} draws about {machine.watts_idle:g} W, an idle {proposed.name} about "
        f"{proposed.watts_idle:g} W (estimated from the hardware, without cooling)"
    )


# -- the fix ----------------------------------------------------------------------------------------


def _proposed(uses: Sequence[InstanceUse]) -> InstanceType | None:
    return cpu_equivalent(uses[0].machine, {API_OF_KIND[use.resource.kind] for use in uses})


def _fix(uses: Sequence[_Idle]) -> Fix:
    proposed = _proposed([idle.use for idle in uses])
    first = uses[0].use
    if proposed is None:
        return Fix.advice("Use a CPU type; none has as many vCPUs and as much memory")
    title = (
        f"Replace `{first.machine.name}` with `{proposed.name}` ({proposed.vcpus} vCPU, {proposed.memory_gib:g} GiB)"
    )
    if any(idle.reason is None for idle in uses):
        return Fix.advice(f"{title} for what cannot use an accelerator; the type is given to something else, too")
    if not first.literal:
        return Fix.advice(f"{title}, in the file that names it")
    if not isinstance(first.place.node, cst.SimpleString):
        return Fix.advice(title)
    return Fix.unsafe(title, replace(first.place, spelt_like(first.place, proposed.name)))

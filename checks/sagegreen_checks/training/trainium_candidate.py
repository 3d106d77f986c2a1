"""SG331: PyTorch trained on GPUs, which AWS Trainium may do with less energy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.savings import saving
from sagegreen.sagemaker.scripts import script_of
from sagegreen.semantics.values import Known, Mapped, options
from sagegreen_checks.training.containers import PYTORCH, Container, at_least, container_of
from sagegreen_checks.training.managed_spot import is_jumpstart, is_marketplace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.instances import InstanceType
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

#: The first PyTorch that the Neuron SDK was released for: ``torch-neuronx`` 1.11.
_FIRST_PYTORCH = (1, 11)
#: Launchers that a Trainium job can have, too: ``sagemaker.fw_utils`` refuses all others.
_LAUNCHERS = frozenset({"torch_distributed", "pytorchxla"})
#: What is written for NVIDIA's GPUs and has no counterpart in the Neuron SDK.
_CUDA_ONLY = re.compile(
    r"\b(?:bitsandbytes|flash_attn|flash_attention_2|apex|deepspeed|xformers|triton|cupy|pycuda|nvtx|tensorrt|unsloth"
    r"|horovod|dgl|torch_geometric|load_in_[48]bit|cpp_extension)\b|smdistributed|\.cu\b"
)
#: The kind of model that Neuron is made for first of all.
_TRANSFORMERS = re.compile(r"\btransformers\b|Transformer|Attention|\bBert|\bGPT|\bLlama|\boptimum\b", re.IGNORECASE)
_ON_NEURON = re.compile(r"\btorch_xla\b|\btorch_neuronx\b|\boptimum\.neuron\b|\bneuronx_distributed\b")


class TrainiumCandidate(Check):
    """A PyTorch training job runs on GPU instances where AWS Trainium may need less energy.

    ## What it does

    Reports training jobs of PyTorch 1.11 or later, with Hugging Face Transformers or without, on instances with NVIDIA
    GPUs, at the instance type. The framework is read off the estimator, or off the image where that is one of AWS's,
    written out or looked up.

    Where the training script can be read, it speaks only if that trains a Transformer and uses nothing that is written
    for NVIDIA's GPUs (bitsandbytes, FlashAttention, Apex, DeepSpeed, Triton ...). It is silent for other launchers than
    `torch_distributed`, which a Trainium job cannot have, for Training Compiler, heterogeneous clusters, JumpStart and
    marketplace algorithms, and in local mode.

    ## Why it wastes

    Trainium (Trn1, Trn2) is made for training deep-learning models, and AWS expects it to be its most energy-efficient
    machine for that.

    **The figures conflict.** The diagrams of the Guidance for Optimizing MLOps for Sustainability say up to 52 % less
    *energy*; the blog post of the same guidance calls the same 52 % savings of *cost*. The Well-Architected Machine
    Learning Lens (MLSUS-12, 2023) measured about 25 % less energy for training BERT-Large from scratch. This rule shows
    the 25 %, as it is the one figure that says what was measured. It holds for that model, not for yours.

    ## Example

    ```python
    from sagemaker.huggingface import HuggingFace

    estimator = HuggingFace(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        transformers_version="4.36.0",
        pytorch_version="2.1.0",
        py_version="py310",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorch

    neuron = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training-neuronx"
    estimator = PyTorch(
        entry_point="train_on_neuron.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        image_uri=f"{neuron}:2.1.2-transformers4.48.1-neuronx-py310-sdk2.20.0-ubuntu20.04",
        instance_count=1,
        instance_type="ml.trn1.2xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Advice only: the job needs a container of the Neuron SDK, and the script a few lines of `torch_xla` or
    `optimum.neuron`. Whether the model compiles, and how fast it then trains, a short trial tells.

    ## What it cannot see

    Whether the Neuron SDK supports the model: its support narrows (Torch/XLA has been in maintenance for inference
    since Neuron 2.31, TensorFlow ended in 2026), and Transformers are what it is made for first of all. Whether the
    Region has Trainium and the account a quota for it. The images that version 1 of the SDK itself names are too old.

    ## References

    - [AWS Neuron: model support](https://awsdocs-neuron.readthedocs-hosted.com/en/latest/)
    - [Well-Architected Machine Learning Lens, MLSUS-12](https://docs.aws.amazon.com/wellarchitected/latest/machine-learning-lens/mlsus-12.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    - [Optimizing MLOps for Sustainability (blog)](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG331"
    name: ClassVar[str] = "trainium-candidate"
    practices: ClassVar[tuple[str, ...]] = ("trainium",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("training_job"):
            name = job.instance_type.constant
            if isinstance(name, str) and name.startswith("ml.trn"):
                yield self.followed(job.place, f"{name} has AWS Trainium")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge the training jobs; an instance type that several share is one finding."""
        seen: set[tuple[object, ...]] = set()
        for job in program.of_kind("training_job"):
            machines = _gpus(job)
            place = _place(job)
            if not machines or place.key in seen or not _is_portable(job):
                continue
            container = container_of(job)
            if container is None or not _is_supported(container):
                continue
            script = script_of(job)
            if script is not None and not _may_be_supported(script.text):
                continue
            seen.add(place.key)
            candidate = _candidate(machines)
            unseen = "what the script trains could not be seen" if script is None else "its support narrows"
            names = " or ".join(f"`{machine.name}`" for machine in machines)
            what = "Hugging Face" if container.hugging_face else "PyTorch"
            message = (
                f"This {what} job trains on {names}: AWS Trainium (`{candidate}`) may do the same work with less "
                f"energy. Check that the Neuron SDK supports the model ({unseen})"
            )
            title = f"Try a few steps on `{candidate}`, with a Neuron container, and compare duration and energy"
            yield self.finding(place, message, Fix.advice(title), saving=saving("trainium").text)


def _gpus(job: Resource) -> list[InstanceType]:
    """The instance types with NVIDIA GPUs that a job certainly runs on; none where another is possible."""
    if job.instance_type.is_absent or job.instance_type.is_unknown:
        return []
    machines = [instance(value) if isinstance(value, str) else None for value in job.instance_type.values]
    found = [
        machine for machine in machines if machine is not None and (machine.accelerator or "").startswith("NVIDIA")
    ]
    return found if len(found) == len(machines) else []


def _candidate(machines: Sequence[InstanceType]) -> str:
    if max(machine.accelerator_count for machine in machines) == 1:
        return "ml.trn1.2xlarge"
    return "ml.trn2.48xlarge" if any(machine.family.startswith("p5") for machine in machines) else "ml.trn1.32xlarge"


def _is_portable(job: Resource) -> bool:
    if job.local.constant is not False or is_jumpstart(job) or is_marketplace(job):
        return False
    if not job.setting("compiler").is_absent or not job.setting("instance_groups").is_absent:
        return False
    distribution = job.setting("distribution")
    return distribution.is_absent or all(map(_is_torch_launcher, options(distribution.value or Known(None))))


def _is_torch_launcher(distribution: Value) -> bool:
    if isinstance(distribution, Known):
        return not distribution.value
    if isinstance(distribution, Mapped):
        return distribution.complete and distribution.entries.keys() <= _LAUNCHERS
    return False


def _is_supported(container: Container) -> bool:
    if container.framework != PYTORCH:
        return False
    return all(at_least(version, _FIRST_PYTORCH) for version in container.versions)


def _may_be_supported(text: str) -> bool:
    """Whether a script trains what Neuron is made for, with nothing that only NVIDIA's GPUs run, and not yet there."""
    if _CUDA_ONLY.search(text) or _ON_NEURON.search(text):
        return False
    return _TRANSFORMERS.search(text) is not None


def _place(job: Resource) -> Place:
    setting = job.instance_type
    for place in (setting.place, setting.argument_value):
        if place is not None and job.program.owns(place.parsed_cell):
            return place
    return job.place

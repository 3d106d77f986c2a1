"""SG336: a model too large for one GPU, trained on several that would each hold all of it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.sagemaker.instances import InstanceType, instance
from sagegreen.semantics.values import Known, Mapped, Result, options
from sagegreen_checks.training.hyperparameters import Hyperparameters, hyperparameters_of
from sagegreen_checks.training.parallelism import may_split_model, whole_script
from sagegreen_checks.training.undistributed_instances import FRAMEWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

#: What each parameter takes while Adam trains it in mixed precision: weights, gradients and the optimiser's states.
#: Source: Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models", section 3.1.
_BYTES = 16
_SIZE = re.compile(r"(?:^|[-_/ ])(?:(?P<experts>\d+)x)?(?P<billions>\d+(?:\.\d+)?)[bB](?=$|[-_/ ])")
_PRETRAINED = re.compile(r"from_pretrained\(\s*[\"']([^\"']+)[\"']")
_NOT_A_MODEL = re.compile(r"dir|path_to|output|bucket|s3")


@dataclass(frozen=True, slots=True)
class _Model:
    """A model that a job trains, with its parameters in billions."""

    name: str
    billions: float


class LargeModelWithoutParallelism(Check):
    """A model of billions of parameters is trained on several GPUs without splitting it.

    ## What it does

    Reports a training job on several GPUs whose hyperparameters, or `from_pretrained` in its script, name a model by
    its size (`-7b`, `-13B`, `8x7B`) that does not fit one of these GPUs while it is trained (16 bytes for each
    parameter), where nothing splits it: no `smdistributed.modelparallel`, and a script, read as a whole, that names
    neither that library nor FSDP, DeepSpeed, Megatron or the like, nor a way to train a small part of the model (LoRA,
    quantisation).

    ## Why it wastes

    Without model parallelism each GPU is to hold all of the model: the job fails for lack of memory after the
    instances were started and the weights loaded, or falls back to swapping. The guidance recommends model parallelism
    for large models; it gives no figure.

    ## Example

    ```python
    # program.py: on the instance of a job it trains, elsewhere it starts the job
    import os

    from sagemaker.pytorch import PyTorch
    from transformers import AutoModelForCausalLM

    if "SM_MODEL_DIR" in os.environ:
        model = AutoModelForCausalLM.from_pretrained("tiiuae/falcon-7b")
        ...
    else:
        estimator = PyTorch(
            entry_point="program.py",
            role="arn:aws:iam::111122223333:role/SageMakerRole",
            framework_version="2.3.0",
            py_version="py311",
            instance_count=1,
            instance_type="ml.p4d.24xlarge",
        )
        estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    # program.py: on the instance of a job it trains, elsewhere it starts the job
    import os

    import torch
    from sagemaker.pytorch import PyTorch
    from torch.distributed.fsdp import FullyShardedDataParallel
    from transformers import AutoModelForCausalLM

    if "SM_MODEL_DIR" in os.environ:
        torch.distributed.init_process_group("nccl")
        model = FullyShardedDataParallel(AutoModelForCausalLM.from_pretrained("tiiuae/falcon-7b"))
        ...
    else:
        estimator = PyTorch(
            entry_point="program.py",
            role="arn:aws:iam::111122223333:role/SageMakerRole",
            framework_version="2.3.0",
            py_version="py311",
            instance_count=1,
            instance_type="ml.p4d.24xlarge",
            distribution={"torch_distributed": {"enabled": True}},
        )
        estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Fix safety

    There is no fix: splitting a model takes changes of the script.

    ## What it cannot see

    Scripts outside the project, code that comes with `dependencies` or `git_config`, models whose names do not tell
    their size, and other optimisers: with those a model may need less. Requests of boto3 and the core resources name a
    script, if any, in S3: it is not read.

    ## References

    - [SageMaker model parallelism library](https://docs.aws.amazon.com/sagemaker/latest/dg/model-parallel-v2.html)
    - [ZeRO: Memory Optimizations Toward Training Trillion Parameter Models](https://arxiv.org/abs/1910.02054)
    - [Guidance for optimizing deep learning workloads for sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG336"
    name: ClassVar[str] = "large-model-without-parallelism"
    practices: ClassVar[tuple[str, ...]] = ("model-parallelism",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3")
    fixes: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterable[Observation]:
        """Tell where the model-parallel library splits a model."""
        for job in program.of_kind("training_job"):
            value = job.setting("distribution").value
            for option in options(value) if value is not None else ():
                if isinstance(option, Mapped) and option.complete and _splits(job, option):
                    yield self.followed(job.place, f"{job.class_name} uses SageMaker's model-parallel library")
                    break

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Judge the training jobs."""
        for job in program.of_kind("training_job"):
            machine = _machine(job)
            if machine is None or not job.is_a(*FRAMEWORKS) or job.is_open or _may_split(job):
                continue
            script = whole_script(job)
            hyperparameters = hyperparameters_of(job)
            if script is None or may_split_model(script.text) or _tells_of_splitting(hyperparameters):
                continue
            memory = _memory().get((machine.accelerator or "").partition(" (")[0])
            largest = max(_models(hyperparameters, script.text), key=lambda model: model.billions, default=None)
            if largest is not None and memory is not None and largest.billions * _BYTES > memory:
                yield self.finding(job.place, _message(job, machine, largest, memory, script.name))


def _machine(job: Resource) -> InstanceType | None:
    """The instance type of a job that gets several GPUs; ``None`` where that is not certain."""
    name, count = job.instance_type.constant, job.instance_count.constant
    machine = instance(name) if isinstance(name, str) else None
    if machine is None or not (machine.accelerator or "").startswith("NVIDIA") or job.local.constant is not False:
        return None
    instances = count if isinstance(count, int) else 1
    return machine if machine.accelerator_count * instances > 1 else None


def _may_split(job: Resource) -> bool:
    """Whether the job's distribution may split models."""
    value = job.setting("distribution").value
    return value is not None and any(_splits(job, option) for option in options(value))


def _splits(job: Resource, distribution: Value) -> bool:
    if isinstance(distribution, Known):
        return bool(distribution.value)
    if isinstance(distribution, Mapped):
        if not distribution.complete:
            return True
        entry = distribution.entries.get("smdistributed")
        inner = entry.value if entry is not None else None
        return inner is not None and not (isinstance(inner, Mapped) and inner.entries.keys() == {"dataparallel"})
    bound = job.program.reader.constructed(distribution.call) if isinstance(distribution, Result) else None
    return bound is None or bound.open or "smp" in bound.arguments


def _tells_of_splitting(hyperparameters: Hyperparameters) -> bool:
    if not hyperparameters.complete:
        return True
    return any(may_split_model(f"{name} {hyperparameters.constants(name)}") for name in hyperparameters.values)


def _models(hyperparameters: Hyperparameters, text: str) -> Iterator[_Model]:
    for name in hyperparameters.values:
        if "model" in name.lower() and not _NOT_A_MODEL.search(name.lower()):
            for value in hyperparameters.constants(name):
                yield from _model(str(value))
    for name in _PRETRAINED.findall(text):
        yield from _model(name)


def _model(name: str) -> Iterator[_Model]:
    for found in _SIZE.finditer(name):
        yield _Model(name, float(found["billions"]) * int(found["experts"] or 1))


@cache
def _memory() -> Mapping[str, float]:
    path = Path(__file__).with_name("gpu_memory.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["accelerator"]: float(row["gigabytes"]) for row in csv.DictReader(file)}


def _message(job: Resource, machine: InstanceType, model: _Model, memory: float, script: str) -> str:
    gpu = (machine.accelerator or "").partition(" (")[0]
    needed = f"{model.billions * _BYTES:g} GB"
    return (
        f"`{model.name}` has, by its name, {model.billions:g} billion parameters, which take some {needed} while Adam "
        f"trains them; one {gpu} of `{machine.name}` has {memory:g} GB. Neither `{job.class_name}` nor `{script}` "
        "splits the model over the GPUs (SageMaker's model-parallel library, FSDP, DeepSpeed) or trains a part of it "
        "only (LoRA), so that each GPU is to hold all of it"
    )

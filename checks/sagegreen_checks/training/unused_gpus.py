"""SG335: an instance with several GPUs, and a script that uses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.sagemaker.instances import InstanceType, instance, instance_names
from sagegreen_checks.training.instance_literals import InstanceUse, instance_uses
from sagegreen_checks.training.parallelism import is_undistributed, may_share_among_gpus, whole_script
from sagegreen_checks.training.undistributed_instances import FRAMEWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource


class UnusedGpus(Check):
    """A training job gets several GPUs, and its script uses one.

    ## What it does

    Reports the type of an instance with several GPUs for a framework's estimator (or `ModelTrainer`) without
    `distribution`, whose script was read as a whole and names nothing that spreads work over GPUs: no `DataParallel`,
    strategy, launcher or device list, and no library that takes all GPUs by itself (the `Trainer` of Transformers,
    Lightning, Accelerate, AutoGluon, XGBoost and others).

    ## Why it wastes

    PyTorch, TensorFlow and MXNet compute on one GPU unless they are told otherwise. The others are reserved, powered
    and billed for nothing.

    ## Example

    ```python
    # program.py: on the instance of a job it trains, elsewhere it starts the job
    import os

    import torch
    from sagemaker.pytorch import PyTorch

    if "SM_MODEL_DIR" in os.environ:
        model = torch.nn.Linear(16, 2).to("cuda")
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        ...
    else:
        estimator = PyTorch(
            entry_point="program.py",
            role="arn:aws:iam::111122223333:role/SageMakerRole",
            framework_version="2.3.0",
            py_version="py311",
            instance_count=1,
            instance_type="ml.g5.12xlarge",
        )
        estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    # program.py: on the instance of a job it trains, elsewhere it starts the job
    import os

    import torch
    from sagemaker.pytorch import PyTorch
    from torch.nn.parallel import DistributedDataParallel

    if "SM_MODEL_DIR" in os.environ:
        torch.distributed.init_process_group("nccl")
        device = int(os.environ["LOCAL_RANK"])
        model = DistributedDataParallel(torch.nn.Linear(16, 2).to(device), device_ids=[device])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        ...
    else:
        estimator = PyTorch(
            entry_point="program.py",
            role="arn:aws:iam::111122223333:role/SageMakerRole",
            framework_version="2.3.0",
            py_version="py311",
            instance_count=1,
            instance_type="ml.g5.12xlarge",
            distribution={"torch_distributed": {"enabled": True}},
        )
        estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    or a type with one GPU.

    ## Fix safety

    There is no fix: spreading the work takes changes of the script, and a smaller type may lack memory.

    ## What it cannot see

    Scripts outside the project, code that comes with `dependencies` or `git_config`, images of one's own, libraries
    that spread their work by themselves without a word of it. For these the rule is silent where it knows them, and
    it only runs when it is selected. Requests of boto3 and the core resources name a script, if any, in S3: it is not
    read.

    ## References

    - [Distributed training in SageMaker](https://docs.aws.amazon.com/sagemaker/latest/dg/distributed-training.html)
    - [PyTorch: multi-GPU examples](https://pytorch.org/tutorials/beginner/former_torchies/parallelism_tutorial.html)
    - [TensorFlow: use a GPU](https://www.tensorflow.org/guide/gpu)
    - [Guidance for optimizing deep learning workloads for sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG335"
    name: ClassVar[str] = "unused-gpus"
    practices: ClassVar[tuple[str, ...]] = ("distributed-training", "right-size-training")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3")
    fixes: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once."""
        seen: set[tuple[object, ...]] = set()
        for job in program.of_kind("training_job"):
            for use in _uses(job):
                script = whole_script(job)
                if use.place.key in seen or script is None or may_share_among_gpus(script.text):
                    continue
                seen.add(use.place.key)
                yield self.finding(use.place, _message(use, script.name))


def _uses(job: Resource) -> Iterator[InstanceUse]:
    """The types of a job, where each that it may have has several GPUs and nothing is said of their use."""
    if not job.is_a(*FRAMEWORKS) or not is_undistributed(job) or job.instance_type.is_unknown:
        return
    machines = [instance(value) if isinstance(value, str) else None for value in job.instance_type.values]
    if any(machine is None or not _has_several(machine) for machine in machines):
        return
    yield from instance_uses(job, "instance_type")


def _has_several(machine: InstanceType) -> bool:
    return (machine.accelerator or "").startswith("NVIDIA") and machine.accelerator_count > 1


def _message(use: InstanceUse, script: str) -> str:
    machine = use.machine
    smaller = _with_one(machine)
    instead = f", or take a type with one GPU such as `{smaller.name}`" if smaller is not None else ""
    gpu = (machine.accelerator or "").partition(" (")[0]
    return (
        f"`{machine.name}` has {machine.accelerator_count} x {gpu}, and `{script}` names nothing that uses more than "
        "one: no distribution, parallel wrapper, strategy or launcher was seen. The others draw power and are billed "
        f"for nothing. Spread the training over them{instead}"
    )


def _with_one(machine: InstanceType) -> InstanceType | None:
    """The type of the same family with one GPU, and its share of the vCPUs."""
    share = (machine.vcpus or 0) / machine.accelerator_count
    found = [instance(name) for name in sorted(instance_names()) if name.startswith(f"ml.{machine.family}.")]
    fitting = [
        (candidate.vcpus, candidate.name, candidate)
        for candidate in found
        if candidate is not None
        and candidate.accelerator_count == 1
        and candidate.vcpus is not None
        and candidate.vcpus >= share
        and "training" in candidate.apis
    ]
    return min(fitting)[-1] if fitting else None

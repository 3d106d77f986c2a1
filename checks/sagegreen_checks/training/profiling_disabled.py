"""SG313: the system metrics that tell whether a large job uses its instances are switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import remove_settings
from sagegreen.semantics.values import Known, Mapped, options
from sagegreen_checks.training.comments import comments_at
from sagegreen_checks.training.managed_spot import called, is_marketplace, whole
from sagegreen_checks.training.surroundings import is_only_tuned, runs_in_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.instances import InstanceType
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

#: An instance of that many virtual CPUs is large.
_MANY_CPUS = 32
_SPELT = {"v2": "disable_profiler", "v3core": "disable_profiler", "boto3": "DisableProfiler"}
_REASON = re.compile(
    r"overhead|benchmark|avoid|because|since|support|compat|work|fail|error|bug|issue|crash|speed|slow|cost|cache",
    re.IGNORECASE,
)


class ProfilingDisabled(Check):
    """Profiling is switched off for a training job on large or many instances.

    ## What it does

    Reports `disable_profiler=True` (`DisableProfiler` in boto3 and the core resources), at that value, for a training
    job on several instances, or on instances with several GPUs or with 32 virtual CPUs or more. It demands nothing of
    `debugger_hook_config=False`: that saves work where nobody uses the tensors that the hook saves.

    It is silent where a comment at the value gives the reason, in local mode, for the model parallel library, in
    programs that use Training Compiler, for heterogeneous clusters and Trainium, which do not go together with the
    profiler, for jobs of a pipeline, whose caching the profiler's settings may defeat, and for the estimator of a
    tuner, which does not pass them on. `ModelTrainer` and version 1 have no such switch.

    ## Why it wastes

    The profiler's system metrics show, for each GPU and down to fractions of a second, whether a job computes or waits:
    for data, for one slow worker, for the CPU. Without them nobody learns that half of the instances would do. The
    guidance names no figure; one customer case tells of a third of the GPU operations saved after profiling (compute,
    amazon.science 2021).

    What remains are the averages that CloudWatch keeps for each job in any case (`GPUUtilization`, `CPUUtilization`,
    `GPUMemoryUtilization`, once a minute). SageMaker Debugger, which the profiler is a part of, is closed to new
    customers since 2026-07-30: who never used it should look at those, or profile a few steps in the script.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=4,
        instance_type="ml.g5.12xlarge",
        disable_profiler=True,
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=4,
        instance_type="ml.g5.12xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: the job writes metrics to S3 while it runs, and an account that never used Debugger may be refused. The fix
    takes the switch out, so that the default holds, which is to collect system metrics and nothing else. In boto3 and
    the core resources it does so only where the request names a place for the metrics; elsewhere there is advice.

    ## What it cannot see

    Whether the job was profiled before, whether the account may still use Debugger, whether the Region has it, and
    other profilers in the script or image.

    ## References

    - [Monitor and profile jobs with Debugger](https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-profile-training-jobs.html)
    - [Metrics of training jobs](https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html)
    - [ProfilerConfig](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProfilerConfig.html)
    """

    code: ClassVar[str] = "SG313"
    name: ClassVar[str] = "profiling-disabled"
    practices: ClassVar[tuple[str, ...]] = ("debugger-profiling", "right-size-training")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    default: ClassVar[bool] = False

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge the training jobs; one switch that several jobs share is one finding."""
        sharing: dict[tuple[object, ...], list[Resource]] = {}
        jobs = program.of_kind("training_job")
        if any(not job.setting("compiler").is_absent for job in jobs):
            return  # the others are what the compiled job is compared with, on equal terms
        for job in jobs:
            if _heavy(job) is not None and _is_switched_off(job):
                sharing.setdefault(_place(job).key, []).append(job)
        for jobs in sharing.values():
            job, place = jobs[0], _place(jobs[0])
            if any(map(_REASON.search, comments_at(place))):
                continue
            switch = _SPELT[job.api]
            message = (
                f"`{switch}=True` switches the profiler off for `{called(job)}`, which trains on {_heavy(job)}: no "
                f"system metrics tell whether it uses them or waits (compute time; no published figure), only "
                f"CloudWatch's averages of a minute remain. Leave `{switch}` out, unless the account never used "
                f"SageMaker Debugger, which is closed to new customers since 2026-07-30"
            )
            yield self.finding(place, message, _fix(jobs, switch))


def _is_switched_off(job: Resource) -> bool:
    if job.api not in _SPELT or not job.setting("profiler_disabled").certainly(lambda value: value is True):
        return False
    if job.local.constant is not False or is_marketplace(job) or is_only_tuned(job) or runs_in_pipeline(job):
        return False
    if not job.setting("compiler").is_absent or not job.setting("instance_groups").is_absent:
        return False
    distribution = job.setting("distribution")
    return distribution.is_absent or not any(map(_may_be_model_parallel, options(distribution.value or Known(None))))


def _may_be_model_parallel(distribution: Value) -> bool:
    if isinstance(distribution, Known):
        return False
    if not isinstance(distribution, Mapped) or not distribution.complete:
        return True
    library = distribution.entries.get("smdistributed")
    return library is not None and not (
        isinstance(library.value, Mapped) and library.value.complete and "modelparallel" not in library.value.entries
    )


def _heavy(job: Resource) -> str | None:
    """What makes a job a large one, in words; ``None`` for a small one, and where that is not known."""
    names = [value for value in job.instance_type.values if isinstance(value, str)]
    machines = [instance(name) for name in names]
    if any(machine is not None and machine.family.startswith(("trn", "inf")) for machine in machines):
        return None
    count = whole(job.instance_count)
    if count is not None and count > 1:
        return f"{count} `{names[0]}`" if len(names) == 1 else f"{count} instances"
    if not machines or not all(map(_is_large, machines)):
        return None
    return " or ".join(f"`{name}`" for name in names)


def _is_large(machine: InstanceType | None) -> bool:
    return machine is not None and (machine.accelerator_count > 1 or (machine.vcpus or 0) >= _MANY_CPUS)


def _place(job: Resource) -> Place:
    setting = job.setting("profiler_disabled")
    for place in (setting.place, setting.argument_value):
        if place is not None and job.program.owns(place.parsed_cell):
            return place
    return job.place


def _fix(jobs: Sequence[Resource], switch: str) -> Fix:
    if any(job.api != "v2" and job.setting("profiler_output").is_absent for job in jobs):
        return Fix.advice(f"Leave `{switch}` out, and name a place in S3 for the metrics")
    title = f"Take `{switch}` out, so that system metrics are collected (for accounts that already use Debugger)"
    removed = [remove_settings(job, ["profiler_disabled"]) for job in jobs]
    written = [edits for edits in removed if edits is not None]
    together = tuple(dict.fromkeys(edit for edits in written for edit in edits))
    return Fix.unsafe(title, together if len(written) == len(removed) else None)

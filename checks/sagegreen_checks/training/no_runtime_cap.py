"""SG304: a job that nothing stops before a whole day is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import write_settings
from sagegreen_checks.training.managed_spot import (
    MODEL_TRAINER_DEFAULT_RUN,
    SERVICE_DEFAULT_RUN,
    assigned,
    called,
    is_model_trainer,
    run_cap,
    spelling,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_DAY = SERVICE_DEFAULT_RUN
_KINDS = ("training_job", "tuning_job", "processing_job", "remote_function", "pipeline_step")
_WORDS = {
    "processing_job": "the processing job",
    "remote_function": "the function's job",
    "pipeline_step": "the step's job",
    "tuning_job": "each training job",
}


class _Derived(NamedTuple):
    """A run time to write, in seconds, and where it comes from."""

    seconds: int
    origin: str


class NoRuntimeCap(Check):
    """A job has no limit of its run time but the default of a whole day.

    ## What it does

    Reports training jobs, tuning jobs that hold the settings of their training jobs themselves, processing jobs, and
    functions that run as jobs (`@remote`, `@step`), whose run time is left at the default of 86 400 seconds: `max_run`
    of the estimators of versions 1 and 2 (`train_max_run`), `max_runtime_in_seconds` of processors and remote
    functions, `MaxRuntimeInSeconds` of boto3 requests and of the core resources, which the service takes as a day.

    `ModelTrainer` of version 3 and of `sagemaker.modules` stops after an hour by itself and is left alone. So are local
    mode, JumpStart estimators, whose limit comes from the model, and jobs for which any limit is written, even one of a
    day.

    ## Why it wastes

    The limit is the last thing that ends a job which hangs or leads nowhere: a worker that waits for a peer that died,
    a data loader in a deadlock, a loss that is `nan` since the first epoch. Until then the instances draw power and are
    paid for. The guidance recommends to stop jobs that go wrong as soon as possible and gives no figure.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
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
        instance_count=1,
        instance_type="ml.g5.xlarge",
        max_run=3600,
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: a job that needs longer is stopped, and what it has not saved is lost. How long a job needs cannot be seen.
    The fix writes the longest limit that the same program gives another job of its kind, else an hour, which is the
    default of `ModelTrainer`, and never more than the wait that the job names for spot capacity. Take two or
    three times what the last run took.

    ## What it cannot see

    How long the job takes, and limits that something else keeps: a pipeline's, a scheduler's, a Debugger rule's.

    ## References

    - [StoppingCondition](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html)
    - [ProcessingStoppingCondition](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingStoppingCondition.html)
    - [Estimators](https://sagemaker.readthedocs.io/en/stable/api/training/estimators.html)
    """

    code: ClassVar[str] = "SG304"
    name: ClassVar[str] = "no-runtime-cap"
    practices: ClassVar[tuple[str, ...]] = ("automatic-shutdown",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for resource in program.resources:
            limit = resource.max_run.constant
            if resource.kind in _KINDS and isinstance(limit, int) and limit < SERVICE_DEFAULT_RUN:
                yield self.followed(resource.place, f"the job is stopped after {limit} s")

    def check_resource(self, resource: Resource) -> Iterator[Finding]:
        """Judge a job of any of the kinds above."""
        if resource.kind not in _KINDS or not resource.supports("max_run") or not _runs_a_day(resource):
            return
        name = _spelling(resource)
        who = "the service's" if run_cap(resource) is None or resource.api in {"boto3", "v3core"} else "the SDK's"
        message = (
            f"`{called(resource)}` sets no `{name}`: {who} default of one day ({_DAY} s) is all that stops "
            f"{_WORDS.get(resource.kind, 'the training job')} if it hangs, and its instances stay on until then "
            f"(compute time; no published figure). How long it needs could not be seen. Set a limit of "
            f"two or three times what a run takes"
        )
        yield self.finding(resource.place, message, _fix(resource, name))


def _spelling(job: Resource) -> str:
    # the core resources have a class of their own for the limits of processing jobs
    path = job.form.settings["max_run"]
    return path[-1] if job.kind == "processing_job" else spelling(job, "max_run")


def _runs_a_day(job: Resource) -> bool:
    """Whether the job certainly has no limit but the day that it gets by default."""
    if not job.max_run.is_absent or job.local.constant is not False:
        return False
    if job.kind == "tuning_job" and not job.setting("definitions").is_absent:
        return False
    if job.kind == "processing_job":
        return job.max_run.sdk_default is None
    if is_model_trainer(job) or (job.api in {"v3", "modules"} and job.kind == "training_job"):
        return False
    cap = run_cap(job)
    return cap is not None and cap.seconds >= _DAY


# -- the fix ----------------------------------------------------------------------------------------


def _fix(job: Resource, name: str) -> Fix:
    derived = _derived(job)
    setting = (
        f"{name}={derived.seconds}" if job.kind == "processing_job" else assigned(job, "max_run", str(derived.seconds))
    )
    title = f"Set `{setting}` ({derived.origin}; a job that needs longer is stopped)"
    if job.kind == "processing_job" and job.api == "v3core":
        return Fix.advice(title)
    return Fix.unsafe(title, write_settings(job, {"max_run": derived.seconds}))


def _derived(job: Resource) -> _Derived:
    kind = "processing_job" if job.kind == "processing_job" else None
    others = [
        seconds
        for other in job.program.resources
        if (other.kind == kind if kind is not None else other.kind in _KINDS and other.kind != "processing_job")
        and (seconds := whole(other.max_run)) is not None
        and 0 < seconds < _DAY
    ]
    found = _Derived(MODEL_TRAINER_DEFAULT_RUN, "an hour, which is the default of `ModelTrainer`")
    if others:
        found = _Derived(max(others), "the longest limit of this program's other jobs")
    wait = whole(job.max_wait)
    if wait is not None and 0 < wait < found.seconds:
        return _Derived(wait, f"as `{spelling(job, 'max_wait')}`")
    return found

"""SG303: a waiting time that the service refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import Code, remove_settings, write_settings
from sagegreen_checks.training.managed_spot import (
    SERVICE_DEFAULT_RUN,
    UNCHECKPOINTED_CAP,
    Checkpointing,
    RunCap,
    assigned,
    checkpointing,
    is_absent_or_nothing,
    is_pipeline_parameter,
    names_only_the_wait,
    run_cap,
    spelling,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.resources import Resource

_RETRIES = {"RetryStrategy", "retry_strategy"}


class InvalidSpotWait(Check):
    """The waiting time of a training job does not fit its spot setting or its run time.

    ## What it does

    Reports three combinations that the SDK sends as they are:

    - managed spot training without a maximum wait, or with one below the maximum run time: the wait includes the run,
      and the service refuses the job;
    - a maximum wait without managed spot training: the service refuses that too;
    - a stopping condition of version 3, the core resources or boto3 that names only the wait: the run time limit that
      the SDK sets when it is given no stopping condition (3600 seconds) is then not sent, and the service's default of
      one day counts.

    Values are compared where both are certain, defaults of the SDK included. `max_wait=0` and `max_wait=None` count as
    not set. Silent in local mode, and for a wait beside a retry strategy.

    ## Why it wastes

    A refused job costs a round of waiting and debugging, and the usual way out is to switch spot off. A run that has
    lost its limit may go on for a day.

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
        use_spot_instances=True,
        max_run=7200,
        max_wait=3600,
    )
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
        use_spot_instances=True,
        max_run=7200,
        max_wait=7200,
    )
    ```

    ## Fix safety

    Safe: the job as it stands is refused. The wait is set to the run time limit, the least that is valid; a wait
    without spot is removed. Where a stopping condition names only the wait, the run time limit that holds anyway is
    written beside it: the service's default of one day, or the wait where that is shorter. Where an algorithm that
    cannot checkpoint asks for more than the 3600 seconds that spot allows it, there is advice only.

    ## What it cannot see

    Values that are only known when the program runs, and limits that a service quota sets.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
    - https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """

    code: ClassVar[str] = "SG303"
    name: ClassVar[str] = "invalid-spot-wait"
    practices: ClassVar[tuple[str, ...]] = ("managed-spot-training",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("safe", "unsafe", "displayonly")

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a training job."""
        yield from self._judge(job)

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job that holds the settings of its training jobs itself."""
        if "spot" in job.form.settings:
            yield from self._judge(job)

    def check_remote_function(self, job: Resource) -> Iterator[Finding]:
        """Judge a function that runs as a training job."""
        yield from self._judge(job)

    def check_pipeline_step(self, job: Resource) -> Iterator[Finding]:
        """Judge a function that runs as a training job of a pipeline (``@step``)."""
        if "spot" in job.form.settings:
            yield from self._judge(job)

    def _judge(self, job: Resource) -> Iterator[Finding]:
        if job.local.constant is not False or not job.supports("max_wait"):
            return
        if job.spot.certainly(bool):
            yield from self._on_spot(job)
        elif is_absent_or_nothing(job.spot):
            yield from self._on_demand(job)

    def _on_spot(self, job: Resource) -> Iterator[Finding]:
        wait_name, run_name = spelling(job, "max_wait"), spelling(job, "max_run")
        spot = f"`{assigned(job, 'spot', 'True')}`"
        cap = run_cap(job)
        if is_absent_or_nothing(job.max_wait):
            message = (
                f"{spot} without `{wait_name}`: the service refuses a spot job that does not say how long it may wait "
                f"and run. {_at_least(cap, run_name)}"
            )
            yield self.finding(_wait_place(job), message, _matching_wait(job, cap))
            return
        waits = [value for value in job.max_wait.values if isinstance(value, int)]
        if not job.max_wait.certainly(lambda value: isinstance(value, int)):
            waits = []
        if cap is not None and waits and names_only_the_wait(job):
            yield from self._only_the_wait(job, max(waits))
        elif cap is not None and waits and max(waits) < cap.seconds:
            message = (
                f"`{wait_name}` of {max(waits)} s is less than the run of {cap.seconds} s ({cap.origin}): the wait "
                "includes the run, so the service refuses the job. Let the wait be at least as long as the run"
            )
            yield self.finding(_wait_place(job), message, _matching_wait(job, cap), *_matching_run(job, max(waits)))

    def _only_the_wait(self, job: Resource, wait: int) -> Iterator[Finding]:
        run = min(wait, SERVICE_DEFAULT_RUN)
        lost = " instead of the SDK's 3600 s" if job.api in {"v3", "modules"} else ""
        message = (
            f"The stopping condition names only `{spelling(job, 'max_wait')}`, so no limit of the run time is sent "
            f"and the service's default of one day counts{lost}; no shorter wait covers it. Write both fields"
        )
        fix = Fix.safe(
            f"Add `{assigned(job, 'max_run', str(run))}`, "
            + ("as long as the wait" if run == wait else "the service's default that counts anyway"),
            write_settings(job, {"max_run": run}),
        )
        yield self.finding(_wait_place(job), message, fix)

    def _on_demand(self, job: Resource) -> Iterator[Finding]:
        if not job.max_wait.certainly(bool) or job.is_open or _retries(job):
            return
        if is_pipeline_parameter(job.spot) or is_pipeline_parameter(job.max_wait):
            return  # who starts the pipeline may choose spot capacity, and the wait must be there then
        wait_name, switch = spelling(job, "max_wait"), assigned(job, "spot", "True")
        message = (
            f"`{wait_name}` is set, but not `{switch}`: the service refuses a wait for a job that does not run on spot "
            "capacity. Remove the wait, or use managed spot training"
        )
        remove = Fix.safe(f"Remove `{wait_name}`", remove_settings(job, ("max_wait",)))
        use = Fix.unsafe(f"Use managed spot training, `{switch}`", write_settings(job, {"spot": True}))
        yield self.finding(_wait_place(job), message, remove, use)


def _wait_place(job: Resource) -> Place:
    """The value of the wait where it stands in this file, else the callee."""
    place = job.max_wait.place or job.max_wait.argument_value
    inside = place is not None and job.program.owns(place.parsed_cell)
    return place if place is not None and inside else job.place


def _at_least(cap: RunCap | None, run_name: str) -> str:
    if cap is None:
        return f"Set it to `{run_name}` or more"
    return f"Set it to {cap.seconds} or more ({cap.origin})"


def _matching_wait(job: Resource, cap: RunCap | None) -> Fix:
    """Set the wait to the run, the least that is valid."""
    wait_name, run_name = spelling(job, "max_wait"), spelling(job, "max_run")
    if checkpointing(job) is Checkpointing.IMPOSSIBLE and (cap is None or cap.seconds > UNCHECKPOINTED_CAP):
        return Fix.advice(
            f"Set `{wait_name}` and `{run_name}` to {UNCHECKPOINTED_CAP} s or less, the most that spot allows an "
            "algorithm that cannot checkpoint"
        )
    place = written(job, "max_run")
    values: dict[str, Writable]
    # only where the wait is written into the same call, the name of the run time certainly means the same
    if place is not None and place.code.isidentifier() and job.max_wait.is_absent:
        values = {"max_wait": Code(place.code)}
        return Fix.safe(
            f"Set `{assigned(job, 'max_wait', place.code)}`, as long as the run", write_settings(job, values)
        )
    if cap is None:
        return Fix.advice(f"Set `{wait_name}` to at least `{run_name}`")
    if cap.written or job.api in {"v1", "v2"} or job.kind in {"remote_function", "pipeline_step"}:
        values = {"max_wait": cap.seconds}
    else:
        values = {"max_run": cap.seconds, "max_wait": cap.seconds}
    title = f"Set `{assigned(job, 'max_wait', str(cap.seconds))}`, as long as the run ({cap.origin})"
    return Fix.safe(title, write_settings(job, values))


def _matching_run(job: Resource, wait: int) -> Iterator[Fix]:
    """Limit a run whose length nobody wrote down to the wait that somebody did."""
    if job.max_run.is_absent:
        title = f"Limit the run to the wait: `{assigned(job, 'max_run', str(wait))}`"
        yield Fix.unsafe(title, write_settings(job, {"max_run": wait}))


def _retries(job: Resource) -> bool:
    """A retry strategy may wait as well."""
    if not job.setting("max_retry_attempts").is_absent:
        return True
    return any(argument.keyword in _RETRIES for call in job.calls for argument in call.arguments)

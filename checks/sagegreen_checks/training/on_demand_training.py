"""SG301: training on demand where managed spot training could serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.sagemaker.savings import saving
from sagegreen_checks.training.checkpoint_locations import Location, own_location
from sagegreen_checks.training.comments import comments_at
from sagegreen_checks.training.managed_spot import (
    UNCHECKPOINTED_CAP,
    Checkpointing,
    assigned,
    called,
    checkpointing,
    is_absent_or_nothing,
    is_jumpstart,
    is_marketplace,
    is_model_trainer,
    is_pipeline_parameter,
    names_only_the_wait,
    run_cap,
    spelling,
    whole,
    written,
)
from sagegreen_checks.training.training_scripts import checkpoint_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting


@dataclass(frozen=True, slots=True)
class _Terms:
    """What to write beside the switch itself, and how it was derived; ``obstacle`` where nothing certain can be."""

    values: Mapping[str, Writable]
    derived: str = ""
    obstacle: str = ""


class OnDemandTraining(Check):
    """A training job runs on demand although managed spot training could serve it.

    ## What it does

    Reports training jobs that leave managed spot training off: the setting is absent, or written out as `False`
    without a comment at it that gives the reason. An estimator is judged once, where it is defined, whether it is fit,
    tuned or only part of a pipeline. Tuning jobs of boto3 and of the core resources, and remote functions, carry the
    setting themselves and are judged too.

    Silent where spot cannot serve: local mode (also as one of several instance types), warm pools, training plans,
    heterogeneous clusters, instance preferences, HyperPod, the serverless recipe trainers of version 3, and algorithms
    of AWS Marketplace. Silent too where the setting, or one of these, cannot be followed.

    ## Why it wastes

    Managed spot training runs on capacity that would otherwise stand idle. AWS names up to 90 % lower **cost** than on
    demand; a job needs no less energy, but less hardware has to be kept for it.

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
        output_path="s3://my-bucket/models",
        max_run=7200,
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Use instead

    ```python
    from uuid import uuid4

    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        output_path="s3://my-bucket/models",
        max_run=7200,
        use_spot_instances=True,
        max_wait=7200,
        checkpoint_s3_uri=f"s3://my-bucket/models/checkpoints/{uuid4()}",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: a spot job may be interrupted, wait for capacity, and starts over unless its script saves and restores
    checkpoints under `/opt/ml/checkpoints`; the title says what was seen of the script. The wait is set to the run
    time limit, the least that the service accepts, or to the limit that the SDK or the service sets by default. In
    version 3, the core resources and boto3 both fields of the stopping condition are written, since one that names only
    the wait loses the SDK's limit of the run time.

    The checkpoint location is a path of its own for each job (below the job's unique name in boto3 and the core
    resources, with a new UUID elsewhere), because a job resumes from whatever lies there. Where several jobs would
    share it (a tuner, a pipeline, an estimator that is fit more than once) the fix leaves it out and says so.

    Algorithms that cannot checkpoint (most built-in ones) may run and wait for 3600 seconds at most under spot. A job
    of such an algorithm that sets a longer limit gets advice only.

    ## What it cannot see

    Whether spot capacity is to be had for the instance type and Region, quotas, deadlines, and what a script does that
    is not a cell of the notebook or a file beside the program. A wrapper or a service control policy may switch spot on
    elsewhere.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    - https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
    - https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG301"
    name: ClassVar[str] = "on-demand-training"
    practices: ClassVar[tuple[str, ...]] = ("managed-spot-training",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("training_job"):
            if job.local.constant is True:
                continue
            if job.spot.constant is True:
                yield self.followed(job.place, "managed spot training is on")
            elif job.spot.is_unknown or job.is_open:
                yield self.unclear(job.place, "whether spot is used is decided elsewhere")

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a training job."""
        yield from self._judge(job)

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job that holds the settings of its training jobs itself."""
        if "spot" in job.form.settings and job.setting("definitions").is_absent:
            yield from self._judge(job)

    def check_remote_function(self, job: Resource) -> Iterator[Finding]:
        """Judge a function that runs as a training job."""
        yield from self._judge(job)

    def check_pipeline_step(self, job: Resource) -> Iterator[Finding]:
        """Judge a function that runs as a training job of a pipeline (``@step``)."""
        if "spot" in job.form.settings:
            yield from self._judge(job)

    def _judge(self, job: Resource) -> Iterator[Finding]:
        if not _could_use_spot(job):
            return
        spot = job.spot
        name = spelling(job, "spot")
        if spot.is_absent:
            place, state = job.place, f"`{name}` is not set"
        elif spot.is_known and not spot.constant:
            if _reason_given(spot):
                return
            inside = spot.place is not None and job.program.owns(spot.place.parsed_cell)
            place = spot.place if spot.place is not None and inside else job.place
            state = f"`{name}` is switched off"
            if is_pipeline_parameter(spot):
                state += ", unless a start of the pipeline says otherwise"
        else:
            return
        message = (
            f"`{called(job)}` trains on demand: {state}. Managed spot training (`{assigned(job, 'spot', 'True')}` with "
            f"`{spelling(job, 'max_wait')}`) runs the same job on idle capacity, for less money but no less energy; "
            f"{_checkpoints(job)}.{_does_not_start(job)}"
        )
        yield self.finding(place, message, _fix(job), saving=saving("managed-spot-training").text)


def _could_use_spot(job: Resource) -> bool:
    if not job.supports("spot") or job.local.constant is not False or is_marketplace(job):
        return False
    if job.kind == "training_job" and job.api in {"v3", "modules"} and not is_model_trainer(job):
        return False
    if any(argument.keyword in {"ServerlessJobConfig", "serverless_job_config"} for argument in job.call.arguments):
        return False
    if any(_is_hyperpod(job, user) for user in (job, *job.users)):
        return False
    exclusive = ("keep_alive", "training_plan", "instance_groups", "instance_preferences")
    return all(is_absent_or_nothing(job.setting(name)) for name in exclusive)


def _is_hyperpod(job: Resource, user: Resource) -> bool:
    compute = user.setting("compute").value
    kinds = job.program.types.of(compute) if compute is not None else ()
    return any(kind.canonical.endswith(".HyperPodCompute") for kind in kinds)


def _reason_given(spot: Setting) -> bool:
    """Whether a comment stands beside the literal, or alone on the line above it."""
    return spot.place is not None and bool(comments_at(spot.place))


def _checkpoints(job: Resource) -> str:
    """What is known of the job's going on after an interruption, for message and title."""
    known = checkpointing(job)
    if known is Checkpointing.IMPOSSIBLE:
        return "the algorithm cannot checkpoint, so an interrupted job starts over"
    if known is Checkpointing.BUILT_IN:
        return "the algorithm saves and restores checkpoints by itself"
    if job.kind in {"remote_function", "pipeline_step"}:
        return "the function was not seen to save and restore checkpoints"
    script = checkpoint_use(job)
    if known is Checkpointing.UNKNOWN and not is_jumpstart(job):
        return "what the image runs could not be seen; an algorithm that cannot checkpoint may wait for 3600 s at most"
    if script is None and job.setting("entry_point").is_absent:
        return "what the container runs was not seen to save and restore checkpoints"
    if script is None:
        return "the training script was not seen to save and restore checkpoints"
    if script.restores:
        return f"`{script.name}` was seen to restore checkpoints"
    if script.location:
        return f"`{script.name}` names the checkpoint folder but was not seen to restore from it"
    return f"`{script.name}` was not seen to use `/opt/ml/checkpoints`, so an interrupted job starts over"


def _does_not_start(job: Resource) -> str:
    """The SDK refuses scikit-learn's own container on a GPU."""
    if not job.is_a("sagemaker.sklearn.estimator.SKLearn") or not job.setting("image").is_absent:
        return ""
    name = job.instance_type.constant
    kind = instance(name) if isinstance(name, str) else None
    if kind is None or not kind.accelerator:
        return ""
    return f" As it stands the job would not even start: the SDK refuses scikit-learn on `{kind.name}`."


# --- the fix -------------------------------------------------------------------------------------------------


def _fix(job: Resource) -> Fix:
    switch = assigned(job, "spot", "True")
    if not job.spot.is_absent and is_pipeline_parameter(job.spot):
        return Fix.advice(f"Run the pipeline with `{switch}` and a wait that is set together with it")
    terms = _terms(job)
    if terms.obstacle:
        return Fix.advice(f"Use managed spot training, `{switch}`, {terms.obstacle}")
    values: dict[str, Writable] = {"spot": True, **terms.values}
    title = f"Use managed spot training with {terms.derived}"
    can_checkpoint = checkpointing(job) is not Checkpointing.IMPOSSIBLE
    if can_checkpoint and job.checkpoint.is_absent and job.supports("checkpoint") and not _is_chosen(job):
        location = own_location(job)
        if isinstance(location, Location):
            values[location.setting] = location.code
            title += f" and a checkpoint location of its own for each job ({location.unique})"
        elif location.reason:
            title += f", without a checkpoint location, because {location.reason}"
        else:
            title += ", without a checkpoint location"
    elif job.kind in {"remote_function", "pipeline_step"}:
        title += "; a `CheckpointLocation` argument of the function keeps checkpoints"
    return Fix.unsafe(f"{title}; {_checkpoints(job)}", write_settings(job, values))


def _is_chosen(job: Resource) -> bool:
    """Whether the code says itself that there is to be no checkpoint location."""
    path = job.form.settings["checkpoint"]
    return written(job, "checkpoint") is not None or (len(path) == 1 and path[0] in job.bound[0].arguments)


def _terms(job: Resource) -> _Terms:
    wait_name = spelling(job, "max_wait")
    if not job.max_wait.is_absent and whole(job.max_wait) is None:
        return _Terms({}, f"the `{wait_name}` that is set")
    if checkpointing(job) is Checkpointing.IMPOSSIBLE:
        return _terms_without_checkpoints(job, wait_name)
    cap = run_cap(job)
    if cap is None:
        code = _expression(job) if job.max_wait.is_absent else None
        if code is None:
            run_name = spelling(job, "max_run")
            unknown = " that JumpStart sets for the model" if is_jumpstart(job) else ", which is not known"
            return _Terms({}, obstacle=f"with a `{wait_name}` of at least the `{run_name}`{unknown}")
        return _Terms({"max_wait": Code(code)}, f"`{assigned(job, 'max_wait', code)}`, as long as the run")
    wait = whole(job.max_wait)
    if not cap.written and job.api not in {"v1", "v2"} and job.kind in {"training_job", "tuning_job"}:
        run = min(wait or cap.seconds, cap.seconds) if names_only_the_wait(job) else cap.seconds
        longest = max(run, wait or 0)
        both = f"a run of at most {run} s ({cap.origin}), a wait of {longest} s"
        return _Terms({"max_run": run, "max_wait": longest}, both)
    if wait is not None:
        return _Terms(
            {"max_wait": max(wait, cap.seconds)}, f"`{assigned(job, 'max_wait', str(max(wait, cap.seconds)))}`"
        )
    code = _expression(job) or str(cap.seconds)
    written_value: Writable = Code(code) if code != str(cap.seconds) else cap.seconds
    return _Terms({"max_wait": written_value}, f"`{assigned(job, 'max_wait', code)}` (as {cap.origin})")


def _terms_without_checkpoints(job: Resource, wait_name: str) -> _Terms:
    run_name = spelling(job, "max_run")
    if not job.max_run.is_absent:
        run = whole(job.max_run)
        if run is None or run > UNCHECKPOINTED_CAP:
            return _Terms(
                {},
                obstacle=(
                    f"only if `{run_name}` and `{wait_name}` can be {UNCHECKPOINTED_CAP} s or less: the service takes "
                    "no more under spot from an algorithm that cannot checkpoint"
                ),
            )
        return _Terms({"max_wait": run}, f"`{assigned(job, 'max_wait', str(run))}` (as `{run_name}`)")
    limit = UNCHECKPOINTED_CAP
    return _Terms(
        {"max_run": limit, "max_wait": limit},
        f"run and wait limited to {limit} s, the most that the service allows an algorithm that cannot checkpoint",
    )


def _expression(job: Resource) -> str | None:
    """The code of the run time, where repeating it in the same call means the same."""
    place = written(job, "max_run")
    if place is None or not isinstance(place.node, cst.Name | cst.Attribute | cst.BinaryOperation):
        return None
    if "\n" in place.code or "(" in place.code:
        return None
    return place.code

"""SG302: a spot job that an interruption sends back to its beginning: no place for checkpoints, or none is restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import write_settings
from sagegreen_checks.training.checkpoint_locations import Location, own_location
from sagegreen_checks.training.managed_spot import Checkpointing, called, checkpointing, spelling
from sagegreen_checks.training.training_scripts import checkpoint_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.resources import Resource


class SpotWithoutCheckpoint(Check):
    """A managed spot training job has no checkpoint location, or a script that never restores a checkpoint.

    ## What it does

    Reports training jobs, and tuning jobs that hold the settings of their training jobs themselves, that certainly run
    on spot capacity and certainly have no checkpoint location. Silent for algorithms that cannot checkpoint at all, for
    images of which it is not known what they run, for JumpStart models, and for local mode.

    Where there is a location, it reports training jobs whose script never restores: only where the script and the whole
    folder that travels with it were read, it trains in a loop of its own (`loss.backward()`, `GradientTape`), and no
    word in it may mean restoring or a trainer that restores by itself.

    ## Why it wastes

    When spot capacity is taken back, the container ends. SageMaker restores only what lies under the checkpoint
    location; without one the job starts over, and all the work up to there is done, powered and paid for once more. So
    it is where the script does not look at what was restored.

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
        use_spot_instances=True,
        max_run=7200,
        max_wait=14400,
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
        use_spot_instances=True,
        max_run=7200,
        max_wait=14400,
        checkpoint_s3_uri=f"s3://my-bucket/models/checkpoints/{uuid4()}",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: what lies under the location is copied into the container, and the script may act on it. The fix writes a
    path of its own for each job, below the job's unique name in boto3 and the core resources, with a new UUID
    elsewhere: a path that several jobs share makes each resume from the one before. Where they would share it (a tuner,
    a pipeline, an estimator that is fit more than once) there is advice only. The location helps nobody whose script
    does not save to `/opt/ml/checkpoints` and restore from there. For a script that never restores there is advice
    only.

    ## What it cannot see

    Whether the script keeps its progress in some other place, and whether the job is so short that starting over costs
    little.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
    - https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """

    code: ClassVar[str] = "SG302"
    name: ClassVar[str] = "spot-without-checkpoint"
    practices: ClassVar[tuple[str, ...]] = ("managed-spot-training",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a training job."""
        yield from self._judge(job)

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job that holds the settings of its training jobs itself."""
        if "spot" in job.form.settings:
            yield from self._judge(job)

    def _judge(self, job: Resource) -> Iterator[Finding]:
        if not job.spot.certainly(bool) or not job.supports("checkpoint") or job.local.constant is not False:
            return
        known = checkpointing(job)
        if known in {Checkpointing.IMPOSSIBLE, Checkpointing.UNKNOWN}:
            return
        if job.checkpoint.is_absent:
            yield self._without_location(job, known)
        elif job.kind == "training_job" and known is Checkpointing.POSSIBLE and job.checkpoint.certainly(bool):
            yield from self._never_restored(job)

    def _without_location(self, job: Resource, known: Checkpointing) -> Finding:
        name = spelling(job, "checkpoint")
        alone = ""
        if not job.setting("checkpoint_local_path").is_absent:
            alone = " (`checkpoint_local_path` alone is dropped from the request)"
        message = (
            f"`{called(job)}` trains on spot capacity without a checkpoint location: `{name}` is not set{alone}, so "
            f"an interruption throws away all the work done so far; {_script(job, known)}"
        )
        return self.finding(job.place, message, _fix(job, name))

    def _never_restored(self, job: Resource) -> Iterator[Finding]:
        script = checkpoint_use(job)
        if script is None or not script.never_restores:
            return
        saves = "names the checkpoint folder but " if script.location else ""
        message = (
            f"`{called(job)}` trains on spot capacity with `{spelling(job, 'checkpoint')}`, but its script "
            f"`{script.name}` {saves}restores nothing: its training loop begins anew after each interruption, and the "
            f"work done so far is lost"
        )
        advice = "Save to `/opt/ml/checkpoints` every epoch, and load the newest file there before the training loop"
        yield self.finding(job.place, message, Fix.advice(advice))


def _fix(job: Resource, name: str) -> Fix:
    location = own_location(job)
    if isinstance(location, Location):
        title = (
            f"Set a checkpoint location of its own for each job ({location.unique}; a shared one would be resumed from)"
        )
        return Fix.unsafe(title, write_settings(job, {location.setting: location.code}))
    because = f" ({location.reason})" if location.reason else ""
    return Fix.advice(f"Set `{name}` to a path of its own for each job, none of which resumes from another{because}")


def _script(job: Resource, known: Checkpointing) -> str:
    if known is Checkpointing.BUILT_IN:
        return "the algorithm would save and restore checkpoints by itself"
    script = checkpoint_use(job)
    if script is None:
        return "whether the script saves checkpoints could not be seen"
    if script.location:
        return f"`{script.name}` already names the checkpoint folder"
    return f"`{script.name}` must save to `/opt/ml/checkpoints` and restore from there, too, and was not seen to do so"

"""SG305: a warm pool that outlives its use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.catalogue import load
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import remove_settings, replace
from sagegreen_checks.training.surroundings import is_only_tuned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.evidence import JobShape
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting

LONG = 1800
SHORT = 600

#: Energies from here on are written without decimals.
_WHOLE = 10

_POWER = {"teads": "power measured by Teads", "derived": "power derived from the parts' TDP"}

_PARAMETER = {
    "v2": "keep_alive_period_in_seconds",
    "modules": "Compute(keep_alive_period_in_seconds=...)",
    "v3": "Compute(keep_alive_period_in_seconds=...)",
    "v3core": "ResourceConfig(keep_alive_period_in_seconds=...)",
    "boto3": "KeepAlivePeriodInSeconds",
}


@dataclass(frozen=True, slots=True)
class _Pool:
    """A warm pool of one job, with the number of seconds that one literal gives it."""

    job: Resource
    place: Place
    seconds: float
    reused: bool
    shifted: bool
    declared: bool


class IdleWarmPool(Check):
    """A training cluster is kept running after its job, for long or for nothing.

    ## What it does

    Reports a keep-alive period (`keep_alive_period_in_seconds`, `KeepAlivePeriodInSeconds`) of 1800 seconds or more,
    and any keep-alive period of a training job that no other job of the project can make use of: one of the same
    instance type, count and role that asks for a warm pool itself, or another start of the same job (a second `fit`, a
    loop).

    In version 2 of the SDK it also reports the fifth positional argument of `Estimator`. Up to 2.109 that was the
    volume size in GB; since 2.110 it is the keep-alive period in seconds, so that
    `Estimator(image, role, 1, "ml.m5.xlarge", 50)` trains on the default volume and then keeps the instance for
    50 seconds. Most authors meant the volume.

    Jobs that run locally are left alone, and so are estimators that only a tuner uses: tuning jobs do not honour the
    setting. Version 1 knows no warm pools.

    ## Why it wastes

    The instances of a warm pool stay on, reserved and billed like training ones, until the period ends or a matching
    job takes them over. What is saved in return is the start-up time of that next job, where there is one.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=2,
        instance_type="ml.g5.12xlarge",
        keep_alive_period_in_seconds=3600,
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=2,
        instance_type="ml.g5.12xlarge",
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Fix safety

    The fix is unsafe: it takes the period out, or where other jobs use the pool shortens it to 600 seconds, and a job
    that was to start on the warm instances then waits for new ones. The positional argument becomes `volume_size=`,
    which changes the volume that the job gets; the fix is only written where no other positional argument follows.

    ## What it cannot see

    Jobs that somebody starts by running the program or the notebook cell again, jobs of other repositories, and how
    often a function is called that nothing in the project calls: there only long periods are reported. For remote
    functions (`@remote`, `@step`) only long periods are reported too. A job of the same shape counts as a user of the
    pool although other differences (VPC, volume, encryption) may keep it from taking the pool over.

    ## References

    - [SageMaker managed warm pools](https://docs.aws.amazon.com/sagemaker/latest/dg/train-warm-pools.html)
    - [Signature of `Estimator`](https://github.com/aws/sagemaker-python-sdk/blob/v2.257.0/src/sagemaker/estimator.py)
    """

    code: ClassVar[str] = "SG305"
    name: ClassVar[str] = "idle-warm-pool"
    practices: ClassVar[tuple[str, ...]] = ("managed-training", "automatic-shutdown")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("training_job"):
            if job.starts and job.local.constant is not True and job.keep_alive.effective in {None, 0}:
                yield self.followed(job.place, "a managed job, whose instances are released when it ends")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal that keeps a pool once, whatever the number of jobs it reaches."""
        found: dict[tuple[object, ...], list[_Pool]] = {}
        for job in program.of_kind("training_job", "remote_function", "pipeline_step"):
            for pool in _pools(job):
                found.setdefault(pool.place.key, []).append(pool)
        for pools in found.values():
            first = pools[0]
            yield self.finding(first.place, _message(first), *_fixes(pools), saving=_saving(first))


def _pools(job: Resource) -> Iterator[_Pool]:
    """The pools of a job that idle too long or for nothing, one for each literal."""
    setting = job.keep_alive
    if setting.is_absent or job.local.constant is True or is_only_tuned(job):
        return
    shifted = _is_shifted_volume(job, setting)
    reused = _is_reused(job)
    for_nothing = setting.certainly(_keeps) and (shifted or not reused)
    if not (for_nothing or setting.certainly(_is_long) or setting.is_unknown):
        return
    for literal in setting.literals:
        if not isinstance(literal.value, int | float) or not _keeps(literal.value):
            continue
        if not _is_long(literal.value) and setting.is_unknown:
            continue
        yield _Pool(job, _reported(job, literal.place), literal.value, reused, shifted, literal.declared)


def _keeps(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_long(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= LONG


def _reported(job: Resource, place: Place) -> Place:
    """The literal, or where another file holds it the argument here."""
    if job.program.owns(place.parsed_cell):
        return place
    return job.keep_alive.argument_value or job.place


# -- the fifth positional argument ------------------------------------------------------------------


def _positional(job: Resource, setting: Setting) -> tuple[cst.Call, int] | None:
    """The call and the index of the argument, where the setting is given without a keyword."""
    node, argument = job.call.node, setting.argument.node if setting.argument is not None else None
    if not isinstance(node, cst.Call) or not isinstance(argument, cst.Arg) or argument.keyword or argument.star:
        return None
    index = next((index for index, entry in enumerate(node.args) if entry is argument), None)
    return (node, index) if index is not None else None


def _is_shifted_volume(job: Resource, setting: Setting) -> bool:
    """Whether the argument stands where older releases of the SDK had the volume size."""
    found = _positional(job, setting)
    if job.api != "v2" or job.owner is None or found is None or not job.setting("volume_size").is_absent:
        return False
    older = load("v2").older_signatures(job.owner.canonical)
    return any(signature.position("volume_size") == found[1] for _, signature in older)


def _as_volume(pool: _Pool) -> tuple[Edit, ...] | None:
    found = _positional(pool.job, pool.job.keep_alive)
    argument = pool.job.keep_alive.argument_value
    if found is None or argument is None:
        return None
    node, index = found
    if any(entry.keyword is None and entry.star != "**" for entry in node.args[index + 1 :]):
        return None
    return replace(argument, f"volume_size={argument.code}")


# -- who uses the pool ------------------------------------------------------------------------------


def _is_reused(job: Resource) -> bool:
    """Whether a job that can take the pool over is started, or may be where nobody can see it."""
    steps = [user for user in job.users if user.kind == "pipeline_step"]
    if job.kind != "training_job" or not (job.starts or steps):
        return True
    if len({id(call) for call in job.starts}) > 1 or len(steps) > 1:
        return True
    if any(call.loops or call.uncalled for call in job.starts):
        return True
    if any(other is not job and _matches(job, other) for other in job.program.of_kind("training_job")):
        return True
    return any(_matches_shape(job, shape) for shape in job.program.project.elsewhere(frozenset()).jobs)


def _matches(job: Resource, other: Resource) -> bool:
    keep = other.keep_alive
    if keep.is_absent or other.local.constant is True or is_only_tuned(other):
        return False
    if not keep.is_unknown and not keep.possibly(_keeps):
        return False
    return all(
        _may_equal(job.setting(name), other.setting(name)) for name in ("instance_type", "instance_count", "role")
    )


def _may_equal(one: Setting, other: Setting) -> bool:
    return not one.values or not other.values or not set(one.values).isdisjoint(other.values)


def _matches_shape(job: Resource, shape: JobShape) -> bool:
    wanted = (
        (job.instance_type, shape.instance_type),
        (job.instance_count, shape.instance_count),
        (job.setting("role"), shape.role),
    )
    return all(value is None or not setting.values or value in setting.values for setting, value in wanted)


# -- words and fixes --------------------------------------------------------------------------------


def _message(pool: _Pool) -> str:
    seconds = f"{pool.seconds:g}"
    parameter = _PARAMETER.get(pool.job.api, "keep_alive_period_in_seconds")
    if pool.shifted:
        return (
            f"`{pool.job.class_name}` is given {seconds} where up to SDK 2.109 the volume size stood; since 2.110 this "
            f"positional argument is `{parameter}`: the job gets the default volume, and its instances idle, billed, "
            f"for {seconds} s after it. Name the argument: `volume_size=` if the volume was meant"
        )
    otherwise = " where nobody gives another value" if pool.declared else ""
    start = f"`{parameter}` keeps the instances running, billed, for {seconds} s after the training job{otherwise}"
    if pool.reused:
        return f"{start}: they idle unless a matching job starts in that time. Shorten it to the pause between the jobs"
    return (
        f"{start}, and no other job of the project was seen that can take them over (same role, instance type and "
        f"count, itself with a warm pool). Leave it out"
    )


def _saving(pool: _Pool) -> str | None:
    name, count = pool.job.instance_type.constant, pool.job.instance_count.constant
    machine = instance(name) if isinstance(name, str) else None
    if machine is None or machine.watts_idle is None or not isinstance(count, int):
        return None
    energy = machine.watts_idle * count * pool.seconds / 3600
    basis = _POWER.get(machine.watts_method or "", "estimated power")
    return (
        f"up to {energy:{'.0f' if energy >= _WHOLE else '.2g'}} Wh for each unused period (energy, estimate: {count} x "
        f"{machine.watts_idle:g} W idle for {pool.seconds:g} s, {basis}, without cooling)"
    )


def _fixes(pools: Sequence[_Pool]) -> Iterator[Fix]:
    first = pools[0]
    drop = Fix.unsafe("Keep no warm pool after the training job", _dropped(pools))
    if first.shifted:
        edits = _as_volume(first) if len(pools) == 1 else None
        yield Fix.unsafe("Pass the number as `volume_size`", edits)
        yield drop
        return
    if (all(pool.reused for pool in pools) or len(pools) > 1) and first.seconds > SHORT:
        title = f"Shorten the keep-alive period to {SHORT} s; choose the pause between your jobs"
        yield Fix.unsafe(title, _written(first, str(SHORT)))
    yield drop


def _dropped(pools: Sequence[_Pool]) -> tuple[Edit, ...] | None:
    """Take the setting out of every job, or write 0 where that is not possible."""
    edits: list[Edit] = []
    for job in {id(pool.job): pool.job for pool in pools}.values():
        removed = remove_settings(job, ["keep_alive"])
        if removed is None:
            return _written(pools[0], "0")
        edits.extend(edit for edit in removed if edit not in edits)
    return tuple(edits)


def _written(pool: _Pool, code: str) -> tuple[Edit, ...] | None:
    """Write another number at the literal, where that is a literal of this file and nothing else."""
    literals = [literal.place for literal in pool.job.keep_alive.literals]
    if not any(place.key == pool.place.key for place in literals):
        return None
    return replace(pool.place, code) if isinstance(pool.place.node, cst.BaseExpression) else None

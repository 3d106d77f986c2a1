"""SG325: a search for hyperparameters that nothing but its number of jobs ends, or that begins another one anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.positions import position
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import options, same
from sagegreen_checks.training.managed_spot import whole
from sagegreen_checks.tuning.strategies import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

#: With fewer jobs there is little to save: the service needs some to see that a search no longer gets better.
_FEWEST_JOBS = 10
_STRATEGIES = frozenset({"Bayesian", "Random"})
_SHAPES = "sagemaker.core.shapes"
_CODE = ("entry_point", "image")

#: Criteria that end a search when it has converged, which is the one criterion without a number to choose.
_CONVERGENCE = {
    "v2": Code(
        "{TuningJobCompletionCriteriaConfig}(complete_on_convergence=True)",
        (("sagemaker.tuner", "TuningJobCompletionCriteriaConfig"),),
    ),
    "boto3": Code('{{"ConvergenceDetected": {{"CompleteOnConvergence": "Enabled"}}}}'),
    **dict.fromkeys(
        ("v3", "v3core"),
        Code(
            '{TuningJobCompletionCriteria}(convergence_detected={ConvergenceDetected}(complete_on_convergence="Enabled"))',
            ((_SHAPES, "TuningJobCompletionCriteria"), (_SHAPES, "ConvergenceDetected")),
        ),
    ),
}


class OpenEndedTuning(Check):
    """A tuning job trains as many models as it may, or starts from nothing although the program has searched before.

    ## What it does

    Reports tuning jobs of ten training jobs or more, with the Bayesian or Random strategy, that name no completion
    criteria (`completion_criteria_config`, `TuningJobCompletionCriteria`): nothing but the number of jobs ends them. It
    also reports tuning jobs without a warm start (`warm_start_config`, `WarmStartConfig`) where the same program makes
    an earlier tuning job for the same objective metric and the same estimator, script or image.

    It is silent where the number of jobs is small, all of them run at once, or it is not known; for Grid and Hyperband,
    which end by rules of their own; where autotune chooses the settings; and in local mode. The tuner of version 1 has
    no such criteria: there only the warm start is missed. `sagemaker.modules` has no tuner.

    ## Why it wastes

    A search finds most of what it will find in its first jobs. Without criteria the rest is trained all the same; with
    them the service stops when the best result no longer changes. A second search that does not know the first explores
    the same poor values again, one training job each. AWS recommends both among its practices of automatic model tuning
    and gives no figure.

    ## Example

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    estimator = Estimator(image, role, 1, "ml.m5.xlarge")
    tuner = HyperparameterTuner(
        estimator,
        "validation:auc",
        {"eta": ContinuousParameter(0.01, 0.5)},
        max_jobs=50,
        max_parallel_jobs=2,
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, TuningJobCompletionCriteriaConfig

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    estimator = Estimator(image, role, 1, "ml.m5.xlarge")
    tuner = HyperparameterTuner(
        estimator,
        "validation:auc",
        {"eta": ContinuousParameter(0.01, 0.5)},
        max_jobs=50,
        max_parallel_jobs=2,
        completion_criteria_config=TuningJobCompletionCriteriaConfig(complete_on_convergence=True),
    )
    ```

    ## Fix safety

    Unsafe: the search may end with another model. The fix lets the service end it when it has converged, the one
    criterion without a number to choose; a target for the metric, or a number of jobs that bring nothing, may suit you
    better. For version 2 the class needs release 2.133 or later. Of a warm start there is advice only: whether the data
    are the same decides about its type, and the name of the earlier job is known when that has run.

    ## What it cannot see

    Whether every one of the jobs is wanted, for a plot or a study; whether two searches differ in their data; searches
    of other files and of earlier days; numbers of jobs that are only known when the program runs.

    ## References

    - [Completion criteria](https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-progress.html)
    - [Warm start](https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html)
    - [Best practices](https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-considerations.html)
    """

    code: ClassVar[str] = "SG325"
    name: ClassVar[str] = "open-ended-tuning"
    practices: ClassVar[tuple[str, ...]] = ("sustainable-tuning",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("tuning_job"):
            if not job.setting("completion_criteria").is_absent:
                yield self.followed(job.place, "criteria end the search before all jobs have run")

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job."""
        if job.local.constant is not False or not _searches_freely(job):
            return
        open_ended = _has_no_end(job)
        earlier = _earlier(job) if _starts_from_nothing(job) else None
        if not open_ended and earlier is None:
            return
        states, fixes = [], []
        if open_ended:
            criteria, jobs = spelled(job, "completion_criteria"), whole(job.setting("max_jobs"))
            states.append(
                f"all {jobs} training jobs of this search (`{spelled(job, 'max_jobs')}`) run, whatever they find: "
                f"no `{criteria}` ends it before"
            )
            title = f"End the search when it has converged (`{criteria}`); another criterion may suit you better"
            fixes.append(Fix.unsafe(title, _criteria(job)))
        if earlier is not None:
            line = position(earlier.place.parsed_cell.cell.source, earlier.place.span.start).row
            cell = f"cell {earlier.place.cell}, " if earlier.place.cell is not None else ""
            warm = spelled(job, "warm_start")
            states.append(
                f"it starts from nothing, since no `{warm}` tells it what the search for the same metric at {cell}line "
                f"{line} has found"
            )
            fixes.append(
                Fix.advice(f"Name the earlier tuning job as a parent in `{warm}`, if its data suit this search")
            )
        text = "; ".join(states)
        yield self.finding(
            job.place,
            f"{text[0].upper()}{text[1:]} (jobs; no published figure). Whether every job is wanted could not be seen",
            *fixes,
        )


def _searches_freely(job: Resource) -> bool:
    """Whether a tuning job certainly draws its values from ranges, job by job, until it has run them all."""
    strategy = job.setting("strategy")
    if not (strategy.is_absent or strategy.certainly(lambda value: value in _STRATEGIES)):
        return False
    if not job.setting("autotune").is_absent and not job.setting("autotune").certainly(lambda value: value is False):
        return False
    jobs, together = whole(job.setting("max_jobs")), job.setting("max_parallel_jobs")
    if jobs is None or jobs < _FEWEST_JOBS or together.is_unknown:
        return False
    return not together.possibly(lambda value: isinstance(value, int) and value >= jobs)


def _has_no_end(job: Resource) -> bool:
    return (
        job.api in _CONVERGENCE and job.supports("completion_criteria") and job.setting("completion_criteria").is_absent
    )


def _starts_from_nothing(job: Resource) -> bool:
    return job.supports("warm_start") and job.setting("warm_start").is_absent


def _earlier(job: Resource) -> Resource | None:
    """A tuning job that the same program makes before, for the same metric and the same training."""
    before = [
        other
        for other in job.program.of_kind("tuning_job")
        if other.call.order < job.call.order and other.call.node is not job.call.node and not other.call.uncalled
    ]
    return next((other for other in reversed(before) if _searches_the_same(job, other)), None)


def _searches_the_same(job: Resource, other: Resource) -> bool:
    one, another = job.setting("metric"), other.setting("metric")
    if not one.is_known or one.constant != another.constant:
        return False
    own, theirs = job.members or [job], other.members or [other]
    return all(any(mine is each or _trains_the_same(mine, each) for each in theirs) for mine in own)


def _trains_the_same(one: Resource, other: Resource) -> bool:
    """Whether two jobs certainly run the same code in the same container."""
    if one.target != other.target or all(one.setting(name).is_absent for name in _CODE):
        return False
    for name in (*_CODE, "source_dir", "framework_version", "compiler"):
        value, another = one.setting(name).value, other.setting(name).value
        if value is None or another is None:
            if value is not another:
                return False
        elif not all(any(same(mine, each) for each in options(another)) for mine in options(value)):
            return False
    return True


def _criteria(job: Resource) -> tuple[Edit, ...] | None:
    return write_settings(job, {"completion_criteria": _CONVERGENCE[job.api]})

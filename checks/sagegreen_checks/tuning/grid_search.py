"""SG321: a search that tries every combination."""

from __future__ import annotations

import re
from math import ceil, prod
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.savings import saving
from sagegreen.semantics.values import Elements, Known, Mapped, Result, same
from sagegreen_checks.tuning.script_searches import library_searches, words_of
from sagegreen_checks.tuning.strategies import (
    BAYESIAN,
    is_only_default,
    sharing,
    spelled,
    uses,
    value_place,
    write_in_all,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting
    from sagegreen.semantics.values import Value

GRID = "Grid"


_SKLEARN = "a tuning job with the Bayesian strategy, Optuna's `TPESampler` or `skopt.BayesSearchCV`"
_IN_SCRIPTS = {
    ("sklearn", "GridSearchCV"): _SKLEARN,
    ("sklearn", "ParameterGrid"): _SKLEARN,
    ("cuml", "GridSearchCV"): _SKLEARN,
    ("dask_ml", "GridSearchCV"): _SKLEARN,
    ("ray", "grid_search"): "`tune.choice` with a search algorithm such as `OptunaSearch`, or a SageMaker tuning job",
    ("optuna", "GridSampler"): "`optuna.samplers.TPESampler`",
    ("keras_tuner", "GridSearch"): "`keras_tuner.BayesianOptimization`",
    ("kerastuner", "GridSearch"): "`kerastuner.BayesianOptimization`",
}
#: What lists combinations of anything, and what tells that each of them is trained.
_COMBINATIONS = "ParameterGrid"
_TRAINS = re.compile(r"fit\w*\(|train\w*\(|backward\(|cross_val\w*\(|objective\(", re.IGNORECASE)


class GridSearch(Check):
    """A search that trains a model for every combination of hyperparameter values.

    ## What it does

    Reports tuning jobs whose strategy is `Grid`, at that value: `HyperparameterTuner` of versions 2 (since 2.115) and
    3, `HyperParameterTuningJob.create` of the core resources, and boto3. A default that only a caller could override
    is reported where it stands.

    In training scripts it also reports `GridSearchCV` and `ParameterGrid` of scikit-learn (and `GridSearchCV` of cuML
    and Dask-ML), `tune.grid_search` of Ray, `GridSampler` of Optuna and `GridSearch` of Keras Tuner. A training script
    is a file that names the variables or folders of a training container (`SM_MODEL_DIR`, `/opt/ml/input` ...) and
    starts no job, or one that a training job of the project runs, which the message then names. A grid search in a
    notebook's own kernel or in a test is not reported: it starts no training job; nor is `ParameterGrid` where nothing
    is trained.

    ## Why it wastes

    The number of jobs is the product of the numbers of values: three hyperparameters with five values each are 125
    training jobs. Bayesian search chooses the next values from the results of the jobs before. AWS says to avoid grid
    search and gives no figure; for Bayesian against random search it says that typically 10 times fewer jobs are
    needed.

    ## Example

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import CategoricalParameter, HyperparameterTuner

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    estimator = Estimator(image, role, 1, "ml.m5.xlarge")
    tuner = HyperparameterTuner(
        estimator,
        "validation:auc",
        {
            "max_depth": CategoricalParameter([3, 5, 7, 9]),
            "eta": CategoricalParameter([0.05, 0.1, 0.2, 0.3, 0.5]),
        },
        strategy="Grid",
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import CategoricalParameter, HyperparameterTuner

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    estimator = Estimator(image, role, 1, "ml.m5.xlarge")
    tuner = HyperparameterTuner(
        estimator,
        "validation:auc",
        {
            "max_depth": CategoricalParameter([3, 5, 7, 9]),
            "eta": CategoricalParameter([0.05, 0.1, 0.2, 0.3, 0.5]),
        },
        strategy="Bayesian",
        max_jobs=2,
    )
    ```

    ## Fix safety

    Unsafe: the search is no longer exhaustive, and another model may be chosen. The fix writes `Bayesian` and an
    explicit number of jobs, because the SDK would start one job without it and the service refuses more jobs than
    there are combinations: a tenth of the combinations, rounded up, at least 2 and never more than there are. That is
    where AWS's factor leads; whether it is enough is for you to judge. Where all of them would run at once, half as
    many run in parallel, since Bayesian search has nothing to learn from otherwise. The combinations are counted from
    the ranges; where these cannot be followed, from the number of jobs, which for grid search must equal them; where
    neither is known, there is advice only. Bayesian search takes categorical ranges as they are; integer or continuous
    ranges give it more to work with.

    What a training script searches with a library is only reported.

    ## What it cannot see

    Ranges and strategies that are only known when the program runs, scripts that no job of the project names and that
    do not mention the container's variables and folders either, and whether the result of every single combination is
    needed, for a plot or an ablation study. Version 1 knows no grid search, `sagemaker.modules` no tuner.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    - https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG321"
    name: ClassVar[str] = "grid-search"
    practices: ClassVar[tuple[str, ...]] = ("bayesian-search",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "v3core", "boto3", "script")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    script_words: ClassVar[re.Pattern[bytes] | None] = words_of(_IN_SCRIPTS)

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job."""
        if not uses(job, GRID):
            return
        count = _combinations(job)
        every = f"every one of the {count} combinations" if count is not None else "every combination"
        message = f'`{spelled(job, "strategy")}` is "{GRID}"'
        message += ", unless a caller says otherwise" if is_only_default(job) else ""
        message += f": it trains a model for {every} of values, where Bayesian search learns from the jobs before."
        max_jobs = spelled(job, "max_jobs")
        if job.api == "v2" and job.setting("max_jobs").is_absent:
            message += (
                f" Without `{max_jobs}` it cannot even start: version 2 of the SDK sends no number and boto3 refuses "
                "the request."
            )
        if count is None:
            message += " How many combinations there are could not be seen."
        message += f' Use "{BAYESIAN}" with an explicit `{max_jobs}`'
        yield self.finding(
            value_place(job, "strategy"), message, _fix(job), saving=saving("bayesian-instead-of-grid-search").text
        )

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge what a training script searches by itself."""
        for search in library_searches(program, _IN_SCRIPTS):
            if search.name == _COMBINATIONS and not program.mentions(_TRAINS):
                continue
            message = (
                f"`{search.name}` tries every combination of values while the instance runs, in {search.script}. Use a "
                f"search that learns from the trials before: {search.advice}"
            )
            yield self.finding(search.place, message, saving=saving("bayesian-instead-of-grid-search").text)


def _fix(job: Resource) -> Fix:
    if is_only_default(job):
        return Fix.advice(f'Let the default be "{BAYESIAN}" and pass an explicit `{spelled(job, "max_jobs")}`')
    values = _values(job)
    if values is None:
        return Fix.advice(
            f'Use "{BAYESIAN}" with a tenth of the combinations as `{spelled(job, "max_jobs")}`, at least 2'
        )
    jobs, count, together = values["max_jobs"], _combinations(job), sharing(job, GRID)
    at_least = ", at least 2" if count is not None and count <= 10 else ""
    title = (
        f'Use "{BAYESIAN}" with `{spelled(job, "max_jobs")}` of {jobs} (a tenth of the {count} combinations{at_least})'
    )
    if "max_parallel_jobs" in values:
        title += f" and half as many in parallel (`{spelled(job, 'max_parallel_jobs')}`)"
    if len(together) > 1:
        title += ", and the same for the other tuning jobs that share this strategy"
    return Fix.unsafe(title, write_in_all(together, _values))


def _values(job: Resource) -> Mapping[str, Writable] | None:
    """The settings of the Bayesian search, ``None`` where the combinations cannot be counted."""
    count = _combinations(job)
    if count is None:
        return None
    jobs = min(count, max(2, ceil(count / 10)))
    values: dict[str, Writable] = {"strategy": BAYESIAN, "max_jobs": jobs}
    parallel = job.setting("max_parallel_jobs").constant
    if isinstance(parallel, int) and parallel >= jobs and parallel > 1:
        values["max_parallel_jobs"] = max(1, jobs // 2)
    return values


# -- counting ---------------------------------------------------------------------------------------


def _combinations(job: Resource) -> int | None:
    """How many combinations a grid has; ``None`` where neither its ranges nor its number of jobs is known."""
    counts = list(_value_counts(job, job.setting("ranges")))
    if counts and None not in counts:
        return prod(count for count in counts if count is not None)
    given = job.setting("max_jobs").constant
    return given if isinstance(given, int) and given > 0 else None


def _value_counts(job: Resource, ranges: Setting) -> Iterable[int | None]:
    """How many values each range has, ``None`` for one that is not known or not categorical."""
    if job.api in {"boto3", "v3core"}:
        return list(_listed_counts(job, ranges))
    value = ranges.value
    if not isinstance(value, Mapped) or not value.complete:
        return [None]
    return [_categorical_count(job, entry.value) for entry in value.entries.values()]


def _categorical_count(job: Resource, value: Value) -> int | None:
    kinds = job.program.types.of(value)
    if not isinstance(value, Result) or len(kinds) != 1 or not kinds[0].canonical.endswith(".CategoricalParameter"):
        return None
    bound = job.program.reader.constructed(value.call)
    given = bound.arguments.get("values") if bound is not None else None
    if given is None:
        return None
    # the SDK takes anything but a list as the only value
    return 1 if isinstance(given.value, Known) else _distinct(given.value)


def _listed_counts(job: Resource, ranges: Setting) -> Iterator[int | None]:
    categorical, *others = (
        ("categorical_parameter_ranges", "integer_parameter_ranges", "continuous_parameter_ranges", "auto_parameters")
        if job.api == "v3core"
        else ("CategoricalParameterRanges", "IntegerParameterRanges", "ContinuousParameterRanges", "AutoParameters")
    )
    for name in others:
        other = _member(job, ranges.value, name)
        if other is not None and not (isinstance(other, Elements) and other.complete and not other.items):
            yield None
    listed = _member(job, ranges.value, categorical)
    if not isinstance(listed, Elements) or not listed.complete:
        yield None
        return
    for entry in listed.items:
        values = _member(job, entry, "values" if job.api == "v3core" else "Values")
        yield _distinct(values) if values is not None else None


def _member(job: Resource, value: Value | None, name: str) -> Value | None:
    """A member of a request's structure, given as a dictionary or as an object."""
    if isinstance(value, Mapped):
        entry = value.entries.get(name)
        return entry.value if entry is not None else None
    if isinstance(value, Result):
        bound = job.program.reader.constructed(value.call)
        argument = bound.arguments.get(name) if bound is not None else None
        return argument.value if argument is not None else None
    return None


def _distinct(values: Value) -> int | None:
    if not isinstance(values, Elements) or not values.complete:
        return None
    found: list[Value] = []
    for item in values.items:
        if not any(same(item, other) for other in found):
            found.append(item)
    return len(found) or None

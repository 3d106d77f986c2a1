"""SG322: a search that learns nothing from its own results."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.savings import saving
from sagegreen_checks.tuning.script_searches import library_searches, words_of
from sagegreen_checks.tuning.strategies import (
    BAYESIAN,
    is_only_default,
    replace_default,
    sharing,
    spelled,
    uses,
    value_place,
    write_in_all,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

RANDOM = "Random"


_FRUGAL = frozenset({"Bayesian", "Hyperband"})
_SKLEARN = "a tuning job with the Bayesian strategy, Optuna's `TPESampler` or `skopt.BayesSearchCV`"
_IN_SCRIPTS = {
    ("sklearn", "RandomizedSearchCV"): _SKLEARN,
    ("cuml", "RandomizedSearchCV"): _SKLEARN,
    ("dask_ml", "RandomizedSearchCV"): _SKLEARN,
    ("optuna", "RandomSampler"): "`optuna.samplers.TPESampler`",
    ("keras_tuner", "RandomSearch"): "`keras_tuner.BayesianOptimization`",
    ("kerastuner", "RandomSearch"): "`kerastuner.BayesianOptimization`",
}


class RandomSearch(Check):
    """A search that draws hyperparameter values at random.

    ## What it does

    Reports tuning jobs whose strategy is `Random`, at that value, in every version of the SDK, the core resources and
    boto3. A default that only a caller could override is reported where it stands.

    In training scripts (see SG321 for what counts as one) it also reports `RandomizedSearchCV` of scikit-learn, cuML
    and Dask-ML, `RandomSampler` of Optuna and `RandomSearch` of Keras Tuner.

    Where all jobs run at once (`max_parallel_jobs` equal to `max_jobs`) random search may be a choice: Bayesian search
    has then nothing to learn from. It is reported nevertheless, and the message says so, since the waste is the same.

    ## Why it wastes

    Random search ignores what the jobs before have shown. AWS says that Bayesian search typically requires 10 times
    fewer jobs to find the best values.

    ## Example

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    tuner = HyperparameterTuner(
        Estimator(image, role, 1, "ml.m5.xlarge"),
        "validation:auc",
        {"eta": ContinuousParameter(0.01, 0.5)},
        strategy="Random",
        max_jobs=100,
        max_parallel_jobs=5,
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    tuner = HyperparameterTuner(
        Estimator(image, role, 1, "ml.m5.xlarge"),
        "validation:auc",
        {"eta": ContinuousParameter(0.01, 0.5)},
        strategy="Bayesian",
        max_jobs=10,
        max_parallel_jobs=2,
    )
    ```

    ## Fix safety

    Unsafe: other values are tried and another model may be chosen. The fix changes the strategy alone. It saves only
    when you lower the number of jobs too, which is a figure that only you can choose; and a search whose results must
    be independent samples (a sensitivity analysis, a Pareto front) needs to stay random.

    What a training script searches with a library is only reported.

    ## What it cannot see

    Strategies that are only known when the program runs, and why random search was chosen. `sagemaker.modules` has no
    tuner.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-considerations.html
    - https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG322"
    name: ClassVar[str] = "random-search"
    practices: ClassVar[tuple[str, ...]] = ("bayesian-search",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3", "script")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    script_words: ClassVar[re.Pattern[bytes] | None] = words_of(_IN_SCRIPTS)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("tuning_job"):
            strategy = job.setting("strategy")
            if strategy.effective in _FRUGAL or strategy.certainly(lambda name: name in _FRUGAL):
                yield self.followed(job.place, f"the strategy is {strategy.effective or ' or '.join(sorted(_FRUGAL))}")
            elif strategy.is_unknown:
                yield self.unclear(job.place, "the strategy is decided elsewhere")

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job."""
        if not uses(job, RANDOM):
            return
        max_jobs, parallel = job.setting("max_jobs").constant, job.setting("max_parallel_jobs").constant
        count = f" ({max_jobs})" if isinstance(max_jobs, int) else ""
        message = f'`{spelled(job, "strategy")}` is "{RANDOM}"'
        message += ", unless a caller says otherwise" if is_only_default(job) else ""
        message += f': it learns nothing from its own jobs. Use "{BAYESIAN}"'
        message += f", and lower `{spelled(job, 'max_jobs')}`{count} too, else nothing is saved"
        if isinstance(max_jobs, int) and max_jobs > 1 and max_jobs == parallel:
            message += (
                f"; all {max_jobs} jobs run at once (`{spelled(job, 'max_parallel_jobs')}`), which leaves Bayesian "
                "search nothing to learn from, so lower that as well, or keep random search if time is what counts"
            )
        yield self.finding(value_place(job, "strategy"), message, _fix(job), saving=saving("bayesian-search").text)

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge what a training script searches by itself."""
        for search in library_searches(program, _IN_SCRIPTS):
            message = (
                f"`{search.name}` draws values at random and learns nothing from its own trials, in {search.script}. "
                f"Use {search.advice}, and fewer trials"
            )
            yield self.finding(search.place, message, saving=saving("bayesian-search").text)


def _fix(job: Resource) -> Fix:
    title = f'Use "{BAYESIAN}"; lower `{spelled(job, "max_jobs")}` yourself'
    if is_only_default(job):
        return Fix.unsafe(title, replace_default(job, BAYESIAN))
    return Fix.unsafe(title, write_in_all(sharing(job, RANDOM), lambda _: {"strategy": BAYESIAN}))

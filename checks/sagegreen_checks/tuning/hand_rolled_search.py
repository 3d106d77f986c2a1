"""SG324: training jobs started in a loop over hyperparameter values."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.savings import saving
from sagegreen.semantics.values import Attribute, Known, OneOf, Result, options, walk
from sagegreen_checks.tuning.rounds import Searched, rounds, searched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call, Loop
    from sagegreen.semantics.values import Scalar, Value

_TUNERS = {
    "boto3": "`create_hyper_parameter_tuning_job` with the strategy Bayesian",
    "v3core": "`HyperParameterTuningJob.create` with the strategy Bayesian",
    "v3": "a `HyperparameterTuner` of `sagemaker.train.tuner`",
    "modules": "a `HyperparameterTuner` of an estimator (the preview has no tuner of its own)",
}
_TUNER = "a `HyperparameterTuner`"
_MOST_NAMES = 4
#: What a tuner cannot do with less.
_FEWEST = 2


class HandRolledSearch(Check):
    """Training jobs started one after another for a list of hyperparameter values.

    ## What it does

    Reports the call that starts a training job (`fit`, `train`, `create_training_job`, `TrainingJob.create`) inside a
    loop or comprehension, or in a function that one calls (also through an executor, a pool, a thread or `map`), where
    the hyperparameters of the job come from the loop or are drawn at random in it, and nothing else about the job does.

    Silent where the rounds also differ in data, image, algorithm, script, instance type or Region; where the varying
    value tells which part of the work is done (a fold, a data set, a location, a quantile, a model) or how far it has
    come (a step, a round of several stages); where it only names the run or is its seed; for one job or two in all;
    for loops that wait, and local mode.

    ## Why it wastes

    Every value costs a whole training job, good or bad. A tuning job with Bayesian search learns from the jobs before,
    and stops hopeless ones early. AWS says that Bayesian optimization typically requires 10 times fewer jobs to find
    the best values than other methods.

    ## Example

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")

    for max_depth in [3, 4, 5, 6, 7, 8]:
        for eta in [0.05, 0.1, 0.2, 0.3]:
            estimator = Estimator(
                image,
                role,
                1,
                "ml.m5.xlarge",
                hyperparameters={"objective": "binary:logistic", "num_round": 200, "max_depth": max_depth, "eta": eta},
            )
            estimator.fit({"train": "s3://my-bucket/train", "validation": "s3://my-bucket/validation"}, wait=False)
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    image = sagemaker.image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")

    tuner = HyperparameterTuner(
        Estimator(
            image,
            role,
            1,
            "ml.m5.xlarge",
            hyperparameters={"objective": "binary:logistic", "num_round": 200},
        ),
        "validation:auc",
        {"max_depth": IntegerParameter(3, 8), "eta": ContinuousParameter(0.05, 0.3)},
        max_jobs=6,
        max_parallel_jobs=2,
        early_stopping_type="Auto",
    )
    tuner.fit({"train": "s3://my-bucket/train", "validation": "s3://my-bucket/validation"})
    ```

    ## Fix safety

    There is no fix: a tuner needs the name of an objective metric and ranges, which only you can choose. The advice
    names the hyperparameters and what their values span, where these are known.

    ## What it cannot see

    Whether a script behaves so differently for two values that they are no search but a comparison; whether every
    result is needed, for a curve such as the elbow of k-means or an ablation study; loops in another file than the call
    that starts the job; jobs that a pipeline, a remote function or a shell script starts.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning.html
    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    - https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG324"
    name: ClassVar[str] = "hand-rolled-search"
    practices: ClassVar[tuple[str, ...]] = ("automatic-model-tuning", "bayesian-search")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("tuning_job"):
            yield self.followed(job.place, "a tuning job searches", "automatic-model-tuning")

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge the loops in which a training job is started."""
        if job.local.constant is True:
            return
        for start in job.starts:
            if not start.loops or start.foreign:
                continue
            for bound in _made_by(job, start):
                loops = dict.fromkeys((*start.loops, *bound.call.loops))
                found = {loop: entries for loop in loops if (entries := searched(job, bound, start, loop))}
                if found and not _is_comparison(found):
                    message = _message(found)
                    advice = Fix.advice(_advice(job, found))
                    yield self.finding(
                        callee_of(start.cell, start.node), message, advice, saving=saving("automatic-model-tuning").text
                    )
                    break


def _made_by(job: Resource, start: Call) -> list[BoundCall]:
    """The calls that made what a call starts."""
    own = [bound for bound in job.bound if bound.call is start]
    if own:
        return own
    receivers = [callee.base for callee in options(start.callee) if isinstance(callee, Attribute)]
    made = {id(part.call) for base in receivers for part in walk(base) if isinstance(part, Result)}
    return [bound for bound in job.bound if id(bound.call) in made]


def _is_comparison(found: dict[Loop, list[Searched]]) -> bool:
    """Whether the loops start two jobs in all, of which no tuner saves one."""
    counts = [rounds(loop) for loop in found]
    return prod(count for count in counts if count is not None) <= _FEWEST and None not in counts


def _message(found: dict[Loop, list[Searched]]) -> str:
    names = _names(found)
    another = f"another {_listed(names)}" if names else "other hyperparameters"
    counts = [rounds(loop) for loop in found]
    total = f" ({prod(count for count in counts if count is not None)} jobs in all)" if None not in counts else ""
    return (
        f"A loop starts this training job with {another} in each round, on the same data{total}: every value costs a "
        "whole job, where a tuning job with Bayesian search learns from the jobs before and stops hopeless ones. Let a "
        "tuner search instead"
    )


def _names(found: dict[Loop, list[Searched]]) -> list[str]:
    return list(dict.fromkeys(entry.name for entries in found.values() for entry in entries if entry.name is not None))


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        return f"{', '.join(shown)} ..."
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _advice(job: Resource, found: dict[Loop, list[Searched]]) -> str:
    spans = {
        entry.name: _span(entry.value) for entries in found.values() for entry in entries if entry.name is not None
    }
    searched_ones = [f"`{name}`{span}" for name, span in spans.items()]
    over = f" over {', '.join(searched_ones)}" if 0 < len(searched_ones) <= _MOST_NAMES else ""
    return (
        f"Replace the loop with {_TUNERS.get(job.api, _TUNER)}{over}, with an objective metric, early stopping and "
        "fewer jobs than the loop has rounds"
    )


def _span(value: Value) -> str:
    """The range of the values that a hyperparameter takes; empty where they are not all known."""
    constants = [option.value for option in options(value) if isinstance(option, Known)]
    if not isinstance(value, OneOf) or len(constants) < len(value.options):
        return ""
    numbers = [number for number in map(_number, constants) if number is not None]
    if len(numbers) == len(constants):
        return f" from {min(numbers):g} to {max(numbers):g}"
    return f" among {', '.join(map(repr, constants))}"


def _number(constant: Scalar) -> float | None:
    if isinstance(constant, bool) or not isinstance(constant, int | float | str):
        return None
    try:
        return float(constant)
    except ValueError:
        return None

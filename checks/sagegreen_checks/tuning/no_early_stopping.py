"""SG323: training jobs of a search that run to their end although they cannot win."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import write_settings
from sagegreen.semantics.values import Joined, Known, Result, options
from sagegreen_checks.tuning.strategies import spelled, value_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_OFF, _AUTO, _HYPERBAND = "Off", "Auto", "Hyperband"

#: Built-in algorithms that report no metric per epoch, by the name of their image, with their class in version 2: those
#: that "Stop Training Jobs Early" in the developer guide does not list.
_NEVER_STOPPED = {
    "blazingtext": "",
    "factorization-machines": "FactorizationMachines",
    "forecasting-deepar": "",
    "kmeans": "KMeans",
    "knn": "KNN",
    "lda": "LDA",
    "ntm": "NTM",
    "object2vec": "Object2Vec",
    "pca": "PCA",
    "randomcutforest": "RandomCutForest",
    "semantic-segmentation": "",
}
#: Those that report one metric per epoch and others at the end, with their class in version 2, and that metric.
_STOPPED_BY = {"linear-learner": ("LinearLearner", "objective_loss")}
_AMAZON_ALGORITHM = "sagemaker.amazon.amazon_estimator.AmazonAlgorithmEstimatorBase"
_REPOSITORY = re.compile(r"\.amazonaws\.com(?:\.cn)?/([\w-]+):")


class NoEarlyStopping(Check):
    """A tuning job that lets hopeless training jobs run to their end.

    ## What it does

    Reports tuning jobs whose early stopping is left out or is `Off`, in every version of the SDK, the core resources
    and boto3: at the callee where it is left out, at the value where it is `Off`.

    Silent for the strategy `Hyperband`, which stops jobs by itself and refuses the setting; for a search of a single
    job (which is also what the SDK starts without `max_jobs`), since there is nothing to compare it with; and for
    built-in algorithms that report no metric per epoch, which SageMaker cannot stop: BlazingText, DeepAR, Factorization
    Machines, k-means, k-NN, LDA, NTM, Object2Vec, PCA, Random Cut Forest and semantic segmentation, and Linear Learner
    with another metric than `objective_loss`. Silent too where the strategy or the setting cannot be followed.

    ## Why it wastes

    With `Auto`, SageMaker stops a training job whose objective metric is worse than the median of the jobs before it at
    the same epoch. Without it every job runs to its end. No figure is published: it depends on the ranges.

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
        max_jobs=20,
        max_parallel_jobs=2,
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
        max_jobs=20,
        max_parallel_jobs=2,
        early_stopping_type="Auto",
    )
    ```

    ## Fix safety

    Safe: every strategy but Hyperband takes the setting, and where a container reports no metric per epoch nothing is
    stopped. Jobs that are stopped would have lost by what the others had shown at the same epoch; a search may end
    earlier.

    ## What it cannot see

    Whether a training script reports its metric once per epoch, which is what early stopping works on.
    `sagemaker.modules` has no tuner.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html
    - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobConfig.html
    """

    code: ClassVar[str] = "SG323"
    name: ClassVar[str] = "no-early-stopping"
    practices: ClassVar[tuple[str, ...]] = ("sustainable-tuning",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("safe",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("tuning_job"):
            stopping = job.setting("early_stopping")
            if stopping.constant == "Auto":
                yield self.followed(job.place, "training jobs that fall behind are stopped early")
            elif job.setting("strategy").constant == "Hyperband":
                yield self.followed(job.place, "Hyperband stops training jobs that fall behind")
            elif stopping.is_unknown:
                yield self.unclear(job.place, "early stopping is decided elsewhere")

    def check_tuning_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a tuning job."""
        stopping = job.setting("early_stopping")
        off = stopping.certainly(lambda value: value in {_OFF, None})
        if not (stopping.is_absent or off) or not job.supports("early_stopping"):
            return
        strategy = job.setting("strategy")
        if not strategy.is_absent and not strategy.certainly(lambda value: value != _HYPERBAND):
            return
        if _number_of_jobs(job) == 1 or _is_never_stopped(job):
            return
        name = spelled(job, "early_stopping")
        state = f'`{name}` is "{_OFF}"' if off else f'No `{name}`: it is "{_OFF}" by default'
        message = (
            f"{state}, so training jobs that are worse than the others at the same epoch still run to their end. Use "
            f'"{_AUTO}"; it works where the container reports the objective metric per epoch, which could not be seen'
        )
        fix = Fix.safe(
            f'Stop hopeless training jobs early, `{name}` of "{_AUTO}"', write_settings(job, {"early_stopping": _AUTO})
        )
        yield self.finding(value_place(job, "early_stopping") if off else job.place, message, fix)


def _number_of_jobs(job: Resource) -> object:
    """The most jobs that a search starts; the SDK's one where nothing is said."""
    max_jobs = job.setting("max_jobs")
    if max_jobs.is_absent and job.api in {"v1", "v2", "v3"} and job.setting("strategy").constant != "Grid":
        return 1
    return max_jobs.constant


def _is_never_stopped(job: Resource) -> bool:
    """Whether all training jobs of a search certainly run an algorithm that does not report the metric per epoch."""
    metric = job.setting("metric").constant
    members = [member for member in job.members if member.kind == "training_job"]
    return all(_reports_once(member, metric) for member in members or [job])


def _reports_once(job: Resource, metric: object) -> bool:
    silent = [
        (repository, class_name)
        for repository, (class_name, stopped_by) in _STOPPED_BY.items()
        if isinstance(metric, str) and metric.rpartition(":")[2] != stopped_by
    ]
    silent.extend(_NEVER_STOPPED.items())
    if job.is_a(_AMAZON_ALGORITHM):
        return job.class_name in {class_name for _, class_name in silent}
    image = job.setting("image").value
    repositories = {repository for repository, _ in silent}
    return image is not None and all(_repository(job, option) in repositories for option in options(image))


def _repository(job: Resource, image: Value) -> str | None:
    """The name of an image of a built-in algorithm."""
    if isinstance(image, Result):
        bound = job.program.reader.constructed(image.call)
        given = (bound.arguments.get("framework") or bound.arguments.get("repo_name")) if bound is not None else None
        name = given.value if given is not None else None
        return name.value if isinstance(name, Known) and isinstance(name.value, str) else None
    parts = image.parts if isinstance(image, Joined) else (image,)
    text = "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)
    found = _REPOSITORY.search(text)
    return found[1] if found is not None else None

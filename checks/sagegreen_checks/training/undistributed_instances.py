"""SG334: several instances that each repeat the same training."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import replace
from sagegreen.semantics.values import Known, options
from sagegreen_checks.training.containers import images_of, retrieved_by
from sagegreen_checks.training.parallelism import (
    is_undistributed,
    may_share_among_instances,
    shards_input,
    whole_script,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Literal
    from sagegreen.semantics.values import Value

#: Classes that run a script of the user in a framework's container.
FRAMEWORKS = (
    "sagemaker.pytorch.estimator.PyTorch",
    "sagemaker.tensorflow.estimator.TensorFlow",
    "sagemaker.huggingface.estimator.HuggingFace",
    "sagemaker.mxnet.estimator.MXNet",
    "sagemaker.chainer.estimator.Chainer",
    "sagemaker.xgboost.estimator.XGBoost",
    "sagemaker.estimator.Estimator",
    "sagemaker.train.model_trainer.ModelTrainer",
    "sagemaker.modules.train.model_trainer.ModelTrainer",
)
_SKLEARN = "sagemaker.sklearn.estimator.SKLearn"
_COUNT = {
    "v1": "train_instance_count",
    "v2": "instance_count",
    "modules": "Compute(instance_count=...)",
    "v3": "Compute(instance_count=...)",
    "v3core": "ResourceConfig(instance_count=...)",
    "boto3": "InstanceCount",
}
_DISTRIBUTION = {"v1": "distributions", "v2": "distribution", "modules": "distributed", "v3": "distributed"}


@dataclass(frozen=True, slots=True)
class _Repeated:
    """A job on several instances, the literal that says how many, and why they repeat the work; ``None``: no reason."""

    job: Resource
    literal: Literal | None
    reason: str | None


class UndistributedInstances(Check):
    """A training job runs on several instances, and each of them does the whole work.

    ## What it does

    Reports a training job with an instance count over one where nothing shares the work:

    - a framework's estimator (or `ModelTrainer`) without `distribution` whose script was read and mentions no launcher,
      process group, parameter server or cluster, nor what SageMaker tells a script of the other instances (`SM_HOSTS`);
    - the built-in algorithms that train on one machine only (Object2Vec, Semantic Segmentation, Sequence-to-Sequence,
      LDA);
    - `SKLearn`, for which version 2 of the SDK refuses any count but one: the job would not even start.

    It says nothing where the script cannot be read as a whole, where an input is sharded (`ShardedByS3Key`: the
    instances then do different work), and of local mode, instance groups, recipes and images without a script. The
    other built-in algorithms share their work by themselves.

    ## Why it wastes

    Without `distribution` SageMaker starts the same script on every instance, each on all the data; the models
    overwrite each other in the output. All but one of the instances compute for nothing.

    ## Example

    ```python
    from sagemaker.amazon.object2vec import Object2Vec

    embedding = Object2Vec(
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=4,
        instance_type="ml.m5.4xlarge",
        epochs=5,
        enc0_max_seq_len=20,
        enc0_vocab_size=45000,
    )
    ```

    ## Use instead

    ```python
    from sagemaker.amazon.object2vec import Object2Vec

    embedding = Object2Vec(
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=1,
        instance_type="ml.m5.4xlarge",
        epochs=5,
        enc0_max_seq_len=20,
        enc0_vocab_size=45000,
    )
    ```

    or a `distribution`, with a script that makes use of it.

    ## Fix safety

    The fix is unsafe: it sets the count to 1. The result of the training changes where a script does share its work in
    a way that none of its words tell. A count that other jobs share is not touched.

    ## What it cannot see

    Scripts outside the project, code that comes with `dependencies` or `git_config`, images of one's own.

    ## References

    - [Parallelizable built-in algorithms](https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html)
    - [Distributed training in SageMaker](https://docs.aws.amazon.com/sagemaker/latest/dg/distributed-training.html)
    - [Guidance for optimizing deep learning workloads for sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG334"
    name: ClassVar[str] = "undistributed-instances"
    practices: ClassVar[tuple[str, ...]] = ("distributed-training",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)

    def observe(self, program: Program) -> Iterable[Observation]:
        """Tell where several instances share their work."""
        for job in program.of_kind("training_job"):
            if job.setting("distribution").constant is True and job.instance_count.certainly(_several):
                yield self.followed(job.place, f"{job.class_name} distributes its training")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each literal once, with every resource that it reaches in mind."""
        found: dict[tuple[object, ...], list[_Repeated]] = {}
        for resource in program.resources:
            reason = _reason(resource) if resource.kind == "training_job" else None
            for literal in resource.instance_count.literals:
                # a tuner repeats the count of its training jobs, which are judged themselves
                if resource.kind != "tuning_job" or not resource.members:
                    found.setdefault(literal.place.key, []).append(_Repeated(resource, literal, reason))
            if reason is not None and not resource.instance_count.literals:
                found[id(resource), None] = [_Repeated(resource, None, reason)]
        for uses in found.values():
            first = next((use for use in uses if use.reason is not None), None)
            if first is not None:
                yield self._judged(first, uses)

    def _judged(self, first: _Repeated, uses: Sequence[_Repeated]) -> Finding:
        job, literal = first.job, first.literal
        here = literal is not None and job.program.owns(literal.place.parsed_cell)
        place = literal.place if literal is not None and here else job.instance_count.argument_value or job.place
        count = "/".join(str(value) for value in job.instance_count.values)
        parameter = _COUNT.get(job.api, "instance_count")
        message = f"{count} instances (`{parameter}`), {first.reason}. Set the count to 1"
        if job.api in _DISTRIBUTION and "machine" not in (first.reason or "") and not job.is_a(_SKLEARN):
            message += f", or share the work with `{_DISTRIBUTION[job.api]}`"
        return self.finding(place, message, _fix(first, uses, here=here))


def _several(count: object) -> bool:
    return isinstance(count, int) and not isinstance(count, bool) and count > 1


def _reason(job: Resource) -> str | None:
    """Why the instances of a job repeat each other's work; ``None`` where they may share it."""
    if not job.instance_count.certainly(_several) or not is_undistributed(job) or shards_input(job):
        return None
    algorithm = _single_machine_algorithm(job)
    if algorithm is not None:
        return f"and the algorithm {algorithm} trains on one machine only: the others do nothing that counts"
    if job.is_a(_SKLEARN):
        refused = "; the SDK itself refuses the count, so that the job would not even start" if job.api == "v2" else ""
        return f"and scikit-learn trains on one only{refused}"
    if not job.is_a(*FRAMEWORKS):
        return None
    script = whole_script(job)
    if script is None or may_share_among_instances(script.text):
        return None
    return (
        f"and no `{_DISTRIBUTION.get(job.api, 'distribution')}`: each of them runs `{script.name}` from start to end, "
        "which has nothing that shares the work with the others, so that all but one repeat it for nothing"
    )


def _single_machine_algorithm(job: Resource) -> str | None:
    table = _algorithms()
    for name, (owner, algorithm) in table.items():
        if owner and job.is_a(owner):
            return algorithm
        images = images_of(job)
        if images and all(_is_image_of(job, image, name) for image in images):
            return algorithm
    return None


def _is_image_of(job: Resource, image: Value, name: str) -> bool:
    for option in options(image):
        value = job.program.reader.constant(option, 4)
        bound = retrieved_by(job, value)
        if bound is None:
            text = value.value if isinstance(value, Known) else None
            if not (isinstance(text, str) and f"/{name}:" in text):
                return False
            continue
        given = bound.arguments.get("framework") or bound.arguments.get("repo_name")
        framework = job.program.reader.constant(given.value, 4) if given is not None else None
        if not isinstance(framework, Known) or framework.value != name:
            return False
    return True


@cache
def _algorithms() -> Mapping[str, tuple[str, str]]:
    path = Path(__file__).with_name("single_machine_algorithms.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: (row["class"], row["algorithm"]) for row in csv.DictReader(file)}


def _fix(first: _Repeated, uses: Sequence[_Repeated], *, here: bool) -> Fix:
    title = "Train on one instance"
    if any(use.reason is None for use in uses):
        return Fix.advice(f"{title}; the same number is given to something else, too")
    literal = first.literal
    if literal is None or not here or not isinstance(literal.place.node, cst.Integer):
        return Fix.advice(f"{title}, where the count is set")
    return Fix.unsafe(title, replace(literal.place, "1"))

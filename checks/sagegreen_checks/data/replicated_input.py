"""SG108: several instances, each with a copy of everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import constant_code, replace
from sagegreen.sagemaker.scripts import script_of
from sagegreen.semantics.values import Absent, Known, Result, options
from sagegreen_checks.data.inputs import added_to, innermost, inputs_of, literal_of, runs_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen_checks.data.inputs import Input

_SHARDED, _REPLICATED = "ShardedByS3Key", "FullyReplicated"

#: Processors that share their work out by themselves.
_SHARE_OUT = re.compile(r"spark|clarify|model-?monitor|wrangler|dask|\bray\b", re.IGNORECASE)
#: What each instance rightly has a copy of.
_FOR_ALL = re.compile(
    r"model|artifact|code|script|config|param|baseline|schema|lookup|vocab|dict|label|classes|flow|constraint|statistic"
    r"|mapping|reference|weights|tokenizer|truth|encoder|scaler",
    re.IGNORECASE,
)
#: Scripts that find out which of several instances they run on, and take their share.
_DIVIDES = re.compile(
    r"resourceconfig|current_host|SM_HOSTS|CURRENT_HOST|pyspark|dask|\bray\b|mpi4py|torch\.distributed|horovod"
    r"|DistributedSampler|\.shard\("
)
#: Built-in algorithms whose pages ask for sharded training data.
_SHARDING_ALGORITHMS = frozenset({"xgboost", "kmeans", "randomcutforest"})
_TRAINING = re.compile(r"(?:train(?:ing)?)?", re.IGNORECASE)


class ReplicatedInput(Check):
    """Several instances that are each given all of the data.

    ## What it does

    Reports an input of a processing job on more than one instance that each of them gets a full copy of
    (`FullyReplicated`, written or by default): at the value, or at the object that leaves it out. For training jobs it
    reports the training channel of the built-in algorithms that divide the work by the share that each instance gets
    (XGBoost, k-means, Random Cut Forest).

    Silent where the job has several such inputs, which may belong together record by record; for a single file, which
    cannot be shared out; for models, code, configurations, labels, lookup tables and the like, that every instance
    needs; for Spark, Clarify, Model Monitor and Data Wrangler, which share their work out themselves; where the script
    was seen to ask which instance it runs on; in local mode; and where the number of instances or the inputs cannot be
    followed. Batch transform shares its objects out by itself. Frameworks are left alone: their samplers divide a full
    copy, and would divide a share once more.

    ## Why it wastes

    Each instance downloads everything, and a script that does not know of the others processes everything: the second
    instance doubles the energy and the cost, and the result is the same. No figure is published beyond that.

    ## Example

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor

    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_type="ml.m5.xlarge",
        instance_count=4,
    )
    processor.run(
        code="resize.py",
        inputs=[ProcessingInput(source="s3://amzn-s3-demo-bucket/images", destination="/opt/ml/processing/input")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/output")],
    )
    ```

    ## Use instead

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor

    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_type="ml.m5.xlarge",
        instance_count=4,
    )
    processor.run(
        code="resize.py",
        inputs=[
            ProcessingInput(
                source="s3://amzn-s3-demo-bucket/images",
                destination="/opt/ml/processing/input",
                s3_data_distribution_type="ShardedByS3Key",
            )
        ],
        outputs=[ProcessingOutput(source="/opt/ml/processing/output")],
    )
    ```

    ## Fix safety

    Unsafe: each instance sees a share of the objects, so that counts, means and sorted results are those of its share.
    Whole objects are shared out: there must be at least as many as instances, of about the same size.

    ## What it cannot see

    The number of objects under a prefix, and how a script that is not part of the project divides its work.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingS3Input.html
    - [Distributed training with XGBoost](https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html)
    - [Inputs of k-means](https://docs.aws.amazon.com/sagemaker/latest/dg/k-means.html)
    """

    code: ClassVar[str] = "SG108"
    name: ClassVar[str] = "replicated-input"
    practices: ClassVar[tuple[str, ...]] = ("minimal-data-movement",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("processing_job", "training_job"):
            for entry in inputs_of(job) or () if _is_spread_out(job) else ():
                if entry.says(entry.distribution, _SHARDED):
                    yield self.followed(job.place, "each instance gets its share of the objects")

    def check_processing_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a processing job."""
        if not _is_spread_out(job) or _SHARE_OUT.search(f"{job.target} {_image(job)}"):
            return
        script = script_of(job)
        if script is not None and _DIVIDES.search(script.text):
            return
        seen = (
            "whether the script divides the work by itself could not be seen"
            if script is None
            else "the script does not ask which of them it runs on"
        )
        for run in runs_of(job):
            inputs = [entry for entry in run or () if not _FOR_ALL.search(entry.words)]
            if len({text_of(entry.source) for entry in inputs}) == 1:
                yield from self._judge(
                    job, inputs, f"downloads all of it and, unless told otherwise, processes it; {seen}"
                )

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a training job."""
        if not _is_spread_out(job) or not _shards(job):
            return
        training = [entry for entry in inputs_of(job) or () if _TRAINING.fullmatch(entry.name or "")]
        waste = "downloads and trains on all of it; the algorithm divides the work by what each instance is given"
        yield from self._judge(job, training, waste)

    def _judge(self, job: Resource, inputs: Sequence[Input], waste: str) -> Iterator[Finding]:
        for entry in inputs:
            if not entry.is_in_s3 or entry.is_one_file:
                continue
            missing = isinstance(entry.distribution, Absent)
            literal = literal_of(job, entry.distribution)
            if not missing and (literal is None or not entry.says(entry.distribution, _REPLICATED)):
                continue
            place = literal or (entry.place if entry.place is not None and job.api != "boto3" else job.place)
            if not job.program.owns(place.parsed_cell):
                continue
            what = f"input `{entry.name}`" if entry.name else "this input"
            state = "by default" if missing else f'by "{_REPLICATED}"'
            message = (
                f"Each of the {_count(job)} instances gets a full copy of {what}, {state}: each {waste}. "
                f'"{_SHARDED}" gives each of them its share of the objects'
            )
            yield self.finding(place, message, _fix(job, entry))


def _is_spread_out(job: Resource) -> bool:
    return job.local.constant is False and job.instance_count.certainly(
        lambda value: isinstance(value, int) and value > 1
    )


def _count(job: Resource) -> str:
    return " or ".join(str(value) for value in job.instance_count.values)


def _image(job: Resource) -> str:
    image = job.setting("image").value
    return " ".join(map(text_of, options(image))) if image is not None else ""


def _shards(job: Resource) -> bool:
    """Whether a training job runs a built-in algorithm that divides the work by its instances' shares of the data."""
    image = job.setting("image").value
    if image is None or not (job.setting("entry_point").is_absent and job.setting("source_code").is_absent):
        return False
    for option in options(image):
        bound = job.program.reader.constructed(option.call) if isinstance(option, Result) else None
        given = (bound.arguments.get("framework") or bound.arguments.get("repo_name")) if bound is not None else None
        name = given.value.value if given is not None and isinstance(given.value, Known) else None
        if name is None:
            found = re.search(r"/(?:sagemaker-)?(\w+):", text_of(option))
            name = found[1] if found is not None else None
        if name not in _SHARDING_ALGORITHMS:
            return False
    return True


def _fix(job: Resource, entry: Input) -> Fix:
    title = f'Give each instance its share of the objects, "{_SHARDED}"'
    literal = literal_of(job, entry.distribution)
    if literal is not None:
        return Fix.unsafe(title, replace(literal, constant_code(literal.parsed_cell, _SHARDED)))
    if entry.place is None or entry.class_name == "InputData":
        return Fix.advice(title)
    if job.api == "boto3":
        name = "S3DataDistributionType"
    elif job.kind == "training_job" and job.api in {"v1", "v2"}:
        name = "distribution"
    else:
        name = "s3_data_distribution_type"
    return Fix.unsafe(title, added_to(job, innermost(job, entry), name, _SHARDED))

"""SG402: a real-time endpoint for the time of one pass over a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.positions import position
from sagegreen.sagemaker.life import deletions_of
from sagegreen.sagemaker.modes import REAL_TIME
from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import Elements
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.fed_datasets import feedings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call
    from sagegreen_checks.deployment.fed_datasets import Feeding

_INSTEAD = {
    "v1": "`transformer(instance_count, instance_type)` of the same model or estimator, and its `transform(...)`",
    "v2": "`transformer(instance_count, instance_type)` of the same model or estimator, and its `transform(...)`",
    "modules": "a `Transformer` of the same model, and its `transform(...)`",
    "v3": "`ModelBuilder.transformer(...)` of the same model, and its `transform(...)`",
    "v3core": "`TransformJob.create(...)` with the same model",
    "boto3": "`create_transform_job` with the same model",
}
_TUNER = "sagemaker.tuner.HyperparameterTuner"
#: What an estimator's ``deploy`` hands on to the model that it makes, and its ``transformer`` does not take.
_OF_THE_MODEL = frozenset({"image", "image_uri", "entry_point", "source_dir"})


class EndpointForBatchWork(Check):
    """A real-time endpoint is created, sent a whole dataset and deleted in one program.

    ## What it does

    Reports real-time endpoints that one program creates, feeds with stored data and deletes again: in a loop whose
    requests go through a table, the parts of an array, the rows of a file or the files of a folder, and whose answers
    are collected; or by one request with a whole table, whose answer is used further.

    Silent where anything speaks for another purpose: a part of the data (`head`, `sample`, `[:10]`, a file named
    `sample`), a loop that may end early or only prints, a pause or a clock around the requests, words such as latency
    or benchmark, data capture, several variants or models, auto scaling, updates of the endpoint.

    ## Why it wastes

    The instances of an endpoint are started for the pass, sit idle while the client prepares each request and waits for
    the answer, and run until the program deletes them, or for good where it fails before. A batch transform job reads
    the dataset from S3 by itself, keeps its instances busy, can divide the data among several, and releases them when
    it ends (**energy**, by the time that is idle; no published figure).

    ## Example

    ```python
    import numpy as np
    import pandas as pd
    from sagemaker.xgboost.model import XGBoostModel

    model = XGBoostModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.7-1",
    )
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge")

    customers = pd.read_csv("customers.csv")
    predictions = []
    for part in np.array_split(customers.values, len(customers) // 500 + 1):
        predictions.append(predictor.predict(part))
    predictor.delete_endpoint()
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.xgboost.model import XGBoostModel

    model = XGBoostModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.7-1",
    )
    customers = sagemaker.Session().upload_data("customers.csv", key_prefix="customers")
    transformer = model.transformer(1, "ml.m5.xlarge", strategy="MultiRecord", assemble_with="Line")
    transformer.transform(customers, content_type="text/csv", split_type="Line")
    ```

    ## Fix safety

    There is no fix: a transform job needs its input in S3, in a form that the container can split, and leaves its
    results there, so that the code around it changes.

    ## What it cannot see

    How large the data is, and whether the endpoint is only deployed to show how one is used. Whether something else
    calls the endpoint while it stands. Requests that are sent by another program, from several threads, or through a
    function that is handed over (`map`).

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Batch transform](https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    - [Guidance for Optimizing Deep Learning Workloads for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG402"
    name: ClassVar[str] = "endpoint-for-batch-work"
    practices: ClassVar[tuple[str, ...]] = ("batch-transform",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("transform_job"):
            if job.local.constant is not True:
                yield self.followed(job.place, "a batch transform job predicts")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report an endpoint that lives for one dataset."""
        if endpoint.local.constant is not False or endpoint.setting("mode").constant != REAL_TIME:
            return
        if endpoint.setting("autoscaled").constant is not False or endpoint.setting("updated").constant is not False:
            return
        if not endpoint.setting("data_capture").is_absent or endpoint.is_open or endpoint.call.excluded:
            return
        if is_made_of_components(endpoint) or _has_variants(endpoint):
            return
        if endpoint.program.of_kind("monitoring_schedule"):
            return
        deletions = [call for call in deletions_of(endpoint) if not call.excluded]
        fed = feedings(endpoint) if deletions else None
        for feeding in fed or ():
            if _is_one_run(endpoint, feeding, deletions):
                advice = Fix.advice(f"Run a batch transform job instead: {_instead(endpoint)}")
                yield self.finding(endpoint.place, _message(endpoint, feeding), advice)
                return


def _instead(endpoint: Resource) -> str:
    """How the same model predicts in batches; tuners, and estimators that serve by another image, take a step more."""
    if endpoint.api not in ("v1", "v2"):
        return _INSTEAD[endpoint.api]
    steps = []
    if endpoint.owner is not None and endpoint.owner.is_a(_TUNER):
        best = (
            "the estimator that is attached to `best_training_job()`" if endpoint.api == "v1" else "`best_estimator()`"
        )
        steps.append(f"{best} of the tuner")
    if any(not _OF_THE_MODEL.isdisjoint(bound.arguments) for bound in endpoint.bound):
        of = f" of {steps.pop()}" if steps else " of the estimator"
        steps.append(f"`create_model(...)`{of}, with the image and script given to `deploy`")
    if not steps:
        return _INSTEAD[endpoint.api]
    return f"`transformer(instance_count, instance_type)` of {steps[0]}, and its `transform(...)`"


def _has_variants(endpoint: Resource) -> bool:
    variants = endpoint.setting("variants").value
    return isinstance(variants, Elements) and not (len(variants.items) == 1 and variants.complete)


def _is_one_run(endpoint: Resource, feeding: Feeding, deletions: list[Call]) -> bool:
    """Whether creation, requests and a later deletion certainly belong to one run of the program."""
    creations = [*endpoint.calls, *(call for member in endpoint.members for call in member.calls)]
    return any(
        creation.order < feeding.call.order < deletion.order and _together(creation, feeding.call, deletion)
        for creation in creations
        for deletion in deletions
    )


def _together(*calls: Call) -> bool:
    """Whether calls are reached in one way: by running the module, or all by one function that nothing here calls."""
    if not any(call.uncalled for call in calls):
        return True
    return len({id(call.frames[0].node) if call.uncalled and call.frames else None for call in calls}) == 1


def _message(endpoint: Resource, feeding: Feeding) -> str:
    call, loop = feeding
    request = f"`{callee_of(call.cell, call.node).code}`"
    if loop is not None:
        how = f"sent a whole dataset by {request} in the loop at {_where(loop.cell, loop.node)}"
    else:
        how = f"sent a whole table in one {request} at {_where(call.cell, call.node)}"
    kind = endpoint.instance_type.constant
    waits = f"`{kind}` waits" if isinstance(kind, str) else "its instances wait"
    return (
        f"This real-time endpoint is created, {how}, and deleted in one program: batch work, for which {waits} between "
        "requests and until the deletion. A batch transform job reads the dataset from S3 and releases its instances "
        "when it is done."
    )


def _where(cell: ParsedCell, node: cst.CSTNode) -> str:
    row = position(cell.cell.source, cell.span(node).start).row
    return f"line {row}" if cell.cell.index is None else f"line {row} of cell {cell.cell.index}"

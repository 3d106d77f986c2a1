"""SG352: a model that is registered without the metrics of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.semantics.values import Parameter, Unknown
from sagegreen_checks.training.managed_spot import called, spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_JUMPSTART = "sagemaker.jumpstart.model.JumpStartModel"
#: Where some write their metrics instead, and what only Inference Recommender reads, which asks for speed alone.
_OTHER_PURPOSES = frozenset(
    {"customer_metadata_properties", "CustomerMetadataProperties", "sample_payload_url", "SamplePayloadUrl"}
)


class NoEvaluation(Check):
    """A model is registered without metrics that tell how good it is.

    ## What it does

    Reports the call that registers a model version in a group of the Model Registry (`register`, `RegisterModel`,
    `create_model_package`, `ModelPackage.create`) without `model_metrics` (`ModelMetrics`).

    It is silent where the request is not known in full, where customer metadata are given, in which some write their
    metrics, for packages with a sample payload, which are made for Inference Recommender, and for JumpStart models,
    which their provider has evaluated.

    ## Why it wastes

    Whether a smaller model would do, or an earlier version still does, is seen when versions can be compared by what
    they achieve. Without metrics the largest and the latest win, and models are trained again to find out what was
    known. AWS recommends to evaluate models in processing jobs so that accuracy can be weighed against footprint; there
    is no figure for it.

    ## Example

    ```python
    import sagemaker
    from sagemaker.model import Model

    model = Model(
        image_uri="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        sagemaker_session=sagemaker.Session(),
    )
    model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        model_package_group_name="churn",
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.model import Model
    from sagemaker.model_metrics import MetricsSource, ModelMetrics

    model = Model(
        image_uri="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        sagemaker_session=sagemaker.Session(),
    )
    evaluation = MetricsSource(content_type="application/json", s3_uri="s3://my-bucket/evaluation/evaluation.json")
    model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        model_package_group_name="churn",
        model_metrics=ModelMetrics(model_statistics=evaluation),
    )
    ```

    ## Fix safety

    There is no fix: the metrics must come from an evaluation, for instance a processing job that writes them to S3.

    ## What it cannot see

    Evaluations whose results are kept elsewhere (MLflow, a model card that is written later, a report for people), and
    whether metrics that are given say enough. Version 1 has no Model Registry; models of `sagemaker.modules` are
    registered with the classes of version 2.

    ## References

    - [Register a model version](https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html)
    - [ModelMetrics](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelMetrics.html)
    - [Optimizing MLOps for Sustainability (blog)](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG352"
    name: ClassVar[str] = "no-evaluation"
    practices: ClassVar[tuple[str, ...]] = ("evaluation-jobs", "performance-criteria")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for registration in program.of_kind("model_registration"):
            metrics = registration.setting("model_metrics")
            if (
                metrics.value is not None
                and not isinstance(metrics.value, Unknown | Parameter)
                and not metrics.optional
            ):
                yield self.followed(registration.place, "a model is registered with its metrics")

    def check_model_registration(self, registration: Resource) -> Iterator[Finding]:
        """Judge a registration."""
        if not _lacks_metrics(registration):
            return
        approved = ", and approves it at once" if registration.setting("approval").constant == "Approved" else ""
        message = (
            f"`{called(registration)}` registers a model without metrics (`{spelling(registration, 'model_metrics')}`)"
            f"{approved}: nobody can tell whether a smaller or an earlier one does as well (no published figure). "
            f"Whether it was evaluated elsewhere could not be seen. Evaluate it, in a processing job for instance, and "
            f"attach what that wrote"
        )
        yield self.finding(registration.place, message)


def _lacks_metrics(registration: Resource) -> bool:
    if registration.setting("group").is_absent or not registration.supports("model_metrics"):
        return False
    if registration.is_open or registration.is_a(_JUMPSTART):
        return False
    if any(name in entry.arguments for entry in registration.bound for name in _OTHER_PURPOSES):
        return False
    return registration.setting("model_metrics").is_absent

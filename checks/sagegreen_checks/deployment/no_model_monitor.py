"""SG421: an endpoint that stays, with neither data capture nor a monitoring schedule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.modes import ASYNCHRONOUS, REAL_TIME
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.sagemaker.serving import served_by
from sagegreen.semantics.values import Known, Mapped
from sagegreen_checks.deployment.deployment_stages import is_kept, speaks_of, trial_word
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.serverless_code import is_one_model
from sagegreen_checks.training.containers import is_of_jumpstart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.serving import ServedContainer
    from sagegreen.semantics.values import Scalar

_MONITORS = re.compile(
    rb"monitoring_?schedule|(?:Default|DataQuality|ModelQuality|ModelBias|ModelExplainability)\w*Monitor\b|DataCaptureConfig"
    rb"|data_capture|evidently|whylogs|nannyml|alibi_detect|deepchecks",
    re.IGNORECASE,
)
_CAPTURE_V2 = Code("{DataCaptureConfig}(enable_capture=True)", (("sagemaker.model_monitor", "DataCaptureConfig"),))
_CAPTURE = {
    "v1": _CAPTURE_V2,
    "v2": _CAPTURE_V2,
    "v3": Code("{DataCaptureConfig}(enable_capture=True)", (("sagemaker.core.model_monitor", "DataCaptureConfig"),)),
}
_LANGUAGE_MODELS = (
    "sagemaker.jumpstart.model.JumpStartModel",
    "sagemaker.jumpstart.estimator.JumpStartEstimator",
    "sagemaker.djl_inference.model.DJLModel",
)


class NoModelMonitor(Check):
    """An endpoint stays in service, and nothing records or watches what it predicts.

    ## What it does

    Reports real-time and asynchronous endpoints that the project does not delete, without data capture, where no file
    of the project speaks of data capture, a monitoring schedule or one of the usual monitoring libraries.

    Silent for endpoints that serverless, several models, components or containers in a row serve, which Model Monitor
    does not support; for JumpStart models and those of a hub, whose prompts and pictures it cannot compare with a
    baseline; for what is named as a trial; and where the settings cannot be followed.

    ## Why it wastes

    Without captured data nobody can tell whether a model still serves its purpose: it is retrained by the calendar,
    which spends whole trainings for nothing (SG422), or goes on predicting what nobody can use. The guidance recommends
    Model Monitor, so that models are retrained only when needed (no published figure).

    ## Example

    ```python
    from sagemaker.xgboost.model import XGBoostModel

    model = XGBoostModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.7-1",
    )
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="churn")
    ```

    ## Use instead

    ```python
    from sagemaker.model_monitor import DataCaptureConfig
    from sagemaker.xgboost.model import XGBoostModel

    model = XGBoostModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.7-1",
    )
    predictor = model.deploy(
        initial_instance_count=1,
        instance_type="ml.m5.large",
        endpoint_name="churn",
        data_capture_config=DataCaptureConfig(enable_capture=True, sampling_percentage=20),
    )
    ```

    and a monitoring schedule with a baseline.

    ## Fix safety

    Unsafe: requests and answers are stored in S3, which may hold personal data, needs permissions and a lifecycle rule,
    and is storage of its own. The fix captures the SDK's default of 20 % in the default bucket; a monitoring schedule,
    whose baseline only you can give, is left to you. In a boto3 request, and for core resources, the place in S3 has no
    default: there the fix is only shown.

    ## What it cannot see

    Monitoring outside the project (declare it with `assume = ["model-monitor"]`); how long the model will serve.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Monitor data and model quality with Model Monitor](https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html)
    - [Capture data](https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG421"
    name: ClassVar[str] = "no-model-monitor"
    practices: ClassVar[tuple[str, ...]] = ("model-monitoring",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("model-monitor",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("data_capture").constant is True:
                yield self.followed(endpoint.place, "requests and answers are captured")
        for schedule in program.of_kind("monitoring_schedule"):
            yield self.followed(schedule.place, "a monitoring schedule")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report an endpoint that nothing watches."""
        if not is_kept(endpoint) or not endpoint.setting("mode").certainly(_is_on_instances) or endpoint.is_open:
            return
        if not endpoint.setting("data_capture").is_absent:
            return
        if is_made_of_components(endpoint) or not is_one_model(endpoint) or endpoint.is_a(*_LANGUAGE_MODELS):
            return
        if is_of_jumpstart(endpoint) or any(map(_is_named_model, served_by(endpoint))):
            return
        if trial_word(endpoint) is not None or speaks_of(endpoint.program, _MONITORS):
            return
        message = (
            "This endpoint stays in service with neither data capture nor a monitoring schedule in the project: nobody "
            "can tell when its model no longer serves, so it is retrained too often or too late. Capture a share of "
            "its "
            "requests, and let Model Monitor compare them with a baseline."
        )
        yield self.finding(endpoint.place, message, _fix(endpoint))


def _is_named_model(container: ServedContainer) -> bool:
    """A model of a hub, by its identifier: ``ModelBuilder(model="...")``, ``HF_MODEL_ID``."""
    model = container.bound.arguments.get("model") or container.bound.arguments.get("model_id")
    variables = container.environment.entries if isinstance(container.environment, Mapped) else {}
    return (model is not None and isinstance(model.value, Known)) or "HF_MODEL_ID" in variables


def _is_on_instances(mode: Scalar) -> bool:
    return mode in {REAL_TIME, ASYNCHRONOUS}


def _fix(endpoint: Resource) -> Fix:
    code = _CAPTURE.get(endpoint.api)
    if code is None or not endpoint.supports("data_capture"):
        return Fix.advice("Give the endpoint configuration a `DataCaptureConfig`, with a place in S3 of your choice")
    title = "Capture 20 % of the requests and answers in the default bucket (the SDK's defaults)"
    return Fix.unsafe(title, write_settings(endpoint, {"data_capture": code}))

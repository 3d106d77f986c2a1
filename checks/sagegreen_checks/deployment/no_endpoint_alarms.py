"""SG424: an endpoint in production, and no alarm that would tell of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.handles import client_code, handle_of
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import Attribute, options
from sagegreen_checks.deployment.deployment_stages import (
    is_in_notebook,
    is_kept,
    production_word,
    speaks_of,
    trial_word,
)
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.scaling_code import variant_name
from sagegreen_checks.deployment.statement_code import after, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_ALARMS = re.compile(
    rb"put_metric_alarm|put_composite_alarm|MetricAlarm|cloudwatch\.Alarm|AWS::CloudWatch::Alarm|aws_cloudwatch_metric_alarm"
    rb"|put_anomaly_detector|datadog|grafana|prometheus|newrelic",
    re.IGNORECASE,
)


class NoEndpointAlarms(Check):
    """An endpoint in production has no CloudWatch alarm in the project.

    ## What it does

    Reports the first endpoint of a program that is in production: one whose name, file or folder says so, or that the
    project scales, updates or runs on several instances, and that nothing deletes; where no file of the project
    makes a CloudWatch alarm.

    Silent for serverless endpoints, which hold no machine, for inference components, for what is named as a trial, and
    in notebooks that do not speak of production.

    ## Why it wastes

    SageMaker writes the metrics of an endpoint to CloudWatch by itself, but nobody looks: an endpoint that has lost its
    last caller, or whose instances hardly work, goes on for months (**energy**, by the time that is idle; no published
    figure). The guidance recommends to watch the utilisation and health of endpoints with metrics and alarms.

    ## Example

    ```python
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    predictor = model.deploy(initial_instance_count=2, instance_type="ml.m5.xlarge", endpoint_name="prices-prod")
    ```

    ## Use instead

    ```python
    import boto3
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    predictor = model.deploy(initial_instance_count=2, instance_type="ml.m5.xlarge", endpoint_name="prices-prod")
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="prices-prod-no-requests",
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Dimensions=[
            {"Name": "EndpointName", "Value": "prices-prod"},
            {"Name": "VariantName", "Value": "AllTraffic"},
        ],
        Statistic="Sum",
        Period=3600,
        EvaluationPeriods=24,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
        AlarmActions=["arn:aws:sns:eu-west-1:111122223333:ml-operations"],
    )
    ```

    ## Fix safety

    Unsafe. The fix adds one alarm, for a day without a request, as a beginning: it needs permissions for CloudWatch, an
    alarm has a price, and it notifies nobody until you give it `AlarmActions`. Alarms on utilisation, latency and
    errors need thresholds that only you can choose.

    ## What it cannot see

    Alarms outside the project: the console, Terraform, CDK. Declare them with `assume = ["alarms"]`.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Amazon SageMaker AI metrics in CloudWatch](https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG424"
    name: ClassVar[str] = "no-endpoint-alarms"
    practices: ClassVar[tuple[str, ...]] = ("endpoint-monitoring",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("alarms",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for call in program.trace.calls:
            names = {option.name for option in options(call.callee) if isinstance(option, Attribute)}
            if "put_metric_alarm" in names and not call.foreign:
                yield self.followed(callee_of(call.cell, call.node), "a CloudWatch alarm")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report the first endpoint in production that nothing watches."""
        for endpoint in program.of_kind("endpoint"):
            sign = _sign(endpoint)
            if sign is None:
                continue
            if not speaks_of(program, _ALARMS):
                message = (
                    f"This endpoint is in production ({sign}), and nothing in the project makes a CloudWatch alarm: "
                    f"nobody "
                    "is told when it fails, or when it has lost its last caller and only idles. Put alarms on its "
                    "invocations, errors and utilisation."
                )
                yield self.finding(endpoint.place, message, _fix(endpoint))
            return


def _sign(endpoint: Resource) -> str | None:
    """Why an endpoint is one in production; ``None`` where nothing says so."""
    mode = endpoint.setting("mode")
    if not is_kept(endpoint) or mode.is_unknown or mode.possibly(_is_serverless) or is_made_of_components(endpoint):
        return None
    word = production_word(endpoint)
    if trial_word(endpoint) is not None:
        return None
    if word is not None:
        return f"named `{word}`"
    if is_in_notebook(endpoint.program):
        return None
    count = endpoint.instance_count.constant
    if isinstance(count, int) and count > 1:
        return f"{count} instances"
    if endpoint.setting("autoscaled").constant is True:
        return "automatically scaled"
    return "updated in place" if endpoint.setting("updated").constant is True else None


def _is_serverless(mode: Scalar) -> bool:
    return mode == SERVERLESS


def _fix(endpoint: Resource) -> Fix:
    title = "Add an alarm for a day without a request; it notifies nobody until you give it `AlarmActions`"
    handle, variant = handle_of(endpoint), variant_name(endpoint)
    if handle is None or handle.name is None or variant is None:
        return Fix.advice(title)
    client = client_code(endpoint.program, handle.cell, handle.statement, "cloudwatch")
    if client is None:
        return Fix.advice(title)
    lines = [
        f"{client.code}.put_metric_alarm(",
        f"    AlarmName={joined('', handle.name, '-no-requests')},",
        '    Namespace="AWS/SageMaker",',
        '    MetricName="Invocations",',
        "    Dimensions=[",
        f'        {{"Name": "EndpointName", "Value": {handle.name}}},',
        f'        {{"Name": "VariantName", "Value": "{variant}"}},',
        "    ],",
        '    Statistic="Sum",',
        "    Period=3600,",
        "    EvaluationPeriods=24,",
        "    Threshold=1,",
        '    ComparisonOperator="LessThanThreshold",',
        '    TreatMissingData="breaching",',
        ")",
    ]
    return Fix.unsafe(title, after(endpoint.program, handle, lines, client.edits))

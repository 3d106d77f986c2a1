"""The code that scales an endpoint automatically: with its requests, or to zero between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.handles import client_code, free_name, handle_of
from sagegreen.semantics.values import Elements, Known
from sagegreen_checks.deployment.statement_code import after, joined

if TYPE_CHECKING:
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.handles import Handle
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_JUMPSTART = ("sagemaker.jumpstart.model.JumpStartModel", "sagemaker.jumpstart.estimator.JumpStartEstimator")


@dataclass(frozen=True, eq=False)
class _Variant:
    """The only variant of an endpoint, at the place where it can be scaled.

    Attributes:
        endpoint: the endpoint.
        handle: the place.
        name: code for the endpoint's name.
        variant: the variant's name.
        most: code for the largest number of instances.
        client: code for a client of Application Auto Scaling.
        edits: the imports that it needs.
    """

    endpoint: Resource
    handle: Handle
    name: str
    variant: str
    most: str
    client: str
    edits: tuple[Edit, ...]

    def registered(self, least: int) -> tuple[list[str], str, str]:
        """The lines that register it, with the names of the client and of the dictionary that names it."""
        scaling = free_name(self.endpoint.program, "autoscaling")
        target = free_name(self.endpoint.program, "scaled_variant")
        lines = [
            *_wait(self.endpoint, self.handle),
            f"{scaling} = {self.client}",
            f"{target} = {{",
            '    "ServiceNamespace": "sagemaker",',
            f'    "ResourceId": {joined("endpoint/", self.name, f"/variant/{self.variant}")},',
            '    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",',
            "}",
            f"{scaling}.register_scalable_target(**{target}, MinCapacity={least}, MaxCapacity={self.most})",
        ]
        return lines, scaling, target


def is_burstable(instance_type: Scalar) -> bool:
    """Whether an instance type earns credits while it idles; these cannot be scaled automatically."""
    return isinstance(instance_type, str) and instance_type.startswith(("ml.t2.", "ml.t3.", "ml.t4g."))


def scaling_with_requests(endpoint: Resource) -> Fix:
    """The fix that lets a real-time endpoint follow its requests, never below one instance."""
    title = (
        f"Scale the endpoint automatically between 1 and {_limit(endpoint)}, at 70 invocations per instance and "
        "minute, the value of AWS's example: measure what yours can take"
    )
    found = _variant(endpoint)
    if found is None:
        return Fix.advice(title)
    registered, scaling, target = found.registered(1)
    lines = [
        *registered,
        f"{scaling}.put_scaling_policy(",
        f"    **{target},",
        '    PolicyName="invocations-per-instance",',
        '    PolicyType="TargetTrackingScaling",',
        "    TargetTrackingScalingPolicyConfiguration={",
        '        "TargetValue": 70.0,',
        '        "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},',
        "    },",
        ")",
    ]
    return Fix.unsafe(title, after(endpoint.program, found.handle, lines, found.edits))


def scaling_to_zero(endpoint: Resource) -> Fix:
    """The fix that scales an asynchronous endpoint with its queue, down to no instance.

    Two policies, as in AWS's documentation: one follows the backlog per instance; the other wakes the endpoint for the
    first request, which the first would leave waiting until the backlog is above its target.
    """
    title = (
        f"Scale the endpoint automatically between 0 and {_limit(endpoint)}, at 5 waiting requests per instance, the "
        "value of AWS's example, and wake it from zero when a request waits"
    )
    found = _variant(endpoint)
    if found is None:
        return Fix.advice(title)
    cloudwatch = client_code(endpoint.program, found.handle.cell, found.handle.statement, "cloudwatch")
    if cloudwatch is None:
        return Fix.advice(title)
    registered, scaling, target = found.registered(0)
    wake = free_name(endpoint.program, "wake_up")
    dimension = free_name(endpoint.program, "of_endpoint")
    lines = [
        *registered,
        f'{dimension} = [{{"Name": "EndpointName", "Value": {found.name}}}]',
        f"{scaling}.put_scaling_policy(",
        f"    **{target},",
        '    PolicyName="backlog-per-instance",',
        '    PolicyType="TargetTrackingScaling",',
        "    TargetTrackingScalingPolicyConfiguration={",
        '        "TargetValue": 5.0,',
        '        "CustomizedMetricSpecification": {',
        '            "MetricName": "ApproximateBacklogSizePerInstance",',
        '            "Namespace": "AWS/SageMaker",',
        f'            "Dimensions": {dimension},',
        '            "Statistic": "Average",',
        "        },",
        '        "ScaleInCooldown": 600,',
        '        "ScaleOutCooldown": 300,',
        "    },",
        ")",
        f"{wake} = {scaling}.put_scaling_policy(",
        f"    **{target},",
        '    PolicyName="wake-from-zero",',
        '    PolicyType="StepScaling",',
        "    StepScalingPolicyConfiguration={",
        '        "AdjustmentType": "ChangeInCapacity",',
        '        "MetricAggregationType": "Average",',
        '        "Cooldown": 300,',
        '        "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],',
        "    },",
        ")",
        f"{cloudwatch.code}.put_metric_alarm(",
        f"    AlarmName={joined('', found.name, '-has-backlog-without-capacity')},",
        '    MetricName="HasBacklogWithoutCapacity",',
        '    Namespace="AWS/SageMaker",',
        f"    Dimensions={dimension},",
        '    Statistic="Average",',
        "    Period=60,",
        "    EvaluationPeriods=2,",
        "    Threshold=1,",
        '    ComparisonOperator="GreaterThanOrEqualToThreshold",',
        '    TreatMissingData="missing",',
        f'    AlarmActions=[{wake}["PolicyARN"]],',
        ")",
    ]
    return Fix.unsafe(title, after(endpoint.program, found.handle, lines, (*found.edits, *cloudwatch.edits)))


def _variant(endpoint: Resource) -> _Variant | None:
    handle = handle_of(endpoint)
    count = _count(endpoint)
    if handle is None or handle.name is None or count is None or not _is_waited_for(endpoint):
        return None
    client = client_code(endpoint.program, handle.cell, handle.statement, "application-autoscaling")
    variant = variant_name(endpoint)
    if client is None or variant is None:
        return None
    most = str(2 * count) if isinstance(count, int) else f"2 * {count}"
    return _Variant(endpoint, handle, handle.name, variant, most, client.code, client.edits)


def _limit(endpoint: Resource) -> str:
    count = _count(endpoint)
    return f"{2 * count} instances (twice the initial count)" if isinstance(count, int) else "twice the initial count"


def _count(endpoint: Resource) -> int | str | None:
    """How many instances the endpoint starts with, or the variable that says so."""
    setting = endpoint.instance_count
    if setting.is_absent and endpoint.is_a(*_JUMPSTART):
        return 1  # `initial_instance_count or 1` in the SDK's jumpstart/factory/model.py
    count = setting.effective
    if isinstance(count, int) and not isinstance(count, bool):
        return count if count > 0 else None
    argument = setting.argument_value if endpoint.form.method == "deploy" else None
    return argument.node.value if argument is not None and isinstance(argument.node, cst.Name) else None


def variant_name(endpoint: Resource) -> str | None:
    """The name of an endpoint's only variant."""
    if endpoint.api in {"boto3", "v3core"}:
        variants = endpoint.setting("variants").value
        name = endpoint.setting("variant_name").constant
        only = isinstance(variants, Elements) and variants.complete and len(variants.items) == 1
        return name if only and isinstance(name, str) else None
    # what the SDK calls the variant of `deploy`, in every version
    return "AllTraffic" if endpoint.form.method == "deploy" else None


def _is_waited_for(endpoint: Resource) -> bool:
    """Whether `deploy` returns when the endpoint is in service; what creates it otherwise is waited for in the fix."""
    if endpoint.form.method != "deploy":
        return True
    waits = endpoint.bound[0].arguments.get("wait")
    return waits is None or (isinstance(waits.value, Known) and waits.value.value is True)


def _wait(endpoint: Resource, handle: Handle) -> list[str]:
    """An endpoint can be registered once it is in service."""
    if endpoint.api == "boto3" and handle.client is not None:
        return [f'{handle.client}.get_waiter("endpoint_in_service").wait(EndpointName={handle.name})']
    if endpoint.api == "v3core" and handle.variable is not None:
        return [f'{handle.variable}.wait_for_status("InService")']
    return []

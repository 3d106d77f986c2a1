"""SG403: an asynchronous endpoint that nothing scales to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.life import is_configuration, scalings_of
from sagegreen.sagemaker.modes import ASYNCHRONOUS
from sagegreen.sagemaker.patching import replace
from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import Attribute, Known, options
from sagegreen_checks.deployment.idle_energy import idle_energy
from sagegreen_checks.deployment.scaling_code import is_burstable, scaling_to_zero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_DEEPEST = 8
_REGISTRATION = "register_scalable_target"
_SCHEDULE = "put_scheduled_action"


class AsyncWithoutScaleIn(Check):
    """An asynchronous endpoint is neither scaled to zero nor deleted anywhere in the project.

    ## What it does

    Reports endpoints with an asynchronous configuration for which the project holds no auto scaling and no deletion,
    and those whose scalable target keeps one instance or more (`MinCapacity=1`), there at the value. Scaling and
    deletion are followed as for SG401: in any function, cell or file of the project, by whatever name.

    Silent where the mode of the endpoint cannot be told, and where scaling is set up with a capacity that cannot be
    followed.

    ## Why it wastes

    An asynchronous endpoint queues its requests, so it needs no instance while none wait. It does not know that by
    itself: until a scaling policy with `MinCapacity=0` takes the instances away, they run and draw power day and night
    like those of a real-time endpoint (**energy**, by the time that is idle; the figure shown is estimated from the
    idle power of the hardware). The guidance recommends asynchronous endpoints because they can be scaled to zero.

    ## Example

    ```python
    from sagemaker.async_inference import AsyncInferenceConfig
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    predictor = model.deploy(
        initial_instance_count=1,
        instance_type="ml.g5.xlarge",
        async_inference_config=AsyncInferenceConfig(output_path="s3://my-bucket/results"),
    )
    ```

    ## Use instead

    ```python
    import boto3
    from sagemaker.async_inference import AsyncInferenceConfig
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    predictor = model.deploy(
        initial_instance_count=1,
        instance_type="ml.g5.xlarge",
        async_inference_config=AsyncInferenceConfig(output_path="s3://my-bucket/results"),
    )
    autoscaling = boto3.client("application-autoscaling")
    scaled_variant = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{predictor.endpoint_name}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    autoscaling.register_scalable_target(**scaled_variant, MinCapacity=0, MaxCapacity=2)
    of_endpoint = [{"Name": "EndpointName", "Value": predictor.endpoint_name}]
    autoscaling.put_scaling_policy(
        **scaled_variant,
        PolicyName="backlog-per-instance",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 5.0,
            "CustomizedMetricSpecification": {
                "MetricName": "ApproximateBacklogSizePerInstance",
                "Namespace": "AWS/SageMaker",
                "Dimensions": of_endpoint,
                "Statistic": "Average",
            },
            "ScaleInCooldown": 600,
            "ScaleOutCooldown": 300,
        },
    )
    wake_up = autoscaling.put_scaling_policy(
        **scaled_variant,
        PolicyName="wake-from-zero",
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "MetricAggregationType": "Average",
            "Cooldown": 300,
            "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
        },
    )
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{predictor.endpoint_name}-has-backlog-without-capacity",
        MetricName="HasBacklogWithoutCapacity",
        Namespace="AWS/SageMaker",
        Dimensions=of_endpoint,
        Statistic="Average",
        Period=60,
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="missing",
        AlarmActions=[wake_up["PolicyARN"]],
    )
    ```

    ## Fix safety

    Unsafe. The fix needs permissions for Application Auto Scaling and CloudWatch, and may add instances up to twice the
    initial count. The first request after a pause waits some minutes for an instance. Two policies are written: the
    one that follows the backlog per instance would leave a few requests waiting at zero until there are more of them
    than its target, so a second one wakes the endpoint for the first. The target of five waiting requests per instance
    is that of AWS's example and wants measuring. Where a target keeps an instance on purpose the fix sets its minimum
    to 0, and only where the program also has a policy on `HasBacklogWithoutCapacity`; otherwise it is shown.
    Burstable types (`ml.t2`, `ml.t3`) cannot be scaled automatically: there the fix is only shown.

    ## What it cannot see

    Scaling and deletion outside the project: the console, Terraform, CDK, a scheduled clean-up. Declare what takes care
    of endpoints there with `assume = ["endpoint-scaling"]`. Whether an instance is kept because the first request may
    not wait.

    Version 1 of the SDK has no asynchronous endpoints. `sagemaker.modules`, the preview of version 3, only trains:
    nothing is deployed with it.

    ## References

    - [Autoscale an asynchronous endpoint](https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html)
    - [Asynchronous inference](https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG403"
    name: ClassVar[str] = "async-without-scale-in"
    practices: ClassVar[tuple[str, ...]] = ("asynchronous-inference", "endpoint-auto-scaling")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    assumable: ClassVar[tuple[str, ...]] = ("endpoint-scaling",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("mode").constant == ASYNCHRONOUS:
                yield self.followed(endpoint.place, "the endpoint answers asynchronously", "asynchronous-inference")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report an asynchronous endpoint that keeps its instances."""
        if endpoint.local.constant is not False or not endpoint.setting("mode").certainly(_is_asynchronous):
            return
        if endpoint.setting("deleted").constant is not False or all(call.excluded for call in endpoint.calls):
            return
        if is_configuration(endpoint) and not endpoint.members:
            return  # nothing here creates an endpoint of it
        if endpoint.setting("autoscaled").constant is False:
            yield self.finding(endpoint.place, _message(endpoint), _fix(endpoint), saving=idle_energy(endpoint))
            return
        for kept in _kept(endpoint):
            yield self.finding(kept.place, _kept_message(kept), _kept_fix(endpoint, kept), saving=idle_energy(endpoint))


def _is_asynchronous(mode: Scalar) -> bool:
    return mode == ASYNCHRONOUS


def _message(endpoint: Resource) -> str:
    kind, count = endpoint.instance_type.constant, endpoint.instance_count.constant
    machine = f"`{kind}`" if isinstance(kind, str) else "its instances"
    if isinstance(kind, str) and isinstance(count, int) and count > 1:
        machine = f"{count} x {machine}"
    runs = "run and draw" if machine == "its instances" or " x " in machine else "runs and draws"
    return (
        f"Nothing in this project scales this asynchronous endpoint in or deletes it, so {machine} {runs} power day "
        "and night, with requests in the queue or without: only a scaling policy with `MinCapacity=0` takes the "
        "instances away. Register the variant with Application Auto Scaling and scale it on "
        "`ApproximateBacklogSizePerInstance`."
    )


def _fix(endpoint: Resource) -> Fix:
    if endpoint.instance_type.possibly(is_burstable):
        return Fix.advice(
            "Choose an instance type that can be scaled automatically (burstable ones cannot), and scale it to zero"
        )
    return scaling_to_zero(endpoint)


# -- targets that keep an instance -----------------------------------------------------------------


class _Kept(NamedTuple):
    """The least number of instances of a scalable target, one or more, and where it is written."""

    least: int
    place: Place


def _kept(endpoint: Resource) -> list[_Kept]:
    """The targets of an endpoint; none where another one, or a later round, may go down to zero."""
    found: dict[object, _Kept] = {}
    reader = endpoint.program.reader
    for call in endpoint.program.trace.calls:
        if any(isinstance(callee, Attribute) and callee.name == _SCHEDULE for callee in options(call.callee)):
            return []  # a calendar changes the capacity
    for call in scalings_of(endpoint):
        if not any(isinstance(callee, Attribute) and callee.name == _REGISTRATION for callee in options(call.callee)):
            continue
        given = bind_keywords(call).arguments.get("MinCapacity")
        value = reader.constant(given.value, _DEEPEST) if given is not None else None
        least = value.value if isinstance(value, Known) else None
        if given is None or isinstance(least, bool) or not isinstance(least, int) or least < 1:
            return []
        origin = value.origin if value is not None else None
        place = Place(origin.cell, origin.node) if origin is not None else Place(given.cell, given.node)
        found[place.key] = _Kept(least, place)
    return list(found.values())


def _kept_message(kept: _Kept) -> str:
    instances = "one instance" if kept.least == 1 else f"{kept.least} instances"
    return (
        f"`MinCapacity={kept.least}` keeps {instances} of this asynchronous endpoint running with no request in the "
        "queue. An asynchronous endpoint can be scaled to zero: the first request after a pause then waits some "
        "minutes. Set `MinCapacity=0` unless it may not wait."
    )


def _kept_fix(endpoint: Resource, kept: _Kept) -> Fix:
    wakes = endpoint.program.mentions("HasBacklogWithoutCapacity")
    if wakes:
        return Fix.unsafe("Let the endpoint be scaled to zero: `MinCapacity=0`", replace(kept.place, "0"))
    return Fix.advice(
        "Let the endpoint be scaled to zero: `MinCapacity=0`, with a step scaling policy on "
        "`HasBacklogWithoutCapacity` that wakes it"
    )

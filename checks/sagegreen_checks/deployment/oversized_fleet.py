"""SG407: several instances from the start, and no scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.life import is_configuration
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.idle_energy import idle_energy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

#: As many as AWS recommends for an endpoint that must survive the loss of an Availability Zone.
_FOR_AVAILABILITY = 2


class OversizedFleet(Check):
    """An endpoint starts with several instances, and nothing scales their number.

    ## What it does

    Reports endpoints on instances whose initial count is known to be over one and for which the project holds no auto
    scaling, at the count. Two instances are what AWS recommends for an endpoint that must survive the loss of an
    Availability Zone: that is a good reason in production, and the message says so; suppress the finding there
    (`# noqa: SG407`), or scale between two and more.

    Silent for serverless endpoints and inference components, and where the mode or the count cannot be told.

    ## Why it wastes

    A fixed number is chosen for the peak, and all instances run and draw power through every quiet hour, too
    (**energy**, estimated from the idle power of the hardware; the guidance gives no figure for auto scaling).

    ## Example

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    predictor = model.deploy(initial_instance_count=4, instance_type="ml.g5.xlarge")
    ```

    ## Use instead

    ```python
    import boto3
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="2.3",
        py_version="py311",
    )
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.g5.xlarge")
    autoscaling = boto3.client("application-autoscaling")
    variant = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{predictor.endpoint_name}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    autoscaling.register_scalable_target(**variant, MinCapacity=1, MaxCapacity=4)
    autoscaling.put_scaling_policy(
        **variant,
        PolicyName="invocations-per-instance",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        },
    )
    ```

    ## Fix safety

    There is no fix: how many instances the load and the wanted availability need is yours to say. SG401 writes a
    scaling policy.

    ## What it cannot see

    The load; scaling outside the project (declare it with `assume = ["endpoint-scaling"]`); availability that was
    promised to somebody.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Automatic scaling of SageMaker AI
    models](https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html)
    - [Best practices for deploying
    models](https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html)
    - [Optimizing MLOps for
    Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG407"
    name: ClassVar[str] = "oversized-fleet"
    practices: ClassVar[tuple[str, ...]] = ("right-size-endpoints", "endpoint-auto-scaling")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("endpoint-scaling",)

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report a fixed number of several instances."""
        mode, count = endpoint.setting("mode"), endpoint.instance_count
        if any(endpoint.setting(name).constant is not False for name in ("local", "autoscaled")):
            return
        if mode.is_unknown or mode.possibly(_is_serverless) or is_made_of_components(endpoint):
            return
        if endpoint.call.excluded or (is_configuration(endpoint) and not endpoint.members):
            return
        number = count.constant
        if not isinstance(number, int) or isinstance(number, bool) or number <= 1 or count.place is None:
            return
        kind = endpoint.instance_type.constant
        machines = f"{number} instances" + (f" of type `{kind}`" if isinstance(kind, str) else "")
        reason = (
            "Two are what AWS recommends for availability: a good reason in production, and none elsewhere. "
            if number == _FOR_AVAILABILITY
            else "For availability two would do. "
        )
        message = (
            f"This endpoint holds {machines} in quiet hours as in busy ones: nothing in this project scales their "
            f"number. {reason}Start with what the quiet hours need, and let Application Auto Scaling add the others."
        )
        advice = Fix.advice(f"Scale the endpoint automatically up to {number} instances, from as few as it can do with")
        yield self.finding(count.place, message, advice, saving=idle_energy(endpoint))


def _is_serverless(mode: Scalar) -> bool:
    return mode == SERVERLESS

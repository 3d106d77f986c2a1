"""SG401: a real-time endpoint that nothing scales in and nothing deletes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.sagemaker.life import idle_deletions, is_configuration
from sagegreen.sagemaker.modes import MULTI_MODEL, REAL_TIME
from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import Known
from sagegreen_checks.deployment.endpoint_scaling import alternatives, is_made_of_components
from sagegreen_checks.deployment.idle_energy import idle_energy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_COMMENTED_OUT = re.compile(r"^[ \t]*#.*(?:\bdelete[_-](?:endpoint|predictor)\b|endpoint\.delete\(\))", re.MULTILINE)


class AlwaysOnEndpoint(Check):
    """A real-time endpoint is neither scaled in nor deleted anywhere in the project.

    ## What it does

    Reports real-time endpoints, multi-model ones included, for which the project holds no auto scaling and no deletion.
    Every way to write these counts: predictors, sessions, boto3 clients, core resources, the AWS command line, in any
    function, cell or file of the project. A deletion that certainly runs before the endpoint is created cleans up after
    an earlier run and does not count; nor does one that is commented out; nor does `delete_endpoint()` of an estimator
    or a tuner, which does nothing since version 2 of the SDK.

    Silent for local mode, serverless and asynchronous endpoints, and where the mode cannot be told: an endpoint whose
    configuration is made elsewhere. Silent too where the program updates the endpoint later (`update_endpoint`) or
    looks for one to use again (`reuse_resources`), which says that it is kept on purpose. A boto3 endpoint is
    reported at its `create_endpoint_config`.

    ## Why it wastes

    The instances of a real-time endpoint run day and night, whether requests come or not, and draw power even when
    idle: an ml.g5.xlarge about 365 kWh a year (**energy**, estimated from the idle power of the hardware, without
    cooling). Auto scaling removes the instances that the traffic does not need, serverless and asynchronous endpoints
    can go down to nothing, and an endpoint that is no longer needed is best deleted.

    `MinCapacity=0` does not scale a plain real-time variant to zero: its minimum is one instance. Zero is reached by
    asynchronous and serverless endpoints, and by inference components, whose copies need a scaling policy of their own;
    `ManagedInstanceScaling` alone only follows the number of copies.

    ## Example

    ```python
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge")
    print(predictor.predict([[1.0, 2.0]]))
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
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge")
    autoscaling = boto3.client("application-autoscaling")
    scaled_variant = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{predictor.endpoint_name}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    autoscaling.register_scalable_target(**scaled_variant, MinCapacity=1, MaxCapacity=2)
    autoscaling.put_scaling_policy(
        **scaled_variant,
        PolicyName="invocations-per-instance",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        },
    )
    print(predictor.predict([[1.0, 2.0]]))
    ```

    or `serverless_inference_config=ServerlessInferenceConfig()`, or `predictor.delete_endpoint()` at the end.

    ## Fix safety

    All unsafe, in this order as far as the instance type and the model allow. Auto scaling needs permissions for
    Application Auto Scaling, and may add instances up to twice the initial count; the target of 70 invocations per
    instance and minute is that of AWS's example and wants measuring. It is not offered for burstable types (`ml.t2`,
    `ml.t3`). Serverless (CPU types only; no VPC, data capture, multi-model or pipeline model) starts cold after a pause
    and limits memory and payload. Asynchronous changes how clients call the endpoint. Deletion at the end ends the
    service; it is only written where the program goes on to call the endpoint. Where the first of these cannot be
    written (the endpoint's name is not at hand), the others are shown and not applied.

    ## What it cannot see

    Scaling and deletion outside the project: the console, Terraform, CDK, a scheduled clean-up. Declare what takes care
    of endpoints there with `assume = ["endpoint-scaling"]`. A deletion by a name that cannot be followed counts for the
    endpoints of its file, or else for those of the files beside it.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Automatic scaling of SageMaker AI models](https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html)
    - [Scale an endpoint to zero instances](https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html)
    - [Deploy models with serverless inference](https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG401"
    name: ClassVar[str] = "always-on-endpoint"
    practices: ClassVar[tuple[str, ...]] = ("endpoint-auto-scaling", "unused-resource-shutdown")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    assumable: ClassVar[tuple[str, ...]] = ("endpoint-scaling",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("autoscaled").constant is True:
                yield self.followed(endpoint.place, "the endpoint is scaled by its traffic", "endpoint-auto-scaling")
            if endpoint.setting("deleted").constant is True and endpoint.local.constant is not True:
                yield self.followed(endpoint.place, "the endpoint is deleted again", "unused-resource-shutdown")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report an endpoint that is left running."""
        if endpoint.local.constant is not False or not endpoint.setting("mode").certainly(_is_real_time):
            return
        if any(endpoint.setting(name).constant is not False for name in ("deleted", "autoscaled", "updated")):
            return
        if (
            not endpoint.setting("update_endpoint").is_absent
            and endpoint.setting("update_endpoint").constant is not False
        ):
            return
        if is_configuration(endpoint) and not endpoint.members:
            return  # nothing here creates an endpoint of it
        if _reuses(endpoint):
            return
        if all(call.excluded for call in endpoint.calls):
            return
        yield self.finding(endpoint.place, _message(endpoint), *alternatives(endpoint), saving=idle_energy(endpoint))


def _is_real_time(mode: object) -> bool:
    return mode in {REAL_TIME, MULTI_MODEL}


def _reuses(endpoint: Resource) -> bool:
    """``reuse_resources=True`` of version 3: an endpoint to come back to."""
    reuse = endpoint.bound[0].arguments.get("reuse_resources")
    return reuse is not None and not (isinstance(reuse.value, Known) and not reuse.value.value)


def _message(endpoint: Resource) -> str:
    kind = endpoint.instance_type.constant
    count = endpoint.instance_count.constant
    machine = "its instances" if not isinstance(kind, str) else f"`{kind}`"
    if isinstance(kind, str) and isinstance(count, int) and count > 1:
        machine = f"{count} x {machine}"
    message = (
        f"Nothing in this project scales this real-time endpoint in or deletes it, so {machine} will run and draw "
        "power day and night, with requests or without."
    )
    if is_made_of_components(endpoint) and not endpoint.setting("managed_scaling").is_absent:
        message += (
            " Managed instance scaling alone does not scale in: it follows the copies of the inference components, and "
            "no policy scales those."
        )
    idle = _idle_deletion(endpoint)
    if idle is not None:
        message += f" `{idle}()` does nothing since version 2 of the SDK."
    elif endpoint.program.mentions(_COMMENTED_OUT):
        message += " A deletion is there, but commented out."
    return message + " " + _advice(endpoint)


def _advice(endpoint: Resource) -> str:
    if is_made_of_components(endpoint):
        return "Scale the copies of the components, or delete the endpoint when it is not needed."
    name = "delete the endpoint" if endpoint.api in {"boto3", "v3core"} else "delete it"
    return f"Scale it with Application Auto Scaling, serve without standing instances, or {name} when it is not needed."


def _idle_deletion(endpoint: Resource) -> str | None:
    """The code of a deletion that does nothing."""
    for call in idle_deletions(endpoint.program):
        if endpoint.api != "v1":
            return callee_of(call.cell, call.node).code
    return None

"""SG405: a small endpoint for a trial, that serverless could serve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.sagemaker.life import is_configuration
from sagegreen.sagemaker.modes import REAL_TIME, SERVERLESS
from sagegreen.sagemaker.serving import served_by
from sagegreen_checks.deployment.deployment_stages import is_in_notebook, itself_speaks_of, production_word, trial_word
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.fed_datasets import feedings
from sagegreen_checks.deployment.idle_energy import idle_energy
from sagegreen_checks.deployment.serverless_code import may_be_serverless, serverless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

#: Types with up to 16 GB, whose model may well fit into the 6 GB of the largest serverless endpoint.
_SMALL = re.compile(r"ml\.[cmt]\d\w*\.(?:medium|large|xlarge)")
#: Large images, or containers that only run with instances.
_NOT_SERVERLESS = (
    "sagemaker.jumpstart.model.JumpStartModel",
    "sagemaker.jumpstart.estimator.JumpStartEstimator",
    "sagemaker.algorithm.AlgorithmEstimator",
    "sagemaker.model.ModelPackage",
    "sagemaker.djl_inference.model.DJLModel",
)
#: What such a program is about, and serverless endpoints cannot do.
_OTHER_PURPOSE = re.compile(
    rb"model[_ ]?monitor|monitoring[_ ]?schedule|DataCapture|data_capture|latenc|benchmark|load.?test"
    rb"|inference.?recommend|explainer|application-autoscaling|update_endpoint|shadow|invoke_endpoint_with_response_stream|right_size",
    re.IGNORECASE,
)


class ServerlessCandidate(Check):
    """A small real-time endpoint on CPU, deployed in a notebook or for a trial, where a serverless one would do.

    ## What it does

    Reports real-time endpoints of one model on one small CPU instance (`medium` to `xlarge` of the families `c`, `m`
    and `t`) in notebooks, and in scripts whose file, folder or endpoint is named after a trial: demo, test, dev,
    sandbox, example and the like.

    Silent where serverless inference cannot serve: GPUs and other accelerators, multi-model, pipeline and marketplace
    models, several variants, VPC or network isolation, data capture, explainers, components; in version 1 of the SDK,
    which knows no serverless endpoints, and for core resources of version 3, whose serverless configuration fails when
    it is sent. Silent too where the program is about something else that needs instances (Model Monitor, auto scaling,
    latency, recommendations, streams, endpoint updates), sends a whole dataset (SG402), or is named after production.

    ## Why it wastes

    Somebody tries a model a few times, and the instance draws power from the creation of the endpoint until its
    deletion, or for ever where that is forgotten. A serverless endpoint holds no machine between calls (**energy**, by
    the time that is idle; the figure shown is estimated from the idle power of the hardware over a year). The guidance
    recommends it for intermittent traffic.

    ## Example

    ```python
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="prices-demo")
    print(predictor.predict([[3, 120.0]]))
    ```

    ## Use instead

    ```python
    from sagemaker.serverless import ServerlessInferenceConfig
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    predictor = model.deploy(
        serverless_inference_config=ServerlessInferenceConfig(), endpoint_name="prices-demo"
    )
    print(predictor.predict([[3, 120.0]]))
    ```

    ## Fix safety

    Unsafe. The first request after a pause waits for the container to start; memory is limited to 6 GB, the payload to
    4 MB, a request to 60 seconds and the image to 10 GB. The size is the SDK's default (2048 MB, 5 concurrent requests)
    and may be too small for the model. An endpoint of that name that exists already cannot be changed into a serverless
    one. The SDK ignores the instance arguments that stay; in a boto3 request the size takes their place.

    ## What it cannot see

    How large the model and its image are; how often the endpoint is called, and whether a cold start matters. Whether
    the account's quota of serverless concurrency allows another endpoint.

    Version 1 of the SDK has no serverless endpoints, and what core resources of version 3 send for one is refused,
    so that neither is reported. `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed
    with it.

    ## References

    - [Deploy models with serverless inference](https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html)
    - [Optimizing MLOps for Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG405"
    name: ClassVar[str] = "serverless-candidate"
    practices: ClassVar[tuple[str, ...]] = ("serverless-inference",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("mode").constant == SERVERLESS:
                yield self.followed(endpoint.place, "a serverless endpoint")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report a small endpoint for a trial."""
        if endpoint.local.constant is not False or endpoint.setting("mode").constant != REAL_TIME:
            return
        if any(endpoint.setting(name).constant is not False for name in ("autoscaled", "updated")) or endpoint.is_open:
            return
        if not endpoint.instance_type.certainly(_is_small) or endpoint.instance_count.effective not in {1, None}:
            return
        if not may_be_serverless(endpoint) or is_made_of_components(endpoint) or endpoint.is_a(*_NOT_SERVERLESS):
            return
        if endpoint.call.excluded or (is_configuration(endpoint) and not endpoint.members):
            return
        if len(served_by(endpoint)) > 1:
            return  # containers in a row
        stage = _stage(endpoint)
        if stage is None or itself_speaks_of(endpoint.program, _OTHER_PURPOSE) or feedings(endpoint) != []:
            return
        message = (
            f"{_machine(endpoint)} stands by for an endpoint {stage}: it draws power between the requests "
            "of a trial. A serverless endpoint serves a small model on CPU without a standing instance. What could not "
            "be seen: whether the model fits into 6 GB, and whether a cold start matters."
        )
        yield self.finding(endpoint.place, message, serverless(endpoint), saving=idle_energy(endpoint))


def _is_small(instance_type: Scalar) -> bool:
    return isinstance(instance_type, str) and _SMALL.fullmatch(instance_type) is not None


def _machine(endpoint: Resource) -> str:
    kind = endpoint.instance_type.constant
    return f"`{kind}`" if isinstance(kind, str) else "An instance"


def _stage(endpoint: Resource) -> str | None:
    if production_word(endpoint) is not None:
        return None
    word = trial_word(endpoint)
    if word is not None:
        return f"that is named as a trial (`{word}`)"
    return "in a notebook" if is_in_notebook(endpoint.program) else None

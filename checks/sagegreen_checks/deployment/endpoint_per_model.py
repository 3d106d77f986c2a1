"""SG404: several models, each on an endpoint of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.modes import MULTI_MODEL, REAL_TIME
from sagegreen.sagemaker.savings import saving
from sagegreen.sagemaker.serving import served_by
from sagegreen.semantics.values import Elements, Known, Mapped, depends_on, walk
from sagegreen_checks.deployment.deployment_stages import is_kept
from sagegreen_checks.deployment.endpoint_scaling import is_made_of_components
from sagegreen_checks.deployment.serverless_code import has_no_accelerator, is_one_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Loop

#: Endpoints that stand beside each other for a comparison, a stage or a Region.
_BESIDE = re.compile(
    r"(?<![a-z])(?:a|b|ab|blue|green|champion|challenger|canary|shadow|control|treatment|baseline|old|new|v\d+|dev"
    r"|test|staging|stage|prod|production|region|eu|us|ap)(?![a-z])",
    re.IGNORECASE,
)
_DATA = ("model_data", "s3_model_data_url", "model_data_url")
_DEEPEST = 8


class EndpointPerModel(Check):
    """Several models of one kind are each deployed to an endpoint of its own, where one endpoint could serve them all.

    ## What it does

    Reports real-time endpoints that stay (nothing in the project deletes them) where one program deploys several models
    with the same framework or image to the same instance type, each to an endpoint of its own: the deployment that
    stands in a loop over models, or the second and every further one of the same kind with other artefacts.

    Silent for multi-model endpoints, components and several variants behind one endpoint; for endpoints that are
    scaled automatically; for names that speak of a comparison (champion, challenger, blue, green, a, b), of versions,
    stages or Regions; where the models are of different frameworks, images or instance types, or cannot be followed.

    ## Why it wastes

    Each endpoint holds at least one instance, however seldom its model is asked. A multi-model endpoint loads the
    models that are called into the memory that they share; inference components do the same for different containers
    and for GPUs. The figure shown is about **cost**.

    ## Example

    ```python
    from sagemaker.sklearn.model import SKLearnModel

    for city in ["berlin", "paris", "rome", "madrid"]:
        model = SKLearnModel(
            model_data=f"s3://my-bucket/prices/{city}/model.tar.gz",
            role="arn:aws:iam::111122223333:role/SageMakerRole",
            entry_point="inference.py",
            framework_version="1.2-1",
        )
        model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name=f"prices-{city}")
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.multidatamodel import MultiDataModel
    from sagemaker.sklearn.model import SKLearnModel

    container = SKLearnModel(
        model_data="s3://my-bucket/prices/berlin/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
        sagemaker_session=sagemaker.Session(),
    )
    models = MultiDataModel("prices", "s3://my-bucket/prices/", model=container)
    predictor = models.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="prices")
    print(predictor.predict([[3, 120.0]], target_model="paris/model.tar.gz"))
    ```

    ## Fix safety

    There is no fix: callers must name the model that they want, the container must be able to hold several, and the
    models share memory and each other's load.

    ## What it cannot see

    How much traffic each model has; deployments in other programs of the project; whether models must be kept apart, by
    customer or by law.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Multi-model endpoints](https://docs.aws.amazon.com/sagemaker/latest/dg/multi-model-endpoints.html)
    - [Inference components](https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG404"
    name: ClassVar[str] = "endpoint-per-model"
    practices: ClassVar[tuple[str, ...]] = ("shared-endpoints",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("mode").constant == MULTI_MODEL:
                yield self.followed(endpoint.place, "a multi-model endpoint")
        for component in program.of_kind("inference_component"):
            yield self.followed(component.place, "an inference component, which shares its endpoint")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report endpoints that could be shared."""
        kinds: dict[tuple[str, ...], list[Resource]] = {}
        for endpoint in filter(_counts, program.of_kind("endpoint")):
            loop = _loop_over_models(endpoint)
            kind = _kind(endpoint)
            if loop is not None:
                yield self._reported(endpoint, "A loop deploys each of its models to an endpoint of its own")
            elif kind is not None:
                kinds.setdefault(kind, []).append(endpoint)
        for alike in kinds.values():
            artefacts = {_artefact(endpoint) for endpoint in alike}
            if len(alike) > 1 and None not in artefacts and len(artefacts) == len(alike):
                what = f"This is one of {len(alike)} models of one kind with endpoints of their own"
                for endpoint in alike[1:]:
                    yield self._reported(endpoint, what)

    def _reported(self, endpoint: Resource, what: str) -> Finding:
        certain = endpoint.instance_type.certainly(has_no_accelerator)
        instead = "a multi-model endpoint" if certain else "inference components on one endpoint"
        message = (
            f"{what}, whose instances run however seldom a model is asked. Several models of one framework can share "
            f"the "
            f"instances of one endpoint ({instead}), if they need not be kept apart."
        )
        figure = saving("multi-model-endpoints" if certain else "inference-components").text
        return self.finding(endpoint.place, message, Fix.advice(f"Serve the models by {instead}"), saving=figure)


def _counts(endpoint: Resource) -> bool:
    return (
        is_kept(endpoint)
        and endpoint.setting("mode").constant == REAL_TIME
        and endpoint.setting("autoscaled").constant is False
        and not endpoint.is_open
        and is_one_model(endpoint)
        and not is_made_of_components(endpoint)
        and not _stands_beside(endpoint)
    )


def _stands_beside(endpoint: Resource) -> bool:
    texts: list[str] = []
    for maker in (endpoint, *endpoint.members):
        for name in ("endpoint_name", "config_name", "variant_name"):
            value = maker.setting(name).value
            parts = walk(value) if value is not None else ()
            texts += [part.value for part in parts if isinstance(part, Known) and isinstance(part.value, str)]
    return any(map(_BESIDE.search, texts))


# -- loops ------------------------------------------------------------------------------------------


def _loop_over_models(endpoint: Resource) -> Loop | None:
    """The loop each of whose rounds deploys another model under another name."""
    given = [container.bound.arguments for container in served_by(endpoint)]
    artefacts = [arguments[data].value for arguments in given for data in _DATA if data in arguments]
    model = endpoint.setting("model_name").value
    if model is not None:
        artefacts.append(model)
    name = endpoint.setting("endpoint_name").value or next(
        (member.setting("endpoint_name").value for member in endpoint.members), None
    )
    for loop in endpoint.call.loops:
        if _rounds(loop) == 1 or name is None or not depends_on(name, loop):
            continue
        if any(depends_on(artefact, loop) for artefact in artefacts):
            return loop
    return None


def _rounds(loop: Loop) -> int | None:
    iterable = loop.iterable
    if isinstance(iterable, Elements) and iterable.complete:
        return len(iterable.items)
    return len(iterable.entries) if isinstance(iterable, Mapped) and iterable.complete else None


# -- models of one kind -----------------------------------------------------------------------------


def _kind(endpoint: Resource) -> tuple[str, ...] | None:
    """What must be equal for models to share an endpoint: class, framework version, image and instance type."""
    containers = served_by(endpoint)
    instance_type = endpoint.instance_type.constant
    if len(containers) != 1 or not isinstance(instance_type, str) or containers[0].open:
        return None
    bound = containers[0].bound
    owner = containers[0].owner
    found = [owner.canonical if owner is not None else "", instance_type]
    for name in ("framework_version", "py_version", "transformers_version", "image_uri", "entry_point", "source_dir"):
        argument = bound.arguments.get(name)
        value = endpoint.program.reader.constant(argument.value, _DEEPEST) if argument is not None else Known("")
        if not isinstance(value, Known):
            return None
        found.append(str(value.value))
    return tuple(found)


def _artefact(endpoint: Resource) -> str | None:
    """The artefacts that an endpoint serves, where they are known."""
    arguments = served_by(endpoint)[0].bound.arguments
    for name in _DATA:
        argument = arguments.get(name)
        value = endpoint.program.reader.constant(argument.value, _DEEPEST) if argument is not None else None
        if isinstance(value, Known) and isinstance(value.value, str):
            return value.value
    return None

"""SG406: a serverless endpoint that is kept warm whether requests come or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import remove_argument, remove_item
from sagegreen.sagemaker.life import is_configuration
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import Elements, Known, Mapped, Result, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar, Value

_PARAMETER, _MEMBER = "provisioned_concurrency", "ProvisionedConcurrency"
_DEEPEST = 8


class IdleProvisionedConcurrency(Check):
    """A serverless endpoint has provisioned concurrency that nothing scales.

    ## What it does

    Reports serverless configurations with provisioned concurrency, at its value, where nothing in the project scales
    the endpoint by Application Auto Scaling (`sagemaker:variant:DesiredProvisionedConcurrency`). Silent where the
    project deletes the endpoint, and where the value cannot be followed.

    ## Why it wastes

    Provisioned concurrency keeps that many environments initialised day and night, so that the endpoint idles like one
    on instances: what serverless inference saves is given back (**energy**, by the time that is idle; no published
    figure). The guidance recommends it only for predictable bursts, and lets scheduled or target-tracking scaling
    follow them.

    ## Example

    ```python
    from sagemaker.serverless import ServerlessInferenceConfig
    from sagemaker.sklearn.model import SKLearnModel

    model = SKLearnModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.2-1",
    )
    config = ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=20, provisioned_concurrency=10)
    predictor = model.deploy(serverless_inference_config=config)
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
    config = ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=20)
    predictor = model.deploy(serverless_inference_config=config)
    ```

    or keep it, and scale it with the bursts that you expect.

    ## Fix safety

    Unsafe: without provisioned concurrency requests after a pause wait for a container to start.

    ## What it cannot see

    Scaling outside the project (declare it with `assume = ["endpoint-scaling"]`); how predictable the requests are.
    Core resources of version 3 are left out: their serverless configuration fails when it is sent.

    Version 1 of the SDK has no serverless endpoints. `sagemaker.modules`, the preview of version 3, only trains:
    nothing is deployed with it.

    ## References

    - [Provisioned concurrency of serverless
    endpoints](https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-autoscale.html)
    - [Optimizing MLOps for
    Sustainability](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG406"
    name: ClassVar[str] = "idle-provisioned-concurrency"
    practices: ClassVar[tuple[str, ...]] = ("provisioned-concurrency",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("endpoint-scaling",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for endpoint in program.of_kind("endpoint"):
            if endpoint.setting("mode").certainly(_is_serverless) and endpoint.setting("autoscaled").constant is True:
                for warm in _warm(endpoint):
                    yield self.followed(warm.place, "provisioned concurrency is scaled")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report provisioned concurrency that stands."""
        if endpoint.api == "v3core" or not endpoint.setting("mode").certainly(_is_serverless):
            return
        if any(endpoint.setting(name).constant is not False for name in ("local", "autoscaled", "deleted")):
            return
        if endpoint.call.excluded or (is_configuration(endpoint) and not endpoint.members):
            return
        for warm in _warm(endpoint):
            message = (
                f"{warm.number} environments of this serverless endpoint are kept initialised day and night "
                f"(`{warm.name}={warm.number}`), and nothing in this project scales them: they idle like instances. "
                "Leave it out, or let scheduled scaling follow the bursts that you expect."
            )
            fix = Fix.unsafe(f"Leave out `{warm.name}`: requests after a pause start cold", warm.edits)
            yield self.finding(warm.place, message, fix)


def _is_serverless(mode: Scalar) -> bool:
    return mode == SERVERLESS


class _Warm(NamedTuple):
    """Provisioned concurrency: the number, its name in this dialect, its place, and the edits that take it out."""

    number: int
    name: str
    place: Place
    edits: tuple[Edit, ...] | None


def _warm(endpoint: Resource) -> Iterator[_Warm]:
    for name in ("serverless", "inference_config"):
        value = endpoint.setting(name).value
        for option in options(value) if value is not None else ():
            for each in option.items if isinstance(option, Elements) else (option,):
                if isinstance(each, Result):
                    yield from _of_object(endpoint, each)
                elif isinstance(each, Mapped):
                    yield from _of_request(endpoint, each)


def _of_object(endpoint: Resource, config: Result) -> Iterator[_Warm]:
    bound = endpoint.program.reader.constructed(config.call)
    argument = bound.arguments.get(_PARAMETER) if bound is not None else None
    count = _count(endpoint, argument.value) if argument is not None else None
    if argument is None or count is None or not isinstance(argument.node, cst.Arg) or argument.spread is not None:
        return
    node = config.call.node
    removable = isinstance(node, cst.Call) and argument.keyword is not None and argument.cell is config.call.cell
    edits = remove_argument(argument.cell, node, argument.node) if removable and isinstance(node, cst.Call) else None
    yield _Warm(count, _PARAMETER, Place(argument.cell, argument.node.value), edits)


def _of_request(endpoint: Resource, config: Mapped) -> Iterator[_Warm]:
    entry, origin = config.entries.get(_MEMBER), config.origin
    count = _count(endpoint, entry.value) if entry is not None else None
    if count is None or origin is None or not isinstance(origin.node, cst.Dict):
        return
    for element in origin.node.elements:
        key = element.key if isinstance(element, cst.DictElement) else None
        if (
            isinstance(key, cst.SimpleString)
            and key.evaluated_value == _MEMBER
            and isinstance(element, cst.DictElement)
        ):
            place = Place(origin.cell, element.value)
            yield _Warm(count, _MEMBER, place, remove_item(origin.cell, origin.node, element))


def _count(endpoint: Resource, value: Value) -> int | None:
    found = endpoint.program.reader.constant(value, _DEEPEST)
    number = found.value if isinstance(found, Known) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None

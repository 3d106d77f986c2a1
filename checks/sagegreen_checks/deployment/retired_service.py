"""SG416: services that no longer run: Elastic Inference, Edge Manager, apps of Studio Classic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import remove_argument, remove_item
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.sagemaker.types import operation_on_unknown
from sagegreen.semantics.values import (
    Attribute,
    Elements,
    Known,
    Mapped,
    OneOf,
    Parameter,
    Symbol,
    Unknown,
    Value,
    options,
)
from sagegreen_checks.building.rehearsals import is_rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call

_ACCELERATOR = re.compile(r"ml\.eia[12]\.\w+|local_sagemaker_notebook")
_ACCELERATOR_NAMES = frozenset({"accelerator_type", "accelerator_types", "AcceleratorType", "AcceleratorTypes"})
_COMPILED_FOR_IT = "ml_eia2"
_TARGET_NAMES = frozenset({"target_instance_family", "TargetDevice", "target_device"})
#: Calls that the service refuses with an accelerator: without it they do what is left of their purpose.
_REFUSED = frozenset(
    {
        "deploy",
        "update_endpoint",
        "production_variant",
        "ProductionVariant",
        "create_endpoint_config",
        "create_notebook_instance",
        "update_notebook_instance",
        "NotebookInstance.create",
        "EndpointConfig.create",
    }
)

#: Operations of Edge Manager that set something up; those that only look or delete belong to a clean-up.
_EDGE_OPERATIONS = frozenset(
    {
        "create_device_fleet",
        "create_edge_deployment_plan",
        "create_edge_deployment_stage",
        "create_edge_packaging_job",
        "get_device_fleet_report",
        "register_devices",
        "start_edge_deployment_stage",
        "update_device_fleet",
        "update_devices",
    }
)
#: The same in the SDK: ``Model.package_for_edge``, ``Session.package_model_for_edge``.
_EDGE_METHODS = frozenset({"package_for_edge", "package_model_for_edge"})
_EDGE_CLASSES = re.compile(r"\.resources\.(?:EdgePackagingJob|EdgeDeploymentPlan|DeviceFleet)\.create$")
_EDGE_CLIENT = "sagemaker-edge"

_CLASSIC = frozenset({"JupyterServer", "KernelGateway"})


@dataclass(frozen=True, slots=True)
class _Use:
    """One accelerator at one literal, in one call that is given it.

    Attributes:
        place: the literal, or the argument where another file holds it.
        accelerator: its type.
        name: of the argument or key.
        edits: what takes it out; ``None`` where that cannot be written.
        refused: whether the call only fails with it.
    """

    place: Place
    accelerator: str
    name: str
    edits: tuple[Edit, ...] | None
    refused: bool


class RetiredService(Check):
    """The code uses a service that no longer runs: Elastic Inference, Edge Manager, an app of Studio Classic.

    ## What it does

    Reports

    - Elastic Inference accelerators (`ml.eia1.*`, `ml.eia2.*`): `accelerator_type` of `deploy`, of production variants
      and of images, `AcceleratorType` and `AcceleratorTypes` in requests, at the accelerator; and models compiled for
      them (`ml_eia2`);
    - Edge Manager: packaging jobs, device fleets, deployment plans and the client `sagemaker-edge`, at the call. Calls
      that only describe, list or delete are left alone;
    - new apps of Studio Classic (`AppType` of `create_app` is `JupyterServer` or `KernelGateway`), at the type.

    Instance families that were retired belong to SG332, Training Compiler to SG205. Tests are left alone.

    ## Why it wastes

    What no longer runs saves nothing, and what was prepared for it (a model compiled or packaged, an instance that is
    too small without its accelerator) was done in vain. This rule departs from the guidance: the blog post on MLOps
    still recommends Elastic Inference beside Inferentia, and the deep-learning guidance Edge Manager.

    - Elastic Inference: new customers were refused from April 2023 on. The API reference says today that it is no
      longer available and the parameters no longer supported; requests are answered with `ResourceLimitExceeded`.
    - Edge Manager ended on 26 April 2024; its operations answer with `ValidationException`.
    - Studio Classic: existing apps can be stopped or deleted, new ones cannot be created.

    ## Example

    ```python
    from sagemaker.tensorflow import TensorFlowModel

    model = TensorFlowModel(
        model_data="s3://amzn-s3-demo-bucket/model/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.m5.large", accelerator_type="ml.eia2.medium")
    ```

    ## Use instead

    ```python
    from sagemaker.tensorflow import TensorFlowModel

    model = TensorFlowModel(
        model_data="s3://amzn-s3-demo-bucket/model/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.16",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.c7i.xlarge")
    ```

    ## Fix safety

    The fix takes the accelerator out of the call or request. It is safe where the request can only fail with it: where
    endpoints, their configurations and notebook instances are created. It is unsafe elsewhere: without
    `accelerator_type` the SDK chooses another image for a model, and local mode never asks the service. Where an image
    is looked up (`image_uris.retrieve`) it is only advice. Whether the instance is strong enough alone is for a load
    test to say.

    For Edge Manager, Studio Classic and compiled models there is no fix: what replaces them is another design.

    ## What it cannot see

    Accelerators in configuration files and in the environment.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [ProductionVariant in the API reference](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html)
    - [How the API answers a request with an accelerator](https://github.com/hashicorp/terraform-provider-aws/issues/38844)
    - [End of life of Edge Manager](https://docs.aws.amazon.com/sagemaker/latest/dg/edge-eol.html)
    - [Studio Classic](https://docs.aws.amazon.com/sagemaker/latest/dg/studio.html)
    - [The guidance that recommends Elastic Inference](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG416"
    name: ClassVar[str] = "retired-service"
    practices: ClassVar[tuple[str, ...]] = ("elastic-inference", "edge-manager", "idle-studio-shutdown")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("safe", "unsafe", "displayonly")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report accelerators, each literal once, and calls of Edge Manager."""
        if is_rehearsal(program):
            return
        found: dict[tuple[object, ...], list[_Use]] = {}
        reported: set[int] = set()
        for call in program.trace.calls:
            if call.foreign or call.excluded:
                continue
            for use in _accelerators(program, call):
                found.setdefault(use.place.key, []).append(use)
            for place in _compiled_for_it(program, call):
                yield self.finding(place, _COMPILED, practices=_ACCELERATORS)
            if id(call.node) not in reported and _is_of_edge_manager(program, call):
                reported.add(id(call.node))
                yield self.finding(callee_of(call.cell, call.node), _EDGE, practices=("edge-manager",))
        for uses in found.values():
            yield self.finding(uses[0].place, _message(uses[0]), _fix(uses), practices=_ACCELERATORS)

    def check_studio(self, studio: Resource) -> Iterable[Finding]:
        """Report new apps of Studio Classic."""
        for literal in () if is_rehearsal(studio.program) else studio.setting("app_type").literals:
            if literal.value in _CLASSIC:
                mine = studio.program.owns(literal.place.parsed_cell)
                yield self.finding(
                    literal.place if mine else studio.place,
                    f"`{literal.value}` is an app of Studio Classic, of which no new ones can be created any more. "
                    "Create a space with a `JupyterLab` or `CodeEditor` app, which idle settings shut down",
                    practices=("idle-studio-shutdown",),
                )


_ACCELERATORS = ("elastic-inference",)
_EDGE = (
    "Edge Manager ended on 26 April 2024: its operations answer with `ValidationException`. The guidance still "
    "recommends it; bring the model to the devices with AWS IoT Greengrass instead"
)
_COMPILED = (
    "`ml_eia2` stands for Elastic Inference, which is no longer available: nothing can serve a model that is compiled "
    "for it. Compile for the instances that will serve it"
)


def _message(use: _Use) -> str:
    start = f"`{use.accelerator}` is an Elastic Inference accelerator"
    if use.accelerator == "local_sagemaker_notebook":
        start = f"`{use.accelerator}` stands for the Elastic Inference accelerator of a notebook instance"
    fails = " and the request fails" if use.refused else ""
    return (
        f"{start}; the service is no longer available{fails}, although the guidance still recommends it. Leave "
        f"`{use.name}` out and choose an instance that serves the model alone: CPU, Inferentia2 or a small GPU"
    )


def _fix(uses: Sequence[_Use]) -> Fix:
    title = f"Take `{uses[0].name}` out; test whether the instance is strong enough alone"
    if any(use.edits is None for use in uses):
        return Fix.advice(title)
    edits = tuple(dict.fromkeys(edit for use in uses for edit in use.edits or ()))
    return Fix.safe(title, edits) if all(use.refused for use in uses) else Fix.unsafe(title, edits)


# -- accelerators -----------------------------------------------------------------------------------


def _accelerators(program: Program, call: Call) -> Iterator[_Use]:
    """The accelerators that a call is given, as an argument or within a request."""
    for argument in call.arguments:
        # version 1 of the SDK takes the accelerator as the third argument of a deployment, sessions as a later one
        if argument.keyword in _ACCELERATOR_NAMES or (argument.keyword is None and _takes_by_position(call)):
            for literal, declared in _literals(argument.value):
                edits = None if declared or _is_look_up(call) else _without(call, argument)
                refused = not declared and _is_refused(program, call)
                place = _at(program, literal, argument)
                yield _Use(place, str(literal.value), argument.keyword or "accelerator_type", edits, refused)
        for holder, name in _holders(argument.value):
            for literal, declared in _literals(holder.entries[name].value):
                edits = None if declared else _without_item(program, holder, name)
                refused = not declared and _is_refused(program, call)
                yield _Use(_at(program, literal, argument), str(literal.value), name, edits, refused)


def _takes_by_position(call: Call) -> bool:
    for callee in options(call.callee):
        name = callee.path if isinstance(callee, Symbol) else callee.name if isinstance(callee, Attribute) else ""
        if name.rpartition(".")[2] in _REFUSED:
            return True
    return False


def _is_look_up(call: Call) -> bool:
    """Whether a call looks an image up, whose other arguments follow the accelerator."""
    return any(isinstance(callee, Symbol) and callee.path.endswith(".retrieve") for callee in options(call.callee))


def _literals(value: Value) -> Iterator[tuple[Known, bool]]:
    """The accelerators among what a value may be, and whether each is only a declared default."""
    for option in options(value):
        source: Value | None = option
        declared = False
        while isinstance(source, Parameter | Unknown):
            source, declared = source.default, True
        if isinstance(source, Elements):
            for item in source.items:
                yield from _literals(item)
        elif isinstance(source, Known) and isinstance(source.value, str) and _ACCELERATOR.fullmatch(source.value):
            yield source, declared


def _holders(value: Value) -> Iterator[tuple[Mapped, str]]:
    """The dictionaries of a request that name an accelerator, and the key."""
    if isinstance(value, OneOf):
        for option in value.options:
            yield from _holders(option)
    elif isinstance(value, Elements):
        for item in value.items:
            yield from _holders(item)
    elif isinstance(value, Mapped):
        for key, entry in value.entries.items():
            if isinstance(key, str) and key in _ACCELERATOR_NAMES:
                yield value, key
            else:
                yield from _holders(entry.value)


def _is_refused(program: Program, call: Call) -> bool:
    """Whether the service refuses what the call asks for with an accelerator."""
    resource = next((entry for entry in program.resources if call in entry.calls), None)
    if resource is not None and resource.local.constant is not False and not resource.local.is_absent:
        return False
    for callee in options(call.callee):
        path = callee.path if isinstance(callee, Symbol) else callee.name if isinstance(callee, Attribute) else ""
        parts = path.split(".")
        if parts[-1] not in _REFUSED and ".".join(parts[-2:]) not in _REFUSED:
            return False
        known = isinstance(callee, Symbol) or (isinstance(callee, Attribute) and bool(program.types.of(callee.base)))
        if not known and resource is None and operation_on_unknown(call) is None:
            return False
    return True


def _at(program: Program, literal: Known, argument: Argument) -> Place:
    origin = literal.origin
    if origin is not None and program.owns(origin.cell):
        return Place(origin.cell, origin.node)
    return Place(argument.cell, argument.node)


def _without(call: Call, argument: Argument) -> tuple[Edit, ...] | None:
    """The call without an argument that it is given by name, through a dictionary, or as its last by position."""
    node = call.node
    if argument.spread is not None:
        return _without_key(argument.spread, argument.keyword)
    if not isinstance(node, cst.Call) or not isinstance(argument.node, cst.Arg):
        return None
    index = next((index for index, entry in enumerate(node.args) if entry is argument.node), None)
    if index is None or argument.node.star:
        return None
    if argument.keyword is None and any(entry.keyword is None for entry in node.args[index + 1 :]):
        return None
    return remove_argument(argument.cell, node, argument.node)


def _without_item(program: Program, holder: Mapped, key: str) -> tuple[Edit, ...] | None:
    origin = holder.origin
    if origin is None or not program.owns(origin.cell):
        return None
    return _without_key(holder, key)


def _without_key(holder: Value, key: str | None) -> tuple[Edit, ...] | None:
    origin = holder.origin
    if origin is None or not isinstance(origin.node, cst.Dict | cst.Call):
        return None
    if isinstance(origin.node, cst.Call):
        for arg in origin.node.args:
            if arg.keyword is not None and arg.keyword.value == key:
                return remove_argument(origin.cell, origin.node, arg)
        return None
    for element in origin.node.elements:
        written = element.key if isinstance(element, cst.DictElement) else None
        if isinstance(written, cst.SimpleString) and written.evaluated_value == key:
            return remove_item(origin.cell, origin.node, element)
    return None


# -- compiled for them ------------------------------------------------------------------------------


def _compiled_for_it(program: Program, call: Call) -> Iterator[Place]:
    for argument in call.arguments:
        named = [argument.value] if argument.keyword in _TARGET_NAMES else []
        if isinstance(argument.value, Mapped):
            named += [entry.value for key, entry in argument.value.entries.items() if key in _TARGET_NAMES]
        for value in named:
            for option in options(value):
                if isinstance(option, Known) and option.value == _COMPILED_FOR_IT:
                    yield _at(program, option, argument)


# -- Edge Manager -----------------------------------------------------------------------------------


def _is_of_edge_manager(program: Program, call: Call) -> bool:
    for callee in options(call.callee):
        if isinstance(callee, Symbol):
            name = program.types.names.resolve(callee.path)
            if name is not None and _EDGE_CLASSES.search(name.canonical):
                return True
        if not isinstance(callee, Attribute):
            continue
        services = {owner.service for owner in program.types.of(callee.base)}
        if _EDGE_CLIENT in services or callee.name in _EDGE_METHODS:
            return True
        if callee.name in _EDGE_OPERATIONS and ("sagemaker" in services or operation_on_unknown(call) is not None):
            return True
    return False

"""What an endpoint or a transform job serves: the calls that describe its models, their images and environments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.forms import EVERY
from sagegreen.semantics.values import (
    ABSENT,
    Absent,
    Attribute,
    Elements,
    Known,
    Mapped,
    Result,
    Symbol,
    Value,
    options,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.forms import Path
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.types import ObjectType

_TUNER = "sagemaker.tuner.HyperparameterTuner"
_PIPELINE_MODEL = "sagemaker.pipeline.PipelineModel"
_MULTI_MODEL = "sagemaker.multidatamodel.MultiDataModel"
_BUILDERS = ("sagemaker.serve.model_builder.ModelBuilder", "sagemaker.serve.builder.model_builder.ModelBuilder")

#: Methods whose result serves what their object describes.
_PASSING = frozenset({"build", "create_model", "compile_model", "optimize", "best_estimator", "register", "create"})

#: Where the requests of ``create_model`` and ``Model.create`` describe containers, one or several.
_BOTO3_CONTAINERS: tuple[Path, ...] = (("PrimaryContainer",), ("Containers", EVERY))
_CORE_CONTAINERS: tuple[Path, ...] = (("primary_container",), ("containers", EVERY))
_DEEPEST = 8


class _RequestedModel(NamedTuple):
    """A request that creates a model, the names that it may give it, and where its containers stand."""

    bound: BoundCall
    names: tuple[Value, ...]
    paths: tuple[Path, ...]
    members: tuple[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class ServedContainer:
    """One container that serves, as the code describes it.

    Attributes:
        bound: the call that describes it: a model's or estimator's constructor, or the request that creates a model.
        owner: the class that is constructed; ``None`` for requests.
        image: the image, ``ABSENT`` where the SDK chooses it.
        environment: its environment variables, ``ABSENT`` where none are given.
        environment_path: where they stand, or would stand, in the call.
        open: whether arguments of the call cannot be followed.
        described: the part of a request that describes it; ``None`` where the call's own arguments do.
    """

    bound: BoundCall
    owner: ObjectType | None
    image: Value
    environment: Value
    environment_path: Path
    open: bool
    described: Value | None = None

    def is_a(self, *bases: str) -> bool:
        """Whether the class is or inherits from one of ``bases``."""
        return self.owner is not None and any(map(self.owner.is_a, bases))


def served_by(resource: Resource) -> tuple[ServedContainer, ...]:
    """The containers of an endpoint or transform job; none where any of them cannot be told."""
    program = resource.program
    found: list[ServedContainer] = []
    if not resource.setting("model_name").is_absent:
        value = resource.setting("model_name").value
        for option in options(value) if value is not None else ():
            described = _named(program, program.reader.constant(option, _DEEPEST)) or _named(program, option)
            if not described:
                return ()
            found += described
        return tuple(found)
    for entry in resource.bound:
        for callee in options(entry.call.callee):
            described = _described(program, callee.base, _DEEPEST) if isinstance(callee, Attribute) else []
            if not described:
                return ()
            found += [_overridden(container, entry) for container in described]
    return tuple({id(container.bound.call): container for container in found}.values())


# -- objects of the SDK -----------------------------------------------------------------------------


def _described(program: Program, value: Value, depth: int) -> list[ServedContainer]:
    """The containers that objects describe; none where one of the objects is not understood."""
    found: list[ServedContainer] = []
    for option in options(value):
        containers = _of_object(program, option, depth) if depth else []
        if not containers:
            return []
        found += containers
    return found


def _of_object(program: Program, value: Value, depth: int) -> list[ServedContainer]:
    if not isinstance(value, Result):
        return []
    bound = program.reader.constructed(value.call)
    callee = value.call.callee
    if bound is None:
        if not isinstance(callee, Attribute) or not (callee.name in _PASSING or callee.name.startswith("with_")):
            return []
        given = bind_keywords(value.call)
        return [_overridden(entry, given) for entry in _described(program, callee.base, depth - 1)]
    owner = next(iter(program.types.of(value)), None)
    if owner is None:
        return []
    if owner.canonical.endswith("resources.Model"):
        return list(_in_request(program, bound, _CORE_CONTAINERS, "image", "environment"))
    for base, parameter in ((_TUNER, "estimator"), (_PIPELINE_MODEL, "models"), (_MULTI_MODEL, "model")):
        if owner.is_a(base) and parameter in bound.arguments:
            return _of_items(program, bound.arguments[parameter].value, depth - 1)
    # models, unlike estimators, call it ``image`` in version 1
    image = program.reader.find(bound, ("image" if "image" in bound.arguments else "image_uri",)).value
    variable = "env_vars" if any(map(owner.is_a, _BUILDERS)) else "env"
    environment = program.reader.find(bound, (variable,)).value
    return [ServedContainer(bound, owner, image, environment, (variable,), bound.open)]


def _of_items(program: Program, value: Value, depth: int) -> list[ServedContainer]:
    items: Sequence[Value] = value.items if isinstance(value, Elements) else (value,)
    if isinstance(value, Elements) and not value.complete:
        return []
    found: list[ServedContainer] = []
    for item in items:
        containers = _described(program, item, depth)
        if not containers:
            return []
        found += containers
    return found


def _overridden(container: ServedContainer, given: BoundCall) -> ServedContainer:
    """A container with what ``deploy`` or ``create_model`` of an estimator is given for it."""
    image = given.arguments.get("image_uri")
    environment = given.arguments.get("env")
    if image is None and environment is None and not given.open:
        return container
    return ServedContainer(
        container.bound,
        container.owner,
        image.value if image is not None else container.image,
        environment.value if environment is not None else container.environment,
        container.environment_path,
        container.open or given.open,
        container.described,
    )


# -- requests ---------------------------------------------------------------------------------------


def _named(program: Program, name: Value) -> list[ServedContainer]:
    """The containers of the model of a name, where the program creates it."""
    if isinstance(name, Attribute) and name.name == "name":
        return _described(program, name.base, _DEEPEST)
    for model in program.once(_requested_models):
        if any(same(name, other) for other in model.names):
            return list(_in_request(program, model.bound, model.paths, *model.members))
    return []


def _requested_models(program: Program) -> list[_RequestedModel]:
    """The models that a program creates by requests, which give them their names."""
    found: list[_RequestedModel] = []
    for call in program.calls_of("create_model", "create"):
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name == "create_model":
                bound: BoundCall | None = bind_keywords(call)
                own, paths, members = "ModelName", _BOTO3_CONTAINERS, ("Image", "Environment")
            elif isinstance(callee, Symbol) and callee.path.endswith("resources.Model.create"):
                bound = program.reader.constructed(call)
                own, paths, members = "model_name", _CORE_CONTAINERS, ("image", "environment")
            else:
                continue
            if bound is None or own not in bound.arguments:
                continue
            given = options(bound.arguments[own].value)
            constants = (program.reader.constant(option, _DEEPEST) for option in given)
            names = tuple(name for pair in zip(given, constants, strict=True) for name in pair)
            found.append(_RequestedModel(bound, names, paths, members))
    return found


def _in_request(
    program: Program, bound: BoundCall, paths: Sequence[Path], image: str, environment: str
) -> Iterator[ServedContainer]:
    for path in paths:
        for container in options(program.reader.find(bound, path).value):
            if isinstance(container, Absent) or (isinstance(container, Known) and container.value is None):
                continue
            yield ServedContainer(
                bound,
                None,
                _member(program, container, image),
                _member(program, container, environment),
                (*path, environment),
                bound.open or not isinstance(container, Mapped | Result),
                container,
            )


def _member(program: Program, container: Value, name: str) -> Value:
    if isinstance(container, Mapped):
        entry = container.entries.get(name)
        return entry.value if entry is not None else ABSENT
    bound = program.reader.constructed(container.call) if isinstance(container, Result) else None
    return program.reader.find(bound, (name,)).value if bound is not None else ABSENT

"""What kind of object a value is: an SDK class, a boto3 client or session, by the way it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.catalogue import load, load_boto3
from sagegreen.sagemaker.names import Names, SdkName
from sagegreen.semantics.values import (
    Attribute,
    Class,
    Instance,
    Item,
    Known,
    Parameter,
    Result,
    Symbol,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.semantics.trace import Call

#: Pseudo classes of boto3, which makes its classes at run time.
BOTO_SESSION = "boto3.Session"
_CLIENT = "boto3.client:"
_RESOURCE = "boto3.resource:"


class ObjectType(NamedTuple):
    """The class of an object: its canonical name and the catalogue that knows it (``boto3`` for clients)."""

    canonical: str
    catalogue: str

    @property
    def service(self) -> str | None:
        """The AWS service of a boto3 client."""
        return self.canonical.removeprefix(_CLIENT) if self.canonical.startswith(_CLIENT) else None

    @property
    def resource_service(self) -> str | None:
        """The AWS service of a boto3 service resource."""
        return self.canonical.removeprefix(_RESOURCE) if self.canonical.startswith(_RESOURCE) else None

    def is_a(self, base: str) -> bool:
        """Whether the class is or inherits from ``base``."""
        if self.catalogue == "boto3" or self.canonical == base:
            return self.canonical == base
        return load(self.catalogue).is_subclass(self.canonical, base)


_SELF = "self"

#: What methods return: (class, method) -> class, ``self`` for the object itself. Read off the SDK sources.
_RETURNS: dict[tuple[str, str], str] = {
    ("sagemaker.estimator.EstimatorBase", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.estimator.EstimatorBase", "create_model"): "sagemaker.model.Model",
    ("sagemaker.estimator.EstimatorBase", "compile_model"): "sagemaker.model.Model",
    ("sagemaker.estimator.EstimatorBase", "transformer"): "sagemaker.transformer.Transformer",
    ("sagemaker.estimator.EstimatorBase", "register"): "sagemaker.model.ModelPackage",
    ("sagemaker.estimator.EstimatorBase", "attach"): _SELF,
    ("sagemaker.model.ModelBase", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.model.Model", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.model.Model", "compile"): _SELF,
    ("sagemaker.model.Model", "right_size"): _SELF,
    ("sagemaker.model.Model", "transformer"): "sagemaker.transformer.Transformer",
    ("sagemaker.model.Model", "register"): "sagemaker.model.ModelPackage",
    ("sagemaker.model.Model", "attach"): _SELF,
    ("sagemaker.pipeline.PipelineModel", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.pipeline.PipelineModel", "transformer"): "sagemaker.transformer.Transformer",
    ("sagemaker.pipeline.PipelineModel", "register"): "sagemaker.model.ModelPackage",
    ("sagemaker.tuner.HyperparameterTuner", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.tuner.HyperparameterTuner", "best_estimator"): "sagemaker.estimator.Estimator",
    ("sagemaker.tuner.HyperparameterTuner", "attach"): _SELF,
    ("sagemaker.tuner.HyperparameterTuner", "create"): _SELF,
    ("sagemaker.automl.automl.AutoML", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.automl.automl.AutoML", "create_model"): "sagemaker.pipeline.PipelineModel",
    ("sagemaker.automl.automlv2.AutoMLV2", "deploy"): "sagemaker.base_predictor.Predictor",
    ("sagemaker.automl.automlv2.AutoMLV2", "create_model"): "sagemaker.pipeline.PipelineModel",
    ("sagemaker.serve.builder.model_builder.ModelBuilder", "build"): "sagemaker.model.Model",
    ("sagemaker.serve.builder.model_builder.ModelBuilder", "optimize"): "sagemaker.model.Model",
    ("sagemaker.transformer.Transformer", "attach"): _SELF,
    ("sagemaker.processing.ProcessingJob", "from_processing_name"): _SELF,
    ("sagemaker.serve.model_builder.ModelBuilder", "build"): "sagemaker.core.resources.Model",
    ("sagemaker.serve.model_builder.ModelBuilder", "optimize"): "sagemaker.core.resources.Model",
    ("sagemaker.serve.model_builder.ModelBuilder", "deploy"): "sagemaker.core.resources.Endpoint",
    ("sagemaker.serve.model_builder.ModelBuilder", "transformer"): "sagemaker.core.transformer.Transformer",
    ("sagemaker.train.model_trainer.ModelTrainer", "from_recipe"): _SELF,
    ("sagemaker.train.model_trainer.ModelTrainer", "from_jumpstart_config"): _SELF,
    ("sagemaker.modules.train.model_trainer.ModelTrainer", "from_recipe"): _SELF,
    ("sagemaker.core.processing.ProcessingJob", "from_processing_name"): _SELF,
}

#: Methods that return an object of their class whatever it is: builders, named constructors, resources of v3 core.
_FLUENT = ("with_", "from_", "get", "create", "refresh")

_ATTRIBUTES: dict[tuple[str, str], str] = {
    ("sagemaker.session.Session", "sagemaker_client"): f"{_CLIENT}sagemaker",
    ("sagemaker.session.Session", "sagemaker_runtime_client"): f"{_CLIENT}sagemaker-runtime",
    ("sagemaker.session.Session", "s3_client"): f"{_CLIENT}s3",
    ("sagemaker.session.Session", "s3_resource"): f"{_RESOURCE}s3",
    ("sagemaker.session.Session", "boto_session"): BOTO_SESSION,
    ("sagemaker.core.helper.session_helper.Session", "sagemaker_client"): f"{_CLIENT}sagemaker",
    ("sagemaker.core.helper.session_helper.Session", "s3_client"): f"{_CLIENT}s3",
    ("sagemaker.core.helper.session_helper.Session", "s3_resource"): f"{_RESOURCE}s3",
    ("sagemaker.core.helper.session_helper.Session", "boto_session"): BOTO_SESSION,
    ("sagemaker.estimator.EstimatorBase", "sagemaker_session"): "sagemaker.session.Session",
    ("sagemaker.base_predictor.Predictor", "sagemaker_session"): "sagemaker.session.Session",
    ("sagemaker.model.Model", "sagemaker_session"): "sagemaker.session.Session",
}


#: Methods of S3's service resource, buckets and objects that return a resource; read off boto3's ``resources-1.json``.
_S3_RESOURCES = {
    "Bucket": "Bucket",
    "create_bucket": "Bucket",
    "Object": "Object",
    "put_object": "Object",
    "BucketLifecycle": "BucketLifecycle",
    "Lifecycle": "BucketLifecycle",
    "BucketLifecycleConfiguration": "BucketLifecycleConfiguration",
    "LifecycleConfiguration": "BucketLifecycleConfiguration",
}


class Types:
    """The classes of the values of one program."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[int, tuple[ObjectType, ...]] = {}
        self._kept: list[Value] = []

    def of(self, value: Value, depth: int = 12) -> tuple[ObjectType, ...]:
        """The classes an object may have; empty where nothing is known."""
        found = self._known.get(id(value))
        if found is None:
            found = tuple(dict.fromkeys(self._of(value, depth))) if depth else ()
            self._known[id(value)] = found
            self._kept.append(value)
        return found

    def _of(self, value: Value, depth: int) -> Iterator[ObjectType]:
        for option in options(value):
            if isinstance(option, Result):
                yield from self._returned(option.call, depth)
            elif isinstance(option, Attribute):
                yield from self._attribute(option, depth)
            elif isinstance(option, Parameter):
                if option.annotation is not None:
                    yield from self._annotated(option.annotation)
                if option.default is not None:
                    yield from self.of(option.default, depth - 1)
            elif isinstance(option, Unknown) and option.default is not None:
                yield from self.of(option.default, depth - 1)
            elif isinstance(option, Instance):
                for base in option.type.bases:
                    yield from self._annotated(base)
            elif isinstance(option, Item):
                continue

    def _annotated(self, annotation: Value) -> Iterator[ObjectType]:
        for option in options(annotation):
            if isinstance(option, Symbol):
                if option.path in {"boto3.Session", "boto3.session.Session"}:
                    yield ObjectType(BOTO_SESSION, "boto3")
                name = self.names.resolve(option.path)
                if name is not None and name.signatures.is_class(name.canonical):
                    yield ObjectType(*name)
                elif option.path.endswith("SageMakerClient"):
                    yield ObjectType(f"{_CLIENT}sagemaker", "boto3")
            elif isinstance(option, Class):
                for base in option.bases:
                    yield from self._annotated(base)

    def _returned(self, call: Call, depth: int) -> Iterator[ObjectType]:
        for callee in options(call.callee):
            if isinstance(callee, Symbol):
                yield from self._of_symbol(callee.path, call, depth)
            elif isinstance(callee, Attribute):
                yield from self._of_method(callee, call, depth)

    def _of_symbol(self, path: str, call: Call, depth: int) -> Iterator[ObjectType]:
        del depth
        if path in {"boto3.Session", "boto3.session.Session", "botocore.session.get_session"}:
            yield ObjectType(BOTO_SESSION, "boto3")
        elif path in {"boto3.client", "boto3.resource"}:
            yield from _service(path.rpartition(".")[2], call)
        name = self.names.resolve(path)
        if name is None:
            return
        if name.signatures.is_class(name.canonical):
            yield ObjectType(*name)
        else:
            owner, _, method = name.canonical.rpartition(".")
            if name.signatures.is_class(owner):
                yield from self._method_of(ObjectType(owner, name.catalogue), method)

    def _of_method(self, callee: Attribute, call: Call, depth: int) -> Iterator[ObjectType]:
        for receiver in self.of(callee.base, depth - 1):
            if receiver.canonical == BOTO_SESSION and callee.name in {"client", "resource", "create_client"}:
                yield from _service("resource" if callee.name == "resource" else "client", call)
            else:
                yield from self._method_of(receiver, callee.name)

    def _method_of(self, receiver: ObjectType, method: str) -> Iterator[ObjectType]:
        if receiver.catalogue == "boto3":
            service = (receiver.resource_service or "").partition(".")[0]
            if service == "s3" and method in _S3_RESOURCES:
                yield ObjectType(f"{_RESOURCE}{service}.{_S3_RESOURCES[method]}", "boto3")
            return
        for (owner, name), returned in _RETURNS.items():
            if name == method and receiver.is_a(owner):
                yield receiver if returned == _SELF else _known(returned)
                return
        if method.startswith(_FLUENT[0:2]) or (is_core_resource(receiver) and method in _FLUENT):
            yield receiver

    def _attribute(self, value: Attribute, depth: int) -> Iterator[ObjectType]:
        for receiver in self.of(value.base, depth - 1):
            for (owner, name), found in _ATTRIBUTES.items():
                if name == value.name and receiver.is_a(owner):
                    yield _known(found)
        if value.name == "client" and isinstance(value.base, Attribute) and value.base.name == "meta":
            for receiver in self.of(value.base.base, depth - 1):
                if receiver.resource_service is not None:
                    yield ObjectType(f"{_CLIENT}{receiver.resource_service.partition('.')[0]}", "boto3")
        if value.name == "sagemaker_client":
            yield ObjectType(f"{_CLIENT}sagemaker", "boto3")


def is_core_resource(receiver: ObjectType) -> bool:
    """Whether a class is one of the generated resources with ``create`` and ``get``."""
    return receiver.canonical.startswith(("sagemaker.core.resources.", "sagemaker_core.main.resources."))


def _known(canonical: str) -> ObjectType:
    if canonical.startswith("boto3."):
        return ObjectType(canonical, "boto3")
    return ObjectType(
        canonical, "v3" if load("v3").is_class(canonical) and not load("v2").is_class(canonical) else "v2"
    )


def _service(kind: str, call: Call) -> Iterator[ObjectType]:
    for argument in call.arguments:
        if argument.keyword in {None, "service_name"} and not argument.star:
            for option in options(argument.value):
                if isinstance(option, Known) and isinstance(option.value, str):
                    yield ObjectType(f"boto3.{kind}:{option.value}", "boto3")
            return


def operation_on_unknown(call: Call) -> str | None:
    """The SageMaker operation of a call on an object nobody knows, where its keywords leave no other reading.

    ``client.create_endpoint_config(EndpointConfigName=..., ProductionVariants=...)`` on a parameter: the method is an
    operation of the service and each of its CamelCase keywords is a member of that operation's request.
    """
    callee = call.callee
    if not isinstance(callee, Attribute) or not isinstance(callee.base, Unknown | Parameter | Attribute | Item):
        return None
    operation = load_boto3().operation("sagemaker", callee.name)
    if operation is None or not callee.name.startswith("create_"):
        return None
    members = operation.input.members if operation.input is not None else {}
    keywords = [argument.keyword for argument in call.arguments if argument.keyword is not None]
    if any(argument.keyword is None and not argument.star for argument in call.arguments):
        return None
    if keywords:
        return callee.name if all(keyword in members for keyword in keywords) else None
    return callee.name if any(argument.star == "**" for argument in call.arguments) else None


__all__ = ["BOTO_SESSION", "ObjectType", "SdkName", "Types", "is_core_resource", "operation_on_unknown"]

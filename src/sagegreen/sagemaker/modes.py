"""Settings that follow from others: local mode, and how an endpoint serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.forms import EVERY
from sagegreen.sagemaker.settings import Setting, State, absent, derived
from sagegreen.semantics.values import Absent, Attribute, Known, Result, Symbol, Value, options, same

if TYPE_CHECKING:
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_LOCAL_SESSIONS = (
    "sagemaker.local.local_session.LocalSession",
    "sagemaker.workflow.pipeline_context.LocalPipelineSession",
    "sagemaker.core.local.local_session.LocalSession",
    "sagemaker.core.workflow.pipeline_context.LocalPipelineSession",
)

#: Where stand-ins come from that call nothing at AWS.
_MOCKS = ("unittest.mock.", "mock.")

#: Members of the enumeration ``Mode`` of ``sagemaker.serve``.
_LOCAL_MODES, _ENDPOINT_MODE = frozenset({"LOCAL_CONTAINER", "IN_PROCESS"}), "SAGEMAKER_ENDPOINT"

_CONTAINER_MODES = (("PrimaryContainer", "Mode"), ("Containers", EVERY, "Mode"))
_CORE_CONTAINER_MODES = (("primary_container", "mode"), ("containers", EVERY, "mode"))
_DEEPEST = 8

REAL_TIME, SERVERLESS, ASYNCHRONOUS, MULTI_MODEL = "real-time", "serverless", "asynchronous", "multi-model"


def is_local_type(value: Scalar) -> bool:
    """Whether an instance type is the machine that runs the program."""
    return value in {"local", "local_gpu"}


def add_derived_settings(resource: Resource) -> None:
    """Add ``local`` to everything that can be local, and ``mode`` to endpoints."""
    settings = dict(resource.settings)
    settings["local"] = _local(resource)
    if resource.kind == "endpoint":
        settings["mode"] = mode = _mode(resource)
        given = any("instance_type" in entry.arguments for entry in resource.bound)
        if mode.constant == SERVERLESS and "instance_type" in resource.form.fallback and not given:
            settings["instance_type"] = absent("instance_type")
    resource.settings = settings


def _local(resource: Resource) -> Setting:
    instance_type = resource.instance_type
    if resource.kind in {"endpoint", "transform_job"} and not instance_type.certainly(is_local_type):
        made = [source for source in resource.sources if source.kind == "training_job"]
        if made and all(_is_local_session(source) for source in made):
            return derived("local", value=True)
    if _is_local_session(resource):
        return derived("local", value=True)
    if resource.kind == "endpoint" and not resource.setting("builder_mode").is_absent:
        return _local_builder(resource.setting("builder_mode"))
    mode = resource.setting("training_mode")
    if mode.certainly(lambda value: "LOCAL" in str(value).upper()):
        return derived("local", value=True)
    if instance_type.state in {State.KNOWN, State.ONE_OF}:
        found = {is_local_type(value) for value in instance_type.values}
        if len(found) == 2:
            return Setting("local", State.ONE_OF, (False, True))
        return derived("local", value=found == {True})
    if instance_type.is_unknown and is_local_type(instance_type.default):
        return Setting("local", State.UNKNOWN)
    return derived("local", value=False)


def _local_builder(mode: Setting) -> Setting:
    """``ModelBuilder(mode=Mode.LOCAL_CONTAINER)`` and ``IN_PROCESS`` serve on the machine itself."""
    found: set[bool | None] = set()
    for option in options(mode.value) if mode.value is not None else ():
        name = option.path if isinstance(option, Symbol) else option.value if isinstance(option, Known) else None
        member = str(name).rpartition(".")[2].upper() if name is not None else ""
        found.add(member in _LOCAL_MODES if member in {*_LOCAL_MODES, _ENDPOINT_MODE} else None)
    if found in ({True}, {False}):
        return derived("local", value=True in found)
    return Setting("local", State.UNKNOWN) if None in found else Setting("local", State.ONE_OF, (False, True))


def _is_local_session(resource: Resource) -> bool:
    value = resource.setting("session").value
    if value is None:
        return False
    if all(map(_is_mock, options(value))):
        return True
    found = [resource.program.types.of(option) for option in options(value)]
    return bool(found) and all(
        any(kind.is_a(local) for local in _LOCAL_SESSIONS for kind in kinds) if kinds else False for kinds in found
    )


def _is_mock(value: Value) -> bool:
    return isinstance(value, Result) and all(
        isinstance(callee, Symbol) and callee.path.startswith(_MOCKS) for callee in options(value.call.callee)
    )


def _mode(resource: Resource) -> Setting:
    if resource.is_a("sagemaker.multidatamodel.MultiDataModel"):
        return Setting("mode", State.KNOWN, (MULTI_MODEL,))
    if resource.form.method == "create_endpoint" or resource.target.endswith("resources.Endpoint.create"):
        # the configuration decides, and where the program makes that too the endpoint is reported there
        return Setting("mode", State.UNKNOWN)
    found: list[str] = []
    for name, mode in (("serverless", SERVERLESS), ("asynchronous", ASYNCHRONOUS), ("inference_config", "")):
        setting = resource.setting(name)
        if setting.is_absent or setting.value is None:
            continue
        present = _presence(setting.value)
        if present is None:
            return Setting("mode", State.UNKNOWN)
        if mode and True in present:
            found.append(mode)
        if False in present:
            found.append(REAL_TIME)
        if not mode:
            configured = _configured(resource, setting.value)
            if True in present and not configured:
                return Setting("mode", State.UNKNOWN)
            found.extend(configured)
    if resource.is_open and not found:
        return Setting("mode", State.UNKNOWN)
    if not found and _serves_many_models(resource):
        found.append(MULTI_MODEL)
    modes = tuple(dict.fromkeys(found or [REAL_TIME]))
    return Setting("mode", State.KNOWN if len(modes) == 1 else State.ONE_OF, modes)


def _serves_many_models(resource: Resource) -> bool:
    """Whether the model of an endpoint configuration is one that the program creates as a multi-model container."""
    reader = resource.program.reader
    value = resource.setting("model_name").value
    names = [reader.constant(option, _DEEPEST) for option in options(value)] if value is not None else []
    return bool(names) and any(same(one, other) for other in resource.program.once(_multi_models) for one in names)


def _multi_models(program: Program) -> list[Value]:
    """The names of the models that a program creates as multi-model containers."""
    reader = program.reader
    multi: list[Value] = []
    for call in program.calls_of("create_model", "create"):
        callees = options(call.callee)
        if any(isinstance(callee, Attribute) and callee.name == "create_model" for callee in callees):
            bound: BoundCall | None = bind_keywords(call)
            own_name, modes = "ModelName", _CONTAINER_MODES
        elif any(isinstance(callee, Symbol) and callee.path.endswith("resources.Model.create") for callee in callees):
            bound = reader.constructed(call)
            own_name, modes = "model_name", _CORE_CONTAINER_MODES
        else:
            continue
        if bound is None or own_name not in bound.arguments:
            continue
        own = [reader.constant(option, _DEEPEST) for option in options(bound.arguments[own_name].value)]
        found = [
            reader.constant(option, _DEEPEST) for path in modes for option in options(reader.find(bound, path).value)
        ]
        if any(isinstance(mode, Known) and mode.value == "MultiModel" for mode in found):
            multi += own
    return multi


def _presence(value: Value) -> set[bool] | None:
    found: set[bool] = set()
    for option in options(value):
        if isinstance(option, Absent):
            found.add(False)
        elif isinstance(option, Known):
            found.add(option.value is not None and option.value is not False)
        elif isinstance(option, Result | Attribute) or hasattr(option, "entries"):
            found.add(True)
        else:
            return None
    return found


def _configured(resource: Resource, value: Value) -> list[str]:
    """The mode that an ``inference_config=`` object stands for (v3)."""
    modes = {
        "ServerlessInferenceConfig": SERVERLESS,
        "AsyncInferenceConfig": ASYNCHRONOUS,
        "ResourceRequirements": REAL_TIME,
    }
    found: list[str] = []
    for kind in resource.program.types.of(value):
        mode = modes.get(kind.canonical.rpartition(".")[2])
        if mode is not None:
            found.append(mode)
    return found

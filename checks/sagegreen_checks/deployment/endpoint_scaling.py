"""What may be done to a real-time endpoint that idles, as fixes: scaling, another mode, deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_statements, quote_of
from sagegreen.documents.listing import sheet_of
from sagegreen.sagemaker.handles import (
    ClientCode,
    Handle,
    client_code,
    creation_of,
    free_name,
    handle_of,
    is_bound_once,
)
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.modes import MULTI_MODEL
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import Attribute, Elements, Known, Result, Symbol, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Scalar, Value

_SERVERLESS_V2 = Code("{ServerlessInferenceConfig}()", (("sagemaker.serverless", "ServerlessInferenceConfig"),))
_SERVERLESS_V3 = Code(
    "{ServerlessInferenceConfig}()", (("sagemaker.core.inference_config", "ServerlessInferenceConfig"),)
)
_ASYNCHRONOUS_V2 = Code("{AsyncInferenceConfig}()", (("sagemaker.async_inference", "AsyncInferenceConfig"),))
#: Arguments of a model or estimator that a serverless endpoint cannot have.
_NOT_SERVERLESS = ("vpc_config", "subnets", "security_group_ids", "enable_network_isolation", "vpc_config_override")
_JUMPSTART = ("sagemaker.jumpstart.model.JumpStartModel", "sagemaker.jumpstart.estimator.JumpStartEstimator")
#: ``deploy`` of these takes neither a serverless nor an asynchronous configuration.
_REAL_TIME_ONLY = (
    "sagemaker.pipeline.PipelineModel",
    "sagemaker.multidatamodel.MultiDataModel",
    "sagemaker.automl.automl.AutoML",
    "sagemaker.automl.automlv2.AutoMLV2",
)


def alternatives(endpoint: Resource) -> list[Fix]:
    """The fixes of an endpoint that nothing scales in, those first that its instance type and model allow.

    Where the preferred one cannot be written the others are only shown: that the code leaves no place for a scaling
    policy does not make another mode, or the end of the endpoint, the right thing to do unattended.
    """
    preferred, *others = _fixes(endpoint)
    if not preferred.edits:
        others = [Fix.advice(fix.title, fix.edits) for fix in others]
    return [preferred, *others]


def _fixes(endpoint: Resource) -> Iterator[Fix]:
    handle = handle_of(endpoint)
    if is_made_of_components(endpoint):
        yield Fix.advice(
            "Scale the copies of the inference components to zero: a scaling policy on "
            "`sagemaker:inference-component:DesiredCopyCount` with `MinCapacity=0`, and `MinInstanceCount` 0"
        )
    else:
        if not endpoint.instance_type.possibly(is_burstable):
            yield _auto_scaling(endpoint, handle)
        if _may_be_serverless(endpoint):
            yield _serverless(endpoint)
        if _may_be_asynchronous(endpoint):
            yield _asynchronous(endpoint)
    yield _deletion(endpoint, handle)


def is_burstable(instance_type: Scalar) -> bool:
    """Whether an instance type earns credits while it idles; these cannot be scaled automatically."""
    return isinstance(instance_type, str) and instance_type.startswith(("ml.t2.", "ml.t3.", "ml.t4g."))


def is_made_of_components(endpoint: Resource) -> bool:
    """Whether the endpoint's variant holds no model of its own but inference components."""
    if not endpoint.setting("managed_scaling").is_absent or _gives_component(endpoint):
        return True
    kind = endpoint.setting("endpoint_type").value
    if kind is not None and any(map(_names_components, options(kind))):
        return True
    return not endpoint.setting("execution_role").is_absent and endpoint.setting("model_name").is_absent


def _gives_component(endpoint: Resource) -> bool:
    """Version 3: a name for the component, or what it requires."""
    config = endpoint.setting("inference_config").value
    kinds = endpoint.program.types.of(config) if config is not None else ()
    return "inference_component_name" in endpoint.bound[0].arguments or any(
        kind.canonical.endswith(".ResourceRequirements") for kind in kinds
    )


def _names_components(value: Value) -> bool:
    """``EndpointType.INFERENCE_COMPONENT_BASED``, from whichever module it is imported."""
    name = value.path if isinstance(value, Symbol) else value.name if isinstance(value, Attribute) else ""
    return name.endswith("INFERENCE_COMPONENT_BASED")


# -- auto scaling -----------------------------------------------------------------------------------


def _auto_scaling(endpoint: Resource, handle: Handle | None) -> Fix:
    count = _count(endpoint)
    limit = f"{2 * count} instances (twice the initial count)" if isinstance(count, int) else "twice the initial count"
    title = (
        f"Scale the endpoint automatically between 1 and {limit}, at 70 invocations per instance and minute, the value "
        "of AWS's example: measure what yours can take"
    )
    if handle is None or handle.name is None or count is None or not _is_waited_for(endpoint):
        return Fix.advice(title)
    client = client_code(endpoint.program, handle.cell, handle.statement, "application-autoscaling")
    variant = _variant(endpoint)
    if client is None or variant is None:
        return Fix.advice(title)
    most = str(2 * count) if isinstance(count, int) else f"2 * {count}"
    lines = [*_wait(endpoint, handle), *_scaling_lines(endpoint, handle, client, variant, most)]
    return Fix.unsafe(title, _after(endpoint, handle, lines, client.edits))


def _scaling_lines(endpoint: Resource, handle: Handle, client: ClientCode, variant: str, most: str) -> list[str]:
    scaling = free_name(endpoint.program, "autoscaling")
    target = free_name(endpoint.program, "scaled_variant")
    assert handle.name is not None  # noqa: S101 - the caller has looked
    return [
        f"{scaling} = {client.code}",
        f"{target} = {{",
        '    "ServiceNamespace": "sagemaker",',
        f'    "ResourceId": {joined("endpoint/", handle.name, f"/variant/{variant}")},',
        '    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",',
        "}",
        f"{scaling}.register_scalable_target(**{target}, MinCapacity=1, MaxCapacity={most})",
        f"{scaling}.put_scaling_policy(",
        f"    **{target},",
        '    PolicyName="invocations-per-instance",',
        '    PolicyType="TargetTrackingScaling",',
        "    TargetTrackingScalingPolicyConfiguration={",
        '        "TargetValue": 70.0,',
        '        "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},',
        "    },",
        ")",
    ]


def _count(endpoint: Resource) -> int | str | None:
    """How many instances the endpoint starts with, or the variable that says so."""
    setting = endpoint.instance_count
    if setting.is_absent and endpoint.is_a(*_JUMPSTART):
        return 1  # `initial_instance_count or 1` in the SDK's jumpstart/factory/model.py
    count = setting.effective
    if isinstance(count, int) and not isinstance(count, bool):
        return count if count > 0 else None
    argument = setting.argument_value if endpoint.form.method == "deploy" else None
    return argument.node.value if argument is not None and isinstance(argument.node, cst.Name) else None


def joined(head: str, code: str, tail: str = "") -> str:
    """Code for a text around the value of an expression: a name, an attribute or a plain string literal."""
    if code.isidentifier() or ("." in code and code.replace(".", "").isidentifier()):
        return f'f"{head}{{{code}}}{tail}"'
    literal = cst.parse_expression(code)
    value = literal.evaluated_value if isinstance(literal, cst.SimpleString) else None
    return f'"{head}{value}{tail}"' if isinstance(value, str) else f'"{head}" + {code} + "{tail}"'


def _variant(endpoint: Resource) -> str | None:
    """The name of the only variant."""
    if endpoint.api in {"boto3", "v3core"}:
        variants = endpoint.setting("variants").value
        name = endpoint.setting("variant_name").constant
        only = isinstance(variants, Elements) and variants.complete and len(variants.items) == 1
        return name if only and isinstance(name, str) else None
    # what the SDK calls the variant of `deploy`, in every version
    return "AllTraffic" if endpoint.form.method == "deploy" else None


def _is_waited_for(endpoint: Resource) -> bool:
    """Whether `deploy` returns when the endpoint is in service; what creates it otherwise is waited for in the fix."""
    if endpoint.form.method != "deploy":
        return True
    waits = endpoint.bound[0].arguments.get("wait")
    return waits is None or (isinstance(waits.value, Known) and waits.value.value is True)


def _wait(endpoint: Resource, handle: Handle) -> list[str]:
    """An endpoint can be registered once it is in service."""
    if endpoint.api == "boto3" and handle.client is not None:
        return [f'{handle.client}.get_waiter("endpoint_in_service").wait(EndpointName={handle.name})']
    if endpoint.api == "v3core" and handle.variable is not None:
        return [f'{handle.variable}.wait_for_status("InService")']
    return []


# -- other modes ------------------------------------------------------------------------------------


def _may_be_serverless(endpoint: Resource) -> bool:
    return (
        endpoint.api not in {"v1", "v3core"}
        and endpoint.instance_type.certainly(_has_no_accelerator)
        and _is_one_model(endpoint)
        and endpoint.setting("data_capture").is_absent
        and not any(map(_Given(endpoint), _NOT_SERVERLESS))
    )


def _may_be_asynchronous(endpoint: Resource) -> bool:
    return endpoint.api != "v1" and _is_one_model(endpoint)


def _has_no_accelerator(instance_type: Scalar) -> bool:
    found = instance(instance_type) if isinstance(instance_type, str) else None
    return found is not None and found.accelerator is None


def _is_one_model(endpoint: Resource) -> bool:
    if endpoint.setting("mode").possibly(lambda mode: mode == MULTI_MODEL) or endpoint.is_a(*_REAL_TIME_ONLY):
        return False
    variants = endpoint.setting("variants").value
    return not isinstance(variants, Elements) or len(variants.items) == 1


class _Given:
    """Whether the deployment, or the model or estimator that is deployed, is given an argument."""

    def __init__(self, endpoint: Resource) -> None:
        self.bound = list(endpoint.bound)
        for entry in endpoint.bound:
            for callee in options(entry.call.callee):
                base = callee.base if isinstance(callee, Attribute) else None
                made = endpoint.program.reader.constructed(base.call) if isinstance(base, Result) else None
                if made is not None:
                    self.bound.append(made)

    def __call__(self, name: str) -> bool:
        return any(entry.open or name in entry.arguments for entry in self.bound)


def _serverless(endpoint: Resource) -> Fix:
    title = (
        "Make the endpoint serverless with the SDK's default size (2048 MB, 5 concurrent requests): it costs and draws "
        "nothing between requests, and starts cold after a pause"
    )
    written: dict[str, Writable] = {}
    if endpoint.api == "v2":
        written = {"serverless": _SERVERLESS_V2}
    elif endpoint.api == "v3":
        written = {"inference_config": _SERVERLESS_V3}
    else:
        return Fix.advice(
            "Make the endpoint serverless: `ServerlessConfig` with `MemorySizeInMB` and `MaxConcurrency` in the "
            "variant, in the place of `InstanceType` and `InitialInstanceCount`"
        )
    return Fix.unsafe(title, write_settings(endpoint, written))


def _asynchronous(endpoint: Resource) -> Fix:
    if endpoint.api == "v2":
        title = (
            "Make the endpoint asynchronous, with results in the default bucket; it can then be scaled to zero, and "
            "idles until a scaling policy does so"
        )
        return Fix.unsafe(title, write_settings(endpoint, {"asynchronous": _ASYNCHRONOUS_V2}))
    how = (
        "`inference_config=AsyncInferenceConfig(...)` and `invoke_async`"
        if endpoint.api == "v3"
        else (
            "`AsyncInferenceConfig` in the configuration and `invoke_endpoint_async`"
            if endpoint.api == "boto3"
            else "`async_inference_config` in the configuration and `invoke_async`"
        )
    )
    return Fix.advice(f"Make the endpoint asynchronous ({how}), and scale it to zero")


# -- deletion ---------------------------------------------------------------------------------------


def _deletion(endpoint: Resource, handle: Handle | None) -> Fix:
    program = endpoint.program
    where = "of the notebook" if program.module.cells[0].cell.index is not None else "of the script"
    title = f"Delete the endpoint at the end {where}"
    code = _deleting(endpoint, handle)
    last = next((cell for cell in reversed(program.module.cells) if cell.tree.body), None)
    if code is None or handle is None or last is None or not _is_used_later(endpoint):
        return Fix.advice(title)
    anchor = last.tree.body[-1]
    if not isinstance(anchor, cst.BaseStatement) or isinstance(anchor, cst.FunctionDef | cst.ClassDef):
        return Fix.advice(title)
    edit = insert_statements(
        last, anchor, [_styled(last, code, program.module.document.newline)], program.module.document.newline, "after"
    )
    return Fix.unsafe(title, (edit,) if edit is not None else None)


def _deleting(endpoint: Resource, handle: Handle | None) -> str | None:
    """The statement that deletes an endpoint, at the top level of its module."""
    if handle is None or not handle.at_top:
        return None
    names = [
        code for code in (handle.variable, handle.client, handle.name) if code is not None and code[0] not in "\"'"
    ]
    roots = {code.partition(".")[0] for code in names}
    if not all(is_bound_once(endpoint.program, name) for name in roots):
        return None
    if endpoint.api == "boto3":
        return f"{handle.client}.delete_endpoint(EndpointName={handle.name})" if handle.client and handle.name else None
    if handle.variable is None:
        return None
    return f"{handle.variable}.delete()" if endpoint.api in {"v3", "v3core"} else f"{handle.variable}.delete_endpoint()"


def _is_used_later(endpoint: Resource) -> bool:
    """Whether the program goes on to call the endpoint: one that ends with its creation means to keep it."""
    creation = creation_of(endpoint)
    return creation is not None and any(
        call.order > creation.call.order and not call.uncalled and _calls_endpoint(call, creation)
        for call in endpoint.program.trace.calls
    )


def _calls_endpoint(call: Call, creation: Resource) -> bool:
    for callee in options(call.callee):
        if not isinstance(callee, Attribute):
            continue
        if callee.name in {"invoke_endpoint", "invoke_endpoint_with_response_stream"}:
            return True
        if isinstance(callee.base, Result) and any(callee.base.call is made for made in creation.calls):
            return callee.name.startswith(("predict", "invoke"))
    return False


# -- writing ----------------------------------------------------------------------------------------


def _after(endpoint: Resource, handle: Handle, lines: list[str], imports: tuple[Edit, ...]) -> tuple[Edit, ...] | None:
    newline = endpoint.program.module.document.newline
    written = [_styled(handle.cell, line, newline) for line in lines]
    edit = insert_statements(handle.cell, handle.statement, written, newline, "after")
    return (*imports, edit) if edit is not None else None


def _styled(cell: ParsedCell, line: str, newline: str) -> str:
    """A line of code in the quotes and with the indentation of its cell."""
    unit = sheet_of(cell, newline).unit
    depth = (len(line) - len(line.lstrip(" "))) // 4
    code = line.lstrip(" ")
    return unit * depth + (code.replace('"', "'") if quote_of(cell) == "'" and "'" not in code else code)

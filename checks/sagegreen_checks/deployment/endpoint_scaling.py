"""What may be done to a real-time endpoint that idles, as fixes: scaling, another mode, deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_statements
from sagegreen.sagemaker.handles import (
    Handle,
    creation_of,
    handle_of,
    is_bound_once,
)
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import Attribute, Result, Symbol, options
from sagegreen_checks.deployment.scaling_code import is_burstable, scaling_with_requests
from sagegreen_checks.deployment.serverless_code import is_one_model, may_be_serverless, serverless
from sagegreen_checks.deployment.statement_code import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Value

_ASYNCHRONOUS_V2 = Code("{AsyncInferenceConfig}()", (("sagemaker.async_inference", "AsyncInferenceConfig"),))


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
            yield scaling_with_requests(endpoint)
        if may_be_serverless(endpoint):
            yield serverless(endpoint)
        if _may_be_asynchronous(endpoint):
            yield _asynchronous(endpoint)
    yield _deletion(endpoint, handle)


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


# -- other modes ------------------------------------------------------------------------------------


def _may_be_asynchronous(endpoint: Resource) -> bool:
    return endpoint.api != "v1" and is_one_model(endpoint)


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
        last, anchor, [styled(last, code, program.module.document.newline)], program.module.document.newline, "after"
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

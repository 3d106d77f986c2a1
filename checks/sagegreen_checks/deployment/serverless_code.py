"""Where an endpoint may be serverless, and the code that makes it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import remove_item, replace_node, string
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.modes import MULTI_MODEL
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import Attribute, Elements, Mapped, Result, options

if TYPE_CHECKING:
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_SERVERLESS_V2 = Code("{ServerlessInferenceConfig}()", (("sagemaker.serverless", "ServerlessInferenceConfig"),))
_SERVERLESS_V3 = Code(
    "{ServerlessInferenceConfig}()", (("sagemaker.core.inference_config", "ServerlessInferenceConfig"),)
)
#: Arguments of a model or estimator that a serverless endpoint cannot have.
_NOT_SERVERLESS = (
    "vpc_config",
    "vpc_config_override",
    "subnets",
    "security_group_ids",
    "enable_network_isolation",
    "explainer_config",
    "ExplainerConfig",
    "VpcConfig",
    "EnableNetworkIsolation",
    "accelerator_type",
    "update_endpoint",
    "shadow_production_variants",
    "ShadowProductionVariants",
)
#: The members of a variant that a serverless one may keep, and those that are replaced.
_SERVERLESS_MEMBERS = frozenset(
    {"VariantName", "ModelName", "InitialVariantWeight", "InstanceType", "InitialInstanceCount"}
)
#: ``deploy`` of these takes neither a serverless nor an asynchronous configuration.
_REAL_TIME_ONLY = (
    "sagemaker.pipeline.PipelineModel",
    "sagemaker.multidatamodel.MultiDataModel",
    "sagemaker.automl.automl.AutoML",
    "sagemaker.automl.automlv2.AutoMLV2",
)


def may_be_serverless(endpoint: Resource) -> bool:
    """Whether serverless serves it: an endpoint of one model on CPU, without network settings and data capture."""
    return (
        endpoint.api not in {"v1", "v3core"}
        and endpoint.instance_type.certainly(has_no_accelerator)
        and is_one_model(endpoint)
        and endpoint.setting("data_capture").is_absent
        and not any(map(_Given(endpoint), _NOT_SERVERLESS))
    )


def has_no_accelerator(instance_type: Scalar) -> bool:
    """Whether an instance type is one without GPU or other accelerator."""
    found = instance(instance_type) if isinstance(instance_type, str) else None
    return found is not None and found.accelerator is None


def is_one_model(endpoint: Resource) -> bool:
    """Whether an endpoint has one variant with one model in one container."""
    if endpoint.setting("mode").possibly(lambda mode: mode == MULTI_MODEL) or endpoint.is_a(*_REAL_TIME_ONLY):
        return False
    variants = endpoint.setting("variants").value
    # where the list is not complete a loop may have added any number
    return not isinstance(variants, Elements) or (len(variants.items) == 1 and variants.complete)


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


def serverless(endpoint: Resource) -> Fix:
    """The fix that makes an endpoint serverless."""
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
        return _serverless_variant(endpoint)
    return Fix.unsafe(title, write_settings(endpoint, written))


def _serverless_variant(endpoint: Resource) -> Fix:
    """The fix in a request: the size of the variant in the place of its instances."""
    title = (
        "Make the variant serverless with 2048 MB and 5 concurrent requests, the SDK's default size: it costs and "
        "draws "
        "nothing between requests, and starts cold after a pause"
    )
    variants = endpoint.setting("variants").value
    variant = variants.items[0] if isinstance(variants, Elements) and len(variants.items) == 1 else None
    origin = variant.origin if isinstance(variant, Mapped) else None
    if origin is None or not isinstance(origin.node, cst.Dict) or _is_foreign(endpoint, origin.cell):
        return Fix.advice(title)
    items = {
        element.key.evaluated_value: element
        for element in origin.node.elements
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString)
    }
    kind, count = items.get("InstanceType"), items.get("InitialInstanceCount")
    if kind is None or count is None or items.keys() - _SERVERLESS_MEMBERS or len(items) < len(origin.node.elements):
        return Fix.advice(title)
    removed = remove_item(origin.cell, origin.node, count)
    if removed is None:
        return Fix.advice(title)
    member, memory, most = (
        string(origin.cell, name) for name in ("ServerlessConfig", "MemorySizeInMB", "MaxConcurrency")
    )
    edits = (
        replace_node(origin.cell, kind.key, member),
        replace_node(origin.cell, kind.value, f"{{{memory}: 2048, {most}: 5}}"),
        *removed,
    )
    return Fix.unsafe(title, edits)


def _is_foreign(endpoint: Resource, cell: ParsedCell) -> bool:
    return not endpoint.program.owns(cell)

"""Where an endpoint may be serverless, and the code that makes it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.modes import MULTI_MODEL
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import Attribute, Elements, Result, options

if TYPE_CHECKING:
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

_SERVERLESS_V2 = Code("{ServerlessInferenceConfig}()", (("sagemaker.serverless", "ServerlessInferenceConfig"),))
_SERVERLESS_V3 = Code(
    "{ServerlessInferenceConfig}()", (("sagemaker.core.inference_config", "ServerlessInferenceConfig"),)
)
#: Arguments of a model or estimator that a serverless endpoint cannot have.
_NOT_SERVERLESS = ("vpc_config", "subnets", "security_group_ids", "enable_network_isolation", "vpc_config_override")
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
        return Fix.advice(
            "Make the endpoint serverless: `ServerlessConfig` with `MemorySizeInMB` and `MaxConcurrency` in the "
            "variant, in the place of `InstanceType` and `InitialInstanceCount`"
        )
    return Fix.unsafe(title, write_settings(endpoint, written))

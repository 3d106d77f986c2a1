"""SG413: a server of large models that leaves GPUs of its instance unused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_arguments, insert_items, string
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import replace
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.sagemaker.serving import ServedContainer, served_by
from sagegreen.semantics.values import Absent, Known, Mapped, Result
from sagegreen_checks.deployment.large_model_containers import Served, server_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_BUILDERS = ("sagemaker.serve.model_builder.ModelBuilder", "sagemaker.serve.builder.model_builder.ModelBuilder")
_JUMPSTART = ("sagemaker.jumpstart.model.JumpStartModel", "sagemaker.jumpstart.estimator.JumpStartEstimator")
#: Where a deployment states what each copy of an inference component needs.
_REQUIREMENTS = (("resources", "requests", "num_accelerators"), ("inference_config", "requests", "num_accelerators"))
_DEVICES = frozenset({"CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "SHARDED"})
_DEEPEST = 8
#: ``model.env["SM_NUM_GPUS"] = "4"``; ``os.environ`` is another thing.
_LATER = re.compile(r"\.(?:env|env_vars|environment)\s*(?:\[[^\]]+\]\s*=|\.update\(|\|=|=(?!=))")


@dataclass(frozen=True, slots=True)
class _Degree:
    """How many GPUs an environment asks for: ``None`` where it says nothing, with the literal where it is one."""

    number: int | None
    place: Place | None = None


class NoTensorParallelism(Check):
    """A container that serves a large model on several GPUs is not told to use more than one.

    ## What it does

    Reports a container for large models whose environment sets no degree of parallelism, or one below the number of
    GPUs that it gets, on an instance (or in copies of an inference component) with several GPUs:

    - Text Generation Inference before 3.3.1 without `SM_NUM_GPUS`: it counts `NVIDIA_VISIBLE_DEVICES=all` as one
      device;
    - AWS's vLLM container without `SM_VLLM_TENSOR_PARALLEL_SIZE` (nor pipeline or data parallelism);
    - AWS's SGLang container without `SM_SGLANG_TENSOR_PARALLEL_SIZE` or one of its short forms.

    Containers that choose by themselves are left alone where nothing is set: newer Text Generation Inference, NIM, and
    LMI (DJL Serving), which since 0.25 takes all GPUs and before that put a copy of the model on each. So are JumpStart
    models and `ModelBuilder(model=...)`, for which the SDK fills the number in, and inference components that ask for
    one accelerator per copy: there the other GPUs hold other copies. Text Generation Inference is left alone in every
    inference component that does not set the number: the platform may list the devices of each copy, and those it
    counts.

    ## Why it wastes

    The model runs on one GPU; the others are reserved, powered and billed for nothing. Spread over all of them it
    answers sooner and fits larger batches, or it fits an instance with fewer GPUs. The guidance recommends tensor
    parallelism for large models; it gives no figure.

    ## Example

    ```python
    from sagemaker.huggingface import HuggingFaceModel, get_huggingface_llm_image_uri

    model = HuggingFaceModel(
        image_uri=get_huggingface_llm_image_uri("huggingface", version="2.3.1"),
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        env={"HF_MODEL_ID": "tiiuae/falcon-40b-instruct"},
    )
    model.deploy(initial_instance_count=1, instance_type="ml.g5.12xlarge", endpoint_name="falcon")
    ```

    ## Use instead

    ```python
    from sagemaker.huggingface import HuggingFaceModel, get_huggingface_llm_image_uri

    model = HuggingFaceModel(
        image_uri=get_huggingface_llm_image_uri("huggingface", version="2.3.1"),
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        env={"HF_MODEL_ID": "tiiuae/falcon-40b-instruct", "SM_NUM_GPUS": "4"},
    )
    model.deploy(initial_instance_count=1, instance_type="ml.g5.12xlarge", endpoint_name="falcon")
    ```

    ## Fix safety

    The fix is unsafe: it sets the degree to the number of GPUs in the model's environment. The number of attention
    heads must be divisible by it, and a quantised model may need a smaller one. Where the environment cannot be
    followed, nothing is written.

    ## What it cannot see

    Settings in the model's own files, images of one's own, and whether the model would fit an instance with one GPU,
    which is better still where it does.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Deploy LLMs with Text Generation Inference on SageMaker](https://huggingface.co/docs/text-generation-inference/en/reference/launcher)
    - [Text Generation Inference 3230: count GPUs if NVIDIA_VISIBLE_DEVICES is all](https://github.com/huggingface/text-generation-inference/pull/3230)
    - [vLLM containers of AWS](https://github.com/aws/deep-learning-containers/blob/master/docs/vllm/configuration.md)
    - [Defaults of LMI](https://github.com/deepjavalibrary/djl-serving/blob/master/wlm/src/main/java/ai/djl/serving/wlm/LmiConfigRecommender.java)
    - [Guidance for optimizing deep learning workloads for sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG413"
    name: ClassVar[str] = "no-tensor-parallelism"
    practices: ClassVar[tuple[str, ...]] = ("tensor-parallelism",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for resource in program.of_kind("endpoint", "inference_component"):
            gpus = _gpus(resource)
            for container in served_by(resource) if gpus is not None else ():
                served = server_of(resource, container.image) if not isinstance(container.image, Absent) else None
                degree = _degree(resource, container, served) if served is not None else None
                if gpus is not None and degree is not None and (degree.number or 1) >= gpus:
                    yield self.followed(resource.place, f"the model is spread over {gpus} GPUs")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each model once, with every endpoint that serves it in mind."""
        found: dict[int, list[tuple[Resource, ServedContainer, int]]] = {}
        for resource in program.of_kind("endpoint", "inference_component"):
            gpus = _gpus(resource)
            if gpus is None:
                continue
            for container in served_by(resource):
                found.setdefault(id(container.bound.call), []).append((resource, container, gpus))
        for uses in found.values():
            resource, container, _ = uses[0]
            smallest = min(gpus for _, _, gpus in uses)
            finding = self._judged(resource, container, smallest)
            if finding is not None:
                yield finding

    def _judged(self, resource: Resource, container: ServedContainer, gpus: int) -> Finding | None:
        if container.open or container.is_a(*_JUMPSTART) or isinstance(container.image, Absent):
            return None
        if container.is_a(*_BUILDERS) and {"model", "inference_spec"} & container.bound.arguments.keys():
            return None
        served = server_of(resource, container.image)
        degree = _degree(resource, container, served) if served is not None else None
        if served is None or degree is None or (degree.number or 1) >= gpus:
            return None
        if degree.number is None and (served.chooses is not False or (served.server.listed and _in_copies(resource))):
            return None
        if degree.number is None and _is_told_later(resource, served):
            return None
        place = degree.place or callee_of(container.bound.call.cell, container.bound.call.node)
        message, fix = _message(resource, served, degree, gpus), _fix(resource, container, served, degree, gpus)
        if not _is_here(resource, place.parsed_cell):
            place, fix = resource.place, Fix.advice(f"{fix.title}, in the file that describes the model")
        return self.finding(place, message, fix)


def _gpus(resource: Resource) -> int | None:
    """The number of GPUs that each copy of the model gets, where it is certainly more than one."""
    if resource.local.constant is True or resource.setting("mode").constant == "serverless":
        return None
    if resource.kind == "inference_component":
        return _several(resource.setting("accelerators").constant)
    for path in _REQUIREMENTS:
        if path[0] in resource.bound[0].arguments and not _is_none(resource.bound[0].arguments[path[0]].value):
            value = resource.program.reader.find(resource.bound[0], path).value
            return _several(value.value if isinstance(value, Known) else None)
    if not resource.setting("endpoint_type").is_absent:
        return None
    machines = [instance(value) if isinstance(value, str) else None for value in resource.instance_type.values]
    counts = [
        machine.accelerator_count
        for machine in machines
        if machine is not None and machine.accelerator is not None and machine.accelerator.startswith("NVIDIA")
    ]
    return _several(min(counts)) if counts and len(counts) == len(machines) else None


def _is_told_later(resource: Resource, served: Served) -> bool:
    """Whether the program writes one of the variables into the environment of a model that exists already."""
    program = resource.program
    return program.mentions(_LATER) and any(map(program.mentions, served.server.variables))


def _in_copies(resource: Resource) -> bool:
    """Whether the platform hands the GPUs of an instance out to copies of inference components."""
    arguments = resource.bound[0].arguments
    return resource.kind == "inference_component" or any(path[0] in arguments for path in _REQUIREMENTS)


def _several(number: object) -> int | None:
    whole = int(number) if isinstance(number, int | float) and not isinstance(number, bool) else 0
    return whole if whole > 1 else None


def _is_none(value: Value) -> bool:
    return isinstance(value, Absent) or (isinstance(value, Known) and value.value is None)


# -- the environment --------------------------------------------------------------------------------


def _degree(resource: Resource, container: ServedContainer, served: Served) -> _Degree | None:
    """What the environment says; ``None`` where that cannot be told."""
    environment = container.environment
    if _is_none(environment):
        return _Degree(None)
    if not isinstance(environment, Mapped) or not environment.complete or _DEVICES & environment.entries.keys():
        return None
    numbers: list[int] = []
    place: Place | None = None
    for name in served.server.variables:
        entry = environment.entries.get(name)
        if entry is None:
            continue
        value = resource.program.reader.constant(entry.value, _DEEPEST)
        number = _number(value.value) if isinstance(value, Known) else None
        if number is None:
            return None
        numbers.append(number)
        if isinstance(value, Known) and value.origin is not None and name == served.server.written:
            place = Place(value.origin.cell, value.origin.node)
    return _Degree(prod(numbers) if numbers else None, place if len(numbers) == 1 else None)


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None


# -- words and the fix ------------------------------------------------------------------------------


def _message(resource: Resource, served: Served, degree: _Degree, gpus: int) -> str:
    server, kind = served.server, resource.instance_type.constant
    where = f"`{kind}` has {gpus} GPUs" if isinstance(kind, str) else f"Each copy gets {gpus} GPUs"
    if degree.number is None:
        told = f"nothing tells {server.name} to use them: without `{server.written}` it {server.alone}"
    else:
        told = f"the environment lets {server.name} use {degree.number} of them"
    rest = gpus - (degree.number or 1)
    others = "the other one draws" if rest == 1 else f"the other {rest} draw"
    return (
        f"{where}, and {told}; {others} power and {'is' if rest == 1 else 'are'} billed for nothing. Set "
        f"`{server.written}` to {gpus}, or take fewer GPUs if the model fits there"
    )


def _fix(resource: Resource, container: ServedContainer, served: Served, degree: _Degree, gpus: int) -> Fix:
    title = f"Set `{served.server.written}` to {gpus}, the number of GPUs"
    if degree.number is not None:
        return Fix.unsafe(title, _replaced(degree, gpus))
    return Fix.unsafe(title, _inserted(resource, container, served.server.written, gpus))


def _replaced(degree: _Degree, gpus: int) -> tuple[Edit, ...] | None:
    place = degree.place
    if place is None or not isinstance(place.node, cst.SimpleString | cst.Integer):
        return None
    is_text = isinstance(place.node, cst.SimpleString)
    return replace(place, string(place.parsed_cell, str(gpus)) if is_text else str(gpus))


def _inserted(resource: Resource, container: ServedContainer, variable: str, gpus: int) -> tuple[Edit, ...] | None:
    """Add the variable to the environment, or the environment to what describes the container."""
    newline = resource.program.module.document.newline
    environment = container.environment
    if isinstance(environment, Mapped):
        origin = environment.origin
        if origin is None or not isinstance(origin.node, cst.Dict) or not _is_here(resource, origin.cell):
            return None
        item = (string(origin.cell, variable), string(origin.cell, str(gpus)))
        return insert_items(origin.cell, origin.node, [item], newline)
    if not isinstance(environment, Absent):
        return None
    name = container.environment_path[-1]
    described = container.described
    if isinstance(described, Mapped):
        origin = described.origin
        if origin is None or not isinstance(origin.node, cst.Dict) or not _is_here(resource, origin.cell):
            return None
        items = [(string(origin.cell, name), _display(origin.cell, variable, gpus))]
        return insert_items(origin.cell, origin.node, items, newline)
    call = described.call if isinstance(described, Result) else container.bound.call
    if not isinstance(call.node, cst.Call) or not _is_here(resource, call.cell):
        return None
    return insert_arguments(call.cell, call.node, [(name, _display(call.cell, variable, gpus))], newline)


def _display(cell: ParsedCell, variable: str, gpus: int) -> str:
    return f"{{{string(cell, variable)}: {string(cell, str(gpus))}}}"


def _is_here(resource: Resource, cell: ParsedCell) -> bool:
    return resource.program.owns(cell)

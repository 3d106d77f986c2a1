"""Constructors of well-known architectures, and when what they return has random weights.

Sources: keras.io/api/applications (``weights`` is "imagenet" unless given), docs.pytorch.org/vision/stable/models.html
(``weights`` is ``None`` unless given; ``pretrained`` before torchvision 0.13), huggingface.co/docs/timm (``pretrained``
is ``False`` unless given), huggingface.co/docs/transformers (``from_config`` loads no weights).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sagegreen.semantics.values import Known, Result, Symbol, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

Library = Literal["keras", "torchvision", "timm", "transformers"]

_KERAS = re.compile(r"(?:tensorflow\.(?:\w+\.)*keras|keras|tf_keras)(?:\.\w+)*\.applications\.(?:\w+\.)?([A-Z]\w+)")
#: Classification only: detection and segmentation models start from a pretrained backbone unless told otherwise.
_TORCHVISION = re.compile(
    r"torchvision\.models\.(?:(?!detection|segmentation|video|optical_flow|quantization)\w+\.)?"
    r"((?:alexnet|convnext|densenet|efficientnet|googlenet|inception_v3|maxvit|mnasnet|mobilenet|regnet|resnet|resnext"
    r"|shufflenet|squeezenet|swin|vgg|vit|wide_resnet)\w*)"
)
_TIMM = re.compile(r"timm\.(?:\w+\.)*create_model")
_TRANSFORMERS = re.compile(r"transformers\.(?:\w+\.)*((?:TF|Flax)?AutoModel\w*)\.from_config")

#: Where a configuration of Transformers comes from that belongs to published weights.
CONFIGURATION = re.compile(r"transformers\.(?:\w+\.)*\w*Config\.from_pretrained")

#: (position, name) of what says which weights there are to be.
_KERAS_WEIGHTS = (1, "weights")
_PRETRAINED = {"torchvision": (0, "pretrained"), "timm": (1, "pretrained")}


@dataclass(frozen=True, slots=True)
class Construction:
    """One call that builds a well-known architecture.

    Attributes:
        call: the call.
        library: whose architecture.
        name: the architecture, as the code calls it.
        random: whether its weights are certainly random; ``None`` where that cannot be seen.
        argument: what says so; ``None`` where that is the library's default.
    """

    call: Call
    library: Library
    name: str
    random: bool | None
    argument: Argument | None = None


def constructions(calls: list[Call]) -> Iterator[Construction]:
    """The calls that build well-known architectures."""
    for call in calls:
        for callee in options(call.callee):
            if isinstance(callee, Symbol):
                found = _construction(call, callee.path)
                if found is not None:
                    yield found
                    break


def _construction(call: Call, path: str) -> Construction | None:
    if match := _KERAS.fullmatch(path):
        weights = argument_of(call, *_KERAS_WEIGHTS)
        return Construction(call, "keras", match[1], _says(call, weights, None, absent=False), weights)
    if match := _TORCHVISION.fullmatch(path):
        weights, pretrained = argument_of(call, None, "weights"), argument_of(call, *_PRETRAINED["torchvision"])
        if weights is not None:
            return Construction(call, "torchvision", match[1], _says(call, weights, None, absent=True), weights)
        return Construction(call, "torchvision", match[1], _says(call, pretrained, False, absent=True), pretrained)
    if _TIMM.fullmatch(path):
        pretrained = argument_of(call, *_PRETRAINED["timm"])
        name = argument_of(call, 0, "model_name")
        given = name.value.value if name is not None and isinstance(name.value, Known) else None
        if argument_of(call, None, "checkpoint_path") is not None or not isinstance(given, str):
            return None
        return Construction(call, "timm", given, _says(call, pretrained, False, absent=True), pretrained)
    if (match := _TRANSFORMERS.fullmatch(path)) and call.arguments and _is_published(call.arguments[0].value):
        return Construction(call, "transformers", match[1], random=True)
    return None


def _is_published(value: Value) -> bool:
    """Whether a configuration is that of a published model: sizes of one's own have no published weights."""
    return all(
        isinstance(option, Result)
        and any(
            isinstance(callee, Symbol) and CONFIGURATION.fullmatch(callee.path)
            for callee in options(option.call.callee)
        )
        for option in options(value)
    )


def argument_of(call: Call, position: int | None, name: str) -> Argument | None:
    """An argument by its name, or its place."""
    for index, argument in enumerate(call.arguments):
        if argument.keyword == name or (position is not None and index == position and not _is_named(argument)):
            return argument
    return None


def _is_named(argument: Argument) -> bool:
    return argument.keyword is not None or bool(argument.star)


def _says(call: Call, argument: Argument | None, random: object, *, absent: bool) -> bool | None:
    """Whether an argument says ``random``, or the default does where there is no argument."""
    if argument is None:
        return None if any(entry.star for entry in call.arguments) else absent
    known = [option.value for option in options(argument.value) if isinstance(option, Known)]
    if len(known) < len(options(argument.value)):
        return None
    if all(value is random for value in known):
        return True
    return None if any(value is random for value in known) else False

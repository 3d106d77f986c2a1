"""Containers that serve large models: which they are, how they are told how many GPUs to use, what they do untold.

The table ``large_model_containers.csv`` names its source in each row. LMI (DJL Serving) is not in it: since 0.25 it
takes all GPUs by itself, before that it was configured in the model's own files and put a copy on each GPU (source:
``LmiUtils.java`` and ``LmiConfigRecommender.java`` of deepjavalibrary/djl-serving); neither is NIM, which chooses a
profile for the GPUs that it finds.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.semantics.values import Joined, Known, Result, Symbol, Value, options
from sagegreen_checks.training.containers import at_least, parsed_version, retrieved_by

if TYPE_CHECKING:
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.resources import Resource

_IMAGE = re.compile(r"^(?P<registry>[^/]*)/(?P<repository>[\w.-]+):(?P<tag>[\w.?-]+)$")
_REGISTRY = re.compile(r"^(?:763104351884|\?|\d{12})\.dkr\.ecr\..+\.amazonaws\.com|^\?")
_LOOK_UP = "get_huggingface_llm_image_uri"


@dataclass(frozen=True, slots=True)
class Server:
    """A row of the table: a server of large models.

    Attributes:
        name: what people call it.
        framework: its name for ``image_uris.retrieve``, empty where it has none.
        repository: the repository of its image.
        version: finds its version in the image's tag; empty where that does not matter.
        variables: the environment variables that multiply to the number of GPUs it uses.
        written: the one to set.
        chooses_since: the first version that takes all GPUs by itself, where there is one.
        listed: whether it uses as many devices as the platform lists for its container by number.
        alone: what it does untold.
    """

    name: str
    framework: str
    repository: str
    version: str
    variables: tuple[str, ...]
    written: str
    chooses_since: tuple[int, ...] | None
    listed: bool
    alone: str


@dataclass(frozen=True, slots=True)
class Served:
    """A server in an image; ``chooses`` tells whether it takes all GPUs by itself, ``None`` where that is not known."""

    server: Server
    chooses: bool | None


@cache
def _servers() -> tuple[Server, ...]:
    path = Path(__file__).with_name("large_model_containers.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Server(
                row["server"],
                row["framework"],
                row["repository"],
                row["version"],
                tuple(row["variables"].split(";")),
                row["written"],
                parsed_version(row["chooses_since"]),
                row["listed"] == "yes",
                row["alone"],
            )
            for row in csv.DictReader(file)
        )


def server_of(resource: Resource, image: Value) -> Served | None:
    """The server of large models in an image; ``None`` for every other image."""
    found = [_server_of_one(resource, resource.program.reader.constant(option, 4)) for option in options(image)]
    first = found[0]
    if first is None or any(entry is None or entry.server.name != first.server.name for entry in found):
        return None
    choices = {entry.chooses for entry in found if entry is not None}
    return Served(first.server, choices.pop() if len(choices) == 1 else None)


def _server_of_one(resource: Resource, image: Value) -> Served | None:
    if isinstance(image, Result):
        return _looked_up(resource, image)
    parts = image.parts if isinstance(image, Joined) else (image,)
    text = "".join(part.value if isinstance(part, Known) and isinstance(part.value, str) else "?" for part in parts)
    found = _IMAGE.search(text)
    if found is None or not _REGISTRY.search(found["registry"]):
        return None
    for server in _servers():
        if server.repository == found["repository"]:
            version = re.search(server.version, found["tag"]) if server.version else None
            return Served(server, _chooses(server, version[1] if version is not None else None))
    return None


def _looked_up(resource: Resource, image: Result) -> Served | None:
    bound = retrieved_by(resource, image)
    named = "framework"
    if bound is None and any(
        isinstance(callee, Symbol) and callee.path.endswith(_LOOK_UP) for callee in options(image.call.callee)
    ):
        bound, named = resource.program.reader.constructed(image.call), "backend"
    if bound is None:
        return None
    name = _constant(resource, bound, named)
    framework = {"huggingface": "huggingface-llm"}.get(name or "", "") if named == "backend" else name
    for server in _servers():
        if server.framework and server.framework == framework:
            return Served(server, _chooses(server, _constant(resource, bound, "version")))
    return None


def _constant(resource: Resource, bound: BoundCall, name: str) -> str | None:
    argument = bound.arguments.get(name)
    value = resource.program.reader.constant(argument.value, 4) if argument is not None else None
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _chooses(server: Server, version: str | None) -> bool | None:
    if server.chooses_since is None:
        return False
    parsed = parsed_version(version) if version is not None else None
    return at_least(parsed, server.chooses_since) if parsed is not None else None

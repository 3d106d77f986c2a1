"""Where programs name a model of the Hugging Face Hub: library calls, environments of containers, hyperparameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.sagemaker.places import Place
from sagegreen.semantics.values import (
    Attribute,
    Elements,
    Known,
    Mapped,
    OneOf,
    Parameter,
    Symbol,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Argument, Call

_LIBRARY = re.compile(r"(?:transformers|diffusers|optimum|sentence_transformers|peft|trl)\.(?:\w+\.)*")
_LOADING = re.compile(_LIBRARY.pattern + r"(\w+)\.from_pretrained")
_TAKING = re.compile(_LIBRARY.pattern + r"(pipeline|SentenceTransformer|CrossEncoder)")
#: What belongs to a model and is loaded by the same name.
#: What a script that names a model for a library must hold.
LOADS_BY_NAME = re.compile(rb"from_pretrained|pipeline\(|SentenceTransformer|CrossEncoder|HF_MODEL_ID|OPTION_MODEL_ID")
_COMPANION = re.compile(r"Tokenizer|Config|Processor|Extractor|Scheduler")
#: Classes that find out themselves what kind of model a name stands for.
_ANY_KIND = re.compile(r"(?:TF|Flax)?Auto\w+|DiffusionPipeline")
#: Constructors and methods of the SDK that take the name of a model, and the parameter.
_OF_SDK = {"ModelBuilder": "model", "DJLModel": "model_id"}

#: Variables of the Hugging Face, TGI and LMI containers.
_VARIABLES = frozenset({"HF_MODEL_ID", "OPTION_MODEL_ID"})
#: How training scripts of Hugging Face call it on their command line.
_HYPERPARAMETERS = frozenset(
    {"model_name_or_path", "model_id", "model_name", "model_checkpoint", "pretrained_model_name_or_path"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """One place where a program names a model.

    Attributes:
        name: as written.
        place: the literal.
        primary: whether the model itself is loaded by it, not only a tokenizer or a configuration.
        any_kind: whether what takes the name can load models of another class.
        pinned: whether a revision of its repository is asked for as well.
        declared: whether it is only a default (of a command line, an environment variable, a parameter).
    """

    name: str
    place: Place
    primary: bool = True
    any_kind: bool = True
    pinned: bool = False
    declared: bool = False


def namings(program: Program) -> Iterator[Naming]:
    """Every place of a module where a literal names a model."""
    for call in program.trace.calls:
        if not (call.foreign or call.excluded):
            yield from _of_call(program, call)
    for job in program.of_kind("training_job", "tuning_job"):
        value = job.setting("hyperparameters").value
        for mapped in options(value) if value is not None else ():
            if isinstance(mapped, Mapped):
                yield from _of_entries(program, mapped, _HYPERPARAMETERS)


def _of_call(program: Program, call: Call) -> Iterator[Naming]:
    pinned = any(argument.keyword == "revision" for argument in call.arguments)
    for callee in options(call.callee):
        path = callee.path if isinstance(callee, Symbol) else ""
        if match := _LOADING.fullmatch(path):
            named = _argument(call, 0, "pretrained_model_name_or_path")
            primary, any_kind = not _COMPANION.search(match[1]), bool(_ANY_KIND.fullmatch(match[1]))
            yield from _of_argument(program, named, primary, any_kind, pinned)
        elif match := _TAKING.fullmatch(path):
            position, name = (1, "model") if match[1] == "pipeline" else (0, "model_name_or_path")
            yield from _of_argument(
                program, _argument(call, position, name), primary=True, any_kind=True, pinned=pinned
            )
        elif path.startswith("sagemaker") and (parameter := _OF_SDK.get(path.rpartition(".")[2])):
            yield from _of_argument(
                program, _argument(call, None, parameter), primary=True, any_kind=True, pinned=pinned
            )
        elif isinstance(callee, Attribute) and callee.name == "set_hyperparameters":
            for argument in call.arguments:
                if argument.keyword in _HYPERPARAMETERS:
                    yield from _of_argument(program, argument, primary=True, any_kind=True, pinned=False)
    for argument in call.arguments:
        yield from _of_environments(program, argument.value)


def _argument(call: Call, position: int | None, name: str) -> Argument | None:
    for index, argument in enumerate(call.arguments):
        if argument.keyword == name or (index == position and argument.keyword is None and not argument.star):
            return argument
    return None


def _of_argument(
    program: Program, argument: Argument | None, primary: bool, any_kind: bool, pinned: bool
) -> Iterator[Naming]:
    for literal in options(argument.value) if argument is not None else ():
        yield from _naming(program, literal, primary=primary, any_kind=any_kind, pinned=pinned)


def _of_environments(program: Program, value: Value) -> Iterator[Naming]:
    """The models that dictionaries in an argument give to a container."""
    if isinstance(value, OneOf | Elements):
        for part in value.options if isinstance(value, OneOf) else value.items:
            yield from _of_environments(program, part)
    elif isinstance(value, Mapped):
        yield from _of_entries(program, value, _VARIABLES)
        for entry in value.entries.values():
            yield from _of_environments(program, entry.value)


def _of_entries(program: Program, mapped: Mapped, keys: frozenset[str]) -> Iterator[Naming]:
    for key, entry in mapped.entries.items():
        if key in keys:
            for literal in options(entry.value):
                yield from _naming(program, literal)


def _naming(
    program: Program, literal: Value, *, primary: bool = True, any_kind: bool = True, pinned: bool = False
) -> Iterator[Naming]:
    source: Value | None = literal
    declared = False
    while isinstance(source, Parameter | Unknown):
        source, declared = source.default, True
    for option in options(source) if source is not None else ():
        origin = option.origin
        if not isinstance(option, Known) or not isinstance(option.value, str) or origin is None:
            continue
        if program.owns(origin.cell):
            place = Place(origin.cell, origin.node)
            yield Naming(option.value, place, primary, any_kind, pinned, declared)

"""The inputs of training and processing jobs, as the objects and requests around them describe them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import insert_arguments, insert_items, string
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.semantics.values import (
    ABSENT,
    Absent,
    Attribute,
    Elements,
    Item,
    Joined,
    Known,
    Mapped,
    Result,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Scalar

#: Parameters of the classes that describe inputs, by what they mean; every dialect's in one table.
_NAMES = ("channel_name", "ChannelName", "input_name", "InputName")
_SOURCES = (
    ("s3_data",),
    ("source",),
    ("data_source",),
    ("data_source", "s3_data_source", "s3_uri"),
    ("data_source", "s3_uri"),
    ("DataSource", "S3DataSource", "S3Uri"),
    ("s3_input", "s3_uri"),
    ("S3Input", "S3Uri"),
)
_MODES = (
    ("input_mode",),
    ("InputMode",),
    ("s3_input_mode",),
    ("s3_input", "s3_input_mode"),
    ("S3Input", "S3InputMode"),
)
_DISTRIBUTIONS = (
    ("distribution",),
    ("s3_data_distribution_type",),
    ("s3_input", "s3_data_distribution_type"),
    ("data_source", "s3_data_source", "s3_data_distribution_type"),
    ("data_source", "s3_data_distribution_type"),
    ("DataSource", "S3DataSource", "S3DataDistributionType"),
    ("S3Input", "S3DataDistributionType"),
)
_TYPES = (
    ("s3_data_type",),
    ("s3_input", "s3_data_type"),
    ("data_source", "s3_data_source", "s3_data_type"),
    ("data_source", "s3_data_type"),
    ("DataSource", "S3DataSource", "S3DataType"),
    ("S3Input", "S3DataType"),
)
#: Ends like a file's; a folder in the style of Hive (``year=2023``) does not.
_FILE_NAME = re.compile(
    r"[^/=]\.(?:csv|tsv|txt|jsonl?|parquet|npy|npz|pkl|h5|libsvm|svm|data|gz|tgz|zip|pbr|html?|xml|manifest|py)$"
)

_ELSEWHERE = ("FileSystemInput", "FileSystemDataSource", "FileSystemRecordSet", "DatasetDefinition", "RecordSet")


@dataclass(frozen=True, eq=False)
class Input:
    """One input of a job.

    Attributes:
        name: of the channel; ``None`` where it is not known.
        source: where the data lie.
        mode: how they reach the job; :data:`ABSENT` where the job decides.
        distribution: which part of them each instance gets, likewise.
        data_type: prefix or manifest, likewise.
        holder: the object or dictionary that describes it; a plain URI describes itself.
        place: where something missing is shown.
    """

    name: str | None
    source: Value
    mode: Value
    distribution: Value
    data_type: Value
    holder: Value
    place: Place | None

    @property
    def class_name(self) -> str:
        """The class of the object that describes it; empty for anything else."""
        callee = self.holder.call.callee if isinstance(self.holder, Result) else None
        return getattr(callee, "path", getattr(callee, "name", "")).rpartition(".")[2] if callee is not None else ""

    @property
    def is_in_s3(self) -> bool:
        """Whether the data certainly lie in S3 under a URI of their own."""
        return all(map(_is_uri, options(self.source)))

    @property
    def is_one_file(self) -> bool:
        """Whether the URI, or what is uploaded to it, is that of a single file."""
        return any(_FILE_NAME.search(part) for option in options(self.source) for part in text_of(option).split())

    @property
    def words(self) -> str:
        """The name, the URI and the container's path, as far as they are known, to tell data from models."""
        return " ".join((self.name or "", *map(text_of, options(self.source)), *_paths(self.holder)))

    def says(self, value: Value, wanted: Scalar) -> bool:
        """Whether a setting of it certainly is a constant."""
        return all(isinstance(option, Known) and option.value == wanted for option in options(value))


def inputs_of(job: Resource) -> list[Input] | None:
    """The inputs of a training or processing job over all its starts; ``None`` where one cannot be followed."""
    runs = runs_of(job)
    return None if None in runs else [entry for run in runs for entry in run or ()]


def runs_of(job: Resource) -> list[list[Input] | None]:
    """The inputs of each start of a job; ``None`` for a start whose inputs cannot be followed."""
    return [inputs_in(job, value) for value in _given(job)]


def inputs_in(job: Resource, value: Value) -> list[Input] | None:
    """The inputs that an argument of a start holds; ``None`` where they cannot be followed."""
    inputs = [entry for option in options(value) for entry in _inputs(job, option, None)]
    return None if None in inputs else [entry for entry in inputs if entry is not None]


def _given(job: Resource) -> Iterator[Value]:
    """What a job is started with, and what a tuner or a step starts it with."""
    if job.api in {"boto3", "v3core"}:
        names: tuple[str, ...] = ("InputDataConfig", "input_data_config", "ProcessingInputs", "processing_inputs")
        calls: list[Call] = []
    else:
        names = ("inputs", "input_data_config")
        calls = [*job.starts, *(call for user in job.users if user.kind == "tuning_job" for call in user.starts)]
    for call in calls:
        arguments = {argument.keyword: argument.value for argument in call.arguments if argument.keyword is not None}
        found = next((arguments[name] for name in names if name in arguments), None)
        first = next((part.value for part in call.arguments if part.keyword is None and not part.star), None)
        if found is not None:
            yield found
        elif first is not None and job.kind == "training_job":
            yield first
        elif any(argument.star for argument in call.arguments):
            yield Unknown()
    steps = [user for user in job.users if user.kind == "pipeline_step"]
    for entry in (*job.bound, *(bound for step in steps for bound in step.bound)):
        for name in names:
            if name in entry.arguments:
                yield entry.arguments[name].value


def _inputs(job: Resource, value: Value, name: str | None) -> Iterator[Input | None]:
    """The inputs in an argument; ``None`` for what cannot be followed."""
    for option in options(value):
        if isinstance(option, Absent) or (isinstance(option, Known) and option.value is None):
            continue
        if isinstance(option, Elements):
            if not option.complete and not option.alike:
                yield None
            for item in option.items:
                yield from _inputs(job, item, name)
        elif isinstance(option, Mapped) and not _describes(option):
            if not option.complete:
                yield None
            for key, entry in option.entries.items():
                yield from _inputs(job, entry.value, key if isinstance(key, str) else None)
        elif isinstance(option, Mapped) or (isinstance(option, Result) and _is_object(job, option)):
            yield _input(job, option, name)
        elif _is_uri(option):
            yield Input(name, option, ABSENT, ABSENT, ABSENT, option, None)
        else:
            yield None


def _describes(value: Mapped) -> bool:
    """Whether a dictionary is one input of a request, and not a table of them."""
    return any(isinstance(key, str) and key in {*_NAMES, "DataSource", "S3Input"} for key in value.entries)


def _is_object(job: Resource, value: Result) -> bool:
    bound = job.program.reader.constructed(value.call)
    return bound is not None and any(path[0] in bound.arguments for path in _SOURCES)


def _input(job: Resource, value: Mapped | Result, name: str | None) -> Input | None:
    def find(paths: tuple[tuple[str, ...], ...]) -> Value:
        found = [_descend(job, value, path) for path in paths]
        deepest = [each for each in found if not isinstance(each, Absent)]
        return deepest[-1] if deepest else ABSENT

    source = find(_SOURCES)
    kinds = [kind.canonical.rpartition(".")[2] for part in (value, source) for kind in job.program.types.of(part)]
    if any(kind in _ELSEWHERE for kind in kinds):
        return Input(name, ABSENT, ABSENT, ABSENT, ABSENT, value, None)
    own = find(tuple((key,) for key in _NAMES))
    named = own.value if isinstance(own, Known) and isinstance(own.value, str) else name
    return Input(named, source, find(_MODES), find(_DISTRIBUTIONS), find(_TYPES), value, _shown(value))


def _descend(job: Resource, value: Value, path: tuple[str, ...]) -> Value:
    """What stands at a path of nested objects or dictionaries; :data:`ABSENT` where nothing does."""
    reader = job.program.reader
    for name in path:
        if isinstance(value, Mapped):
            entry = value.entries.get(name)
            value = entry.value if entry is not None else (ABSENT if value.complete else Unknown())
        elif isinstance(value, Result) and (bound := reader.constructed(value.call)) is not None:
            argument = bound.arguments.get(name)
            missing: Value = Unknown() if bound.open else ABSENT
            value = reader.assigned(value.call, (name,), argument.value if argument is not None else missing)
        else:
            return ABSENT
    return reader.constant(value, 4) if not isinstance(value, Result | Absent) else value


def _shown(value: Mapped | Result) -> Place | None:
    if isinstance(value, Result):
        return callee_of(value.call.cell, value.call.node)
    if value.origin is None:
        return None
    node = value.origin.node
    if isinstance(node, cst.Dict) and node.elements and isinstance(node.elements[0], cst.DictElement):
        return Place(value.origin.cell, node.elements[0].key)
    return Place(value.origin.cell, node)


def innermost(job: Resource, entry: Input) -> Value:
    """The object or dictionary that says where in S3 the data lie, and how they are shared out."""
    found = entry.holder
    for name in ("s3_input", "S3Input", "data_source", "s3_data_source", "DataSource", "S3DataSource"):
        inner = _descend(job, found, (name,))
        if isinstance(inner, Mapped) or (isinstance(inner, Result) and not _is_uri(inner)):
            found = inner
    return found


# -- what a value says ------------------------------------------------------------------------------


def text_of(value: Value) -> str:
    """The known parts of a text, a step's property as its path, an upload as its arguments."""
    if isinstance(value, Known):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, Joined):
        return "".join(map(text_of, value.parts))
    if isinstance(value, Attribute):
        return f"{text_of(value.base)}.{value.name}"
    if isinstance(value, Item):
        return f"{text_of(value.base)}.{text_of(value.key) if value.key is not None else ''}"
    if isinstance(value, Result):
        return " ".join(text_of(argument.value) for argument in value.call.arguments)
    return ""


def _paths(holder: Value) -> Iterator[str]:
    """Where in the container the data will lie."""
    if isinstance(holder, Result):
        yield from (text_of(entry.value) for entry in holder.call.arguments if entry.keyword in {"destination", None})


def _is_uri(value: Value) -> bool:
    """Whether a value certainly is the URI of data in S3: written, joined, uploaded, or a step's output."""
    if isinstance(value, Known):
        return isinstance(value.value, str) and value.value.startswith("s3://")
    if isinstance(value, Joined):
        return bool(value.parts) and text_of(value.parts[0]).startswith("s3://")
    if isinstance(value, Result):
        callee = value.call.callee
        name = callee.name if isinstance(callee, Attribute) else getattr(callee, "path", "").rpartition(".")[2]
        return name in {"upload_data", "upload", "upload_string_as_file_body"}
    while isinstance(value, Attribute | Item):
        if isinstance(value, Attribute) and value.name == "S3Output":
            return True
        value = value.base
    return False


# -- what to write ----------------------------------------------------------------------------------


def added_to(job: Resource, holder: Value, name: str, constant: str) -> tuple[Edit, ...] | None:
    """Give an input's object or dictionary one more setting; ``None`` where it cannot take it as it is written."""
    newline = job.program.module.document.newline
    if isinstance(holder, Result) and isinstance(holder.call.node, cst.Call) and _is_here(job, holder.call.cell):
        cell = holder.call.cell
        return insert_arguments(cell, holder.call.node, [(name, string(cell, constant))], newline)
    origin = holder.origin if isinstance(holder, Mapped) else None
    if origin is not None and isinstance(origin.node, cst.Dict) and _is_here(job, origin.cell):
        return insert_items(
            origin.cell, origin.node, [(string(origin.cell, name), string(origin.cell, constant))], newline
        )
    return None


def _is_here(job: Resource, cell: ParsedCell) -> bool:
    return job.program.owns(cell)


def literal_of(job: Resource, value: Value) -> Place | None:
    """Where a constant is written, if that is in this module."""
    if isinstance(value, Known) and value.origin is not None and _is_here(job, value.origin.cell):
        return Place(value.origin.cell, value.origin.node)
    return None

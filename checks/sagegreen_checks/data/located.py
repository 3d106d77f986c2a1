"""What a job or endpoint is given whose place tells its Region: buckets and images."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.dialects.core import snake_case
from sagegreen.sagemaker.regions import region, regions
from sagegreen.sagemaker.storage import bucket_name, writes
from sagegreen.semantics.values import (
    Attribute,
    Elements,
    Joined,
    Known,
    Mapped,
    OneOf,
    Parameter,
    Result,
    Unknown,
    options,
    same,
    walk,
)
from sagegreen_checks.data.work_regions import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

#: Buckets of AWS with the same content in each Region.
SHARED = (
    "jumpstart-cache-prod-",
    "jumpstart-private-cache-prod-",
    "sagemaker-example-files-prod-",
    "sagemaker-sample-data-",
    "sagemaker-solutions-prod-",
)
_S3 = re.compile(r"^s3[an]?://([a-z0-9.-]+)")
_RETRIEVE = frozenset({"sagemaker.image_uris.retrieve", "sagemaker.core.image_uris.retrieve"})
_DEEPEST = 8
#: What says nothing of where the bytes come from: words about the job, texts that only its container understands, and
#: defaults that whoever starts a pipeline may replace.
_OPAQUE = frozenset(
    {
        "arguments",
        "container_arguments",
        "container_entrypoint",
        "default_value",
        "description",
        "display_name",
        "env",
        "environment",
        "hyper_parameters",
        "hyperparameters",
        "job_arguments",
        "metadata",
        "properties",
        "tags",
    }
)
#: Buckets that carry the name of the Region which their content once came from.
_REPLICA = re.compile(r"(?<![a-z])(?:from|repli[a-z]*|backup|copy|mirror)(?![a-z])")


class _Patterns(NamedTuple):
    """How names of Regions stand in texts.

    Attributes:
        named: in the name of a bucket.
        registry: in the address of an image.
        hosted: in a URL that begins with the bucket.
        path_style: in a URL that goes on with the bucket.
    """

    named: re.Pattern[str]
    registry: re.Pattern[str]
    hosted: re.Pattern[str]
    path_style: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    name = "|".join(sorted((re.escape(found.name) for found in regions()), key=len, reverse=True))
    return _Patterns(
        re.compile(rf"(?<![a-z0-9])({name})(?![0-9])"),
        re.compile(rf"^\d{{12}}\.dkr[.-]ecr(?:-fips)?\.({name})\."),
        re.compile(rf"^https?://([a-z0-9.-]+)\.s3[.-]({name})\.amazonaws\.com"),
        re.compile(rf"^https?://s3[.-]({name})\.amazonaws\.com/([a-z0-9.-]+)"),
    )


@dataclass(frozen=True, eq=False, slots=True)
class Located:
    """Something in a known Region.

    Attributes:
        region: where it is.
        kind: ``bucket`` or ``image``.
        what: the thing in words.
        bucket: the bucket's name.
        place: the literal that tells the Region.
    """

    region: str
    kind: str
    what: str
    bucket: str | None
    place: Place


def located(resource: Resource) -> Iterator[Located]:
    """The buckets and images that a resource is certainly given, by its own calls and those that start it."""
    program = resource.program
    calls: dict[int, Call] = {}
    for call in (*resource.calls, *resource.starts):
        calls.setdefault(id(call), call)
        calls.update((id(made), made) for made in _receivers(call))
    for call in calls.values():
        if call.foreign or call.excluded:
            continue
        for argument in call.arguments:
            if not _is_opaque(argument.keyword):
                yield from _in(program, argument.value, argument, _DEEPEST)


def located_besides(program: Program) -> Iterator[Located]:
    """What all jobs of a program are given: default buckets of sessions, and the models that boto3 creates."""
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        given: list[Argument] = []
        if any(_creates_model(program, callee) for callee in options(call.callee)):
            given += call.arguments
        bound = program.reader.constructed(call)
        default = bound.arguments.get("default_bucket") if bound is not None else None
        name = _text(default.value) if default is not None else None
        if default is not None and name is not None:
            yield from _named_bucket(program, name, default)
        for argument in given:
            yield from _in(program, argument.value, argument, _DEEPEST)


def _creates_model(program: Program, callee: Value) -> bool:
    return (
        isinstance(callee, Attribute)
        and callee.name == "create_model"
        and any(kind.service == "sagemaker" for kind in program.types.of(callee.base))
    )


def _named_bucket(program: Program, name: str, argument: Argument) -> Iterator[Located]:
    """A bucket whose name carries one Region."""
    carried = _carried(name)
    place = place_of(program, argument.value, argument) if carried is not None else None
    if carried is not None and place is not None:
        yield Located(carried, "bucket", f"the bucket `{name}`", name, place)


def _carried(bucket: str) -> str | None:
    """The Region whose name a bucket carries, if it is one, and not that of an original elsewhere."""
    found = _patterns().named.findall(bucket)
    return found[0] if len(found) == 1 and not _REPLICA.search(bucket) else None


def _receivers(call: Call) -> Iterator[Call]:
    """The calls that made the object whose method is called, and that one's."""
    callee = call.callee
    while isinstance(callee, Attribute) and isinstance(callee.base, Result):
        yield callee.base.call
        callee = callee.base.call.callee


def _in(program: Program, value: Value, argument: Argument, depth: int) -> Iterator[Located]:
    """What a value certainly leads to: no alternatives, nothing that is not known."""
    if depth == 0 or isinstance(value, OneOf | Unknown | Parameter):
        return
    if isinstance(value, Known | Joined):
        found = _by_text(program, value, argument) or _by_constraint(program, value)
        if found is not None:
            yield found
    elif isinstance(value, Mapped):
        for key, entry in value.entries.items():
            if not _is_opaque(key):
                yield from _in(program, entry.value, argument, depth - 1)
    elif isinstance(value, Elements):
        for item in value.items:
            yield from _in(program, item, argument, depth - 1)
    elif isinstance(value, Result):
        yield from _in_call(program, value.call, depth)


def _in_call(program: Program, call: Call, depth: int) -> Iterator[Located]:
    """The arguments of an SDK's object; the Region of an image that is looked up."""
    bound = program.reader.constructed(call)
    if bound is None:
        yield from _in_upload(program, call)
        return
    names = {program.types.names.resolve(path) for path in _paths(call)}
    if any(name is not None and name.canonical in _RETRIEVE for name in names):
        given = bound.arguments.get("region")
        value = given.value if given is not None else None
        if isinstance(value, Known) and isinstance(value.value, str) and region(value.value) is not None:
            place = place_of(program, value, given)
            if place is not None:
                yield Located(value.value, "image", "the image", None, place)
        return
    for name, inner in bound.arguments.items():
        if not _is_opaque(name):
            yield from _in(program, inner.value, inner, depth - 1)


def _is_opaque(name: object) -> bool:
    return isinstance(name, str) and snake_case(name) in _OPAQUE


def _in_upload(program: Program, call: Call) -> Iterator[Located]:
    """The bucket that ``session.upload_data`` returns a URI of."""
    for write in writes(program):
        given = write.bound.arguments.get("bucket")
        if write.call is not call or write.method != "upload_data" or given is None:
            continue
        name = _text(given.value)
        if name is not None:
            yield from _named_bucket(program, name, given)
        for bucket, found in _constrained(program):
            if same(bucket, given.value):
                yield found


def _paths(call: Call) -> Iterator[str]:
    for callee in options(call.callee):
        path = getattr(callee, "path", None)
        if isinstance(path, str):
            yield path


def _by_text(program: Program, value: Known | Joined, argument: Argument) -> Located | None:
    """A URI that tells its Region by itself."""
    parts = value.parts if isinstance(value, Joined) else (value,)
    head = parts[0] if parts else None
    text = head.value if isinstance(head, Known) and isinstance(head.value, str) else ""
    image = _patterns().registry.match(text)
    bucket: str | None = None
    if image is not None:
        name = image[1]
    elif (hosted := _patterns().hosted.match(text)) is not None:
        bucket, name = hosted[1], hosted[2]
    elif (styled := _patterns().path_style.match(text)) is not None:
        name, bucket = styled[1], styled[2]
    else:
        found = _S3.match(text)
        carried = _carried(found[1]) if found is not None else None
        if found is None or carried is None or (found.end() == len(text) and isinstance(value, Joined)):
            return None
        bucket, name = found[1], carried
    place = place_of(program, value, argument) if region(name) is not None else None
    if place is None:
        return None
    kind = "image" if image is not None else "bucket"
    return Located(name, kind, "the image" if bucket is None else f"the bucket `{bucket}`", bucket, place)


def _by_constraint(program: Program, value: Known | Joined) -> Located | None:
    """A URI in a bucket that the program creates with a ``LocationConstraint``."""
    return next((found for bucket, found in _constrained(program) if _is_in(value, bucket)), None)


def _constrained(program: Program) -> Iterator[tuple[Value, Located]]:
    """The buckets that the program certainly creates in a certain Region, by their names."""
    for created in program.of_kind("bucket"):
        name = bucket_name(created)
        where = created.bound[0].arguments.get("CreateBucketConfiguration")
        entry = where.value.entries.get("LocationConstraint") if where and isinstance(where.value, Mapped) else None
        constraint = entry.value if entry is not None else None
        if name is None or not isinstance(constraint, Known) or created.call.conditional or created.call.excluded:
            continue
        place, where_to = place_of(program, constraint, None), _text(constraint)
        if where_to is None or region(where_to) is None or place is None:
            continue
        bucket = _text(name)
        what = "the bucket" if bucket is None else f"the bucket `{bucket}`"
        yield name, Located(where_to, "bucket", what, bucket, place)


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _is_in(uri: Known | Joined, name: Value) -> bool:
    """Whether a URI is one of a bucket."""
    named = _text(name)
    if isinstance(uri, Known):
        return named is not None and f"{_text(uri)}/".startswith(f"s3://{named}/")
    head = _text(uri.parts[0]) if uri.parts else None
    if head is None or not head.startswith("s3://"):
        return False
    if named is not None:
        return head.startswith(f"s3://{named}/")
    return len(uri.parts) > 1 and head == "s3://" and any(same(part, name) for part in walk(uri.parts[1]))

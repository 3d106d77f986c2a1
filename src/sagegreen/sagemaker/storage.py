"""What a program does to S3: what it writes there, and what becomes of the buckets that it creates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.sagemaker.calls import BoundCall, bind_keywords, bind_method
from sagegreen.sagemaker.catalogue import load, load_boto3
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.semantics.values import Attribute, Known, Parameter, Result, Unknown, options, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.forms import Path
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

_CLIENT = "client"
#: By the class as boto3 names it: method -> the parameter that holds what is written, and the one of options.
_WRITES: dict[str, dict[str, tuple[str, Path]]] = {
    _CLIENT: {
        "put_object": ("Body", ("StorageClass",)),
        "copy_object": ("CopySource", ("StorageClass",)),
        "create_multipart_upload": ("", ("StorageClass",)),
        "upload_file": ("Filename", ("ExtraArgs", "StorageClass")),
        "upload_fileobj": ("Fileobj", ("ExtraArgs", "StorageClass")),
        "copy": ("CopySource", ("ExtraArgs", "StorageClass")),
    },
    "Bucket": {
        "put_object": ("Body", ("StorageClass",)),
        "upload_file": ("Filename", ("ExtraArgs", "StorageClass")),
        "upload_fileobj": ("Fileobj", ("ExtraArgs", "StorageClass")),
        "copy": ("CopySource", ("ExtraArgs", "StorageClass")),
    },
    "Object": {
        "put": ("Body", ("StorageClass",)),
        "copy_from": ("CopySource", ("StorageClass",)),
        "initiate_multipart_upload": ("", ("StorageClass",)),
        "upload_file": ("Filename", ("ExtraArgs", "StorageClass")),
        "upload_fileobj": ("Fileobj", ("ExtraArgs", "StorageClass")),
        "copy": ("CopySource", ("ExtraArgs", "StorageClass")),
    },
}
_METHODS = frozenset(method for methods in _WRITES.values() for method in methods)
_SESSIONS = ("sagemaker.session.Session", "sagemaker.core.helper.session_helper.Session")
_UPLOAD_DATA = "upload_data"
_LIFECYCLE = frozenset({"put_bucket_lifecycle_configuration", "put_bucket_lifecycle"})
_LIFECYCLE_RESOURCES = ("boto3.resource:s3.BucketLifecycle", "boto3.resource:s3.BucketLifecycleConfiguration")
_SHELL_CARE = re.compile(
    r"\baws\s+s3\s+rb\s+(?:--force\s+)?s3://(?P<removed>[a-z0-9.-]+)?"
    r"|\bs3api\s+(?:put-bucket-lifecycle(?:-configuration)?|delete-bucket)\b"
    r"(?:.*--bucket[ =]['\"]?(?P<named>[a-z0-9.-]+))?"
)
#: The same as the arguments of a subprocess.
_CARE_IN_PARTS = re.compile(r"""["']s3["'],\s*["']rb["']|["']s3api["'],\s*["'](?:put-bucket-lifecycle|delete-bucket)""")
#: The text of files that may set the lifecycle of a bucket, or delete it.
CARE = re.compile(
    rb"put_bucket_lifecycle|BucketLifecycle|\bLifecycleConfiguration\b|put-bucket-lifecycle|lifecycle_rule|delete_bucket"
    rb"|delete-bucket|\baws s3 rb\b|\bauto_delete_objects\b|[Bb]ucket\w*(?:\([^\n]*\))?\.delete\("
)


@dataclass(frozen=True, eq=False, slots=True)
class Write:
    """One execution of a call that writes to S3.

    Attributes:
        bound: the call, with the names of its parameters.
        method: such as ``upload_file``.
        bucket: the bucket's name, where the call or its receiver says it.
        key: the object's key, or its beginning.
        content: what is written: a file's name, a text, the source of a copy.
        storage_class: where the storage class stands, or would stand.
    """

    bound: BoundCall
    method: str
    bucket: Value | None
    key: Value | None
    content: Value | None
    storage_class: Path

    @property
    def call(self) -> Call:
        """The call."""
        return self.bound.call

    @property
    def place(self) -> Place:
        """The callee; only the method's name where a chain of calls spans several lines."""
        cell, node = self.call.cell, self.call.node
        function = node.func if isinstance(node, cst.Call) else None
        if isinstance(function, cst.Attribute) and "\n" in cell.code(function):
            return Place(cell, function.attr)
        return callee_of(cell, node)


def writes(program: Program) -> Iterator[Write]:
    """Everything that the program's own calls write to S3 through boto3 or a SageMaker session."""
    for call in program.calls_of(_UPLOAD_DATA, *_METHODS):
        if call.foreign or call.excluded:
            continue
        for callee in options(call.callee):
            found = _write(program, call, callee) if isinstance(callee, Attribute) else None
            if found is not None:
                yield found
                break


def _write(program: Program, call: Call, callee: Attribute) -> Write | None:
    if callee.name == _UPLOAD_DATA:
        return _uploaded_data(program, call, callee)
    if callee.name not in _METHODS:
        return None
    for kind in program.types.of(callee.base):
        owner = _CLIENT if kind.service == "s3" else (kind.resource_service or "").removeprefix("s3.")
        if callee.name in _WRITES.get(owner, {}):
            return _of(call, callee, owner)
    if isinstance(callee.base, Unknown | Parameter) and callee.name in _WRITES[_CLIENT]:
        keywords = {argument.keyword for argument in call.arguments}
        if {"Bucket", "Key"} <= keywords:
            return _of(call, callee, _CLIENT)
    return None


def _of(call: Call, callee: Attribute, owner: str) -> Write:
    bound = _bound(call, owner, callee.name)
    content, storage_class = _WRITES[owner][callee.name]
    bucket, key = (None, None) if owner == _CLIENT else location(callee.base)
    return Write(
        bound,
        callee.name,
        _value(bound, "Bucket") or bucket,
        _value(bound, "Key") or key,
        _value(bound, content),
        storage_class,
    )


def _uploaded_data(program: Program, call: Call, callee: Attribute) -> Write | None:
    for kind in program.types.of(callee.base):
        if any(kind.is_a(session) for session in _SESSIONS):
            bound = bind_method(call, load(kind.catalogue), kind.canonical, _UPLOAD_DATA)
            return Write(
                bound,
                callee.name,
                _value(bound, "bucket"),
                _value(bound, "key_prefix"),
                _value(bound, "path"),
                ("extra_args", "StorageClass"),
            )
    return None


def _bound(call: Call, owner: str, method: str) -> BoundCall:
    """A call with its positional arguments under the names that boto3 gives them."""
    found = bind_keywords(call)
    names = load_boto3().transfer(owner, method)
    if names is None:
        return found
    positional: dict[str, Argument] = {}
    for name, argument in zip(names, call.arguments, strict=False):
        if argument.keyword is not None or argument.star:
            break
        positional[name] = argument
    return BoundCall(call, {**positional, **found.arguments}, None, found.open)


def _value(bound: BoundCall, name: str) -> Value | None:
    argument = bound.arguments.get(name)
    return argument.value if argument is not None else None


def location(receiver: Value) -> tuple[Value | None, Value | None]:
    """The bucket's name and the key that a boto3 ``Bucket`` or ``Object`` was made with."""
    for option in options(receiver):
        callee = option.call.callee if isinstance(option, Result) else None
        if not isinstance(option, Result) or not isinstance(callee, Attribute):
            continue
        first = _argument(option.call, 0, ("name", "Bucket", "bucket_name"))
        if callee.name in {"Bucket", "create_bucket"}:
            return first, None
        if callee.name == "Object":
            bucket, _ = location(callee.base)
            if bucket is not None:
                return bucket, _argument(option.call, 0, ("key",))
            return first, _argument(option.call, 1, ("key",))
    return None, None


def _argument(call: Call, index: int, names: tuple[str, ...]) -> Value | None:
    for argument in call.arguments:
        if argument.keyword in names:
            return argument.value
    positional = [argument for argument in call.arguments if argument.keyword is None and not argument.star]
    return positional[index].value if len(positional) > index else None


# -- buckets ----------------------------------------------------------------------------------------


def bucket_name(bucket: Resource) -> Value | None:
    """The name of a bucket that is created, by the call or by the object whose method creates it."""
    named = bucket.setting("name").value
    if named is not None:
        return named
    callee = bucket.call.callee
    return location(callee.base)[0] if isinstance(callee, Attribute) else None


def may_mean(name: Value | None, own: Value | None) -> bool:
    """Whether what is done to a bucket of some name may be done to one that is called ``own``."""
    if name is None or own is None:
        return True
    pairs = [(one, other) for one in options(name) for other in options(own)]
    return any(not (isinstance(one, Known) and isinstance(other, Known)) or same(one, other) for one, other in pairs)


def lifecycle_calls(program: Program) -> Iterator[Call]:
    """The calls that give a bucket a lifecycle."""
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and (
                callee.name in _LIFECYCLE or (callee.name == "put" and _is_lifecycle(program, callee.base))
            ):
                yield call
                break


def cared_for(program: Program) -> Iterator[Value | None]:
    """The names of the buckets that a program gives a lifecycle, or deletes; ``None`` for one that is not known."""
    for call in program.trace.calls:
        for callee in options(call.callee):
            if not isinstance(callee, Attribute):
                continue
            if callee.name in _LIFECYCLE or callee.name == "delete_bucket":
                yield next((argument.value for argument in call.arguments if argument.keyword == "Bucket"), None)
            elif callee.name == "put" and _is_lifecycle(program, callee.base):
                yield _owner_of_lifecycle(callee.base)
            elif callee.name == "delete" and _is_bucket(program, callee.base):
                yield location(callee.base)[0]
            elif callee.name == "add_lifecycle_rule":
                yield None
    for line in program.module.module.shell:
        for found in _SHELL_CARE.finditer(line.command):
            name = found["removed"] or found["named"]
            yield Known(name) if name else None
    if program.mentions(_CARE_IN_PARTS):
        yield None


def _is_lifecycle(program: Program, value: Value) -> bool:
    return any(kind.canonical in _LIFECYCLE_RESOURCES for kind in program.types.of(value))


def _is_bucket(program: Program, value: Value) -> bool:
    return any(kind.canonical == "boto3.resource:s3.Bucket" for kind in program.types.of(value))


def _owner_of_lifecycle(value: Value) -> Value | None:
    for option in options(value):
        if isinstance(option, Result) and isinstance(option.call.callee, Attribute):
            callee = option.call.callee
            if callee.name.startswith("Bucket"):
                return _argument(option.call, 0, ("bucket_name",))
            return location(callee.base)[0]
    return None

"""Where a job may keep its checkpoints: a path of its own, since whatever lies under it is restored into the next job.

Source: AWS documentation, "Checkpoints in Amazon SageMaker AI" (model-checkpoints): objects under the checkpoint URI
are copied into the container when a job starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import quote_of
from sagegreen.sagemaker.patching import Code
from sagegreen.semantics.values import Joined, Known, Unknown, options
from sagegreen_checks.training.managed_spot import is_jumpstart, request, written

if TYPE_CHECKING:
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting

_SESSIONS = {
    "v1": ("sagemaker", "Session"),
    "v2": ("sagemaker", "Session"),
    "modules": ("sagemaker", "Session"),
    "v3": ("sagemaker.core.helper.session_helper", "Session"),
}
_UUID = ("uuid", "uuid4")
_UUID_MARK, _SESSION_MARK = "\0uuid4\0", "\0Session\0"


@dataclass(frozen=True, slots=True)
class Location:
    """A checkpoint location to write.

    Attributes:
        setting: the setting to write it to.
        code: the expression.
        unique: what keeps jobs apart.
    """

    setting: str
    code: Code
    unique: str


@dataclass(frozen=True, slots=True)
class NoLocation:
    """Why no location of its own can be written for each job; empty where the dialect has no place for one."""

    reason: str


def own_location(job: Resource) -> Location | NoLocation:
    """A checkpoint location that no two jobs share.

    In boto3 and the core resources it lies below the job's name, which the service wants to be unique. Elsewhere the
    SDK makes the name only when the job starts, so a new UUID keeps apart what each run of the statement makes.
    """
    setting = "checkpoint_uri" if job.supports("checkpoint_uri") else "checkpoint"
    if not job.supports("checkpoint") or is_jumpstart(job):
        return NoLocation("")
    if job.kind == "tuning_job" or any(user.kind == "tuning_job" for user in job.users):
        return NoLocation("the training jobs of a tuning job would share one that is written here")
    if job.users:
        return NoLocation("the executions of the pipeline would share one that is written here")
    if job.api in {"boto3", "v3core"}:
        return _below_name(job, setting)
    if _starts_several(job):
        return NoLocation("the jobs that it starts would share one that is written here")
    tail = f"/checkpoints/{{{_UUID_MARK}()}}"
    code = _below(written(job, "output_path"), job.setting("output_path"), tail)
    if code is None:
        bucket = _bucket(job)
        if bucket is None:
            return NoLocation("no bucket is in sight")
        quote = quote_of(job.call.cell)
        code = f"f{quote}s3://{{{bucket}}}{tail}{quote}"
    return Location(setting, _template(job, code), "a new UUID keeps jobs apart")


def _below_name(job: Resource, setting: str) -> Location | NoLocation:
    _, display = request(job)
    name, output = written(job, "job_name"), written(job, "output_path")
    if name is None or output is None or (job.call.loops and display is not job.call.node):
        return NoLocation("the name of the job or its output path is written elsewhere")
    field = _field(name)
    if field is None:
        return NoLocation("the name of the job is made in place")
    code = _below(output, job.setting("output_path"), f"/{field}/checkpoints")
    if code is None:
        return NoLocation("the output path is made in place")
    return Location(setting, _template(job, code), "the job's name keeps jobs apart")


def _starts_several(job: Resource) -> bool:
    """Whether one object starts more than one job, each of which would find the checkpoints of the one before."""
    if len({id(start.node) for start in job.starts}) > 1:
        return True
    return any(len(start.loops) > len(job.call.loops) for start in job.starts)


def _bucket(job: Resource) -> str | None:
    """The bucket that the SDK itself uses where nothing else is said."""
    session = written(job, "session")
    if session is not None and isinstance(session.node, cst.Name | cst.Attribute) and session.code != "None":
        return f"{session.code}.default_bucket()"
    if job.setting("session").is_absent and job.api in _SESSIONS:
        return f"{_SESSION_MARK}().default_bucket()"
    return None


def _template(job: Resource, code: str) -> Code:
    template = code.replace("{", "{{").replace("}", "}}")
    imports = []
    if _UUID_MARK in template:
        imports.append(_UUID)
        template = template.replace(_UUID_MARK, "{uuid4}")
    if _SESSION_MARK in template:
        imports.append(_SESSIONS[job.api])
        template = template.replace(_SESSION_MARK, "{Session}")
    return Code(template, tuple(imports))


def _below(base: Place | None, setting: Setting, tail: str) -> str | None:
    """The code of a path below another one; ``None`` where that is nothing to build on."""
    if base is None or not _is_text(setting):
        return None
    node, code = base.node, base.code
    if "\n" in code:
        return None
    if isinstance(node, cst.SimpleString):
        if node.prefix or len(node.quote) != 1 or any(mark in code for mark in "{}\\"):
            return None
        return f"{'f' if '{' in tail else ''}{code[:-1].rstrip('/')}{tail}{node.quote}"
    if isinstance(node, cst.FormattedString):
        if node.start[:-1] not in {"f", "F"} or len(node.end) != 1:
            return None
        return f"{code[:-1].rstrip('/')}{tail}{node.end}"
    if isinstance(node, cst.Name | cst.Attribute):
        quote = quote_of(base.parsed_cell)
        return f"f{quote}{{{code}}}{tail[1:] if _ends_in_slash(setting) else tail}{quote}"
    if _is_concatenation(node):
        quote = quote_of(base.parsed_cell)
        return f"{code} + f{quote}{tail[1:] if _ends_in_slash(setting) else tail}{quote}"
    return None


def _ends_in_slash(setting: Setting) -> bool:
    last = setting.value
    while isinstance(last, Joined) and last.parts:
        last = last.parts[-1]
    return isinstance(last, Known) and isinstance(last.value, str) and last.value.endswith("/")


def _is_concatenation(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, cst.Add)
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in {"format", "join"}
    )


def _is_text(setting: Setting) -> bool:
    """Whether a setting can be part of an f-string: pipeline variables refuse to be."""
    value = setting.value
    return value is not None and all(
        (isinstance(option, Known) and isinstance(option.value, str)) or isinstance(option, Joined | Unknown)
        for option in options(value)
    )


def _field(name: Place) -> str | None:
    """The job's name as a part of an f-string."""
    node = name.node
    if isinstance(node, cst.Name | cst.Attribute):
        return f"{{{name.code}}}"
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        return text if isinstance(text, str) and text.replace("-", "").isalnum() else None
    return None

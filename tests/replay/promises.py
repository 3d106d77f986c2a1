"""What fixes promise: how the requests of a fixed program may differ from those of the original."""

from __future__ import annotations

import json
import re
import runpy
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Any

from observing import MISSING, filled, parameter_defaults
from replaying import ROOT

if TYPE_CHECKING:
    from replaying import Record

FIXTURES = ROOT / "fixtures"

#: Requests that change nothing, and uploads of what is sent along.
_IDLE = re.compile(r"(?:Describe|List|Get|Head|Simulate|Invoke|Batch|Search)")
_UPLOADS = frozenset({"PutObject", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload", "CopyObject"})

#: What differs between any two runs: names with the time in them, and random ones.
_VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\d(?:-\d*)+(?:-?[0-9a-f]{1,4}\b)?|\d{8,}(?:-\d{4,6}|-[0-9a-f]{4}\b)?|\b\d{6}-\d{4}(?:-[0-9a-f]+)?|\b\d{4,6}-[0-9a-f]{6,}\b"
    r"|sagemaker_requirements_\w+|\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b|\b[0-9a-f]{32,64}\b"
)


@dataclass(frozen=True)
class Change:
    """One member of one request that differs; a whole request where ``member`` is empty.

    Attributes:
        operation: of the request.
        member: its path, list items without numbers.
        before: what the original sends.
        after: what the fixed program sends.
    """

    operation: str
    member: str
    before: Any
    after: Any

    def __str__(self) -> str:
        name = f"{self.operation}.{self.member}" if self.member else self.operation
        return f"{name}: {self.before!r} -> {self.after!r}"


def changes(before: Record, after: Record) -> list[Change]:
    """How the requests of two runs differ, request by request in the order of each operation."""
    old, new = _by_operation(before), _by_operation(after)
    found: list[Change] = []
    for operation in dict.fromkeys([*old, *new]):
        ours, theirs = old.get(operation, []), new.get(operation, [])
        if len(ours) == len(theirs):
            for one, other in zip(ours, theirs, strict=True):
                found += _compared(operation, "", one, other)
            continue
        texts = [[json.dumps(entry, sort_keys=True, default=str) for entry in entries] for entries in (ours, theirs)]
        for kind, start, end, first, last in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
            if kind != "equal":
                found += [Change(operation, "", entry, MISSING) for entry in ours[start:end]]
                found += [Change(operation, "", MISSING, entry) for entry in theirs[first:last]]
    return found


def _by_operation(record: Record) -> dict[str, list[Any]]:
    requests = defaultdict(list)
    for request in record.requests:
        uploaded = request.operation in _UPLOADS and not request.direct
        if not _IDLE.match(request.operation) and not uploaded and not request.refused:
            requests[request.operation].append(_settled(request.parameters))
    return requests


def _settled(value: Any) -> Any:
    """A value without what differs from run to run; JSON texts as what they mean."""
    if isinstance(value, dict):
        return {
            key: _settled(entry) for key, entry in value.items() if key not in {"ClientRequestToken", "ClientToken"}
        }
    if isinstance(value, list):
        return [_settled(entry) for entry in value]
    if not isinstance(value, str):
        return value
    if value.startswith('{"Version"'):
        definition = json.loads(value)
        return _settled({**definition, "Steps": filled(definition["Steps"], parameter_defaults(definition))})
    return _VOLATILE.sub("#", value)


def _compared(operation: str, path: str, one: Any, other: Any) -> Iterator[Change]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from _compared(operation, f"{path}.{key}".lstrip("."), one.get(key, MISSING), other.get(key, MISSING))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from _compared(operation, path, first, second)
    elif isinstance(one, dict | list) and isinstance(other, type(MISSING)):
        yield Change(operation, path, one, other)
    elif isinstance(other, dict) and one is MISSING:
        for key, entry in other.items():
            yield from _compared(operation, f"{path}.{key}", MISSING, entry)
    elif one != other or (one is MISSING) != (other is MISSING):
        yield Change(operation, path, one, other)


# -- words for what a fix may change -------------------------------------------------------------------------------

Allowed = Callable[[Change, str], bool]


def to(*values: Any) -> Allowed:
    """To one of these values."""
    return lambda change, titles: any(change.after == value and type(change.after) is type(value) for value in values)


def named(change: Change, titles: str) -> bool:
    """To a value that a title names."""
    return str(change.after) in titles


def gone(change: Change, titles: str) -> bool:
    """Not sent any more."""
    del titles
    return change.after is MISSING


def any_of(*ways: Allowed) -> Allowed:
    """One of several ways."""
    return lambda change, titles: any(way(change, titles) for way in ways)


def a_time(change: Change, titles: str) -> bool:
    """To a number of seconds that the service accepts; titles may name a variable that holds it."""
    del titles
    return type(change.after) is int and 0 < change.after <= 28 * 86400


def a_location(change: Change, titles: str) -> bool:
    """To a place in S3 that no other job shares, where there was none."""
    del titles
    return change.before is MISSING and str(change.after).startswith("s3://")


def scaling_target(change: Change, titles: str) -> bool:
    """A target that scales an endpoint's variant as a title says."""
    added = change.after
    return (
        change.before is MISSING
        and added["ServiceNamespace"] == "sagemaker"
        and added["ScalableDimension"] == "sagemaker:variant:DesiredInstanceCount"
        and added["ResourceId"].startswith("endpoint/")
        and f"between {added['MinCapacity']} and {added['MaxCapacity']} instances" in titles
    )


def scaling_policy(change: Change, titles: str) -> bool:
    """A policy that follows the load that a title names."""
    tracked = change.after.get("TargetTrackingScalingPolicyConfiguration", {}) if change.before is MISSING else {}
    return f"at {tracked.get('TargetValue', 0):g} invocations per instance" in titles


def log_group(change: Change, titles: str) -> bool:
    """A log group that a title names, an endpoint's by its kind."""
    name = change.after["logGroupName"] if change.before is MISSING else "nothing"
    return f"`{name}`" in titles or (
        name.startswith("/aws/sagemaker/Endpoints/") and "/aws/sagemaker/Endpoints/" in titles
    )


def retention(change: Change, titles: str) -> bool:
    """The retention that a title names."""
    return log_group(change, titles) and f"for {change.after['retentionInDays']} days" in titles


@cache
def promises_of(rule: str) -> dict[str, Allowed]:
    """The ends of the members that a rule's fixes may change, and to what; an operation for whole requests.

    They stand in ``promises.py`` of the rule's fixtures; a rule without fixes has none.
    """
    file = FIXTURES / rule / "promises.py"
    return dict(runpy.run_path(str(file))["PROMISES"]) if file.exists() else {}


def broken(rule: str, change: Change, titles: str) -> str | None:
    """Why a change is none that the rule's fixes promise."""
    for member, allowed in promises_of(rule).items():
        if matches(change, member):
            return None if allowed(change, titles) else f"{change}: not what was promised"
    return f"{change}: nothing was said of it"


def matches(change: Change, member: str) -> bool:
    """Whether a change is one of a member, or of a whole request where an operation stands for it."""
    return f".{change.member or change.operation}".endswith(f".{member}")

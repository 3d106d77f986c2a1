"""SG342: a retention that keeps the logs of jobs and endpoints for longer than a year, or for ever again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_arguments, replace_node
from sagegreen.sagemaker.patching import replace
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.sagemaker.starts import is_limited
from sagegreen.semantics.values import Attribute, Joined, Known, OneOf, Parameter, Unknown, options
from sagegreen_checks.training.comments import comments_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

_ROOT = "/aws/sagemaker/"
_MORE = "..."
#: The longest retention of a year or less that CloudWatch Logs accepts.
A_YEAR = 365
_REQUIRED = re.compile(
    r"audit|complian|legal|\blaw|regulat|statut|polic|required|must|hipaa|\bsox\b|gdpr|\bpci\b|contract|forensic",
    re.IGNORECASE,
)
_UNLESS = "unless an audit or a law asks for more"


class _Set(NamedTuple):
    """A retention that a call sets: what it is set to, where that is written, and for which log groups."""

    days: int
    place: Place
    groups: tuple[str, ...]
    declared: bool


class EndlessLogRetention(Check):
    """The logs of SageMaker jobs or endpoints are kept for more than a year, or their retention is removed.

    ## What it does

    Reports a `put_retention_policy` whose `retentionInDays` is over 365, at that number, and a
    `delete_retention_policy`, wherever they are called: directly, in a helper function that is given the number, in a
    loop over log groups. It speaks of SageMaker's log groups only, those whose name is known to begin with
    `/aws/sagemaker/`. A default that only a caller could override is reported where it stands.

    It is silent where a comment at the number names an audit, a law, a policy or the like, and where a removed
    retention is set again for the same log group anywhere in the project.

    ## Why it wastes

    Logs of jobs are read in the days after the job, and rarely again. CloudWatch Logs deletes nothing before its
    retention ends, and without one it deletes nothing at all; what is kept is stored, replicated and powered. The
    energy of stored logs is small, and it grows with every job; no figure is published. AWS recommends to limit the
    retention in its Guidance for Optimizing MLOps and for Deep Learning Workloads for Sustainability. That more than a
    year is too much is this rule's own line: neither guidance names a number.

    ## Example

    ```python
    import boto3

    logs = boto3.client("logs", region_name="eu-west-1")
    logs.put_retention_policy(logGroupName="/aws/sagemaker/TrainingJobs", retentionInDays=3653)
    ```

    ## Use instead

    ```python
    import boto3

    logs = boto3.client("logs", region_name="eu-west-1")
    logs.put_retention_policy(logGroupName="/aws/sagemaker/TrainingJobs", retentionInDays=365)
    ```

    ## Fix safety

    Unsafe: CloudWatch deletes what is older than the new retention, for good, and for everything that logs to the
    group. The fix writes 365 days, the longest retention of a year or less that the service accepts; 30 days are enough
    for most jobs. A removal becomes a retention of 365 days. Where an audit or a law asks for older logs, keep the
    retention and say so in a comment, or export the logs to S3 in a storage class for archives.

    ## What it cannot see

    Whether an audit, a law or a contract asks for the logs, retentions set on the command line, in the console, by
    Terraform or CDK, and numbers and log groups that are only known when the program runs.

    ## References

    - [PutRetentionPolicy](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)
    - [DeleteRetentionPolicy](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html)
    - [CloudWatch Logs for Amazon SageMaker AI](https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html)
    - [Exporting log data to Amazon S3](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG342"
    name: ClassVar[str] = "endless-log-retention"
    practices: ClassVar[tuple[str, ...]] = ("log-retention",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge every retention that the program sets or removes."""
        yield from self._too_long(program)
        yield from self._removed(program)

    def _too_long(self, program: Program) -> Iterator[Finding]:
        by_literal: dict[tuple[object, ...], list[_Set]] = {}
        for found in _settings(program):
            by_literal.setdefault(found.place.key, []).append(found)
        for together in by_literal.values():
            first = together[0]
            groups = list(dict.fromkeys(group for entry in together for group in entry.groups))
            if not groups or any(map(_REQUIRED.search, comments_at(first.place))):
                continue
            unless = ", unless a caller says otherwise" if first.declared else ""
            message = (
                f"`retentionInDays` is {first.days}{unless}: CloudWatch stores {_logs(groups)} for "
                f"{_long(first.days)}, though logs of finished jobs are rarely read again (storage, small and growing; "
                f"no published figure). Whether an audit or a law asks for them could not be seen. Keep them for "
                f"{A_YEAR} days or less"
            )
            # a number that holds for other log groups as well is not this rule's to change
            alone = all(entry.groups for entry in together)
            title = f"Keep the logs for {A_YEAR} days, the longest retention of a year or less, {_UNLESS}"
            yield self.finding(
                first.place,
                message,
                Fix.unsafe(title, replace(first.place, str(A_YEAR))) if alone else Fix.advice(title),
            )

    def _removed(self, program: Program) -> Iterator[Finding]:
        limited = program.evidence.retention | program.project.retention()
        seen: set[int] = set()
        for call in _calls(program, "delete_retention_policy"):
            groups = _sagemaker_groups(call)
            if (
                id(call.node) in seen
                or not groups
                or any(is_limited(group.removesuffix(_MORE), limited) for group in groups)
            ):
                continue
            seen.add(id(call.node))
            place = callee_of(call.cell, call.node)
            if any(map(_REQUIRED.search, comments_at(Place(call.cell, call.node)))):
                continue
            message = (
                f"`delete_retention_policy` takes the retention away: CloudWatch stores {_logs(groups)} for ever, and "
                f"nothing in this project sets another one (storage, small and growing; no published figure). Set one "
                f"with `put_retention_policy` instead"
            )
            title = f"Set a retention of {A_YEAR} days, the longest of a year or less, instead, {_UNLESS}"
            yield self.finding(place, message, Fix.unsafe(title, _set_instead(program, call)))


# -- what is set ------------------------------------------------------------------------------------


def _calls(program: Program, method: str) -> Iterator[Call]:
    for call in program.calls_of(method):
        if call.foreign or call.excluded:
            continue
        if any(isinstance(callee, Attribute) and callee.name == method for callee in options(call.callee)):
            yield call


def _settings(program: Program) -> Iterator[_Set]:
    """The retentions that are set by numbers of this program."""
    for call in _calls(program, "put_retention_policy"):
        days = _given(call, "retentionInDays")
        if days is None:
            continue
        numbers = [_number(option) for option in options(days.value)]
        found = [number for number in numbers if number is not None and number[0] > A_YEAR]
        # a short one of several numbers may be the one that holds
        if len(found) < len(numbers):
            continue
        for number, written, declared in found:
            place = _place(program, written, days)
            if place is not None:
                yield _Set(number, place, _sagemaker_groups(call), declared)


def _number(value: Value) -> tuple[int, Known, bool] | None:
    """The number that a value is, or is unless a caller says otherwise, and whether the latter."""
    declared = False
    while isinstance(value, Unknown | Parameter) and value.default is not None:
        value, declared = value.default, True
    if isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value, value, declared
    return None


def _place(program: Program, number: Known, argument: Argument) -> Place | None:
    """Where the number is written, in this program's own text."""
    if number.origin is not None:
        place = Place(number.origin.cell, number.origin.node)
    elif isinstance(argument.node, cst.Arg) and not argument.node.star:
        place = Place(argument.cell, argument.node.value)
    else:
        return None
    inside = program.owns(place.parsed_cell)
    return place if inside and isinstance(place.node, cst.BaseExpression) else None


def _given(call: Call, name: str) -> Argument | None:
    return next((argument for argument in call.arguments if argument.keyword == name), None)


def _sagemaker_groups(call: Call) -> tuple[str, ...]:
    """The log groups of SageMaker that a call certainly means; one whose end is not known is given up to there."""
    named = _given(call, "logGroupName")
    if named is None:
        return ()
    beginnings = [_beginning(option) for option in options(named.value)]
    groups = [group for group in beginnings if group.startswith(_ROOT)]
    each_round = isinstance(named.value, OneOf) and named.value.loop is not None
    return tuple(dict.fromkeys(groups)) if each_round or len(groups) == len(beginnings) else ()


def _beginning(value: Value) -> str:
    """The text that a value certainly begins with; one that goes on with something unknown ends in dots."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Joined) and value.parts:
        return f"{_beginning(value.parts[0]).removesuffix(_MORE)}{_MORE}"
    return ""


# -- words ------------------------------------------------------------------------------------------


def _logs(groups: Sequence[str]) -> str:
    return f"the logs in {', '.join(f'`{group}`' for group in groups)}"


def _long(days: int) -> str:
    years = round(days / A_YEAR)
    return f"{years} years" if years > 1 and abs(days - years * A_YEAR) <= years else f"{days} days"


# -- the fix ----------------------------------------------------------------------------------------


def _set_instead(program: Program, call: Call) -> tuple[Edit, ...] | None:
    node = call.node
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    written = insert_arguments(call.cell, node, [("retentionInDays", str(A_YEAR))], program.module.document.newline)
    if written is None:
        return None
    return (replace_node(call.cell, node.func.attr, "put_retention_policy"), *written)

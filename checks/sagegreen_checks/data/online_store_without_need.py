"""SG110: features kept in an online store for nobody, or for ever."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.values import Attribute, Symbol, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_UNIT, _VALUE = "Days", 30

_READS = frozenset({"get_record", "batch_get_record"})
_READ_ANYWHERE = re.compile(rb"\b(?:batch_get_record|get_record|BatchGetRecord|GetRecord|(?:batch-)?get-record)\b")
_READ_BY_SHELL = re.compile(r"\bsagemaker-featurestore-runtime\s+(?:batch-)?get-record\b")
_TTL_ANYWHERE = re.compile(rb"TtlDuration|ttl_duration")
_TTL_ARGUMENTS = frozenset({"TtlDuration", "ttl_duration", "OnlineStoreConfig", "online_store_config"})

_GROUPS = (
    "sagemaker.feature_store.feature_group.FeatureGroup",
    "sagemaker.core.resources.FeatureGroup",
    "sagemaker_core.main.resources.FeatureGroup",
)
_SPELLED = {
    "v2": "ttl_duration",
    "v3": "OnlineStoreConfig(ttl_duration=...)",
    "v3core": "OnlineStoreConfig(ttl_duration=...)",
    "boto3": "OnlineStoreConfig.TtlDuration",
}
_V2 = Code(f'{{TtlDuration}}(unit="{_UNIT}", value={_VALUE})', (("sagemaker.feature_store.inputs", "TtlDuration"),))
_V3 = Code(f'{{TtlDuration}}(unit="{_UNIT}", value={_VALUE})', (("sagemaker.core.shapes", "TtlDuration"),))
_CORE = Code(f'{{TtlDuration}}(unit="{_UNIT}", value={_VALUE})', (("sagemaker_core.main.shapes", "TtlDuration"),))
_BOTO3 = Code(f'{{{{"Unit": "{_UNIT}", "Value": {_VALUE}}}}}')


class OnlineStoreWithoutNeed(Check):
    """A feature group keeps its records in the online store although nothing reads them, or for ever.

    ## What it does

    Reports feature groups whose online store is on (`enable_online_store=True`, `EnableOnlineStore`) and that say
    nothing of how long a record is kept, or that nothing in the project reads: no `get_record`, `batch_get_record` or
    `get-record` of the command line, in whatever file.

    Silent where the online store is off (which is the default of the SDK's version 2 and of the service), where the
    setting or the time to live cannot be followed, where the time to live is set later (by an update of the group, with
    each record, in another file of the project), and where the program deletes its feature groups itself.

    ## Why it wastes

    The online store holds the latest record of every identifier on fast storage that is always there, copied over
    several Availability Zones, and grows with every new identifier. Training reads the offline store in S3. AWS gives
    no figure: the online store is billed by storage and by reads and writes.

    ## Example

    ```python
    import sagemaker
    from sagemaker.feature_store.feature_group import FeatureGroup

    group = FeatureGroup(name="customers", sagemaker_session=sagemaker.Session())
    group.create(
        s3_uri="s3://amzn-s3-demo-bucket/features",
        record_identifier_name="customer_id",
        event_time_feature_name="event_time",
        role_arn="arn:aws:iam::111122223333:role/SageMakerRole",
        enable_online_store=True,
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.feature_store.feature_group import FeatureGroup

    group = FeatureGroup(name="customers", sagemaker_session=sagemaker.Session())
    group.create(
        s3_uri="s3://amzn-s3-demo-bucket/features",
        record_identifier_name="customer_id",
        event_time_feature_name="event_time",
        role_arn="arn:aws:iam::111122223333:role/SageMakerRole",
    )
    ```

    ## Fix safety

    Unsafe: records that are older than the time to live disappear from the online store (not from the offline store),
    counted from their event time. The 30 days are a proposal. An online store that nobody reads is better left off, but
    it cannot be switched off once the group exists: that is said and not written. `ttl_duration` needs version 2.174 of
    the SDK.

    ## What it cannot see

    Services outside the project that read the store, such as an inference endpoint in another repository.

    Version 1 of the SDK has no Feature Store.

    ## References

    - https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html
    - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OnlineStoreConfig.html
    """

    code: ClassVar[str] = "SG110"
    name: ClassVar[str] = "online-store-without-need"
    practices: ClassVar[tuple[str, ...]] = ("minimal-storage", "data-retention-periods")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for group in program.of_kind("feature_group"):
            if group.setting("online_store").constant is True and _is_set(group):
                yield self.followed(group.place, "records of the online store expire", "data-retention-periods")
            elif group.setting("online_store").effective in {None, False} and not group.is_open:
                yield self.followed(group.place, "the feature group has no online store")

    def check_feature_group(self, group: Resource) -> Iterator[Finding]:
        """Judge a feature group."""
        online, ttl = group.setting("online_store"), group.setting("ttl")
        if not online.certainly(lambda value: value is True) or (ttl.is_unknown and not _is_set(group)):
            return
        program = group.program
        if _is_deleted(program):
            return
        endless = not _is_set(group) and not _is_set_later(program)
        unread = not _is_read(program)
        if not (endless or unread):
            return
        name = _SPELLED[group.api]
        if unread:
            place = group.place if endless or not _is_here(group, online.place) else online.place or group.place
            state = "The online store is on, and nothing in the project reads a record from it (`get_record`)"
            kept = f"; without `{name}` it keeps every record for ever" if endless else ""
            message = (
                f"{state}{kept}. Leave the online store off and read the offline store, unless a service that could "
                "not be seen reads the records"
            )
        else:
            place = group.place
            message = (
                f"The online store keeps every record for ever: no `{name}` is set. Let records expire that are too "
                "old to be of use; the offline store keeps them"
            )
        yield self.finding(place, message, *_fixes(group, endless=endless, unread=unread))


def _fixes(group: Resource, *, endless: bool, unread: bool) -> Iterator[Fix]:
    if endless:
        if group.api == "boto3":
            code = _BOTO3
        elif group.api == "v2":
            code = _V2
        else:
            code = _CORE if group.target.startswith("sagemaker_core.") else _V3
        edits = write_settings(group, {"ttl": code})
        yield Fix.unsafe(f"Let online records expire {_VALUE} days after their event time, a proposal", edits)
    if unread:
        yield Fix.advice("Create the feature group without an online store")


def _is_here(group: Resource, place: Place | None) -> bool:
    return place is not None and group.program.owns(place.parsed_cell)


def _is_set(group: Resource) -> bool:
    """Whether a time to live is given, whatever it is."""
    ttl = group.setting("ttl")
    return not ttl.is_absent and ttl.value is not None and not ttl.optional


def _is_deleted(program: Program) -> bool:
    """Whether the program deletes feature groups, as demonstrations do: then nothing stays."""
    for call in program.trace.calls:
        for callee in options(call.callee):
            if not isinstance(callee, Attribute) or callee.name not in {"delete", "delete_feature_group"}:
                continue
            kinds = program.types.of(callee.base)
            if callee.name == "delete_feature_group" or any(kind.is_a(group) for kind in kinds for group in _GROUPS):
                return True
    return False


def _is_set_later(program: Program) -> bool:
    """Whether an update, or a record, brings a time to live."""
    for call in program.trace.calls:
        name = _name(call)
        if name in {"put_record", "update_feature_group", "update"} and any(
            argument.keyword in _TTL_ARGUMENTS or argument.star for argument in call.arguments
        ):
            return True
    return program.project.mentions(_TTL_ANYWHERE)


def _is_read(program: Program) -> bool:
    """Whether anything in the project reads records from an online store."""
    if any(_name(call) in _READS for call in program.trace.calls):
        return True
    if any(_READ_BY_SHELL.search(line.command) for line in program.module.module.shell):
        return True
    return program.project.mentions(_READ_ANYWHERE)


def _name(call: Call) -> str:
    for callee in options(call.callee):
        if isinstance(callee, Attribute):
            return callee.name
        if isinstance(callee, Symbol):
            return callee.path.rpartition(".")[2]
    return ""

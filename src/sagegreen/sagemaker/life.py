"""The life of endpoints: which are deleted again, which are scaled; and what a program tells its project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.evidence import Evidence, JobShape
from sagegreen.sagemaker.settings import derived
from sagegreen.semantics.values import (
    Absent,
    Attribute,
    Item,
    Joined,
    Known,
    Parameter,
    Result,
    Symbol,
    Unknown,
    Value,
    options,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call

_DELETIONS = frozenset({"delete_endpoint", "delete_predictor", "delete_inference_component"})
_SCALINGS = frozenset({"register_scalable_target", "put_scaling_policy"})
_NAMES = frozenset({"endpoint_name", "endpoint"})
_SHELL_DELETION = re.compile(r"\bsagemaker\s+delete-endpoint(?:\s|$)")
_SHELL_NAME = re.compile(r"--endpoint-name[ =]['\"]?([A-Za-z0-9-]+)(?=['\"\s]|$)")
_SHELL_RETENTION = re.compile(r"\blogs\s+put-retention-policy\b")
_SHELL_GROUP = re.compile(r"--log-group-name[ =]['\"]?([\w/.#-]+)(?=['\"\s]|$)")


class Act(NamedTuple):
    """Something done to an endpoint: a deletion or a scaling.

    Attributes:
        order: when, ``None`` where the text gives no order (another function, a shell line).
        names: what the endpoint's name is; empty where the endpoint itself is at hand or nothing is known of it.
        calls: the creations that returned the object at hand.
    """

    order: int | None
    names: tuple[Value, ...]
    calls: tuple[Call, ...]


def complete_endpoints(program: Program, resources: list[Resource]) -> list[Resource]:
    """Merge ``create_endpoint`` into its configuration, and tell of every endpoint whether it is deleted and scaled."""
    resources, created = _merged(resources)
    deletions = list(_deletions(program))
    scalings = list(_scalings(program))
    for resource in resources:
        if resource.kind not in {"endpoint", "inference_component"}:
            continue
        endpoint = _Endpoint(resource, created.get(id(resource), ()))
        deleted = any(map(endpoint.is_meant_by, deletions))
        scaled = any(map(endpoint.is_scaled_by, scalings))
        if not (deleted or scaled) and resource.local.constant is not True:
            elsewhere = program.project.elsewhere(endpoint.known_names)
            deleted = endpoint.is_named_in(elsewhere.deletions)
            scaled = endpoint.is_named_in(elsewhere.scalings)
        resource.settings = {
            **resource.settings,
            "deleted": derived("deleted", value=deleted),
            "autoscaled": derived("autoscaled", value=scaled),
        }
    return resources


def _merged(resources: list[Resource]) -> tuple[list[Resource], dict[int, tuple[Resource, ...]]]:
    """An endpoint made of a configuration of the same program stands where the configuration is made."""
    configurations = [resource for resource in resources if _is_configuration(resource)]
    created: dict[int, tuple[Resource, ...]] = {}
    kept: list[Resource] = []
    for resource in resources:
        if not _is_creation(resource):
            kept.append(resource)
            continue
        matching = [entry for entry in configurations if _may_be(resource, entry)]
        exact = [entry for entry in matching if _is_certainly(resource, entry)]
        for entry in exact or matching:
            created[id(entry)] = (*created.get(id(entry), ()), resource)
        if not matching:
            kept.append(resource)
    return kept, created


def _is_configuration(resource: Resource) -> bool:
    return resource.form.method == "create_endpoint_config" or resource.target.endswith(".EndpointConfig.create")


def _is_creation(resource: Resource) -> bool:
    return resource.form.method == "create_endpoint" or resource.target.endswith("resources.Endpoint.create")


def _configuration_name(resource: Resource) -> Value | None:
    for name in ("config_name", "endpoint_name"):
        value = resource.setting(name).value
        if value is not None and (name == "config_name" or resource.form.owner.endswith("Session")):
            return value
    return None


def _is_certainly(creation: Resource, configuration: Resource) -> bool:
    one, other = _configuration_name(creation), _configuration_name(configuration)
    return one is not None and other is not None and any(same(a, b) for a in options(one) for b in options(other))


def _may_be(creation: Resource, configuration: Resource) -> bool:
    one, other = _configuration_name(creation), _configuration_name(configuration)
    if one is None or other is None or _is_certainly(creation, configuration):
        return True
    return not (isinstance(one, Known) and isinstance(other, Known))


class _Endpoint:
    """One endpoint with everything it may be called by."""

    def __init__(self, resource: Resource, created: Iterable[Resource]) -> None:
        makers = (resource, *created)
        self.resource = resource
        self.calls = tuple(call for maker in makers for call in maker.calls)
        self.orders = [call.order for call in self.calls if not call.uncalled]
        values = [maker.setting(name).value for maker in makers for name in ("endpoint_name", "component_name")]
        self.names = [option for value in values if value is not None for option in options(value)]

    def is_meant_by(self, act: Act) -> bool:
        if act.order is not None and self.orders and act.order < min(self.orders):
            return False
        if any(call is other for call in act.calls for other in self.calls):
            return True
        if act.calls:
            return False
        return not act.names or any(self._may_be_called(name) for name in act.names)

    def is_scaled_by(self, act: Act) -> bool:
        return not act.names or any(self._may_be_called(name) for name in act.names)

    def _may_be_called(self, name: Value) -> bool:
        if isinstance(name, Attribute) and name.name in _NAMES and isinstance(name.base, Result):
            return any(name.base.call is call for call in self.calls)
        if isinstance(name, Joined):
            return any(map(self._may_be_called, name.parts)) or not self.names
        if isinstance(name, Known):
            known = [own.value for own in self.names if isinstance(own, Known)]
            if not isinstance(name.value, str):
                return False
            if known:
                return any(isinstance(own, str) and own in name.value.split("/") for own in known)
            return not self.names and "/" not in name.value
        if any(same(name, own) or _contains(own, name) for own in self.names):
            return True
        # a name that cannot be followed may be this endpoint's, unless the program knows this one's name
        return not any(isinstance(own, Known) for own in self.names) and not isinstance(name, Symbol)

    @property
    def known_names(self) -> frozenset[str]:
        """The names that the program certainly gives it."""
        return frozenset(own.value for own in self.names if isinstance(own, Known) and isinstance(own.value, str))

    def is_named_in(self, names: frozenset[str | None]) -> bool:
        if None in names:
            return True
        return any(isinstance(own, Known) and own.value in names for own in self.names)


def _contains(whole: Value, part: Value) -> bool:
    return isinstance(whole, Joined) and any(same(part, entry) for entry in whole.parts)


def _deletions(program: Program) -> Iterator[Act]:
    for call in program.trace.calls:
        for callee in options(call.callee):
            if not isinstance(callee, Attribute):
                continue
            if callee.name in _DELETIONS:
                yield _deletion(program, call, callee)
            elif callee.name == "delete" and _is_core_endpoint(program, callee.base):
                yield Act(_order(call), tuple(_names_of(program, callee.base)), _makers(callee.base))
    for line in program.module.module.shell:
        if _SHELL_DELETION.search(line.command):
            name = _SHELL_NAME.search(line.command)
            yield Act(None, (Known(name[1]),) if name is not None else (), ())


def _deletion(program: Program, call: Call, callee: Attribute) -> Act:
    named = _argument(call, ("EndpointName", "endpoint_name", "InferenceComponentName", "inference_component_name"))
    if named is not None:
        names = options(named.value)
        calls = tuple(
            name.base.call
            for name in names
            if isinstance(name, Attribute) and name.name in _NAMES and isinstance(name.base, Result)
        )
        makers = [maker for maker in calls if _creates(maker)]
        if makers and len(makers) == len(names):
            return Act(_order(call), (), tuple(makers))
        return Act(_order(call), tuple(_resolved(program, names)), ())
    makers_at_hand = tuple(maker for maker in _makers(callee.base) if _creates(maker))
    if makers_at_hand:
        return Act(_order(call), (), makers_at_hand)
    return Act(_order(call), tuple(_names_of(program, callee.base)), ())


def _creates(call: Call) -> bool:
    """Whether a call is one that creates an endpoint, not one that looks an existing one up."""
    callee = call.callee
    return any(isinstance(option, Attribute) and option.name == "deploy" for option in options(callee)) or any(
        isinstance(option, Symbol) and option.path.endswith((".create", ".deploy")) for option in options(callee)
    )


def _resolved(program: Program, names: Iterable[Value]) -> Iterator[Value]:
    """Names with ``predictor.endpoint_name`` looked through to the name the predictor was made for."""
    for name in names:
        if isinstance(name, Attribute) and name.name in _NAMES:
            found = list(_names_of(program, name.base))
            yield from found or [name]
        else:
            yield name


def _names_of(program: Program, base: Value) -> Iterator[Value]:
    """The endpoint names that an object was made for: ``Predictor(endpoint_name)``, ``Endpoint.get(name)``."""
    for option in options(base):
        if not isinstance(option, Result):
            continue
        bound = program.reader.constructed(option.call)
        if bound is None:
            continue
        for name in ("endpoint_name", "name"):
            argument = bound.arguments.get(name)
            if argument is not None:
                yield from options(argument.value)
                break


def _makers(base: Value) -> tuple[Call, ...]:
    return tuple(option.call for option in options(base) if isinstance(option, Result))


def _is_core_endpoint(program: Program, base: Value) -> bool:
    return any(
        kind.canonical.endswith(("resources.Endpoint", "resources.InferenceComponent"))
        for kind in program.types.of(base)
    )


def _argument(call: Call, keywords: tuple[str, ...]) -> Argument | None:
    for argument in call.arguments:
        if argument.keyword in keywords:
            return argument
    client = call.callee if isinstance(call.callee, Attribute) else None
    if client is not None and client.name == "delete_endpoint":
        for argument in call.arguments[:1]:
            # predictor.delete_endpoint(True) names no endpoint
            if argument.keyword is None and not (
                isinstance(argument.value, Known) and not isinstance(argument.value.value, str)
            ):
                return argument
    return None


def _scalings(program: Program) -> Iterator[Act]:
    for call in program.trace.calls:
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name in _SCALINGS:
                named = next((entry for entry in call.arguments if entry.keyword == "ResourceId"), None)
                names = tuple(_resolved(program, options(named.value))) if named is not None else ()
                yield Act(_order(call), names, ())


def _order(call: Call) -> int | None:
    return None if call.uncalled else call.order


# -- what a program tells its project ---------------------------------------------------------------


def evidence_of(program: Program) -> Evidence:
    """The facts that the other files of the project may ask for."""
    deletions: set[str | None] = set()
    for act in _deletions(program):
        if not act.calls:
            deletions |= set(map(_constant, act.names)) or {None}
    scalings: set[str | None] = set()
    for act in _scalings(program):
        for name in act.names or (Unknown(),):
            text = _constant(name)
            scalings.add(text.split("/")[1] if text is not None and "/" in text else text)
    return Evidence(
        starts=any(start_calls(program)),
        retention=frozenset(_retention(program)),
        deletions=frozenset(deletions),
        scalings=frozenset(scalings),
        jobs=frozenset(_job_shapes(program)),
    )


def start_calls(program: Program) -> Iterator[Call]:
    """The calls that start something that is billed and logs, in the order of the run."""
    found: dict[int, Call] = {}
    for resource in program.resources:
        if resource.local.constant is True:
            continue
        for call in resource.starts:
            found[id(call)] = call
    yield from sorted(found.values(), key=lambda call: call.order)


def retention_calls(program: Program) -> Iterator[tuple[Call, tuple[Value, ...]]]:
    """The calls that limit the retention of log groups, with the groups' names."""
    for call in program.trace.calls:
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name == "put_retention_policy":
                named = next((entry for entry in call.arguments if entry.keyword == "logGroupName"), None)
                yield call, options(named.value) if named is not None else ()


def _retention(program: Program) -> Iterator[str | None]:
    for _, names in retention_calls(program):
        yield from map(_constant, names) if names else (None,)
    for line in program.module.module.shell:
        if _SHELL_RETENTION.search(line.command):
            group = _SHELL_GROUP.search(line.command)
            yield group[1] if group is not None else None


def _job_shapes(program: Program) -> Iterator[JobShape]:
    """The training jobs that can take over a warm pool: those that ask to keep their own."""
    for job in program.of_kind("training_job"):
        if job.starts and not job.keep_alive.is_absent:
            kind, count, role = job.instance_type.constant, job.instance_count.constant, job.setting("role").constant
            yield JobShape(
                role if isinstance(role, str) else None,
                kind if isinstance(kind, str) else None,
                count if isinstance(count, int) else None,
            )


def _constant(value: Value) -> str | None:
    """A name as text, with what is not known of it left out at the end: ``/aws/sagemaker/Endpoints/``."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Joined) and isinstance(value.parts[0], Known) and isinstance(value.parts[0].value, str):
        prefix = value.parts[0].value
        return prefix if prefix.startswith("/") else None
    if isinstance(value, Unknown | Parameter | Item | Absent):
        return None
    return None

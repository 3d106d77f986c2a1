"""The life of endpoints: which are deleted again, which are scaled; and what a program tells its project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.sagemaker.evidence import Evidence, JobShape
from sagegreen.sagemaker.places import enclosing_statements
from sagegreen.sagemaker.scripts import script_uses
from sagegreen.sagemaker.settings import derived, unknown
from sagegreen.sagemaker.starts import limited_log_groups, starts
from sagegreen.semantics.values import (
    Attribute,
    Elements,
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
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call

_DELETIONS = frozenset({"delete_endpoint", "delete_predictor", "delete_inference_component"})
_SCALINGS = frozenset({"register_scalable_target", "put_scaling_policy"})
_UPDATES = frozenset({"update_endpoint", "update_endpoint_weights_and_capacities"})
_INVOCATIONS = frozenset({"predict", "invoke", "invoke_endpoint", "invoke_endpoint_with_response_stream"})
_NAMES = frozenset({"endpoint_name", "endpoint"})
_NAMED_BY = ("EndpointName", "endpoint_name", "InferenceComponentName", "inference_component_name")
#: How the resource ids of Application Auto Scaling begin.
_RESOURCE_HEAD = re.compile(r"^(?:endpoint|inference-component)/")
_SHELL_DELETION = re.compile(r"\bsagemaker\s+delete-endpoint(?:\s|$)")
_SHELL_NAME = re.compile(r"--endpoint-name[ =]['\"]?([A-Za-z0-9-]+)(?=['\"\s]|$)")
_SHELL_SCALING = re.compile(r"\bapplication-autoscaling\s+(?:register-scalable-target|put-scaling-policy)(?:\s|$)")
_SHELL_RESOURCE = re.compile(r"--resource-id[ =]['\"]?(endpoint/[A-Za-z0-9-]+/[\w/-]+)(?=['\"\s]|$)")
_SHELL_CALLS = ("os.system", "os.popen", "subprocess.")
#: ``delete_endpoint`` of these does nothing since version 2 of the SDK; in version 1 it deletes.
_REMOVED_METHOD = ("sagemaker.estimator.EstimatorBase", "sagemaker.tuner.HyperparameterTuner")


class Act(NamedTuple):
    """Something done to an endpoint: a deletion, a scaling or an update.

    Attributes:
        call: the call that does it, ``None`` for a shell line.
        names: what the endpoint's name is; empty where the endpoint itself is at hand or nothing is known of it.
        calls: the creations that returned the object at hand.
        component: whether an inference component is meant, not the endpoint under it.
        only_old: whether it does something in version 1 of the SDK only.
        unknown: whether it is ``delete()`` of an object that nothing is known of, perhaps a resource of version 3.
    """

    call: Call | None
    names: tuple[Value, ...] = ()
    calls: tuple[Call, ...] = ()
    component: bool = False
    only_old: bool = False
    unknown: bool = False


def complete_endpoints(program: Program, resources: list[Resource]) -> list[Resource]:
    """Merge ``create_endpoint`` into its configuration, and tell of every endpoint what becomes of it.

    The settings are ``deleted``, ``autoscaled``, and ``updated`` for one that is given another configuration later.
    """
    resources, created = _merged(resources)
    endpoints = [
        _Endpoint(resource, created.get(id(resource), ()))
        for resource in resources
        if resource.kind in {"endpoint", "inference_component"}
    ]
    deletions = program.once(_deletions)
    scalings = program.once(_scalings)
    updates = list(_updates(program))
    for endpoint in endpoints:
        resource = endpoint.resource
        others = [other for other in endpoints if other is not endpoint]
        deleting = [act for act in deletions if endpoint.is_deleted_by(act, others)]
        deleted = bool(deleting)
        scaled = any(endpoint.is_scaled_by(act, others) for act in scalings)
        updated = any(endpoint.is_deleted_by(act, others, ordered=False) for act in updates)
        if not (deleted and scaled) and resource.local.constant is not True:
            elsewhere = program.project.elsewhere(endpoint.known_names)
            deleted = deleted or endpoint.is_named_in(elsewhere.deletions)
            scaled = scaled or endpoint.is_named_in(elsewhere.scalings)
            updated = updated or endpoint.is_named_in(elsewhere.updates)
        resource.settings = {
            **resource.settings,
            "deleted": unknown("deleted")
            if deleting and endpoint.is_one_of_several and not any(map(_deletes_several, deleting))
            else derived("deleted", value=deleted),
            "autoscaled": derived("autoscaled", value=scaled),
            "updated": derived("updated", value=updated),
        }
    return resources


def _merged(resources: list[Resource]) -> tuple[list[Resource], dict[int, tuple[Resource, ...]]]:
    """An endpoint made of a configuration of the same program stands where the configuration is made."""
    configurations = [resource for resource in resources if is_configuration(resource)]
    created: dict[int, tuple[Resource, ...]] = {}
    kept: list[Resource] = []
    for resource in resources:
        if not is_creation(resource):
            kept.append(resource)
            continue
        matching = [entry for entry in configurations if _may_be(resource, entry)]
        exact = [entry for entry in matching if _is_certainly(resource, entry)]
        for entry in exact or matching:
            created[id(entry)] = (*created.get(id(entry), ()), resource)
            entry.members.append(resource)
            resource.users.append(entry)
        if not matching:
            kept.append(resource)
    return kept, created


def is_configuration(resource: Resource) -> bool:
    """Whether a resource only says what an endpoint will be; what creates it is among its members."""
    return resource.form.method == "create_endpoint_config" or resource.target.endswith(".EndpointConfig.create")


def is_creation(resource: Resource) -> bool:
    """Whether a resource creates an endpoint of a configuration that stands elsewhere."""
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
    return any(_may_equal(a, b) for a in options(one) for b in options(other))


class _Endpoint:
    """One endpoint with everything it may be called by."""

    def __init__(self, resource: Resource, created: Sequence[Resource]) -> None:
        makers = (resource, *created)
        self.resource = resource
        self.calls = tuple(call for maker in makers for call in maker.calls)
        self.creations = tuple(call for maker in created or (resource,) for call in maker.calls)
        names = ("endpoint_name", "component_name")
        values = [maker.setting(name).value for maker in makers for name in names]
        if resource.kind == "inference_component":
            self.own = _all_options([resource.setting("component_name").value])
        else:
            self.own = _all_options(values)
        self.names = _all_options(values)
        self.receivers = [
            option
            for call in self.calls
            for callee in options(call.callee)
            if isinstance(callee, Attribute) and callee.name == "deploy"
            for option in options(callee.base)
        ]

    @property
    def is_one_of_several(self) -> bool:
        """Whether a loop over known values creates it, and others like it."""
        loops = [loop for creation in self.creations for loop in creation.loops]
        return any(isinstance(loop.iterable, Elements) and len(loop.iterable.items) > 1 for loop in loops)

    @property
    def is_component(self) -> bool:
        return self.resource.kind == "inference_component"

    def is_deleted_by(self, act: Act, others: Sequence[_Endpoint], *, ordered: bool = True) -> bool:
        """Whether a deletion, or an update, is one of this endpoint; ``ordered`` where one before it is not."""
        if act.unknown and self.resource.api not in {"v3", "v3core"}:
            return False
        if act.component and not self.is_component and not act.calls:
            return False
        if act.only_old and self.resource.api != "v1":
            return False
        if ordered and act.call is not None and all(_is_over_before(act.call, creation) for creation in self.creations):
            return False
        if any(call is other for call in act.calls for other in self.calls):
            return True
        if act.calls:
            return False
        return not act.names or any(self._is_meant_by(name, others) for name in act.names)

    def is_certainly_meant_by(self, act: Act) -> bool:
        """Whether what is done to an endpoint, is certainly done to this one."""
        if act.unknown or (act.only_old and self.resource.api != "v1"):
            return False
        return any(call is other for call in act.calls for other in self.calls) or any(map(self.is_called, act.names))

    def is_scaled_by(self, act: Act, others: Sequence[_Endpoint]) -> bool:
        """Whether a scaling is one of this endpoint, or of the copies of components on instances that follow them."""
        if act.component and not self.is_component:
            return not self.resource.setting("managed_scaling").is_absent
        if self.is_component and not act.component:
            return not act.names
        return not act.names or any(self._is_meant_by(name, others) for name in act.names)

    def _is_meant_by(self, name: Value, others: Sequence[_Endpoint]) -> bool:
        """A name that certainly is another endpoint's is not this one's; one that cannot be followed may be."""
        if self.is_called(name):
            return True
        return self._may_be_called(name) and not any(other.is_called(name) for other in others)

    def is_called(self, name: Value) -> bool:
        """Whether the endpoint certainly has a name, or one of the values that a text is put together from."""
        if isinstance(name, Joined):
            named = _last_but_variant(name)
            if any(same(named, own) for own in self.names):
                return True
            if not isinstance(named, Joined):
                return self.is_called(named)
        if isinstance(name, Attribute) and name.name in _NAMES:
            if isinstance(name.base, Result) and any(name.base.call is call for call in self.calls):
                return True
            if any(same(name.base, receiver) for receiver in self.receivers):
                return True
        if isinstance(name, Known):
            text = name.value if isinstance(name.value, str) else ""
            return any(isinstance(own, Known) and own.value in (text, *text.split("/")[1:2]) for own in self.names)
        return any(same(name, own) for own in self.names)

    def _may_be_called(self, name: Value) -> bool:
        if isinstance(name, Known):
            # a literal beside a name that the SDK or a function makes may be that name, copied from an earlier run
            return isinstance(name.value, str) and "/" not in name.value and self._may_have(name)
        if isinstance(name, Joined):
            return self._may_have(_last_but_variant(name))
        return not isinstance(name, Symbol) and self._may_have(name)

    def _may_have(self, name: Value) -> bool:
        return not self.own or any(_may_equal(name, own) for own in self.own)

    @property
    def known_names(self) -> frozenset[str]:
        """The names that the program certainly gives it."""
        return frozenset(own.value for own in self.names if isinstance(own, Known) and isinstance(own.value, str))

    def is_named_in(self, names: frozenset[str | None]) -> bool:
        """Whether names found in other files may mean it."""
        if None in names:
            return True
        return any(isinstance(own, Known) and own.value in names for own in self.names)


def _deletes_several(act: Act) -> bool:
    """Whether a deletion may be one of many: in a loop, or of whatever there is."""
    return act.call is None or bool(act.call.loops) or not (act.names or act.calls)


def _all_options(values: Iterable[Value | None]) -> list[Value]:
    return [option for value in values if value is not None for option in options(value)]


def _contains(whole: Value, part: Value) -> bool:
    return isinstance(whole, Joined) and not isinstance(part, Known) and any(same(part, each) for each in whole.parts)


def _last_but_variant(name: Joined) -> Value:
    """The endpoint's part of ``endpoint/NAME/variant/VARIANT``."""
    parts: list[Value] = []
    for index, part in enumerate(name.parts):
        if not isinstance(part, Known):
            parts.append(part)
            continue
        text = str(part.value) if index else _RESOURCE_HEAD.sub("", str(part.value))
        head, slash, _ = text.partition("/")
        if head:
            parts.append(Known(head))
        if slash:
            break
    return parts[0] if len(parts) == 1 else Joined(tuple(parts))


def _may_equal(one: Value, other: Value) -> bool:
    """Whether two texts may be the same, as far as their known beginnings and ends tell."""
    if isinstance(one, Known) and isinstance(other, Known):
        return one.value == other.value
    if _extends(one, other) or _extends(other, one):
        return False
    (head, tail), (other_head, other_tail) = _ends(one), _ends(other)
    return (head.startswith(other_head) or other_head.startswith(head)) and (
        tail.endswith(other_tail) or other_tail.endswith(tail)
    )


def _extends(whole: Value, part: Value) -> bool:
    """Whether a text certainly is another one with something added."""
    return _contains(whole, part) and any(isinstance(each, Known) and each.value for each in _parts(whole))


def _parts(value: Value) -> tuple[Value, ...]:
    return value.parts if isinstance(value, Joined) else (value,)


def _ends(value: Value) -> tuple[str, str]:
    if isinstance(value, Known):
        return str(value.value), str(value.value)
    if isinstance(value, Joined) and value.parts:
        return _ends(value.parts[0])[0], _ends(value.parts[-1])[1]
    return "", ""


def _is_over_before(act: Call, creation: Call) -> bool:
    """Whether something is certainly done before an endpoint is created."""
    if act.uncalled != creation.uncalled or (act.order > creation.order and not _is_done_again(act, creation)):
        return False
    function, other = _outermost(act), _outermost(creation)
    if act.uncalled and function is not other:
        return False
    if _innermost(act) is not _innermost(creation):
        # a function that one of several commands runs
        return not act.conditional or not creation.conditional
    return act.cell is not creation.cell or not _exclude_each_other(act, creation)


def _is_done_again(act: Call, creation: Call) -> bool:
    """Whether a later run of a function does something that stands before the creation in it: each run creates anew."""
    if _innermost(act) is None or _innermost(act) is not _innermost(creation) or act.cell is not creation.cell:
        return False
    return act.cell.span(act.node) < creation.cell.span(creation.node) and not _exclude_each_other(act, creation)


def _outermost(call: Call) -> object:
    return call.frames[0].node if call.frames else None


def _innermost(call: Call) -> object:
    return call.frames[-1].node if call.frames else None


def _exclude_each_other(one: Call, other: Call) -> bool:
    """Whether two calls stand in different branches of one ``if`` or ``match``."""
    way = enclosing_statements(one.cell, one.cell.span(one.node))
    other_way = enclosing_statements(other.cell, other.cell.span(other.node))
    for depth, ((statement, _), (other_statement, _)) in enumerate(zip(way, other_way, strict=False)):
        if statement is not other_statement:
            return False
        if depth + 1 < min(len(way), len(other_way)) and way[depth + 1][1] is not other_way[depth + 1][1]:
            return isinstance(statement, cst.If | cst.Match)
    return False


def _deletions(program: Program) -> tuple[Act, ...]:
    return tuple(_each_deletion(program))


def _each_deletion(program: Program) -> Iterator[Act]:
    named = any(map(program.mentions, _DELETIONS))
    for call in program.trace.calls:
        handed_over = named or call.foreign
        known = call.callee
        if not handed_over and isinstance(known, Attribute) and known.name not in _DELETIONS | {"delete"}:
            continue
        for callee in _telling(call):
            if isinstance(callee, Attribute):
                if callee.name in _DELETIONS:
                    yield _act(program, call, callee, call.arguments)
                elif callee.name == "delete" and _is_core_endpoint(program, callee.base):
                    yield _at_hand(program, call, callee)
                elif callee.name == "delete" and not call.arguments and isinstance(callee.base, Unknown | Parameter):
                    yield Act(call, unknown=True)
            elif isinstance(callee, Symbol) and callee.path.startswith(_SHELL_CALLS):
                yield from _shell_call(call)
        if handed_over:
            yield from _handed_over(program, call)
    for line in program.module.module.shell:
        if _SHELL_DELETION.search(line.command):
            name = _SHELL_NAME.search(line.command)
            yield Act(None, (Known(name[1]),) if name is not None else ())


def _telling(call: Call) -> list[Value]:
    """What may be called: methods of what the program deploys, where there are some, not those of ``None`` besides."""
    callees = list(options(call.callee))
    made: list[Value] = [
        callee
        for callee in callees
        if isinstance(callee, Attribute)
        and any(isinstance(base, Result) and _creates(base.call) for base in options(callee.base))
    ]
    return made or [callee for callee in callees if not (isinstance(callee, Attribute) and _is_nothing(callee.base))]


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Known) and value.value is None


def _handed_over(program: Program, call: Call) -> Iterator[Act]:
    """``atexit.register(predictor.delete_endpoint)``: a deletion given to somebody else to call."""
    for index, argument in enumerate(call.arguments):
        for value in options(argument.value):
            if isinstance(value, Attribute) and value.name in _DELETIONS:
                yield _act(program, call, value, call.arguments[index + 1 :])


def scalings_of(endpoint: Resource) -> list[Call]:
    """The calls of an endpoint's own program that register it for scaling, or put a scaling policy on it."""
    own, others = _among_others(endpoint)
    acts = endpoint.program.once(_scalings)
    return [act.call for act in acts if act.call is not None and own.is_scaled_by(act, others)]


def deletions_of(endpoint: Resource) -> list[Call]:
    """The calls of an endpoint's own program that certainly delete it."""
    own, _ = _among_others(endpoint)
    acts = endpoint.program.once(_deletions)
    return [act.call for act in acts if act.call is not None and own.is_certainly_meant_by(act)]


def invocations_of(endpoint: Resource) -> list[Call]:
    """The calls of an endpoint's own program that certainly send it requests."""
    own, _ = _among_others(endpoint)
    return [
        call
        for call in endpoint.program.calls_of(*_INVOCATIONS)
        for callee in _telling(call)
        if isinstance(callee, Attribute) and callee.name in _INVOCATIONS
        if own.is_certainly_meant_by(_act(endpoint.program, call, callee, call.arguments))
    ]


def _among_others(endpoint: Resource) -> tuple[_Endpoint, list[_Endpoint]]:
    endpoints = endpoint.program.once(_with_creations)
    own = next(entry for entry in endpoints if entry.resource is endpoint)
    return own, [entry for entry in endpoints if entry is not own]


def idle_deletions(program: Program) -> Iterator[Call]:
    """Calls of ``estimator.delete_endpoint()`` and the like, which do nothing since version 2 of the SDK."""
    for act in program.once(_deletions):
        if act.only_old and act.call is not None:
            yield act.call


def _act(program: Program, call: Call, method: Attribute, arguments: Sequence[Argument]) -> Act:
    """What a deletion or an update means: the endpoint that it names, else the one that its receiver was made for."""
    component = method.name == "delete_inference_component"
    named = _named(method, arguments)
    if named is not None:
        names = options(named.value)
        calls = tuple(
            name.base.call
            for name in names
            if isinstance(name, Attribute) and name.name in _NAMES and isinstance(name.base, Result)
        )
        makers = [maker for maker in calls if _creates(maker)]
        if makers and len(makers) == len(names):
            return Act(call, (), tuple(makers), component)
        return Act(call, tuple(_resolved(program, names)), (), component)
    if any(kind.is_a(owner) for kind in program.types.of(method.base) for owner in _REMOVED_METHOD):
        names_of_receiver = tuple(Attribute(base, "endpoint_name") for base in options(method.base))
        return Act(call, names_of_receiver, only_old=True)
    return _at_hand(program, call, method)


def _at_hand(program: Program, call: Call, method: Attribute) -> Act:
    makers = tuple(option.call for option in options(method.base) if isinstance(option, Result))
    creations = tuple(maker for maker in makers if _creates(maker))
    if creations:
        return Act(call, (), creations)
    return Act(call, tuple(_names_of(program, method.base)))


def _creates(call: Call) -> bool:
    """Whether a call is one that creates an endpoint, not one that looks an existing one up."""
    return _deploys(call) or any(
        isinstance(option, Symbol) and option.path.endswith((".create", ".deploy")) for option in options(call.callee)
    )


def _deploys(call: Call) -> bool:
    return any(isinstance(option, Attribute) and option.name == "deploy" for option in options(call.callee))


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
            if argument is not None and not _is_a_model(program, option):
                yield from options(argument.value)
                break


def _is_a_model(program: Program, value: Value) -> bool:
    """Whether ``name=`` names a model, not an endpoint."""
    return any(kind.is_a("sagemaker.model.ModelBase") for kind in program.types.of(value))


def _is_core_endpoint(program: Program, base: Value) -> bool:
    if any(isinstance(option, Result) and _deploys(option.call) for option in options(base)):
        return True
    return any(
        kind.canonical.endswith(("resources.Endpoint", "resources.InferenceComponent"))
        for kind in program.types.of(base)
    )


def _named(method: Attribute, arguments: Sequence[Argument]) -> Argument | None:
    for argument in arguments:
        if argument.keyword in _NAMED_BY:
            return argument
    if method.name not in {"delete_endpoint", "delete_inference_component", "update_endpoint"}:
        return None
    first = arguments[0] if arguments else None
    # predictor.delete_endpoint(True) names no endpoint
    if (
        first is None
        or first.keyword is not None
        or (isinstance(first.value, Known) and not isinstance(first.value.value, str))
    ):
        return None
    return first


def _shell_call(call: Call) -> Iterator[Act]:
    """``subprocess.run(["aws", "sagemaker", "delete-endpoint", "--endpoint-name", name])``."""
    value = call.arguments[0].value if call.arguments else Unknown()
    if isinstance(value, Elements):
        words = [item.value if isinstance(item, Known) else None for item in value.items]
        if "delete-endpoint" in words:
            after = words.index("--endpoint-name") + 1 if "--endpoint-name" in words else len(words)
            yield Act(call, value.items[after : after + 1])
        return
    parts = value.parts if isinstance(value, Joined) else (value,)
    text = "".join(str(part.value) if isinstance(part, Known) else "{}" for part in parts)
    if _SHELL_DELETION.search(text):
        name = _SHELL_NAME.search(text)
        yield Act(call, (Known(name[1]),) if name is not None else ())


def _shell_scaling(call: Call) -> Iterator[Act]:
    """``aws application-autoscaling register-scalable-target --resource-id endpoint/NAME/variant/VARIANT``."""
    value = call.arguments[0].value if call.arguments else Unknown()
    parts = value.items if isinstance(value, Elements) else value.parts if isinstance(value, Joined) else (value,)
    separator = " " if isinstance(value, Elements) else ""
    yield from _scaling_in(separator.join(str(part.value) if isinstance(part, Known) else "{}" for part in parts), call)


def _scaling_in(command: str, call: Call | None) -> Iterator[Act]:
    if _SHELL_SCALING.search(command):
        name = _SHELL_RESOURCE.search(command)
        yield Act(call, (Known(name[1]),) if name is not None else ())


def _scalings(program: Program) -> tuple[Act, ...]:
    return tuple(_each_scaling(program))


def _each_scaling(program: Program) -> Iterator[Act]:
    for line in program.module.module.shell:
        yield from _scaling_in(line.command, None)
    for call in program.trace.calls:
        known = call.callee
        if isinstance(known, Attribute) and known.name not in _SCALINGS:
            continue
        for callee in options(known):
            if isinstance(callee, Symbol) and callee.path.startswith(_SHELL_CALLS):
                yield from _shell_scaling(call)
            if not isinstance(callee, Attribute) or callee.name not in _SCALINGS:
                continue
            given = {argument.keyword: argument.value for argument in call.arguments}
            namespace = given.get("ServiceNamespace")
            if isinstance(namespace, Known) and namespace.value != "sagemaker":
                continue
            resource = given.get("ResourceId")
            names = tuple(_resolved(program, options(resource))) if resource is not None else ()
            heads = [_ends(value)[0] for value in (*names, given.get("ScalableDimension", Unknown()))]
            component = any(head.startswith(("inference-component", "sagemaker:inference-component")) for head in heads)
            yield Act(call, names, component=component)


def _updates(program: Program) -> Iterator[Act]:
    for call in program.calls_of(*_UPDATES):
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name in _UPDATES:
                yield _act(program, call, callee, call.arguments)


# -- what a program tells its project ---------------------------------------------------------------


def evidence_of(program: Program) -> Evidence:
    """The facts that the other files of the project may ask for."""
    endpoints = program.once(_with_creations)
    deletions: set[str | None] = set()
    for act in program.once(_deletions):
        if not (act.calls or act.only_old or act.unknown):
            deletions |= _told(act, endpoints)
    scalings: set[str | None] = set()
    for act in program.once(_scalings):
        named = _told(act, endpoints, scaling=True)
        scalings |= {text.split("/")[1] if text is not None and "/" in text else text for text in named}
    updates: set[str | None] = set()
    for act in _updates(program):
        updates |= _told(act, endpoints) if not act.calls else set()
    started = starts(program)
    return Evidence(
        starts=bool(started),
        log_groups=frozenset(group for start in started for group in start.log_groups),
        retention=limited_log_groups(program),
        deletions=frozenset(deletions),
        scalings=frozenset(scalings),
        updates=frozenset(updates),
        jobs=frozenset(_job_shapes(program)),
        scripts=frozenset(script_uses(program)),
    )


def _with_creations(program: Program) -> list[_Endpoint]:
    return [
        _Endpoint(resource, [member for member in resource.members if is_creation(member)])
        for resource in program.of_kind("endpoint", "inference_component")
    ]


def _told(act: Act, endpoints: Sequence[_Endpoint], *, scaling: bool = False) -> set[str | None]:
    """The names that an act may have in other files.

    What cannot be followed is about the endpoints of its own file, where that has some that it may be about.
    """
    own = any(endpoint.is_scaled_by(act, ()) if scaling else endpoint.is_deleted_by(act, ()) for endpoint in endpoints)
    names = {_constant(name) for name in act.names} or {None}
    return names - {None} if own else names


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
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None

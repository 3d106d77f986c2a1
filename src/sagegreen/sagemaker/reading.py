"""Reading settings out of calls and requests along a dialect's paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sagegreen.sagemaker.calls import CONSTRUCTOR, BoundCall, bind_function, bind_method
from sagegreen.sagemaker.forms import EVERY, STRUCTURED
from sagegreen.sagemaker.places import Place
from sagegreen.sagemaker.settings import Literal, Setting, State, absent
from sagegreen.semantics.values import (
    ABSENT,
    Absent,
    Attribute,
    Elements,
    Joined,
    Known,
    Mapped,
    OneOf,
    Parameter,
    Result,
    Symbol,
    Unknown,
    Value,
    one_of,
    options,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sagegreen.sagemaker.forms import Path
    from sagegreen.sagemaker.types import Types
    from sagegreen.semantics.trace import Argument, AttributeAssignment, Call
    from sagegreen.semantics.values import Scalar

#: Pipeline parameters: what a plain start runs is their default.
_PIPELINE_PARAMETERS = frozenset({"ParameterString", "ParameterInteger", "ParameterFloat", "ParameterBoolean"})
_DEEPEST = 8
#: Methods that run what their object describes.
START_METHODS = frozenset(
    {"fit", "train", "tune", "run", "run_bias", "run_explainability", "run_pre_training_bias"}
    | {"run_post_training_bias", "run_bias_and_explainability", "transform", "start", "submit"}
)
#: Methods that send what their object describes.
_SENDING = START_METHODS | {"create", "upsert", "update"}
#: Structures that carry their own switch, by setting: the SDK's parameter and boto3's key.
_SWITCHES = {
    "cache": ("enable_caching", "Enabled"),
    "data_capture": ("enable_capture", "EnableCapture"),
}
#: Those that are off unless the switch is given: ``CacheConfig(expire_after="P30D")`` caches nothing.
_OFF_BY_THEMSELVES = frozenset({"cache"})


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What stands at the end of a path: the values there, and the argument of the outer call that leads to it."""

    value: Value
    argument: Argument | None


class Reader:
    """Reads the settings of one program's calls."""

    def __init__(self, types: Types, assignments: Sequence[AttributeAssignment], calls: Sequence[Call] = ()) -> None:
        self.types = types
        self._constructed: dict[int, tuple[Call, BoundCall | None]] = {}
        self._assigned: dict[int, list[AttributeAssignment]] = {}
        self._sent: dict[int, list[Call]] = {}
        for assignment in assignments:
            for option in options(assignment.base):
                root = option
                while isinstance(root, Attribute):
                    root = root.base
                if isinstance(root, Result):
                    self._assigned.setdefault(id(root.call), []).append(assignment)
        self._assign_to_parts(assignments)
        if self._assigned:
            self._sent.update(self._sendings(calls))

    def _assign_to_parts(self, assignments: Sequence[AttributeAssignment]) -> None:
        """``tuner.estimator.max_run = ...`` changes the estimator that the tuner was made with."""
        for assignment in assignments:
            for option in options(assignment.base):
                part = self._object_setting(option) if isinstance(option, Attribute) else None
                for made in options(part) if part is not None else ():
                    if isinstance(made, Result):
                        itself = replace(assignment, base=made)
                        self._assigned.setdefault(id(made.call), []).append(itself)
        for each in self._assigned.values():
            each.sort(key=lambda assignment: assignment.order)

    def _sendings(self, calls: Sequence[Call]) -> dict[int, list[Call]]:
        """The calls that send what objects describe which attributes are assigned to."""
        found: dict[int, list[Call]] = {}
        for call in calls:
            for callee in options(call.callee):
                if isinstance(callee, Attribute) and callee.name in _SENDING:
                    for part in walk(callee.base):
                        if isinstance(part, Result) and id(part.call) in self._assigned:
                            found.setdefault(id(part.call), []).append(call)
        return found

    # -- binding ----------------------------------------------------------------------------------

    def constructed(self, call: Call) -> BoundCall | None:
        """The call of an SDK class or function with its arguments bound; ``None`` for anything else."""
        known = self._constructed.get(id(call))
        if known is None:
            known = self._constructed[id(call)] = (call, self._bind(call))  # the call lives on: its id stays its own
        return known[1]

    def _bind(self, call: Call) -> BoundCall | None:
        for callee in options(call.callee):
            if not isinstance(callee, Symbol):
                continue
            name = self.types.names.resolve(callee.path)
            if name is None:
                continue
            if name.signatures.is_class(name.canonical):
                return bind_method(call, name.signatures, name.canonical, CONSTRUCTOR)
            if name.signatures.is_function(name.canonical):
                return bind_function(call, name.signatures, name.canonical)
            owner, _, method = name.canonical.rpartition(".")
            if name.signatures.is_class(owner):
                return bind_method(call, name.signatures, owner, method)
        return None

    # -- paths ------------------------------------------------------------------------------------

    def find(self, bound: BoundCall, path: Path) -> Found:
        """What stands at ``path`` of a call; :data:`ABSENT` where certainly nothing does."""
        argument = bound.arguments.get(path[0])
        missing: Value = Unknown() if bound.open else ABSENT
        value = argument.value if argument is not None else missing
        value = self._descend(value, path[1:], _DEEPEST)
        return Found(self.assigned(bound.call, path, value), argument)

    def assigned(self, call: Call, path: Path, before: Value) -> Value:
        """A setting after what was assigned to it when the object was made: ``trainer.compute.instance_type = ...``.

        One of several, where what it was before an assignment was sent already.
        """
        found = before
        sent: list[Value] = []
        sendings = self._sent.get(id(call), ())
        last, again = -1, False
        for assignment in self._assigned.get(id(call), ()):
            names = [assignment.name]
            base: Value | None = next(
                (option for option in options(assignment.base) if isinstance(option, Attribute | Result)), None
            )
            while isinstance(base, Attribute):
                names.append(base.name)
                base = base.base
            target = tuple(reversed(names))
            if target == path[: len(target)] and not assignment.excluded:
                earlier = [sending for sending in sendings if last < sending.order <= assignment.order]
                sent += [found] if earlier else []
                # the next round of a loop around both sends what this one assigns
                around = set(assignment.loops) - set(call.loops)
                again = any(around & set(sending.loops) for sending in earlier)
                last = assignment.order
                value = self._descend(assignment.value, path[len(target) :], _DEEPEST)
                found = one_of([found, value]) if assignment.conditional and not call.conditional else value
        if not sent:
            return found
        later = again or any(sending.order > last for sending in sendings)
        return one_of([*sent, found] if later else sent)

    def _descend(self, value: Value, path: Path, depth: int) -> Value:
        if not path or isinstance(value, Absent):
            return value
        if depth == 0:
            return Unknown()
        if isinstance(value, OneOf):
            return one_of([self._descend(option, path, depth - 1) for option in value.options], value.loop)
        if isinstance(value, Known) and value.value is None:
            return ABSENT
        if path[0] != EVERY and path[0].startswith(EVERY):
            return self._ending(value, path, depth)
        if isinstance(value, Mapped):
            entry = value.entries.get(path[0])
            if entry is None:
                return ABSENT if value.complete else Unknown()
            return self._descend(entry.value, path[1:], depth - 1)
        if isinstance(value, Elements) and path[0] == EVERY:
            return self._every(value, path[1:], depth)
        if isinstance(value, Result):
            return self._into(value, path, depth)
        return Unknown(sources=(value,))

    def _every(self, value: Elements, path: Path, depth: int) -> Value:
        found = [self._descend(item, path, depth - 1) for item in value.items]
        if not (value.complete or value.alike):
            found.append(Unknown())
        present = [option for option in found if not isinstance(option, Absent)]
        return one_of(present) if present else (ABSENT if found else Unknown())

    def _ending(self, value: Value, path: Path, depth: int) -> Value:
        """What stands below every key or field whose name ends like the first step."""
        end = path[0].removeprefix(EVERY)
        if isinstance(value, Mapped):
            names, complete = [name for name in value.entries if isinstance(name, str)], value.complete
        elif isinstance(value, Result) and (bound := self.constructed(value.call)) is not None:
            names, complete = list(bound.arguments), not bound.open
        else:
            return Unknown(sources=(value,))
        found = [self._descend(value, (name, *path[1:]), depth - 1) for name in names if name.endswith(end)]
        found += [] if complete else [Unknown()]
        present = [option for option in found if not isinstance(option, Absent)]
        return one_of(present) if present else ABSENT

    def _into(self, value: Result, path: Path, depth: int) -> Value:
        bound = self.constructed(value.call)
        if bound is None:
            return Unknown(sources=(value,))
        argument = bound.arguments.get(path[0])
        missing: Value = Unknown() if bound.open else ABSENT
        found = self._descend(argument.value, path[1:], depth - 1) if argument is not None else missing
        return self.assigned(value.call, path, found)

    # -- settings ---------------------------------------------------------------------------------

    def setting(self, name: str, founds: Sequence[Found], sdk_default: object) -> Setting:
        """The setting that the calls of one place agree on."""
        value = one_of([found.value for found in founds])
        argument = next((found.argument for found in founds if found.argument is not None), None)
        given = Place(argument.cell, argument.node) if argument is not None else None
        resolved = self._resolved([value])
        if not resolved or all(isinstance(option, Absent) for option in resolved):
            return absent(name, sdk_default)
        optional = any(isinstance(option, Absent) for option in resolved)
        if name in STRUCTURED:
            return self._presence(name, value, resolved, given, sdk_default)
        if all(isinstance(option, Known) and option.value is None for option in resolved) and sdk_default is None:
            return absent(name)
        constants: list[Scalar] = []
        for option in resolved:
            if isinstance(option, Known):
                constant: Scalar = option.value
            elif isinstance(option, Absent) and isinstance(sdk_default, str | int | float | bool):
                constant = sdk_default
            elif isinstance(option, Absent) and sdk_default is None and len(resolved) > 1:
                constant = None
            else:
                return Setting(
                    name,
                    State.UNKNOWN,
                    default=_default(resolved),
                    value=value,
                    place=_place(resolved),
                    argument=given,
                    sdk_default=sdk_default,
                    optional=optional,
                    literals=_literals(self._resolved([found.value for found in founds])),
                )
            if not any(type(constant) is type(other) and constant == other for other in constants):
                constants.append(constant)
        state = State.KNOWN if len(constants) == 1 else State.ONE_OF
        return Setting(
            name,
            state,
            tuple(constants),
            value=value,
            place=_place(resolved) or given,
            argument=given,
            sdk_default=sdk_default,
            optional=optional,
            literals=_literals(self._resolved([found.value for found in founds])),
        )

    def _presence(
        self, name: str, value: Value, resolved: Sequence[Value], given: Place | None, sdk_default: object
    ) -> Setting:
        presences = {presence for option in resolved for presence in self._presences(name, option)}
        if None in presences:
            return Setting(name, State.UNKNOWN, value=value, argument=given)
        if presences == {False} and all(
            isinstance(option, Absent) or (isinstance(option, Known) and option.value is None) for option in resolved
        ):
            return absent(name, sdk_default)
        values = tuple(sorted(presence for presence in presences if presence is not None))
        state = State.KNOWN if len(values) == 1 else State.ONE_OF
        return Setting(name, state, values, value=value, place=_place(resolved) or given, argument=given)

    def _presences(self, name: str, value: Value) -> set[bool | None]:
        """Whether a structure is there; one that is switched off is as good as none."""
        present = _is_present(value)
        if not present or (isinstance(value, Result) and self.constructed(value.call) is None):
            return {present}
        if not isinstance(value, Mapped | Result):
            return {present}
        found = [self._descend(value, (switch,), _DEEPEST) for switch in _SWITCHES.get(name, ())]
        options_found = [option for setting in found for option in options(self.constant(setting, _DEEPEST))]
        given = [option for option in options_found if not isinstance(option, Absent)]
        return {bool(option.value) if isinstance(option, Known) else None for option in given} or {
            name not in _OFF_BY_THEMSELVES
        }

    def _resolved(self, values: Iterable[Value]) -> list[Value]:
        """What the values may be, with what the SDK computes from them."""
        given = [option for value in values for option in options(value)]
        return [option for value in given for option in options(self.constant(value, _DEEPEST))]

    def constant(self, value: Value, depth: int) -> Value:
        """A value with what the SDK computes from it: parameters' defaults, enumeration members, objects' settings."""
        if depth == 0:
            return Unknown()
        if isinstance(value, Result):
            parameter = self._pipeline_parameter(value)
            return self.constant(parameter, depth - 1) if parameter is not None else value
        if isinstance(value, Attribute) and not isinstance(value.base, Parameter):
            found = self._object_setting(value)
            return self.constant(found, depth - 1) if found is not None else value
        if isinstance(value, Symbol):
            return self._member(value) or value
        if isinstance(value, OneOf):
            return one_of([self.constant(option, depth - 1) for option in value.options])
        return value

    def _pipeline_parameter(self, value: Result) -> Value | None:
        for callee in options(value.call.callee):
            if isinstance(callee, Symbol) and callee.path.rpartition(".")[2] in _PIPELINE_PARAMETERS:
                bound = self.constructed(value.call)
                found = bound.arguments.get("default_value") if bound is not None else None
                return found.value if found is not None else Unknown()
        return None

    def _object_setting(self, value: Attribute) -> Value | None:
        """``estimator.instance_type`` is what the estimator was made with."""
        results: list[Value] = []
        for base in options(value.base):
            if not isinstance(base, Result):
                return None
            bound = self.constructed(base.call)
            if bound is None or value.name not in bound.arguments:
                return None
            results.append(self.assigned(base.call, (value.name,), bound.arguments[value.name].value))
        return one_of(results) if results else None

    def _member(self, value: Symbol) -> Value | None:
        path, _, tail = value.path.rpartition(".")
        if tail == "value":
            path, _, tail = path.rpartition(".")
        name = self.types.names.resolve(path)
        if name is None:
            return None
        members = name.signatures.enum_members(name.canonical)
        if members is None or tail not in members:
            return None
        member = members[tail]
        return Known(member, origin=value.origin) if isinstance(member, str | int | float) else None


def _is_present(value: Value) -> bool | None:
    if isinstance(value, Absent):
        return False
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Elements):
        if value.items:
            # a loop over nothing fills it with nothing
            return None if value.alike and not value.complete else True
        return False if value.complete else None
    if isinstance(value, Mapped):
        return True if value.entries else (False if value.complete else None)
    if isinstance(value, Parameter | Unknown):
        return None
    return True


def _default(resolved: Iterable[Value]) -> Scalar:
    for option in resolved:
        default = option.default if isinstance(option, Unknown | Parameter) else None
        while isinstance(default, Unknown | Parameter):
            default = default.default
        if isinstance(default, Known):
            return default.value
    return None


def _place(resolved: Iterable[Value]) -> Place | None:
    """The literal that decides: the only one there is, or an unknown value's declared default."""
    places: list[Place] = []
    for option in resolved:
        source: Value | None = option
        while isinstance(source, Unknown | Parameter) and source.default is not None:
            source = source.default
        if isinstance(source, Known | Joined | Mapped | Elements | Result) and source.origin is not None:
            places.append(Place(source.origin.cell, source.origin.node))
    return places[0] if len(places) == 1 else None


def _literals(resolved: Iterable[Value]) -> tuple[Literal, ...]:
    """Every constant among the values with the place where it was written, each place once."""
    found: dict[tuple[object, ...], Literal] = {}
    for option in resolved:
        source: Value | None = option
        declared = False
        while isinstance(source, Unknown | Parameter):
            source, declared = source.default, True
        for constant in options(source) if source is not None else ():
            if isinstance(constant, Known) and constant.origin is not None:
                place = Place(constant.origin.cell, constant.origin.node)
                found.setdefault(place.key, Literal(constant.value, place, declared))
    return tuple(found.values())

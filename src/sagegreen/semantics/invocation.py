"""Attribute access, subscription and calls: into the program where it defines the target, else recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.semantics import durations, library, objects
from sagegreen.semantics.machine import DEEPEST_CALL, Frame
from sagegreen.semantics.scopes import Bindings, Scope, bindings
from sagegreen.semantics.state import State
from sagegreen.semantics.values import (
    ABSENT,
    Absent,
    Attribute,
    Bound,
    Class,
    Entry,
    Function,
    Instance,
    Item,
    Known,
    Namespace,
    OneOf,
    Origin,
    Parameter,
    Reference,
    Result,
    Super,
    Symbol,
    Unknown,
    Value,
    one_of,
    options,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.trace import Argument, Loop


# -- attributes and items ---------------------------------------------------------------------------


def attribute(machine: Machine, base: Value, name: str, node: cst.CSTNode) -> Value:
    """``base.name``."""
    if isinstance(base, OneOf):
        return one_of([attribute(machine, option, name, node) for option in base.options], base.loop)
    if isinstance(base, (Symbol, Result, Attribute)):
        key = machine.attribute_key(base, name)
        found = machine.state.get(key) if key is not None else None
        if isinstance(found, Value):
            return found
    if isinstance(base, Symbol):
        return Symbol(f"{base.path}.{name}", origin=machine.origin(node))
    if isinstance(base, Instance):
        return _instance_attribute(machine, base, name, node)
    if isinstance(base, Class):
        found_value = machine.class_attribute(base, name)
        if isinstance(found_value, Function):
            return Bound(found_value, base) if found_value.binding == "classmethod" else found_value
        if found_value is not None:
            return found_value
        imported = machine.imported_base(base)
        return attribute(machine, imported, name, node) if imported is not None else Unknown()
    if isinstance(base, Super):
        return Attribute(base, name, origin=machine.origin(node))
    if isinstance(base, Namespace):
        found_in_module = machine.state.get((base.scope.identity, name))
        return found_in_module if isinstance(found_in_module, Value) else Unknown()
    if isinstance(base, Known) and name == "value":
        return base  # constants have no such attribute: this is a member of an enumeration
    if isinstance(base, Result):
        duration = durations.attribute(base, name)
        if duration is not None:
            return duration
    if isinstance(base, (Result, Item)):
        default = library.parsed_argument(machine, base, name)
        if default is not None:
            return default
    if isinstance(base, Absent):
        return Unknown()
    if isinstance(base, Reference):
        entry = objects.key_as_attribute(machine, base, name)
        if entry is not None:
            return without_absence(entry)
    if isinstance(base, Parameter) and isinstance(base.annotation, Class):
        return _declared_attribute(machine, base, base.annotation, name, node)
    return Attribute(base, name, origin=machine.origin(node))


def _declared_attribute(machine: Machine, base: Parameter, cls: Class, name: str, node: cst.CSTNode) -> Value:
    """An attribute of a parameter whose annotation is a class of the program: unknown, with the class's default."""
    inherited = machine.class_attribute(cls, name)
    if isinstance(inherited, Function):
        return inherited if inherited.binding == "staticmethod" else Bound(inherited, base)
    if inherited is not None:
        return Unknown(default=library.field_default(machine, inherited), sources=(base,))
    return Attribute(base, name, origin=machine.origin(node))


def _instance_attribute(machine: Machine, base: Instance, name: str, node: cst.CSTNode) -> Value:
    if name == "__dict__":
        return objects.as_dictionary(machine, base, deep=False)
    found = machine.state.get(("instance", base.identity, name))
    if isinstance(found, Value):
        return found
    inherited = machine.class_attribute(base.type, name)
    if isinstance(inherited, Function):
        if inherited.binding == "property":
            return invoke(machine, inherited, [], node, receiver=base)
        if inherited.binding == "staticmethod":
            return inherited
        return Bound(inherited, base.type if inherited.binding == "classmethod" else base)
    if inherited is not None:
        return inherited
    construction = machine.construction(base)
    if construction is not None:
        return attribute(machine, construction, name, node)
    return Attribute(base, name, origin=machine.origin(node))


def item(machine: Machine, base: Value, key: Value, origin: Origin | None) -> Value:
    """``base[key]``."""
    if isinstance(base, OneOf):
        return one_of([item(machine, option, key, origin) for option in base.options], base.loop)
    if isinstance(key, OneOf) and isinstance(base, Reference):
        return one_of([item(machine, base, option, origin) for option in key.options], key.loop)
    dictionary = machine.dictionary(base)
    if dictionary is not None:
        if isinstance(key, Known) and key.value in dictionary.entries:
            return without_absence(dictionary.entries[key.value].value)
        if not isinstance(key, Known) and dictionary.entries:
            found = [without_absence(entry.value) for entry in dictionary.entries.values()]
            if dictionary.complete:
                # whatever the key is, nothing else can come out
                return one_of(found, loop_of(key))
            anything = Unknown(sources=(one_of([*found, Unknown()]), key), origin=origin)
        else:
            anything = Unknown(sources=(base, key), origin=origin)
        # objects that were put under keys that nobody knows may come out again
        return one_of([*(kept for kept in dictionary.rest if isinstance(kept, Result)), anything])
    elements = machine.elements(base)
    if elements is not None:
        if isinstance(key, Known) and isinstance(key.value, int) and elements.complete:
            if -len(elements.items) <= key.value < len(elements.items):
                return elements.items[key.value]
            return Unknown(origin=origin)
        if elements.items and (elements.alike or (elements.complete and not isinstance(key, Known))):
            return one_of(elements.items, loop_of(key))
        return Unknown(sources=(base, key), origin=origin)
    if isinstance(base, (Symbol, Result, Attribute, Item, Parameter)):
        return Item(base, key, origin=origin)
    return Unknown(sources=(base, key), origin=origin)


def loop_of(value: Value) -> Loop | None:
    """The loop with whose rounds a value changes."""
    return next((part.loop for part in walk(value) if isinstance(part, (OneOf, Unknown)) and part.loop), None)


def without_absence(value: Value) -> Value:
    """The value a key has where it is there at all."""
    present = [option for option in options(value) if not isinstance(option, Absent)]
    return one_of(present) if present else Unknown()


# -- calls ------------------------------------------------------------------------------------------


def call(machine: Machine, callee: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value:
    """Call ``callee``."""
    if isinstance(callee, OneOf):
        return _call_alternatives(machine, callee, arguments, node)
    if isinstance(callee, Function):
        return invoke(machine, callee, arguments, node)
    if isinstance(callee, Bound):
        return invoke(machine, callee.function, arguments, node, receiver=callee.receiver)
    if isinstance(callee, Class):
        return instantiate(machine, callee, arguments, node)
    if isinstance(callee, Attribute) and isinstance(callee.base, Super):
        return _call_super(machine, callee.base, callee.name, arguments, node)
    if isinstance(callee, Symbol):
        if callee.path == "builtins.super":
            return _super(machine)
        if callee.path.endswith(".__init__") and arguments and isinstance(arguments[0].value, Instance):
            base = Symbol(callee.path.removesuffix(".__init__"), origin=callee.origin)
            return _construct(machine, arguments[0].value, base, arguments[1:], node)
    if isinstance(callee, Instance):
        method = machine.class_attribute(callee.type, "__call__")
        if isinstance(method, Function):
            return invoke(machine, method, arguments, node, receiver=callee)
    modelled = library.model(machine, callee, arguments, node)
    if modelled is not None:
        return modelled
    return external(machine, callee, arguments, node)


def external(machine: Machine, callee: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value:
    """Record a call of something that the program does not define."""
    taken = [_taken(machine, argument) for argument in arguments]
    if not library.leaves_arguments_alone(callee):
        for argument in arguments:
            machine.escape(argument.value)
    return machine.record_call(node, callee, taken)


def _taken(machine: Machine, argument: Argument) -> Argument:
    value = machine.snapshot(argument.value)
    if value is argument.value:
        return argument
    return type(argument)(argument.keyword, argument.star, value, argument.cell, argument.node, argument.spread)


def _call_alternatives(machine: Machine, callee: OneOf, arguments: Sequence[Argument], node: cst.CSTNode) -> Value:
    ours = [option for option in callee.options if _is_followed(option)]
    others = [option for option in callee.options if not _is_followed(option) and not isinstance(option, Absent)]
    results: list[Value] = []
    paths = []
    base = machine.state
    for option in ours:
        with machine.branch() as state:
            results.append(call(machine, option, arguments, node))
            paths.append(state.changes_since(base))
    if others:
        with machine.branch() as state:
            results.append(external(machine, one_of(others, callee.loop), arguments, node))
            paths.append(state.changes_since(base))
    base.absorb(paths)
    return one_of(results, callee.loop)


def _is_followed(callee: Value) -> bool:
    """Whether a call goes into the program, or is a method of one of its containers."""
    if isinstance(callee, Attribute):
        return isinstance(callee.base, Reference)
    return isinstance(callee, (Function, Bound, Class))


def _super(machine: Machine) -> Value:
    for frame in reversed(machine.frames):
        owner = frame.function.owner
        if owner is not None:
            parameters = _parameters(frame.function.node)
            receiver = machine.name(parameters[0].name.value) if parameters else Unknown()
            return Super(owner, receiver)
    return Unknown()


def _call_super(machine: Machine, base: Super, name: str, arguments: Sequence[Argument], node: cst.CSTNode) -> Value:
    receiver = base.receiver
    start = receiver.type if isinstance(receiver, Instance) else base.owner
    method = machine.class_attribute(start, name, after=base.owner)
    if isinstance(method, Function):
        return invoke(machine, method, arguments, node, receiver=receiver)
    imported = machine.imported_base(start)
    if name == "__init__":
        if isinstance(receiver, Instance) and imported is not None:
            return _construct(machine, receiver, imported, arguments, node)
        return Known(None)
    construction = machine.construction(receiver) if isinstance(receiver, Instance) else None
    return external(machine, Attribute(construction or Unknown(), name), arguments, node)


def _construct(
    machine: Machine, receiver: Instance, base: Value, arguments: Sequence[Argument], node: cst.CSTNode
) -> Value:
    """The imported base class of an object of the program is initialised."""
    result = external(machine, base, arguments, node)
    machine.state.set(("construction", receiver.identity), result)
    return Known(None)


def instantiate(
    machine: Machine, cls: Class, arguments: Sequence[Argument], node: cst.CSTNode, *, unknown: bool = False
) -> Value:
    """Create an object of a class of the program; ``unknown`` where nothing is known of who does."""
    instance = Instance(machine.identity(), cls, origin=machine.origin(node))
    machine.instances[id(cls.node)] = instance
    initialiser = machine.class_attribute(cls, "__init__")
    if isinstance(initialiser, Function):
        invoke(machine, initialiser, None if unknown else arguments, node, receiver=instance)
        return instance
    if library.is_enumeration(cls) and arguments:
        return arguments[0].value
    fields = objects.field_names(machine, cls)
    if fields is not None:
        _initialise_fields(machine, instance, fields, arguments, node)
        after = machine.class_attribute(cls, "__post_init__")
        if isinstance(after, Function):
            invoke(machine, after, [], node, receiver=instance)
        return instance
    imported = machine.imported_base(cls)
    if imported is not None:
        if isinstance(imported, Symbol) and imported.path.rpartition(".")[2] in {"BaseModel", "BaseSettings"}:
            _initialise_fields(machine, instance, (), arguments, node)
        else:
            _construct(machine, instance, imported, arguments, node)
    return instance


def _initialise_fields(
    machine: Machine, instance: Instance, fields: Sequence[str], arguments: Sequence[Argument], node: cst.CSTNode
) -> None:
    positional = [argument for argument in arguments if argument.keyword is None and not argument.star]
    unknown = any(argument.star for argument in arguments)
    given = dict(zip(fields, (argument.value for argument in positional), strict=False))
    given.update({argument.keyword: argument.value for argument in arguments if argument.keyword is not None})
    for name in fields:
        if name not in given and unknown:
            default = machine.class_attribute(instance.type, name)
            given[name] = Unknown(default=default)
        elif name not in given:
            default = machine.class_attribute(instance.type, name)
            factory = library.field_factory(default)
            if factory is not None and default is not None:
                given[name] = call(machine, factory, [], node) if objects.is_callable(factory) else Unknown()
                continue
            made = library.field_default(machine, default)
            if made is not None:
                given[name] = made
            elif default is None:
                given[name] = Unknown()
    for name, value in given.items():
        machine.state.set(("instance", instance.identity, name), value)


# -- functions of the program -----------------------------------------------------------------------


def _parameters(node: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    return [*node.params.posonly_params, *node.params.params]


def _bindings(node: cst.FunctionDef | cst.Lambda) -> Bindings:
    names: set[str] = set()
    parameters = node.params
    for parameter in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        names.add(parameter.name.value)
    for star in (parameters.star_arg, parameters.star_kwarg):
        if isinstance(star, cst.Param):
            names.add(star.name.value)
    if isinstance(node, cst.Lambda):
        return Bindings(frozenset(names), frozenset())
    found = bindings(node.body.body)
    return Bindings(found.names | names, found.outer)


def invoke(
    machine: Machine,
    function: Function,
    arguments: Sequence[Argument] | None,
    node: cst.CSTNode,
    receiver: Value | None = None,
) -> Value:
    """Run a function of the program; ``arguments`` is ``None`` where nothing is known of its caller."""
    too_deep = len(machine.frames) >= DEEPEST_CALL or any(
        frame.function.node is function.node and frame.function.scope is function.scope for frame in machine.frames
    )
    if too_deep or not machine.activate(function, arguments or ()):
        for argument in arguments or ():
            machine.escape(argument.value)
        return Unknown(origin=machine.origin(node), sources=tuple(argument.value for argument in arguments or ()))
    machine.executed.add(id(function.node))
    found = machine.bindings.get(id(function.node))
    if found is None:
        found = machine.bindings[id(function.node)] = _bindings(function.node)
    scope = Scope(machine.identity(), "function", function.scope, found.names, found.outer)
    bound = _bind(machine, function, arguments, receiver)
    entry = machine.state
    machine.state = State(entry)
    for name, value in bound.items():
        machine.state.set((scope.identity, name), value)
    frame = Frame(function, entry)
    machine.frames.append(frame)
    saved_loops, machine.loop_frames = machine.loop_frames, []
    try:
        with machine.within(scope, function.cell, machine.module_of(function.cell)):
            if isinstance(function.node, cst.Lambda):
                result = machine.evaluate(function.node.body)
                frame.returns.append((result, machine.state.changes_since(entry)))
            elif machine.execute(function.node.body.body):
                frame.returns.append((Known(None), machine.state.changes_since(entry)))
    finally:
        machine.frames.pop()
        machine.loop_frames = saved_loops
        machine.state = entry
    entry.absorb([changes for _, changes in frame.returns])
    if frame.yields:
        if function.binding == "context":
            return one_of(frame.yields)
        return machine.new_list("list", frame.yields, complete=False)
    values = [value for value, _ in frame.returns]
    if len(values) > 1:
        # a bare fall-through beside real results is a path that the caller does not mean
        real = [value for value in values if not (isinstance(value, Known) and value.value is None)]
        values = real or values
    return one_of(values) if values else Unknown()


def _bind(
    machine: Machine, function: Function, arguments: Sequence[Argument] | None, receiver: Value | None
) -> dict[str, Value]:
    parameters = function.node.params
    positional = [parameter.name.value for parameter in (*parameters.posonly_params, *parameters.params)]
    named = [*positional, *(parameter.name.value for parameter in parameters.kwonly_params)]
    bound: dict[str, Value] = {}
    if receiver is not None and positional:
        bound[positional.pop(0)] = receiver
    if arguments is None:
        return _unbound(machine, function, named, bound)
    uncertain = any(argument.star for argument in arguments)
    values = [argument for argument in arguments if argument.keyword is None and not argument.star]
    for name, argument in zip(positional, values, strict=False):
        bound[name] = argument.value
    extra: dict[str | int | float | complex | bool | bytes | None, Entry] = {}
    for argument in arguments:
        if argument.keyword is None:
            continue
        value = _present(argument.value, function.defaults.get(argument.keyword))
        if argument.keyword in named:
            bound[argument.keyword] = value
        else:
            extra[argument.keyword] = Entry(argument.value, Origin(argument.cell, argument.node))
    for name in named:
        if name not in bound:
            default = function.defaults.get(name)
            if uncertain or default is None:
                bound[name] = Unknown(default=default)
            else:
                bound[name] = default
    if isinstance(parameters.star_arg, cst.Param):
        rest = [argument.value for argument in values[len(positional) :]]
        bound[parameters.star_arg.name.value] = machine.new_list("tuple", rest, complete=not uncertain)
    if parameters.star_kwarg is not None:
        bound[parameters.star_kwarg.name.value] = machine.new_dictionary(extra, complete=not uncertain)
    return bound


def _present(value: Value, default: Value | None) -> Value:
    """The value of a keyword that came out of a dictionary which may lack it."""
    if not any(option is ABSENT or isinstance(option, Absent) for option in options(value)):
        return value
    present = [option for option in options(value) if not isinstance(option, Absent)]
    return one_of([*present, default or Unknown()])


def _unbound(machine: Machine, function: Function, named: list[str], bound: dict[str, Value]) -> dict[str, Value]:
    parameters = function.node.params
    for name in named:
        if name not in bound:
            bound[name] = Parameter(name, function.defaults.get(name), function.annotations.get(name))
    if isinstance(parameters.star_arg, cst.Param):
        bound[parameters.star_arg.name.value] = machine.new_list("tuple", [], complete=False)
    if parameters.star_kwarg is not None:
        bound[parameters.star_kwarg.name.value] = machine.new_dictionary({}, complete=False)
    return bound

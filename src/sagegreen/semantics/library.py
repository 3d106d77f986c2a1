"""Python's own library, as far as values flow through it: containers, strings, the environment, ``argparse``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sagegreen.semantics import durations, json_values, objects, sequences
from sagegreen.semantics.given import Given
from sagegreen.semantics.operators import joined, string_method
from sagegreen.semantics.state import DictionaryContents, ListContents, overridden
from sagegreen.semantics.targets import set_attribute, set_item, set_variables
from sagegreen.semantics.values import (
    ABSENT,
    Absent,
    Attribute,
    Class,
    Entry,
    Instance,
    Item,
    Joined,
    Known,
    OneOf,
    Parameter,
    Reference,
    Result,
    Symbol,
    Unknown,
    Value,
    one_of,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import libcst as cst

    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.trace import Argument

_MOST_ROUNDS = 16

#: Packages whose functions do not change the dictionaries and lists of settings that are handed to them.
_CAREFUL = (
    frozenset({"sagemaker", "sagemaker_core", "boto3", "botocore", "IPython", "sagemaker_experiments", "smexperiments"})
    | frozenset({"datasets", "matplotlib", "mlflow", "numpy", "omegaconf", "pandas", "pydantic", "requests", "rich"})
    | frozenset({"seaborn", "sklearn", "tensorflow", "torch", "tqdm", "transformers", "wandb", "yaml"})
    | sys.stdlib_module_names
)


def root(value: Value) -> Symbol | None:
    """The imported name that a chain of calls and attributes starts from."""
    for _ in range(50):
        if isinstance(value, Symbol):
            return value
        if isinstance(value, (Attribute, Item)):
            value = value.base
        elif isinstance(value, Result):
            value = value.call.callee
        elif isinstance(value, OneOf):
            value = value.options[0]
        else:
            return None
    return None


def leaves_arguments_alone(callee: Value) -> bool:
    """Whether the containers handed to a call are certainly the same afterwards."""
    start = root(callee)
    return start is not None and start.path.partition(".")[0] in _CAREFUL


def model(machine: Machine, callee: Value, arguments: Sequence[Argument], node: cst.CSTNode) -> Value | None:
    """What a call of the library returns, or ``None`` where it is not modelled here."""
    if isinstance(callee, Symbol):
        function = _FUNCTIONS.get(callee.path)
        return function(machine, Given(arguments, node)) if function is not None else None
    if not isinstance(callee, Attribute):
        return None
    base = callee.base
    if isinstance(base, (Known, Joined)):
        found = Given(arguments, node)
        if callee.name == "join" and isinstance(base, Known) and found.positional:
            return _join_strings(machine, base, found.positional[0])
        if callee.name in _SPLITTING and isinstance(base, Known) and isinstance(base.value, str):
            return _split(machine, base, callee.name, found)
        return string_method(base, callee.name, found.positional, found.keywords, machine.origin(node))
    if isinstance(base, Reference):
        return _method(machine, base, callee.name, Given(arguments, node))
    if isinstance(base, OneOf):
        return None
    if isinstance(base, Instance) and callee.name in _OBJECT_METHODS:
        return _object_method(machine, base, callee.name, Given(arguments, node))
    if callee.name == "total_seconds":
        return durations.total_seconds(base)
    if callee.name == "add_argument" and isinstance(base, (Result, Attribute)):
        _add_argument(machine, Given(arguments, node))
        return None
    if callee.name == "get" and isinstance(base, (Unknown, Parameter, Item, Result, Attribute)):
        # ``config.get("instance_type", "ml.m5.large")`` on a mapping from outside
        fallback = Given(arguments, node).get(1)
        return Unknown(default=fallback, sources=(base,)) if isinstance(fallback, Known) else None
    if callee.name == "set_defaults":
        machine.argument_defaults.update({key: value for key, value in Given(arguments, node).keywords.items() if key})
        return None
    return None


#: Methods that pydantic and named tuples give to their objects.
_OBJECT_METHODS = frozenset({"_asdict", "_replace", "copy", "dict", "model_copy", "model_dump"})


def _object_method(machine: Machine, base: Instance, name: str, call: Given) -> Value:
    if name in {"_asdict", "dict", "model_dump"}:
        return objects.as_dictionary(machine, base, deep=True)
    changes = dict(call.keywords)
    if name != "_replace":
        update = changes.get("update")
        contents = machine.dictionary(update) if update is not None else None
        changes = {str(key): entry.value for key, entry in contents.entries.items()} if contents is not None else {}
    return objects.changed_copy(machine, base, changes)


# -- argparse ---------------------------------------------------------------------------------------


def _add_argument(machine: Machine, call: Given) -> None:
    flags = [value.value for value in call.positional if isinstance(value, Known) and isinstance(value.value, str)]
    if not flags:
        return
    destination = call.keywords.get("dest")
    if isinstance(destination, Known) and isinstance(destination.value, str):
        name = destination.value
    else:
        long = [flag for flag in flags if flag.startswith("--")]
        name = (long or flags)[0].lstrip("-").replace("-", "_")
    action = call.keywords.get("action")
    default: Value = ABSENT
    if "default" in call.keywords:
        default = call.keywords["default"]
    elif isinstance(action, Known) and action.value in {"store_true", "store_false"}:
        default = Known(action.value == "store_false", origin=action.origin)
    before = machine.argument_defaults.get(name)
    machine.argument_defaults[name] = default if before is None else one_of([before, default])


def is_parsed_arguments(value: Value) -> bool:
    """Whether a value is the namespace that ``argparse`` returns."""
    wanted = "parse_args"
    if isinstance(value, Item) and isinstance(value.key, Known) and value.key.value == 0:
        value, wanted = value.base, "parse_known_args"
    callee = value.call.callee if isinstance(value, Result) else None
    return isinstance(callee, Attribute) and callee.name == wanted


def parsed_argument(machine: Machine, base: Value, name: str) -> Value | None:
    """An attribute of what ``argparse`` returned: unknown, with the default that was declared."""
    if not is_parsed_arguments(base):
        return None
    default = machine.argument_defaults.get(name)
    if default is None or isinstance(default, Absent):
        return Unknown()
    if isinstance(default, (Unknown, Parameter)):
        return default
    return Unknown(default=default)


# -- functions --------------------------------------------------------------------------------------


def _environment(machine: Machine, call: Given) -> Value:
    default = call.get(1, "default")
    if isinstance(default, Unknown):
        return default
    return Unknown(default=default, origin=machine.origin(call.node))


def _join_paths(machine: Machine, call: Given) -> Value:
    parts: list[Value] = []
    for index, part in enumerate(call.positional):
        if index:
            parts.append(Known("/"))
        parts.append(part)
    return joined(parts, machine.origin(call.node)) if call.certain else Unknown(sources=tuple(parts))


def _join_strings(machine: Machine, separator: Known, iterable: Value) -> Value:
    contents = machine.elements(iterable)
    if contents is None or not contents.complete or not isinstance(separator.value, str):
        return Unknown(sources=(iterable,))
    parts: list[Value] = []
    for index, part in enumerate(contents.items):
        if index:
            parts.append(Known(separator.value))
        parts.append(part)
    return joined(parts, separator.origin)


_SPLITTING = frozenset({"partition", "rpartition", "rsplit", "split", "splitlines"})


def _split(machine: Machine, text: Known, name: str, call: Given) -> Value:
    given = [*call.positional, *call.keywords.values()]
    origin = machine.origin(call.node)
    if not call.certain or not all(isinstance(value, Known) for value in given):
        return Unknown(sources=(text, *given), origin=origin)
    positional = [value.value for value in call.positional if isinstance(value, Known)]
    named = {key: value.value for key, value in call.keywords.items() if isinstance(value, Known)}
    try:
        pieces = getattr(text.value, name)(*positional, **named)
    except (TypeError, ValueError):
        return Unknown(sources=(text, *given), origin=origin)
    kind = "tuple" if name.endswith("partition") else "list"
    return machine.new_list(kind, [Known(piece, origin=text.origin) for piece in pieces], complete=True)


def _new_dictionary(machine: Machine, call: Given) -> Value:
    found = DictionaryContents({}, call.certain)
    for source in call.positional[:1]:
        pairs = machine.elements(source)
        if pairs is None or not pairs.complete:
            found = spread_into(machine, found, source)
            continue
        for pair in pairs.items:
            parts = machine.elements(pair)
            key = parts.items[0] if parts is not None and len(parts.items) == 2 else None
            if parts is None or not isinstance(key, Known):
                found = found._replace(complete=False, rest=(*found.rest, pair))
            else:
                found = found._replace(entries={**found.entries, key.value: Entry(parts.items[1], key.origin)})
    entries = dict(found.entries)
    for name, value in call.keywords.items():
        entries[name] = Entry(value, machine.origin(call.node))
    return machine.new_dictionary(entries, complete=found.complete, rest=found.rest, node=call.node)


def spread_into(machine: Machine, contents: DictionaryContents, source: Value) -> DictionaryContents:
    """What a dictionary holds after ``{**contents, **source}``."""
    added = machine.merged_dictionaries(source)
    if added is None:
        return overridden(contents, machine.snapshot(source))
    if not added.complete:
        # what cannot be followed may hold any of the keys that were there before
        above = overridden(contents, machine.snapshot(source)).entries
        contents = contents._replace(
            entries={**above, **{key: contents.entries[key] for key in added.entries if key in above}}
        )
    entries = dict(contents.entries)
    for key, entry in added.entries.items():
        before = entries.get(key)
        present = [option for option in options(entry.value) if not isinstance(option, Absent)]
        if before is None or len(present) == len(options(entry.value)):
            entries[key] = entry
        else:
            loop = entry.value.loop if isinstance(entry.value, OneOf) else None
            entries[key] = Entry(one_of([before.value, *present], loop), entry.key)
    return DictionaryContents(entries, contents.complete and added.complete, (*contents.rest, *added.rest))


def _load_json(machine: Machine, call: Given) -> Value | None:
    text = call.get(0, "s")
    return json_values.loaded(machine, text) if text is not None and call.certain else None


def _dictionary_of_keys(machine: Machine, call: Given) -> Value:
    keys, value = call.get(0), call.get(1)
    contents = machine.elements(keys) if keys is not None else None
    names = [key for key in contents.items if isinstance(key, Known)] if contents is not None else []
    if contents is None or not contents.complete or len(names) < len(contents.items):
        return Unknown(sources=tuple(call.positional))
    entries = {key.value: Entry(value or Known(None), key.origin) for key in names}
    return machine.new_dictionary(entries, complete=True, node=call.node)


def _awaited(machine: Machine, call: Given) -> Value:
    """What a coroutine returns, which was followed where it was called."""
    del machine
    return call.get(0) or Unknown()


def _chained(machine: Machine, call: Given) -> Value:
    contents = [machine.elements(value) for value in call.positional]
    known = [content for content in contents if content is not None]
    if len(known) < len(contents) or not call.certain:
        return Unknown(sources=tuple(call.positional))
    items = [item for content in known for item in content.items]
    alike = all(content.complete or content.alike for content in known)
    return machine.new_list("list", items, complete=all(content.complete for content in known), alike=alike)


def _copy(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    return _copied(machine, value, deep=False) if value is not None else Unknown()


def _deep_copy(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    return _copied(machine, value, deep=True) if value is not None else Unknown()


def _copied(machine: Machine, value: Value, *, deep: bool, depth: int = 6) -> Value:
    if isinstance(value, OneOf):
        return one_of([_copied(machine, option, deep=deep) for option in value.options])
    if isinstance(value, Instance):
        return objects.changed_copy(machine, value, {})
    if isinstance(value, Result):
        return machine.record_copy(value)
    if not isinstance(value, Reference):
        return value
    contents = machine.state.get(value.identity)
    fresh = Reference(machine.identity(), value.kind, origin=value.origin)

    def part(inner: Value) -> Value:
        return _copied(machine, inner, deep=True, depth=depth - 1) if deep and depth else inner

    if isinstance(contents, DictionaryContents):
        entries = {key: Entry(part(entry.value), entry.key) for key, entry in contents.entries.items()}
        machine.state.set(fresh.identity, contents._replace(entries=entries))
    elif isinstance(contents, ListContents):
        machine.state.set(fresh.identity, contents._replace(items=tuple(map(part, contents.items))))
    return fresh


def _new_list(kind: str) -> Callable[[Machine, Given], Value]:
    def made(machine: Machine, call: Given) -> Value:
        source = call.get(0)
        if source is None:
            return machine.new_list(kind, [], complete=call.certain, node=call.node)
        contents = machine.elements(source)
        dictionary = machine.dictionary(source)
        if contents is not None:
            return machine.new_list(kind, contents.items, complete=contents.complete, node=call.node)
        if dictionary is not None:
            return machine.new_list(
                kind, [Known(key) for key in dictionary.entries], complete=dictionary.complete, node=call.node
            )
        return Unknown(sources=(source,), origin=machine.origin(call.node))

    return made


def _converted(function: Callable[..., str | int | float | bool]) -> Callable[[Machine, Given], Value]:
    def converted(value: Known) -> Known | None:
        if value.value is None:
            return None
        try:
            return Known(function(value.value), origin=value.origin)
        except (TypeError, ValueError, OverflowError):
            return None

    def convert(machine: Machine, call: Given) -> Value:
        value = call.get(0)
        origin = machine.origin(call.node)
        if value is None:
            return Unknown(origin=origin)
        results: list[Value] = []
        for option in options(value):
            if function is str and isinstance(option, Joined):
                results.append(option)
            elif function is str and isinstance(option, (Attribute, Result)) and len(call.positional) == 1:
                results.append(Joined((option,), origin=origin))
            elif isinstance(option, Known) and len(call.positional) == 1:
                results.append(converted(option) or Unknown(origin=origin))
            elif isinstance(option, (Unknown, Parameter)) and isinstance(option.default, Known):
                results.append(Unknown(default=converted(option.default), sources=(option,), origin=origin))
            else:
                results.append(Unknown(sources=(option,), origin=origin))
        return one_of(results, value.loop if isinstance(value, OneOf) else None)

    return convert


def _length(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    if value is not None:
        contents = machine.elements(value)
        if contents is not None and contents.complete:
            return Known(len(contents.items))
        dictionary = machine.dictionary(value)
        if dictionary is not None and dictionary.complete:
            return Known(len(dictionary.entries))
        if isinstance(value, Known) and isinstance(value.value, str):
            return Known(len(value.value))
    return Unknown()


def _range(machine: Machine, call: Given) -> Value:
    bounds = [value.value for value in call.positional if isinstance(value, Known) and isinstance(value.value, int)]
    if len(bounds) != len(call.positional) or not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        return Unknown(sources=tuple(call.positional))
    numbers = range(*bounds)
    items = [Known(number) for number in numbers[:_MOST_ROUNDS]]
    return machine.new_list("list", items, complete=len(numbers) <= _MOST_ROUNDS)


def _tuples(machine: Machine, columns: Sequence[Sequence[Value]]) -> list[Value]:
    return [machine.new_list("tuple", row, complete=True) for row in zip(*columns, strict=False)]


def _zip(machine: Machine, call: Given) -> Value:
    contents = [machine.elements(value) for value in call.positional]
    if not contents or any(content is None or not content.complete for content in contents):
        return Unknown(sources=tuple(call.positional))
    return machine.new_list(
        "list", _tuples(machine, [content.items for content in contents if content is not None]), complete=True
    )


def _enumerate(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    contents = machine.elements(value) if value is not None else None
    if contents is None:
        return Unknown(sources=tuple(call.positional))
    numbers = [Known(index) for index in range(len(contents.items))]
    return machine.new_list("list", _tuples(machine, [numbers, contents.items]), complete=contents.complete)


def _product(machine: Machine, call: Given) -> Value:
    """Every position of an element varies on its own, so one row of alternatives stands for all rows."""
    row: list[Value] = []
    alike = True
    for value in call.positional:
        contents = machine.elements(value)
        if contents is None or not contents.items:
            return Unknown(sources=tuple(call.positional))
        row.append(one_of(contents.items))
        alike = alike and (contents.complete or contents.alike)
    return machine.new_list("list", [machine.new_list("tuple", row, complete=True)], complete=False, alike=alike)


def _chain_map(machine: Machine, call: Given) -> Value:
    found = DictionaryContents({}, call.certain)
    for source in reversed(call.positional):
        found = spread_into(machine, found, source)
    return machine.new_dictionary(found.entries, complete=found.complete, rest=found.rest, node=call.node)


def _field_list(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    cls = value.type if isinstance(value, Instance) else value
    names = objects.field_names(machine, cls) if isinstance(cls, Class) else None
    if names is None:
        return Unknown(sources=tuple(call.positional))
    listed = [objects.namespace(machine, {"name": Known(name)}, call.node) for name in names]
    return machine.new_list("tuple", listed, complete=True)


def _get_attribute(machine: Machine, call: Given) -> Value:
    base, name = call.get(0), call.get(1)
    if base is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown(sources=tuple(call.positional))
    if isinstance(base, Symbol):
        return Symbol(f"{base.path}.{name.value}", origin=machine.origin(call.node))
    if isinstance(base, Instance):
        found = machine.state.get(("instance", base.identity, name.value))
        inherited = machine.class_attribute(base.type, name.value)
        return found if isinstance(found, Value) else inherited or call.get(2) or Unknown()
    default = parsed_argument(machine, base, name.value)
    if default is None and isinstance(base, Result) and call.get(2) is None:
        key = machine.attribute_key(base, name.value)
        assigned = machine.state.get(key) if key is not None else None
        return (
            assigned if isinstance(assigned, Value) else Attribute(base, name.value, origin=machine.origin(call.node))
        )
    return default or Unknown(default=call.get(2), sources=(base,))


def _set_attribute(machine: Machine, call: Given) -> Value | None:
    base, name, value = call.get(0), call.get(1), call.get(2)
    if base is None or value is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return None
    set_attribute(machine, base, name.value, value, call.node)
    return Known(None)


def _variables(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    if value is not None and any(isinstance(option, Instance) for option in options(value)):
        return objects.as_dictionary(machine, value, deep=False)
    if value is None or not is_parsed_arguments(value):
        return Unknown(sources=tuple(call.positional))
    entries: dict[str | int | float | complex | bool | bytes | None, Entry] = {}
    for name in machine.argument_defaults:
        entries[name] = Entry(parsed_argument(machine, value, name) or Unknown(), None)
    return machine.new_dictionary(entries, complete=False)


def _extreme(choose: Callable[..., int | float]) -> Callable[[Machine, Given], Value]:
    def chosen(machine: Machine, call: Given) -> Value:
        values = call.positional
        certain = True
        if len(values) == 1:
            contents = machine.elements(values[0])
            certain = contents is not None and contents.complete
            values = list(contents.items) if contents is not None and (certain or contents.alike) else []
        numbers = [
            value.value for value in values if isinstance(value, Known) and isinstance(value.value, (int, float))
        ]
        if values and len(numbers) == len(values) and not call.keywords and certain:
            return Known(choose(numbers), origin=machine.origin(call.node))
        if any(isinstance(value, (Result, Instance, OneOf)) for value in values):
            return one_of([*values, *(call.keywords[name] for name in call.keywords.keys() & {"default"})])
        return Unknown(sources=tuple(call.positional))

    return chosen


def _replaced(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    if value is None or not call.certain:
        return Unknown(sources=tuple(call.positional))
    return objects.changed_copy(machine, value, call.keywords)


def _as_dictionary(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    return objects.as_dictionary(machine, value, deep=True) if value is not None else Unknown()


def _namespace(machine: Machine, call: Given) -> Value:
    if not call.certain:
        return Unknown(sources=(*call.positional, *call.keywords.values()))
    return objects.namespace(machine, call.keywords, call.node)


def _named_tuple(machine: Machine, call: Given) -> Value:
    return objects.named_tuple(machine, call.positional, call.keywords)


def _wrapped_dictionary(machine: Machine, call: Given) -> Value:
    value = call.get(0)
    if value is None or machine.dictionary(value) is not None:
        return _new_dictionary(machine, call)
    return Unknown(sources=(value,), origin=machine.origin(call.node))


def _imported_module(machine: Machine, call: Given) -> Value:
    name = call.get(0)
    if isinstance(name, Known) and isinstance(name.value, str) and name.value and not name.value.startswith("."):
        return Symbol(name.value, origin=machine.origin(call.node))
    return Unknown(sources=tuple(call.positional))


_FUNCTIONS: dict[str, Callable[[Machine, Given], Value | None]] = {
    **sequences.FUNCTIONS,
    **dict.fromkeys(objects.WRAPPERS, _wrapped_dictionary),
    "collections.ChainMap": _chain_map,
    "dataclasses.fields": _field_list,
    **dict.fromkeys(("dataclasses.replace", "copy.replace", "attr.evolve", "attrs.evolve"), _replaced),
    **dict.fromkeys(("dataclasses.asdict", "attr.asdict", "attrs.asdict"), _as_dictionary),
    **dict.fromkeys(("argparse.Namespace", "types.SimpleNamespace"), _namespace),
    **dict.fromkeys(("collections.namedtuple", "typing.NamedTuple"), _named_tuple),
    "importlib.import_module": _imported_module,
    "asyncio.run": _awaited,
    "builtins.dict": _new_dictionary,
    "builtins.dict.fromkeys": _dictionary_of_keys,
    "collections.OrderedDict": _new_dictionary,
    "builtins.list": _new_list("list"),
    "builtins.tuple": _new_list("tuple"),
    "builtins.set": _new_list("set"),
    "builtins.str": _converted(str),
    "builtins.int": _converted(int),
    "builtins.float": _converted(float),
    "builtins.bool": _converted(bool),
    "builtins.len": _length,
    "builtins.range": _range,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.getattr": _get_attribute,
    "builtins.setattr": _set_attribute,
    "builtins.vars": _variables,
    "builtins.min": _extreme(min),
    "builtins.max": _extreme(max),
    "copy.copy": _copy,
    "copy.deepcopy": _deep_copy,
    "itertools.chain": _chained,
    "itertools.product": _product,
    "json.loads": _load_json,
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "os.path.join": _join_paths,
    "posixpath.join": _join_paths,
}


def field_factory(default: Value | None) -> Value | None:
    """The function that makes a field's default, where it is declared with one."""
    for argument in default.call.arguments if isinstance(default, Result) else ():
        if argument.keyword in {"default_factory", "factory"}:
            return argument.value
    return None


def field_default(machine: Machine, default: Value | None) -> Value | None:
    """What a dataclass field holds when nobody gives it: ``field(default=...)`` is looked into."""
    if not isinstance(default, Result):
        return default
    for argument in default.call.arguments:
        if argument.keyword == "default" or (argument.keyword is None and not argument.star):
            return machine_value(machine, argument.value)
        if argument.keyword == "default_factory":
            return Unknown(sources=(default,))
    return Unknown(sources=(default,))


def machine_value(machine: Machine, value: Value) -> Value:
    """A value taken back out of a recorded call."""
    elements = machine.elements(value)
    return machine.new_list("list", elements.items, complete=elements.complete) if elements is not None else value


# -- methods of containers --------------------------------------------------------------------------


def _method(machine: Machine, base: Reference, name: str, call: Given) -> Value:
    dictionary = machine.dictionary(base)
    if dictionary is not None:
        return _dictionary_method(machine, base, dictionary, name, call)
    contents = machine.elements(base)
    if contents is not None:
        return _list_method(machine, base, contents, name, call)
    return Unknown()


def _dictionary_method(
    machine: Machine, base: Reference, contents: DictionaryContents, name: str, call: Given
) -> Value:
    key = call.get(0)
    if name in {"get", "pop", "setdefault"} and key is not None:
        return _dictionary_access(machine, base, contents, name, key, call)
    if name == "update":
        for source in call.positional[:1]:
            machine.state.set(base.identity, spread_into(machine, contents, source))
        for keyword, value in call.keywords.items():
            set_item(machine, base, Known(keyword), value, call.node)
        if not call.certain:
            machine.escape(base)
        set_variables(machine, base)
        return Known(None)
    if name == "copy":
        return _copied(machine, base, deep=False)
    if name == "items":
        rows = [
            machine.new_list("tuple", [Known(key_value), entry.value], complete=True)
            for key_value, entry in contents.entries.items()
        ]
        return machine.new_list("list", rows, complete=contents.complete)
    if name == "keys":
        return machine.new_list(
            "list", [Known(key_value) for key_value in contents.entries], complete=contents.complete
        )
    if name == "values":
        values = [entry.value for entry in contents.entries.values()]
        return machine.new_list("list", values, complete=contents.complete)
    if name == "clear":
        machine.state.set(base.identity, DictionaryContents({}, complete=True))
    return Unknown()


def _dictionary_access(
    machine: Machine, base: Reference, contents: DictionaryContents, name: str, key: Value, call: Given
) -> Value:
    default = call.get(1)
    fallback: Value = default if default is not None else Known(None)
    if not isinstance(key, Known):
        if name != "get":
            machine.escape(base)
        elif contents.complete and contents.entries:
            # whatever the key is, nothing else can come out
            held = [option for entry in contents.entries.values() for option in options(entry.value)]
            return one_of([*(option for option in held if not isinstance(option, Absent)), fallback])
        return Unknown(sources=(base, key))
    entry = contents.entries.get(key.value)
    if name == "pop":
        remaining = {other: kept for other, kept in contents.entries.items() if other != key.value}
        machine.state.set(base.identity, contents._replace(entries=remaining))
    elif name == "setdefault" and entry is None:
        if not contents.complete:
            fallback = Unknown(default=default, sources=contents.rest)
        set_item(machine, base, key, fallback, call.node)
        return fallback
    elif name == "setdefault" and entry is not None:
        present = [fallback if isinstance(option, Absent) else option for option in options(entry.value)]
        set_item(machine, base, key, one_of(present), call.node)
    if entry is not None:
        return one_of([fallback if isinstance(option, Absent) else option for option in options(entry.value)])
    return fallback if contents.complete else Unknown(default=default)


def _list_method(machine: Machine, base: Reference, contents: ListContents, name: str, call: Given) -> Value:
    argument = call.get(0)
    if name in {"append", "add", "insert"} and argument is not None:
        value = (call.get(1) if name == "insert" else argument) or Unknown()
        alike = contents.complete or contents.alike
        complete = contents.complete and not machine.loops
        items = [*contents.items, value]
        if name == "insert":
            place = argument.value if isinstance(argument, Known) and isinstance(argument.value, int) else None
            complete = complete and place is not None
            items = [*contents.items]
            items.insert(0 if place is None else place, value)
        machine.state.set(base.identity, ListContents(tuple(items), complete, alike))
        return Known(None)
    if name in {"extend", "update"} and argument is not None:
        extended = contents.extended(machine.elements(argument), in_loop=bool(machine.loops))
        machine.state.set(base.identity, extended)
        return Known(None)
    if name == "copy":
        return _copied(machine, base, deep=False)
    if name == "pop":
        index = argument.value if isinstance(argument, Known) else (-1 if argument is None else None)
        if contents.complete and not machine.loops and isinstance(index, int) and call.certain:
            left = list(contents.items)
            if -len(left) <= index < len(left):
                taken = left.pop(index)
                machine.state.set(base.identity, ListContents(tuple(left), complete=True))
                return taken
        machine.state.set(base.identity, ListContents(contents.items, complete=False))
        more = () if contents.items and contents.complete else (Unknown(sources=(base,)),)
        return one_of([*contents.items, *more])
    if name == "sort" and not call.keywords:
        ordered = sequences.in_order(contents.items)
        if ordered is not None:
            machine.state.set(base.identity, ListContents(tuple(ordered), contents.complete))
            return Known(None)
    if name == "clear":
        machine.state.set(base.identity, ListContents((), complete=True))
        return Known(None)
    if name == "reverse":
        machine.state.set(base.identity, contents._replace(items=contents.items[::-1]))
        return Known(None)
    if name in {"remove", "sort"}:
        machine.state.set(base.identity, ListContents(contents.items, complete=False))
    return Unknown()


def is_dataclass_decorator(value: Value) -> bool:
    """Whether a decorator generates ``__init__`` from the class's annotations."""
    callee = value.call.callee if isinstance(value, Result) else value
    return isinstance(callee, Symbol) and callee.path in {
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "attr.s",
        "attr.dataclass",
        "attrs.define",
        "attr.define",
        "attrs.frozen",
    }


def declares_fields(cls_bases: Sequence[Value]) -> bool:
    """Whether a class's bases generate ``__init__`` from its annotations."""
    names = {"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings", "typing.NamedTuple"}
    return any(isinstance(option, Symbol) and option.path in names for base in cls_bases for option in options(base))


def is_enumeration(cls: Class) -> bool:
    """Whether a class is an :mod:`enum`."""
    return any(
        isinstance(option, Symbol) and option.path.startswith("enum.") for base in cls.bases for option in options(base)
    )

"""Disguises of imports, dictionaries, calls and objects; :func:`expression` writes any tree in one of its ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constants import disguised, other
from trees import Client, Code, Imported, Invoked, Method, Several, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trees import Constant, Tree
    from writing import Writer

Items = "list[tuple[str, str]]"
_NAMES = ("Name", "JobName", "training_job_name", "name")


def expression(writer: Writer, tree: Tree) -> str:
    """An expression for a tree; what it needs is written before."""
    if isinstance(tree, Code):
        return tree.text
    if isinstance(tree, Imported):
        return imported(writer, tree)
    if isinstance(tree, Client):
        return client(writer, tree)
    if isinstance(tree, Method):
        return f"{receiver(writer, tree.receiver)}.{tree.name}"
    if isinstance(tree, Invoked):
        return invoked(writer, tree)
    if isinstance(tree, Table):
        return table(writer, tree.entries)
    if isinstance(tree, Several):
        return listed(writer, [expression(writer, item) for item in tree.items])
    return disguised(writer, tree)


# -- imports -------------------------------------------------------------------------------------------------------


def imported(writer: Writer, tree: Imported) -> str:
    """A name of the SDK, brought in one of many ways."""
    module, _, rest = tree.name.partition(".")
    tail = f".{rest}" if rest else ""
    choose = writer.choose
    kind = choose.one(range(12))
    alias = writer.name(module)
    parent, _, last = tree.module.rpartition(".")
    if kind == 2:
        writer.write(f"from {tree.module} import {module} as {alias}")
        return alias + tail
    if kind == 3:
        writer.write(f"import {tree.module}")
        return f"{tree.module}.{tree.name}"
    if kind == 4:
        writer.write(f"import {tree.module} as {alias}")
        return f"{alias}.{tree.name}"
    if kind == 5 and parent:
        writer.write(f"from {parent} import {last} as {alias}")
        return f"{alias}.{tree.name}"
    if kind == 6:
        writer.write("import importlib")
        writer.write(f"{alias} = importlib.import_module({tree.module!r})")
        return f"{alias}.{tree.name}"
    if kind == 7:
        writer.write(
            f"try:\n    from {tree.module} import {module} as {alias}\nexcept ImportError:\n    {alias} = None"
        )
        return alias + tail
    if kind == 8:
        own = writer.name("sdk")
        writer.modules[own] = [f"from {tree.module} import {module} as {alias}"]
        writer.write(f"from {own} import {alias}")
        return alias + tail
    writer.write(f"from {tree.module} import {module}")
    if kind == 9:
        writer.write(f"{alias} = {module}")
        return alias + tail
    if kind == 10:
        writer.write(f"{alias} = {{'a': {module}}}")
        return f"{alias}['a']{tail}"
    if kind == 11:
        writer.write(f"import {tree.module} as {alias}")
        return f"getattr({alias}, {module!r}){tail}"
    return tree.name


def client(writer: Writer, tree: Client) -> str:
    """A boto3 client, made in one of many ways."""
    kind = writer.choose.one(range(7))
    if kind == 6:
        writer.write("import sagemaker")
        return held(writer, "sagemaker.Session().sagemaker_client")
    writer.write("import boto3")
    name = disguised(writer, tree.service)
    if kind == 3:
        return held(writer, f"boto3.Session(region_name='us-west-2').client({name})")
    if kind == 4:
        return held(writer, f"boto3.session.Session().client(service_name={name})")
    if kind == 5:
        function = writer.name("connect")
        writer.write(f"def {function}(service={tree.service!r}):", "return boto3.client(service)")
        return held(writer, f"{function}()")
    return held(writer, writer.choose.one((f"boto3.client({name})", f"boto3.client({name}, region_name='us-west-2')")))


# -- dictionaries and lists ----------------------------------------------------------------------------------------


def table(writer: Writer, entries: Mapping[str, Tree]) -> str:
    """A dictionary with these entries."""
    items = [(key, expression(writer, value)) for key, value in entries.items()]
    if not writer.choose.rarely():
        return _display(items)
    return built(writer, items, {key: value for key, value in entries.items() if isinstance(value, str | int)})


def _display(items: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key!r}: {code}" for key, code in items) + "}"


def _call_display(items: list[tuple[str, str]]) -> str:
    return "dict(" + ", ".join(f"{key}={code}" for key, code in items) + ")"


def built(writer: Writer, items: list[tuple[str, str]], constants: Mapping[str, Constant], extra: str = "extra") -> str:
    """A variable that holds a dictionary of these entries, built bit by bit."""
    choose = writer.choose
    cut = choose.one(range(len(items) + 1))
    first, rest = items[:cut], items[cut:]
    start = choose.one(range(7))
    if start == 1:
        code = _call_display(first)
    elif start == 2:
        keys, values = [key for key, _ in first], ", ".join(value for _, value in first)
        code = f"dict(zip({keys!r}, [{values}]))"
    elif start == 3:
        base = writer.variable("base", _display(first))
        code = choose.one((f"dict({base})", f"{base}.copy()", f"{{**{base}}}", f"{{k: v for k, v in {base}.items()}}"))
    elif start == 4:
        function = writer.name("defaults")
        writer.write(f"def {function}():", f"return {_display(first)}")
        code = f"{function}()"
    elif start == 5 and all(key in constants for key, _ in first):
        writer.write("import copy")
        base = writer.variable("base", _display(first))
        code = f"copy.deepcopy({base})"
    elif start == 6:
        base = writer.variable("base", _display([*first, (extra, "1")]))
        code = f"{{k: v for k, v in {base}.items() if k != {extra!r}}}"
    else:
        code = _display(first)
    name = writer.variable("config", code)
    for key, value in rest:
        _put(writer, name, key, value, constants)
    if choose.rarely():
        _disturb(writer, name, items, constants, extra)
    return name


def _put(writer: Writer, name: str, key: str, code: str, constants: Mapping[str, Constant]) -> None:
    """Add one entry."""
    choose = writer.choose
    kind = choose.one(range(12))
    simple = key in constants
    if kind == 1:
        writer.write(f"{name}.update({key}={code})")
    elif kind == 2:
        writer.write(f"{name}.update({{{key!r}: {code}}})")
    elif kind == 3:
        writer.write(f"{name}.setdefault({key!r}, {code})")
    elif kind == 4:
        writer.write(f"{name} |= {{{key!r}: {code}}}")
    elif kind == 5:
        writer.write(f"{name} = {{**{name}, {key!r}: {code}}}")
    elif kind == 6:
        writer.write(f"{name} = dict({name}, {key}={code})")
    elif kind == 7:
        writer.write(f"{name} = {name} | {{{key!r}: {code}}}")
    elif kind == 8:
        function = writer.name("patch")
        writer.write(f"def {function}(settings, value):", f"settings[{key!r}] = value")
        writer.write(f"{function}({name}, {code})")
    elif kind == 9 and simple:
        condition, holds = writer.condition()
        wrong = other(constants[key])
        yes, no = (code, wrong) if holds else (wrong, code)
        writer.write(f"if {condition}:\n    {name}[{key!r}] = {yes}\nelse:\n    {name}[{key!r}] = {no}")
    elif kind == 10:
        writer.write(f"for key, value in {{{key!r}: {code}}}.items():", f"{name}[key] = value")
    elif kind == 11:
        alias = writer.variable("alias", name)
        writer.write(f"{alias}[{key!r}] = {code}")
    else:
        writer.write(f"{name}[{key!r}] = {code}")


def _disturb(
    writer: Writer, name: str, items: list[tuple[str, str]], constants: Mapping[str, Constant], extra: str
) -> None:
    """Do something that leaves the entries as they are."""
    known = [(key, value) for key, value in constants.items() if key in dict(items)]
    choose = writer.choose
    kind = choose.one(range(9))
    if kind == 0 or not known:
        writer.write(f"{name}[{extra!r}] = 1")
        writer.write(choose.one((f"{name}.pop({extra!r})", f"del {name}[{extra!r}]", f"{name}.pop({extra!r}, None)")))
        return
    key, value = choose.one(known)
    wrong = other(value)
    if kind == 1:
        writer.write(f"{name}.setdefault({key!r}, {wrong})")
    elif kind == 2:
        copied = writer.variable("copied", choose.one((f"dict({name})", f"{{**{name}}}", f"{name}.copy()")))
        writer.write(f"{copied}[{key!r}] = {wrong}")
    elif kind == 3:
        condition, holds = writer.condition()
        writer.write(f"if {f'not ({condition})' if holds else condition}:", f"{name}[{key!r}] = {wrong}")
    elif kind == 4:
        kept = writer.variable("kept", f"{name}.pop({key!r})")
        writer.write(f"{name}[{key!r}] = {kept}")
    elif kind == 5:
        function = writer.name("changed")
        writer.write(f"def {function}(settings):", f"return {{**settings, {key!r}: {wrong}}}")
        writer.write(f"{function}({name})")
    elif kind == 6:
        kept = writer.variable("kept", f"{name}[{key!r}]")
        writer.write(f"{name}[{key!r}] = {wrong}")
        writer.write(f"{name}.update({{{key!r}: {kept}}})")
    elif kind == 7:
        writer.write(f"{name} = {{**{{{key!r}: {wrong}}}, **{name}}}")
    else:
        writer.write(f"{name} = {{k: ({wrong} if k == 'nothing' else v) for k, v in {name}.items()}}")


def listed(writer: Writer, items: list[str]) -> str:
    """A list of these items."""
    kind = writer.choose.one(range(7))
    if kind == 3:
        name = writer.variable("items", "[]")
        for item in items:
            writer.write(f"{name}.append({item})")
        return name
    if kind == 4:
        return writer.variable("items", f"[*[{', '.join(items)}]]")
    if kind == 5:
        return f"[x for x in [{', '.join(items)}]]"
    if kind == 6:
        name = writer.variable("items", "[]")
        writer.write(f"{name} += [{', '.join(items)}]")
        return name
    return f"[{', '.join(items)}]"


# -- objects -------------------------------------------------------------------------------------------------------


def receiver(writer: Writer, tree: Tree) -> str:
    """An object to call a method of: mostly in a variable first, as programs are written."""
    code = expression(writer, tree)
    if isinstance(tree, Invoked) and writer.choose.often():
        return held(writer, code)
    return code


def held(writer: Writer, code: str) -> str:
    """An object that is kept somewhere and taken from there."""
    choose = writer.choose
    kind = choose.one(range(14))
    if kind in {0, 1}:
        return writer.variable("thing", code)
    if kind == 2:
        things = writer.variable("things", f"[{code}]")
        return choose.one((f"{things}[0]", f"{things}[-1]"))
    if kind == 3:
        things = writer.variable("things", f"{{'a': {code}}}")
        return choose.one((f"{things}['a']", f"{things}.get('a')", f"list({things}.values())[0]"))
    if kind == 4:
        things = writer.variable("things", "{}")
        key = disguised(writer, f"key-{choose.number()}")
        name = writer.variable("key", key)
        writer.write(f"{things}[{name}] = {code}")
        return f"{things}[{name}]"
    if kind == 5:
        function = writer.name("make")
        writer.write(f"def {function}():", f"thing = {code}", "return thing")
        return writer.variable("thing", f"{function}()")
    if kind == 6:
        name = writer.name("Holder")
        writer.write(f"class {name}:", "def __init__(self, thing):\n    self.thing = thing")
        return f"{writer.variable('holder', f'{name}({code})')}.thing"
    if kind == 7:
        name = writer.name("Holder")
        writer.write(
            f"class {name}:", f"def __init__(self):\n    self.thing = {code}", "def get(self):\n    return self.thing"
        )
        return f"{writer.variable('holder', f'{name}()')}.get()"
    if kind == 8:
        first, second = writer.name("first"), writer.name("second")
        writer.write(f"{first}, {second} = {code}, None")
        return first
    if kind == 9:
        condition, holds = writer.condition()
        name = writer.variable("thing", code)
        return f"({name if holds else 'None'} if {condition} else {'None' if holds else name})"
    if kind == 10:
        name = writer.name("thing")
        writer.write(f"for {name} in [{code}]:", "pass")
        return name
    if kind == 11:
        function = writer.name("same")
        writer.write(f"def {function}(thing):", "return thing")
        return f"{function}({code})"
    if kind == 12:
        name = writer.name("thing")
        writer.write(f"{name} = None")
        writer.write(f"if {name} is None:", f"{name} = {code}")
        return name
    things = writer.variable("things", "[]")
    writer.write(f"{things}.append({code})")
    return f"{things}[0]"


# -- calls ---------------------------------------------------------------------------------------------------------


def invoked(writer: Writer, tree: Invoked) -> str:
    """A call, with its arguments in one of many ways."""
    function = expression(writer, tree.function)
    if "" in tree.arguments:
        return f"{function}({', '.join(expression(writer, value) for value in tree.arguments.values())})"
    later = _assigned_later(writer, tree)
    items = [(key, expression(writer, value)) for key, value in tree.arguments.items() if key not in later]
    constants = {
        key: value
        for key, value in tree.arguments.items()
        if isinstance(value, str | int) and not key.endswith(_NAMES) and key not in later
    }
    extras = sorted(tree.attributes - set(tree.arguments))
    kind = writer.choose.one(range(16))
    if later:
        thing = writer.variable("thing", _called(writer, function, items, tree.positions))
        for key, value in later.items():
            code = disguised(writer, value)
            writer.write(writer.choose.one((f"{thing}.{key} = {code}", f"setattr({thing}, {key!r}, {code})")))
        return thing
    if kind in {0, 1, 2} or not items:
        return _called(writer, function, items, tree.positions)
    if kind in {3, 4, 5}:
        cut = writer.choose.one(range(len(items)))
        config = built(writer, items[cut:], constants, writer.choose.one(extras) if extras else "extra")
        return _joined(function, [*[f"{key}={code}" for key, code in items[:cut]], f"**{config}"])
    if kind == 6:
        return _factory(writer, function, items, constants)
    if kind == 7:
        return _passing_factory(writer, function, items, constants)
    if kind == 8:
        return _partial(writer, function, items)
    if kind == 9:
        return _by_class(writer, function, items)
    if kind == 10 and constants:
        return _by_dataclass(writer, function, items, constants)
    if kind == 11 and isinstance(tree.function, Imported) and tree.attributes:
        return _subclass(writer, function, items)
    if kind == 12:
        return _in_loop(writer, function, items)
    if kind == 13:
        names = [key for key, _ in items]
        make = writer.name("make")
        writer.write(f"{make} = lambda {', '.join(names)}: {function}({', '.join(f'{n}={n}' for n in names)})")
        return _joined(make, [code for _, code in items])
    if kind == 14:
        merged = [f"**{_display(items[:1])}", f"**{_display(items[1:])}"]
        return _joined(function, merged if len(items) > 1 else merged[:1])
    return _layered_factory(writer, function, items, constants)


def _joined(function: str, arguments: list[str]) -> str:
    return f"{function}({', '.join(arguments)})"


def _called(writer: Writer, function: str, items: list[tuple[str, str]], positions: tuple[str, ...]) -> str:
    given = [key for key, _ in items]
    leading = 0
    while leading < min(len(positions), len(given)) and given[leading] == positions[leading]:
        leading += 1
    count = writer.choose.one(range(leading + 1))
    positional = [code for _, code in items[:count]]
    if count and writer.choose.rarely():
        positional = [f"*[{', '.join(positional)}]"]
    return _joined(function, [*positional, *(f"{key}={code}" for key, code in items[count:])])


def _assigned_later(writer: Writer, tree: Invoked) -> dict[str, Constant]:
    names = [key for key, value in tree.arguments.items() if key in tree.attributes and isinstance(value, str | int)]
    optional = [key for key in names if key not in {"instance_type", "instance_count"}]
    if not optional or not isinstance(tree.function, Imported) or not writer.choose.rarely():
        return {}
    key = writer.choose.one(optional)
    value = tree.arguments[key]
    assert isinstance(value, str | int)
    return {key: value}


def _factory(writer: Writer, function: str, items: list[tuple[str, str]], constants: Mapping[str, Constant]) -> str:
    """``def make(instance_type=..., ...): return Estimator(...)``."""
    make = writer.name("make")
    parameters, given = [], []
    inner = []
    for key, code in items:
        kind = writer.choose.one(range(4))
        if kind == 0 or key not in constants:
            inner.append(f"{key}={code}")
        elif kind == 1:
            parameters.append(f"{key}={code}")
            inner.append(f"{key}={key}")
        elif kind == 2:
            parameters.append(f"{key}={other(constants[key])}")
            inner.append(f"{key}={key}")
            given.append(f"{key}={code}")
        else:
            parameters.append(f"{key}=None")
            inner.append(f"{key}={key} or {code}" if constants[key] else f"{key}={code}")
    writer.write(f"def {make}({', '.join(parameters)}):", f"return {_joined(function, inner)}")
    return _joined(make, given)


def _passing_factory(
    writer: Writer, function: str, items: list[tuple[str, str]], constants: Mapping[str, Constant]
) -> str:
    """``def make(**settings): settings.setdefault(...); return Estimator(**settings)``."""
    make = writer.name("make")
    cut = writer.choose.one(range(len(items) + 1))
    first, rest = items[:cut], items[cut:]
    body = []
    kind = writer.choose.one(range(4))
    given = [f"{key}={code}" for key, code in rest]
    overridden = [key for key, _ in rest if key in constants]
    if kind == 0:
        body = [f"settings.setdefault({key!r}, {code})" for key, code in first]
        body += [f"settings.setdefault({key!r}, {other(constants[key])})" for key in overridden[:1]]
        body.append(f"return {function}(**settings)")
    elif kind == 1:
        wrong = [(key, other(constants[key])) for key in overridden[:1]]
        body = [f"return {function}(**{{**{_display([*first, *wrong])}, **settings}})"]
    elif kind == 2:
        wrong = [(key, other(constants[key])) for key in overridden[:1]]
        body = [f"everything = {_call_display([*first, *wrong])}", "everything.update(settings)"]
        body.append(f"return {function}(**everything)")
    else:
        body = [f"return {_joined(function, [*[f'{key}={code}' for key, code in first], '**settings'])}"]
    writer.write(f"def {make}(**settings):", *body)
    return _joined(make, given)


def _partial(writer: Writer, function: str, items: list[tuple[str, str]]) -> str:
    cut = writer.choose.one(range(len(items) + 1))
    writer.write("import functools")
    bound = writer.variable("make", _joined("functools.partial", [function, *(f"{k}={c}" for k, c in items[:cut])]))
    return _joined(bound, [f"{key}={code}" for key, code in items[cut:]])


def _by_class(writer: Writer, function: str, items: list[tuple[str, str]]) -> str:
    name = writer.name("Builder")
    names = [key for key, _ in items]
    writer.write(
        f"class {name}:",
        f"def __init__(self, {', '.join(names)}):\n" + "\n".join(f"    self.{key} = {key}" for key in names),
        f"def build(self):\n    return {_joined(function, [f'{key}=self.{key}' for key in names])}",
    )
    made = _joined(name, [f"{key}={code}" for key, code in items])
    return f"{writer.variable('builder', made)}.build()" if writer.choose.often() else f"{made}.build()"


def _by_dataclass(
    writer: Writer, function: str, items: list[tuple[str, str]], constants: Mapping[str, Constant]
) -> str:
    name = writer.name("Config")
    fields = [key for key, _ in items if key in constants]
    given = {key: code for key, code in items if key in constants}
    frozen = writer.choose.one(("", "(frozen=True)"))
    writer.write("from dataclasses import asdict, dataclass, field")
    defaults = {key: repr(constants[key]) if writer.choose.often() else other(constants[key]) for key in fields}
    writer.write(f"@dataclass{frozen}\nclass {name}:", *(f"{key}: object = {defaults[key]}" for key in fields))
    passed = [f"{key}={given[key]}" for key in fields if defaults[key] != repr(constants[key])]
    config = writer.variable("config", _joined(name, passed))
    rest = [f"{key}={code}" for key, code in items if key not in constants]
    kind = writer.choose.one(range(3))
    if kind == 0:
        return _joined(function, [*rest, *(f"{key}={config}.{key}" for key in fields)])
    return _joined(function, [*rest, f"**{'asdict' if kind == 1 else 'vars'}({config})"])


def _subclass(writer: Writer, function: str, items: list[tuple[str, str]]) -> str:
    """A class of the program's own below one of the SDK's."""
    name = writer.name("Own")
    cut = writer.choose.one(range(len(items) + 1))
    first, rest = items[:cut], items[cut:]
    inner = _joined("super().__init__", [*(f"{key}={code}" for key, code in first), "**settings"])
    writer.write(f"class {name}({function}):", f"def __init__(self, **settings):\n    {inner}")
    return _joined(name, [f"{key}={code}" for key, code in rest])


def _in_loop(writer: Writer, function: str, items: list[tuple[str, str]]) -> str:
    name = writer.name("thing")
    writer.write(f"for settings in [{_display(items)}]:", f"{name} = {function}(**settings)")
    return name


def _layered_factory(
    writer: Writer, function: str, items: list[tuple[str, str]], constants: Mapping[str, Constant]
) -> str:
    """One function hands settings on to the next."""
    inner, outer = writer.name("create"), writer.name("prepare")
    names = [key for key, _ in items if key in constants]
    rest = [f"{key}={code}" for key, code in items if key not in constants]
    writer.write(
        f"def {inner}({', '.join([*(f'{key}=None' for key in names), '**more'])}):",
        f"return {_joined(function, [*(f'{key}={key}' for key in names), '**more'])}",
    )
    writer.write(f"def {outer}(*args, **kwargs):", f"return {inner}(*args, **kwargs)")
    given = [f"{key}={code}" for key, code in items if key in constants]
    return _joined(outer, [*given, *rest])

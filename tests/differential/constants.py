"""Disguises of a constant: each writes what it needs before and returns an expression with the same value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snippets import snippet

if TYPE_CHECKING:
    from trees import Constant
    from writing import Writer

Disguise = "Callable[[Writer, Constant], str]"


def disguised(writer: Writer, value: Constant, depth: int = 2) -> str:
    """An expression that is this constant."""
    if depth == 0 or not writer.choose.rarely():
        return repr(value)
    fitting = [*_ANY]
    if isinstance(value, str):
        fitting += _TEXT
    elif isinstance(value, int) and not isinstance(value, bool):
        fitting += _NUMBER
    elif isinstance(value, bool):
        fitting += _FLAG
    return writer.choose.one(fitting)(writer, value, depth - 1)


def other(value: Constant) -> str:
    """Another constant of the same type."""
    if isinstance(value, bool):
        return repr(not value)
    if isinstance(value, str):
        return repr("ml.m4.xlarge" if value.startswith("ml.") else f"{value}-not")
    return repr(None if value is None else value + 1)


# -- of any type ---------------------------------------------------------------------------------------------------


def _variable(writer: Writer, value: Constant, depth: int) -> str:
    return writer.variable("value", disguised(writer, value, depth))


def _upper(writer: Writer, value: Constant, depth: int) -> str:
    return writer.variable("VALUE", disguised(writer, value, depth))


def _overwritten(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.variable("value", other(value))
    writer.write(f"{name} = {disguised(writer, value, depth)}")
    return name


def _branched(writer: Writer, value: Constant, depth: int) -> str:
    condition, holds = writer.condition()
    name, right = writer.name("value"), disguised(writer, value, depth)
    first, second = (right, other(value)) if holds else (other(value), right)
    if writer.choose.rarely():
        writer.write(f"{name} = {second}")
        writer.write(f"if {condition}:", f"{name} = {first}")
    else:
        writer.write(f"if {condition}:", f"{name} = {first}")
        writer.write("else:", f"{name} = {second}")
        last = writer.statements.pop()
        writer.statements[-1] += f"\n{last}"
    return name


def _conditional(writer: Writer, value: Constant, depth: int) -> str:
    condition, holds = writer.condition()
    first, second = (repr(value), other(value)) if holds else (other(value), repr(value))
    return f"({first} if {condition} else {second})"


def _from_table(writer: Writer, value: Constant, depth: int) -> str:
    table = writer.variable("table", f"{{'a': {other(value)}, 'b': {disguised(writer, value, depth)}}}")
    return writer.choose.one((f"{table}['b']", f"{table}.get('b')", f"{table}.get('b', {other(value)})"))


def _missing_in_table(writer: Writer, value: Constant, depth: int) -> str:
    table = writer.variable("table", f"{{'a': {other(value)}}}")
    return f"{table}.get('b', {disguised(writer, value, depth)})"


def _patched_table(writer: Writer, value: Constant, depth: int) -> str:
    table = writer.variable("table", f"{{'a': {other(value)}}}")
    writer.write(f"{table}['a'] = {disguised(writer, value, depth)}")
    return f"{table}['a']"


def _nested_table(writer: Writer, value: Constant, depth: int) -> str:
    table = writer.variable("table", f"{{'dev': {{'x': {disguised(writer, value, depth)}}}}}")
    if writer.choose.rarely():
        inner = writer.variable("inner", f"{table}['dev']")
        return f"{inner}['x']"
    return f"{table}['dev']['x']"


def _from_list(writer: Writer, value: Constant, depth: int) -> str:
    row = writer.variable("row", f"[{disguised(writer, value, depth)}, {other(value)}]")
    return writer.choose.one((f"{row}[0]", f"{row}[-2]", f"next(iter({row}))", f"{row}[:1][0]"))


def _popped(writer: Writer, value: Constant, depth: int) -> str:
    row = writer.variable("row", f"[{other(value)}, {disguised(writer, value, depth)}]")
    return f"{row}.pop()"


def _unpacked(writer: Writer, value: Constant, depth: int) -> str:
    first, second = writer.name("first"), writer.name("second")
    writer.write(f"{first}, {second} = {other(value)}, {disguised(writer, value, depth)}")
    return second


def _swapped(writer: Writer, value: Constant, depth: int) -> str:
    first, second = writer.name("first"), writer.name("second")
    writer.write(f"{first}, {second} = {other(value)}, {disguised(writer, value, depth)}")
    writer.write(f"{first}, {second} = {second}, {first}")
    return first


def _function(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("get")
    writer.write(f"def {name}():", f"return {disguised(writer, value, 0)}")
    return f"{name}()"


def _default_of_function(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("get")
    given = disguised(writer, value, depth)
    if writer.choose.rarely():
        writer.write(f"def {name}(x={given}):", "return x")
        return f"{name}()"
    writer.write(f"def {name}(x={other(value)}):", "return x")
    return f"{name}(x={given})"


def _early_return(writer: Writer, value: Constant, depth: int) -> str:
    condition, holds = writer.condition()
    name = writer.name("get")
    first, second = (repr(value), other(value)) if holds else (other(value), repr(value))
    writer.write(f"def {name}():", f"if {condition}:\n    return {first}", f"return {second}")
    return f"{name}()"


def _closure(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("make")
    writer.write(f"def {name}(x):", "def inner():\n    return x", "return inner")
    return f"{name}({disguised(writer, value, depth)})()"


def _lambda(writer: Writer, value: Constant, depth: int) -> str:
    return f"(lambda x={other(value)}: x)({disguised(writer, value, depth)})"


def _global(writer: Writer, value: Constant, depth: int) -> str:
    module, name, function = writer.name("settings"), writer.name("CURRENT"), writer.name("change")
    lines = writer.modules.setdefault(module, [])
    lines += [f"{name} = {other(value)}", "", f"def {function}():", f"    global {name}", f"    {name} = {value!r}"]
    writer.write(f"import {module}")
    writer.write(f"{module}.{function}()")
    return f"{module}.{name}"


def _of_module(writer: Writer, value: Constant, depth: int) -> str:
    module, name = writer.name("settings"), writer.name("VALUE")
    writer.modules.setdefault(module, []).append(f"{name} = {value!r}")
    if writer.choose.rarely():
        writer.write(f"import {module} as {module}_alias")
        return f"{module}_alias.{name}"
    writer.write(f"from {module} import {name}")
    return name


def _class_attribute(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write(f"class {name}:", f"x = {disguised(writer, value, 0)}")
    return writer.choose.one((f"{name}.x", f"{name}().x"))


def _overridden_attribute(writer: Writer, value: Constant, depth: int) -> str:
    base, name = writer.name("Base"), writer.name("Settings")
    writer.write(f"class {base}:", f"x = {other(value)}")
    writer.write(f"class {name}({base}):", f"x = {value!r}")
    return f"{name}().x"


def _instance_attribute(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write(f"class {name}:", f"def __init__(self, x={other(value)}):\n    self.x = x")
    made = writer.variable("settings", f"{name}({disguised(writer, value, depth)})")
    return f"{made}.x"


def _changed_attribute(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write(f"class {name}:", f"x = {other(value)}")
    made = writer.variable("settings", f"{name}()")
    given = disguised(writer, value, depth)
    writer.write(writer.choose.one((f"{made}.x = {given}", f"setattr({made}, 'x', {given})")))
    return f"{made}.x"


def _property(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write(f"class {name}:", f"@property\ndef x(self):\n    return {value!r}")
    return f"{name}().x"


def _dataclass(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write("from dataclasses import dataclass, replace")
    default = value if writer.choose.often() else None
    first = repr(default) if default is not None else other(value)
    writer.write(f"@dataclass\nclass {name}:", f"x: object = {first}", "y: int = 0")
    if default is not None:
        return f"{name}().x"
    given = disguised(writer, value, depth)
    return writer.choose.one((f"{name}(x={given}).x", f"{name}({given}, 2).x", f"replace({name}(), x={given}).x"))


def _named_tuple(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Settings")
    writer.write("from typing import NamedTuple")
    writer.write(f"class {name}(NamedTuple):", "x: object", f"y: object = {other(value)}")
    return f"{name}({disguised(writer, value, depth)}).x"


def _enumeration(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("Choice")
    writer.write("from enum import Enum")
    writer.write(f"class {name}(Enum):", f"FIRST = {other(value)}", f"SECOND = {value!r}")
    return f"{name}.SECOND.value"


def _loop(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("value")
    writer.write(f"for {name} in ({other(value)}, {disguised(writer, value, depth)}):", "pass")
    return name


def _broken_loop(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("value")
    writer.write(f"for {name} in [{value!r}, {other(value)}]:", "break")
    return name


def _found_in_loop(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.variable("value", other(value))
    right = disguised(writer, value, depth)
    writer.write("for step in range(3):", f"if step == 1:\n    {name} = {right}")
    return name


def _comprehension(writer: Writer, value: Constant, depth: int) -> str:
    given = disguised(writer, value, depth)
    return writer.choose.one(
        (
            f"[x for x in [{given}]][0]",
            f"{{k: v for k, v in [('a', {given})]}}['a']",
            f"next(x for x in [{given}, {other(value)}])",
        )
    )


def _try(writer: Writer, value: Constant, depth: int) -> str:
    name, right = writer.name("value"), disguised(writer, value, depth)
    if writer.choose.rarely():
        writer.write(f"try:\n    {name} = {right}\nexcept KeyError:\n    {name} = {other(value)}")
    else:
        writer.write(
            f"try:\n    import no_such_module_{name}\n    {name} = {other(value)}\nexcept ImportError:\n    {name} = {right}"
        )
    return name


def _or(writer: Writer, value: Constant, depth: int) -> str:
    given = disguised(writer, value, depth)
    if value:
        return writer.choose.one((f"(None or {given})", f"({given} or {other(value)})", f"(True and {given})"))
    return given


def _default_argument(writer: Writer, value: Constant, depth: int) -> str:
    parser, arguments = writer.name("parser"), writer.name("arguments")
    option = writer.name("x")
    writer.write("import argparse")
    writer.write(f"{parser} = argparse.ArgumentParser()")
    converter = type(value).__name__ if isinstance(value, str | int) and not isinstance(value, bool) else "str"
    given = writer.choose.rarely() and converter != "str"
    default = other(value) if given else repr(value)
    writer.write(f"{parser}.add_argument('--{option}', type={converter}, default={default})")
    if given:
        writer.arguments += [f"--{option}", str(value)]
    call = writer.choose.one(("parse_known_args()[0]", "parse_known_args(sys.argv[1:])[0]"))
    writer.write(f"{arguments} = {parser}.{call}")
    return f"{arguments}.{option}"


def _walrus(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("value")
    writer.write(f"print({name} := {disguised(writer, value, depth)})")
    return name


def _deleted(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.variable("value", other(value))
    writer.write(f"del {name}")
    writer.write(f"{name} = {disguised(writer, value, depth)}")
    return name


def _match(writer: Writer, value: Constant, depth: int) -> str:
    name, key = writer.name("value"), writer.variable("key", "'b'")
    right = disguised(writer, value, depth)
    writer.write(
        f"match {key}:", f"case 'a':\n    {name} = {other(value)}", f"case 'b' | 'c':\n    {name} = {right}",
        f"case _:\n    {name} = {other(value)}",
    )  # fmt: skip
    return name


def _json(writer: Writer, value: Constant, depth: int) -> str:
    text = (
        {True: "true", False: "false", None: "null"}.get(value)
        if not isinstance(value, int | str) or isinstance(value, bool)
        else None
    )
    shown = text or (f'"{value}"' if isinstance(value, str) else str(value))
    writer.write("import json")
    return f"json.loads('{{\"x\": {shown}}}')['x']"


def _namespace(writer: Writer, value: Constant, depth: int) -> str:
    writer.write("from types import SimpleNamespace")
    made = writer.variable("settings", f"SimpleNamespace(x={disguised(writer, value, depth)}, y=1)")
    return f"{made}.x"


def _starred(writer: Writer, value: Constant, depth: int) -> str:
    name = writer.name("pick")
    writer.write(f"def {name}(first, second):", "return second")
    return f"{name}(*[{other(value)}, {disguised(writer, value, depth)}])"


def _late(writer: Writer, value: Constant, depth: int) -> str:
    """A function that reads a global which is changed before the call."""
    name, function = writer.name("value"), writer.name("read")
    writer.write(f"{name} = {other(value)}")
    writer.write(f"def {function}():", f"return {name}")
    writer.write(f"{name} = {disguised(writer, value, depth)}")
    return f"{function}()"


def _alias_of_list(writer: Writer, value: Constant, depth: int) -> str:
    row = writer.variable("row", f"[{other(value)}]")
    alias = writer.variable("alias", row)
    writer.write(f"{alias}[0] = {disguised(writer, value, depth)}")
    return f"{row}[0]"


def _snippet(writer: Writer, value: Constant, depth: int) -> str:
    return snippet(writer, disguised(writer, value, 0), other(value))


_ANY = [
    _variable, _upper, _overwritten, _branched, _conditional, _from_table, _missing_in_table, _patched_table,
    _nested_table, _from_list, _popped, _unpacked, _swapped, _function, _default_of_function, _early_return, _closure,
    _lambda, _global, _of_module, _class_attribute, _overridden_attribute, _instance_attribute, _changed_attribute,
    _property, _dataclass, _named_tuple, _enumeration, _loop, _broken_loop, _found_in_loop, _comprehension, _try, _or,
    _default_argument, _walrus, _deleted, _match, _json, _namespace, _starred, _late, _alias_of_list,
    *[_snippet] * 40,
]  # fmt: skip


# -- texts ---------------------------------------------------------------------------------------------------------


def _formatted(writer: Writer, value: str, depth: int) -> str:
    head, dot, tail = value.partition(".")
    if not dot:
        head, tail = value[:2], value[2:]
    part = writer.variable("part", disguised(writer, tail, depth))
    return writer.choose.one(
        (
            f"f'{head}{dot}{{{part}}}'",
            f"'{head}{dot}' + {part}",
            f"'{head}{dot}{{}}'.format({part})",
            f"'{head}{dot}%s' % {part}",
            f"'{{}}{dot}{{}}'.format({head!r}, {part})",
            f"'{{head}}{dot}{{tail}}'.format(head={head!r}, tail={part})",
            f"{dot!r}.join([{head!r}, {part}])",
            f"f'{head}{dot}{{{part}!s}}'",
        )
    )


def _environment(writer: Writer, value: str, depth: int) -> str:
    number = writer.choose.number()
    if writer.choose.rarely():
        writer.environment[f"GIVEN_{number}"] = value
        return writer.choose.one((f"os.environ.get('GIVEN_{number}', {other(value)})", f"os.environ['GIVEN_{number}']"))
    return writer.choose.one(
        (
            f"os.environ.get('NOT_SET_{number}', {value!r})",
            f"os.getenv('NOT_SET_{number}', {value!r})",
            f"(os.environ.get('NOT_SET_{number}') or {value!r})",
        )
    )


def _string_method(writer: Writer, value: str, depth: int) -> str:
    spaced, doubled = f" {value} ", f"{value}|x"
    return writer.choose.one(
        (
            f"{spaced!r}.strip()",
            f"{doubled!r}.split('|')[0]",
            f"{doubled!r}.replace('|x', '')",
            f"{value!r}.replace('q', 'r')",
            f"{doubled!r}[:-2]",
            f"str({value!r})",
            f"{doubled!r}.removesuffix('|x')",
            f"{doubled!r}.partition('|')[0]",
        )
    )


def _added(writer: Writer, value: str, depth: int) -> str:
    name = writer.variable("value", repr(value[:3]))
    writer.write(f"{name} += {value[3:]!r}")
    return name


_TEXT = [_formatted, _environment, _string_method, _added]


# -- numbers -------------------------------------------------------------------------------------------------------


def _arithmetic(writer: Writer, value: int, depth: int) -> str:
    hour = writer.variable("HOUR", "60 * 60")
    forms = [f"{value + 2} - 2", f"{value * 2} // 2", f"int({value}.0)", f"({value} + {value}) // 2", f"1 * {value}"]
    if value % 3600 == 0:
        forms += [f"{value // 3600} * {hour}", f"{hour} * {value // 3600}"]
    return writer.choose.one(
        (*forms, f"max({value}, 1)", f"min({value}, 10 ** 9)", f"abs(-{value})", f"{value} % 10 ** 9")
    )


def _number_from_text(writer: Writer, value: int, depth: int) -> str:
    number = writer.choose.number()
    return writer.choose.one(
        (
            f"int('{value}')",
            f"int(os.environ.get('NOT_SET_{number}', '{value}'))",
            f"int(os.environ.get('NOT_SET_{number}', {value}))",
            f"len({'x' * min(value, 3)!r})" if value < 4 else f"int('{value}')",
        )
    )


def _counted(writer: Writer, value: int, depth: int) -> str:
    name = writer.variable("value", str(value - 1))
    if writer.choose.rarely():
        writer.write("for _ in range(1):", f"{name} += 1")
    else:
        writer.write(f"{name} += 1")
    return name


def _looped(writer: Writer, value: int, depth: int) -> str:
    name = writer.variable("value", str(value + 2))
    writer.write(f"while {name} > {value}:", f"{name} -= 1")
    return name


def _duration(writer: Writer, value: int, depth: int) -> str:
    writer.write("from datetime import timedelta")
    return writer.choose.one(
        (f"int(timedelta(seconds={value}).total_seconds())", f"timedelta(seconds={value}).seconds")
        if value < 86400
        else (f"int(timedelta(seconds={value}).total_seconds())",)
    )


def _nonlocal(writer: Writer, value: int, depth: int) -> str:
    name = writer.name("outer")
    writer.write(
        f"def {name}():", f"x = {value + 1}", "def change():\n    nonlocal x\n    x -= 1", "change()", "return x"
    )
    return f"{name}()"


def _sum(writer: Writer, value: int, depth: int) -> str:
    return writer.choose.one(
        (
            f"sum([{value - 1}, 1])",
            f"len([None] * {min(value, 4)})" if value <= 4 else str(value),
            f"round({value}.2)",
            f"divmod({value * 7}, 7)[0]",
            f"max([{value}, 0])",
        )
    )


_NUMBER = [_arithmetic, _number_from_text, _counted, _looped, _duration, _nonlocal, _sum]


# -- flags ---------------------------------------------------------------------------------------------------------


def _computed_flag(writer: Writer, value: bool, depth: int) -> str:
    number = writer.choose.number()
    if value:
        return writer.choose.one(
            (
                "not False",
                "1 == 1",
                "bool(1)",
                f"os.environ.get('NOT_SET_{number}') is None",
                f"os.environ.get('NOT_SET_{number}', 'true') == 'true'",
                "'a' in ('a', 'b')",
            )
        )
    return writer.choose.one(
        (
            "not True",
            "1 == 2",
            "bool(0)",
            f"bool(os.environ.get('NOT_SET_{number}'))",
            f"os.environ.get('NOT_SET_{number}', 'no').lower() == 'yes'",
            "'c' in {'a': 1}",
        )
    )


def _flag_option(writer: Writer, value: bool, depth: int) -> str:
    parser, arguments, option = writer.name("parser"), writer.name("arguments"), writer.name("flag")
    writer.write("import argparse")
    writer.write(f"{parser} = argparse.ArgumentParser()")
    writer.write(f"{parser}.add_argument('--{option}', action='store_true')")
    if value:
        writer.arguments.append(f"--{option}")
    writer.write(f"{arguments}, _ = {parser}.parse_known_args()")
    return f"{arguments}.{option}"


_FLAG = [_computed_flag, _flag_option]

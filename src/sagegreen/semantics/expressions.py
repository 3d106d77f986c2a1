"""What an expression is at the moment at which it is executed."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import libcst as cst

from sagegreen.documents.syntax import children
from sagegreen.semantics.callbacks import call_back
from sagegreen.semantics.invocation import attribute, call, item
from sagegreen.semantics.iteration import element_of
from sagegreen.semantics.library import spread_into
from sagegreen.semantics.narrowing import narrow
from sagegreen.semantics.operators import binary, compare, filled, joined, unary
from sagegreen.semantics.scopes import Scope, target_names
from sagegreen.semantics.state import DictionaryContents
from sagegreen.semantics.targets import assign
from sagegreen.semantics.trace import Argument, Loop
from sagegreen.semantics.truth import is_none, truth
from sagegreen.semantics.unrolling import unrolled
from sagegreen.semantics.values import (
    Absent,
    Attribute,
    Entry,
    Function,
    Item,
    Known,
    Mapped,
    Parameter,
    Reference,
    Result,
    Unknown,
    Value,
    one_of,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.state import Changes
    from sagegreen.semantics.values import Scalar


#: Lists that repeat their items beyond this say nothing that anybody reads.
_LONGEST = 64


def evaluate(machine: Machine, node: cst.CSTNode) -> Value:
    """Evaluate an expression; what it calls is recorded on the way."""
    evaluator = _EVALUATORS.get(type(node))
    if evaluator is not None:
        return evaluator(machine, node)
    return _anything(machine, node)


def _anything(machine: Machine, node: cst.CSTNode) -> Value:
    """An expression of no interest itself; its parts are still executed."""
    for child in children(node):
        if isinstance(child, cst.BaseExpression):
            evaluate(machine, child)
        elif isinstance(child, (cst.Element, cst.StarredElement, cst.Index, cst.SubscriptElement, cst.From)):
            _anything(machine, child)
    return Unknown(origin=machine.origin(node))


def _name(machine: Machine, node: cst.Name) -> Value:
    if node.value in _CONSTANTS:
        return Known(_CONSTANTS[node.value], origin=machine.origin(node))
    return machine.name(node.value)


_CONSTANTS: dict[str, Scalar] = {"True": True, "False": False, "None": None}


def _integer(machine: Machine, node: cst.Integer) -> Value:
    text = node.value
    if len(text) > 40:
        return Unknown(origin=machine.origin(node))
    return Known(_literal(text), origin=machine.origin(node))


def _float(machine: Machine, node: cst.Float) -> Value:
    return Known(node.evaluated_value, origin=machine.origin(node))


def _string(machine: Machine, node: cst.SimpleString) -> Value:
    try:
        value = _literal(node.value)
    except (SyntaxError, ValueError):
        return Unknown(origin=machine.origin(node))
    return Known(value, origin=machine.origin(node))


@lru_cache(maxsize=4096)
def _literal(code: str) -> Any:
    quote = code[0]
    if quote in "\"'" and code[:3] != quote * 3 and "\\" not in code:
        return code[1:-1]  # most literals are so, and the parser takes a hundred times as long
    if code.isascii() and code.isdigit() and (quote != "0" or code == "0"):
        return int(code)
    return ast.literal_eval(code)


def _concatenated(machine: Machine, node: cst.ConcatenatedString) -> Value:
    return joined([evaluate(machine, node.left), evaluate(machine, node.right)], machine.origin(node))


def _formatted(machine: Machine, node: cst.FormattedString) -> Value:
    parts: list[Value] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(Known(_unescaped(part.value, raw="r" in node.prefix.lower()), origin=machine.origin(part)))
        elif isinstance(part, cst.FormattedStringExpression):
            value = evaluate(machine, part.expression)
            plain = part.format_spec is None and part.conversion is None and part.equal is None
            if plain and isinstance(value, Known) and isinstance(value.value, (str, int)) and value.value is not None:
                value = Known(str(value.value), origin=value.origin)
            elif not plain:
                value = Unknown(sources=(value,))
            parts.append(value)
    return joined(parts, machine.origin(node))


def _unescaped(text: str, *, raw: bool) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if raw or "\\" not in text:
        return text
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")


def _list(machine: Machine, node: cst.List | cst.Tuple | cst.Set) -> Value:
    kind = {cst.List: "list", cst.Tuple: "tuple", cst.Set: "set"}[type(node)]
    items: list[Value] = []
    complete = alike = True
    for element in node.elements:
        value = evaluate(machine, element.value)
        if isinstance(element, cst.StarredElement):
            contents = machine.elements(value)
            items.extend(contents.items if contents is not None else ())
            complete = complete and contents is not None and contents.complete
            alike = alike and contents is not None and (contents.complete or contents.alike)
        else:
            items.append(value)
    return machine.new_list(kind, items, complete=complete, alike=alike, node=node)


def _dict(machine: Machine, node: cst.Dict) -> Value:
    found = DictionaryContents({}, complete=True)
    for element in node.elements:
        value = evaluate(machine, element.value)
        if isinstance(element, cst.DictElement):
            key = evaluate(machine, element.key)
            if isinstance(key, Known):
                kept = {name: entry for name, entry in found.entries.items() if name != key.value}
                found = found._replace(entries={**kept, key.value: Entry(value, machine.origin(element.key))})
            else:
                found = found._replace(complete=False, rest=(*found.rest, key, value))
        else:
            found = spread_into(machine, found, value)
    return machine.new_dictionary(found.entries, complete=found.complete, rest=found.rest, node=node)


def _attribute(machine: Machine, node: cst.Attribute) -> Value:
    return attribute(machine, evaluate(machine, node.value), node.attr.value, node)


def _subscript(machine: Machine, node: cst.Subscript) -> Value:
    base = evaluate(machine, node.value)
    keys: list[Value] = []
    for element in node.slice:
        part = element.slice
        if isinstance(part, cst.Index):
            keys.append(evaluate(machine, part.value))
        elif isinstance(part, cst.Slice):
            ends = (part.lower, part.upper, part.step)
            bounds = [Known(None) if end is None else evaluate(machine, end) for end in ends]
            return _sliced(machine, base, bounds, keys, node)
    key = keys[0] if len(keys) == 1 else Unknown(sources=tuple(_unknown_ones(keys)))
    return item(machine, base, key, machine.origin(node))


def _sliced(
    machine: Machine, base: Value, bounds: Sequence[Value], keys: Sequence[Value], node: cst.Subscript
) -> Value:
    limits = [bound.value for bound in bounds if isinstance(bound, Known) and isinstance(bound.value, int | None)]
    contents = machine.elements(base)
    if len(limits) == len(bounds) and limits[2] != 0 and not keys:
        window = slice(*limits)
        if isinstance(base, Known) and isinstance(base.value, str):
            return Known(base.value[window], origin=machine.origin(node))
        if contents is not None and contents.complete:
            kind = base.kind if isinstance(base, Reference) else "list"
            return machine.new_list(kind, contents.items[window], complete=True, node=node)
    if contents is not None:
        return machine.new_list("list", contents.items, complete=False, node=node)
    return Unknown(sources=(base, *_unknown_ones([*keys, *bounds])), origin=machine.origin(node))


def _unknown_ones(values: Sequence[Value]) -> list[Value]:
    return [value for value in values if not isinstance(value, Known)]


def _call(machine: Machine, node: cst.Call) -> Value:
    callee = evaluate(machine, node.func)
    arguments: list[Argument] = []
    for argument in node.args:
        arguments.extend(_arguments(machine, argument))
    called_back = call_back(machine, callee, arguments, node)
    return call(machine, callee, arguments, node) if called_back is None else called_back


def _arguments(machine: Machine, node: cst.Arg) -> list[Argument]:
    value = evaluate(machine, node.value)
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are evaluated
    if node.star == "**":
        joined_contents = [machine.dictionary(option) for option in options(value)]
        if len(joined_contents) == 1 and joined_contents[0] is not None:
            contents = joined_contents[0]
            whole = machine.snapshot(value)
        else:
            merged = machine.merged_dictionaries(value)
            if merged is None:
                return [Argument(None, "**", value, cell, node)]
            contents, whole = merged, Mapped(merged.entries, merged.complete, merged.rest, origin=value.origin)
        spread = [
            Argument(str(key), "", entry.value, cell, node, spread=whole) for key, entry in contents.entries.items()
        ]
        return spread if contents.complete else [*spread, Argument(None, "**", value, cell, node, spread=whole)]
    if node.star == "*":
        elements = machine.elements(value)
        if elements is None or not elements.complete:
            return [Argument(None, "*", value, cell, node)]
        return [Argument(None, "", element, cell, node, spread=value) for element in elements.items]
    return [Argument(node.keyword.value if node.keyword is not None else None, "", value, cell, node)]


def _binary(machine: Machine, node: cst.BinaryOperation) -> Value:
    left, right = evaluate(machine, node.left), evaluate(machine, node.right)
    if isinstance(node.operator, cst.BitOr):
        one, other = machine.merged_dictionaries(left), machine.merged_dictionaries(right)
        if one is not None or other is not None:
            found = spread_into(machine, spread_into(machine, DictionaryContents({}, complete=True), left), right)
            return machine.new_dictionary(found.entries, complete=found.complete, rest=found.rest, node=node)
    if isinstance(node.operator, cst.Add):
        first, second = machine.elements(left), machine.elements(right)
        if first is not None and second is not None:
            kind = left.kind if isinstance(left, Reference) else "list"
            complete = first.complete and second.complete
            alike = all(contents.complete or contents.alike for contents in (first, second))
            return machine.new_list(kind, (*first.items, *second.items), complete=complete, alike=alike, node=node)
    if isinstance(node.operator, cst.Multiply) and isinstance(right, Known) and isinstance(right.value, int):
        repeated = machine.elements(left)
        if repeated is not None and repeated.complete and len(repeated.items) * right.value <= _LONGEST:
            kind = left.kind if isinstance(left, Reference) else "list"
            return machine.new_list(kind, repeated.items * right.value, complete=True, node=node)
    if isinstance(node.operator, cst.Modulo) and isinstance(left, Known) and isinstance(left.value, str):
        filling = machine.elements(right)
        if filling is not None:
            return filled(left, filling, machine.origin(node))
    return binary(node.operator, left, right, machine.origin(node))


def _unary(machine: Machine, node: cst.UnaryOperation) -> Value:
    operand = evaluate(machine, node.expression)
    if isinstance(node.operator, cst.Not):
        known = truth(machine, operand)
        return Unknown(sources=(operand,)) if known is None else Known(not known, origin=machine.origin(node))
    return unary(node.operator, operand, machine.origin(node))


def _boolean(machine: Machine, node: cst.BooleanOperation) -> Value:
    left = evaluate(machine, node.left)
    decided = truth(machine, left)
    wanted = isinstance(node.operator, cst.And)
    if decided is not None and decided is not wanted:
        return left
    if decided is not None:
        return evaluate(machine, node.right)
    right = _perhaps(machine, node.right)
    if not wanted and isinstance(left, (Unknown, Parameter)):
        default = left.default
        if default is None or truth(machine, default) is False:
            return Unknown(default=right, sources=(left,), origin=machine.origin(node))
        return left
    if not wanted and isinstance(right, Known) and isinstance(left, (Result, Item, Attribute)):
        return Unknown(default=right, sources=(left,), origin=machine.origin(node))
    return one_of([left, right], origin=machine.origin(node))


def _comparison(machine: Machine, node: cst.Comparison) -> Value:
    left = evaluate(machine, node.left)
    results: list[Value] = []
    for target in node.comparisons:
        right = evaluate(machine, target.comparator)
        results.append(_compared(machine, target.operator, left, right, node))
        left = right
    if len(results) == 1:
        return results[0]
    decided = [truth(machine, result) for result in results]
    if any(result is False for result in decided):
        return Known(value=False, origin=machine.origin(node))
    return Known(value=True) if all(decided) else Unknown()


_IDENTITIES = frozenset({cst.Is, cst.IsNot, cst.Equal, cst.NotEqual})
_MEMBERSHIPS = frozenset({cst.In, cst.NotIn})


def _compared(machine: Machine, kind: cst.CSTNode, left: Value, right: Value, node: cst.CSTNode) -> Value:
    origin = machine.origin(node)
    if isinstance(right, Known) and right.value is None and type(kind) in _IDENTITIES:
        none = is_none(left)
        if none is None:
            return Unknown(sources=(left,), origin=origin)
        return Known(none is isinstance(kind, (cst.Is, cst.Equal)), origin=origin)
    if type(kind) in _MEMBERSHIPS:
        contents = machine.elements(right)
        keys: Sequence[Value] | None = contents.items if contents is not None and contents.complete else None
        dictionary = machine.dictionary(right)
        if dictionary is not None and dictionary.complete:
            certain = all(
                not isinstance(option, Absent) for e in dictionary.entries.values() for option in options(e.value)
            )
            keys = [Known(key) for key in dictionary.entries] if certain else None
        if keys is not None and isinstance(left, Known) and all(isinstance(key, Known) for key in keys):
            found = any(isinstance(key, Known) and key.value == left.value for key in keys)
            return Known(found is isinstance(kind, cst.In), origin=origin)
        if contents is not None or dictionary is not None:
            return Unknown(sources=(left,), origin=origin)
    return compare(kind, left, right, origin)


def _conditional(machine: Machine, node: cst.IfExp) -> Value:
    decided = truth(machine, evaluate(machine, node.test))
    if decided is not None:
        with machine.passing_by():
            evaluate(machine, node.orelse if decided else node.body)
        return evaluate(machine, node.body if decided else node.orelse)
    base = machine.state
    values: list[Value] = []
    paths: list[Changes] = []
    for branch, wanted in ((node.body, True), (node.orelse, False)):
        with machine.branch() as state:
            narrowed = narrow(machine, node.test, wanted=wanted)
            values.append(evaluate(machine, branch))
            for key, value in narrowed.items():
                machine.state.set(key, value)
            paths.append(state.changes_since(base))
    base.absorb(paths)
    return one_of(values, origin=machine.origin(node))


def _perhaps(machine: Machine, node: cst.BaseExpression) -> Value:
    """Evaluate an expression that may not be reached."""
    base = machine.state
    with machine.branch() as state:
        value = evaluate(machine, node)
        changes = state.changes_since(base)
    base.absorb([{}, changes])
    return value


def _lambda(machine: Machine, node: cst.Lambda) -> Value:
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are evaluated
    parameters = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)
    defaults = {entry.name.value: evaluate(machine, entry.default) for entry in parameters if entry.default is not None}
    function = Function(node, cell, machine.scope, defaults, {}, binding="staticmethod", origin=machine.origin(node))
    machine.register(function)
    return function


def _walrus(machine: Machine, node: cst.NamedExpr) -> Value:
    value = evaluate(machine, node.value)
    assign(machine, node.target, value)
    return value


def _comprehension(machine: Machine, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> Value:
    kind = "set" if isinstance(node, cst.SetComp) else "list"
    rounds = unrolled(machine, node.for_in, [node.elt])
    if rounds is not None:
        return machine.new_list(kind, [values[0] for values in rounds], complete=True, node=node)
    element: Value = Unknown()

    def body() -> None:
        nonlocal element
        element = evaluate(machine, node.elt)

    _rounds(machine, node.for_in, body)
    return machine.new_list(kind, [element], complete=False, alike=True, node=node)


def _dict_comprehension(machine: Machine, node: cst.DictComp) -> Value:
    rounds = unrolled(machine, node.for_in, [node.key, node.value])
    if rounds is not None and all(isinstance(key, Known) for key, _ in rounds):
        entries = {key.value: Entry(value, machine.origin(node.key)) for key, value in rounds if isinstance(key, Known)}
        return machine.new_dictionary(entries, complete=True, node=node)
    parts: list[Value] = []

    def body() -> None:
        parts.extend(machine.snapshot(evaluate(machine, part)) for part in (node.key, node.value))

    ran_over = _rounds(machine, node.for_in, body)
    keys = options(parts[0]) if len(parts) == 2 else ()
    if keys and all(isinstance(key, Known) for key in keys) and not node.for_in.ifs:
        entries = {key.value: Entry(parts[1], machine.origin(node.key)) for key in keys if isinstance(key, Known)}
        return machine.new_dictionary(entries, complete=node.for_in.inner_for_in is None, node=node)
    rest = parts if ran_over is None else [*parts, ran_over]
    return machine.new_dictionary({}, complete=False, rest=rest, node=node)


def _rounds(machine: Machine, clause: cst.CompFor, body: Callable[[], None]) -> Value | None:
    """Run one representative round of a comprehension; what its first loop runs over."""
    iterable = evaluate(machine, clause.iter)
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are evaluated
    loop = Loop(cell, clause, machine.snapshot(iterable))
    scope = Scope(machine.identity(), "function", machine.scope, frozenset(target_names(clause.target)))
    base = machine.state
    with machine.branch() as state, machine.inside(loop), machine.within(scope, cell):
        assign(machine, clause.target, element_of(machine, iterable, loop))
        for condition in clause.ifs:
            evaluate(machine, condition.test)
        if clause.inner_for_in is not None:
            _rounds(machine, clause.inner_for_in, body)
        else:
            body()
        changes = state.changes_since(base)
    base.absorb([{}, changes])
    return loop.iterable


def _await(machine: Machine, node: cst.Await) -> Value:
    return evaluate(machine, node.expression)


def _yield(machine: Machine, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.From):
        evaluate(machine, node.value.item)
    elif node.value is not None:
        value = evaluate(machine, node.value)
        if machine.frames:
            machine.frames[-1].yields.append(value)
    return Unknown()


_EVALUATORS: dict[type[cst.CSTNode], Callable[[Machine, Any], Value]] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.List: _list,
    cst.Tuple: _list,
    cst.Set: _list,
    cst.Dict: _dict,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    cst.NamedExpr: _walrus,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.DictComp: _dict_comprehension,
    cst.Await: _await,
    cst.Yield: _yield,
}

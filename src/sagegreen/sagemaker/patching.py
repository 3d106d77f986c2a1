"""Writing settings back into the code, in the dialect and layout of the call that they belong to."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from dataclasses import replace as replace_field
from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.edits import apply_edits
from sagegreen.documents.layout import (
    insert_arguments,
    insert_items,
    remove_argument,
    remove_item,
    replace_node,
    string,
)
from sagegreen.documents.model import Cell, Edit, Module
from sagegreen.documents.parsing import parse_module
from sagegreen.documents.syntax import children
from sagegreen.sagemaker.places import Place, enclosing_statements
from sagegreen.semantics.importing import import_names
from sagegreen.semantics.values import ABSENT, Known, Mapped, Result, Value, options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sagegreen.documents.parsing import ParsedCell, ParsedModule
    from sagegreen.sagemaker.forms import Nested
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting
    from sagegreen.semantics.values import Scalar


@dataclass(frozen=True, slots=True)
class Code:
    """An expression to write.

    Attributes:
        template: its source; ``{ProfilerRule}`` stands for an imported name, ``{{`` and ``}}`` for braces.
        imports: the imported names in it, each with the module to import it from.
    """

    template: str
    imports: tuple[tuple[str, str], ...] = ()

    def written(self, names: Mapping[tuple[str, str], str]) -> str:
        """The source with the imported names as the module can spell them."""
        return self.template.format(**{name: names[module, name] for module, name in self.imports})


Writable = str | int | float | bool | None | Code


@dataclass(frozen=True, eq=False)
class _Holder:
    """What an argument or item can be added to: a call, or a dictionary display."""

    cell: ParsedCell
    node: cst.Call | cst.Dict


@dataclass(eq=False)
class _Insertions:
    holder: _Holder
    entries: list[tuple[str, Code]] = field(default_factory=list)


def write_settings(resource: Resource, values: Mapping[str, Writable]) -> tuple[Edit, ...] | None:
    """Set settings of a resource, those that are absent by insertion, the others at the place of their value.

    Args:
        resource: whose settings.
        values: by the name of the setting: a constant, or code.

    Returns:
        The edits of one transaction, imports included; ``None`` where the code leaves no place to write one of them:
        an unknown or conditional value, a request that cannot be followed, a setting that the dialect does not have.
    """
    module = resource.program.module
    insertions: dict[int, _Insertions] = {}
    replacements: list[tuple[Place, Code]] = []
    missing: dict[tuple[str, ...], list[tuple[tuple[str, ...], Code]]] = {}
    for name, wanted in values.items():
        path = resource.form.settings.get(name)
        if path is None or not resource.supports(name):
            return None
        setting = resource.setting(name)
        if not setting.is_absent or (setting.argument is not None and len(path) == 1):
            place = replaceable(resource, setting)
            if place is None:
                return None
            replacements.append((place, _code(place.parsed_cell, wanted)))
            continue
        found = _deepest(resource, path)
        if found is None:
            return None
        holder, depth = found
        code = _code(holder.cell, wanted)
        if depth == len(path) - 1 and _is_given(resource, holder, path):
            place = _nothing(resource, holder, path[-1])
            if place is None:
                return None
            replacements.append((place, code))
            continue
        insertion = insertions.setdefault(id(holder.node), _Insertions(holder))
        if depth == len(path) - 1:
            insertion.entries.append((path[-1], code))
        else:
            missing.setdefault(path[: depth + 1], []).append((path[depth + 1 :], code))
    for prefix, entries in missing.items():
        found = _deepest(resource, (*prefix, ""))
        if found is None:
            return None
        holder, _ = found
        nested = resource.form.nested.get(prefix[-1])
        built = _build(holder.cell, nested, entries)
        if built is None:
            return None
        insertions[id(holder.node)].entries.append((prefix[-1], built))
    for insertion in insertions.values():
        holder = insertion.holder
        if _forwards_keywords(holder) or _is_deleted(resource, insertion) or _is_shared(resource, holder):
            return None
    return _edits(resource, module, list(insertions.values()), replacements)


def replaceable(resource: Resource, setting: Setting) -> Place | None:
    """The expression whose replacement changes a setting and nothing else's meaning; ``None`` where there is none."""
    known = [option for option in options(setting.value) if isinstance(option, Known)] if setting.value else []
    literal = setting.place if setting.is_known else None
    place = literal or (setting.argument_value if known else None)
    if place is None or setting.optional:
        return None
    if not resource.program.owns(place.parsed_cell):
        return None
    return place if isinstance(place.node, cst.BaseExpression) else None


def _forwards_keywords(holder: _Holder) -> bool:
    """Whether a call hands on the ``**kwargs`` of the function around it: a caller may name there what is inserted."""
    if not isinstance(holder.node, cst.Call):
        return False
    handed_on = {
        argument.value.value
        for argument in holder.node.args
        if argument.star == "**" and isinstance(argument.value, cst.Name)
    }
    around = enclosing_statements(holder.cell, holder.cell.span(holder.node)) if handed_on else []
    return any(
        isinstance(statement, cst.FunctionDef)
        and isinstance(statement.params.star_kwarg, cst.Param)
        and statement.params.star_kwarg.name.value in handed_on
        for statement, _ in around
    )


def _is_deleted(resource: Resource, insertion: _Insertions) -> bool:
    """Whether a key would be written into a dictionary, and the program takes such a key out of one again."""
    if insertion.holder.node is resource.call.node:
        return False
    keys = "|".join(re.escape(name) for name, _ in insertion.entries)
    deletion = re.compile(rf"""(?:\bdel\b[^\r\n]*\[|\.pop\()\s*["'](?:{keys})["']""")
    return any(deletion.search(cell.cell.source) for cell in resource.program.module.cells)


def _is_shared(resource: Resource, holder: _Holder) -> bool:
    """Whether another resource is given the very dictionary or object too: it would change with this one."""
    return len(resource.program.once(_holders).get(id(holder.node), ())) > 1


def _holders(program: Program) -> dict[int, set[int]]:
    """The calls and displays that resources' arguments come from, each with the resources that are given it."""
    makers = {id(call.node) for resource in program.resources for call in resource.calls}
    found: defaultdict[int, set[int]] = defaultdict(set)
    for resource in program.resources:
        pending = [argument.value for bound in resource.bound for argument in bound.arguments.values()]
        pending += [argument.spread for call in resource.calls for argument in call.arguments if argument.spread]
        seen: set[int] = set()
        while pending:
            value = pending.pop()
            holder = _holder_of(value)
            if holder is None or id(value) in seen or id(holder.node) in makers:
                continue
            seen.add(id(value))
            found[id(holder.node)].add(id(resource))
            if isinstance(value, Mapped):
                pending += [entry.value for entry in value.entries.values()]
            elif isinstance(value, Result):
                pending += [argument.value for argument in value.call.arguments]
    return found


def _is_given(resource: Resource, holder: _Holder, path: Sequence[str]) -> bool:
    """Whether what holds an absent setting names it all the same, as ``None``: naming it twice would be an error."""
    if holder.node is resource.call.node:
        return any(path[0] in entry.arguments for entry in resource.bound)
    return _named(holder.node, {path[-1]}) is not None


def _nothing(resource: Resource, holder: _Holder, name: str) -> Place | None:
    """The literal ``None`` that stands for a setting; ``None`` where it is something else that gives none."""
    value = _named(holder.node, {name, resource.bound[0].keyword(name)})
    if isinstance(value, cst.Name) and value.value == "None":
        return Place(holder.cell, value)
    return None


def _named(node: cst.Call | cst.Dict, names: set[str]) -> cst.BaseExpression | None:
    """The expression under a keyword of a call or a key of a display."""
    if isinstance(node, cst.Call):
        return next((arg.value for arg in node.args if arg.keyword is not None and arg.keyword.value in names), None)
    for element in node.elements:
        key = element.key if isinstance(element, cst.DictElement) else None
        if isinstance(key, cst.SimpleString) and key.evaluated_value in names:
            return element.value
    return None


def replace(place: Place, code: str) -> tuple[Edit, ...]:
    """Write other code in the place of an expression."""
    return (replace_node(place.parsed_cell, place.node, code),)


def constant_code(cell: ParsedCell, value: Scalar) -> str:
    """A constant as source, strings in the quotes that the cell prefers."""
    return string(cell, value) if isinstance(value, str) else repr(value)


def remove_settings(resource: Resource, names: Sequence[str]) -> tuple[Edit, ...] | None:
    """Take settings out of the call or request that names them; ``None`` where one cannot be, or a comment would go."""
    edits: list[Edit] = []
    for name in names:
        path = resource.form.settings.get(name)
        if path is None:
            return None
        found = _deepest(resource, path)
        if found is None or found[1] != len(path) - 1:
            return None
        holder = found[0]
        if _is_shared(resource, holder):
            return None
        removed = _removed(resource, holder, path[-1])
        if removed is None:
            return None
        edits.extend(removed)
    return tuple(edits)


def _removed(resource: Resource, holder: _Holder, name: str) -> tuple[Edit, ...] | None:
    node = holder.node
    if isinstance(node, cst.Dict):
        for element in node.elements:
            if (
                isinstance(element, cst.DictElement)
                and isinstance(element.key, cst.SimpleString)
                and element.key.evaluated_value == name
            ):
                return remove_item(holder.cell, node, element)
        return None
    written = {name, resource.bound[0].keyword(name)}
    for argument in node.args:
        if argument.keyword is not None and argument.keyword.value in written:
            return remove_argument(holder.cell, node, argument)
    return None


# -- where to write ---------------------------------------------------------------------------------


def _deepest(resource: Resource, path: Sequence[str]) -> tuple[_Holder, int] | None:
    """The innermost thing on a path that exists in the code, and the index of the step that it should hold."""
    holder = _outermost(resource)
    if holder is None:
        return None
    argument = resource.bound[0].arguments.get(path[0])
    if len(resource.bound) > 1 and len(path) > 1:
        values = [entry.arguments[path[0]].value for entry in resource.bound if path[0] in entry.arguments]
        if len({id(value.origin.node) if value.origin is not None else id(value) for value in values}) > 1:
            return None
    value: Value = argument.value if argument is not None else ABSENT
    depth = 0
    while depth < len(path) - 1:
        if value is ABSENT or (isinstance(value, Known) and value.value is None):
            return (holder, depth) if value is ABSENT else None
        inner = _holder_of(value)
        if inner is None or not resource.program.owns(inner.cell):
            return None
        holder = inner
        depth += 1
        value = _entry(resource, value, path[depth])
    return holder, depth


def _entry(resource: Resource, value: Value, key: str) -> Value:
    if isinstance(value, Mapped):
        entry = value.entries.get(key)
        return entry.value if entry is not None else ABSENT
    if isinstance(value, Result):
        bound = resource.program.reader.constructed(value.call)
        argument = bound.arguments.get(key) if bound is not None else None
        return argument.value if argument is not None else ABSENT
    return ABSENT


def _outermost(resource: Resource) -> _Holder | None:
    call = resource.call
    node = call.node
    if not isinstance(node, cst.Call):
        return None
    spreads = {id(argument.spread): argument.spread for argument in call.arguments if argument.spread is not None}
    if resource.api == "boto3" and len(spreads) == 1 and len(node.args) == 1:
        return _holder_of(next(iter(spreads.values())))
    return _Holder(call.cell, node)


def _holder_of(value: Value) -> _Holder | None:
    """The call or display that wrote a value, where it did so alone."""
    if isinstance(value, Result):
        node = value.call.node
        return _Holder(value.call.cell, node) if isinstance(node, cst.Call) else None
    if isinstance(value, Mapped) and value.origin is not None:
        node_of_display = value.origin.node
        if isinstance(node_of_display, cst.Dict | cst.Call):
            return _Holder(value.origin.cell, node_of_display)
    return None


# -- what to write ----------------------------------------------------------------------------------


def _code(cell: ParsedCell, value: Writable) -> Code:
    if isinstance(value, Code):
        return value
    return Code(constant_code(cell, value).replace("{", "{{").replace("}", "}}"))


def _build(cell: ParsedCell, nested: Nested | None, entries: Sequence[tuple[tuple[str, ...], Code]]) -> Code | None:
    """The object that holds settings below a missing parameter."""
    if nested is None or any(len(path) != 1 for path, _ in entries):
        return None
    imports = tuple(dict.fromkeys(entry for _, code in entries for entry in code.imports))
    if not nested.name:
        items = ", ".join(f"{string(cell, path[0])}: {code.template}" for path, code in entries)
        return Code(f"{{{{{items}}}}}", imports)
    arguments = ", ".join(f"{path[0]}={code.template}" for path, code in entries)
    return Code(f"{{{nested.name}}}({arguments})", (*imports, (nested.module, nested.name)))


def _edits(
    resource: Resource,
    module: ParsedModule,
    insertions: Sequence[_Insertions],
    replacements: Sequence[tuple[Place, Code]],
) -> tuple[Edit, ...] | None:
    newline = module.document.newline
    wanted: list[tuple[str, str]] = []
    for insertion in insertions:
        wanted.extend(symbol for _, code in insertion.entries for symbol in code.imports)
    for _, code in replacements:
        wanted.extend(code.imports)
    names: Mapping[tuple[str, str], str] = {}
    edits: list[Edit] = []
    if wanted:
        first = insertions[0].holder if insertions else None
        cell = first.cell if first is not None else replacements[0][0].parsed_cell
        node = first.node if first is not None else replacements[0][0].node
        plan = import_names(module, cell, node, list(dict.fromkeys(wanted)))
        if plan is None:
            return None
        names = plan.names
        edits.extend(plan.edits)
    replaced = [replace_node(place.parsed_cell, place.node, code.written(names)) for place, code in replacements]
    # the inner holders first: they lie behind the start of the outer ones, which so keep their place
    ordered = sorted(insertions, key=lambda entry: entry.holder.cell.span(entry.holder.node).start, reverse=True)
    written_entries = [
        (entry.holder, [(name, code.written(names)) for name, code in entry.entries]) for entry in ordered
    ]
    if len({id(holder.cell) for holder, _ in written_entries}) == 1 and len(written_entries) > 1:
        index = written_entries[0][0].cell.cell.index
        inside = [edit for edit in replaced if edit.cell == index]
        together = _together(resource, written_entries, inside, newline)
        return None if together is None else (*edits, *(edit for edit in replaced if edit not in inside), together)
    edits.extend(replaced)
    for holder, entries in written_entries:
        written = _insert(resource, holder, entries, newline)
        if written is None:
            return None
        edits.extend(written)
    return tuple(edits)


def _together(
    resource: Resource,
    insertions: Sequence[tuple[_Holder, list[tuple[str, str]]]],
    replaced: Sequence[Edit],
    newline: str,
) -> Edit | None:
    """Changes of one cell, one after the other: an insertion may change the layout of those around it.

    Args:
        resource: whose settings they are.
        insertions: entries to add, the inner holders first.
        replaced: values to write anew in the same cell.
        newline: the line ending to write.
    """
    original = insertions[0][0].cell
    cell = _rewritten(resource, original, replaced) if replaced else original
    for holder, entries in insertions:
        start = original.span(holder.node).start
        start += sum(len(edit.content) - (edit.end - edit.start) for edit in replaced if edit.end <= start)
        node = None if cell is None else holder.node if cell is original else _node_at(cell, start, type(holder.node))
        if cell is None or node is None:
            return None
        keyed = (
            [(resource.bound[0].keyword(n), code) for n, code in entries]
            if holder.node is resource.call.node
            else entries
        )
        edits = _insert_entries(_Holder(cell, node), keyed, newline)
        if edits is None:
            return None
        cell = _rewritten(resource, cell, edits)
    return None if cell is None else _difference(original.cell, cell.cell.source)


def _rewritten(resource: Resource, cell: ParsedCell, edits: Sequence[Edit]) -> ParsedCell | None:
    source = apply_edits(cell.cell.source, edits)
    document = resource.program.module.document
    parsed = parse_module(document, Module(None, (replace_field(cell.cell, source=source),)))
    return parsed.cells[0] if parsed.cells else None


def _node_at(cell: ParsedCell, start: int, kind: type[cst.CSTNode]) -> cst.Call | cst.Dict | None:
    """The outermost call or display of a cell that starts at an offset."""
    pending: list[cst.CSTNode] = [cell.tree]
    while pending:
        node = pending.pop(0)
        if isinstance(node, cst.Call | cst.Dict) and type(node) is kind and cell.span(node).start == start:
            return node
        pending.extend(children(node))
    return None


def _difference(cell: Cell, source: str) -> Edit:
    """The one edit that turns a cell's source into another."""
    before = cell.source
    start = 0
    while start < min(len(before), len(source)) and before[start] == source[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(source)) - start and before[-1 - tail] == source[-1 - tail]:
        tail += 1
    return Edit(cell.index, start, len(before) - tail, source[start : len(source) - tail])


def _insert(
    resource: Resource, holder: _Holder, entries: Sequence[tuple[str, str]], newline: str
) -> tuple[Edit, ...] | None:
    if holder.node is resource.call.node:
        entries = [(resource.bound[0].keyword(name), code) for name, code in entries]
    return _insert_entries(holder, entries, newline)


def _insert_entries(holder: _Holder, entries: Sequence[tuple[str, str]], newline: str) -> tuple[Edit, ...] | None:
    if isinstance(holder.node, cst.Dict):
        items = [(string(holder.cell, name), code) for name, code in entries]
        return insert_items(holder.cell, holder.node, items, newline)
    return insert_arguments(holder.cell, holder.node, entries, newline)

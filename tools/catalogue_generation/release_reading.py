"""One release as plain data: modules with their classes, functions and re-exports."""

import ast
from dataclasses import dataclass, field

from .classes import ancestry, bases, constructor, enum_members, is_enum, methods, partial_text
from .releases import ANSWER_SHAPE_MODULES, ANSWER_SHAPE_SUFFIXES, DROPPED_MODULES
from .signatures import signature_text
from .sources import SourceTree, Symbol


@dataclass
class ClassRecord:
    bases: list[str]
    methods: dict[str, str]
    members: dict[str, object] | None


@dataclass
class Reading:
    """What one release offers. Keys are canonical names; ``imports`` maps ``module`` to name -> canonical."""

    classes: dict[str, ClassRecord] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    stars: dict[str, list[str]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)


def is_dropped(module: str) -> bool:
    return any(module == dropped or module.startswith(f"{dropped}.") for dropped in DROPPED_MODULES)


def _is_private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def read_release(tree: SourceTree) -> Reading:
    """Everything of ``tree`` that the catalogues keep."""
    reading = Reading()
    for module in tree.modules():
        if is_dropped(module.name) or _is_private(module.name):
            continue
        reading.modules.add(module.name)
        for name in module.bindings:
            if name.startswith("_"):
                continue
            symbol = tree.member(module.name, name)
            if symbol is None or symbol.kind in ("external", "value"):
                continue
            if symbol.kind == "module":
                # Users write ``sagemaker.image_uris``; module names bound inside ordinary modules are incidental.
                if module.is_package and symbol.canonical not in (name, f"{module.name}.{name}"):
                    reading.imports.setdefault(module.name, {})[name] = symbol.canonical
                continue
            if is_dropped(symbol.module) or not _keep(tree, reading, symbol):
                continue
            if symbol.canonical != f"{module.name}.{name}":
                reading.imports.setdefault(module.name, {})[name] = symbol.canonical
        stars = [star for star in module.stars if star in tree.paths and not is_dropped(star)]
        if stars:
            reading.stars[module.name] = stars
    return reading


def _keep(tree: SourceTree, reading: Reading, symbol: Symbol) -> bool:
    if symbol.kind == "partial":
        assert isinstance(symbol.node, ast.Call)  # noqa: S101 - for the type checker
        text = partial_text(tree, symbol.module, symbol.node)
        if text is not None:
            reading.functions[symbol.canonical] = text
        return text is not None
    if symbol.kind == "function":
        assert isinstance(symbol.node, ast.FunctionDef | ast.AsyncFunctionDef)  # noqa: S101 - for the type checker
        if symbol.canonical not in reading.functions:
            reading.functions[symbol.canonical] = signature_text(tree, symbol.module, symbol.node, in_class=False)
        return True
    assert isinstance(symbol.node, ast.ClassDef)  # noqa: S101 - for the type checker
    if symbol.module in ANSWER_SHAPE_MODULES and symbol.node.name.endswith(ANSWER_SHAPE_SUFFIXES):
        return False
    for ancestor in ancestry(tree, symbol.module, symbol.node):
        if isinstance(ancestor.node, ast.ClassDef) and ancestor.canonical not in reading.classes:
            reading.classes[ancestor.canonical] = _class_record(tree, ancestor.module, ancestor.node)
    return True


def _class_record(tree: SourceTree, module: str, node: ast.ClassDef) -> ClassRecord:
    found = methods(tree, module, node)
    synthesised = constructor(tree, module, node)
    if synthesised is not None:
        found["__init__"] = synthesised
    lineage = ancestry(tree, module, node)
    internal = [base.canonical for base in bases(tree, module, node) if base.kind == "class"]
    members = enum_members(tree, module, node) if is_enum(lineage) else None
    return ClassRecord(internal, found, members)

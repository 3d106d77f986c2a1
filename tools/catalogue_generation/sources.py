"""The installed sources of one release as syntax trees, with the names each module binds. Nothing is imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

# Factories that wrap a class under a second name: the name means the class.
ALIAS_FACTORIES = frozenset({"deprecated_class"})


@dataclass(frozen=True)
class Imported:
    """``from module import attribute`` (attribute None: ``import module``)."""

    module: str
    attribute: str | None


@dataclass(frozen=True)
class Symbol:
    """What a dotted name finally means: ``kind`` is module, class, function, partial, value or external."""

    kind: str
    canonical: str
    module: str = ""
    node: ast.AST | None = None


Binding = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.expr | Imported


@dataclass
class Module:
    """One parsed module."""

    name: str
    is_package: bool
    tree: ast.Module
    stars: list[str] = field(default_factory=list)
    shadowed: dict[str, Imported] = field(default_factory=dict)  # imported names that a later class of the module takes

    @cached_property
    def bindings(self) -> dict[str, Binding]:
        found: dict[str, Binding] = {}
        self._collect(self.tree.body, found)
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        keep = len(parts) - node.level + (1 if self.is_package else 0)
        return ".".join([*parts[:keep], *([node.module] if node.module else [])])

    def _collect(self, body: list[ast.stmt], found: dict[str, Binding]) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                earlier = found.get(node.name)
                if isinstance(earlier, Imported):
                    self.shadowed[node.name] = earlier
                found[node.name] = node
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if node.name == "__getattr__":  # PEP 562: the package imports on demand what its body names
                    lazily: dict[str, Binding] = {}
                    for inner in ast.walk(node):
                        if isinstance(inner, ast.ImportFrom):
                            self._import_from(inner, lazily)
                    for name, binding in lazily.items():
                        found.setdefault(name, binding)
                else:
                    found[node.name] = node
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node, found)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        found[alias.asname] = Imported(alias.name, None)
                    else:
                        top = alias.name.split(".")[0]
                        found.setdefault(top, Imported(top, None))
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._assign(target.id, node.value, found)
            elif isinstance(node, ast.AnnAssign):
                if isinstance(node.target, ast.Name) and node.value is not None:
                    self._assign(node.target.id, node.value, found)
            elif isinstance(node, ast.Try):
                for handler in reversed(node.handlers):
                    self._collect(handler.body, found)
                self._collect(node.body, found)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
                self._collect(node.orelse, found)
                self._collect(node.body, found)

    def _import_from(self, node: ast.ImportFrom, found: dict[str, Binding]) -> None:
        module = self._absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                found[alias.asname or alias.name] = Imported(module, alias.name)

    @staticmethod
    def _assign(name: str, value: ast.expr, found: dict[str, Binding]) -> None:
        # ``JsonGet = deprecated_class(JsonGet, ...)`` rebinds a name to a wrapper of itself: keep what it wraps.
        wrapped = aliased_expression(value)
        if isinstance(wrapped, ast.Name) and wrapped.id == name:
            return
        found[name] = value


def aliased_expression(value: ast.expr) -> ast.expr:
    """The class inside ``deprecated_class(cls, name)``; any other expression as it is."""
    if isinstance(value, ast.Call) and value.args:
        function = value.func
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if called in ALIAS_FACTORIES:
            return value.args[0]
    return value


def is_partial(value: ast.AST) -> bool:
    """Whether an expression is ``partial(callable, keyword=...)``."""
    function = value.func if isinstance(value, ast.Call) and len(value.args) == 1 else None
    return function is not None and (dotted_expression(function) or "") in {"partial", "functools.partial"}


def dotted_expression(node: ast.expr) -> str | None:
    """``a.b.c`` for nested attribute access on a name, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted_expression(node.value)
        return f"{owner}.{node.attr}" if owner else None
    return None


class SourceTree:
    """All modules below ``roots`` of an installation directory."""

    def __init__(self, directory: Path, roots: tuple[str, ...]) -> None:
        self.directory = directory
        self.paths: dict[str, Path] = {}
        for root in roots:
            base = directory / root
            for path in sorted(base.rglob("*.py")):
                parts = path.relative_to(directory).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                self.paths[name] = path
                for depth in range(1, len(parts)):
                    self.paths.setdefault(".".join(parts[:depth]), directory.joinpath(*parts[:depth]))
        self._modules: dict[str, Module | None] = {}

    def module(self, name: str) -> Module | None:
        if name not in self._modules:
            path = self.paths.get(name)
            if path is None:
                self._modules[name] = None
            elif path.is_dir():  # a namespace package, or a folder without __init__.py
                self._modules[name] = Module(name, True, ast.Module(body=[], type_ignores=[]))
            else:
                try:
                    tree = ast.parse(path.read_bytes())
                except SyntaxError:
                    # Templates shipped as .py and Python-2-only files are no importable modules.
                    self._modules[name] = None
                else:
                    self._modules[name] = Module(name, path.name == "__init__.py", tree)
        return self._modules[name]

    def modules(self) -> Iterator[Module]:
        for name in sorted(self.paths):
            module = self.module(name)
            if module is not None:
                yield module

    def resolve(self, dotted: str) -> Symbol | None:
        """What ``dotted`` means, or None where the sources do not say."""
        return self._resolve(dotted, frozenset())

    def member(self, module: str, name: str) -> Symbol | None:
        """What ``name`` means inside ``module``."""
        return self._member(module, name, frozenset())

    def base(self, module_name: str, node: ast.expr, line: int) -> Symbol | None:
        """What ``node`` means as a base of a class on ``line``: the binding that holds there, not the last one."""
        module = self.module(module_name)
        if module is not None and isinstance(node, ast.Name):
            later = module.bindings.get(node.id)
            if node.id in module.shadowed and isinstance(later, ast.ClassDef) and later.lineno >= line:
                imported = module.shadowed[node.id]
                return self.resolve(f"{imported.module}.{imported.attribute}")
        return self.expression(module_name, node)

    def expression(self, module: str, node: ast.expr) -> Symbol | None:
        """What the name or attribute ``node`` means at the top level of ``module``."""
        return self._expression(module, node, frozenset())

    def _resolve(self, dotted: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        parts = dotted.split(".")
        if parts[0] not in self.paths:
            return Symbol("external", dotted)
        # An import statement finds modules by their full path, whatever a package binds under the same name.
        depth = next(end for end in range(max(len(parts) - 1, 1), 0, -1) if ".".join(parts[:end]) in self.paths)
        prefix = ".".join(parts[:depth])
        current = Symbol("module", prefix, prefix)
        for index, part in enumerate(parts[depth:], start=depth):
            if current.kind == "external":
                return Symbol("external", ".".join([current.canonical, *parts[index:]]))
            if current.kind != "module":
                return None
            following = self._member(current.canonical, part, seen)
            if following is None:
                return None
            current = following
        return current

    def _member(self, module_name: str, name: str, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        key = (module_name, name)
        module = self.module(module_name)
        submodule = f"{module_name}.{name}"
        if module is None or key in seen:
            return Symbol("module", submodule, submodule) if submodule in self.paths else None
        seen |= {key}
        binding = module.bindings.get(name)
        canonical = f"{module_name}.{name}"
        if isinstance(binding, ast.ClassDef):
            return Symbol("class", canonical, module_name, binding)
        if isinstance(binding, ast.FunctionDef | ast.AsyncFunctionDef):
            return Symbol("function", canonical, module_name, binding)
        if isinstance(binding, Imported):
            target = binding.module if binding.attribute is None else f"{binding.module}.{binding.attribute}"
            found = self._resolve(target, seen)
            if found is not None:
                return found
        elif binding is not None:
            if is_partial(binding):
                return Symbol("partial", canonical, module_name, binding)
            value = aliased_expression(binding)
            found = self._expression(module_name, value, seen) if dotted_expression(value) else None
            return found or Symbol("value", canonical, module_name, binding)
        for star in reversed(module.stars):
            if self._exports(star, name):
                found = self._resolve(f"{star}.{name}", seen)
                if found is not None:
                    return found
        if submodule in self.paths:
            return Symbol("module", submodule, submodule)
        return None

    def _exports(self, module_name: str, name: str) -> bool:
        module = self.module(module_name)
        if module is None:
            return False
        listed = module.bindings.get("__all__")
        if isinstance(listed, ast.List | ast.Tuple):
            return any(isinstance(item, ast.Constant) and item.value == name for item in listed.elts)
        return not name.startswith("_")

    def _expression(self, module: str, node: ast.expr, seen: frozenset[tuple[str, str]]) -> Symbol | None:
        if isinstance(node, ast.Name):
            return self._member(module, node.id, seen)
        if isinstance(node, ast.Attribute):
            owner = self._expression(module, node.value, seen)
            if owner is None:
                return None
            if owner.kind == "module":
                return self._member(owner.canonical, node.attr, seen)
            if owner.kind == "external":
                return Symbol("external", f"{owner.canonical}.{node.attr}")
        return None

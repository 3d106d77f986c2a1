"""Classes: ancestors, methods, enum members, and the constructors that pydantic, dataclasses and attrs synthesise."""

import ast
from collections.abc import Callable, Iterator

from .literals import NOT_LITERAL, literal
from .signatures import Field, decorator_names, default_text, fields_text, signature_text
from .sources import SourceTree, Symbol, dotted_expression

_ENUM_BASES = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag"})
_PYDANTIC_BASES = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.RootModel"})
_ATTRS_DECORATORS = frozenset({"s", "attrs", "attributes", "define", "frozen", "mutable"})
_PUBLIC_SPECIAL_METHODS = frozenset({"__init__", "__call__"})
_NOT_FOR_CALLERS = frozenset({"model_post_init"})  # pydantic calls it
_NO_METHOD = frozenset({"property", "setter", "deleter", "overload", "cached_property"})

ClassSymbol = tuple[str, ast.ClassDef]  # module, definition


def bases(tree: SourceTree, module: str, node: ast.ClassDef) -> list[Symbol]:
    """The direct bases that the sources resolve, external ones included."""
    found = []
    for base in node.bases:
        expression = base.value if isinstance(base, ast.Subscript) else base  # Generic[T]
        if isinstance(expression, ast.Call) and expression.args:
            expression = expression.args[-1]  # with_metaclass(ABCMeta, Base)
        if dotted_expression(expression) is None:
            continue
        symbol = tree.base(module, expression, node.lineno)
        if symbol is None and isinstance(expression, ast.Name):
            symbol = Symbol("external", f"builtins.{expression.id}")
        if symbol is not None and symbol.kind in ("class", "external"):
            found.append(symbol)
    return found


def ancestry(tree: SourceTree, module: str, node: ast.ClassDef) -> list[Symbol]:
    """The class and all its ancestors, nearest first (depth first, last mention kept)."""
    own = Symbol("class", f"{module}.{node.name}", module, node)
    order: list[Symbol] = []

    def visit(symbol: Symbol, path: frozenset[str]) -> None:
        order.append(symbol)
        if symbol.kind == "class" and isinstance(symbol.node, ast.ClassDef) and symbol.canonical not in path:
            for base in bases(tree, symbol.module, symbol.node):
                visit(base, path | {symbol.canonical})

    visit(own, frozenset())
    last = {symbol.canonical: index for index, symbol in enumerate(order)}
    return [symbol for index, symbol in enumerate(order) if last[symbol.canonical] == index]


def is_enum(lineage: list[Symbol]) -> bool:
    return any(symbol.canonical in _ENUM_BASES for symbol in lineage)


def enum_members(tree: SourceTree, module: str, node: ast.ClassDef) -> dict[str, object]:
    """Member names with their literal values; None where the value is computed."""
    members: dict[str, object] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            value = literal(tree, module, statement.value)
            for target in statement.targets:
                if isinstance(target, ast.Name) and not target.id.startswith("_"):
                    members[target.id] = None if value is NOT_LITERAL else value
    return members


def methods(tree: SourceTree, module: str, node: ast.ClassDef) -> dict[str, str]:
    """Public methods defined in the class body itself, as signature texts."""
    found: dict[str, str] = {}
    for statement in _statements(node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            if statement.name.startswith("_") and statement.name not in _PUBLIC_SPECIAL_METHODS:
                continue
            if statement.name in _NOT_FOR_CALLERS:
                continue
            if not _NO_METHOD.intersection(decorator_names(statement)):
                found[statement.name] = signature_text(tree, module, statement, in_class=True)
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
            if not isinstance(target, ast.Name) or target.id.startswith("_"):
                continue
            if isinstance(value, ast.Name) and value.id in found:
                found[target.id] = found[value.id]
            elif isinstance(value, ast.Call) and (dotted_expression(value.func) or "").endswith("removed_function"):
                found[target.id] = "*args, **kwargs"
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _statements(statement.body)
            yield from _statements(statement.orelse)
        else:
            yield statement


def partial_text(tree: SourceTree, module: str, node: ast.Call) -> str | None:
    """The signature of ``partial(Class, keyword=...)`` as Python gives it: what follows is taken by keyword only."""
    target = tree.expression(module, node.args[0])
    if target is None or not isinstance(target.node, ast.ClassDef):
        return None
    written = constructor(tree, target.module, target.node) or methods(tree, target.module, target.node).get("__init__")
    if written is None or " -> " in written:
        return None
    definition = ast.parse(f"def f({written}): ...").body[0]
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - for the type checker
    arguments = definition.args
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + [ast.unparse(d) for d in arguments.defaults]
    bound = {keyword.arg: default_text(tree, module, keyword.value) for keyword in node.keywords if keyword.arg}
    names = [argument.arg for argument in arguments.args]
    first = min((names.index(name) for name in bound if name in names), default=len(names))
    fields = [
        Field(name, bound.get(name, default), keyword_only=index >= first)
        for index, (name, default) in enumerate(zip(names, defaults, strict=True))
    ]
    return fields_text(fields)


def constructor(tree: SourceTree, module: str, node: ast.ClassDef) -> str | None:
    """The text of a synthesised ``__init__``, or None where the written or the inherited one holds."""
    lineage = ancestry(tree, module, node)
    names = {symbol.canonical for symbol in lineage}
    own = methods(tree, module, node).get("__init__")
    if names & _PYDANTIC_BASES:
        written = own or _inherited_constructor(tree, lineage)
        fields = [
            Field(field.name, field.default, keyword_only=True)
            for field in _merged(tree, lineage, _pydantic_fields, lambda _: True)
        ]
        if written is None:
            extra = ["**extra_data"] if _accepts_extra(lineage) else []
            return ", ".join([*([fields_text(fields)] if fields else []), *extra])
        return _with_fields(written, fields)
    if own is not None:
        return None
    style = _record_style(node)
    if style == "dataclass":
        return fields_text(_merged(tree, lineage, _dataclass_fields, _is_dataclass))
    if style == "attrs":
        return fields_text(_merged(tree, lineage, _attrs_fields, _is_attrs))
    if names & {"typing.NamedTuple"}:
        return fields_text(_dataclass_fields(tree, module, node))
    return None


def _inherited_constructor(tree: SourceTree, lineage: list[Symbol]) -> str | None:
    for symbol in lineage[1:]:
        if isinstance(symbol.node, ast.ClassDef):
            text = methods(tree, symbol.module, symbol.node).get("__init__")
            if text is not None:
                return text
    return None


def _accepts_extra(lineage: list[Symbol]) -> bool:
    """Whether the nearest ``model_config`` says ``extra="allow"``."""
    for symbol in lineage:
        if not isinstance(symbol.node, ast.ClassDef):
            continue
        for statement in symbol.node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                extra = _called(statement.value)[1].get("extra")
                if statement.targets[0].id == "model_config" and isinstance(extra, ast.Constant):
                    return extra.value == "allow"
    return False


def _with_fields(written: str, fields: list[Field]) -> str:
    """A written pydantic constructor that hands ``**kwargs`` on accepts the remaining fields by keyword."""
    parameters = ast.parse(f"def f({written.split(' -> ', maxsplit=1)[0]}): pass").body[0]
    assert isinstance(parameters, ast.FunctionDef)  # noqa: S101 - for the type checker
    arguments = parameters.args
    if arguments.kwarg is None:
        return written
    named = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    extra = [f.name if f.default is None else f"{f.name}={f.default}" for f in fields if f.name not in named]
    arguments.kwarg = None
    head = ast.unparse(arguments)
    separator = [] if arguments.kwonlyargs or arguments.vararg or not extra else ["*"]
    return ", ".join([*([head] if head else []), *separator, *extra])


def _merged(
    tree: SourceTree,
    lineage: list[Symbol],
    read: Callable[[SourceTree, str, ast.ClassDef], list[Field]],
    applies: Callable[[Symbol], bool],
) -> list[Field]:
    fields: dict[str, Field] = {}
    for symbol in reversed(lineage):
        if isinstance(symbol.node, ast.ClassDef) and applies(symbol):
            for field in read(tree, symbol.module, symbol.node):
                fields[field.name] = field
    return list(fields.values())


def _annotated(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    for statement in node.body:
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        if "ClassVar" not in ast.dump(statement.annotation):
            yield statement.target.id, statement.annotation, statement.value


def _called(node: ast.expr | None) -> tuple[str, dict[str, ast.expr], list[ast.expr]]:
    if not isinstance(node, ast.Call):
        return "", {}, []
    name = (dotted_expression(node.func) or "").rpartition(".")[2]
    return name, {k.arg: k.value for k in node.keywords if k.arg}, list(node.args)


def _pydantic_fields(tree: SourceTree, module: str, node: ast.ClassDef) -> list[Field]:
    found = []
    for attribute, _, value in _annotated(node):
        name = attribute
        if name.startswith("_") or name == "model_config":
            continue
        called, keywords, positional = _called(value)
        default: str | None
        if called == "Field":
            given = keywords.get("default", positional[0] if positional else None)
            if given is not None:
                required = isinstance(given, ast.Constant) and given.value is ...
                default = None if required else default_text(tree, module, given)
            else:
                default = "..." if "default_factory" in keywords else None
            alias = keywords.get("alias")
            if isinstance(alias, ast.Constant) and isinstance(alias.value, str):
                name = alias.value
        else:
            default = None if value is None else default_text(tree, module, value)
        found.append(Field(name, default))
    return found


def _dataclass_fields(tree: SourceTree, module: str, node: ast.ClassDef) -> list[Field]:
    found = []
    all_keyword_only = _flag(node, "kw_only")
    for name, _, value in _annotated(node):
        called, keywords, _ = _called(value)
        default: str | None
        keyword_only = all_keyword_only
        if called == "field":
            if _is_false(keywords.get("init")):
                continue
            if "kw_only" in keywords:
                keyword_only = not _is_false(keywords["kw_only"])
            if "default" in keywords:
                default = default_text(tree, module, keywords["default"])
            else:
                default = "..." if "default_factory" in keywords else None
        else:
            default = None if value is None else default_text(tree, module, value)
        found.append(Field(name, default, keyword_only))
    return found


def _attrs_fields(tree: SourceTree, module: str, node: ast.ClassDef) -> list[Field]:
    found = []
    all_keyword_only = _flag(node, "kw_only")
    automatic = _flag(node, "auto_attribs") or bool({"define", "frozen", "mutable"} & set(decorator_names(node)))
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name, value = statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if "ClassVar" in ast.dump(statement.annotation):
                continue
            name, annotated_value = statement.target.id, statement.value
            if _called(annotated_value)[0] not in ("ib", "attrib", "field"):
                if automatic:
                    default = None if annotated_value is None else default_text(tree, module, annotated_value)
                    found.append(Field(name.lstrip("_"), default, all_keyword_only))
                continue
            assert annotated_value is not None  # noqa: S101 - for the type checker
            value = annotated_value
        else:
            continue
        called, keywords, positional = _called(value)
        if called not in ("ib", "attrib", "field") or _is_false(keywords.get("init")):
            continue
        given = keywords.get("default", positional[0] if positional else None)
        if given is not None:
            text: str | None = default_text(tree, module, given)
        else:
            text = "..." if "factory" in keywords else None
        keyword_only = all_keyword_only or ("kw_only" in keywords and not _is_false(keywords["kw_only"]))
        found.append(Field(name.lstrip("_"), text, keyword_only))
    return found


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _flag(node: ast.ClassDef, name: str) -> bool:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == name and isinstance(keyword.value, ast.Constant):
                    return bool(keyword.value.value)
    return False


def _record_style(node: ast.ClassDef) -> str:
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = dotted_expression(function) or ""
        owner, _, last = name.rpartition(".")
        if last == "dataclass" and owner not in ("attr", "attrs"):
            return "dataclass"
        if owner in ("attr", "attrs") and last in _ATTRS_DECORATORS:
            return "attrs"
        if not owner and last in ("attrs", "define"):
            return "attrs"
    return ""


def _is_dataclass(symbol: Symbol) -> bool:
    return isinstance(symbol.node, ast.ClassDef) and _record_style(symbol.node) == "dataclass"


def _is_attrs(symbol: Symbol) -> bool:
    return isinstance(symbol.node, ast.ClassDef) and _record_style(symbol.node) == "attrs"

"""Running statements: branches are joined, loops run one representative round, nothing is ever executed for real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import libcst as cst

from sagegreen.documents.syntax import children
from sagegreen.semantics import library
from sagegreen.semantics.invocation import call, invoke
from sagegreen.semantics.iteration import certainly_runs, element_of
from sagegreen.semantics.machine import LoopFrame
from sagegreen.semantics.narrowing import narrow, widen
from sagegreen.semantics.operators import binary
from sagegreen.semantics.patterns import match
from sagegreen.semantics.scopes import Scope, bindings, dotted_name, target_names
from sagegreen.semantics.targets import assign, delete
from sagegreen.semantics.trace import Argument, Loop
from sagegreen.semantics.truth import truth
from sagegreen.semantics.values import (
    Attribute,
    Class,
    Function,
    Instance,
    Known,
    Namespace,
    Reference,
    Result,
    Symbol,
    Unknown,
    Value,
    one_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.semantics.machine import Machine
    from sagegreen.semantics.state import Changes

_DEEPEST_IMPORT = 3


def execute(machine: Machine, body: Sequence[cst.CSTNode]) -> bool:
    """Run statements in order; whether control can reach what follows them.

    Where a known condition leads away from them, the rest is still looked at: another call may get there.
    """
    for index, statement in enumerate(body):
        machine.step()
        kind = type(statement)
        if kind in _LINES:
            if not execute(machine, statement.body):  # type: ignore[attr-defined]
                return False
            continue
        run = _STATEMENTS.get(kind)
        if run is not None and not run(machine, statement):
            if kind in _CHOOSING and machine.passed_by and index + 1 < len(body):
                with machine.passing_by():
                    machine.passed_by = execute(machine, body[index + 1 :]) or machine.passed_by
            return False
    return True


# -- simple statements ------------------------------------------------------------------------------


def _expression(machine: Machine, node: cst.Expr) -> bool:
    machine.evaluate(node.value)
    return True


def _assign(machine: Machine, node: cst.Assign) -> bool:
    value = machine.evaluate(node.value)
    for target in node.targets:
        assign(machine, target.target, value)
    return True


def _annotated(machine: Machine, node: cst.AnnAssign) -> bool:
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value))
    return True


def _augmented(machine: Machine, node: cst.AugAssign) -> bool:
    before = machine.evaluate(node.target)
    value = machine.evaluate(node.value)
    contents = machine.elements(before)
    if isinstance(before, Reference) and contents is not None:
        extended = contents.extended(machine.elements(value), in_loop=bool(machine.loops))
        machine.state.set(before.identity, extended)
        return True
    if isinstance(node.operator, cst.BitOrAssign) and isinstance(before, Reference):
        dictionary = machine.dictionary(before)
        if dictionary is not None:
            machine.state.set(before.identity, library.spread_into(machine, dictionary, value))
            return True
    if machine.loops:
        assign(machine, node.target, Unknown(sources=(before, value), loop=machine.loops[-1]))
    else:
        assign(machine, node.target, binary(node.operator, before, value, machine.origin(node)))
    return True


def _delete(machine: Machine, node: cst.Del) -> bool:
    target = node.target
    if isinstance(target, cst.Tuple):
        for element in target.elements:
            delete(machine, element.value)
    else:
        delete(machine, target)
    return True


def _return(machine: Machine, node: cst.Return) -> bool:
    value = machine.evaluate(node.value) if node.value is not None else Known(None)
    if machine.frames:
        frame = machine.frames[-1]
        frame.returns.append((value, machine.state.changes_since(frame.entry)))
    return False


def _raise(machine: Machine, node: cst.Raise) -> bool:
    if node.exc is not None:
        machine.evaluate(node.exc)
    return False


def _leave_loop(machine: Machine, node: cst.Break | cst.Continue) -> bool:
    del node
    if machine.loop_frames:
        frame = machine.loop_frames[-1]
        frame.exits.append(machine.state.changes_since(frame.entry))
    return False


def _assert(machine: Machine, node: cst.Assert) -> bool:
    machine.evaluate(node.test)
    narrow(machine, node.test, wanted=True)
    return True


# -- imports ----------------------------------------------------------------------------------------


def _import(machine: Machine, node: cst.Import) -> bool:
    for alias in node.names:
        path = dotted_name(alias.name)
        if path is None:
            continue
        module = machine.imports.project_module(path, 0, machine.module)
        if alias.asname is not None:
            value: Value = Symbol(path, origin=machine.origin(alias))
            if module is not None:
                value = _namespace(machine, module) or value
            assign(machine, alias.asname.name, value)
        else:
            first = path.partition(".")[0]
            bound: Value = Symbol(first, origin=machine.origin(alias))
            if module is not None and path == first:
                bound = _namespace(machine, module) or bound
            machine.bind(first, bound)
    return True


def _import_from(machine: Machine, node: cst.ImportFrom) -> bool:
    path = dotted_name(node.module) or ""
    level = len(node.relative)
    module = machine.imports.project_module(path, level, machine.module)
    namespace = _namespace(machine, module) if module is not None else None
    prefix = "." * level + path
    if isinstance(node.names, cst.ImportStar):
        for name in machine.imports.star_names(path) if not level else ():
            machine.bind(name, Symbol(f"{prefix}.{name}", origin=machine.origin(node)))
        if namespace is not None:
            for name, value in machine.names_of(namespace.scope):
                machine.bind(name, value)
        return True
    for alias in node.names:
        if not isinstance(alias.name, cst.Name):
            continue
        name = alias.name.value
        value = Symbol(f"{prefix}.{name}" if prefix.strip(".") else f"{prefix}{name}", origin=machine.origin(alias))
        found: Value | None = None
        if namespace is not None:
            content = machine.state.get((namespace.scope.identity, name))
            found = content if isinstance(content, Value) else None
        if found is None:
            inner = f"{path}.{name}" if path else name
            submodule = machine.imports.project_module(inner, level, machine.module)
            if submodule is not None:
                found = _namespace(machine, submodule)
        target = alias.asname.name if alias.asname is not None else alias.name
        assign(machine, target, found if found is not None else value)
    return True


def run_module(machine: Machine, module: ParsedModule) -> None:
    """Run another module of the project as a program of its own."""
    machine.programs.append(module)
    _namespace(machine, module)


def _namespace(machine: Machine, module: ParsedModule) -> Namespace | None:
    """Run another module of the project, once, and give its names."""
    known = machine.home_scope if module is machine.home else machine.modules.get(id(module))
    if known is not None:
        return Namespace(known)
    if len(machine.importing) >= _DEEPEST_IMPORT:
        return None
    scope = Scope(machine.identity(), "module")
    machine.modules[id(module)] = scope
    machine.importing.append(module)
    frames, machine.frames = machine.frames, []
    loops, machine.loops = machine.loops, ()
    try:
        for cell in module.cells:
            with machine.within(scope, cell, module):
                execute(machine, cell.tree.body)
    finally:
        machine.importing.pop()
        machine.frames, machine.loops = frames, loops
    return Namespace(scope)


# -- definitions ------------------------------------------------------------------------------------


def _function(machine: Machine, node: cst.FunctionDef) -> bool:
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are executed
    defaults: dict[str, Value] = {}
    annotations: dict[str, Value] = {}
    parameters = node.params
    for parameter in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        if parameter.default is not None:
            defaults[parameter.name.value] = _declared_default(machine.evaluate(parameter.default))
        if parameter.annotation is not None:
            annotations[parameter.name.value] = _annotation(machine, parameter.annotation.annotation)
    decorators = [machine.evaluate(decorator.decorator) for decorator in node.decorators]
    if any(isinstance(decorator, Attribute) and decorator.name in {"setter", "deleter"} for decorator in decorators):
        # the name stays the property; that it does more when it is assigned to is known by this one
        machine.state.set((machine.scope.identity, f"{node.name.value}.setter"), Unknown())
        return True
    binding = "method"
    wrappers: list[Value] = []
    ours: list[Value] = []
    for decorator in decorators:
        name = _decorator_name(decorator)
        if name in _BINDINGS:
            binding = _BINDINGS[name]
        elif isinstance(decorator, Function):
            ours.append(decorator)
        else:
            defaults.update(_command_line_default(machine, decorator))
            if name.startswith("sagemaker."):
                wrappers.append(decorator)
    owner = machine.owner if machine.scope.kind == "class" else None
    function = Function(node, cell, machine.scope, defaults, annotations, owner, binding, origin=machine.origin(node))
    machine.register(function)
    value: Value = function
    for wrapper, decorator_node in zip(reversed(wrappers), reversed(node.decorators), strict=False):
        value = machine.record_call(decorator_node, wrapper, [Argument(None, "", value, cell, node)])
    machine.bind(node.name.value, value)
    for decorator in reversed(ours):
        given = _decorate(machine, decorator, function, node)
        if given is not None:
            machine.bind(node.name.value, given)
    return True


def _decorate(machine: Machine, decorator: Value, function: Function, node: cst.FunctionDef) -> Value | None:
    """Run a decorator of the program for what it registers.

    The function it gives is taken to do what this one does, if it speaks of it at all; else it takes its place.
    """
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are executed
    result = call(machine, decorator, [Argument(None, "", function, cell, node)], node)
    if not isinstance(result, Function) or result is function:
        return None
    machine.executed.add(id(result.node))
    parameters = decorator.node.params.params if isinstance(decorator, Function) else ()
    return None if not parameters or _mentions(result.node, parameters[0].name.value) else result


def _mentions(node: cst.CSTNode, name: str) -> bool:
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, cst.Name) and part.value == name:
            return True
        pending.extend(children(part))
    return False


_BINDINGS = {
    "builtins.staticmethod": "staticmethod",
    "builtins.classmethod": "classmethod",
    "builtins.property": "property",
    "functools.cached_property": "property",
    "contextlib.contextmanager": "context",
    "contextlib.asynccontextmanager": "context",
}


def _decorator_name(decorator: Value) -> str:
    callee = decorator.call.callee if isinstance(decorator, Result) else decorator
    return callee.path if isinstance(callee, Symbol) else ""


def _declared_default(value: Value) -> Value:
    """``typer.Option("x")`` declares the default ``"x"``."""
    if _decorator_name(value) in {"typer.Option", "typer.Argument", "fastapi.Query", "fastapi.Body", "pydantic.Field"}:
        call = value.call if isinstance(value, Result) else None
        for argument in call.arguments if call is not None else ():
            if argument.keyword in {None, "default"} and not argument.star:
                return argument.value
        return Unknown()
    return value


def _command_line_default(machine: Machine, decorator: Value) -> dict[str, Value]:
    """``@click.option("--instance-type", default="ml.m5.large")`` declares a parameter's default."""
    if not isinstance(decorator, Result) or _decorator_name(decorator) not in {"click.option", "click.argument"}:
        return {}
    names: list[str] = []
    default: Value | None = None
    flag = False
    for argument in decorator.call.arguments:
        if argument.keyword is None and isinstance(argument.value, Known) and isinstance(argument.value.value, str):
            names.append(argument.value.value.partition("/")[0].strip())
            flag = flag or "/" in argument.value.value
        elif argument.keyword == "default":
            default = argument.value
        elif argument.keyword == "is_flag":
            flag = truth(machine, argument.value) is True
    if default is None and flag:
        default = Known(value=False)
    plain = [name for name in names if not name.startswith("-")]
    long = [name.lstrip("-") for name in names if name.startswith("--")]
    chosen = (plain or long or [""])[0].replace("-", "_")
    # whoever calls the function, the value comes from the command line
    return {chosen: Unknown(default=default)} if chosen and default is not None else {}


def _annotation(machine: Machine, node: cst.BaseExpression) -> Value:
    """The type that an annotation names, quotes and ``Optional`` looked through."""
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        path = text if isinstance(text, str) else ""
        head, _, tail = path.partition(".")
        value = machine.name(head) if head.isidentifier() else Unknown()
        return Symbol(f"{value.path}.{tail}" if tail else value.path) if isinstance(value, Symbol) else value
    if isinstance(node, cst.Subscript):
        inner = node.slice[0].slice
        if isinstance(inner, cst.Index) and dotted_name(node.value) in {"Optional", "typing.Optional", "Annotated"}:
            return _annotation(machine, inner.value)
        return Unknown()
    if isinstance(node, cst.BinaryOperation):
        sides = [_annotation(machine, side) for side in (node.left, node.right)]
        return one_of([side for side in sides if not (isinstance(side, Known) and side.value is None)])
    return machine.evaluate(node)


def _class(machine: Machine, node: cst.ClassDef) -> bool:
    cell = machine.cell
    assert cell is not None  # noqa: S101 - only nodes of a cell are executed
    bases = tuple(machine.evaluate(base.value) for base in node.bases if not base.star)
    decorators = [machine.evaluate(decorator.decorator) for decorator in node.decorators]
    scope = Scope(machine.identity(), "class", machine.scope)
    fields: tuple[str, ...] | None = None
    if any(map(library.is_dataclass_decorator, decorators)) or library.declares_fields(bases):
        fields = tuple(_annotated_names(node))
    cls = Class(node, cell, scope, bases, fields, origin=machine.origin(node))
    owner, machine.owner = machine.owner, cls
    try:
        with machine.within(scope, cell):
            execute(machine, node.body.body)
    finally:
        machine.owner = owner
    machine.bind(node.name.value, cls)
    machine.classes.setdefault(id(node), cls)
    return True


def _annotated_names(node: cst.ClassDef) -> list[str]:
    names: list[str] = []
    for line in node.body.body:
        statements = line.body if isinstance(line, cst.SimpleStatementLine) else ()
        names.extend(
            statement.target.value
            for statement in statements
            if isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name)
        )
    return names


# -- compound statements ----------------------------------------------------------------------------


def _block(machine: Machine, block: cst.BaseSuite | cst.Else | cst.Finally) -> bool:
    # the classes of blocks are abstract, for which ``isinstance`` is slow
    suite = cast("cst.Else", block).body if type(block) in _CLAUSES else cast("cst.BaseSuite", block)
    return execute(machine, suite.body)


_CLAUSES = frozenset({cst.Else, cst.Finally})


def _if(machine: Machine, node: cst.If) -> bool:
    decided = truth(machine, machine.evaluate(node.test))
    base = machine.state
    paths: list[Changes] = []

    def body() -> bool:
        return _block(machine, node.body)

    def otherwise() -> bool:
        if isinstance(node.orelse, cst.If):
            return _if(machine, node.orelse)
        return node.orelse is None or _block(machine, node.orelse)

    passed_by = False
    before: dict[Hashable, Value] = {}
    for wanted, run in ((True, body), (False, otherwise)):
        machine.passed_by = False
        if decided is (not wanted):
            with machine.passing_by():
                passed_by = run() or machine.passed_by or passed_by
            continue
        with machine.branch() as state:
            machine.uncertain -= decided is wanted
            if decided is None:
                before.update(narrow(machine, node.test, wanted=wanted))
            if run():
                paths.append(state.changes_since(base))
            else:
                passed_by = passed_by or machine.passed_by
            machine.uncertain += decided is wanted
    base.absorb(paths)
    widen(machine, before, paths)
    machine.passed_by = passed_by
    return bool(paths)


def _for(machine: Machine, node: cst.For) -> bool:
    iterable = machine.evaluate(node.iter)
    loop = Loop(_cell(machine), node, machine.snapshot(iterable))

    def start() -> None:
        assign(machine, node.target, element_of(machine, iterable, loop))

    _loop(
        machine, loop, node.body, start, certain=certainly_runs(machine, iterable), own=set(target_names(node.target))
    )
    return node.orelse is None or _block(machine, node.orelse)


def _while(machine: Machine, node: cst.While) -> bool:
    decided = truth(machine, machine.evaluate(node.test))
    loop = Loop(_cell(machine), node, None)
    _loop(machine, loop, node.body, lambda: None, certain=decided is True, own=set())
    return node.orelse is None or _block(machine, node.orelse)


def _cell(machine: Machine) -> Any:
    return machine.cell


def _loop(
    machine: Machine, loop: Loop, body: cst.BaseSuite, start: Callable[[], None], *, certain: bool, own: set[str]
) -> None:
    base = machine.state
    frame = LoopFrame(base)
    machine.loop_frames.append(frame)
    paths: list[Changes] = [] if certain else [{}]
    try:
        with machine.branch() as state, machine.inside(loop):
            if certain:
                machine.uncertain -= 1
            found = machine.bindings.get(id(body))
            if found is None:
                found = machine.bindings[id(body)] = bindings(body.body)
            for name in sorted(found.names - own):
                before = machine.name(name)
                if isinstance(before, Known):
                    # a later round may see what an earlier one assigned
                    machine.bind(name, one_of([before, Unknown(loop=loop)]))
            start()
            if _block(machine, body):
                paths.append(state.changes_since(base))
            if certain:
                machine.uncertain += 1
    finally:
        machine.loop_frames.pop()
    base.absorb([*paths, *frame.exits])


def _with(machine: Machine, node: cst.With) -> bool:
    entered: list[Instance] = []
    for entry in node.items:
        value = machine.evaluate(entry.item)
        if isinstance(value, Instance):
            entered.append(value)
            method = machine.class_attribute(value.type, "__enter__")
            if isinstance(method, Function):
                given = invoke(machine, method, [], entry.item, receiver=value)
                value = given if not (isinstance(given, Known) and given.value is None) else value
        if entry.asname is not None:
            assign(machine, entry.asname.name, value)
    through = _block(machine, node.body)
    for instance in reversed(entered):
        method = machine.class_attribute(instance.type, "__exit__")
        if isinstance(method, Function):
            invoke(machine, method, None, node, receiver=instance)
    return through


def _try(machine: Machine, node: cst.Try | cst.TryStar) -> bool:
    base = machine.state
    with machine.branch() as attempted:
        machine.uncertain -= 1
        through = _block(machine, node.body)
        machine.uncertain += 1
        tried = attempted.changes_since(base)
        if through and node.orelse is not None:
            through = _block(machine, node.orelse)
        paths = [attempted.changes_since(base)] if through else []
    for handler in node.handlers:
        with machine.branch() as handled:
            handled.absorb([{}, tried])
            if handler.name is not None:
                assign(machine, handler.name.name, Unknown())
            if _block(machine, handler.body):
                paths.append(handled.changes_since(base))
    reachable = bool(paths)
    if not node.handlers and not paths:
        paths = [tried]
    base.absorb(paths or [tried])
    if node.finalbody is not None:
        reachable = _block(machine, node.finalbody) and reachable
    return reachable


def _match(machine: Machine, node: cst.Match) -> bool:
    subject = machine.evaluate(node.subject)
    base = machine.state
    paths: list[Changes] = []
    passed_by = decided = False
    for case in node.cases:
        with machine.branch() as state:
            matched = match(machine, case.pattern, subject)
            if case.guard is not None and matched is not False:
                guarded = truth(machine, machine.evaluate(case.guard))
                matched = matched if guarded is True else guarded
            machine.passed_by = False
            if decided or matched is False:
                with machine.passing_by():
                    passed_by = _block(machine, case.body) or machine.passed_by or passed_by
                continue
            if _block(machine, case.body):
                paths.append(state.changes_since(base))
            else:
                passed_by = passed_by or machine.passed_by
        decided = matched is True
    if not decided:
        paths.append({})
    base.absorb(paths)
    machine.passed_by = passed_by
    return bool(paths)


_LINES = frozenset({cst.SimpleStatementLine, cst.SimpleStatementSuite})
_CHOOSING = frozenset({cst.If, cst.Match})
_STATEMENTS: dict[type[cst.CSTNode], Callable[[Machine, Any], bool]] = {
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Del: _delete,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: _leave_loop,
    cst.Continue: _leave_loop,
    cst.Assert: _assert,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
}

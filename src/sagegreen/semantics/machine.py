"""The abstract machine: where execution stands, what is bound there, and what has been recorded so far."""

from __future__ import annotations

import builtins
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from sagegreen.semantics import objects
from sagegreen.semantics.scopes import Bindings, Scope
from sagegreen.semantics.state import LONGEST_LIST, Changes, DictionaryContents, ListContents, State, join_dictionaries
from sagegreen.semantics.trace import Argument, AttributeAssignment, Call, Loop, Trace
from sagegreen.semantics.values import (
    Attribute,
    Class,
    Elements,
    Entry,
    Function,
    Instance,
    Item,
    Known,
    Mapped,
    OneOf,
    Origin,
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
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

    import libcst as cst

    from sagegreen.documents.parsing import ParsedCell, ParsedModule
    from sagegreen.semantics.values import Scalar

#: Statements and calls that one program may take; what lies beyond is looked at without its callers' values.
MOST_STEPS = 40_000
#: Calls of the program's own functions are followed to this depth.
DEEPEST_CALL = 7
#: A function is executed so often at most, each time with the values of another call; so often where nothing calls its
#: callers, and so often where in addition the call gives it nothing that is known.
MOST_ACTIVATIONS = 400
MOST_UNCALLED_ACTIVATIONS = 24
MOST_UNKNOWN_ACTIVATIONS = 3
_UNINFORMATIVE = (Unknown, Parameter, Attribute, Item)
_BUILTINS = frozenset(dir(builtins))


class Imports(Protocol):
    """What the machine must be told about imported modules."""

    def star_names(self, module: str) -> Collection[str]:
        """The names that ``from module import *`` binds, where that is known."""

    def project_module(self, name: str, level: int, importer: ParsedModule) -> ParsedModule | None:
        """The module of the same project that an import names, with the number of leading dots in ``level``."""


class Frame:
    """One activation of a function of the program."""

    __slots__ = ("entry", "function", "returns", "yields")

    def __init__(self, function: Function, entry: State) -> None:
        self.function = function
        self.entry = entry
        self.returns: list[tuple[Value, Changes]] = []
        self.yields: list[Value] = []


class LoopFrame:
    """One loop being executed."""

    __slots__ = ("entry", "exits")

    def __init__(self, entry: State) -> None:
        self.entry = entry
        self.exits: list[Changes] = []


# Context managers as classes: a generator takes three times as long, and there is one for every branch and call.
class _Branch:
    """What :meth:`Machine.branch` enters."""

    __slots__ = ("base", "machine")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.base = machine.state

    def __enter__(self) -> State:
        machine = self.machine
        machine.state = state = State(self.base)
        machine.uncertain += 1
        return state

    def __exit__(self, *raised: object) -> None:
        self.machine.uncertain -= 1
        self.machine.state = self.base


class _Within:
    """What :meth:`Machine.within` enters."""

    __slots__ = ("before", "inside", "machine")

    def __init__(self, machine: Machine, scope: Scope, cell: ParsedCell | None, module: ParsedModule | None) -> None:
        self.machine = machine
        self.inside = (scope, cell, machine.module if module is None else module)
        self.before = (machine.scope, machine.cell, machine.module)

    def __enter__(self) -> None:
        self.machine.scope, self.machine.cell, self.machine.module = self.inside

    def __exit__(self, *raised: object) -> None:
        self.machine.scope, self.machine.cell, self.machine.module = self.before


class Machine:
    """Executes one program without knowing its inputs."""

    def __init__(
        self,
        module: ParsedModule,
        imports: Imports,
        evaluate: Callable[[Machine, cst.CSTNode], Value],
        execute: Callable[[Machine, Sequence[cst.CSTNode]], bool],
    ) -> None:
        self.imports = imports
        self._evaluate = evaluate
        self._execute = execute
        self.trace = Trace()
        self.state = State()
        self._identities = 0
        self.scope = Scope(self.identity(), "module")
        self.module = module
        self.home = module
        self.home_scope = self.scope
        #: The modules that run as programs: the one that is looked at, and those that use it.
        self.programs = [module]
        self.cell: ParsedCell | None = module.cells[0] if module.cells else None
        self.frames: list[Frame] = []
        self.loop_frames: list[LoopFrame] = []
        self.loops: tuple[Loop, ...] = ()
        self.uncertain = 0
        self.uncalled = False
        #: Whether a known condition kept control from what follows the last statement, and from nothing else.
        self.passed_by = False
        self._passing_by = 0
        self.steps = 0
        self.functions: dict[int, Function] = {}
        self.executed: set[int] = set()
        self._activations: dict[tuple[int, bool], int] = {}
        self.instances: dict[int, Instance] = {}
        self.argument_defaults: dict[str, Value] = {}
        self.modules: dict[int, Scope] = {}
        self.importing: list[ParsedModule] = []
        self.bindings: dict[int, Bindings] = {}
        self.tested: dict[int, tuple[cst.Name | cst.Attribute, ...]] = {}
        self.classes: dict[int, Class] = {}
        self.owner: Class | None = None
        self._module_of_cell = {id(cell): module for cell in module.cells}

    # -- execution ------------------------------------------------------------------------------

    def evaluate(self, node: cst.CSTNode) -> Value:
        """What an expression is here."""
        return self._evaluate(self, node)

    def execute(self, body: Sequence[cst.CSTNode]) -> bool:
        """Run statements; whether control can reach what follows them."""
        return self._execute(self, body)

    def step(self) -> bool:
        """Count a step; whether the budget still allows following calls."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.trace.exhausted = True
            return False
        return True

    def activate(self, function: Function, arguments: Sequence[Argument]) -> bool:
        """Count an execution of a function; whether it may be executed once more."""
        most = MOST_ACTIVATIONS
        key = (id(function.node), False)
        if self.uncalled:
            most = MOST_UNCALLED_ACTIVATIONS
            if all(isinstance(argument.value, _UNINFORMATIVE) for argument in arguments):
                most, key = MOST_UNKNOWN_ACTIVATIONS, (id(function.node), True)
        count = self._activations[key] = self._activations.get(key, 0) + 1
        return count <= most and self.step()

    def identity(self) -> int:
        """A number nobody else has."""
        self._identities += 1
        return self._identities

    def origin(self, node: cst.CSTNode) -> Origin | None:
        """The place of a node of the cell being executed."""
        return Origin(self.cell, node) if self.cell is not None else None

    def branch(self) -> _Branch:
        """Run on a copy of the state, which the caller joins afterwards."""
        return _Branch(self)

    @contextmanager
    def passing_by(self) -> Iterator[None]:
        """Look at what a known condition excludes: its calls are noted, nothing else comes of it."""
        frame = self.frames[-1] if self.frames else None
        loop = self.loop_frames[-1] if self.loop_frames else None
        results = (len(frame.returns), len(frame.yields)) if frame is not None else (0, 0)
        exits = len(loop.exits) if loop is not None else 0
        self._passing_by += 1
        try:
            with self.branch():
                yield
        finally:
            self._passing_by -= 1
            if frame is not None:
                del frame.returns[results[0] :], frame.yields[results[1] :]
            if loop is not None:
                del loop.exits[exits:]

    @contextmanager
    def inside(self, loop: Loop) -> Iterator[None]:
        """Execute within a loop."""
        before = self.loops
        self.loops = (*before, loop)
        try:
            yield
        finally:
            self.loops = before

    def within(self, scope: Scope, cell: ParsedCell | None, module: ParsedModule | None = None) -> _Within:
        """Execute in another scope, where names of that scope are found."""
        if module is not None and cell is not None:
            self._module_of_cell[id(cell)] = module
        return _Within(self, scope, cell, module)

    def module_of(self, cell: ParsedCell) -> ParsedModule:
        """The module a cell belongs to."""
        return self._module_of_cell.get(id(cell), self.home)

    # -- names ----------------------------------------------------------------------------------

    def name(self, name: str) -> Value:
        """What a name is bound to here."""
        scope: Scope | None = self.scope
        while scope is not None:  # as in ``Scope.lookup``, without a generator: nothing is done more often
            if scope.kind != "class" or scope is self.scope:
                found = self.state.get((scope.identity, name))
                if isinstance(found, Value):
                    return found
                if scope.names is not None and name in scope.names and name not in scope.outer:
                    break
            scope = scope.parent
        if name == "__name__":  # the module's own, not that of the module of builtins
            return Known("__main__" if self.module in self.programs else "imported")
        if name in _BUILTINS:
            return Symbol(f"builtins.{name}")
        if name in {"display", "get_ipython"}:
            return Symbol(f"IPython.{name}")
        if name == "__file__" and self.module is self.home:
            return Symbol("builtins.__file__")
        return Unknown()

    def key_of(self, name: str) -> Hashable | None:
        """The key under which a name is bound here, ``None`` where it is not."""
        for scope in self.scope.lookup(name):
            if self.state.get((scope.identity, name)) is not None:
                return (scope.identity, name)
        return None

    def bind(self, name: str, value: Value) -> None:
        """Bind a name in the scope that owns it."""
        self.state.set((self.scope.owner(name).identity, name), value)

    def names_of(self, scope: Scope) -> list[tuple[str, Value]]:
        """The public names that a module binds, with their values."""
        found: dict[str, Value] = {}
        state: State | None = self.state
        while state is not None:
            for key, value in state.changes.items():
                if isinstance(key, tuple) and len(key) == 2 and key[0] == scope.identity and isinstance(value, Value):
                    found.setdefault(str(key[1]), value)
            state = state.parent
        return [(name, value) for name, value in sorted(found.items()) if not name.startswith("_")]

    # -- containers -----------------------------------------------------------------------------

    def new_list(
        self,
        kind: str,
        items: Sequence[Value],
        *,
        complete: bool,
        alike: bool = False,
        node: cst.CSTNode | None = None,
    ) -> Reference:
        """A new list, tuple or set; ``alike`` where it holds any number of items like these."""
        reference = Reference(self.identity(), kind, origin=self.origin(node) if node is not None else None)
        if len(items) > LONGEST_LIST:
            items, complete, alike = items[:LONGEST_LIST], False, False
        self.state.set(reference.identity, ListContents(tuple(items), complete, alike))
        return reference

    def new_dictionary(
        self,
        entries: Mapping[Scalar, Entry],
        *,
        complete: bool,
        rest: Sequence[Value] = (),
        node: cst.CSTNode | None = None,
    ) -> Reference:
        """A new dictionary; ``rest`` is what its other keys and values came out of."""
        reference = Reference(self.identity(), "dict", origin=self.origin(node) if node is not None else None)
        kept = tuple(self.snapshot(value) for value in rest)
        self.state.set(reference.identity, DictionaryContents(dict(entries), complete, kept))
        return reference

    def dictionary(self, value: Value) -> DictionaryContents | None:
        """The contents of a dictionary, ``None`` for anything else."""
        if isinstance(value, Reference):
            contents = self.state.get(value.identity)
            return contents if isinstance(contents, DictionaryContents) else None
        if isinstance(value, Mapped):
            return DictionaryContents(value.entries, value.complete, value.rest)
        return None

    def merged_dictionaries(self, value: Value) -> DictionaryContents | None:
        """The contents of a value that is one of several dictionaries, ``None`` where it may be anything else."""
        contents = [self.dictionary(option) for option in options(value)]
        known = [content for content in contents if content is not None]
        if not known or len(known) < len(contents):
            return None
        loop = value.loop if isinstance(value, OneOf) else None
        merged = join_dictionaries(known)
        if loop is None:
            return merged
        entries = {key: Entry(one_of([entry.value], loop), entry.key) for key, entry in merged.entries.items()}
        return merged._replace(entries=entries)

    def elements(self, value: Value) -> ListContents | None:
        """The contents of a list, tuple or set, ``None`` for anything else."""
        if isinstance(value, Reference):
            contents = self.state.get(value.identity)
            return contents if isinstance(contents, ListContents) else None
        if isinstance(value, Elements):
            return ListContents(value.items, value.complete, value.alike)
        if isinstance(value, Instance) and objects.is_tuple(self, value.type):
            return ListContents(tuple(objects.attributes_of(self, value).values()), complete=True)
        return None

    def snapshot(self, value: Value, depth: int = 8) -> Value:
        """The value with the contents that its containers have now."""
        if isinstance(value, Reference):
            if depth == 0:
                return Unknown(origin=value.origin)
            contents = self.state.get(value.identity)
            if isinstance(contents, DictionaryContents):
                entries = {
                    key: Entry(self.snapshot(entry.value, depth - 1), entry.key)
                    for key, entry in contents.entries.items()
                }
                return Mapped(entries, contents.complete, contents.rest, origin=value.origin)
            if isinstance(contents, ListContents):
                items = tuple(self.snapshot(item, depth - 1) for item in contents.items)
                return Elements(value.kind, items, contents.complete, contents.alike, origin=value.origin)
            return Unknown(origin=value.origin)
        if isinstance(value, OneOf):
            return one_of([self.snapshot(option, depth) for option in value.options], value.loop, value.origin)
        if isinstance(value, Instance):
            return self.construction(value) or value
        return value

    def escape(self, value: Value) -> None:
        """A container was handed to code that is not known: it may hold anything from now on."""
        for option in options(value):
            if not isinstance(option, Reference):
                continue
            contents = self.state.get(option.identity)
            if isinstance(contents, DictionaryContents):
                self.state.set(option.identity, contents._replace(complete=False))
            elif isinstance(contents, ListContents):
                self.state.set(option.identity, contents._replace(complete=False, alike=False))

    # -- objects --------------------------------------------------------------------------------

    def attribute_names(self, instance: Instance) -> list[str]:
        """The names of the attributes that were set on an object, in the order in which they were."""
        layers: list[Changes] = []
        state: State | None = self.state
        while state is not None:
            layers.append(state.changes)
            state = state.parent
        found: dict[str, None] = {}
        for layer in reversed(layers):
            for key in layer:
                if isinstance(key, tuple) and len(key) == 3 and key[:2] == ("instance", instance.identity):
                    found[str(key[2])] = None
        return list(found)

    def construction(self, instance: Instance) -> Value | None:
        """The call of the imported base class that made an object of a class of the program."""
        found = self.state.get(("construction", instance.identity))
        return found if isinstance(found, Value) else None

    def class_attribute(self, cls: Class, name: str, *, after: Class | None = None) -> Value | None:
        """An attribute of a class or of the program's classes it inherits from.

        ``after`` starts behind that class in the order of inheritance, as ``super()`` does.
        """
        order = self.inheritance(cls)
        if after is not None:
            order = order[next((i + 1 for i, entry in enumerate(order) if entry is after), 0) :]
        for entry in order:
            found = self.state.get((entry.scope.identity, name))
            if isinstance(found, Value):
                return found
        return None

    def inheritance(self, cls: Class, depth: int = 12) -> list[Class]:
        """The class and the program's classes it inherits from, nearest first."""
        order = [cls]
        for base in cls.bases:
            for option in options(base):
                if isinstance(option, Class) and depth:
                    order.extend(entry for entry in self.inheritance(option, depth - 1) if entry not in order)
        return order

    def imported_base(self, cls: Class) -> Value | None:
        """The imported class that a class of the program inherits from."""
        for entry in self.inheritance(cls):
            for base in entry.bases:
                if isinstance(base, (Symbol, OneOf, Attribute)) and not (
                    isinstance(base, Symbol) and base.path.startswith(("builtins.", "abc.", "typing.", "enum."))
                ):
                    return base
        return None

    def attribute_key(self, base: Value, name: str) -> Hashable | None:
        """The key under which an assigned attribute of an imported object is kept."""
        if isinstance(base, Result):
            return ("attribute", id(base.call), name)
        if isinstance(base, Symbol):
            return ("attribute", base.path, name)
        if isinstance(base, Attribute):
            inner = self.attribute_key(base.base, base.name)
            return ("attribute", inner, name) if inner is not None else None
        return None

    # -- recording ------------------------------------------------------------------------------

    def record_call(self, node: cst.CSTNode, callee: Value, arguments: Sequence[Argument]) -> Result:
        """Note a call of something imported or unknown; its result."""
        assert self.cell is not None  # noqa: S101 - only nodes of a cell are evaluated
        call = Call(
            order=self.order(),
            cell=self.cell,
            node=node,
            callee=self.snapshot(callee),
            arguments=tuple(arguments),
            loops=self.loops,
            frames=tuple([frame.function for frame in self.frames]) if self.frames else (),
            conditional=self.uncertain > 0,
            uncalled=self.uncalled,
            foreign=self.module is not self.home,
            excluded=self._passing_by > 0,
        )
        self.trace.calls.append(call)
        return Result(call, origin=Origin(self.cell, node))

    def record_copy(self, original: Result) -> Result:
        """Note that what a call made is copied: from now on there are two such things, made at the same place."""
        call = replace(original.call, order=self.order())
        self.trace.calls.append(call)
        copied = Result(call, origin=original.origin)
        for assignment in tuple(self.trace.assignments):
            if isinstance(assignment.base, Result) and assignment.base.call is original.call:
                self.trace.assignments.append(replace(assignment, base=copied))
        return copied

    def record_assignment(self, node: cst.CSTNode, base: Value, name: str, value: Value) -> None:
        """Note an attribute set on something imported."""
        if self.cell is not None:
            self.trace.assignments.append(
                AttributeAssignment(
                    self.order(),
                    self.cell,
                    node,
                    base,
                    name,
                    self.snapshot(value),
                    conditional=self.uncertain > 0,
                    excluded=self._passing_by > 0,
                    loops=self.loops,
                )
            )

    def order(self) -> int:
        """The next place in the run."""
        return len(self.trace.calls) + len(self.trace.assignments)

    def register(self, function: Function) -> None:
        """Remember a function, so that it is looked at even where nothing calls it."""
        self.functions.setdefault(id(function.node), function)

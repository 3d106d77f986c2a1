"""LibCST's syntax trees, built from what CPython's own parser finds.

LibCST's parser spends nine tenths of its time on the white space, commas and parentheses between the nodes. Edits are
made on the text, so nobody here looks at those. CPython's parser finds the same nodes in a tenth of the time: they are
built as nodes of LibCST's classes, each with its default for what stands between. What a tree says is that of LibCST's
parser, node by node and place by place; tests/documents/test_trees.py compares the two.

What CPython's parser of this version does not know, or says differently from version to version, is left to LibCST:
see :class:`Unsupported`.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

import libcst as cst

from sagegreen.documents.formatted_strings import simple_parts
from sagegreen.documents.trivia import closing_after, opening_before, skip_back, skip_trivia

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: Nesting from which on :mod:`sagegreen.documents.nesting` has to say whether a text can be followed.
DEEP_EXPRESSION = 60
DEEP_BLOCK = 28

_Region = tuple[int, int]
_Node = TypeVar("_Node", bound=cst.CSTNode)
_ONE_STRING = re.compile(
    r'[rRuUbB]{0,2}(?:"""(?:[^\\"]|\\.|"(?!""))*"""|\'\'\'(?:[^\\\']|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?!"")(?:[^\\"\n]|\\.)*"|\'(?!\'\')(?:[^\\\'\n]|\\.)*\')',
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_JOINED = re.compile(r"\\(?:\r\n|\r|\n)")


class Unsupported(Exception):  # noqa: N818 - a refusal, not an error
    """LibCST has to parse the text: CPython's parser refuses it, or it holds something that is left to LibCST."""


class Deep(Unsupported):
    """The text is nested so deeply that it must be looked at before anything recurses into it."""


@dataclass(eq=False)
class Tree:
    """A module's nodes and their places.

    Attributes:
        module: the root; the text between its nodes is not in it.
        text: what was parsed.
        indent: that of its first indented block, empty where there is none.
    """

    module: cst.Module
    text: str
    indent: str
    _starts: list[int]
    _wide: frozenset[int]
    _sources: dict[int, Any]
    _parsed: list[tuple[int, cst.CSTNode]]
    _alone: dict[int, Callable[[Tree], int]]
    _found: dict[int, _Region] = field(default_factory=dict)
    _enclosed: dict[int, _Region] = field(default_factory=dict)

    def span(self, node: cst.CSTNode) -> _Region:
        """Where a node starts and ends in the text, white space and parentheses around it left out.

        Raises:
            KeyError: the node is not part of the tree, or is a mere token of it.
        """
        key = id(node)
        found = self._found.get(key)
        if found is None:
            if key not in self._sources and self._parsed:
                self._place_parsed()
                found = self._found.get(key)
            if found is None:
                found = self._found[key] = self._region(node, self._sources[key])
        return found

    def outer_span(self, node: cst.CSTNode) -> _Region:
        """Where a node starts and ends in the text together with its own parentheses.

        Raises:
            KeyError: the node is not part of the tree, or is a mere token of it.
        """
        start, end = self.span(node)
        if id(node) in self._enclosed:
            return self._enclosed[id(node)] if getattr(node, "lpar", ()) else (start, end)
        if not (isinstance(node, cst.BaseExpression) and isinstance(self._sources.get(id(node)), ast.AST)):
            return start, end
        opening = opening_before(self.text, start)
        if opening is None:
            return start, end
        alone = self._alone.get(id(node))
        calls = alone(self) if alone is not None else -1
        while opening is not None and opening != calls:
            closing = closing_after(self.text, end)
            if closing is None:
                break
            start, end = opening, closing + 1
            opening = opening_before(self.text, start)
        return start, end

    def placed(self) -> frozenset[int]:
        """The identities of all nodes that have a place."""
        self._place_parsed()
        return frozenset((*self._sources, *self._found))

    def _region(self, node: cst.CSTNode, source: Any) -> _Region:
        if isinstance(source, tuple):
            start, end = source
            return start, end
        if isinstance(source, cst.CSTNode):  # of which it is no more than the place
            return self.outer_span(source)
        if callable(source):
            found: _Region = source(self)
            return found
        start, end = self.start(source), self.end(source)
        if isinstance(node, cst.GeneratorExp) or (isinstance(node, cst.Tuple) and node.lpar):
            start = skip_trivia(self.text, start + 1)
            end = max(start, skip_back(self.text, end - 1))
        return start, end

    def start(self, node: Any) -> int:
        """The offset at which a node of CPython's starts."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: Any) -> int:
        """The offset at which a node of CPython's ends."""
        return self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        """A place of CPython's, in bytes of UTF-8 from a line's start, as an offset in characters."""
        start = self._starts[line - 1]
        if line in self._wide:
            end = self._starts[line] if line < len(self._starts) else len(self.text)
            return start + len(self.text[start:end].encode()[:column].decode(errors="ignore"))
        return start + column

    def _place_parsed(self) -> None:
        from sagegreen.documents.spans import regions_of

        pending, self._parsed[:] = tuple(self._parsed), []
        for start, node in pending:
            inner, outer = regions_of(node, self.module.default_newline)
            self._enclosed.update((key, (start + first, start + last)) for key, (first, last) in outer.items())
            self._found.update((key, (start + first, start + last)) for key, (first, last) in outer.items())
            self._found.update((key, (start + first, start + last)) for key, (first, last) in inner.items())
            del self._found[id(node)], self._enclosed[id(node)]


def tree_of(text: str, *, checked: bool = False) -> Tree:
    """Parse a module.

    Args:
        text: its source.
        checked: whether the text is known to be nested no deeper than can be followed.

    Raises:
        Deep: it is nested deeply and was not checked.
        Unsupported: LibCST has to parse it.
    """
    if text.startswith("\ufeff"):
        raise Unsupported
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unsupported from error
    try:
        return _Builder(text, checked=checked).build(parsed)
    except RecursionError as error:
        raise Deep from error


def root_of(text: str, body: Sequence[cst.BaseStatement], indent: str) -> cst.Module:
    """The root of a text's nodes."""
    newline = _LINE_END.search(text)
    made: cst.Module = _module(body, indent or " " * 4, newline[0] if newline else "\n", text.endswith(("\r", "\n")))
    return made


def _is_named(part: ast.expr) -> bool:
    """Whether a part of an f-string is text or a field that holds a name: ``yield`` looks like one."""
    return not isinstance(part, ast.FormattedValue) or isinstance(part.value, (ast.Name, ast.Attribute))


def _opening(tree: Tree, function: cst.CSTNode) -> int:
    """Where the parenthesis of a call opens."""
    return skip_trivia(tree.text, tree.outer_span(function)[1])


# -- nodes of LibCST, without the checks that its own parser's nodes pass ----------------------------------------------


def _maker(cls: type[_Node], *given: str, **fixed: object) -> Callable[..., _Node]:
    """A function that makes nodes of a class from the values of some fields; the others have their defaults."""
    members = {entry.name: getattr(cls, entry.name).__set__ for entry in fields(cls)}
    variable = tuple(members[name] for name in given)
    constant: list[tuple[Callable[[object, object], None], object]] = []
    for entry in fields(cls):
        if entry.name in given:
            continue
        if entry.name in fixed:
            value = fixed[entry.name]
        elif entry.default is not MISSING:
            value = entry.default
        elif entry.default_factory is not MISSING:
            value = entry.default_factory()
        else:
            raise TypeError(f"{cls.__name__} needs `{entry.name}`")
        constant.append((members[entry.name], value))
    names = ", ".join(f"value{index}" for index in range(len(given)))
    lines = [f"def make({names}):", "    node = new(cls)"]
    scope: dict[str, Any] = {"new": object.__new__, "cls": cls}
    for index, set_member in enumerate(variable):
        scope[f"set{index}"] = set_member
        lines.append(f"    set{index}(node, value{index})")
    for index, (set_member, value) in enumerate(constant):
        scope[f"fix{index}"], scope[f"constant{index}"] = set_member, value
        lines.append(f"    fix{index}(node, constant{index})")
    exec("\n".join([*lines, "    return node"]), scope)  # noqa: S102 - as dataclasses write their __init__
    made: Callable[..., _Node] = scope["make"]
    return made


_PLAIN: dict[str, Any] = {"lpar": (), "rpar": ()}

_name = _maker(cst.Name, "value", **_PLAIN)
_integer = _maker(cst.Integer, "value", **_PLAIN)
_float = _maker(cst.Float, "value", **_PLAIN)
_imaginary = _maker(cst.Imaginary, "value", **_PLAIN)
_string = _maker(cst.SimpleString, "value", **_PLAIN)
_formatted_string = _maker(cst.FormattedString, "parts", "start", "end", **_PLAIN)
_formatted_text = _maker(cst.FormattedStringText, "value")
_formatted_expression = _maker(cst.FormattedStringExpression, "expression", "conversion", "format_spec")
_ellipsis = _maker(cst.Ellipsis, **_PLAIN)
_attribute = _maker(cst.Attribute, "value", "attr", **_PLAIN)
_call = _maker(cst.Call, "func", "args", **_PLAIN)
_arg = _maker(cst.Arg, "value", "keyword", "star")
_subscript = _maker(cst.Subscript, "value", "slice", **_PLAIN)
_subscript_element = _maker(cst.SubscriptElement, "slice")
_index = _maker(cst.Index, "value", "star")
_slice = _maker(cst.Slice, "lower", "upper", "step")
_tuple = _maker(cst.Tuple, "elements", "lpar", "rpar")
_list = _maker(cst.List, "elements", **_PLAIN)
_set = _maker(cst.Set, "elements", **_PLAIN)
_dict = _maker(cst.Dict, "elements", **_PLAIN)
_element = _maker(cst.Element, "value")
_starred_element = _maker(cst.StarredElement, "value", **_PLAIN)
_dict_element = _maker(cst.DictElement, "key", "value")
_starred_dict_element = _maker(cst.StarredDictElement, "value")
_binary = _maker(cst.BinaryOperation, "left", "operator", "right", **_PLAIN)
_boolean = _maker(cst.BooleanOperation, "left", "operator", "right", **_PLAIN)
_unary = _maker(cst.UnaryOperation, "operator", "expression", **_PLAIN)
_comparison = _maker(cst.Comparison, "left", "comparisons", **_PLAIN)
_comparison_target = _maker(cst.ComparisonTarget, "operator", "comparator")
_if_expression = _maker(cst.IfExp, "test", "body", "orelse", **_PLAIN)
_lambda = _maker(cst.Lambda, "params", "body", **_PLAIN)
_parameters = _maker(
    cst.Parameters, "params", "star_arg", "kwonly_params", "star_kwarg", "posonly_params", "posonly_ind"
)
_parameter = _maker(cst.Param, "name", "annotation", "default", "star")
_list_comprehension = _maker(cst.ListComp, "elt", "for_in", **_PLAIN)
_set_comprehension = _maker(cst.SetComp, "elt", "for_in", **_PLAIN)
_generator = _maker(cst.GeneratorExp, "elt", "for_in", "lpar", "rpar")
_dict_comprehension = _maker(cst.DictComp, "key", "value", "for_in", **_PLAIN)
_comp_for = _maker(cst.CompFor, "target", "iter", "ifs", "inner_for_in", "asynchronous")
_comp_if = _maker(cst.CompIf, "test")
_await = _maker(cst.Await, "expression", **_PLAIN)
_yield = _maker(cst.Yield, "value", **_PLAIN)
_from = _maker(cst.From, "item")
_named = _maker(cst.NamedExpr, "target", "value", **_PLAIN)

_line = _maker(cst.SimpleStatementLine, "body")
_suite = _maker(cst.SimpleStatementSuite, "body")
_block = _maker(cst.IndentedBlock, "body")
_expression_statement = _maker(cst.Expr, "value")
_assign = _maker(cst.Assign, "targets", "value")
_assign_target = _maker(cst.AssignTarget, "target")
_annotated_assign = _maker(cst.AnnAssign, "target", "annotation", "value")
_annotation = _maker(cst.Annotation, "annotation")
_augmented_assign = _maker(cst.AugAssign, "target", "operator", "value")
_delete = _maker(cst.Del, "target")
_pass = _maker(cst.Pass)
_break = _maker(cst.Break)
_continue = _maker(cst.Continue)
_return = _maker(cst.Return, "value")
_raise = _maker(cst.Raise, "exc", "cause")
_assert = _maker(cst.Assert, "test", "msg")
_import = _maker(cst.Import, "names")
_import_from = _maker(cst.ImportFrom, "module", "names", "relative", "lpar", "rpar")
_import_alias = _maker(cst.ImportAlias, "name", "asname")
_as_name = _maker(cst.AsName, "name")
_global = _maker(cst.Global, "names")
_nonlocal = _maker(cst.Nonlocal, "names")
_name_item = _maker(cst.NameItem, "name")
_if = _maker(cst.If, "test", "body", "orelse")
_else = _maker(cst.Else, "body")
_for = _maker(cst.For, "target", "iter", "body", "orelse", "asynchronous")
_while = _maker(cst.While, "test", "body", "orelse")
_with = _maker(cst.With, "items", "body", "asynchronous")
_with_item = _maker(cst.WithItem, "item", "asname")
_try = _maker(cst.Try, "body", "handlers", "orelse", "finalbody")
_try_star = _maker(cst.TryStar, "body", "handlers", "orelse", "finalbody")
_handler = _maker(cst.ExceptHandler, "body", "type", "name")
_star_handler = _maker(cst.ExceptStarHandler, "body", "type", "name")
_finally = _maker(cst.Finally, "body")
_function = _maker(cst.FunctionDef, "name", "params", "body", "decorators", "returns", "asynchronous")
_class = _maker(cst.ClassDef, "name", "body", "bases", "keywords", "decorators", "lpar", "rpar")
_decorator = _maker(cst.Decorator, "decorator")
_module = _maker(cst.Module, "body", "default_indent", "default_newline", "has_trailing_newline")

_ASYNCHRONOUS = cst.Asynchronous()
_DOT = cst.Dot()
_PARENTHESES = ((cst.LeftParen(),), (cst.RightParen(),))
_MISSING = cst.MaybeSentinel.DEFAULT

_BINARY: dict[type[ast.operator], cst.BaseBinaryOp] = {
    ast.Add: cst.Add(), ast.Sub: cst.Subtract(), ast.Mult: cst.Multiply(), ast.MatMult: cst.MatrixMultiply(),
    ast.Div: cst.Divide(), ast.Mod: cst.Modulo(), ast.Pow: cst.Power(), ast.LShift: cst.LeftShift(),
    ast.RShift: cst.RightShift(), ast.BitOr: cst.BitOr(), ast.BitXor: cst.BitXor(), ast.BitAnd: cst.BitAnd(),
    ast.FloorDiv: cst.FloorDivide(),
}  # fmt: skip
_AUGMENTED: dict[type[ast.operator], cst.BaseAugOp] = {
    ast.Add: cst.AddAssign(), ast.Sub: cst.SubtractAssign(), ast.Mult: cst.MultiplyAssign(),
    ast.MatMult: cst.MatrixMultiplyAssign(), ast.Div: cst.DivideAssign(), ast.Mod: cst.ModuloAssign(),
    ast.Pow: cst.PowerAssign(), ast.LShift: cst.LeftShiftAssign(), ast.RShift: cst.RightShiftAssign(),
    ast.BitOr: cst.BitOrAssign(), ast.BitXor: cst.BitXorAssign(), ast.BitAnd: cst.BitAndAssign(),
    ast.FloorDiv: cst.FloorDivideAssign(),
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], cst.BaseUnaryOp] = {
    ast.Not: cst.Not(), ast.UAdd: cst.Plus(), ast.USub: cst.Minus(), ast.Invert: cst.BitInvert(),
}  # fmt: skip
_BOOLEAN: dict[type[ast.boolop], cst.BaseBooleanOp] = {ast.And: cst.And(), ast.Or: cst.Or()}
_COMPARING: dict[type[ast.cmpop], cst.BaseCompOp] = {
    ast.Eq: cst.Equal(), ast.NotEq: cst.NotEqual(), ast.Lt: cst.LessThan(), ast.LtE: cst.LessThanEqual(),
    ast.Gt: cst.GreaterThan(), ast.GtE: cst.GreaterThanEqual(), ast.Is: cst.Is(), ast.IsNot: cst.IsNot(),
    ast.In: cst.In(), ast.NotIn: cst.NotIn(),
}  # fmt: skip


class _Builder:
    """Builds the nodes of one text."""

    def __init__(self, text: str, *, checked: bool) -> None:
        self.text = text
        self.checked = checked
        self.starts = [0, *map(re.Match.end, _LINE_END.finditer(text))]
        self.shares_lines = ";" in text
        self.wide = self._wide_lines()
        self.sources: dict[int, Any] = {}
        self.parsed: list[tuple[int, cst.CSTNode]] = []
        self.alone: dict[int, Callable[[Tree], int]] = {}
        self.indent = ""
        #: A generator in a call that has no parentheses of its own.
        self.bare: ast.expr | None = None
        self.depth = 0
        self.blocks = 0

    def _wide_lines(self) -> frozenset[int]:
        """The lines whose columns are not the same in bytes and in characters."""
        if self.text.isascii():
            return frozenset()
        ends = [*self.starts[1:], len(self.text)]
        return frozenset(
            number
            for number, (start, end) in enumerate(zip(self.starts, ends, strict=True), 1)
            if not self.text[start:end].isascii()
        )

    def build(self, parsed: ast.Module) -> Tree:
        body = self.body(parsed.body)
        module = root_of(self.text, body, self.indent)
        self.sources[id(module)] = (0, len(self.text))
        return Tree(module, self.text, self.indent, self.starts, self.wide, self.sources, self.parsed, self.alone)

    def start(self, node: Any) -> int:
        """The offset at which a node of CPython's starts."""
        if node.lineno in self.wide:
            return self._offset(node.lineno, node.col_offset)
        place: int = self.starts[node.lineno - 1] + node.col_offset
        return place

    def end(self, node: Any) -> int:
        """The offset at which a node of CPython's ends."""
        if node.end_lineno in self.wide:
            return self._offset(node.end_lineno, node.end_col_offset)
        place: int = self.starts[node.end_lineno - 1] + node.end_col_offset
        return place

    def _offset(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return start + len(self.text[start:end].encode()[:column].decode(errors="ignore"))

    # -- statements ---------------------------------------------------------------------------------

    def body(self, statements: Sequence[ast.stmt]) -> list[cst.BaseStatement]:
        """The statements of a block; small ones that share a line share a node."""
        found: list[cst.BaseStatement] = []
        shared: list[cst.BaseSmallStatement] = []
        first: ast.stmt | None = None
        last: ast.stmt | None = None
        for statement in statements:
            if type(statement) not in _SMALL:
                if shared:
                    found.append(self._line(shared, first, last))
                    shared, last = [], None
                found.append(self.compound(statement))
                continue
            if last is not None and not self._continues(last, statement):
                found.append(self._line(shared, first, last))
                shared, last = [], None
            if last is None:
                first = statement
            shared.append(self.small(statement))
            last = statement
        if shared:
            found.append(self._line(shared, first, last))
        return found

    def small(self, statement: ast.stmt) -> cst.BaseSmallStatement:
        made: cst.BaseSmallStatement = _SMALL[type(statement)](self, statement)
        self.sources[id(made)] = statement
        return made

    def _continues(self, last: ast.stmt, statement: ast.stmt) -> bool:
        """Whether a small statement stands on the logical line of the one before, after a semicolon."""
        if not self.shares_lines:
            return False
        if last.end_lineno == statement.lineno:
            return True
        between = self.text[self.end(last) : self.start(statement)].lstrip()
        # A backslash joins lines: ``a; \`` goes on below.
        return between.startswith(";") and "#" not in between and not _LINE_END.search(_JOINED.sub("", between))

    def _line(self, body: list[cst.BaseSmallStatement], first: Any, last: Any) -> cst.SimpleStatementLine:
        made: cst.SimpleStatementLine = _line(body)
        self.sources[id(made)] = first if first is last else lambda tree: (tree.start(first), tree.end(last))
        return made

    def compound(self, statement: ast.stmt) -> cst.BaseStatement:
        builder = _COMPOUND.get(type(statement))
        if builder is None:
            raise Unsupported
        self.blocks += 1
        if self.blocks > DEEP_BLOCK and not self.checked:
            raise Deep
        made: cst.BaseStatement = builder(self, statement)
        self.blocks -= 1
        self.sources[id(made)] = statement
        return made

    def suite(self, statements: Sequence[ast.stmt]) -> cst.BaseSuite:
        """The block of a compound statement: indented, or on the line of the colon."""
        first = statements[0]
        start = self.start(first)
        line = self.starts[first.lineno - 1]
        if getattr(first, "decorator_list", ()) or not self.text[line:start].strip():
            self.indent = self.indent or self.text[line:start]
            made: cst.BaseSuite = _block(self.body(statements))
            self.sources[id(made)] = lambda tree: (start, tree.end(statements[-1]))
            return made
        small = list(map(self.small, statements))
        made = _suite(small)
        self.sources[id(made)] = lambda tree: (start, tree.end(statements[-1]))
        return made

    def expression_statement(self, node: ast.Expr) -> cst.Expr:
        return _expression_statement(self.expression(node.value))

    def assign(self, node: ast.Assign) -> cst.Assign:
        targets = []
        for target in node.targets:
            made = _assign_target(self.expression(target))
            self.sources[id(made)] = target
            targets.append(made)
        return _assign(targets, self.expression(node.value))

    def annotated_assign(self, node: ast.AnnAssign) -> cst.AnnAssign:
        value = self.expression(node.value) if node.value is not None else None
        return _annotated_assign(self.expression(node.target), self.annotation(node.annotation), value)

    def annotation(self, node: ast.expr) -> cst.Annotation:
        made: cst.Annotation = _annotation(self.expression(node))
        self.sources[id(made)] = made.annotation
        return made

    def augmented_assign(self, node: ast.AugAssign) -> cst.AugAssign:
        return _augmented_assign(self.expression(node.target), _AUGMENTED[type(node.op)], self.expression(node.value))

    def delete(self, node: ast.Delete) -> cst.Del:
        first, last = node.targets[0], node.targets[-1]
        if "(" in self.text[self.start(node) : self.start(first)]:
            raise Unsupported  # CPython drops parentheses around all of them
        if len(node.targets) == 1 and self.end(last) == self.end(node):
            return _delete(self.expression(first))
        made = _tuple(list(map(self.element, node.targets)), (), ())
        self.sources[id(made)] = lambda tree: (tree.start(first), tree.end(last))
        return _delete(made)

    def plain(self, node: ast.stmt) -> cst.BaseSmallStatement:
        made: cst.BaseSmallStatement = _PLAIN_STATEMENTS[type(node)]()
        return made

    def returned(self, node: ast.Return) -> cst.Return:
        return _return(self.expression(node.value) if node.value is not None else None)

    def raised(self, node: ast.Raise) -> cst.Raise:
        cause = None
        if node.cause is not None:
            cause = self.origin(node.cause)
        return _raise(self.expression(node.exc) if node.exc is not None else None, cause)

    def asserted(self, node: ast.Assert) -> cst.Assert:
        return _assert(self.expression(node.test), self.expression(node.msg) if node.msg is not None else None)

    def imported(self, node: ast.Import) -> cst.Import:
        return _import(list(map(self.alias, node.names)))

    def imported_from(self, node: ast.ImportFrom) -> cst.ImportFrom:
        module = self.dotted(node.module, self._module_place(node)) if node.module else None
        relative = (_DOT,) * node.level
        if node.names[0].name == "*":
            return _import_from(module, cst.ImportStar(), relative, None, None)
        first = self.start(node.names[0])
        parenthesised = opening_before(self.text, first) is not None
        lpar, rpar = (_PARENTHESES[0][0], _PARENTHESES[1][0]) if parenthesised else (None, None)
        return _import_from(module, list(map(self.alias, node.names)), relative, lpar, rpar)

    def _module_place(self, node: ast.ImportFrom) -> int:
        place = skip_trivia(self.text, self.start(node) + len("from"))
        for _ in range(node.level):
            place = skip_trivia(self.text, place + 1)
        return place

    def alias(self, node: ast.alias) -> cst.ImportAlias:
        start = self.start(node)
        asname = None
        if node.asname is not None:
            end = self.end(node)
            name = _name(node.asname)
            self.sources[id(name)] = (end - len(node.asname), end)
            asname = _as_name(name)
            self.sources[id(asname)] = (end - len(node.asname), end)
        made: cst.ImportAlias = _import_alias(self.dotted(node.name, start), asname)
        self.sources[id(made)] = node
        return made

    def dotted(self, path: str, start: int) -> Any:
        """``a.b.c`` as names; with their places where no blanks stand between them."""
        exact = self.text.startswith(path, start)
        place = start
        made: Any = None
        for part in path.split("."):
            name = _name(part)
            if exact:
                self.sources[id(name)] = (place, place + len(part))
            place += len(part)
            if made is None:
                made = name
            else:
                made = _attribute(made, name)
                if exact:
                    self.sources[id(made)] = (start, place)
            place += 1
        return made

    def declared(self, node: ast.Global | ast.Nonlocal) -> cst.Global | cst.Nonlocal:
        names = [_name_item(_name(name)) for name in node.names]
        made: cst.Global | cst.Nonlocal = (_global if isinstance(node, ast.Global) else _nonlocal)(names)
        return made

    def branch(self, node: ast.If) -> cst.If:
        test, body = self.expression(node.test), self.suite(node.body)
        orelse: cst.If | cst.Else | None = None
        if node.orelse:
            first = node.orelse[0]
            if isinstance(first, ast.If) and self.text.startswith("elif", self.start(first)):
                made = self.compound(first)
                assert isinstance(made, cst.If)  # noqa: S101 - of an If
                orelse = made
            else:
                orelse = self.otherwise(node.orelse)
        return _if(test, body, orelse)

    def otherwise(self, statements: Sequence[ast.stmt]) -> cst.Else | None:
        if not statements:
            return None
        made: cst.Else = _else(self.suite(statements))
        self.sources[id(made)] = lambda tree: (tree.start(statements[0]), tree.end(statements[-1]))
        return made

    def loop(self, node: ast.For | ast.AsyncFor) -> cst.For:
        asynchronous = _ASYNCHRONOUS if isinstance(node, ast.AsyncFor) else None
        target, iterable = self.expression(node.target), self.expression(node.iter)
        return _for(target, iterable, self.suite(node.body), self.otherwise(node.orelse), asynchronous)

    def while_loop(self, node: ast.While) -> cst.While:
        return _while(self.expression(node.test), self.suite(node.body), self.otherwise(node.orelse))

    def context(self, node: ast.With | ast.AsyncWith) -> cst.With:
        items = []
        for item in node.items:
            name = item.optional_vars
            asname = None
            if name is not None:
                asname = _as_name(self.expression(name))
                self.sources[id(asname)] = name
            made = _with_item(self.expression(item.context_expr), asname)
            self.sources[id(made)] = self._entered_place(made)
            items.append(made)
        asynchronous = _ASYNCHRONOUS if isinstance(node, ast.AsyncWith) else None
        return _with(items, self.suite(node.body), asynchronous)

    def _entered_place(self, item: cst.WithItem) -> Callable[[Tree], _Region]:
        last = item.asname.name if item.asname is not None else item.item
        return lambda tree: (tree.outer_span(item.item)[0], tree.outer_span(last)[1])

    def attempt(self, node: ast.Try) -> cst.Try:
        made: cst.Try = self._attempt(node, _try, _handler)
        return made

    def attempt_star(self, node: Any) -> cst.TryStar:
        made: cst.TryStar = self._attempt(node, _try_star, _star_handler)
        return made

    def _attempt(self, node: Any, make: Callable[..., Any], make_handler: Callable[..., Any]) -> Any:
        body = self.suite(node.body)
        handlers = []
        for handler in node.handlers:
            name = None
            if handler.name is not None:
                name = _as_name(_name(handler.name))
            kind = self.expression(handler.type) if handler.type is not None else None
            made = make_handler(self.suite(handler.body), kind, name)
            self.sources[id(made)] = handler
            handlers.append(made)
        finalbody = None
        if node.finalbody:
            finalbody = _finally(self.suite(node.finalbody))
            self.sources[id(finalbody)] = lambda tree: (tree.start(node.finalbody[0]), tree.end(node))
        return make(body, handlers, self.otherwise(node.orelse), finalbody)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> cst.FunctionDef:
        if getattr(node, "type_params", ()):
            raise Unsupported
        decorators = self.decorators(node.decorator_list)
        name = self._defined_name(node)
        parameters = self.parameters(node.args)
        returns = self.annotation(node.returns) if node.returns is not None else None
        asynchronous = _ASYNCHRONOUS if isinstance(node, ast.AsyncFunctionDef) else None
        return _function(name, parameters, self.suite(node.body), decorators, returns, asynchronous)

    def class_definition(self, node: ast.ClassDef) -> cst.ClassDef:
        if getattr(node, "type_params", ()):
            raise Unsupported
        decorators = self.decorators(node.decorator_list)
        name = self._defined_name(node)
        arguments = self.arguments(node.bases, node.keywords)
        first = next((index for index, entry in enumerate(arguments) if entry.keyword or entry.star == "**"), None)
        if first is None:
            first = len(arguments)
        lpar, rpar = (_PARENTHESES[0][0], _PARENTHESES[1][0]) if arguments else (_MISSING, _MISSING)
        made: cst.ClassDef = _class(
            name, self.suite(node.body), arguments[:first], arguments[first:], decorators, lpar, rpar
        )
        if len(arguments) == 1:
            self._stands_alone(arguments[0], lambda tree: skip_trivia(tree.text, tree.span(name)[1]))
        return made

    def _defined_name(self, node: Any) -> cst.Name:
        made: cst.Name = _name(node.name)

        def place(tree: Tree) -> _Region:
            words = 2 if isinstance(node, ast.AsyncFunctionDef) else 1
            at = tree.start(node)
            for _ in range(words):
                while tree.text[at].isalpha():
                    at += 1
                at = skip_trivia(tree.text, at)
            return at, at + len(node.name)

        self.sources[id(made)] = place
        return made

    def decorators(self, nodes: Sequence[ast.expr]) -> list[cst.Decorator]:
        found = []
        for node in nodes:
            made = _decorator(self.expression(node))
            self.sources[id(made)] = self._decorator_place(node)
            found.append(made)
        return found

    def _decorator_place(self, node: ast.expr) -> Callable[[Tree], _Region]:
        return lambda tree: (tree.text.rindex("@", 0, tree.start(node)), tree.end(node))

    def parameters(self, node: ast.arguments) -> cst.Parameters:
        positional = [*node.posonlyargs, *node.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults))
        defaults += node.defaults
        both = [self.parameter(entry, default, _MISSING) for entry, default in zip(positional, defaults, strict=True)]
        only = [
            self.parameter(entry, default, _MISSING)
            for entry, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        ]
        star: object = _MISSING
        if node.vararg is not None:
            star = self.parameter(node.vararg, None, "*")
        elif only:
            star = cst.ParamStar()
        double = self.parameter(node.kwarg, None, "**") if node.kwarg is not None else None
        split = len(node.posonlyargs)
        slash = cst.ParamSlash() if split else _MISSING
        return _parameters(both[split:], star, only, double, both[:split], slash)

    def parameter(self, node: ast.arg, default: ast.expr | None, star: object) -> cst.Param:
        name = _name(node.arg)
        annotation = self.annotation(node.annotation) if node.annotation is not None else None
        made: cst.Param = _parameter(
            name,
            annotation,
            self.expression(default) if default is not None else None,
            "" if star is _MISSING else star,
        )
        start = self.start(node)
        self.sources[id(name)] = (start, start + len(node.arg))
        self.sources[id(made)] = self._parameter_place(made, node)
        return made

    def _parameter_place(self, parameter: cst.Param, node: ast.arg) -> Callable[[Tree], _Region]:
        def place(tree: Tree) -> _Region:
            start = tree.start(node)
            end = start + len(node.arg)
            if isinstance(parameter.star, str) and parameter.star:
                start = tree.text.rindex(parameter.star, 0, start)
            return start, end

        return place

    # -- expressions --------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Any:
        if type(node) is ast.Name and self.depth < DEEP_EXPRESSION:  # every second one
            name = self.name(node) if self.wide else _name(node.id)
            self.sources[id(name)] = node
            return name
        builder = _EXPRESSIONS.get(type(node))
        if builder is None:
            raise Unsupported
        self.depth += 1
        if self.depth > DEEP_EXPRESSION and not self.checked:
            raise Deep
        made = builder(self, node)
        self.depth -= 1
        self.sources[id(made)] = node
        return made

    def name(self, node: ast.Name) -> cst.Name:
        if self.wide and not self.text.startswith(node.id, self.start(node)):
            raise Unsupported  # CPython normalises identifiers
        return _name(node.id)

    def constant(self, node: ast.Constant) -> Any:
        value = node.value
        if value is None or value is True or value is False:
            return _name(str(value))
        if value is ...:
            return _ellipsis()
        code = self.text[self.start(node) : self.end(node)]
        if isinstance(value, (str, bytes)):
            # CPython has read strings; with no quote of its kind between its ends it is only one.
            is_one = (code[0] == code[-1] and code.count(code[0]) == 2) or _ONE_STRING.fullmatch(code)
            return _string(code) if is_one else self.by_libcst(node)
        if isinstance(value, int):
            return _integer(code)
        return (_float if isinstance(value, float) else _imaginary)(code)

    def formatted(self, node: ast.JoinedStr) -> Any:
        """An f-string: a simple one is read here, LibCST's parser takes ten times as long for it."""
        start = self.start(node)
        code = self.text[start : self.end(node)]
        parts = simple_parts(code)
        if parts is None or not all(map(_is_named, node.values)):
            return self.by_libcst(node)
        made: list[cst.BaseFormattedStringContent] = []
        for part in parts:
            one: cst.BaseFormattedStringContent
            if part.field is None:
                one = _formatted_text(code[part.start : part.end])
            else:
                names, conversion, layout = part.field.group("names", "conversion", "layout")
                spec = None
                if layout is not None:
                    spec = [_formatted_text(layout)]
                    first, last = part.field.span("layout")
                    self.sources[id(spec[0])] = (start + first, start + last)
                one = _formatted_expression(self.dotted(names, start + part.start + 1), conversion, spec)
            self.sources[id(one)] = (start + part.start, start + part.end)
            made.append(one)
        return _formatted_string(made, code[:2], code[-1])

    def by_libcst(self, node: ast.expr) -> Any:
        """Strings of several parts and those with expressions in them: CPython's parser joins and decodes the parts."""
        start = self.start(node)
        code = self.text[start : self.end(node)]
        if not self.checked and sum(map(code.count, "\"'([{")) > DEEP_EXPRESSION:
            raise Deep
        try:
            made = cst.parse_expression(f"({code})")
        except (cst.ParserSyntaxError, cst.CSTValidationError, cst.CSTLogicError) as error:
            raise Unsupported from error
        # The parentheses only let it stand on several lines.
        made = made.with_changes(lpar=(), rpar=())
        self.parsed.append((start, made))
        return made

    def attribute(self, node: ast.Attribute) -> cst.Attribute:
        name = _name(node.attr)
        end = self.end(node)
        if self.wide and not self.text.endswith(node.attr, 0, end):
            raise Unsupported  # CPython normalises identifiers
        self.sources[id(name)] = (end - len(node.attr), end)
        return _attribute(self.expression(node.value), name)

    def call(self, node: ast.Call) -> cst.Call:
        function = self.expression(node.func)
        alone = len(node.args) + len(node.keywords) == 1
        if (
            alone
            and node.args
            and isinstance(node.args[0], ast.GeneratorExp)
            and self.end(node.args[0]) == self.end(node)
        ):
            self.bare = node.args[0]
        arguments = self.arguments(node.args, node.keywords)
        if alone:
            self._stands_alone(arguments[0], lambda tree: _opening(tree, function))
        return _call(function, arguments)

    def _stands_alone(self, argument: cst.Arg, opening: Callable[[Tree], int]) -> None:
        """Note that the parentheses around an only argument are the call's."""
        if not argument.star and argument.keyword is None:
            self.alone[id(argument.value)] = opening

    def arguments(self, positional: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> list[cst.Arg]:
        nodes: Iterable[Any] = positional
        if keywords:
            nodes = (*positional, *keywords)
            if positional and self.start(positional[-1]) > self.start(keywords[0]):
                nodes = sorted(nodes, key=self.start)
        found = []
        for node in nodes:
            if isinstance(node, ast.keyword):
                name = None
                if node.arg is not None:
                    name = _name(node.arg)
                    start = self.start(node)
                    self.sources[id(name)] = (start, start + len(node.arg))
                made = _arg(self.expression(node.value), name, "" if name is not None else "**")
                self.sources[id(made)] = node
            elif isinstance(node, ast.Starred):
                made = _arg(self.expression(node.value), None, "*")
                self.sources[id(made)] = node
            else:
                value = self.expression(node)
                made = _arg(value, None, "")
                self.sources[id(made)] = value
            found.append(made)
        return found

    def subscript(self, node: ast.Subscript) -> cst.Subscript:
        base = self.expression(node.value)
        inner = node.slice
        if isinstance(inner, ast.Tuple) and inner.elts and not self._has_parentheses(inner):
            parts = inner.elts
        else:
            parts = [inner]
        return _subscript(base, list(map(self.subscript_element, parts)))

    def subscript_element(self, node: ast.expr) -> cst.SubscriptElement:
        part: Any
        source: Any = node
        if isinstance(node, ast.Slice):
            bounds = (node.lower, node.upper, node.step)
            part = _slice(*(self.expression(bound) if bound is not None else None for bound in bounds))
        elif isinstance(node, ast.Starred):
            part = _index(self.expression(node.value), "*")
        else:
            source = self.expression(node)
            part = _index(source, None)
        self.sources[id(part)] = source
        made: cst.SubscriptElement = _subscript_element(part)
        self.sources[id(made)] = source
        return made

    def sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Any:
        elements = list(map(self.element, node.elts))
        if isinstance(node, ast.List):
            return _list(elements)
        if isinstance(node, ast.Set):
            return _set(elements)
        if not self._has_parentheses(node):
            return _tuple(elements, (), ())
        return _tuple(elements, *_PARENTHESES)

    def _has_parentheses(self, node: ast.Tuple) -> bool:
        start = self.start(node)
        if self.text[start] != "(" or self.text[self.end(node) - 1] != ")":
            return False
        if not node.elts:
            return True
        # ``(a, b)`` and ``((a), b)``, but not ``(a), (b)``: more is open before the first element than closes after it.
        first = node.elts[0]
        place, opened = self.start(first), 0
        if place == start:
            return False
        while (opening := opening_before(self.text, place)) is not None and opening >= start:
            place = opening
            opened += 1
        place, closed = self.end(first), 0
        while (closing := closing_after(self.text, place)) is not None and closed < opened:
            place = closing + 1
            closed += 1
        return opened > closed

    def element(self, node: ast.expr) -> cst.BaseElement:
        if isinstance(node, ast.Starred):
            made: cst.BaseElement = _starred_element(self.expression(node.value))
            self.sources[id(made)] = node
            return made
        value = self.expression(node)
        made = _element(value)
        self.sources[id(made)] = value
        return made

    def starred(self, node: ast.Starred) -> cst.StarredElement:
        return _starred_element(self.expression(node.value))

    def dictionary(self, node: ast.Dict) -> cst.Dict:
        elements = []
        for key, value in zip(node.keys, node.values, strict=True):
            made: Any
            if key is None:
                made = _starred_dict_element(self.expression(value))
                self.sources[id(made)] = self._starred_place(made)
            else:
                made = _dict_element(self.expression(key), self.expression(value))
                self.sources[id(made)] = self._item_place(made)
            elements.append(made)
        return _dict(elements)

    def _item_place(self, item: cst.DictElement) -> Callable[[Tree], _Region]:
        return lambda tree: (tree.outer_span(item.key)[0], tree.outer_span(item.value)[1])

    def _starred_place(self, item: cst.StarredDictElement) -> Callable[[Tree], _Region]:
        def place(tree: Tree) -> _Region:
            start, end = tree.outer_span(item.value)
            return tree.text.rindex("**", 0, start), end

        return place

    def binary(self, node: ast.BinOp) -> cst.BinaryOperation:
        return _binary(self.expression(node.left), _BINARY[type(node.op)], self.expression(node.right))

    def boolean(self, node: ast.BoolOp) -> cst.BooleanOperation:
        if len(node.values) > DEEP_EXPRESSION and not self.checked:
            raise Deep  # one in the other, for LibCST
        made: Any = self.expression(node.values[0])
        start = self.start(node)
        for value in node.values[1:]:
            made = _boolean(made, _BOOLEAN[type(node.op)], self.expression(value))
            self.sources[id(made)] = self._reaching(start, made)
        return cast("cst.BooleanOperation", made)

    def _reaching(self, start: int, node: cst.BooleanOperation) -> Callable[[Tree], _Region]:
        return lambda tree: (start, tree.outer_span(node.right)[1])

    def unary(self, node: ast.UnaryOp) -> cst.UnaryOperation:
        return _unary(_UNARY[type(node.op)], self.expression(node.operand))

    def comparison(self, node: ast.Compare) -> cst.Comparison:
        left = self.expression(node.left)
        targets = []
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            made = _comparison_target(_COMPARING[type(operator)], self.expression(comparator))
            self.sources[id(made)] = comparator
            targets.append(made)
        return _comparison(left, targets)

    def conditional(self, node: ast.IfExp) -> cst.IfExp:
        body, test = self.expression(node.body), self.expression(node.test)
        return _if_expression(test, body, self.expression(node.orelse))

    def function_expression(self, node: ast.Lambda) -> cst.Lambda:
        return _lambda(self.parameters(node.args), self.expression(node.body))

    def list_comprehension(self, node: ast.ListComp) -> cst.ListComp:
        return _list_comprehension(self.expression(node.elt), self.clauses(node.generators))

    def set_comprehension(self, node: ast.SetComp) -> cst.SetComp:
        return _set_comprehension(self.expression(node.elt), self.clauses(node.generators))

    def generator(self, node: ast.GeneratorExp) -> cst.GeneratorExp:
        parentheses = ((), ()) if node is self.bare else _PARENTHESES
        return _generator(self.expression(node.elt), self.clauses(node.generators), *parentheses)

    def dict_comprehension(self, node: ast.DictComp) -> cst.DictComp:
        return _dict_comprehension(
            self.expression(node.key), self.expression(node.value), self.clauses(node.generators)
        )

    def clauses(self, generators: Sequence[ast.comprehension]) -> cst.CompFor:
        if len(generators) > DEEP_EXPRESSION and not self.checked:
            raise Deep
        inner: cst.CompFor | None = None
        for clause in reversed(generators):
            conditions = []
            for test in clause.ifs:
                condition = _comp_if(self.expression(test))
                self.sources[id(condition)] = test
                conditions.append(condition)
            asynchronous = _ASYNCHRONOUS if clause.is_async else None
            inner = _comp_for(
                self.expression(clause.target), self.expression(clause.iter), conditions, inner, asynchronous
            )
            self.sources[id(inner)] = self._clause_place(clause, generators[-1])
        assert inner is not None  # noqa: S101 - a comprehension has a clause
        return inner

    def _clause_place(self, clause: ast.comprehension, last: ast.comprehension) -> Callable[[Tree], _Region]:
        def place(tree: Tree) -> _Region:
            start = tree.text.rindex("for", 0, tree.start(clause.target))
            if clause.is_async:
                start = tree.text.rindex("async", 0, start)
            return start, tree.end(last.ifs[-1] if last.ifs else last.iter)

        return place

    def awaited(self, node: ast.Await) -> cst.Await:
        return _await(self.expression(node.value))

    def yielded(self, node: ast.Yield) -> cst.Yield:
        return _yield(self.expression(node.value) if node.value is not None else None)

    def yielded_from(self, node: ast.YieldFrom) -> cst.Yield:
        return _yield(self.origin(node.value))

    def origin(self, node: ast.expr) -> cst.From:
        """``from x`` of a ``raise`` or a ``yield``."""
        made: cst.From = _from(self.expression(node))
        self.sources[id(made)] = lambda tree: (
            tree.text.rindex("from", 0, tree.start(node)),
            tree.outer_span(made.item)[1],
        )
        return made

    def walrus(self, node: ast.NamedExpr) -> cst.NamedExpr:
        return _named(self.expression(node.target), self.expression(node.value))


_PLAIN_STATEMENTS: dict[type[ast.stmt], Callable[[], Any]] = {
    ast.Pass: _pass, ast.Break: _break, ast.Continue: _continue,
}  # fmt: skip

_SMALL: dict[type[ast.stmt], Callable[[_Builder, Any], Any]] = {
    ast.Expr: _Builder.expression_statement,
    ast.Assign: _Builder.assign,
    ast.AnnAssign: _Builder.annotated_assign,
    ast.AugAssign: _Builder.augmented_assign,
    ast.Delete: _Builder.delete,
    ast.Pass: _Builder.plain,
    ast.Break: _Builder.plain,
    ast.Continue: _Builder.plain,
    ast.Return: _Builder.returned,
    ast.Raise: _Builder.raised,
    ast.Assert: _Builder.asserted,
    ast.Import: _Builder.imported,
    ast.ImportFrom: _Builder.imported_from,
    ast.Global: _Builder.declared,
    ast.Nonlocal: _Builder.declared,
}

_COMPOUND: dict[type[ast.stmt], Callable[[_Builder, Any], Any]] = {
    ast.If: _Builder.branch,
    ast.For: _Builder.loop,
    ast.AsyncFor: _Builder.loop,
    ast.While: _Builder.while_loop,
    ast.With: _Builder.context,
    ast.AsyncWith: _Builder.context,
    ast.Try: _Builder.attempt,
    ast.FunctionDef: _Builder.function,
    ast.AsyncFunctionDef: _Builder.function,
    ast.ClassDef: _Builder.class_definition,
}
if hasattr(ast, "TryStar"):
    _COMPOUND[ast.TryStar] = _Builder.attempt_star

_EXPRESSIONS: dict[type[ast.expr], Callable[[_Builder, Any], Any]] = {
    ast.Name: _Builder.name,
    ast.Constant: _Builder.constant,
    ast.JoinedStr: _Builder.formatted,
    ast.Attribute: _Builder.attribute,
    ast.Call: _Builder.call,
    ast.Subscript: _Builder.subscript,
    ast.Tuple: _Builder.sequence,
    ast.List: _Builder.sequence,
    ast.Set: _Builder.sequence,
    ast.Starred: _Builder.starred,
    ast.Dict: _Builder.dictionary,
    ast.BinOp: _Builder.binary,
    ast.BoolOp: _Builder.boolean,
    ast.UnaryOp: _Builder.unary,
    ast.Compare: _Builder.comparison,
    ast.IfExp: _Builder.conditional,
    ast.Lambda: _Builder.function_expression,
    ast.ListComp: _Builder.list_comprehension,
    ast.SetComp: _Builder.set_comprehension,
    ast.GeneratorExp: _Builder.generator,
    ast.DictComp: _Builder.dict_comprehension,
    ast.Await: _Builder.awaited,
    ast.Yield: _Builder.yielded,
    ast.YieldFrom: _Builder.yielded_from,
    ast.NamedExpr: _Builder.walrus,
}

"""Values of default expressions that the sources themselves settle: literals, constants and arithmetic on them."""

import ast
import operator
from collections.abc import Callable

from .sources import SourceTree

NOT_LITERAL = object()

_ARITHMETIC: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def literal(tree: SourceTree, module: str, node: ast.expr, depth: int = 0) -> object:
    """The value of ``node`` evaluated in ``module``, or NOT_LITERAL."""
    if depth > 20:
        return NOT_LITERAL
    if isinstance(node, ast.Constant):
        return NOT_LITERAL if isinstance(node.value, bytes | complex) or node.value is ... else node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = literal(tree, module, node.operand, depth + 1)
        return -value if isinstance(value, int | float) else NOT_LITERAL
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left = literal(tree, module, node.left, depth + 1)
        right = literal(tree, module, node.right, depth + 1)
        numeric = isinstance(left, int | float) and isinstance(right, int | float)
        if numeric or (isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add)):
            return _ARITHMETIC[type(node.op)](left, right)
        return NOT_LITERAL
    if isinstance(node, ast.List | ast.Tuple):
        items = [literal(tree, module, item, depth + 1) for item in node.elts]
        if any(item is NOT_LITERAL for item in items):
            return NOT_LITERAL
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.Dict):
        if any(key is None for key in node.keys):
            return NOT_LITERAL
        keys = [literal(tree, module, key, depth + 1) for key in node.keys if key is not None]
        values = [literal(tree, module, value, depth + 1) for value in node.values]
        if any(item is NOT_LITERAL for item in [*keys, *values]) or any(isinstance(key, list | dict) for key in keys):
            return NOT_LITERAL
        return dict(zip(keys, values, strict=True))
    if isinstance(node, ast.Name | ast.Attribute):
        symbol = tree.expression(module, node)
        if symbol is not None and symbol.kind == "value" and isinstance(symbol.node, ast.expr):
            return literal(tree, symbol.module, symbol.node, depth + 1)
    return NOT_LITERAL

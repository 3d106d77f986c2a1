"""Damage done to programs, as editors, merges, encodings and people do it; and other programs made of their parts.

Every mutation takes a source of randomness, a text and a :class:`Pool` of other programs, and returns a text. What
:data:`BREAKING` does seldom leaves valid Python, what :data:`REGROUPING` does mostly does: it moves whole expressions
and statements, so that the result is executed abstractly and judged.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    Mutation = Callable[[random.Random, str, "Pool"], str]


class Piece(NamedTuple):
    """A node's place in its text: character offsets, the end exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Pool:
    """The programs that others are mixed with."""

    programs: tuple[str, ...]

    def other(self, random: random.Random) -> str:
        """Any program."""
        return random.choice(self.programs)

    def expression(self, random: random.Random) -> str:
        """An expression of any program, or an awkward one."""
        if random.random() < 0.4:
            return random.choice(AWKWARD)
        other = self.other(random)
        found = expressions(other)
        return _text(other, random.choice(found)) if found else random.choice(AWKWARD)

    def statement(self, random: random.Random) -> str:
        """A statement of any program, not indented, or an awkward one."""
        if random.random() < 0.3:
            return random.choice(AWKWARD_STATEMENTS)
        other = self.other(random)
        found = statements(other)
        return _dedented(other, random.choice(found)) if found else "pass"


AWKWARD = (
    *(
        "None",
        "...",
        "()",
        "[]",
        "{}",
        "''",
        "b''",
        "0",
        "-1",
        "1e400",
        "-0.0",
        "1j",
        "True",
        "float('nan')",
        "10**100",
    ),
    *("'ml.p3.2xlarge'", "['ml.g5.xlarge', None]", "'s3://'", "'s3:///'", "'\\x00'", "'\\ud800'", "f'{x!r:>{y}}'"),
    *("2**63", "1 << 4096", "'a' * 10**9", "[0] * 10**8", "list(range(10**9))", "1 / 0", "5 % 0", "{}['x']", "[][1]"),
    *("lambda: 0", "lambda *a, **k: (a, k)", "(x := 1)", "[*x]", "{**x}", "(yield)", "x[1:2, ::3]", "x[...]", "*x"),
    *("not x", "~x", "-'x'", "x if y else z", "[x for x in x if x]", "{x: y for x, y in z}", "(x for x in x)", "x @ y"),
    *(
        "type(x)",
        "super()",
        "self",
        "cls",
        "__file__",
        "globals()",
        "locals()['x']",
        "x.x.x.x",
        "x()()()",
        "os.environ",
    ),
    *("dict(x=1, **{'y': 2})", "x(*[1, 2], **{'instance_type': None})", "getattr(x, 'fit')()", "vars(x)", "x.__dict__"),
    *("sagemaker", "boto3.client", "boto3.client('sagemaker')", "sagemaker.Session()", "estimator", "Estimator()"),
    *("timedelta(days=10**12)", "int('x')", "'%s %d' % ()", "'{}{0}'.format()", "'{x.y[z]}'.format(**x)", "''.join(1)"),
    *("sum([x])", "max()", "sorted(x, key=x)", "next(iter(x))", "zip(*x)", "map(x, x)", "x == x != x is not x in x"),
)
AWKWARD_STATEMENTS = (
    *("pass", "x = x", "x = [x]", "x += x", "del x", "return", "break", "continue", "raise", "global x", "nonlocal x"),
    *("x.x = x", "x[x] = x", "x, *x = x", "(x, (y, z)) = x", "[x] = x", "x: int", "x: int = x", "assert x", "yield x"),
    *("for x in x: x", "for x in range(10**9): x.fit()", "while True: x()", "while x: x = x.next", "with x as x: x"),
    *("def x(x=x, /, *x, y: x = x, **k) -> x: return x(x)", "def x(): return x()", "async def x(): await x", "x()"),
    *(
        "class x(x): x = x",
        "class x(metaclass=x):\n    def __init__(self): self.x = self",
        "import x.y.z as x",
        "lambda: x",
    ),
    *(
        "from . import x",
        "from .. import *",
        "from sagemaker import *",
        "import sagemaker, boto3",
        "import sagemaker as x",
    ),
    *(
        "try: x\nexcept* x as x: x",
        "try: x\nexcept x: x\nelse: x\nfinally: x",
        "match x:\n    case {'x': [x, *_], **y}: x",
    ),
    *("match x:\n    case x.y | None if x: x\n    case x(y=1) as z: x", "if x: x\nelif x: x\nelse: x", "type x[T] = T"),
    *(
        "@x\n@x.x(x)\ndef x(self): self.x",
        "@property\ndef fit(self): return self.fit",
        "exec('x')",
        "# noqa",
        "# noqa: SG301",
    ),
    *(
        "# noqa: SG301, SG999",
        "# sagegreen: noqa",
        "# sagegreen: noqa: SG3",
        "# type: ignore",
        "%matplotlib inline",
        "!ls",
    ),
    *(
        "estimator.fit()",
        "estimator = Estimator(instance_type='ml.p3.2xlarge', instance_count=1)",
        "predictor.delete_endpoint()",
    ),
    *(
        "x = lambda: x()",
        "x.append(x)",
        "x.update(x=x)",
        "x.x.x = x.x",
        "class x:\n    x = property(lambda self: self.x)",
    ),
    *("import sagemaker; sagemaker = sagemaker.sagemaker", "def f(f): return f(f)\nf(f)", "x = {'x': x}; x['x'] = x"),
)
_NAMES = re.compile(r"\b[A-Za-z_][A-Za-z_0-9]*\b")
_KEYWORDS = (
    *(
        "if",
        "else",
        "elif",
        "for",
        "while",
        "def",
        "class",
        "return",
        "yield",
        "await",
        "async",
        "with",
        "as",
        "import",
    ),
    *("from", "try", "except", "finally", "lambda", "not", "in", "is", "and", "or", "pass", "del", "global", "None"),
    *("match", "case", "type", "_", "print", "exec", "nonlocal", "raise", "assert", "break", "continue", "True"),
)
_INVISIBLE = (
    *("\ufeff", "\x00", "\x0c", "\x0b", "\x1a", "\x1c", "\x85", "\u2028", "\u2029", "\u200b", "\u00a0", "\u3000"),
    *(
        "\r",
        "\n",
        "\r\n",
        "\t",
        "\\",
        "\\\n",
        "\\\r\n",
        "\\ ",
        "\ud800",
        "\U0001f600",
        "é",
        "e\u0301",
        "\ufb01",
        "\u00aa",
        "\U0001d535",
    ),
    *("\u0663", "\u2018", "\u201c", "\u2014", "\u202e", '"', "'", '"""', "'''", "#", "`", "$", "?", "!", "%", ";", ":"),
)
_BRACKETS = re.compile(r"[()\[\]{}]")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


# --- what breaks ---------------------------------------------------------------------------------------------


def delete_token(random: random.Random, text: str, pool: Pool) -> str:
    tokens = _tokens(text)
    piece = random.choice(tokens)
    return text[: piece.start] + text[piece.end :]


def duplicate_token(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(_tokens(text))
    return text[: piece.end] + random.choice(("", " ")) + text[piece.start :]


def swap_tokens(random: random.Random, text: str, pool: Pool) -> str:
    tokens = _tokens(text)
    first, second = sorted((random.choice(tokens), random.choice(tokens)))
    return _swapped(text, first, second)


def truncate(random: random.Random, text: str, pool: Pool) -> str:
    place = random.randrange(len(text) + 1)
    return text[:place] if random.random() < 0.8 else text[place:]


def shuffle_lines(random: random.Random, text: str, pool: Pool) -> str:
    lines = _LINES.findall(text)
    start = random.randrange(len(lines) + 1)
    part = lines[start : start + random.randrange(2, 12)]
    random.shuffle(part)
    return "".join((*lines[:start], *part, *lines[start + len(part) :]))


def repeat_lines(random: random.Random, text: str, pool: Pool) -> str:
    lines = _LINES.findall(text)
    start = random.randrange(len(lines) + 1)
    part = lines[start : start + random.randrange(1, 8)] * random.randrange(2, 5)
    return "".join((*lines[:start], *part, *lines[start:]))


def indent_lines(random: random.Random, text: str, pool: Pool) -> str:
    lines = _LINES.findall(text)
    start = random.randrange(len(lines) + 1)
    stop = start + random.randrange(1, 10)
    by = random.choice((" ", "  ", "    ", "\t", "\x0c", " \t", "        "))
    return "".join(by + line if start <= i < stop else line for i, line in enumerate(lines))


def dedent_lines(random: random.Random, text: str, pool: Pool) -> str:
    lines = _LINES.findall(text)
    start = random.randrange(len(lines) + 1)
    stop = start + random.randrange(1, 10)
    return "".join(re.sub(r"\A {1,4}", "", line) if start <= i < stop else line for i, line in enumerate(lines))


def insert_invisible(random: random.Random, text: str, pool: Pool) -> str:
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(text) + 1)
        text = text[:place] + random.choice(_INVISIBLE) + text[place:]
    return text


def remove_bracket(random: random.Random, text: str, pool: Pool) -> str:
    found = [match.start() for match in _BRACKETS.finditer(text)]
    place = random.choice(found)
    return text[:place] + random.choice(("", "", "(", "]", "}")) + text[place + 1 :]


def rename_to_keyword(random: random.Random, text: str, pool: Pool) -> str:
    match = random.choice(list(_NAMES.finditer(text)))
    return text[: match.start()] + random.choice(_KEYWORDS) + text[match.end() :]


def splice_halves(random: random.Random, text: str, pool: Pool) -> str:
    other = pool.other(random)
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


# --- what keeps the grammar ----------------------------------------------------------------------------------


def replace_expression(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(expressions(text))
    inserted = pool.expression(random)
    return text[: piece.start] + (inserted if random.random() < 0.5 else f"({inserted})") + text[piece.end :]


def swap_expressions(random: random.Random, text: str, pool: Pool) -> str:
    found = expressions(text)
    first, second = sorted((random.choice(found), random.choice(found)))
    return _swapped(text, first, second)


def nest_expression(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(expressions(text))
    before, after = random.choice(_AROUND_EXPRESSIONS)
    return text[: piece.start] + before + _text(text, piece) + after + text[piece.end :]


def delete_statement(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(statements(text))
    return text[: piece.start] + random.choice(("pass", "...", "")) + text[piece.end :]


def replace_statement(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(statements(text))
    return text[: piece.start] + _indented(text, piece.start, pool.statement(random)) + text[piece.end :]


def insert_statement(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(statements(text))
    column = _column(text, piece.start)
    inserted = _indented(text, piece.start, pool.statement(random))
    return f"{text[: piece.start]}{inserted}\n{' ' * column}{text[piece.start :]}"


def move_statement(random: random.Random, text: str, pool: Pool) -> str:
    found = statements(text)
    first, second = random.choice(found), random.choice(found)
    low, high = sorted((first, second))
    if low.end > high.start:
        return text
    lower = _indented(text, low.start, _dedented(text, high))
    upper = _indented(text, high.start, _dedented(text, low))
    return text[: low.start] + lower + text[low.end : high.start] + upper + text[high.end :]


def wrap_statement(random: random.Random, text: str, pool: Pool) -> str:
    piece = random.choice(statements(text))
    head, tail = random.choice(_AROUND_STATEMENTS)
    body = textwrap.indent(_dedented(text, piece), "    ")
    wrapped = f"{head}\n{body}" + (f"\n{tail}" if tail else "")
    return text[: piece.start] + _indented(text, piece.start, wrapped) + text[piece.end :]


def rename(random: random.Random, text: str, pool: Pool) -> str:
    """Give one name everywhere to something else: modules, variables and keywords meet under it."""
    names = sorted(set(_NAMES.findall(text)))
    old, new = random.choice(names), random.choice(names)
    return re.sub(rf"\b{old}\b", new, text)


def rename_once(random: random.Random, text: str, pool: Pool) -> str:
    match = random.choice(list(_NAMES.finditer(text)))
    names = _NAMES.findall(text if random.random() < 0.5 else pool.other(random))
    return text[: match.start()] + random.choice(names) + text[match.end() :]


def append_program(random: random.Random, text: str, pool: Pool) -> str:
    return text + random.choice(("\n", "", "\r\n")) + pool.other(random)


def change_line_ends(random: random.Random, text: str, pool: Pool) -> str:
    end = random.choice(("\r\n", "\r", "\n"))
    if random.random() < 0.5:
        return re.sub(r"\r\n|\r|\n", end, text)
    return re.sub(r"\r\n|\r|\n", lambda match: end if random.random() < 0.3 else match[0], text)


def strip_end(random: random.Random, text: str, pool: Pool) -> str:
    return text.rstrip() + random.choice(("", " ", "\\", "#", "\t\n", "\n\n\n", ";", "\x0c", "\n    ", "\n\t# x"))


_AROUND_EXPRESSIONS = (
    *(("[", "]"), ("(", ",)"), ("{'x': ", "}"), ("(lambda: ", ")()"), ("x if ", " else x"), ("x(", ")"), ("-", "")),
    *(("not ", ""), ("await ", ""), ("*", ""), ("**", ""), ("(", "\n# x\n)"), ("(x := ", ")"), ("x[", "]"), ("", ".x")),
    *(("", "()"), ("", "[0]"), ("", " or x"), ("f'{", "}'"), ("str(", ")"), ("[", " for x in x]"), ("dict(x=", ")")),
    *(("(", "\\\n)"), ("(  # noqa: SG301\n", ")"), ("(yield ", ")"), ("functools.partial(", ", x=1)"), ("(", " % x)")),
)
_AROUND_STATEMENTS = (
    *(("if x:", ""), ("if x:", "else:\n    pass"), ("if False:", ""), ("for x in range(3):", ""), ("while x:", "")),
    *(("with x as y:", ""), ("try:", "except x:\n    raise"), ("try:", "finally:\n    x()"), ("def x():", "x()")),
    *(
        ("async def x(self, *x, **y):", ""),
        ("class x:", ""),
        ("match x:\n  case _:", ""),
        ("for x, y in x.items():", ""),
    ),
    *(("if __name__ == '__main__':", ""), ("def x(x=x):", "x(x)"), ("@x\ndef fit(self):", ""), ("while True:", "")),
)

BREAKING: tuple[Mutation, ...] = (
    *(delete_token, duplicate_token, swap_tokens, truncate, shuffle_lines, repeat_lines, indent_lines, dedent_lines),
    *(insert_invisible, remove_bracket, rename_to_keyword, splice_halves, change_line_ends, strip_end),
)
REGROUPING: tuple[Mutation, ...] = (
    *(replace_expression, replace_expression, swap_expressions, nest_expression, delete_statement, replace_statement),
    *(insert_statement, insert_statement, move_statement, wrap_statement, rename, rename_once, append_program),
    *(change_line_ends, strip_end),
)


def mutated(random: random.Random, text: str, pool: Pool) -> str:
    """A program with one to four mutations: three in four times of the kind that leaves valid Python."""
    kinds = REGROUPING if random.random() < 0.75 else BREAKING
    for _ in range(random.randrange(1, 5)):
        mutation = random.choice(kinds)
        try:
            text = mutation(random, text, pool)
        except IndexError:  # nothing of the kind is left in the text
            continue
    return text


def encoded(random: random.Random, text: str) -> bytes:
    """A text as a file holds it: mostly UTF-8, sometimes with a mark, a cookie, or in another codec than it says."""
    chance = random.random()
    if chance < 0.85:
        return text.encode("utf-8", "surrogatepass" if chance < 0.05 else "replace")
    codec = random.choice(
        ("utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-32", "shift_jis", "utf-7", "ascii", "koi8-r")
    )
    cookie = random.choice(
        ("", f"# -*- coding: {codec} -*-\n", "# coding: nonsense\n", "#!x\n# vim: set fileencoding=latin-1 :\n")
    )
    return (cookie + text).encode(codec, "replace")


def damaged(random: random.Random, raw: bytes) -> bytes:
    """Bytes with some of them lost, doubled or replaced by any others."""
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(raw) + 1)
        length = random.choice((0, 1, 1, 2, 40))
        raw = raw[:place] + random.choice((b"", random.randbytes(random.randrange(1, 4)))) + raw[place + length :]
    return raw


# --- where things stand --------------------------------------------------------------------------------------


@lru_cache(maxsize=2_000)
def expressions(text: str) -> Sequence[Piece]:
    """The expressions of a text that is valid Python, where they stand."""
    return _pieces(text, ast.expr)


@lru_cache(maxsize=2_000)
def statements(text: str) -> Sequence[Piece]:
    """The statements of a text that is valid Python, where they stand."""
    return _pieces(text, ast.stmt)


def _pieces(text: str, kind: type[ast.expr | ast.stmt]) -> Sequence[Piece]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    # Columns of ast count bytes; rows end where the tokenizer ends them.
    rows = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def offset(row: int, column: int) -> int:
        start = rows[row - 1]
        stop = rows[row] if row < len(rows) else len(text)
        return start + len(text[start:stop].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))

    found = []
    for node in ast.walk(tree):
        # Inside of interpolated strings, CPython 3.11 and older give columns of another text.
        if isinstance(node, ast.JoinedStr | ast.FormattedValue):
            continue
        if isinstance(node, kind) and node.end_lineno is not None and node.end_col_offset is not None:
            piece = Piece(offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset))
            if piece.start < piece.end:
                found.append(piece)
    return tuple(found)


def _tokens(text: str) -> list[Piece]:
    found: list[Piece] = []
    starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
            start = starts[token.start[0] - 1] + token.start[1]
            end = starts[token.end[0] - 1] + token.end[1] if token.end[0] <= len(starts) else len(text)
            if start < end:
                found.append(Piece(start, end))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass  # the tokens before the first mistake are enough
    return found


def _text(text: str, piece: Piece) -> str:
    return text[piece.start : piece.end]


def _swapped(text: str, first: Piece, second: Piece) -> str:
    if first.end > second.start:
        return text
    between = text[first.end : second.start]
    return text[: first.start] + _text(text, second) + between + _text(text, first) + text[second.end :]


def _column(text: str, offset: int) -> int:
    line = text[max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1 : offset]
    return len(line) if not line.strip() else 0


def _dedented(text: str, piece: Piece) -> str:
    return textwrap.dedent(" " * _column(text, piece.start) + _text(text, piece))


def _indented(text: str, offset: int, inserted: str) -> str:
    return textwrap.indent(inserted, " " * _column(text, offset)).lstrip(" ")

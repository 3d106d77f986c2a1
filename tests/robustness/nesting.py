"""Programs that are deep or long in one direction: what recursion, and the machine's stack, end at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Fits into every stack; what CPython's parser refuses; what ends a process that recurses in C; what no one writes.
DEPTHS = (20, 90, 400, 3_000, 20_000)

#: What stands before, what is repeated, what stands between, what closes it as often, and what stands after.
REPEATED: dict[str, tuple[str, str, str, str, str]] = {
    "parentheses": ("x = ", "(", "1", ")", ""),
    "lists": ("x = ", "[", "", "]", ""),
    "dictionaries": ("x = ", "{1: ", "1", "}", ""),
    "open brackets": ("x = ", "(", "", "", ""),
    "closed brackets": ("x = ", ")", "", "", ""),
    "calls": ("x = ", "f(", "", ")", ""),
    "chained calls": ("x = f", "()", "", "", ""),
    "attributes": ("x = f", ".fit", "", "", ""),
    "methods": ("x = f", ".fit(instance_type=1)", "", "", ""),
    "subscripts": ("x = f", "[0]", "", "", ""),
    "nested subscripts": ("x = ", "f[", "0", "]", ""),
    "sums": ("x = ", "1 + ", "1", "", ""),
    "texts": ("x = ", "'a' ", "", "", ""),
    "sums of texts": ("x = ", "'a' + ", "'b'", "", ""),
    "powers": ("x = ", "2 ** ", "1", "", ""),
    "negations": ("x = ", "-", "1", "", ""),
    "not": ("x = ", "not ", "1", "", ""),
    "and": ("x = ", "f and ", "1", "", ""),
    "comparisons": ("x = ", "f < ", "1", "", ""),
    "conditions": ("x = ", "f if f else ", "1", "", ""),
    "lambdas": ("x = ", "lambda: ", "1", "", ""),
    "awaits": ("async def f():\n    ", "await ", "f", "", ""),
    "assignments": ("", "x = ", "1", "", ""),
    "targets": ("", "(", "x", ",)", " = 1"),
    "stars": ("f(", "*", "x)", "", ""),
    "comprehensions": ("x = ", "[", "1", " for y in z]", ""),
    "loops of one comprehension": ("x = [1", " for y in z", "]", "", ""),
    "interpolations": ("x = ", 'f"{', "1", '}"', ""),
    "interpolated parts": ('x = f"', "{y}", '"', "", ""),
    "format specifications": ('x = f"', "{y:", "", "}", '"'),
    "decorators": ("", "@f\n", "def g(): pass", "", ""),
    "elements": ("x = [", "1, ", "]", "", ""),
    "elif": ("if f: f\n", "elif f: f\n", "", "", ""),
    "except": ("try: f\n", "except f: f\n", "", "", ""),
    "cases": ("match f:\n", " case 1: f\n", "", "", ""),
    "alternatives": ("match f:\n case ", "1 | ", "1: f", "", ""),
    "statements of one line": ("x = 1", "; x = x", "", "", ""),
    "statements": ("x = 1\n", "x = [x]\n", "", "", ""),
    "changes": ("x = {}\n", "x = {'a': x, 'b': x}\n", "", "", ""),
    "continued lines": ("x = 1", " + \\\n1", "", "", ""),
    "blank lines": ("", "\n", "", "", ""),
    "comments": ("", "# noqa: SG301\n", "", "", ""),
    "imports": ("import a", ".a", "", "", ""),
    "relative imports": ("from ", ".", " import x", "", ""),
    "digits": ("x = ", "9", "", "", ""),
    "letters": ("", "x", " = 1", "", ""),
    "a long text": ("x = '", "x", "'", "", ""),
    "question marks": ("x", "?", "", "", ""),
    "exclamation marks": ("", "!", "ls", "", ""),
    "backslashes": ("", "\\\n", "", "", ""),
    "tabs": ("", "\t", "x", "", ""),
    "quotes": ("", "'", "", "", ""),
}

#: What opens a block in the block before; CPython allows a hundred.
BLOCKS: dict[str, tuple[str, str]] = {
    "if": ("if f:", ""),
    "for": ("for f in f:", ""),
    "while": ("while f:", ""),
    "with": ("with f:", ""),
    "try": ("try:", "finally: f"),
    "functions": ("def f():", "f()"),
    "classes": ("class F:", ""),
}

#: Programs whose meaning grows, not their form.
WRITTEN: dict[str, Callable[[int], str]] = {
    "arguments": lambda n: f"f({', '.join(f'a{i}={i}' for i in range(n))})",
    "parameters": lambda n: f"def f({', '.join(f'a{i}' for i in range(n))}): pass\nf()",
    "functions that call the next": lambda n: "".join(f"def f{i}(x): return f{i + 1}(x)\n" for i in range(n)) + "f0(1)",
    "functions that call the next twice": lambda n: (
        "".join(f"def f{i}(x): return [f{i + 1}(x), f{i + 1}(x)]\n" for i in range(min(n, 400))) + "f0(1)"
    ),
    "classes with bases": lambda n: "class C0: x = 1\n" + "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(n)),
    "aliases": lambda n: "a0 = 1\n" + "".join(f"a{i + 1} = a{i}\n" for i in range(n)),
    "doubled texts": lambda n: "x = 'a'\n" + "x = x + x\n" * min(n, 400),
    "branches": lambda n: "x = 1\n" + "if f:\n x = [x, 1]\nelse:\n x = [x, 2]\n" * min(n, 3_000),
}


#: Small programs that a naive analysis needs all memory or all time for; each is tried alone.
EXPLOSIVE: dict[str, str] = {
    "doubled texts": "x = 'a'\n" + "x = x + x\n" * 90,
    "doubled lists": "x = [1]\n" + "x = x + x\n" * 90,
    "doubled tuples": "x = (1,)\n" + "x = (*x, *x)\n" * 90,
    "doubled dictionaries": "x = {}\n" + "x = {'a': x, 'b': x}\n" * 90,
    "doubled calls": "".join(f"def f{i}(x): return [f{i + 1}(x), f{i + 1}(x)]\n" for i in range(60)) + "f0(1)",
    "multiplied lists": "x = [1]\n" + "x = x * 10\n" * 90,
    "multiplied texts": "x = 'a' * 10**10",
    "multiplied bytes": "x = b'a' * 10**10",
    "appended lists": "x = [1]\n" + "x += x\nx.extend(x)\n" * 90,
    "padded texts": "x = f'{1:>9999999999}'\ny = '%9999999999d' % 1\nz = 'a'.ljust(10**10)\nw = '{:9999999999}'.format(1)",
    "joined texts": "x = 'a'\n" + "x = x.join([x, x, x])\n" * 90,
    "replaced texts": "x = 'aa'\n" + "x = x.replace('a', x)\n" * 90,
    "powers": "x = 9 ** 9 ** 9\ny = 10 ** 10 ** 10",
    "shifts": "x = 1 << 10 ** 12",
    "long ranges": "x = list(range(10 ** 12))\ny = [i for i in range(10 ** 12)]\nz = tuple(range(10 ** 9)) + (1,)",
    "nested loops": "".join(f"{' ' * i}for a{i} in range(100):\n" for i in range(20)) + " " * 20 + "f(a1)",
    "products": "import itertools\nx = list(itertools.product(range(1000), repeat=9))",
    "choices": "".join(f"if a{i}: x{i} = 1\nelse: x{i} = 2\n" for i in range(60))
    + "y = "
    + " + ".join(f"x{i}" for i in range(60)),
    "sequence patterns": f"match f:\n case {'[' * 40}x{']' * 40}: f",
    "mapping patterns": f"match f:\n case {'{1: ' * 20}x{'}' * 20}: f",
    "class patterns": f"match f:\n case {'C(a=' * 40}x{')' * 40}: f",
    "recursion": "def f(x): return f(f(x))\nf(1)",
    "mutual recursion": "def f(x): return [g(x), g(x)]\ndef g(x): return [f(x), f(x)]\nf(1)",
    "recursive lambdas": "f = lambda f: f(f)\nf(f)",
    "recursive classes": "class C:\n def __init__(self): self.c = [C(), C()]\nC()",
}


def programs() -> Iterator[tuple[str, str]]:
    """Every shape in every depth, with a name."""
    for depth in DEPTHS:
        for name, (before, again, between, closing, after) in REPEATED.items():
            yield f"{name}_{depth}", f"{before}{again * depth}{between}{closing * depth}{after}"
        for name, (head, tail) in BLOCKS.items():
            yield f"{name}_{depth}", _blocks(head, tail, min(depth, 1_000))  # the text grows with the square
        for name, write in WRITTEN.items():
            yield f"{name}_{depth}", write(depth)


def _blocks(head: str, tail: str, depth: int) -> str:
    opened = [f"{' ' * level}{head}" for level in range(depth)]
    closed = [f"{' ' * level}{tail}" for level in reversed(range(depth)) if tail]
    return "\n".join((*opened, f"{' ' * depth}f", *closed))

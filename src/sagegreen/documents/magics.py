"""IPython's additions to Python: found without parsing, and masked so that every offset stays true.

The rules are those of IPython's input transformers (IPython/core/inputtransformer2.py): a line is special only where a
statement can start, never inside a string or a bracket. A ``%%`` line is special only at the top of the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sagegreen.documents.model import ShellLine

if TYPE_CHECKING:
    from collections.abc import Iterator

MagicKind = Literal["shell", "magic", "help", "automagic"]

# Cell magics whose body still runs in the notebook's own namespace.
_PYTHON_CELL_MAGICS = frozenset(
    {
        "time",
        "timeit",
        "capture",
        "prun",
        "debug",
        "memit",
        "mprun",
        "lprun",
        "heat",
        "snakeviz",
        "pyinstrument",
        "scalene",
        "local",
        "spark",
        "pyspark",
        "px",
        "notify",
        "skip",
        "run_if",
        "wandb",
        "ipytest",
        "run_pytest",
        "autoawait",
    }
)
_SHELL_CELL_MAGICS = frozenset(("bash", "sh", "!", "sx", "system", "zsh", "ksh"))
_SHELLS = re.compile(r"(?:\S*/)?(?:bash|sh|zsh|ksh)\b")
# Line magics whose argument is a Python statement of the notebook's namespace.
_STATEMENT_MAGIC = re.compile(
    r"%(?:time|timeit|prun|memit|lprun|mprun)(?P<options>(?:[ \t]+-{1,2}[A-Za-z][\w-]*(?:[ \t]+\d+)?)*)[ \t]+(?=[^\s-])"
)
_SHELL_MAGIC = re.compile(r"%(?:sx|system)[ \t]+|!{1,2}[ \t]*")

_LINE_END = r"(?:\r\n|\r|\n|\Z)"
# The rest of a line, and the lines that a backslash joins to it.
_CONTINUED = r"(?:[^\\\r\n]|\\(?:\r\n|[^\r])|\\\r(?!\n)|\\(?=\r\n?|\Z))*"
_SPECIAL_LINE = re.compile(
    rf"""
    [ \t\f]* (?=[^ \t\f])  # all blanks, else a line of nothing but blanks is tried from each of them
    (?: (?P<escape> (?:[!%?]|[,;/](?=[^\W\d])) {_CONTINUED} )
      | (?P<target> (?:[\w.\[\],* \t] | "[^"\r\n]*" | '[^'\r\n]*')+? =[ \t]* ) (?P<value> [!%] {_CONTINUED} )
      | (?P<help> [^\r\n\#"'?]+ \?{{1,2}} (?=[ \t]*{_LINE_END}) )
    )
    """,
    re.VERBOSE,
)
# Magics and aliases that IPython runs without a prefix, where an argument makes the line no Python.
_AUTOMAGIC_LINE = re.compile(
    rf"""
    [ \t\f]*
    (?P<automagic> (?:pip3?|conda|mamba|uv|cd|ls|ll|cat|cp|mv|rm|mkdir|rmdir|pwd|env|run|man|more|less|matplotlib|pylab
      |load_ext|reload_ext|store|time|timeit|who|whos|reset|bash|sh|pushd|popd|alias|history)
      [ \t]+ (?=[\w./~$"'{{-]) {_CONTINUED} )
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(
    r"""
    (?P<string> \"\"\"(?:[^"\\]|\\.|"(?!""))*(?:\"\"\"|\\?\Z) | '''(?:[^'\\]|\\.|'(?!''))*(?:'''|\\?\Z)
      | "(?:[^"\\\r\n]|\\(?:\r\n|.))*"? | '(?:[^'\\\r\n]|\\(?:\r\n|.))*'? )
  | (?P<comment> \#[^\r\n]* )
  | (?P<joined> \\(?:\r\n|\r|\n) )
  | (?P<newline> \r\n|\r|\n )
  | (?P<opening> [(\[{] )
  | (?P<closing> [)\]}] )
  | [^"'\#\\\r\n()\[\]{}]+ | \\
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL_MAGIC = re.compile(r"(?P<indent>[ \t\f]*)%%(?P<name>[^\s%][^\s]*)?(?P<arguments>[^\r\n]*)(?P<end>\r\n|\r|\n|\Z)")
_BLANK_LINES = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*")
_BODY_LINE = re.compile(_CONTINUED)
_JOINED_LINES = re.compile(r"[ \t]*\\(?:\r\n|\r|\n)[ \t]*")


@dataclass(frozen=True, slots=True)
class CellMagic:
    """A ``%%`` line at the top of a cell.

    Attributes:
        name: the magic's name without the signs.
        arguments: the rest of the line, stripped.
        start: offset of the first sign.
        end: offset of the body, behind the line's end.
    """

    name: str
    arguments: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MagicLine:
    """A region that only IPython understands: from its first sign to the end of its last line."""

    kind: MagicKind
    start: int
    end: int
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class CellLanguage:
    """What a code cell's ``%%`` lines make of it.

    Attributes:
        python: its body runs as Python in the notebook's namespace.
        shell: its body is a shell script.
        written: the path that ``%%writefile`` names.
        appended: the file is continued, not replaced.
        body: offset of what stands below the ``%%`` lines.
    """

    python: bool
    shell: bool
    written: str | None
    appended: bool
    body: int


def cell_magics(source: str) -> tuple[CellMagic, ...]:
    """Find the ``%%`` lines at the top of a cell: several where one magic runs another, as ``%%time`` does."""
    found: list[CellMagic] = []
    position = 0
    while True:
        blank = _BLANK_LINES.match(source, position)
        position = blank.end() if blank else position
        match = _CELL_MAGIC.match(source, position)
        if match is None or (match["indent"] and found):
            return tuple(found)
        magic = CellMagic(match["name"] or "", match["arguments"].strip(), match.end("indent"), match.end())
        found.append(magic)
        position = match.end()
        if magic.name not in _PYTHON_CELL_MAGICS:
            return tuple(found)


def cell_language(source: str) -> CellLanguage:
    """Tell what a code cell of a Python notebook is written in; an unknown cell magic makes it no Python."""
    magics = cell_magics(source)
    if not magics:
        return CellLanguage(python=True, shell=False, written=None, appended=False, body=0)
    last = magics[-1]
    if last.name in _PYTHON_CELL_MAGICS:
        return CellLanguage(python=True, shell=False, written=None, appended=False, body=last.end)
    if last.name in ("writefile", "file"):
        words = last.arguments
        appended = False
        while option := re.match(r"(?:-a|--append)(?:\s+|$)", words):
            appended = True
            words = words[option.end() :]
        if option := re.search(r"\s(?:-a|--append)$", words):
            appended = True
            words = words[: option.start()]
        return CellLanguage(
            python=False, shell=False, written=words.strip().strip("\"'"), appended=appended, body=last.end
        )
    shell = last.name in _SHELL_CELL_MAGICS or (last.name == "script" and _SHELLS.match(last.arguments) is not None)
    return CellLanguage(python=False, shell=shell, written=None, appended=False, body=last.end)


def magic_lines(source: str, *, automagic: bool = False) -> Iterator[MagicLine]:
    """Find the lines of a Python cell that only IPython understands, its ``%%`` lines included, in order.

    Args:
        source: the text of the cell.
        automagic: also take lines such as ``pip install x`` for magics. Only sound where the cell does not parse.
    """
    position = 0
    for magic in cell_magics(source):
        yield MagicLine("magic", magic.start, _without_line_end(source, magic.end))
        position = magic.end
    while position < len(source):
        match = _SPECIAL_LINE.match(source, position)
        if match is None and automagic:
            match = _AUTOMAGIC_LINE.match(source, position)
        if match is None:
            position = _end_of_logical_line(source, position)
            continue
        group = match.lastgroup or "escape"
        start, end = match.span(group)
        kind: MagicKind = "magic"
        if group in ("help", "automagic"):
            kind = "help" if group == "help" else "automagic"
        elif source[start] == "?":
            kind = "help"
        elif _SHELL_MAGIC.match(source, start):
            kind = "shell"
        yield MagicLine(kind, start, end, assigned=group == "value")
        position = _end_of_logical_line(source, end)


def neutralised(source: str, *, keep_statements: bool = False, automagic: bool = False) -> str:
    """Mask what only IPython understands: the result has the same length and the same line ends.

    A line becomes ``0`` and blanks, which is a statement wherever the line was one. What a magic is assigned to stays
    assigned, to a name that nothing binds: its value is unknown, and is not the one from before.

    Args:
        source: the text of the cell.
        keep_statements: of ``%time x = f()`` and its like keep the statement.
        automagic: also mask lines such as ``pip install x``.
    """
    pieces = []
    copied = 0
    for line in magic_lines(source, automagic=automagic):
        pieces.append(source[copied : line.start])
        copied = line.start
        statement = _STATEMENT_MAGIC.match(source, line.start) if keep_statements and line.kind == "magic" else None
        if statement is not None:
            # "%time " has room for an empty statement, so that "%time x = f()" may be an assignment.
            filler = " " if line.assigned else "0;"
            pieces.append(filler.ljust(statement.end() - line.start))
            copied = statement.end()
            continue
        pieces.append(_masked(source[line.start : line.end], "_" if line.assigned else "0"))
        copied = line.end
    pieces.append(source[copied:])
    return "".join(pieces)


def shell_lines(source: str, cell: int | None) -> tuple[ShellLine, ...]:
    """List the shell commands of a cell: its ``!`` lines, or all lines of a ``%%bash`` cell."""
    language = cell_language(source)
    if language.shell:
        regions = list(_body_lines(source, language.body))
    elif language.python:
        regions = []
        for line in magic_lines(source):
            prefix = _SHELL_MAGIC.match(source, line.start) if line.kind == "shell" else None
            if prefix is not None:
                regions.append((prefix.end(), line.end))
    else:
        return ()
    return tuple(ShellLine(cell, start, _JOINED_LINES.sub(" ", source[start:end]).strip()) for start, end in regions)


def statement_starts(source: str) -> Iterator[int]:
    """List the offsets of the lines in which a statement may start: those outside brackets and strings."""
    position = 0
    while position < len(source):
        yield position
        position = _end_of_logical_line(source, position)


def _body_lines(source: str, position: int) -> Iterator[tuple[int, int]]:
    while position < len(source):
        match = _BODY_LINE.match(source, position)
        end = match.end() if match else position
        text = source[position:end]
        if text.strip() and not text.lstrip().startswith("#"):
            yield position + len(text) - len(text.lstrip()), end
        position = end + (2 if source.startswith("\r\n", end) else 1)


def _masked(text: str, filler: str) -> str:
    return filler + "".join(character if character in "\r\n" else " " for character in text[1:])


def _without_line_end(source: str, end: int) -> int:
    while end and source[end - 1] in "\r\n":
        end -= 1
    return end


def _end_of_logical_line(source: str, position: int) -> int:
    """Find where the next statement may start: behind a line end that is outside brackets and strings."""
    depth = 0
    while match := _TOKEN.match(source, position):
        position = match.end()
        kind = match.lastgroup
        if kind == "opening":
            depth += 1
        elif kind == "closing":
            depth -= 1
        elif kind == "newline" and depth <= 0:
            return position
    return len(source)

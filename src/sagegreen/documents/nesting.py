"""How deep a text is nested, found before it is parsed: LibCST's parser recurses on the machine's stack.

A stack overflow there ends the process, which no handler catches. On a stack of 8 MB the parser of LibCST 1.9 survives
800 brackets or 3,000 chained operators; threads and other systems give it an eighth of that, which is 35 blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# CPython itself refuses more than 200 brackets and 100 indentations.
BRACKET_LIMIT = 100
BLOCK_LIMIT = 30
# Walking the tree takes two of Python's 1,000 frames for each link and up to six for each bracket.
CHAIN_LIMIT = 300
_LINKS_PER_BRACKET = 3
# The parser of LibCST 1.9 takes up to four times the time for each bracket around a pattern.
PATTERN_LIMIT = 8

_TOKEN = re.compile(
    r"""
    (?P<string> (?P<interpolated> \b(?:[rRbBuU]?[fFtT][rR]?)(?=["\']) )?
      (?: \"\"\"(?:[^"\\]|\\.|"(?!""))*(?:\"\"\"|\\?\Z) | \'\'\'(?:[^'\\]|\\.|'(?!''))*(?:\'\'\'|\\?\Z)
      | "(?:[^"\\\r\n]|\\(?:\r\n|.))*"? | '(?:[^'\\\r\n]|\\(?:\r\n|.))*'? ) )
  | (?P<ignored> \#[^\r\n]* | \\(?:\r\n|\r|\n) )
  | (?P<newline> [\r\n]+ )
  | (?P<opening> [(\[{] )
  | (?P<closing> [)\]}] )
  | (?P<separator> [,;] )
  | (?P<link> [.*/%@&|^~<>+-] | \b(?:not|and|or|lambda|else|for|await|in|is)\b )
  | (?P<branch> \belif\b )
    """,
    re.VERBOSE | re.DOTALL,
)
_LINKS = b".*/%@&|^~<>+-\"'"
_OTHER_THAN_OPENING = bytes(set(range(256)) - set(b"([{"))
_OTHER_THAN_LINKS = bytes(set(range(256)) - set(_LINKS + b"([{"))
_DEEP_LINE = re.compile(rf"^[ \t]{{{BLOCK_LIMIT}}}", re.MULTILINE)
_CASE = re.compile(r"^[ \t]*case\b", re.MULTILINE)
_INDENT = re.compile(r"[ \t]*(?=[^ \t\r\n#])")
_TOP_LEVEL = re.compile(r"(?!el(?:if|se)\b)[^\s#]")
_LINK_WORDS = ("not", "and", "or", "lambda", "if", "for", "await", "in", "is")  # "elif" holds "if"


@dataclass(frozen=True, slots=True)
class TooDeep:
    """Where a text passes a limit, and the sentence for it."""

    message: str
    offset: int


def nested_too_deeply(text: str) -> TooDeep | None:
    """Tell whether a text is nested deeper than the parser can safely follow, and where.

    Args:
        text: Python, or what may be Python.
    """
    if _is_short(text) and _DEEP_LINE.search(text) is None:
        return None
    return _scanned(text)


def endless_pattern(text: str) -> TooDeep | None:
    """Tell whether a ``case`` has more brackets around each other than LibCST's parser comes to an end with.

    Args:
        text: Python, or what may be Python, that is not nested too deeply otherwise.
    """
    for case in _CASE.finditer(text):
        depth = 0
        for match in _TOKEN.finditer(text, case.end()):
            if match.lastgroup == "opening":
                depth += 1
            elif match.lastgroup == "closing":
                depth -= 1
            elif match.lastgroup == "newline" and depth <= 0:
                break
            if depth > PATTERN_LIMIT:
                return TooDeep(f"nested too deeply: more than {PATTERN_LIMIT} brackets in a pattern", match.start())
    return None


def _is_short(text: str) -> bool:
    """Tell at once for most texts that they have too few brackets, operators and strings to pass a limit."""
    raw = text.encode("utf-8", "replace")
    brackets = len(raw.translate(None, _OTHER_THAN_OPENING))
    if brackets > BRACKET_LIMIT:
        return False
    links = len(raw.translate(None, _OTHER_THAN_LINKS)) + sum(map(text.count, _LINK_WORDS))
    return links + _LINKS_PER_BRACKET * brackets <= CHAIN_LIMIT


def _scanned(text: str) -> TooDeep | None:
    """Count open brackets, and what is linked within each: every link may be one more call of the parser."""
    links = [0]
    total = 0
    branches = 0
    blocks = [0]
    deep_lines = _DEEP_LINE.search(text) is not None
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "newline":
            if len(links) == 1:
                total = links[0] = 0
                if _TOP_LEVEL.match(text, match.end()):
                    branches = 0
                indent = _INDENT.match(text, match.end()) if deep_lines else None
                if indent is not None:
                    width = len(indent[0].expandtabs())
                    while blocks[-1] > width:
                        blocks.pop()
                    if width > blocks[-1]:
                        blocks.append(width)
                    if len(blocks) - 1 > BLOCK_LIMIT:
                        return TooDeep(f"nested too deeply: more than {BLOCK_LIMIT} blocks", match.end())
            continue
        if kind == "ignored":
            continue
        if kind == "separator":
            total -= links[-1]
            links[-1] = 0
            continue
        if kind == "opening":
            links.append(0)
            if len(links) > BRACKET_LIMIT:
                return TooDeep(f"nested too deeply: more than {BRACKET_LIMIT} open brackets", match.start())
            continue
        if kind == "closing" and len(links) > 1:
            total -= links.pop()
        if kind == "branch":
            branches += 1
            if branches > CHAIN_LIMIT:
                return TooDeep(f"nested too deeply: more than {CHAIN_LIMIT} times elif", match.start())
            continue
        if match["interpolated"] is not None:
            inner = match[0][len(match["interpolated"]) :].strip("\"'")
            too_deep = None if _is_short(inner) else _scanned(inner)
            if too_deep is not None:
                return TooDeep(too_deep.message, match.start())
        links[-1] += 1
        total += 1
        if total + _LINKS_PER_BRACKET * (len(links) - 1) > CHAIN_LIMIT:
            return TooDeep(f"nested too deeply: more than {CHAIN_LIMIT} operations in one expression", match.start())
    return None

"""What a fix may not lose, told without the code that is judged: Python's own parser and tokenizer, JSON as text."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Document, Edit

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


def parses(source: str | bytes) -> bool:
    """Whether CPython takes a text for Python: it compiles, as in a notebook with ``await`` outside of functions."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "source", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def comments(source: str) -> Counter[str]:
    """The comments of a text, as far as it can be tokenized."""
    found: Counter[str] = Counter()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def sources(document: Document) -> dict[int | None, str]:
    """The text of each cell from which Python is read."""
    return {cell.index: cell.source for module in document.modules for cell in module.cells}


def step_losses(before: Document, after: Document, findings: Iterable[Finding]) -> Iterator[str]:
    """What is wrong with one pass of fixes.

    Args:
        before: the document.
        after: what was made of it.
        findings: about ``before``; the edits of some of their fixes are all that may have changed.
    """
    findings = list(findings)
    edits = {edit for finding in findings for fix in finding.fixes for edit in fix.edits}
    old, new = sources(before), sources(after)
    if old.keys() != new.keys():
        yield f"cells {sorted(map(str, old))} became {sorted(map(str, new))}"
        return
    for cell, source in old.items():
        if not explained(source, new[cell], [edit for edit in edits if edit.cell == cell]):
            yield f"cell {cell}: something outside the reported edits changed"
        if parses(source) and not parses(new[cell]):
            yield f"cell {cell}: was Python before its fixes and is none after them"
    if not any(finding.code == "SG001" for finding in findings):
        lost = sum(map(comments, old.values()), Counter()) - sum(map(comments, new.values()), Counter())
        if lost:
            yield f"lost comments: {sorted(lost)}"
    yield from file_losses(before.raw, after.raw, notebook=before.kind == "notebook", encoding=before.encoding)


def file_losses(before: bytes, after: bytes, *, notebook: bool, encoding: str = "utf-8") -> Iterator[str]:
    """What is wrong with the bytes of a file after fixes, whatever these changed in its sources."""
    if not notebook:
        # What stands for the text outside of the edits are the same bytes if bytes and text stand for each other.
        for raw in (before, after):
            if raw.decode(encoding).encode(encoding) != raw:
                yield f"bytes are no faithful {encoding}"
        if parses(before) and not parses(after):
            yield "was Python before the fixes and is none after them"
        return
    if skeleton(before.decode("utf-8")) != skeleton(after.decode("utf-8")):
        yield "something outside of the cells' sources changed"
    old, new = json.loads(before.decode("utf-8-sig")), json.loads(after.decode("utf-8-sig"))
    for index, (first, second) in enumerate(zip(_cells(old), _cells(new), strict=True), 1):
        if first.get("cell_type") != "code" and first != second:
            yield f"cell {index} is no code and changed"
        for key in ("source", "input"):
            if type(first.get(key)) is not type(second.get(key)):
                yield f"cell {index}: the form of its {key} changed"


def explained(old: str, new: str, edits: Iterable[Edit]) -> bool:
    """Whether a text becomes the other by some of these edits, with nothing else changed."""
    places: dict[tuple[int, int], list[str]] = {}
    for edit in edits:
        places.setdefault((edit.start, edit.end), []).append(edit.content)
    states = {(0, 0)}  # how far both texts are accounted for
    for (start, end), contents in sorted(places.items()):
        for content in contents * len(contents):  # insertions at one place stand in any order
            for old_at, new_at in tuple(states):
                kept = old[old_at:start]
                if start >= old_at and new.startswith(kept + content, new_at):
                    states.add((end, new_at + len(kept) + len(content)))
    return any(old[old_at:] == new[new_at:] for old_at, new_at in states)


def skeleton(text: str) -> str:
    """A notebook's text without the values of its cells' sources."""
    kept: list[str] = []
    path: list[tuple[str, str | None]] = []  # open brackets, and the key under which each object is
    key: str | None = None
    copied = 0
    dropping: tuple[int, int] | None = None  # where the value begins, and how deep it stands
    last = ""
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == ":":
            key = last
        elif dropping is None and key in ('"source"', '"input"') and _in_cell(path):
            dropping = (match.start(), len(path))
        if word in ("{", "["):
            path.append((word, key))
            key = None
        elif word in ("}", "]") and path:
            path.pop()
        if dropping is not None and len(path) == dropping[1] and word != ":":
            kept.append(text[copied : dropping[0]])
            copied = match.end()
            dropping = None
        if word != ":":
            key = None
        last = word
    return "".join((*kept, text[copied:]))


def _in_cell(path: list[tuple[str, str | None]]) -> bool:
    keys = [key for _, key in path]
    return keys in ([None, '"cells"', None], [None, '"worksheets"', None, '"cells"', None])


def _cells(notebook: Any) -> list[dict[str, Any]]:
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet.get("cells", [])]

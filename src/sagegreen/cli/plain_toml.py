"""Reads TOML as most people write it: ``tomllib``, with what it loads, takes as long as everything else that happens.

Whatever is unusual (dotted keys, escapes, long strings, dates, broken text) is refused and left to ``tomllib``; what is
read is what it would read.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Mapping

_DELIMITERS = " \t\n,]}#"
_DEEPEST = 10
_LONGEST_NUMBER = 9
_CONTROL = bytes(number for number in (*range(32), 127) if number not in b"\t\n")


class UnusualTomlError(Exception):
    """``tomllib`` has to look at it."""


class _Inline(dict[str, object]):
    """A table that is written as a value: nothing can be added to it."""


def read(raw: bytes) -> Mapping[str, object]:
    """The tables of a file.

    Raises:
        UnusualTomlError: it is not sure what the file says, or whether it says anything.
        UnicodeDecodeError: it is not UTF-8.
    """
    if len(raw.translate(None, _CONTROL)) != len(raw) or raw.startswith(b"\xef\xbb\xbf"):
        raise UnusualTomlError
    text = raw.decode() + "\n"
    tables: dict[str, object] = {}
    current = tables
    headers: set[tuple[str, ...]] = set()
    lists: set[tuple[str, ...]] = set()
    at, end = 0, len(text)
    while (at := _next_line(text, at)) < end:
        if text[at] == "[":
            newline = text.index("\n", at)
            current = _table(text[at:newline].rstrip(" \t"), tables, headers, lists)
            at = newline + 1
            continue
        key, at = _key(text, at)
        if key in current:
            raise UnusualTomlError
        current[key], at = _value(text, at, _DEEPEST)
        at = _after_spaces(text, at)
        if text[at] not in "#\n":
            raise UnusualTomlError
    return tables


def _table(
    line: str, tables: dict[str, object], headers: set[tuple[str, ...]], lists: set[tuple[str, ...]]
) -> dict[str, object]:
    """The table that a header begins.

    Args:
        line: the header.
        tables: all of them.
        headers: of tables that were begun.
        lists: the paths of lists of tables that were begun.
    """
    width = 2 if line.startswith("[[") else 1
    if not line.endswith("]" * width) or len(line) < 2 * width:
        raise UnusualTomlError
    path = _path(line[width:-width])
    if path in headers:
        raise UnusualTomlError
    above, last = tables, path[-1]
    for depth, part in enumerate(path[:-1], 1):
        found = above.setdefault(part, {})
        if type(found) is not dict or path[:depth] in lists:
            raise UnusualTomlError
        above = found
    if width == 1:
        headers.add(path)
        found = above.setdefault(last, {})
        if type(found) is not dict:
            raise UnusualTomlError
        return found
    if path not in lists and last in above:  # a table, or a list that is written as a value
        raise UnusualTomlError
    lists.add(path)
    listed = above.setdefault(last, [])
    if not isinstance(listed, list):
        raise UnusualTomlError
    table: dict[str, object] = {}
    listed.append(table)
    return table


def _path(text: str) -> tuple[str, ...]:
    """The names that dots join, each bare or in quotes."""
    found: list[str] = []
    at = _after_spaces(text, 0)
    while at < len(text):
        if text[at] in "\"'":
            name, at = _string(text, at)
        else:
            dot = text.find(".", at)
            end = dot if dot >= 0 else len(text)
            name, at = text[at:end].rstrip(" \t"), end
            if not _is_bare(name):
                raise UnusualTomlError
        found.append(name)
        at = _after_spaces(text, at)
        if at == len(text):
            return tuple(found)
        if text[at] != ".":
            raise UnusualTomlError
        at = _after_spaces(text, at + 1)
    raise UnusualTomlError  # there is no name, or none behind the last dot


def _key(text: str, at: int) -> tuple[str, int]:
    """A key, and where its value begins."""
    if text[at] in "\"'":
        key, at = _string(text, at)
    else:
        equals = text.find("=", at)
        key, at = text[at:equals].rstrip(" \t"), equals
        if not _is_bare(key):
            raise UnusualTomlError
    at = _after_spaces(text, at)
    if text[at] != "=":
        raise UnusualTomlError
    return key, _after_spaces(text, at + 1)


def _value(text: str, at: int, deepest: int) -> tuple[object, int]:
    """A value, and where it ends."""
    start = text[at]
    if start in "\"'":
        return _string(text, at)
    if start in "[{":
        if not deepest:
            raise UnusualTomlError
        return (_list if start == "[" else _inline)(text, at + 1, deepest - 1)
    end = at
    while text[end] not in _DELIMITERS:
        end += 1
    word = text[at:end]
    if word in ("true", "false"):
        return word == "true", end
    if word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER and (word == "0" or word[0] != "0"):
        return int(word), end
    raise UnusualTomlError


def _string(text: str, at: int) -> tuple[str, int]:
    quote = text[at]
    end = text.find(quote, at + 1)
    found = text[at + 1 : end]
    if end < 0 or "\n" in found or "\\" in found or text.startswith(quote * 3, at):
        raise UnusualTomlError
    return found, end + 1


def _list(text: str, at: int, deepest: int) -> tuple[object, int]:
    found: list[object] = []
    while (at := _next_line(text, at)) < len(text):
        if text[at] == "]":
            return found, at + 1
        value, at = _value(text, at, deepest)
        found.append(value)
        at = _next_line(text, at)
        if at < len(text) and text[at] == ",":
            at += 1
        elif at < len(text) and text[at] != "]":
            raise UnusualTomlError
    raise UnusualTomlError


def _inline(text: str, at: int, deepest: int) -> tuple[object, int]:
    found = _Inline()
    at = _after_spaces(text, at)
    if text[at] == "}":
        return found, at + 1
    while True:
        key, at = _key(text, at)
        if key in found:
            raise UnusualTomlError
        found[key], at = _value(text, at, deepest)
        at = _after_spaces(text, at)
        if text[at] == "}":
            return found, at + 1
        if text[at] != ",":
            raise UnusualTomlError
        at = _after_spaces(text, at + 1)


def _next_line(text: str, at: int) -> int:
    """The next place at which something stands that is no white space and no comment."""
    end = len(text)
    while at < end and text[at] in " \t\n#":
        at = text.index("\n", at) if text[at] == "#" else at + 1
    return at


def _after_spaces(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def _is_bare(key: str) -> bool:
    return key.isascii() and key.replace("-", "a").replace("_", "a").isalnum()

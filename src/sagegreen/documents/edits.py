"""From edits to bytes: everything outside the edited characters stays as it is on disk."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.documents.json_spans import JsonSpan, SourceSpans, character_places, decoded, source_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sagegreen.documents.model import Document, Edit

# Looked for from the second character on: the first may be a byte order mark.
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
# An escape of a character that JSON would not have to escape.
_ESCAPED_NON_ASCII = re.compile(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_BARE_SLASH = re.compile(r"(?<!\\)(?:\\\\)*/")


class UnwritableEditError(ValueError):
    """The new source cannot be stored in the file: its codec lacks a character, or nothing may be put there."""


def apply_edits(source: str, edits: Sequence[Edit]) -> str:
    """Apply the edits of one cell to its source; insertions at one place keep the order in which they are given.

    Raises:
        ValueError: two edits overlap, or one lies outside the source.
    """
    pieces: list[str] = []
    copied = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(source):
            message = f"an edit of {edit.start} to {edit.end} is outside a source of {len(source)} characters"
            raise ValueError(message)
        if edit.start < copied:
            message = f"the edit at {edit.start} overlaps the one that ends at {copied}"
            raise ValueError(message)
        pieces += (source[copied : edit.start], edit.content)
        copied = edit.end
    return "".join((*pieces, source[copied:]))


def rewrite(document: Document, edits: Iterable[Edit]) -> bytes:
    """Give a file's bytes with edits applied.

    Args:
        document: the file as read.
        edits: edits of any of its cells.

    Raises:
        ValueError: edits overlap or name a place that does not exist.
        UnwritableEditError: the result cannot be stored in this file.
    """
    given = list(edits)
    if not given:
        return document.raw
    if document.kind == "script":
        return _rewritten_script(document, apply_edits(_source(document), _by_cell(document, given)[None]))
    text = document.raw.decode("utf-8")
    pieces: list[str] = []
    copied = 0
    for start, end, content in splices(document, given):
        pieces += (text[copied:start], content)
        copied = end
    return "".join((*pieces, text[copied:])).encode()


def splices(document: Document, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """What edits change in the file's own text: start, end (exclusive) and the new text, by place.

    Raises:
        ValueError: edits overlap or name a place that does not exist.
        UnwritableEditError: the result cannot be stored in this file.
    """
    by_cell = _by_cell(document, edits)
    if document.kind == "script":
        apply_edits(_source(document), by_cell[None])
        return _in_place((edit.start, edit.end, edit.content) for edit in by_cell[None])
    text = document.raw.decode("utf-8")
    spans = source_spans(text)
    style = _Style.of(text)
    found: list[tuple[int, int, str]] = []
    for cell, cell_edits in by_cell.items():
        if cell is not None:
            found += _CellText(text, spans[cell - 1], style, cell).splices(cell_edits)
    return _in_place(found)


def _in_place(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """By place; what is inserted at one place keeps its order."""
    return sorted(found, key=lambda splice: splice[:2])


def _source(document: Document) -> str:
    return next((cell.source for module in document.modules for cell in module.cells if cell.index is None), "")


def _by_cell(document: Document, edits: Iterable[Edit]) -> defaultdict[int | None, list[Edit]]:
    by_cell: defaultdict[int | None, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_cell[edit.cell].append(edit)
    known = {cell.index for module in document.modules for cell in module.cells}
    for cell in by_cell:
        if cell not in known:
            message = "there is no source to edit" if cell is None else f"there is no source to edit in cell {cell}"
            raise ValueError(message)
    return by_cell


def _rewritten_script(document: Document, source: str) -> bytes:
    if document.raw.decode(document.encoding).encode(document.encoding) != document.raw:
        message = f"bytes in {document.encoding} that have more than one spelling cannot be written back as they were"
        raise UnwritableEditError(message)
    try:
        return source.encode(document.encoding)
    except UnicodeEncodeError as error:
        missing = source[error.start : error.end]
        message = f"{document.encoding}, the encoding of the file, has no character {missing!r}"
        raise UnwritableEditError(message) from None


@dataclass(frozen=True, slots=True)
class _Style:
    """How a notebook's writer spells characters that have several spellings."""

    ascii_only: bool
    slashes: bool

    @classmethod
    def of(cls, text: str) -> _Style:
        return cls(
            ascii_only=_NON_ASCII.search(text, 1) is None and _ESCAPED_NON_ASCII.search(text) is not None,
            slashes=_ESCAPED_SLASH.search(text) is not None and _BARE_SLASH.search(text) is None,
        )

    def inside(self, content: str) -> str:
        """Spell a text as the inside of a JSON string."""
        try:
            content.encode()
        except UnicodeEncodeError:
            raise UnwritableEditError("half of a surrogate pair is no character") from None
        spelt = json.dumps(content, ensure_ascii=self.ascii_only)[1:-1]
        return spelt.replace("/", "\\/") if self.slashes else spelt


def _joined(ordered: Sequence[Edit]) -> list[Edit]:
    """Edits by place, those that meet as one: what is left of a line depends on all of them."""
    found: list[Edit] = []
    for edit in ordered:
        if found and found[-1].end == edit.start:
            before = found.pop()
            edit = type(edit)(edit.cell, before.start, edit.end, before.content + edit.content)  # noqa: PLW2901
        found.append(edit)
    return found


class _CellText:
    """The strings of one cell's source, and how changes of the source change them."""

    def __init__(self, text: str, spans: SourceSpans, style: _Style, cell: int) -> None:
        if spans.value is None:
            message = f"cell {cell} has no source that could be edited"
            raise UnwritableEditError(message)
        self.text = text
        self.cell = spans.cell
        self.value = spans.value
        self.strings = spans.strings
        self.style = style
        self.lines = [decoded(text, span) for span in spans.strings]
        self.starts = []
        length = 0
        for line in self.lines:
            self.starts.append(length)
            length += len(line)

    def splices(self, edits: Sequence[Edit]) -> list[tuple[int, int, str]]:
        """Turn edits of the source into replacements in the JSON text."""
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        source = "".join(self.lines)
        apply_edits(source, ordered)
        if not self.lines:
            return self._filled(apply_edits(source, ordered))
        found: list[tuple[int, int, str]] = []
        group: list[Edit] = []
        first = last = -1
        for edit in _joined(ordered):
            low, high = self._touched(edit)
            if group and low <= last:
                last = max(last, high)
                group.append(edit)
                continue
            if group:
                found += self._group(first, last, group)
            group, first, last = [edit], low, high
        return found + (self._group(first, last, group) if group else [])

    def _touched(self, edit: Edit) -> tuple[int, int]:
        """Find the first and the last string that an edit changes."""
        low = max(bisect_right(self.starts, edit.start) - 1, 0)
        while low and not self.lines[low]:
            low -= 1
        high = low
        while high + 1 < len(self.lines) and self.starts[high + 1] < edit.end:
            high += 1
        # What takes a line's end away, but not the whole line, joins the next line to it.
        removed = edit.start < edit.end == self.starts[high] + len(self.lines[high])
        left = edit.content if edit.content or edit.start == self.starts[low] else "left"
        if removed and left and not left.endswith("\n") and high + 1 < len(self.lines):
            high += 1
        return low, high

    def _group(self, first: int, last: int, edits: Sequence[Edit]) -> list[tuple[int, int, str]]:
        base = self.starts[first]
        old = self.lines[first : last + 1]
        shifted = [type(edit)(edit.cell, edit.start - base, edit.end - base, edit.content) for edit in edits]
        changed = apply_edits("".join(old), shifted)
        if self.text[self.value.start] == '"' or any("\n" in line[:-1] for line in old):
            new = [changed]
        else:
            new = re.findall(r"[^\n]*\n|[^\n]+", changed)
        if not new and len(old) == len(self.lines):
            new = [""]
        return self._replaced(first, old, new)

    def _replaced(self, first: int, old: list[str], new: list[str]) -> list[tuple[int, int, str]]:
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        old_middle = old[head : len(old) - tail]
        new_middle = new[head : len(new) - tail]
        start = first + head
        kept = min(len(old_middle), len(new_middle))
        splices = [
            self._spelt_anew(self.strings[start + i], old_middle[i], new_middle[i])
            for i in range(kept)
            if old_middle[i] != new_middle[i]
        ]
        if len(new_middle) > kept:
            added = [f'"{self.style.inside(line)}"' for line in new_middle[kept:]]
            if kept or start:
                place = self.strings[start + kept - 1].end
                splices.append((place, place, "".join(self._separator() + line for line in added)))
            else:
                place = self.strings[0].start
                splices.append((place, place, "".join(line + self._separator() for line in added)))
        elif len(old_middle) > kept:
            low, high = start + kept, start + len(old_middle)
            if low > 0:
                splices.append((self.strings[low - 1].end, self.strings[high - 1].end, ""))
            else:
                splices.append((self.strings[0].start, self.strings[high].start, ""))
        return splices

    def _spelt_anew(self, span: JsonSpan, old: str, new: str) -> tuple[int, int, str]:
        """Replace within a string what differs; the rest keeps the spelling that it has."""
        limit = min(len(old), len(new))
        head = next((i for i in range(limit) if old[i] != new[i]), limit)
        tail = next((i for i in range(limit - head) if old[-1 - i] != new[-1 - i]), limit - head)
        places = character_places(self.text, span)
        return places[head], places[len(old) - tail], self.style.inside(new[head : len(new) - tail])

    def _separator(self) -> str:
        if len(self.strings) > 1:
            return self.text[self.strings[0].end : self.strings[1].start]
        before = self.text[self.value.start + 1 : self.strings[0].start]
        return "," + before if "\n" in before else self._compact_separator()

    def _compact_separator(self) -> str:
        match = re.compile(r'"\s*:\s*(?:"[^"\\]*"|null|\d+|\{\}|\[\])(,[ \t]*)"').search(self.text, *self.cell)
        return match[1] if match else ", "

    def _filled(self, source: str) -> list[tuple[int, int, str]]:
        """Fill an empty array, indented as the writer of the notebook would."""
        lines = [f'"{self.style.inside(line)}"' for line in re.findall(r"[^\n]*\n|[^\n]+", source)]
        if not lines:
            return []
        opened = re.compile(r"\{(\s*)").match(self.text, self.cell.start)
        closed = re.compile(r"(\s*)\}$").search(self.text[self.cell.start : self.cell.end])
        member, outer = (opened[1] if opened else ""), (closed[1] if closed else "")
        if "\n" in member:
            element = member + member.removeprefix(outer)
            filled = f"[{element}{(',' + element).join(lines)}{member}]"
        else:
            filled = f"[{self._compact_separator().join(lines)}]"
        return [(self.value.start, self.value.end, filled)]

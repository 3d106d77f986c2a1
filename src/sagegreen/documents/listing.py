"""Lists between brackets as they stand in the text: arguments, items, elements, imported names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.documents.model import Edit, Span
from sagegreen.documents.trivia import LEXEME, skip_trivia

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sagegreen.documents.parsing import ParsedCell

# The default line length of ruff format and Black.
LINE_LENGTH = 88

_SPLITTABLE = re.compile(r"[(\[{][^()\[\]{}]*,[^()\[\]{}]*[)\]}]")
# ruff format does not count these: docs.astral.sh/ruff/formatter/#pragma-comments
_PRAGMA = re.compile(r"#\s*(?:noqa|type:|pyright:|pylint:|flake8:|ruff:|isort:|nosec)")
_BLANK = " \t\f"


class Item(NamedTuple):
    """One entry to write: what stands before its value (``name=``, ``"key": ``), and the value."""

    head: str
    value: str

    @property
    def text(self) -> str:
        """The entry on one line."""
        return self.head + self.value


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries between two brackets.

    Attributes:
        opening: offset just after the opening bracket.
        closing: offset of the closing bracket.
        items: the entries without their commas, stars, keywords and parentheses of values included.
        comma: offset of the comma after the last entry.
        single: whether one entry alone needs its comma (a tuple).
    """

    opening: int
    closing: int
    items: tuple[Span, ...]
    comma: int | None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text that is written into, and its manners."""

    index: int | None
    source: str
    newline: str
    unit: str
    limit: int

    def edit(self, start: int, end: int, content: str) -> Edit:
        """Replace a region of this text."""
        return Edit(self.index, start, end, content)

    def line_start(self, offset: int) -> int:
        """Where the physical line of ``offset`` begins; a line ending belongs to the line that it ends."""
        if self.source.startswith("\n", offset) and self.source.startswith("\r", offset - 1):
            offset -= 1
        return max(self.source.rfind("\n", 0, offset), self.source.rfind("\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        """Where the physical line of ``offset`` ends, before its line ending."""
        ends = [end for end in (self.source.find("\n", offset), self.source.find("\r", offset)) if end >= 0]
        return min(ends, default=len(self.source))

    def next_line(self, offset: int) -> int:
        """Where the line after that of ``offset`` begins, or the end of the text."""
        end = self.line_end(offset)
        return end + (2 if self.source.startswith("\r\n", end) else 1 if end < len(self.source) else 0)

    def before(self, offset: int) -> str:
        """What stands before ``offset`` on its line."""
        return self.source[self.line_start(offset) : offset]

    def indentation(self, offset: int) -> str:
        """The white space that the line of ``offset`` begins with."""
        line = self.source[self.line_start(offset) : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip(_BLANK))]

    def starts_line(self, offset: int) -> bool:
        """Whether only white space stands before ``offset`` on its line."""
        return not self.before(offset).strip(_BLANK)

    def width(self, start: int, end: int) -> int:
        """Columns of the line that holds ``start`` to ``end``, pragma comments not counted."""
        line_end = self.line_end(end)
        for lexeme in LEXEME.finditer(self.source, end, line_end):
            if _PRAGMA.match(lexeme.group()):
                return len(self.source[self.line_start(start) : lexeme.start()].rstrip())
        return line_end - self.line_start(start)

    def breaks(self, start: int, end: int) -> bool:
        """Whether a line ends between two offsets."""
        return self.line_end(start) < end

    def comments(self, start: int, end: int) -> list[int]:
        """Where comments begin between two token boundaries."""
        found = LEXEME.finditer(self.source, start, end)
        return [lexeme.start() for lexeme in found if lexeme.group().startswith("#")]

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment stands between two token boundaries."""
        return bool(self.comments(start, end))


def sheet_of(cell: ParsedCell, newline: str) -> Sheet:
    """The text of a cell, with its indentation and line length."""
    source = cell.cell.source
    return Sheet(cell.cell.index, source, newline, cell.tree.default_indent, line_limit(source))


@lru_cache(maxsize=64)  # every fix asks it of its cell
def line_limit(source: str) -> int:
    """The line length that the author keeps: 88, or more where a line that could be split at a comma is longer."""
    longest = LINE_LENGTH
    if all(len(line) <= longest for line in source.splitlines()):
        return longest
    masked = LEXEME.sub(_masked, source)
    for line in masked.splitlines():
        code = line.rstrip()
        if len(code) > longest and _SPLITTABLE.search(code):
            longest = len(code)
    return longest


def _masked(lexeme: re.Match[str]) -> str:
    text = lexeme.group()
    filling = " " if text.startswith("#") else "_"
    if "\n" in text or "\r" in text:
        return re.sub(r"[^\r\n]", filling, text)
    return filling * len(text)


def comma_after(source: str, offset: int) -> int | None:
    """Where the comma after an entry that ends at ``offset`` stands."""
    found = skip_trivia(source, offset)
    return found if source.startswith(",", found) else None


# --- inserting ------------------------------------------------------------------------------------------------


def insert(
    sheet: Sheet,
    listing: Listing,
    placed: Mapping[int, Sequence[Item]],
    around: Callable[[], Sequence[Listing]] = tuple,
) -> tuple[Edit, ...]:
    """Write entries in the listing's own style, each group before the entry that has its index now.

    Args:
        sheet: the text.
        listing: where to write.
        placed: what to write, by index; the number of entries stands for the end.
        around: gives the listings that the listing is an entry of, the outermost first: where a line gets too long,
            these are spread first.
    """
    groups = {index: tuple(group) for index, group in sorted(placed.items()) if group}
    if not groups:
        return ()
    if not listing.items and sheet.breaks(listing.opening, listing.closing):
        return (_fill(sheet, listing, [item for group in groups.values() for item in group]),)
    if not sheet.breaks(listing.opening, listing.closing):
        return _insert_in_line(sheet, listing, groups, around)
    edits: list[Edit] = []
    for index, group in groups.items():
        if index < len(listing.items):
            edits.append(_insert_before(sheet, listing, index, group))
        else:
            edits += _append(sheet, listing, group)
    return tuple(edits)


def _fill(sheet: Sheet, listing: Listing, items: Sequence[Item]) -> Edit:
    """Write into brackets that stand on two lines and hold nothing but comments."""
    opening, closing = listing.opening, listing.closing
    base = sheet.indentation(opening)
    comments = sheet.comments(opening, closing)
    if not comments:
        content = f"{sheet.newline}{_lines(sheet, items, base + sheet.unit)}{sheet.newline}{base}"
        return sheet.edit(opening, closing, content)
    start = sheet.line_start(closing)
    indent = sheet.before(comments[-1]) if sheet.starts_line(comments[-1]) else base + sheet.unit
    return sheet.edit(start, start, _lines(sheet, items, indent) + sheet.newline)


def _insert_in_line(
    sheet: Sheet, listing: Listing, groups: Mapping[int, Sequence[Item]], around: Callable[[], Sequence[Listing]]
) -> tuple[Edit, ...]:
    inline = _inline(sheet, listing, groups)
    growth = sum(len(edit.content) - (edit.end - edit.start) for edit in inline)
    if sheet.width(listing.opening, listing.closing) + growth <= sheet.limit:
        return inline
    base = sheet.indentation(listing.opening)
    edits: list[Edit] = []
    for outer in around():
        if _hangs_together(sheet, outer):
            base = sheet.before(outer.items[0].start)
            edits += _spread_gaps(sheet, outer, base)
        elif not sheet.breaks(outer.opening, outer.closing):
            edits += explode(sheet, outer, {}, base)
            base += sheet.unit
        else:
            continue
        entry = next(item for item in outer.items if item.start <= listing.opening <= item.end)
        if len(base) + entry.end - entry.start + growth + 1 <= sheet.limit:
            return (*edits, *inline)
    return (*edits, *explode(sheet, listing, groups, base))


def _inline(sheet: Sheet, listing: Listing, groups: Mapping[int, Sequence[Item]]) -> tuple[Edit, ...]:
    edits = []
    for index, group in groups.items():
        text = ", ".join(item.text for item in group)
        if index < len(listing.items):
            start = listing.items[index].start
            edits.append(sheet.edit(start, start, f"{text}, "))
        elif listing.items:
            edits.append(_append_inline(sheet, listing, text))
        else:
            alone = "," if listing.single and len(group) == 1 else ""
            edits.append(sheet.edit(listing.opening, listing.closing, text + alone))
    return tuple(edits)


def _hangs_together(sheet: Sheet, listing: Listing) -> bool:
    """Whether entries share a line of their own between the lines of the brackets, as Black lays out what just fits."""
    entries = listing.items
    return (
        len(entries) > 1
        and listing.comma is None
        and sheet.starts_line(entries[0].start)
        and not sheet.breaks(entries[0].start, entries[-1].end)
        and sheet.breaks(listing.opening, entries[0].start)
        and sheet.breaks(entries[-1].end, listing.closing)
        and not sheet.has_comment(listing.opening, listing.closing)
    )


def _spread_gaps(sheet: Sheet, listing: Listing, indent: str) -> list[Edit]:
    separator = f",{sheet.newline}{indent}"
    pairs = zip(listing.items, listing.items[1:], strict=False)
    gaps = [sheet.edit(before.end, after.start, separator) for before, after in pairs]
    end = listing.items[-1].end
    return [*gaps, sheet.edit(end, end, ",")]


def _append_inline(sheet: Sheet, listing: Listing, text: str) -> Edit:
    end = listing.items[-1].end
    if listing.comma is None:
        return sheet.edit(end, end, f", {text}")
    after = listing.comma + 1
    if listing.single and len(listing.items) == 1:
        return sheet.edit(listing.comma, after, f", {text}")
    return sheet.edit(after, after, f" {text},")


def explode(
    sheet: Sheet, listing: Listing, groups: Mapping[int, Sequence[Item]], base: str | None = None
) -> tuple[Edit, ...]:
    """Spread a listing that stands on one line over one line per entry, as ruff format and Black do.

    Args:
        sheet: the text.
        listing: what to spread.
        groups: new entries, by the index of the entry that they stand before.
        base: indentation of the closing bracket; that of the line by default.
    """
    base = sheet.indentation(listing.opening) if base is None else base
    indent = base + sheet.unit
    if not listing.items:
        items = [item for group in groups.values() for item in group]
        content = f"{sheet.newline}{_lines(sheet, items, indent)}{sheet.newline}{base}"
        return (sheet.edit(listing.opening, listing.closing, content),)
    separator = f",{sheet.newline}{indent}"
    edits = []
    start = listing.opening
    for index, item in enumerate(listing.items):
        lead = separator if index else f"{sheet.newline}{indent}"
        new = "".join(f"{_laid_out(sheet, entry, indent)}{separator}" for entry in groups.get(index, ()))
        edits.append(sheet.edit(start, item.start, lead + new))
        start = item.end
    new = "".join(f"{separator}{_laid_out(sheet, entry, indent)}" for entry in groups.get(len(listing.items), ()))
    edits.append(sheet.edit(start, listing.closing, f"{new},{sheet.newline}{base}"))
    return tuple(edits)


def _insert_before(sheet: Sheet, listing: Listing, index: int, group: Sequence[Item]) -> Edit:
    start = listing.items[index].start
    if not sheet.starts_line(start):
        return sheet.edit(start, start, "".join(f"{item.text}, " for item in group))
    indent = sheet.before(start)
    if not index:
        new = "".join(f"{_laid_out(sheet, item, indent)},{sheet.newline}{indent}" for item in group)
        return sheet.edit(start, start, new)
    # After the line of the entry before: own-line comments stay with the entry that they stand above.
    comma = comma_after(sheet.source, listing.items[index - 1].end)
    place = sheet.line_end(listing.items[index - 1].end if comma is None else comma)
    return sheet.edit(place, place, sheet.newline + _lines(sheet, group, indent))


def _append(sheet: Sheet, listing: Listing, group: Sequence[Item]) -> Sequence[Edit]:
    last = listing.items[-1]
    before = sheet.before(last.start)
    if not before.strip(_BLANK):
        if _is_one_indented_line(sheet, listing):
            return _append_to_line(sheet, listing, group, before)
        return _append_lines(sheet, listing, group, before)
    if before.strip(_BLANK) == "," and listing.comma is None and len(listing.items) > 1:
        new = "".join(f"{sheet.newline}{before}{item.text}" for item in group)
        return [sheet.edit(last.end, last.end, new)]
    line = sheet.line_start(last.start)
    first = next(item for item in listing.items if item.start >= line)
    if first is not last and sheet.starts_line(first.start):
        return _append_to_line(sheet, listing, group, sheet.before(first.start))
    return [_append_inline(sheet, listing, ", ".join(item.text for item in group))]


def _is_one_indented_line(sheet: Sheet, listing: Listing) -> bool:
    """Whether a lone entry has a line of its own only because it did not fit beside the brackets."""
    item = listing.items[0]
    if len(listing.items) > 1 or listing.comma is not None or sheet.breaks(item.start, item.end):
        return False
    if not sheet.breaks(item.end, listing.closing) or sheet.has_comment(listing.opening, listing.closing):
        return False
    rest = sheet.line_end(listing.closing) - listing.closing
    return len(sheet.before(listing.opening)) + item.end - item.start + rest > sheet.limit


def _append_to_line(sheet: Sheet, listing: Listing, group: Sequence[Item], indent: str) -> Sequence[Edit]:
    last = listing.items[-1]
    inline = _append_inline(sheet, listing, ", ".join(item.text for item in group))
    if sheet.width(last.start, last.end) + len(inline.content) <= sheet.limit:
        return [inline]
    line = sheet.line_start(last.start)
    alone = listing.items[0].start >= line and sheet.breaks(last.end, listing.closing)
    if not alone or sheet.has_comment(listing.opening, listing.closing):
        return _append_lines(sheet, listing, group, indent)
    separator = f",{sheet.newline}{indent}"
    gaps = [
        sheet.edit(before.end, after.start, separator)
        for before, after in zip(listing.items, listing.items[1:], strict=False)
    ]
    new = "".join(f"{separator}{_laid_out(sheet, item, indent)}" for item in group)
    end = last.end if listing.comma is None else listing.comma + 1
    return [*gaps, sheet.edit(last.end, end, f"{new},")]


def _append_lines(sheet: Sheet, listing: Listing, group: Sequence[Item], indent: str) -> Sequence[Edit]:
    source, newline = sheet.source, sheet.newline
    last, comma = listing.items[-1], listing.comma
    new = f",{newline}{indent}".join(_laid_out(sheet, item, indent) for item in group)
    if comma is None:
        place = _end_of_entry(sheet, last.end, listing.closing, indent)
        if not source[last.end : place].strip():
            return [sheet.edit(last.end, last.end, f",{newline}{indent}{new}")]
        return [sheet.edit(last.end, last.end, ","), sheet.edit(place, place, f"{newline}{indent}{new}")]
    place = _end_of_entry(sheet, comma + 1, listing.closing, indent)
    return [sheet.edit(place, place, f"{newline}{indent}{new},")]


def _end_of_entry(sheet: Sheet, offset: int, closing: int, indent: str) -> int:
    """The end of an entry's last line: its trailing comment belongs to it, and the lines that continue that comment."""
    if not sheet.breaks(offset, closing):
        return offset
    place = sheet.line_end(offset)
    if not sheet.has_comment(offset, place):
        return place
    while True:
        following = sheet.next_line(place)
        line = sheet.source[following : sheet.line_end(following)]
        margin = len(line) - len(line.lstrip(_BLANK))
        if following >= closing or not line.lstrip(_BLANK).startswith("#") or margin <= len(indent):
            return place
        place = sheet.line_end(following)


def _lines(sheet: Sheet, items: Sequence[Item], indent: str) -> str:
    return sheet.newline.join(f"{indent}{_laid_out(sheet, item, indent)}," for item in items)


def _laid_out(sheet: Sheet, item: Item, indent: str) -> str:
    """An entry that has a line of its own, its value spread over several lines where one is too short."""
    if len(indent) + len(item.text) + 1 <= sheet.limit or "\n" in item.value:
        return item.text
    parts = _parts(item.value)
    if parts is None:
        return item.text
    head, entries, tail = parts
    deeper = indent + sheet.unit
    return f"{item.head}{head}{sheet.newline}{_lines(sheet, entries, deeper)}{sheet.newline}{indent}{tail}"


def _parts(code: str) -> tuple[str, list[Item], str] | None:
    """A call or display as opening, entries and closing; ``None`` for what has no entries to spread."""
    try:
        node = cst.parse_expression(code)
    except cst.ParserSyntaxError:
        return None
    if getattr(node, "lpar", ()):
        return None if not isinstance(node, cst.Tuple) or len(node.lpar) > 1 else ("(", _elements(node), ")")
    if isinstance(node, cst.List) and node.elements:
        return "[", _elements(node), "]"
    if isinstance(node, cst.Dict) and node.elements:
        return "{", [_dictionary_item(element) for element in node.elements], "}"
    if isinstance(node, cst.Call) and node.args and not isinstance(node.args[0].value, cst.GeneratorExp):
        return f"{_code(node.func)}(", [_argument_item(arg) for arg in node.args], ")"
    return None


def _elements(node: cst.List | cst.Tuple) -> list[Item]:
    return [
        Item("*" if isinstance(element, cst.StarredElement) else "", _code(element.value)) for element in node.elements
    ]


def _dictionary_item(element: cst.BaseDictElement) -> Item:
    if isinstance(element, cst.DictElement):
        return Item(f"{_code(element.key)}: ", _code(element.value))
    return Item("**", _code(element.value))


def _argument_item(arg: cst.Arg) -> Item:
    return Item(arg.star if arg.keyword is None else f"{arg.keyword.value}=", _code(arg.value))


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


# --- removing -------------------------------------------------------------------------------------------------


def remove(sheet: Sheet, listing: Listing, index: int) -> tuple[Edit, ...] | None:
    """Take one entry out with its comma, and its line where it had one; ``None`` where a comment would go too."""
    item = listing.items[index]
    if sheet.has_comment(item.start, item.end):
        return None
    if len(listing.items) == 1:
        if sheet.has_comment(listing.opening, listing.closing):
            return None
        return (sheet.edit(listing.opening, listing.closing, ""),)
    is_last = index == len(listing.items) - 1
    comma = listing.comma if is_last else comma_after(sheet.source, item.end)
    end = item.end if comma is None else comma + 1
    line_end = sheet.line_end(end)
    if sheet.starts_line(item.start):
        if sheet.source[end:line_end].lstrip().startswith("#"):
            return None
        if not sheet.source[end:line_end].strip():
            return _remove_line(sheet, listing, index, end)
    if index and not _interrupted(sheet, listing.items[index - 1].end, item.start):
        return (sheet.edit(listing.items[index - 1].end, item.end, ""),)
    if is_last:
        return _remove_last(sheet, listing, end)
    after = listing.items[index + 1].start
    if sheet.has_comment(item.end, after):
        return None
    return (sheet.edit(item.start, after, ""),)


def _interrupted(sheet: Sheet, start: int, end: int) -> bool:
    return sheet.breaks(start, end) or sheet.has_comment(start, end)


def _remove_line(sheet: Sheet, listing: Listing, index: int, end: int) -> tuple[Edit, ...] | None:
    item = listing.items[index]
    if sheet.has_comment(item.end, end):
        return None
    line = sheet.edit(sheet.line_start(item.start), sheet.next_line(end), "")
    if index < len(listing.items) - 1 or listing.comma is not None:
        return (line,)
    # The entry before becomes the last one, and the style has no comma after the last one.
    comma = comma_after(sheet.source, listing.items[index - 1].end)
    if comma is None or comma >= line.start:
        return None
    return sheet.edit(comma, comma + 1, ""), line


def _remove_last(sheet: Sheet, listing: Listing, end: int) -> tuple[Edit, ...] | None:
    """The last entry, on a line that the closing bracket shares."""
    before, item = listing.items[-2], listing.items[-1]
    if sheet.has_comment(item.end, end):
        return None
    if not sheet.has_comment(before.end, item.start):
        return (sheet.edit(before.end, item.end, ""),)
    comma = comma_after(sheet.source, before.end)
    if comma is None or listing.comma is not None:
        return (sheet.edit(item.start, end, ""),)
    return sheet.edit(comma, comma + 1, ""), sheet.edit(item.start, item.end, "")

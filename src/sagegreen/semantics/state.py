"""The state of a program at one moment: variables, attributes and contents of containers, cheap to fork at a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sagegreen.semantics.values import ABSENT, Entry, Unknown, Value, one_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from sagegreen.semantics.values import Scalar

#: More items than anybody writes down; doubling a list a few times makes them.
LONGEST_LIST = 4_000


class DictionaryContents(NamedTuple):
    """What a dictionary holds; ``complete`` when that is certainly all, else ``rest`` is what more came out of."""

    entries: Mapping[Scalar, Entry]
    complete: bool
    rest: tuple[Value, ...] = ()


class ListContents(NamedTuple):
    """What a list, tuple or set holds; ``complete`` when it certainly holds nothing else.

    ``alike`` where a loop fills it: any number of items, each like one of ``items``.
    """

    items: tuple[Value, ...]
    complete: bool
    alike: bool = False

    def extended(self, more: ListContents | None, *, in_loop: bool) -> ListContents:
        """The contents after those of another list, ``None`` where they are not known, are added to them."""
        items = (*self.items, *(more.items if more is not None else ()))
        complete = self.complete and more is not None and more.complete and not in_loop
        alike = (self.complete or self.alike) and more is not None and (more.complete or more.alike)
        if len(items) > LONGEST_LIST:
            return ListContents(items[:LONGEST_LIST], complete=False)
        return ListContents(items, complete, alike)


Content = Value | DictionaryContents | ListContents
Changes = dict["Hashable", "Content"]


class State:
    """Bindings as an overlay over those of the moment before a branch."""

    __slots__ = ("changes", "parent")

    def __init__(self, parent: State | None = None) -> None:
        self.changes: Changes = {}
        self.parent = parent

    def get(self, key: Hashable) -> Content | None:
        """What ``key`` is bound to here, ``None`` where it is not bound."""
        state: State | None = self
        while state is not None:
            found = state.changes.get(key)
            if found is not None:
                return found
            state = state.parent
        return None

    def set(self, key: Hashable, content: Content) -> None:
        """Bind ``key``."""
        self.changes[key] = content

    def changes_since(self, ancestor: State) -> Changes:
        """All bindings made after ``ancestor`` was forked."""
        layers: list[Changes] = []
        state: State | None = self
        while state is not None and state is not ancestor:
            layers.append(state.changes)
            state = state.parent
        merged: Changes = {}
        for layer in reversed(layers):
            merged.update(layer)
        return merged

    def absorb(self, paths: Sequence[Changes]) -> None:
        """Continue after a branch of which one of ``paths`` was taken."""
        if not paths:
            return
        if len(paths) == 1:
            self.changes.update(paths[0])
            return
        keys: dict[Hashable, None] = {}
        for path in paths:
            keys.update(dict.fromkeys(path))
        for key in keys:
            contents = [path[key] for path in paths if key in path]
            if len(contents) < len(paths):
                before = self.get(key)
                if before is not None:
                    contents = [path.get(key, before) for path in paths]
            self.changes[key] = _join(contents)


def _join(contents: Sequence[Content]) -> Content:
    first = contents[0]
    for content in contents:
        if content is not first:
            break
    else:
        return first
    dictionaries = [content for content in contents if isinstance(content, DictionaryContents)]
    if len(dictionaries) == len(contents):
        return join_dictionaries(dictionaries)
    lists = [content for content in contents if isinstance(content, ListContents)]
    if len(lists) == len(contents):
        return _join_lists(lists)
    return one_of([content for content in contents if isinstance(content, Value)])


def overridden(contents: DictionaryContents, source: Value) -> DictionaryContents:
    """What a dictionary holds after it took in something that may hold any key: its own values are defaults now."""
    entries = {
        key: Entry(Unknown(default=entry.value, sources=(entry.value, source)), entry.key)
        for key, entry in contents.entries.items()
    }
    return DictionaryContents(entries, complete=False, rest=(*contents.rest, source))


def join_dictionaries(contents: Sequence[DictionaryContents]) -> DictionaryContents:
    """What a dictionary holds that is one of several."""
    keys: dict[Scalar, None] = {}
    for content in contents:
        keys.update(dict.fromkeys(content.entries))
    entries: dict[Scalar, Entry] = {}
    for key in keys:
        found = [content.entries.get(key) for content in contents]
        values = [entry.value for entry in found if entry is not None]
        written = next(entry.key for entry in found if entry is not None)
        if len(values) < len(found):
            values.append(ABSENT)
        entries[key] = Entry(one_of(values), written)
    rest = {id(value): value for content in contents for value in content.rest}
    return DictionaryContents(entries, all(content.complete for content in contents), tuple(rest.values()))


def _join_lists(contents: Sequence[ListContents]) -> ListContents:
    alike = all(content.complete or content.alike for content in contents)
    longest = max(contents, key=lambda content: len(content.items))
    if all(len(content.items) == len(longest.items) for content in contents):
        items = tuple(one_of(values) for values in zip(*(content.items for content in contents), strict=True))
        return ListContents(items, all(content.complete for content in contents), alike)
    found: list[Value] = []
    for content in contents:
        found.extend(item for item in content.items if not any(item is other for other in found))
    return ListContents(tuple(found), complete=False, alike=alike)

"""The words by which rules are selected, read from the sources of an installed check pack, which is not imported.

Importing a pack loads LibCST, and all that is to be known here is whether a selector is a slip. A rule that writes its
code in another way than in one line is not seen; whoever asks has to import the packs then.
"""

from __future__ import annotations

import os
import sys

from sagegreen.checking.entry_points import named_packages

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST = 1_000_000  # bytes of a source


def are_declared(selectors: Iterable[str], assumed: Iterable[str] = ()) -> bool:
    """Whether each selector surely means a rule, and each assumed word is one that a rule knows.

    Where several packs are installed nothing is sure: they may contradict each other, which importing them shows.

    Args:
        selectors: ``ALL``, codes, starts of codes, or names.
        assumed: words of the ``assume`` setting.
    """
    packages = set(named_packages())
    folder = _folder(packages.pop()) if len(packages) == 1 else None
    if folder is None:
        return False
    pending, unknown = {selector.strip() for selector in selectors}, set(assumed)
    for file in (_own_rules(), *_sources(folder)):
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 - pathlib is not loaded for this
            source = stream.read(_LARGEST)
        codes, names = list(_declared(source, b"code")), list(_declared(source, b"name"))
        if codes:
            pending = {word for word in pending if not _means_one(word, codes, names)}
        if unknown:
            unknown.difference_update(_declared(source, b"assumable"))
        if not pending and not unknown:
            return True
    return False


def _means_one(word: str, codes: Iterable[str], names: Iterable[str]) -> bool:
    upper = word.upper()
    return upper == "ALL" or word.lower() in names or any(upper and code.startswith(upper) for code in codes)


def _declared(source: bytes, attribute: bytes) -> Iterator[str]:
    """The strings that are given to an attribute of a class, in one line each."""
    start = b"\n    " + attribute
    at = source.find(start)
    while at >= 0:
        end = source.find(b"\n", at + 1)
        target, _, value = source[at : end if end >= 0 else None].partition(b"=")
        if target[len(start) :].strip()[:1] in (b"", b":"):
            yield from (word.decode() for word in value.split(b'"')[1::2])
        at = source.find(start, at + 1)


def _folder(package: str) -> str | None:
    for folder in sys.path:
        found = os.path.join(folder, package)  # noqa: PTH118
        if os.path.isfile(os.path.join(found, "__init__.py")):  # noqa: PTH113, PTH118
            return found
    return None


def _sources(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry.path)
        elif entry.name.endswith(".py"):
            yield entry.path


def _own_rules() -> str:
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    return os.path.join(package, "checking", "builtin.py")  # noqa: PTH118

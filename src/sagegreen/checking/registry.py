"""Finds the rules: every module below each package that an entry point ``sagegreen.checks`` names."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.checking.entry_points import ENTRY_POINT_GROUP, named_packages
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.rule_list import RuleList, keep_list, kept_list, list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from sagegreen.checking.cache import Cache
    from sagegreen.checking.check import Check
    from sagegreen.checking.findings import Finding

_CODE = re.compile(r"[A-Z]{1,10}[0-9]{3,4}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Hook:
    """One method of one rule."""

    check: Check
    judge: Callable[..., Iterable[Finding] | None]


@dataclass(frozen=True)
class Page:
    """A rule's documentation, as its docstring gives it.

    Attributes:
        summary: the first paragraph.
        sections: title and Markdown body of each section, in order.
    """

    code: str
    name: str
    summary: str
    sections: tuple[tuple[str, str], ...]

    def section(self, title: str) -> str:
        """The body of a section, empty where the page has none of that title."""
        return dict(self.sections).get(title, "")

    @property
    def markdown(self) -> str:
        """The page as one Markdown text."""
        parts = [f"# {self.name} ({self.code})", self.summary]
        parts += [f"## {title}\n\n{body}" for title, body in self.sections]
        return "\n\n".join(part for part in parts if part) + "\n"


class Registry:
    """The rules of a run; check packs are imported when the first rule is asked for.

    Args:
        packages: names of packages, every module below which is searched for rules; ``None`` for the installed ones.
        checks: further rules, given as classes.
        kept_in: where an earlier run may have kept the list of the rules, which then need not be imported to select
            some of them.
    """

    def __init__(
        self,
        packages: Iterable[str] | None = (),
        checks: Iterable[type[Check]] = (),
        kept_in: Iterable[Cache] = (),
    ) -> None:
        self._packages = None if packages is None else tuple(packages)
        self._given = tuple(checks)
        self._kept_in = tuple(kept_in)

    @classmethod
    def installed(cls, kept_in: Iterable[Cache] = ()) -> Registry:
        """The rules of all installed check packs, which are looked for when the first rule is asked for."""
        return cls(None, kept_in=kept_in)

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The names of the check packs.

        Raises:
            SagegreenError: no check pack is installed.
        """
        if self._packages is not None:
            return self._packages
        packages = _installed_packages()
        if not packages:
            raise SagegreenError(
                f"no rules are installed: no entry point `{ENTRY_POINT_GROUP}` was found; reinstall sagegreen with pip"
            )
        return tuple(packages)

    @cached_property
    def checks(self) -> Mapping[str, type[Check]]:
        """The rules by code, sorted.

        Raises:
            SagegreenError: a pack cannot be imported, or two rules share a code or a name.
        """
        from sagegreen.checking.builtin import BUILTIN

        found: dict[str, type[Check]] = {}
        names: dict[str, type[Check]] = {}
        packs = (check for package in self.packages for check in _package_checks(package))
        for check in (*BUILTIN, *packs, *self._given):
            _require_well_formed(check)
            for words, word in ((found, check.code), (names, check.name)):
                other = words.setdefault(word, check)
                if other is not check:
                    raise SagegreenError(
                        f"two rules are called `{word}`: {_home(other)} and {_home(check)}; one must be renamed"
                    )
        return dict(sorted(found.items()))

    @property
    def rules(self) -> RuleList:
        """What selecting rules asks of them: as an earlier run kept it, until they are imported.

        Raises:
            SagegreenError: as :attr:`checks`.
        """
        if "checks" not in vars(self) and self._kept_rules is not None:
            return self._kept_rules
        return self._imported_rules

    @cached_property
    def _kept_rules(self) -> RuleList | None:
        if self._given:
            return None  # the fingerprint knows no more of them than their names
        lists = (kept_list(cache, self.fingerprint) for cache in self._kept_in)
        return next((found for found in lists if found is not None), None)

    @cached_property
    def _imported_rules(self) -> RuleList:
        return list_of(self.checks)

    def keep_rules(self, cache: Cache) -> None:
        """Keep what :attr:`rules` says for runs to come, if the rules have been imported."""
        if "checks" in vars(self) and not self._given:
            keep_list(self._imported_rules, cache, self.fingerprint)

    @property
    def codes_by_name(self) -> Mapping[str, str]:
        """The code of each rule name."""
        return self.rules.codes_by_name

    @cached_property
    def hooks(self) -> Mapping[str, tuple[Hook, ...]]:
        """The methods to call by hook name (``check_program``, ``check_training_job``); only overridden ones."""
        from sagegreen.checking.check import HOOK_PREFIX, Check

        table: dict[str, list[Hook]] = {}
        for check_class in self.checks.values():
            check = check_class()
            for name in sorted(dir(check_class)):
                method = getattr(check_class, name)
                if name.startswith(HOOK_PREFIX) and callable(method) and method is not getattr(Check, name, None):
                    table.setdefault(name, []).append(Hook(check, getattr(check, name)))
        return {name: tuple(hooks) for name, hooks in table.items()}

    @cached_property
    def script_words(self) -> Mapping[str, re.Pattern[bytes]]:
        """What rules look for in scripts that can reach no SDK, by code."""
        found = {code: check.script_words for code, check in self.checks.items()}
        return {code: words for code, words in found.items() if words is not None}

    def find(self, code_or_name: str) -> type[Check] | None:
        """The rule of that code (in any case) or name."""
        code = self.codes_by_name.get(code_or_name.lower(), code_or_name.upper())
        return self.checks.get(code)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the engine or a rule may judge differently: a digest of all their source files' states."""
        from importlib.util import find_spec

        import sagegreen

        # What parses is for the running Python to say.
        digest = hashlib.sha256(f"{sagegreen.__version__}\0{sys.version}\0".encode())
        for package in ("sagegreen", *self.packages):
            spec = find_spec(package)
            for folder in sorted((spec.submodule_search_locations or []) if spec else []):
                for line in _states(folder):
                    digest.update(line.encode(errors="surrogatepass"))
            if spec is not None and not spec.submodule_search_locations and spec.origin:  # a pack of one module
                digest.update(_state(spec.origin, os.stat(spec.origin)).encode(errors="surrogatepass"))  # noqa: PTH116
        for check in self._given:
            digest.update(_home(check).encode())
        return digest.hexdigest()


def page(check: type[Check]) -> Page:
    """The rule's page: its docstring, parted at the ``##`` headings outside code blocks."""
    import inspect

    sections: list[tuple[str, list[str]]] = [("", [])]
    fenced = False
    for line in inspect.cleandoc(check.__dict__.get("__doc__") or "").splitlines():
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if line.startswith("## ") and not fenced:
            sections.append((line[3:].strip(), []))
        else:
            sections[-1][1].append(line)
    summary, *rest = ((title, "\n".join(lines).strip()) for title, lines in sections)
    return Page(check.code, check.name, summary[1], tuple(rest))


def _installed_packages() -> list[str]:
    try:
        found = named_packages()
    except (OSError, ValueError):
        found = frozenset()
    if not found:  # or in a way that is rare
        from importlib.metadata import entry_points

        found = frozenset(point.module for point in entry_points(group=ENTRY_POINT_GROUP))
    return sorted(found)


def _states(folder: str) -> Iterator[str]:
    """A line for each file below a folder that changes whenever the file does; compiled modules are left out."""
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _states(entry.path)
        elif entry.is_file():
            yield _state(entry.path, entry.stat())


def _state(path: str, status: os.stat_result) -> str:
    return f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n"


def _package_checks(package: str) -> Iterator[type[Check]]:
    from sagegreen.checking.check import Check

    for module in _modules(package):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Check)
                and value.__module__ == module.__name__
                and "code" in vars(value)
            ):
                yield value


def _modules(package: str) -> Iterator[ModuleType]:
    from importlib import import_module

    # What a pack raises while it is imported is unknown, and whatever it is, the user must learn which pack it was.
    name = package
    try:
        root = import_module(package)
        yield root
        for folder in getattr(root, "__path__", ()):
            for file in sorted(Path(folder).rglob("*.py")):
                parts = file.relative_to(folder).with_suffix("").parts
                if parts == ("__init__",):
                    continue
                name = ".".join((package, *(parts[:-1] if parts[-1] == "__init__" else parts)))
                yield import_module(name)
    except SagegreenError:
        raise
    except (Exception, SystemExit) as error:
        raise SagegreenError(
            f"the check pack `{package}` cannot be loaded: module `{name}` raised {type(error).__name__}: {error}"
        ) from error


def _require_well_formed(check: type[Check]) -> None:
    code, name = getattr(check, "code", None), getattr(check, "name", None)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise SagegreenError(f"{_home(check)} has the code {code!r}; a code is capital letters and 3 or 4 digits")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SagegreenError(f"{_home(check)} has the name {name!r}; a name is lower-case words joined by hyphens")


def _home(check: type[Check]) -> str:
    return f"{check.__module__}.{check.__qualname__}"

"""Finds the rules: every module below each package that an entry point ``sagegreen.checks`` names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType

    from sagegreen.checking.check import Check
    from sagegreen.checking.findings import Finding

ENTRY_POINT_GROUP = "sagegreen.checks"
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
    """

    def __init__(self, packages: Iterable[str] | None = (), checks: Iterable[type[Check]] = ()) -> None:
        self._packages = None if packages is None else tuple(packages)
        self._given = tuple(checks)

    @classmethod
    def installed(cls) -> Registry:
        """The rules of all installed check packs, which are looked for when the first rule is asked for."""
        return cls(None)

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The names of the check packs.

        Raises:
            SagegreenError: no check pack is installed.
        """
        if self._packages is not None:
            return self._packages
        from importlib.metadata import entry_points

        packages = sorted({point.module for point in entry_points(group=ENTRY_POINT_GROUP)})
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

    @cached_property
    def codes_by_name(self) -> Mapping[str, str]:
        """The code of each rule name."""
        return {check.name: code for code, check in self.checks.items()}

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

        digest = hashlib.sha256(sagegreen.__version__.encode())
        for package in ("sagegreen", *self.packages):
            spec = find_spec(package)
            for folder in sorted((spec.submodule_search_locations or []) if spec else []):
                for file in sorted(Path(folder).rglob("*")):
                    if file.is_file() and "__pycache__" not in file.parts:
                        state = file.stat()
                        digest.update(f"{file}\0{state.st_mtime_ns}\0{state.st_size}\n".encode())
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

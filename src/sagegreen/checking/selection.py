"""Which rules run: selectors as ruff reads them, the most specific one deciding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.registry import Registry

ALL = "ALL"
# A file that could not be judged must not look clean because somebody selected another rule.
ALWAYS = frozenset({"SG002", "SG003"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What one source (a configuration file, the command line) says about rules.

    Attributes:
        select: replaces what earlier sources chose; ``None`` where the source does not say.
        ignore: taken away.
        extend_select: added.
        origin: for error messages, such as ``pyproject.toml`` or ``the command line``.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    origin: str = "the command line"

    def __bool__(self) -> bool:
        return self.select is not None or bool(self.ignore or self.extend_select)


def default_codes(registry: Registry) -> frozenset[str]:
    """The rules that run when nothing is selected."""
    return frozenset(code for code, rule in registry.rules.by_code.items() if rule.default)


def expand(selector: str, registry: Registry) -> frozenset[str]:
    """The codes that a selector means: ``ALL``, a code, a prefix of codes, or a rule's name; empty if it is unknown."""
    word = selector.strip()
    if word.upper() == ALL:
        return frozenset(registry.rules.by_code)
    if word.lower() in registry.codes_by_name:
        return frozenset({registry.codes_by_name[word.lower()]})
    return frozenset(code for code in registry.rules.by_code if word and code.startswith(word.upper()))


def resolve(selections: Iterable[Selection], registry: Registry) -> frozenset[str]:
    """The codes that run, after all sources have spoken, in order from the weakest.

    Within one source the most specific selector decides, and ``ignore`` wins a tie; a source with ``select`` replaces
    what came before it, one without adds to it and takes from it.

    Raises:
        SagegreenError: a selector matches no rule; the nearest code or name is in the message.
    """
    chosen = default_codes(registry) | ALWAYS
    for selection in selections:
        verdicts = _verdicts(selection, registry)
        named = frozenset(code for code, verdict in verdicts.items() if verdict)
        refused = frozenset(verdicts) - named
        base = chosen if selection.select is None else ALWAYS
        chosen = (base - refused) | named
    return chosen & frozenset(registry.rules.by_code)


def require_known(selectors: Iterable[str], registry: Registry, key: str, origin: str) -> None:
    """Refuse selectors that match no rule.

    Raises:
        SagegreenError: names the selector, the key, where it stands, and the nearest code or name.
    """
    for selector in selectors:
        if not expand(selector, registry):
            known = (ALL, *registry.rules.by_code, *registry.codes_by_name)
            raise SagegreenError(f"unknown rule `{selector}` in `{key}` of {origin}{did_you_mean(selector, known)}")


def _verdicts(selection: Selection, registry: Registry) -> dict[str, bool]:
    require_known(selection.select or (), registry, "select", selection.origin)
    require_known(selection.extend_select, registry, "extend-select", selection.origin)
    require_known(selection.ignore, registry, "ignore", selection.origin)
    verdicts: dict[str, bool] = {}
    for selector, verdict in sorted(_selectors(selection), key=lambda pair: _specificity(pair[0], registry)):
        verdicts.update(dict.fromkeys(expand(selector, registry), verdict))
    return verdicts


def _selectors(selection: Selection) -> Iterator[tuple[str, bool]]:
    for selector in (*(selection.select or ()), *selection.extend_select):
        yield selector, True
    for selector in selection.ignore:  # after the others: the sort is stable, so it wins a tie
        yield selector, False


def _specificity(selector: str, registry: Registry) -> int:
    word = selector.strip()
    if word.upper() == ALL:
        return 0
    return 100 if word.lower() in registry.codes_by_name or word.upper() in registry.rules.by_code else len(word)

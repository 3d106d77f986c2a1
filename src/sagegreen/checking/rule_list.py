"""What selecting rules asks of them, kept between runs: to import all rules takes longer than a run without news."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagegreen.checking.cache import Cache
    from sagegreen.checking.check import Check


@dataclass(frozen=True)
class Rule:
    """A rule as far as it is selected or assumed away; the attributes are those of its class."""

    code: str
    name: str
    default: bool
    assumable: tuple[str, ...]


@dataclass(frozen=True)
class RuleList:
    """The rules by code, sorted."""

    by_code: Mapping[str, Rule]

    @cached_property
    def codes_by_name(self) -> Mapping[str, str]:
        """The code of each rule name."""
        return {rule.name: rule.code for rule in self.by_code.values()}


def list_of(checks: Mapping[str, type[Check]]) -> RuleList:
    """The list of some rules."""
    rules = {
        code: Rule(code, check.name, bool(check.default), tuple(check.assumable)) for code, check in checks.items()
    }
    return RuleList(rules)


def kept_list(cache: Cache, fingerprint: str) -> RuleList | None:
    """What an earlier run kept, if it did.

    Args:
        cache: where.
        fingerprint: changes with the rules.
    """
    raw = cache.get(_key(cache, fingerprint))
    if raw is None:
        return None
    try:
        rules = [_rule(entry) for entry in json.loads(raw)]
    except (ValueError, TypeError, RecursionError):
        return None  # what this version would not write is as if it were not there
    return RuleList({rule.code: rule for rule in rules})


def keep_list(rules: RuleList, cache: Cache, fingerprint: str) -> None:
    """Keep a list for runs to come; a list that was kept before and says something else is replaced."""
    entries = [[rule.code, rule.name, rule.default, rule.assumable] for rule in rules.by_code.values()]
    try:
        raw = json.dumps(entries).encode()
    except (ValueError, TypeError):  # a pack may declare anything
        return
    key = _key(cache, fingerprint)
    if cache.get(key) != raw:
        cache.put(key, raw)


def _key(cache: Cache, fingerprint: str) -> str:
    return cache.key("rules", fingerprint)


def _rule(entry: Any) -> Rule:
    code, name, default, assumable = entry
    if not (isinstance(code, str) and isinstance(name, str) and isinstance(default, bool)):
        raise TypeError(f"not expected: {entry!r}")
    if not (isinstance(assumable, list) and all(isinstance(word, str) for word in assumable)):
        raise TypeError(f"not expected: {assumable!r}")
    return Rule(code, name, default, tuple(assumable))

"""``sagegreen rule``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagegreen.checking.errors import SagegreenError, did_you_mean
from sagegreen.checking.practices import practice
from sagegreen.checking.registry import Registry, page

if TYPE_CHECKING:
    import argparse

    from sagegreen.checking.check import Check

_KINDS = {"safe": "safe", "unsafe": "unsafe", "displayonly": "by hand"}


def run(options: argparse.Namespace) -> int:
    """Show the page of a rule, or of all.

    Raises:
        SagegreenError: there is no such rule.
    """
    registry = Registry.installed()
    if bool(options.rule) == options.all:
        raise SagegreenError("name one rule by its code or name, or give --all")
    if options.all:
        checks = list(registry.checks.values())
    else:
        found = registry.find(options.rule)
        if found is None:
            hint = did_you_mean(options.rule, (*registry.checks, *registry.codes_by_name))
            raise SagegreenError(f"unknown rule `{options.rule}`{hint}")
        checks = [found]
    if options.output_format == "json":
        import json

        entries = [_entry(check) for check in checks]
        print(json.dumps(entries if options.all else entries[0], indent=2, sort_keys=True))
    else:
        print("\n".join(_text(check) for check in checks), end="")
    return 0


def _text(check: type[Check]) -> str:
    shown = page(check).markdown
    state = "Runs by default." if check.default else f"Runs only when selected: `--select {check.code}`."
    practices = f" Practices: {', '.join(check.practices)}." if check.practices else ""
    dialects = f" Dialects: {', '.join(check.dialects)}." if check.dialects else ""
    kinds = f" Fixes: {', '.join(_KINDS[kind] for kind in check.fixes)}." if check.fixes else ""
    title, _, rest = shown.partition("\n")
    return f"{title}\n\n{state}{dialects}{kinds}{practices}\n{rest}"


def _entry(check: type[Check]) -> dict[str, Any]:
    shown = page(check)
    return {
        "assumable": list(check.assumable),
        "code": check.code,
        "default": check.default,
        "dialects": list(check.dialects),
        "explanation": shown.markdown,
        "fix": shown.section("Fix safety"),
        "fixes": list(check.fixes),
        "linter": check.__module__.partition(".")[0],
        "name": check.name,
        "phase": _phase(check),
        "practices": list(check.practices),
        "preview": False,
        "sections": dict(shown.sections),
        "status": "Stable",
        "summary": shown.summary,
    }


def _phase(check: type[Check]) -> str | None:
    """The phase of the lifecycle to which its first practice belongs; none for the engine's own rules."""
    first = practice(check.practices[0]) if check.practices else None
    return None if first is None else first.phase.id

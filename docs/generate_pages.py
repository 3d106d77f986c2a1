"""The pages that are made of the program itself: rules, practices, the configuration's reference and its schema."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import mkdocs_gen_files

from sagegreen.checking.keys import KEYS
from sagegreen.checking.practices import practices
from sagegreen.checking.registry import Registry, page
from sagegreen.checking.schema import configuration_schema

if TYPE_CHECKING:
    from sagegreen.checking.check import Check

SUMMARY = """\
* [sagegreen](index.md)
* Start
    * [Notebooks and scripts](start/notebooks.md)
    * [Pre-commit and CI](start/ci.md)
    * [Editors](start/editors.md)
    * [Whole repositories](start/repositories.md)
* Reference
    * [Configuration](configuration.md)
    * [Rules](rules/index.md)
{rules}
    * [Practices of the guidance](practices.md)
    * [Output formats](formats.md)
    * [Python API](python-api.md)
* Understand
    * [How it knows what it knows](how-it-knows.md)
    * [How fast it is](benchmarks.md)
    * [Known limits](limits.md)
    * [Limits and safety](safety.md)
    * [Beside its neighbours](neighbours.md)
* Extend
    * [Write a rule](write-a-rule.md)
    * [A rule pack of your own](company-pack.md)
"""

FAMILIES = {
    "SG0": "About the analysis itself",
    "SG1": "Data preparation",
    "SG2": "Model building",
    "SG3": "Training and tuning",
    "SG4": "Deployment and management",
}


def write(path: str, text: str) -> None:
    """Add a page to the site."""
    with mkdocs_gen_files.open(path, "w") as file:
        file.write(text)


def rule_page(check: type[Check]) -> str:
    """The page of one rule: its docstring, below what the program knows of it."""
    shown = page(check)
    title, _, rest = shown.markdown.partition("\n")
    facts = [
        "Runs by default." if check.default else f"Runs only when selected: `--select {check.code}`.",
        f"Dialects: {', '.join(f'`{name}`' for name in check.dialects)}." if check.dialects else "",
        f"Fixes: {', '.join(check.fixes)}." if check.fixes else "",
        f"Silent under `assume = [{', '.join(json.dumps(word) for word in check.assumable)}]`."
        if check.assumable
        else "",
    ]
    served = ", ".join(f"[{name}](../practices.md#{name})" for name in check.practices)
    practice = f"\n\nPractices: {served}" if served else ""
    return f"{title}\n\n{' '.join(fact for fact in facts if fact)}{practice}\n{rest}\n"


def rules_index(checks: list[type[Check]]) -> str:
    """All rules in tables, by family."""
    lines = ["# Rules", ""]
    for prefix, title in FAMILIES.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| code | name | what it reports | fixes | default |",
            "| --- | --- | --- | --- | --- |",
        ]
        for check in checks:
            if check.code.startswith(prefix):
                summary = " ".join(page(check).summary.split()).replace("|", "\\|")
                on = "on" if check.default else ""
                fixes = ", ".join(check.fixes)
                lines.append(f"| [{check.code}]({check.code}.md) | {check.name} | {summary} | {fixes} | {on} |")
    return "\n".join(lines) + "\n"


def practices_page(checks: list[type[Check]]) -> str:
    """Every recommendation of the guidance, with the rules that serve it or the reason why none can."""
    serving: dict[str, list[type[Check]]] = defaultdict(list)
    for check in checks:
        for name in check.practices:
            serving[name].append(check)
    lines = [
        "# Practices of the guidance",
        "",
        "What the five documents of the AWS guidance recommend, in our own words, and which rules see to it.",
    ]
    phase = None
    for entry in practices():
        if entry.phase != phase:
            phase = entry.phase
            lines += ["", f"## {phase.title}"]
        lines += ["", f"### {entry.title} {{ #{entry.id} }}", "", entry.statement, ""]
        if serving[entry.id]:
            served = ", ".join(f"[{check.code} {check.name}](rules/{check.code}.md)" for check in serving[entry.id])
            lines.append(f"Rules: {served}.")
        if entry.unseen:
            lines.append(f"No rule: {entry.unseen}")
        if entry.departure:
            lines += ["", f"Departure: {entry.departure}"]
        lines += ["", "Sources: " + "; ".join(f"[{source.title}]({source.url})" for source in entry.sources) + "."]
    return "\n".join(lines) + "\n"


def keys_reference() -> str:
    """The keys of the configuration."""
    lines = []
    for key in KEYS:
        default = f" Default: `{key.default}`." if key.default else ""
        lines += [f"### `{key.name}`", "", f"{key.meaning} Takes {key.kind}.{default}", "", "```toml"]
        lines += [*([] if key.example.startswith("[") else ["[tool.sagegreen]"]), key.example, "```", ""]
    return "\n".join(lines)


def main() -> None:
    """Make all pages."""
    registry = Registry.installed()
    checks = list(registry.checks.values())
    for check in checks:
        write(f"rules/{check.code}.md", rule_page(check))
    write("rules/index.md", rules_index(checks))
    write("practices.md", practices_page(checks))
    with mkdocs_gen_files.open("configuration.md", "r") as file:
        text = file.read()
    write("configuration.md", text.replace("<!-- keys -->", keys_reference()))
    write("sagegreen.schema.json", json.dumps(configuration_schema(registry), indent=2) + "\n")
    listed = "\n".join(f"        * [{check.code} {check.name}](rules/{check.code}.md)" for check in checks)
    write("SUMMARY.md", SUMMARY.format(rules=listed))


main()

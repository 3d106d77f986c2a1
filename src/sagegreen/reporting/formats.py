"""The output formats by name; each is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.checking.registry import Registry
    from sagegreen.reporting.report import Report
    from sagegreen.reporting.text import Style

#: Formats for people: the summary and the list of fixes belong to them.
FOR_PEOPLE = frozenset({"full", "text", "concise", "grouped"})


def render(report: Report, output_format: str, style: Style, registry: Registry) -> str:
    """A report in one of ``sagegreen.checking.configuration.OUTPUT_FORMATS``."""
    if output_format in FOR_PEOPLE:
        from sagegreen.reporting import text

        written = {"concise": text.concise, "grouped": text.grouped}.get(output_format, text.full)
        return written(report, style)
    if output_format in {"json", "json-lines"}:
        from sagegreen.reporting import json_format

        return json_format.findings_json(report) if output_format == "json" else json_format.json_lines(report)
    if output_format in {"github", "azure", "pylint"}:
        from sagegreen.reporting import annotations

        lines = {"github": annotations.github, "azure": annotations.azure, "pylint": annotations.pylint}
        return lines[output_format](report)
    if output_format == "gitlab":
        from sagegreen.reporting.gitlab import gitlab

        return gitlab(report)
    if output_format == "junit":
        from sagegreen.reporting.junit import junit

        return junit(report)
    if output_format == "rdjson":
        from sagegreen.reporting.rdjson import rdjson

        return rdjson(report)
    from sagegreen.reporting.sarif import sarif

    return sarif(report, registry)


def render_statistics(report: Report, output_format: str) -> str:
    """How often each rule spoke, as text or JSON."""
    if output_format == "json":
        from sagegreen.reporting.json_format import statistics_json

        return statistics_json(report)
    from sagegreen.reporting.text import statistics

    return statistics(report)

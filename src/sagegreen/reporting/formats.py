"""The output formats by name; each is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.reporting.report import Report
    from sagegreen.reporting.text import Style


def render(report: Report, output_format: str, style: Style) -> str:
    """A report in one of ``sagegreen.checking.configuration.OUTPUT_FORMATS``."""
    if output_format == "json":
        from sagegreen.reporting.json_format import findings_json

        return findings_json(report)
    from sagegreen.reporting import text

    return text.concise(report, style) if output_format == "concise" else text.full(report, style)


def render_statistics(report: Report, output_format: str) -> str:
    """How often each rule spoke, as text or JSON."""
    if output_format == "json":
        from sagegreen.reporting.json_format import statistics_json

        return statistics_json(report)
    from sagegreen.reporting.text import statistics

    return statistics(report)

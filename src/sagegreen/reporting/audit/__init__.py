"""The audit: a scorecard of the practices of the AWS guidance, and what the resources may draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.reporting.audit.scorecard import Audit
    from sagegreen.reporting.text import Style

FORMATS = ("text", "json", "markdown", "html")


def render_audit(audit: Audit, output_format: str, style: Style, date: str) -> str:
    """An audit in one of ``FORMATS``.

    Args:
        audit: what to show.
        output_format: how.
        style: terminal colours, for text.
        date: the day of the report, which Markdown and HTML show.
    """
    if output_format == "json":
        from sagegreen.reporting.audit.json_format import audit_json

        return audit_json(audit)
    if output_format == "markdown":
        from sagegreen.reporting.audit.markdown import audit_markdown

        return audit_markdown(audit, date)
    if output_format == "html":
        from sagegreen.reporting.audit.page import audit_page

        return audit_page(audit, date)
    from sagegreen.reporting.audit.text import audit_text

    return audit_text(audit, style)

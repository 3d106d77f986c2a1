"""Charts of the audit as inline SVG: each says in its title what it shows, and the figures stand in it as text."""

from __future__ import annotations

from collections import Counter
from math import floor, log10
from typing import TYPE_CHECKING

from sagegreen.reporting.audit.markup import Markup, element, joined
from sagegreen.reporting.audit.scorecard import Status
from sagegreen.reporting.audit.wording import energy, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.reporting.audit.scorecard import Audit
    from sagegreen.sagemaker.energy import Range

_WIDTH = 960
_LABELS = 260
_ROW = 38
_BAR = 24


def phases_chart(audit: Audit) -> Markup:
    """One bar for each phase: how many of its practices are followed, missing and so on."""
    rows = [(phase.title, Counter(score.status for score in scores)) for phase, scores in audit.phases]
    longest = max(sum(counts.values()) for _, counts in rows)
    scale = (_WIDTH - _LABELS - 10) / longest
    parts: list[Markup] = []
    for index, (title, counts) in enumerate(rows):
        top = index * _ROW + 4
        parts.append(element("text", title, x=0, y=top + _BAR * 0.7))
        left = float(_LABELS)
        for status in Status:
            if counts[status]:
                width = counts[status] * scale
                parts.append(_segment(status, counts[status], left, top, width))
                left += width
    words = "; ".join(
        f"{title}: {', '.join(f'{counts[status]} {status.words}' for status in Status if counts[status])}"
        for title, counts in rows
    )
    return _svg(len(rows) * _ROW + 4, f"Practices by phase. {words}.", parts)


def legend() -> Markup:
    """What the colours of the statuses mean."""
    return element(
        "ul",
        *(element("li", _swatch(status), f"{_signs()[status]} {status.words}".strip()) for status in Status),
        class_="legend",
    )


def sign(status: Status) -> str:
    """A status without its colour."""
    return _signs()[status]


def ranges_chart(rows: Sequence[tuple[str, str, Range]], title: str) -> Markup:
    """One bar for each range of kilowatt-hours, on a logarithmic axis.

    Args:
        rows: what the range is of, in two lines, and the range.
        title: what the chart shows.
    """
    least = floor(log10(max(min(found.low for _, _, found in rows), 0.001)))
    most = floor(log10(max(found.high for _, _, found in rows))) + 1
    left, right = _LABELS + 130, _WIDTH - 140

    def across(value: float) -> float:
        share = (log10(max(value, 10**least)) - least) / max(most - least, 1)
        return left + share * (right - left)

    height = len(rows) * _ROW + 34
    parts: list[Markup] = []
    step = max(1, (most - least) // 6)
    for exponent in range(least, most + 1, step):
        x = f"{across(10**exponent):.1f}"
        parts.append(element("line", x1=x, x2=x, y1=0, y2=height - 30, class_="axis"))
        label = f"{number(10**exponent)} kWh"
        parts.append(element("text", label, x=x, y=height - 12, text_anchor="middle", class_="quiet"))
    for index, (label, detail, found) in enumerate(rows):
        top = index * _ROW + 8
        start, end = across(found.low), across(found.high)
        parts.append(element("text", _shortened(label), x=0, y=top + 7))
        parts.append(element("text", _shortened(detail), x=0, y=top + 22, class_="quiet"))
        parts.append(
            element(
                "rect", x=f"{start:.1f}", y=top, width=f"{max(end - start, 3):.1f}", height=18, rx=4, class_="range"
            )
        )
        parts.append(element("text", energy(found), x=f"{end + 8:.1f}", y=top + 14))
    words = "; ".join(f"{label}, {detail}: {energy(found)}" for label, detail, found in rows)
    return _svg(height, f"{title}. {words}.", parts)


def _segment(status: Status, count: int, left: float, top: float, width: float) -> Markup:
    middle = f"{left + width / 2:.1f}"
    return joined(
        element(
            "rect",
            element("title", f"{count} {status.words}"),
            x=f"{left + 1:.1f}",
            y=top,
            width=f"{max(width - 2, 1):.1f}",
            height=_BAR,
            rx=4,
            class_=status.value,
        ),
        element("text", count, x=middle, y=top + _BAR * 0.7, text_anchor="middle", class_="on"),
    )


def _svg(height: float, label: str, parts: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        element("title", label),
        *parts,
        viewBox=f"0 0 {_WIDTH} {height:g}",
        role="img",
        aria_label=label,
    )


def _swatch(status: Status) -> Markup:
    square = element("rect", width=12, height=12, rx=3, class_=status.value)
    return element("svg", square, viewBox="0 0 12 12", aria_hidden="true")


def _signs() -> dict[Status, str]:
    return {
        Status.FOLLOWED: "✓",
        Status.PARTLY: "◐",
        Status.MISSING: "✗",
        Status.NOT_APPLICABLE: "–",  # noqa: RUF001 - a sign for the eye
        Status.UNSEEN: "?",
    }


def _shortened(text: str, most: int = 52) -> str:
    return text if len(text) <= most else f"…{text[-most + 1 :]}"

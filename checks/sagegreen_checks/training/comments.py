"""What the author says in comments beside a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.sagemaker.places import Place

#: Directives to tools, and keywords that are commented out.
_PRAGMA = re.compile(r"#\s*(?:noqa\b|type:|pragma\b|pylint:|\w+\s*=)", re.IGNORECASE)


def comments_at(place: Place) -> list[str]:
    """The comment behind a value on its line, and the one alone on the line above, where they say something."""
    source, span = place.parsed_cell.cell.source, place.span
    lines = source[: span.start].split("\n")
    beside = source[span.end :].split("\n", 1)[0]
    above = lines[-2].strip() if len(lines) > 1 else ""
    comments = [beside[beside.index("#") :]] if "#" in beside else []
    comments += [above] if above.startswith("#") else []
    return [comment for comment in comments if not _PRAGMA.match(comment) and comment.strip("# ")]

"""What a rule sees besides faults: places where the code does what a practice asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.documents.model import Span


@dataclass(frozen=True, slots=True)
class Observation:
    """One place that bears on a practice without being a fault.

    Attributes:
        code: the rule that sees it.
        practice: identifier of the recommendation.
        what: what the code does there, or what cannot be seen of it, in a few words.
        certain: whether the code certainly follows the practice; else the place is of the kind that the practice is
            about, and the code does not show whether it follows.
        cell: index of the cell, ``None`` in a script.
        span: the short region that shows it.
        statement: the region of the whole statement; a finding on the same practice there outweighs the observation.
    """

    code: str
    practice: str
    what: str
    certain: bool
    cell: int | None
    span: Span
    statement: Span

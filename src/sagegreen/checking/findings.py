"""What a check says: findings, and the fixes it offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.documents.model import Edit, Span


class Applicability(Enum):
    """How far a fix may go unattended; the values are ruff's JSON spellings.

    ``SAFE`` cannot make a working job fail and cannot change code, data, model or the endpoint's contract.
    ``UNSAFE`` may, and needs ``--unsafe-fixes``. ``DISPLAY_ONLY`` is shown and never applied.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "displayonly"


@dataclass(frozen=True, slots=True)
class Fix:
    """One transaction: all edits (imports included) or none.

    Attributes:
        title: what it does, as an imperative sentence without a full stop.
        applicability: how far it may go unattended.
        edits: offsets in the cells' sources; empty where the advice cannot be written as an edit (display-only).
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...] = ()

    @classmethod
    def safe(cls, title: str, edits: tuple[Edit, ...] | None) -> Fix:
        """A fix that is applied unattended; advice where the code leaves no place to write it (``None``)."""
        return cls(title, Applicability.SAFE, edits) if edits else cls.advice(title)

    @classmethod
    def unsafe(cls, title: str, edits: tuple[Edit, ...] | None) -> Fix:
        """A fix that needs ``--unsafe-fixes``; advice where the code leaves no place to write it (``None``)."""
        return cls(title, Applicability.UNSAFE, edits) if edits else cls.advice(title)

    @classmethod
    def advice(cls, title: str, edits: tuple[Edit, ...] = ()) -> Fix:
        """What to do, never applied: a value that only the user can choose, or a change that cannot be written."""
        return cls(title, Applicability.DISPLAY_ONLY, edits)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something true about one place of one document.

    Attributes:
        code: the rule's code, such as ``SG301``.
        name: the rule's name, such as ``on-demand-training``.
        message: what is set or missing here, what it wastes, what could not be seen, what to write instead.
        cell: index of the cell, ``None`` in a script.
        span: the short region to underline: the callee of a missing setting, the value of a wrong one.
        statement: the region of the whole statement, on any line of which a ``noqa`` counts.
        fixes: the preferred one first, then the alternatives.
        practices: identifiers of the recommendations of the AWS guidance that the rule serves.
        saving: what may be saved, with kind and source, where a source gives a figure.
    """

    code: str
    name: str
    message: str
    cell: int | None
    span: Span
    statement: Span
    fixes: tuple[Fix, ...] = ()
    practices: tuple[str, ...] = ()
    saving: str | None = None

"""What practices are said to save: the published figures, each with its kind and source.

Most published figures are about cost or time, not energy, and most are a vendor's "up to". A practice without a
published figure has no entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["energy", "cost", "time", "jobs", "compute", "storage"]


@dataclass(frozen=True)
class Saving:
    """A published figure.

    Attributes:
        id: the practice, in words joined by hyphens.
        claim: the figure in words.
        kind: what the figure measures.
        source: who says so.
        url: where.
        year: when; ``None`` where the source is undated.
        caveat: what to know beside it.
    """

    id: str
    claim: str
    kind: Kind
    source: str
    url: str
    year: int | None
    caveat: str | None

    @property
    def text(self) -> str:
        """The figure with its kind and source, as a finding's ``saving`` shows it."""
        kind = self.kind if self.kind == "energy" else f"{self.kind}, not energy"
        source = self.source if self.year is None else f"{self.source}, {self.year}"
        return f"{self.claim} ({kind}: {source})" + (f"; {self.caveat}" if self.caveat else "")


def saving(name: str) -> Saving:
    """The published figure of a practice.

    Raises:
        KeyError: there is none of that name.
    """
    return _table()[name]


def savings() -> tuple[Saving, ...]:
    """All published figures."""
    return tuple(_table().values())


@cache
def _table() -> Mapping[str, Saving]:
    stored = json.loads(Path(__file__).with_name("savings.json").read_text(encoding="utf-8"))
    return {row["id"]: Saving(**row) for row in stored}

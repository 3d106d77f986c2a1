"""Published models that do the work of a larger one: distilled from it, or its publisher's smaller size."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

Relation = Literal["distilled", "distilled_other_teacher", "smaller_official"]


@dataclass(frozen=True)
class SmallerModel:
    """A model that may replace a larger one.

    Attributes:
        model_id: its identifier on the Hugging Face Hub.
        replaces: that of the larger model.
        relation: ``distilled`` from the larger model, distilled from another teacher, or the publisher's smaller size.
        parameters: of this model, in millions.
        larger_parameters: of the larger model, in millions.
        quality: what its publisher says about its results, beside those of the larger one; empty where nothing is.
        speed: what its publisher says about its speed; empty where nothing is.
        scope: languages and tasks that it is made for.
        source: where this is written, and in which year.
    """

    model_id: str
    replaces: str
    relation: Relation
    parameters: float
    larger_parameters: float
    quality: str
    speed: str
    scope: str
    source: str
    source_year: int

    @property
    def reduction(self) -> float:
        """The share of the larger model's parameters that it does without, from 0 to 1."""
        return 1 - self.parameters / self.larger_parameters


def smaller(model_id: str) -> tuple[SmallerModel, ...]:
    """Smaller models for the one called ``model_id`` (``bert-base-uncased``, ``google-bert/bert-base-uncased``).

    Returns:
        Those distilled from the model itself first, then the others; in each group the largest first.
    """
    return _table().get(model_id.casefold(), ())


def model_ids() -> frozenset[str]:
    """All spellings of models for which there is a smaller one, in lower case."""
    return frozenset(_table())


@cache
def _table() -> Mapping[str, tuple[SmallerModel, ...]]:
    found: dict[str, list[SmallerModel]] = {}
    with Path(__file__).with_name("distilled_models.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            model = SmallerModel(
                model_id=row["smaller_model_id"],
                replaces=row["model_id"],
                relation=cast("Relation", row["relation"]),
                parameters=float(row["smaller_parameters_millions"]),
                larger_parameters=float(row["parameters_millions"]),
                quality=row["quality"],
                speed=row["speed"],
                scope=row["scope"],
                source=row["source"],
                source_year=int(row["source_year"]),
            )
            for spelling in (row["model_id"], *filter(None, row["aliases"].split(";"))):
                found.setdefault(spelling.casefold(), []).append(model)
    return {
        name: tuple(sorted(models, key=lambda model: (model.relation != "distilled", -model.parameters)))
        for name, models in found.items()
    }

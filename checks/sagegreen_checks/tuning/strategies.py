"""The search strategy of a tuning job: which one it certainly has, where that is written, and how to write another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.patching import constant_code, replace, write_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.patching import Writable
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.resources import Resource

BAYESIAN = "Bayesian"


def uses(job: Resource, strategy: str) -> bool:
    """Whether a tuning job certainly searches this way, or does so unless a caller says otherwise."""
    setting = job.setting("strategy")
    if setting.is_unknown:
        return bool(setting.literals) and all(literal.value == strategy for literal in setting.literals)
    return setting.certainly(lambda value: value == strategy)


def is_only_default(job: Resource) -> bool:
    """Whether the strategy is a declared default that a caller may override."""
    return job.setting("strategy").is_unknown


def value_place(job: Resource, name: str) -> Place:
    """Where the value of a setting stands in this file, the callee where it stands in another."""
    setting = job.setting(name)
    literals = [literal.place for literal in setting.literals] if len(setting.literals) == 1 else []
    for place in (setting.place, *literals, setting.argument_value):
        if place is not None and any(place.parsed_cell is cell for cell in job.program.module.cells):
            return place
    return job.place


def spelled(job: Resource, name: str) -> str:
    """A setting's name as the dialect of the job writes it: ``max_jobs``, ``MaxNumberOfTrainingJobs``."""
    path = job.form.settings[name]
    return job.bound[0].keyword(path[0]) if len(path) == 1 else path[-1]


def write_in_all(
    job: Resource, strategy: str, values: Callable[[Resource], Mapping[str, Writable] | None]
) -> tuple[Edit, ...] | None:
    """Write settings of every tuning job whose strategy is the literal that stands for this job's.

    Args:
        job: the tuning job that is reported.
        strategy: the strategy that it has.
        values: the settings to write, for each job; ``None`` where they cannot be told.

    Returns:
        The edits, one for a literal that several jobs share; ``None`` where one of them cannot be written.
    """
    place = value_place(job, "strategy")
    sharing = [
        other
        for other in job.program.of_kind("tuning_job")
        if other is job or (uses(other, strategy) and value_place(other, "strategy").key == place.key)
    ]
    edits: dict[Edit, None] = {}
    for other in sharing:
        wanted = values(other)
        written = write_settings(other, wanted) if wanted is not None else None
        if written is None:
            return None
        edits.update(dict.fromkeys(written))
    return tuple(edits)


def replace_default(job: Resource, strategy: str) -> tuple[Edit, ...] | None:
    """Write another strategy in the place of the declared default of the one that a job has."""
    literals: Sequence[Place] = [literal.place for literal in job.setting("strategy").literals]
    if len(literals) != 1 or not any(literals[0].parsed_cell is cell for cell in job.program.module.cells):
        return None
    return replace(literals[0], constant_code(literals[0].parsed_cell, strategy))

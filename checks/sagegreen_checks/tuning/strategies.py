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
        if place is not None and job.program.owns(place.parsed_cell):
            return place
    return job.place


def spelled(job: Resource, name: str) -> str:
    """A setting's name as the dialect of the job writes it: ``max_jobs``, ``MaxNumberOfTrainingJobs``."""
    path = job.form.settings[name]
    return job.bound[0].keyword(path[0]) if len(path) == 1 else path[-1]


def sharing(job: Resource, strategy: str) -> list[Resource]:
    """The tuning jobs whose strategy is the literal that stands for this job's, itself included."""
    place = value_place(job, "strategy")
    return [
        other
        for other in job.program.of_kind("tuning_job")
        if other is job or (uses(other, strategy) and value_place(other, "strategy").key == place.key)
    ]


def write_in_all(
    jobs: Sequence[Resource], values: Callable[[Resource], Mapping[str, Writable] | None]
) -> tuple[Edit, ...] | None:
    """Write settings of several tuning jobs.

    Args:
        jobs: those that share a literal.
        values: the settings to write, for each job; ``None`` where they cannot be told.

    Returns:
        The edits, one for a literal that several jobs share; ``None`` where one of them cannot be written.
    """
    edits: dict[Edit, None] = {}
    for job in jobs:
        wanted = values(job)
        written = write_settings(job, wanted) if wanted is not None else None
        if written is None:
            return None
        edits.update(dict.fromkeys(written))
    return tuple(edits)


def replace_default(job: Resource, strategy: str) -> tuple[Edit, ...] | None:
    """Write another strategy in the place of the declared default of the one that a job has."""
    literals: Sequence[Place] = [literal.place for literal in job.setting("strategy").literals]
    if len(literals) != 1 or not job.program.owns(literals[0].parsed_cell):
        return None
    return replace(literals[0], constant_code(literals[0].parsed_cell, strategy))

"""The hyperparameters of a training job: those of its constructor, and those that are set or tuned afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.semantics.values import Absent, Attribute, Known, Mapped, Result, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagegreen.sagemaker.resources import Resource


@dataclass(frozen=True, eq=False, slots=True)
class Hyperparameters:
    """What is known of a job's hyperparameters.

    Attributes:
        values: by name, every value that one may have.
        complete: whether there is certainly none besides.
    """

    values: Mapping[str, tuple[Value, ...]]
    complete: bool

    def constants(self, name: str) -> tuple[object, ...]:
        """The constants that a hyperparameter may be."""
        return tuple(value.value for value in self.values.get(name, ()) if isinstance(value, Known))

    def may_be(self, name: str) -> bool:
        """Whether a hyperparameter may have a value that is not known."""
        return not self.complete or any(not isinstance(value, Known) for value in self.values.get(name, ()))


def hyperparameters_of(job: Resource) -> Hyperparameters:
    """The hyperparameters of a training or tuning job."""
    found: dict[str, list[Value]] = {}
    complete = True
    for mapping in _mappings(job):
        if isinstance(mapping, Absent) or (isinstance(mapping, Known) and mapping.value is None):
            continue
        if not isinstance(mapping, Mapped):
            complete = False
            continue
        complete = complete and mapping.complete
        for key, entry in mapping.entries.items():
            values = [job.program.reader.constant(option, 4) for option in options(entry.value)]
            found.setdefault(str(key), []).extend(option for value in values for option in options(value))
    complete = complete and not job.is_open
    for call in job.program.trace.calls:
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name == "set_hyperparameters" and _is_of(callee.base, job):
                for argument in call.arguments:
                    if argument.keyword is not None:
                        found.setdefault(argument.keyword, []).extend(options(argument.value))
                    elif isinstance(argument.value, Mapped):
                        complete = complete and argument.value.complete
                        for key, entry in argument.value.entries.items():
                            found.setdefault(str(key), []).extend(options(entry.value))
                    else:
                        complete = False
    return Hyperparameters({name: tuple(values) for name, values in found.items()}, complete)


def _mappings(job: Resource) -> Iterator[Value]:
    for name, setting in (("hyperparameters", job.setting("hyperparameters")), ("ranges", job.setting("ranges"))):
        if setting.value is not None and (name == "hyperparameters" or job.api in {"v1", "v2", "v3"}):
            yield from options(setting.value)
    for user in job.users:
        if user.kind == "tuning_job":
            ranges = user.setting("ranges")
            if ranges.value is not None:
                yield from options(ranges.value)


def _is_of(value: Value, job: Resource) -> bool:
    calls = {id(call) for call in job.calls}
    return any(isinstance(option, Result) and id(option.call) in calls for option in options(value))

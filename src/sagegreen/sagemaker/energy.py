"""What a resource may draw: power of its instances, energy for as long as it may run, and the emissions of the grid.

``kWh = watts / 1000 x hours x instances x PUE`` and ``kg CO2e = kWh x g/kWh / 1000``. Everything is a range: from all
instances idle to all at full load, over the power usage effectiveness and the grid intensities that are published for
the Regions in question. The watts of an instance are themselves estimates from its hardware, good to 30 % at best; the
making of the machines, network and storage are left out. What is not known stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sagegreen.sagemaker.instances import instance, is_instance_type
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen.sagemaker.regions import pue_range, region
from sagegreen.semantics.values import Known, options

if TYPE_CHECKING:
    from collections.abc import Collection

    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.regions import Region
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.settings import Setting
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Value

#: The kinds of resources that hold instances.
MACHINES = frozenset(
    {
        "training_job",
        "tuning_job",
        "processing_job",
        "transform_job",
        "endpoint",
        "notebook_instance",
        "monitoring_schedule",
        "remote_function",
    }
)
HOURS_OF_A_MONTH = 365 * 24 / 12
Period = Literal["month", "run"]

_SECONDS = 3600
_REGION_KEYWORDS = frozenset({"region_name", "region", "aws_region"})


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most."""

    low: float
    high: float

    def scaled(self, factor: Range) -> Range:
        """Both multiplied, least by least and most by most."""
        return Range(self.low * factor.low, self.high * factor.high)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)


_ONE_OF_A_THOUSAND = Range(1 / 1000, 1 / 1000)


@dataclass(frozen=True, slots=True)
class Draw:
    """What is known of the machines that a resource holds.

    Attributes:
        instance_types: those that it may have; empty where that is not known.
        instances: how many; ``None`` where that is not known.
        watts: of all its instances together, idle to full load; ``None`` where type or number is not known, or no power
            is published for the type.
        hours: for how long at most, of each instance; ``None`` where that is not known.
        period: whether the hours are those of a month, or of one run.
        basis: how the hours come about, or what is not known.
    """

    instance_types: tuple[str, ...]
    instances: Range | None
    watts: Range | None
    hours: Range | None
    period: Period
    basis: str


@dataclass(frozen=True, slots=True)
class Emissions:
    """Energy in kilowatt-hours, cooling and power supply included, and CO2 equivalent in kilograms."""

    kilowatt_hours: Range
    kilograms_co2e: Range


def draw(resource: Resource) -> Draw | None:
    """What is known of a resource's machines.

    Returns:
        ``None`` for what holds no machine at AWS: local mode, serverless endpoints, other kinds of resources; and for
        training jobs that a tuning job runs, which are counted there.
    """
    if resource.kind not in MACHINES or resource.local.constant is True or _is_counted_elsewhere(resource):
        return None
    if resource.setting("mode").possibly(lambda mode: mode == SERVERLESS):
        return None
    types = _texts(resource.instance_type)
    instances = _count(resource)
    watts = _watts(types)
    hours, period, basis = _hours(resource)
    if resource.local.possibly(bool):
        return Draw(types, instances, None, hours, period, "it may run in local mode")
    if watts is None or instances is None:
        reason = _reason(types, watts, instances)
        return Draw(types, instances, None, hours, period, reason)
    return Draw(types, instances, watts.scaled(instances), hours, period, basis)


def emissions(found: Draw, places: Collection[Region]) -> Emissions | None:
    """Energy and emissions over the hours of a draw, in any of some Regions; ``None`` where something is not known."""
    if found.watts is None or found.hours is None or not places:
        return None
    machines = found.watts.scaled(found.hours).scaled(_ONE_OF_A_THOUSAND)
    energies = [machines.scaled(_effectiveness(place)) for place in places]
    carbons = [energy.scaled(_grid(place)) for energy, place in zip(energies, places, strict=True)]
    return Emissions(_span(energies), _span(carbons).scaled(_ONE_OF_A_THOUSAND))


def _effectiveness(place: Region) -> Range:
    return Range(*pue_range()) if place.pue is None else Range(place.pue, place.pue)


def _grid(place: Region) -> Range:
    grams = [intensity.grams_per_kwh for intensity in place.intensities]
    return Range(min(grams), max(grams))


def _span(ranges: list[Range]) -> Range:
    return Range(min(entry.low for entry in ranges), max(entry.high for entry in ranges))


def regions_of(program: Program) -> frozenset[str]:
    """The names of the AWS Regions that a program gives to its sessions, and to clients of SageMaker."""
    found = set()
    for call in program.trace.calls:
        if _is_client_of_another_service(call):
            continue
        for argument in call.arguments:
            if argument.keyword in _REGION_KEYWORDS:
                found |= {name for name in _constants(argument.value) if region(name) is not None}
    return frozenset(found)


def _is_client_of_another_service(call: Call) -> bool:
    services = {
        name
        for argument in call.arguments[:1]
        if argument.keyword in {None, "service_name"}
        for name in _constants(argument.value)
    }
    return bool(services) and not any(name.startswith("sagemaker") for name in services)


def _is_counted_elsewhere(resource: Resource) -> bool:
    return resource.kind == "training_job" and any(user.kind == "tuning_job" for user in resource.users)


def _texts(setting: Setting) -> tuple[str, ...]:
    if setting.is_unknown or setting.is_absent:
        return ()
    names = tuple(value for value in setting.values if isinstance(value, str))
    return names if all(map(is_instance_type, names)) else ()


def _numbers(setting: Setting) -> Range | None:
    values = [setting.effective] if setting.is_absent else [] if setting.is_unknown else list(setting.values)
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    return Range(min(numbers), max(numbers)) if numbers and len(numbers) == len(values) else None


def _count(resource: Resource) -> Range | None:
    if resource.kind == "notebook_instance":
        return Range(1, 1)
    return _numbers(resource.instance_count)


def _watts(types: tuple[str, ...]) -> Range | None:
    found = [instance(name) for name in types]
    idle = [entry.watts_idle for entry in found if entry is not None and entry.watts_idle is not None]
    full = [entry.watts_100 for entry in found if entry is not None and entry.watts_100 is not None]
    if not types or len(idle) < len(types) or len(full) < len(types):
        return None
    return Range(min(idle), max(full))


def _reason(types: tuple[str, ...], watts: Range | None, instances: Range | None) -> str:
    if not types:
        return "the instance type is not known"
    if watts is None:
        return f"no power is published for {' or '.join(types)}"
    return "the number of instances is not known" if instances is None else ""


def _hours(resource: Resource) -> tuple[Range | None, Period, str]:
    kind = resource.kind
    if kind == "endpoint":
        return _hours_of_endpoint(resource)
    if kind == "notebook_instance":
        return None, "month", "how long the notebook instance runs is not known"
    limit = resource.max_run
    seconds = _numbers(limit) if kind in {"training_job", "tuning_job", "processing_job", "remote_function"} else None
    if seconds is None:
        return None, "run", "how long it runs is not known: the code sets no limit that can be read"
    hours = seconds.scaled(Range(1 / _SECONDS, 1 / _SECONDS))
    of_limit = "the default limit of the SDK" if limit.is_absent else "its run-time limit"
    if kind != "tuning_job":
        return hours, "run", f"one run up to {of_limit}"
    jobs = _numbers(resource.setting("max_jobs"))
    if jobs is None:
        return None, "run", "how many training jobs it may start is not known"
    return hours.scaled(jobs), "run", f"as many training jobs as it may start, each up to {of_limit}"


def _hours_of_endpoint(endpoint: Resource) -> tuple[Range | None, Period, str]:
    if endpoint.setting("deleted").constant is True:
        return None, "month", "deleted again; how long it serves is not known"
    if endpoint.setting("autoscaled").constant is True:
        return None, "month", "its instances follow the traffic, which is not known"
    return Range(HOURS_OF_A_MONTH, HOURS_OF_A_MONTH), "month", "always on for a month"


def _constants(value: Value) -> set[str]:
    return {option.value for option in options(value) if isinstance(option, Known) and isinstance(option.value, str)}

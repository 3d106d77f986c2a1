"""What instances that serve nothing draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.handles import creation_of
from sagegreen.sagemaker.instances import instance

if TYPE_CHECKING:
    from sagegreen.sagemaker.resources import Resource

_HOURS_OF_A_YEAR = 8760


def idle_energy(endpoint: Resource) -> str | None:
    """The energy that an endpoint's instances draw in an idle year; ``None`` where no estimate can be made."""
    kind, count = endpoint.instance_type.constant, endpoint.instance_count.constant
    found = instance(kind) if isinstance(kind, str) else None
    if found is None or found.watts_idle is None or creation_of(endpoint) is None:
        return None
    instances = count if isinstance(count, int) and count > 0 else 1
    energy = found.watts_idle * instances * _HOURS_OF_A_YEAR / 1000
    of_them = f"{instances} of them " if instances > 1 else ""
    return (
        f"energy: an idle {found.name} draws about {found.watts_idle:g} W, {of_them}{energy:.0f} kWh a year "
        "(estimated from the hardware, without cooling)"
    )

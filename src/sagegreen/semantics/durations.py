"""Durations written as ``datetime.timedelta``."""

from __future__ import annotations

from datetime import timedelta

from sagegreen.semantics.values import Known, Result, Symbol, Value

_POSITIONS = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
_ATTRIBUTES = frozenset({"days", "seconds", "microseconds"})


def _duration(value: Value) -> timedelta | None:
    """The duration that a call of ``timedelta`` with known numbers makes."""
    callee = value.call.callee if isinstance(value, Result) else None
    if not isinstance(value, Result) or not isinstance(callee, Symbol) or callee.path != "datetime.timedelta":
        return None
    given: dict[str, float] = {}
    for position, argument in enumerate(value.call.arguments):
        name = argument.keyword or (_POSITIONS[position] if position < len(_POSITIONS) else "")
        number = argument.value.value if isinstance(argument.value, Known) else None
        if argument.star or name not in _POSITIONS or not isinstance(number, (int, float)):
            return None
        given[name] = number
    try:
        return timedelta(**given)
    except (OverflowError, ValueError):
        return None


def attribute(base: Result, name: str) -> Value | None:
    """``timedelta(hours=1).seconds``."""
    duration = _duration(base) if name in _ATTRIBUTES else None
    return Known(getattr(duration, name), origin=base.origin) if duration is not None else None


def total_seconds(base: Value) -> Value | None:
    """``timedelta(hours=1).total_seconds()``."""
    duration = _duration(base)
    return Known(duration.total_seconds(), origin=base.origin) if duration is not None else None

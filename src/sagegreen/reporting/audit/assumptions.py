"""What the estimates of an audit rest on."""

from __future__ import annotations

from sagegreen.sagemaker.energy import HOURS_OF_A_MONTH
from sagegreen.sagemaker.regions import pue_range, sources

_FORMULA = "kWh = watts / 1000 x hours x instances x PUE; kg CO2e = kWh x g/kWh / 1000."
_RANGES = """
Ranges reach from all instances idle to all at full load. The watts are estimated from the hardware and good to about
+/- 30 %; that uncertainty comes on top of the range.
"""
_DURATIONS = """
An endpoint that the code neither deletes nor scales is taken to be on for a month of {hours:.0f} hours; a job to run
up to its run-time limit, or that which the SDK sets where the code does not; most never reach it, so read the figure
as a ceiling. Every place in the code counts once,
however often it runs.
"""
_GRID = """
Power usage effectiveness is that of the Region, or {low:g} to {high:g} where none is published. Grid intensities are
yearly, location-based averages.
"""
_ANYWHERE = """
Programs that name no Region may run in any Region with SageMaker, which makes their range of CO2e wide; `--region`
narrows it.
"""
_LEFT_OUT = """
Only the machines' own electricity and the overhead of the data centre count: not their making, nor network, storage and
idle notebooks. What is not known has no figure, and is no zero.
"""


def assumptions(given_region: str | None) -> tuple[str, ...]:
    """The assumptions, one sentence or two each.

    Args:
        given_region: the Region that the user gave for programs that name none.
    """
    low, high = pue_range()
    where = f"Programs that name no Region are taken to run in {given_region}." if given_region else _ANYWHERE
    origins = "; ".join(f"{source.title} ({source.year}, {source.licence})" for source in sources())
    texts = (
        _FORMULA,
        _RANGES,
        _DURATIONS.format(hours=HOURS_OF_A_MONTH),
        _GRID.format(low=low, high=high),
        where,
        _LEFT_OUT,
        f"Sources: {origins}.",
    )
    return tuple(" ".join(text.split()) for text in texts)

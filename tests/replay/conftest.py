"""A table of what was compared."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "rules"))

_COMPARED = pytest.StashKey[Counter]()


@pytest.fixture
def compared(request: pytest.FixtureRequest) -> Counter:
    """Counts for the table at the end.

    By (dialect, kind, what) programs replayed, requests found and settings compared; in all what is unknown or unseen
    with leave, and contradictions.
    """
    return request.config.stash.setdefault(_COMPARED, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash.get(_COMPARED, Counter())
    keys = [key for key in counted if isinstance(key, tuple)]
    if not keys:
        return
    terminalreporter.section("what the tool reads against what the SDKs send: programs / requests / settings")
    apis = [api for api in ("v1", "v2", "modules", "v3", "v3core", "boto3") if any(key[0] == api for key in keys)]
    terminalreporter.line("".join([f"{'':20}", *(f"{api:>18}" for api in apis)]))
    for kind in sorted({key[1] for key in keys}):
        cells = [[counted[api, kind, what] for what in ("programs", "requests", "settings")] for api in apis]
        row = [" / ".join(map(str, cell)) if cell[0] else "-" for cell in cells]
        terminalreporter.line("".join([f"{kind:20}", *(f"{cell:>18}" for cell in row)]))
    left = ", ".join(f"{counted[what]} {what}" for what in ("unknown", "unseen", "contradictions"))
    terminalreporter.line(f"{sum(counted[key] for key in keys if key[2] == 'settings')} settings: {left}")

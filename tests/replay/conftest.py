"""A table of what was compared."""

from __future__ import annotations

from collections import Counter

import pytest

_COMPARED = pytest.StashKey[Counter]()


@pytest.fixture
def compared(request: pytest.FixtureRequest) -> Counter:
    """Counts (dialect, kind, what): programs replayed and settings compared with requests, for the table at the end."""
    return request.config.stash.setdefault(_COMPARED, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash.get(_COMPARED, Counter())
    if not counted:
        return
    terminalreporter.section("settings compared with requests (in so many programs)")
    apis = [api for api in ("v1", "v2", "modules", "v3", "v3core", "boto3") if any(key[0] == api for key in counted)]
    terminalreporter.line("".join([f"{'':20}", *(f"{api:>13}" for api in apis)]))
    for kind in sorted({key[1] for key in counted}):
        cells = [(counted[api, kind, "settings"], counted[api, kind, "programs"]) for api in apis]
        row = [f"{settings} ({programs})" if settings else "-" for settings, programs in cells]
        terminalreporter.line("".join([f"{kind:20}", *(f"{cell:>13}" for cell in row)]))

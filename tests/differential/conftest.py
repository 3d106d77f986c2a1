"""How many examples, and where the replay's machinery is; what came of the examples, at the end."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "replay"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--examples", type=int, help="generate so many jobs anew, instead of the few that stay the same")
    parser.addoption("--minimize", action="store_true", help="look for the smallest program with a contradiction")


_OUTCOMES = pytest.StashKey[Counter]()


@pytest.fixture
def outcomes(request: pytest.FixtureRequest) -> Counter:
    """Counts (dialect, what) for the table at the end."""
    return request.config.stash.setdefault(_OUTCOMES, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash.get(_OUTCOMES, Counter())
    if not counted:
        return
    columns = ("programs", "jobs", "settings", "unknown", "unseen", "contradictions")
    terminalreporter.section("generated programs against the SDK")
    terminalreporter.line("".join([f"{'':10}", *(f"{column:>16}" for column in columns)]))
    for dialect in dict.fromkeys(key[0] for key in counted):
        cells = [f"{counted[dialect, column]:>16}" for column in columns]
        terminalreporter.line("".join([f"{dialect:10}", *cells]))

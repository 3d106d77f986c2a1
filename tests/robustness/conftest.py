"""How many inputs, and which; what came of them, at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mutations import Pool
from trials import Trials

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SUFFIXES = (".py", ".ipynb")
_KEPT = pytest.StashKey[dict[str, Trials]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("robustness")
    group.addoption("--fuzz-examples", type=int, help="try so many inputs of each kind, instead of some hundred")
    group.addoption("--fuzz-seed", default="", help="try other inputs: any word")
    group.addoption("--corpus", type=Path, help="mutate and fix the files below this folder, instead of our fixtures")
    group.addoption("--survey", type=Path, action="append", help="judge every script below this folder")
    group.addoption("--survey-seconds", type=int, help="stop either half of the survey after that time")
    group.addoption("--kill-rounds", type=int, help="kill the program so many times")


@pytest.fixture(scope="session")
def option(request: pytest.FixtureRequest) -> Callable[[str, Any], Any]:
    """An option's value, or the default; where pytest was started above this folder, it does not know the options."""

    def value(name: str, default: Any = None) -> Any:
        given = request.config.getoption(name, None)
        return default if given is None else given

    return value


@pytest.fixture(scope="session")
def corpus(option: Callable[[str, Any], Any]) -> list[Path]:
    """The scripts and notebooks that are mutated and fixed."""
    given = option("--corpus", None)
    folders = [ROOT / "fixtures", ROOT / "tests" / "programs"] if given is None else [given]
    files = (file for folder in folders for file in Path(folder).rglob("*") if file.suffix in SUFFIXES)
    found = sorted(file for file in files if file.is_file() and "snapshots" not in file.parts)
    assert found, f"no scripts or notebooks below {folders}"
    return found


@pytest.fixture(scope="session")
def pool(corpus: list[Path]) -> Pool:
    """The programs with which others are mixed; the huge ones would take all the time."""
    scripts = (file for file in corpus if file.suffix == ".py" and file.stat().st_size < 20_000)
    return Pool(tuple(file.read_text(encoding="utf-8", errors="replace") for file in scripts))


@pytest.fixture
def trials(request: pytest.FixtureRequest, tmp_path: Path) -> Trials:
    """Where inputs are tried."""
    kept = request.config.stash.setdefault(_KEPT, {})
    return kept.setdefault(request.node.name, Trials(tmp_path))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    kept = {name: trials for name, trials in config.stash.get(_KEPT, {}).items() if trials.counts["inputs"]}
    if not kept:
        return
    terminalreporter.section("inputs that may not crash")
    columns = ("inputs", "SG002", "judged", "fixed", "fixes", "refused", "failures")
    terminalreporter.line("".join([f"{'':44}", *(f"{column:>10}" for column in columns), f"{'slowest':>10}"]))
    for name, trials in kept.items():
        findings = sum(n for code, n in trials.counts.items() if code.startswith("SG") and code > "SG003")
        cells = [findings if column == "judged" else trials.counts[column] for column in columns]
        row = "".join([f"{name:44}", *(f"{cell:>10}" for cell in cells), f"{trials.slowest[0]:>9.1f}s"])
        terminalreporter.line(row)

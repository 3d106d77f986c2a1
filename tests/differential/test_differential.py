"""The same job in many disguises: the SDK runs it, the tool reads it; they agree, or the tool says that it does not know.

A few programs, always the same ones, with every run of the tests; thousands of new ones with

    python -m pytest tests/differential --examples 3000 [--minimize]
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from jobs import DIALECTS
from judging import Judgement, judge, read

from programs import Generated, programs

if TYPE_CHECKING:
    from concurrent.futures import Future

    from replaying import Record

JOBS = 30  # of each dialect, with every run


@dataclass
class Replayed:
    """A generated program and its record, at some time."""

    program: Generated
    record: Future[Record]


def generated(dialect: str, jobs: int, first: int) -> list[Generated]:
    """Different programs of a dialect with so many jobs together, drawn from a row of seeds."""
    found: dict[str, Generated] = {}
    for number in count(first):
        for program in _drawn(dialect, number):
            found.setdefault(repr(program), program)
            if sum(entry.jobs for entry in found.values()) >= jobs:
                return list(found.values())
    raise AssertionError


def _drawn(dialect: str, number: int) -> list[Generated]:
    """A few programs: what hypothesis makes of one that it knows is much like it, so every seed gives only a few."""
    found: list[Generated] = []

    @seed(number)
    @settings(
        max_examples=3, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=[*HealthCheck]
    )
    @given(program=programs(dialect))
    def collect(program: Generated) -> None:
        found.append(program)

    collect()
    return found


def judged(program: Generated, record: Record) -> Judgement:
    with TemporaryDirectory() as folder:
        for path, content in program.files.items():
            Path(folder, path).write_bytes(content)
        return judge(read(Path(folder)), record)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tool_never_contradicts_the_sdk(dialect, environments, outcomes, request):
    sdk = {"v3": "v3", "v3core": "v3", "v1": "v1"}.get(dialect, "v2")
    problem = environments.problem(sdk)
    if problem and sdk == "v1":
        pytest.skip(f"SDK 1.72.1 does not run here: {problem}")
    assert not problem, problem
    wanted = request.config.getoption("--examples", None)
    jobs = JOBS if wanted is None else max(wanted // len(DIALECTS), 1)
    first = 0 if wanted is None else secrets.randbelow(2**31)
    programs_of_dialect = generated(dialect, jobs, first)
    playing = [Replayed(entry, environments.replay(sdk, entry.main, entry.files)) for entry in programs_of_dialect]
    problems = []
    for entry in playing:
        record = entry.record.result()
        if record.failure:
            problems.append(f"{entry.program!r}\ndoes not run: {record.failure}")
            continue
        judgement = judged(entry.program, record)
        outcomes[dialect, "programs"] += 1
        outcomes[dialect, "jobs"] += entry.program.jobs
        outcomes[dialect, "settings"] += sum(judgement.compared.values())
        outcomes[dialect, "unknown"] += len(judgement.unknown)
        outcomes[dialect, "unseen"] += len(judgement.unclaimed)
        outcomes[dialect, "contradictions"] += len(judgement.contradictions)
        if judgement.contradictions:
            problems.append("\n".join([repr(entry.program), *judgement.contradictions]))
    if problems and request.config.getoption("--minimize", default=False):
        problems.append(f"the smallest: {smallest(dialect, environments, sdk)!r}")
    assert not problems, "\n".join(problems)


def smallest(dialect, environments, sdk):
    """A small program with a contradiction."""

    def contradicts(program):
        record = environments.replay(sdk, program.main, program.files).result()
        return record.failure is None and bool(judged(program, record).contradictions)

    return find(programs(dialect, most=1), contradicts, settings=settings(max_examples=300, database=None))


def test_disguises_are_mostly_seen_through(outcomes):
    """Whoever calls everything unknown contradicts nobody; so does a comparison of nothing."""
    total = Counter()
    for (_, what), number in outcomes.items():
        total[what] += number
    if not total:
        pytest.skip("the programs were not selected")
    assert total["settings"] > 5 * total["jobs"] > 0
    assert total["unknown"] < total["settings"] / 10
    assert total["unseen"] < total["jobs"] / 20

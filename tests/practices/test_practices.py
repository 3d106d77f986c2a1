"""The practice table and the rules must agree, at both ends."""

import json
import re

import pytest

from sagegreen.checking.builtin import BUILTIN
from sagegreen.checking.practices import phases, practice, practices
from sagegreen.checking.registry import Registry
from sagegreen.cli import main

CHECKS = [check for check in Registry.installed().checks.values() if check not in BUILTIN]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_rule_serves_known_practices_that_code_can_show(check):
    assert check.practices
    for name in check.practices:
        found = practice(name)
        assert found is not None, f"{check.code} names the practice `{name}`, which the table does not have"
        assert found.unseen is None, f"`{name}` is said to be invisible in code, yet {check.code} serves it"


@pytest.mark.parametrize("entry", practices(), ids=lambda entry: entry.id)
def test_a_practice_has_a_rule_or_a_reason_why_none_can_see_it(entry):
    serving = {check.code for check in CHECKS if entry.id in check.practices}
    assert bool(serving) != bool(entry.unseen)


def test_the_command_shows_for_every_rule_what_it_serves(capsys):
    assert main(["rule", "--all", "--output-format", "json"]) == 0
    shown = {entry["code"]: entry for entry in json.loads(capsys.readouterr().out)}
    for check in CHECKS:
        entry = shown[check.code]
        assert entry["practices"] == list(check.practices)
        assert entry["phase"] == practice(check.practices[0]).phase.id
        assert entry["default"] is check.default
        assert entry["dialects"]
        assert set(entry["fixes"]) <= {"safe", "unsafe", "displayonly"}
        assert entry["summary"]
        assert entry["explanation"].startswith(f"# {check.name} ({check.code})")


@pytest.mark.parametrize("entry", practices(), ids=lambda entry: entry.id)
def test_an_entry_is_whole(entry):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.id)
    assert entry.phase in phases()
    assert entry.sources
    assert len(entry.statement) > 20
    assert entry.statement.endswith(".")
    assert entry.unseen is None or entry.unseen.endswith(".")
    assert entry.departure is None or entry.departure.endswith(".")
    assert len({source.id for source in entry.sources}) == len(entry.sources)


def test_the_table_covers_all_documents_and_phases():
    sources = {source.id for entry in practices() for source in entry.sources}
    assert len(sources) == 5
    assert {entry.phase for entry in practices()} == set(phases())


def test_an_unknown_practice_is_none():
    assert practice("paint-the-servers-green") is None

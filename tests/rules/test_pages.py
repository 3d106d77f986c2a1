"""Every rule's page: complete, true, and the only place where the rule is documented."""

from __future__ import annotations

import re
import sys
import textwrap

import pytest
from scenes import judged, registry, rules

from sagegreen.checking.registry import page

SECTIONS = (
    "What it does",
    "Why it wastes",
    "Example",
    "Use instead",
    "Fix safety",
    "What it cannot see",
    "References",
)
ALL = sorted(registry().checks.values(), key=lambda check: check.code)
PACK = [check for check in ALL if check.name in rules()]


def named(check):
    return check.name


def programs(check, section):
    """The Python programs in a section, in order."""
    blocks = re.findall(r"^```python\n(.*?)^```", page(check).section(section), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


def found(source, check, folder):
    (folder / "pyproject.toml").write_text("")
    (folder / "program.py").write_text(source)
    results = judged(folder / "program.py", check.name)
    return [finding.code for result in results for finding in result.findings]


@pytest.mark.parametrize("check", ALL, ids=named)
def test_a_page_has_a_summary_and_every_section(check):
    titles = [title for title, _ in page(check).sections]
    assert page(check).summary
    assert titles == list(SECTIONS)
    assert [title for title, body in page(check).sections if not body] == []


@pytest.mark.parametrize("check", ALL, ids=named)
def test_a_page_cites_public_sources(check):
    assert re.search(r"https://\S+", page(check).section("References"))


@pytest.mark.parametrize("check", ALL, ids=named)
def test_code_and_name_are_well_formed(check):
    assert re.fullmatch(r"SG[0-9]{3}", check.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", check.name)


@pytest.mark.parametrize("check", PACK, ids=named)
def test_a_rule_is_one_module_of_its_name_in_the_folder_of_its_phase(check):
    package, phase, module = check.__module__.split(".")
    assert package == "sagegreen_checks"
    assert phase in {"data", "building", "training", "tuning", "deployment"}
    assert module == check.name.replace("-", "_")
    own = [value for value in vars(sys.modules[check.__module__]).values() if value in PACK]
    assert own == [check]


@pytest.mark.parametrize("check", PACK, ids=named)
def test_a_rule_serves_a_practice(check):
    assert check.practices
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", practice) for practice in check.practices)


@pytest.mark.parametrize("check", PACK, ids=named)
def test_each_example_triggers_the_rule(check, tmp_path):
    examples = programs(check, "Example")
    assert examples
    for example in examples:
        assert check.code in found(example, check, tmp_path), example


@pytest.mark.parametrize("check", PACK, ids=named)
def test_what_to_use_instead_does_not(check, tmp_path):
    better = programs(check, "Use instead")
    assert better
    for program in better:
        assert found(program, check, tmp_path) == [], program

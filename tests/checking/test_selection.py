import pytest

from sagegreen.checking.check import Check
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection, resolve


def rule(rule_code, rule_name, on=True):
    class Rule(Check):
        code, name, default = rule_code, rule_name, on

    return Rule


REGISTRY = Registry(
    checks=[
        rule("SG301", "on-demand-training"),
        rule("SG302", "spot-without-checkpoint"),
        rule("SG304", "no-runtime-cap", on=False),
        rule("SG401", "always-on-endpoint"),
    ]
)


def chosen(*selections):
    return sorted(resolve(selections, REGISTRY) - {"SG002", "SG003"})


def test_default_set_leaves_out_what_is_opt_in():
    assert chosen() == ["SG001", "SG301", "SG302", "SG401"]


def test_select_replaces_the_default_set():
    assert chosen(Selection(select=("SG3",))) == ["SG301", "SG302", "SG304"]
    assert chosen(Selection(select=("SG304", "sg401"))) == ["SG304", "SG401"]
    assert chosen(Selection(select=())) == []


def test_all_and_names_are_selectors():
    assert chosen(Selection(select=("ALL",))) == ["SG001", "SG301", "SG302", "SG304", "SG401"]
    assert chosen(Selection(select=("no-runtime-cap",))) == ["SG304"]


def test_the_most_specific_selector_decides():
    assert chosen(Selection(select=("SG301",), ignore=("SG3",))) == ["SG301"]
    assert chosen(Selection(select=("SG3",), ignore=("SG301",))) == ["SG302", "SG304"]
    assert chosen(Selection(select=("SG30",), ignore=("ALL",))) == ["SG301", "SG302", "SG304"]
    assert chosen(Selection(select=("SG3",), ignore=("SG3",))) == []


def test_extend_select_adds_and_ignore_takes_away():
    assert chosen(Selection(extend_select=("SG304",))) == ["SG001", "SG301", "SG302", "SG304", "SG401"]
    assert chosen(Selection(ignore=("SG3",))) == ["SG001", "SG401"]


def test_a_later_source_builds_on_or_replaces_an_earlier_one():
    file = Selection(select=("SG3",), ignore=("SG302",))
    assert chosen(file, Selection(extend_select=("SG401",))) == ["SG301", "SG304", "SG401"]
    assert chosen(file, Selection(ignore=("SG304",))) == ["SG301"]
    assert chosen(file, Selection(select=("SG4",))) == ["SG401"]


def test_what_could_not_be_judged_is_reported_whatever_is_selected_unless_it_is_ignored():
    assert {"SG002", "SG003"} <= resolve([Selection(select=("SG301",))], REGISTRY)
    assert "SG002" not in resolve([Selection(select=("SG301",), ignore=("SG002",))], REGISTRY)


@pytest.mark.parametrize(
    ("selector", "nearest"),
    [("SG331", "SG301"), ("on-demand-trainin", "on-demand-training"), ("AL", "ALL")],
)
def test_an_unknown_selector_names_the_nearest_and_where_it_stands(selector, nearest):
    with pytest.raises(SagegreenError, match=f"`{selector}` in `ignore` of pyproject.toml; did you mean `{nearest}`"):
        resolve([Selection(ignore=(selector,), origin="pyproject.toml")], REGISTRY)


@pytest.mark.parametrize("selector", ["", " ", "Z", "301"])
def test_a_selector_that_means_nothing_is_refused(selector):
    with pytest.raises(SagegreenError, match="unknown rule"):
        resolve([Selection(select=(selector,))], REGISTRY)

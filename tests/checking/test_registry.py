import pytest

from sagegreen.checking.check import Check
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.registry import Registry, page

ANATOMY = ["What it does", "Why it wastes", "Example", "Use instead", "Fix safety", "What it cannot see", "References"]


def pack(folder, name, **modules):
    root = folder / name
    root.mkdir()
    (root / "__init__.py").write_text("")
    for module, source in modules.items():
        (root / f"{module}.py").write_text("from sagegreen.checking.check import Check\n" + source)
    return name


def test_every_module_of_an_installed_pack_is_searched(toy_pack):
    registry = Registry.installed()
    assert "toy_checks" in registry.packages
    assert registry.checks["SG901"].__module__ == "toy_checks.phase.rules"
    assert registry.find("sg902") is registry.find("toy-optional") is registry.checks["SG902"]
    assert list(registry.checks) == sorted(registry.checks)


def test_only_overridden_hooks_are_called(toy_pack):
    hooks = Registry(["toy_checks"]).hooks
    assert set(hooks) == {"check_program"}
    assert [hook.check.code for hook in hooks["check_program"]] == ["SG901", "SG902", "SG903", "SG904"]


def test_a_base_without_a_code_of_its_own_is_no_rule(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    source = "class Base(Check):\n    practices = ()\nclass Rule(Base):\n    code, name = 'ACME001', 'acme-rule'\n"
    codes = set(Registry([pack(tmp_path, "acme_bases", rules=source)]).checks)
    assert codes == {"ACME001", "SG001", "SG002", "SG003"}


def test_two_rules_of_one_code_are_refused_with_both_homes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    first = "class One(Check):\n    code, name = 'ACME001', 'acme-one'\n"
    second = "class Two(Check):\n    code, name = 'ACME001', 'acme-two'\n"
    registry = Registry([pack(tmp_path, "acme_twice", one=first, two=second)])
    with pytest.raises(SagegreenError, match=r"`ACME001`: acme_twice\.one\.One and acme_twice\.two\.Two"):
        _ = registry.checks


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("class R(Check):\n    code, name = 'acme1', 'acme-rule'\n", "has the code 'acme1'"),
        ("class R(Check):\n    code, name = 'ACME001', 'Acme Rule'\n", "has the name 'Acme Rule'"),
        ("import no_such_module\n", r"`acme_broken_2` cannot be loaded: module `acme_broken_2.rules` raised ModuleNot"),
    ],
)
def test_a_malformed_pack_is_named(tmp_path, monkeypatch, source, message, request):
    monkeypatch.syspath_prepend(tmp_path)
    number = request.node.callspec.indices["source"]
    registry = Registry([pack(tmp_path, f"acme_broken_{number}", rules=source)])
    with pytest.raises(SagegreenError, match=message):
        _ = registry.checks


def test_a_page_is_parted_at_headings_outside_code(toy_pack):
    shown = page(Registry(["toy_checks"]).checks["SG901"])
    assert shown.summary == "Something wasteful."
    assert [title for title, _ in shown.sections] == ["What it does", "Example", "Fix safety"]
    assert "## no heading" in shown.section("Example")
    assert shown.section("References") == ""


@pytest.mark.parametrize("code", ["SG001", "SG002", "SG003"])
def test_the_engines_own_rules_have_complete_pages(code):
    shown = page(Registry().checks[code])
    assert shown.summary
    assert [title for title, _ in shown.sections] == ANATOMY
    assert all(body for _, body in shown.sections)


def test_the_fingerprint_changes_with_the_source_of_a_rule(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    name = pack(tmp_path, "acme_changing", rules="class R(Check):\n    code, name = 'ACME001', 'acme-rule'\n")
    before = Registry([name]).fingerprint
    assert Registry([name]).fingerprint == before
    (tmp_path / name / "rules.py").write_text("# another rule\n")
    assert Registry([name]).fingerprint != before


def test_code_names_must_be_own(tmp_path):
    class Nameless(Check):
        code = "ACME001"

    with pytest.raises(SagegreenError, match="has the name None"):
        _ = Registry(checks=[Nameless]).checks

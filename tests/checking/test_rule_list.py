"""The rules that an earlier run kept a list of: selected without being imported, and never out of date."""

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from sagegreen.checking.cache import Cache
from sagegreen.checking.entry_points import ENTRY_POINT_GROUP, named_packages
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.registry import Registry
from sagegreen.checking.rule_list import kept_list
from sagegreen.checking.selection import Selection, resolve

RULE = """from sagegreen.checking.check import Check
class Rule(Check):
    code = "ACME{number:03}"
    name = "acme-rule-{number}"
    default = {default}
    assumable = ("acme-word",)
"""


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A pack whose modules are forgotten after each use, as between two runs."""
    monkeypatch.syspath_prepend(tmp_path / "packs")
    (tmp_path / "packs" / "acme_listed").mkdir(parents=True)
    (tmp_path / "packs" / "acme_listed" / "__init__.py").write_text("")
    (tmp_path / "packs" / "acme_single.py").write_text(RULE.format(number=90, default=True))
    write(tmp_path, 1)
    yield tmp_path
    forget()


def write(folder, number, *, default=True, module="rules"):
    (folder / "packs" / "acme_listed" / f"{module}.py").write_text(RULE.format(number=number, default=default))


def forget():
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]


def next_run(folder, *packages):
    """The registry of another run."""
    forget()
    return Registry(packages or ["acme_listed"], kept_in=[Cache(folder / "kept")])


def keep(folder, *packages):
    registry = next_run(folder, *packages)
    found = registry.rules
    registry.keep_rules(Cache(folder / "kept"))
    return found


def is_imported(package="acme_listed"):
    return package in sys.modules


def test_the_next_run_imports_no_rule(pack):
    first = keep(pack)
    assert is_imported()
    registry = next_run(pack)
    assert registry.rules == first
    assert resolve([Selection(select=("ALL",), ignore=("acme-rule-1",))], registry) == {"SG001", "SG002", "SG003"}
    assert first.by_code["ACME001"].assumable == ("acme-word",)
    assert not is_imported()
    assert registry.rules.by_code.keys() == registry.checks.keys()
    assert is_imported()


@pytest.mark.parametrize("change", ["code", "default", "another module", "a module less", "touched", "another pack"])
def test_a_pack_that_changes_is_read_again(pack, change):
    write(pack, 2, module="more")
    keep(pack)
    packages, expected = ["acme_listed"], {"ACME001": True, "ACME002": True}
    if change == "code":
        write(pack, 23)
        expected = {"ACME023": True, "ACME002": True}
    elif change == "default":
        write(pack, 1, default=False)
        expected["ACME001"] = False
    elif change == "another module":
        write(pack, 3, module="again")
        expected["ACME003"] = True
    elif change == "a module less":
        (pack / "packs" / "acme_listed" / "more.py").unlink()
        del expected["ACME002"]
    elif change == "touched":
        os.utime(pack / "packs" / "acme_listed" / "more.py", (1, 1))
    else:
        packages.append("acme_single")
        expected["ACME090"] = True
    rules = next_run(pack, *packages).rules.by_code
    assert is_imported()
    assert {code: rule.default for code, rule in rules.items() if code.startswith("ACME")} == expected


def test_a_pack_of_one_module_that_changes_is_read_again(pack):
    keep(pack, "acme_single")
    assert "ACME090" in next_run(pack, "acme_single").rules.by_code
    assert not is_imported("acme_single")
    (pack / "packs" / "acme_single.py").write_text(RULE.format(number=9, default=True))
    assert "ACME009" in next_run(pack, "acme_single").rules.by_code


def test_nothing_is_kept_that_was_not_imported_or_was_given_as_a_class(pack):
    registry = next_run(pack)
    registry.keep_rules(Cache(pack / "kept"))
    assert not (pack / "kept").exists()
    rule = registry.checks["ACME001"]
    given = Registry(checks=[rule], kept_in=[Cache(pack / "kept")])
    assert "ACME001" in given.rules.by_code
    given.keep_rules(Cache(pack / "kept"))
    assert not (pack / "kept").exists()


@pytest.mark.parametrize(
    "kept", ["", "[", "3", "[3]", '[["A", "b", 1, []]]', '[["A", "b", true]]', '[["A", 1, true, []]]', "[[]]" * 2]
)
def test_what_this_version_would_not_write_is_as_if_it_were_not_there(pack, kept):
    first = keep(pack)
    registry = next_run(pack)
    cache = Cache(pack / "kept")
    cache.put(cache.key("rules", registry.fingerprint), kept.encode())
    assert kept_list(cache, registry.fingerprint) is None
    assert registry.rules == first
    assert is_imported()


def test_a_list_that_says_something_else_is_replaced(pack):
    first = keep(pack)
    cache = Cache(pack / "kept")
    fingerprint = next_run(pack).fingerprint
    cache.put(cache.key("rules", fingerprint), json.dumps([["SG001", "unused-suppression", True, []]]).encode())
    registry = next_run(pack)
    assert list(registry.rules.by_code) == ["SG001"]
    assert registry.checks
    assert registry.rules == first
    registry.keep_rules(cache)
    assert kept_list(cache, fingerprint) == first


def test_an_unknown_rule_is_refused_in_the_same_words(pack):
    keep(pack)
    said = []
    for registry in (next_run(pack), Registry(["acme_listed"])):
        with pytest.raises(SagegreenError) as refused:
            resolve([Selection(select=("acme-rul-1",))], registry)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert "did you mean `acme-rule-1`?" in said[0]


PROBE = """
import sys
from sagegreen.cli import main
code = main(sys.argv[1:])
print(code, *sorted({"libcst", "sagegreen_checks"} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("where", [["--cache-dir", "kept"], []])
@pytest.mark.parametrize("below", [".", "sub"])
def test_a_run_without_news_loads_no_rule(tmp_path, where, below):
    (tmp_path / "pyproject.toml").write_text("[tool.sagegreen]\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "launch.py").write_text(
        'import boto3\nboto3.client("sagemaker").delete_endpoint()  # noqa: SG1\n'
    )
    words = ["check", "--select", "ALL,no-log-retention", *where]
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROBE, *words], cwd=tmp_path / below, capture_output=True, text=True, check=False
        )
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stderr.split()[1:] == ["libcst", "sagegreen_checks"]
    assert runs[1].stderr.split()[1:] == []
    assert runs[0].stderr.split()[0] == runs[1].stderr.split()[0]


def test_packs_are_found_as_importlib_finds_them(toy_pack, tmp_path, monkeypatch):
    def told():
        return {point.module for point in entry_points(group=ENTRY_POINT_GROUP)}

    assert named_packages() == told() >= {"toy_checks", "sagegreen_checks"}
    for folder, name, package in (("front", "Acme.Pack-2.dist-info", "new"), ("behind", "acme_pack-1.egg-info", "old")):
        info = tmp_path / folder / name
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-pack\nVersion: 1\n")
        (info / "entry_points.txt").write_text(
            f"[console_scripts]\nacme = acme:main\n\n[{ENTRY_POINT_GROUP}]\nacme = acme_{package}\n[other]\nx = y\n"
        )
    monkeypatch.syspath_prepend(tmp_path / "behind")
    monkeypatch.syspath_prepend(tmp_path / "front")
    assert named_packages() == told() >= {"acme_new"}
    assert "acme_old" not in told()
    (tmp_path / "archive.zip").write_bytes(b"")
    monkeypatch.syspath_prepend(tmp_path / "archive.zip")
    with pytest.raises(ValueError, match=r"archive\.zip"):
        named_packages()
    assert set(Registry.installed().packages) == told()

"""The documentation is built strictly, and what it says to write works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import tomllib

from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.keys import KEYS
from sagegreen.checking.registry import Registry
from sagegreen.checking.schema import configuration_schema

ROOT = Path(__file__).parents[2]
PACK = ROOT / "docs" / "examples" / "company-pack"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_rule_has_a_page(site):
    for code in Registry.installed().checks:
        assert code in (site / "rules" / code / "index.html").read_text(encoding="utf-8")


def test_the_reference_has_every_key(site):
    page = (site / "configuration" / "index.html").read_text(encoding="utf-8")
    assert [key.name for key in KEYS if f"<code>{key.name}</code>" not in page] == []


def test_the_published_schema_is_the_programs(site):
    stored = json.loads((site / "sagegreen.schema.json").read_text(encoding="utf-8"))
    assert stored == configuration_schema(Registry.installed())


# --- the configuration ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator():
    schema = configuration_schema(Registry.installed())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_the_examples_of_the_reference_are_understood(key, validator, tmp_path):
    table = tomllib.loads(key.example)
    table = table.get("tool", {}).get("sagegreen", table)
    validator.validate(table)
    if key.name != "extend":
        (tmp_path / "sagegreen.toml").write_text(key.example.replace("[tool.sagegreen.", "["))
        Configuration(Registry.installed(), Overrides()).for_folder(tmp_path)


@pytest.mark.parametrize(
    "table", [{"selekt": []}, {"select": "SG3"}, {"assume": ["no-such-word"]}, {"fix": "yes"}, {"output-format": "xml"}]
)
def test_the_schema_refuses_what_the_program_refuses(table, validator):
    assert not validator.is_valid(table)


# --- a pack of one's own -------------------------------------------------------------------------------------


def test_the_company_pack_is_installed_and_speaks(tmp_path):
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, PACK]
    subprocess.run(pip, check=True, capture_output=True)
    script = tmp_path / "launch.py"
    script.write_text(
        "from sagemaker.xgboost import XGBoost\n"
        'XGBoost("t.py", "1.7-1", role="r", instance_type="ml.m7i.xlarge", instance_count=1, max_run=86400).fit()\n'
    )
    command = [sys.executable, "-m", "sagegreen", "check", "--isolated", "--no-cache", "--select", "ACME"]
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [*command, "--fix", "--unsafe-fixes", "--show-fixes", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 × ACME101 (long-training)" in done.stdout  # noqa: RUF001
    assert "max_run=28800" in script.read_text()
    page = [sys.executable, "-m", "sagegreen", "rule", "ACME101"]
    shown = subprocess.run(page, env=environment, capture_output=True, text=True, check=True).stdout
    assert "ACME handbook" in shown

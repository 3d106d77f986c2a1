"""What is published can be built by anybody, byte for byte, and holds all it needs and nothing else."""

from __future__ import annotations

import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

from interpreters import ROOT


def test_two_builds_of_the_source_are_the_same(from_sdist, from_tree):
    assert from_sdist.sdist.name == from_tree.sdist.name
    assert from_sdist.sdist.read_bytes() == from_tree.sdist.read_bytes()


def test_the_wheel_of_the_source_is_that_of_the_tree(from_sdist, from_tree):
    assert from_sdist.wheel.name == from_tree.wheel.name
    assert from_sdist.wheel.read_bytes() == from_tree.wheel.read_bytes()


def test_the_wheel_holds_the_packages_and_nothing_else(from_sdist):
    with zipfile.ZipFile(from_sdist.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        for name in names:
            home = ROOT / ("checks" if name.startswith("sagegreen_checks/") else "src") / name
            assert wheel.read(name) == home.read_bytes(), name
    packages = (ROOT / "src" / "sagegreen", ROOT / "checks" / "sagegreen_checks")
    files = [path for package in packages for path in package.rglob("*") if path.is_file()]
    expected = {
        str(path.relative_to(ROOT / path.relative_to(ROOT).parts[0]))
        for path in files
        if "__pycache__" not in path.parts
    }
    assert names == expected
    assert {Path(name).suffix for name in names} >= {".py", ".csv", ".json", ".css", ".typed"}


def test_the_licence_and_the_sources_of_the_data_are_in_it(from_sdist):
    with zipfile.ZipFile(from_sdist.wheel) as wheel:
        texts = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(wheel.read(texts["METADATA"]).decode())
    assert {"LICENSE", "entry_points.txt"} <= set(texts)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    with tarfile.open(from_sdist.sdist) as source:
        members = source.getnames()
    assert {"LICENSE", "NOTICE", "README.md", "pyproject.toml"} <= {name.partition("/")[2] for name in members}
    assert not [name for name in members if "__pycache__" in name or name.endswith(".pyc")]

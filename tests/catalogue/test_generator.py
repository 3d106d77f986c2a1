"""The generator on small sources of our own."""

import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))

from catalogue_generation.assembly import catalogue, read  # noqa: E402
from catalogue_generation.releases import Release  # noqa: E402
from catalogue_generation.writing import differences, rendered, write  # noqa: E402
from sagegreen.sagemaker.catalogue import Catalogue  # noqa: E402

BASE = """
import enum
DAY = 24 * 60 * 60
class Base:
    def __init__(self, role, count=1, {extra}max_run=DAY, **kwargs):
        pass
    def fit(self, inputs=None, *, wait=True):
        pass
class Framework(Base):
    def __init__(self, entry_point, **kwargs):
        super().__init__(count=2, **kwargs)
class Colour(enum.Enum):
    RED = "red"
    ALSO = RED
"""
RECORDS = """
import attr
from dataclasses import dataclass, field
from pydantic import BaseModel, Field
class BaseConfig(BaseModel):
    model_config = {"extra": "forbid"}
    name: str
    size: int = Field(default=3, description="x")
class Config(BaseConfig):
    items: list = Field(default_factory=list)
@attr.s
class Step:
    _name = attr.ib()
    retries = attr.ib(default=2)
    hidden = attr.ib(init=False, default=None)
@dataclass
class Plan:
    first: str
    second: list = field(default_factory=list)
    hidden: int = field(default=0, init=False)
"""


def make(directory: Path, version: str, extra: str) -> object:
    package = directory / version / "sagemaker"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from sagemaker.base import Framework as Renamed\n")
    (package / "base.py").write_text(BASE.format(extra=extra))
    (package / "records.py").write_text(RECORDS)
    (package / "lazy.py").write_text(
        "def __getattr__(name):\n    if name == 'Plan':\n        from sagemaker.records import Plan\n        return Plan\n"
    )
    return read(Release(version, ()), directory / version)


@pytest.fixture
def data(tmp_path):
    old = make(tmp_path, "1.0", "")
    new = make(tmp_path, "2.0", "pool=None, ")
    return catalogue(new, [old])


def names(signature):
    return [p.name for p in signature.parameters]


def test_reads_what_a_caller_may_write(data):
    found = Catalogue(data)
    assert found.canonical("sagemaker.Renamed") == "sagemaker.base.Framework"
    assert found.canonical("sagemaker.lazy.Plan") == "sagemaker.records.Plan"
    framework = found.signature("sagemaker.base.Framework")
    assert names(framework) == ["entry_point", "role", "pool", "max_run", "kwargs"]
    assert framework.parameter("max_run").default == 86400
    ((held, before),) = found.older_signatures("sagemaker.base.Framework")
    assert held == ">=1.0,<2.0"
    assert names(before) == ["entry_point", "role", "max_run", "kwargs"]
    assert names(found.signature("sagemaker.base.Framework", "fit")) == ["inputs", "wait"]


def test_synthesised_constructors(data):
    found = Catalogue(data)
    assert names(found.signature("sagemaker.records.Config")) == ["name", "size", "items"]
    assert names(found.signature("sagemaker.records.Step")) == ["name", "retries"]
    assert names(found.signature("sagemaker.records.Plan")) == ["first", "second"]
    assert found.signature("sagemaker.records.Config").parameter("name").required
    assert not found.signature("sagemaker.records.Plan").parameter("second").has_literal_default


def test_the_same_sources_give_the_same_bytes(tmp_path):
    first = catalogue(make(tmp_path / "a", "2.0", ""), [make(tmp_path / "a", "1.0", "")])
    second = catalogue(make(tmp_path / "b", "2.0", ""), [make(tmp_path / "b", "1.0", "")])
    assert rendered(first) == rendered(second)


def test_differences_name_symbol_and_versions(tmp_path, data):
    write(tmp_path / "stored", {"sdk": data})
    assert differences(tmp_path / "stored", {"sdk": data}) == []
    later = catalogue(make(tmp_path, "3.0", "pool=0, "), [])
    report = "\n".join(differences(tmp_path / "stored", {"sdk": later}))
    assert "sagemaker.base Base methods __init__" in report
    assert "stored 2.0, sources 3.0" in report
    assert differences(tmp_path / "nowhere", {"sdk": data}) == ["sdk: not stored"]

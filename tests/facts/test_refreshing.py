import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "src" / "sagegreen" / "sagemaker"


def refresh(*arguments):
    command = [sys.executable, ROOT / "tools" / "refresh_facts.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT / "src")})


@pytest.fixture
def tables(tmp_path):
    for name in ("regions", "instances"):
        (tmp_path / name).mkdir()
        shutil.copy(TABLES / name / f"{name}.csv", tmp_path / name)
    return tmp_path


def test_the_tables_are_what_botocore_lists():
    result = refresh("--check")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_wrong_column_is_found_and_mended(tables):
    path = tables / "regions" / "regions.csv"
    right = path.read_text()
    path.write_text(right.replace("Europe,EU,yes", "Europe,EU,no", 1))
    assert refresh("--check", "--facts", str(tables)).returncode == 1
    assert refresh("--facts", str(tables)).returncode == 0
    assert path.read_text() == right


def test_a_missing_row_is_named(tables):
    path = tables / "instances" / "instances.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("ml.m5.xlarge")))
    result = refresh("--check", "--facts", str(tables))
    assert result.returncode == 1
    assert "instances.csv has no row for ml.m5.xlarge" in result.stderr

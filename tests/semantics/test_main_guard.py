"""What stands under ``if __name__ == "__main__"`` is run by the program that is looked at, and by no one that imports it."""

from pathlib import Path

import sagegreen

GUARDED = """
from sagemaker.sklearn import SKLearn

kind = "ml.m5.large"
if __name__ == "__main__":
    kind = "ml.c5.large"


def train():
    SKLearn("t.py", framework_version="1.2-1", role="r", instance_count=1, instance_type=kind).fit("s3://b/x")
"""


def instance_types(folder: Path, main: str) -> list[object]:
    entries = sagegreen.inventory([folder / main], isolated=True)
    return [entry["settings"]["instance_type"] for entry in entries if entry["kind"] == "training_job"]


def test_the_guard_holds_in_the_program_itself(tmp_path):
    (tmp_path / "jobs.py").write_text(f"{GUARDED}\n\ntrain()\n", encoding="utf-8")
    assert instance_types(tmp_path, "jobs.py") == [{"state": "known", "value": "ml.c5.large"}]


def test_the_guard_keeps_from_importers_what_it_encloses(tmp_path):
    (tmp_path / "jobs.py").write_text(GUARDED, encoding="utf-8")
    (tmp_path / "main.py").write_text(
        "from sagemaker.sklearn import SKLearn\n\nimport jobs\n\n"
        'SKLearn("t.py", framework_version="1.2-1", role="r", instance_count=1, instance_type=jobs.kind).fit("s3://b")\n',
        encoding="utf-8",
    )
    assert instance_types(tmp_path, "main.py") == [{"state": "known", "value": "ml.m5.large"}]

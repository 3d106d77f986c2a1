"""Bring the fact tables up to what botocore lists.

    python tools/refresh_facts.py [--check]

takes the Regions with a SageMaker endpoint and the instance types that each API accepts from the boto3 catalogue (which
``generate_catalogue.py`` makes of a botocore release) and writes the columns that follow from them: ``sagemaker`` of
``src/sagegreen/sagemaker/regions/regions.csv`` and ``apis`` of ``src/sagegreen/sagemaker/instances/instances.csv``. All
other columns are looked up by hand in the sources that ``NOTICE`` names; a Region or an instance type that has no row
yet is named, and its row is to be written.

``--check``  writes nothing; exit 1 if a column differs or a row is missing.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

from sagegreen.sagemaker.catalogue import load_boto3
from sagegreen.sagemaker.instances import is_instance_type

FACTS = Path(__file__).resolve().parent.parent / "src" / "sagegreen" / "sagemaker"

# The enumerations of the service model, by the word that the table has for them.
APIS = {
    "training": "TrainingInstanceType",
    "processing": "ProcessingInstanceType",
    "transform": "TransformInstanceType",
    "hosting": "ProductionVariantInstanceType",
    "notebook": "InstanceType",
    "studio_app": "AppInstanceType",
    "cluster": "ClusterInstanceType",
    "optimization": "OptimizationJobDeploymentInstanceType",
    "training_plan": "ReservedCapacityInstanceType",
    "ai_recommendation": "AIRecommendationInstanceType",
}
# Elastic Inference is listed by enumerations of its own, which are not in the catalogue: its rows stay as they are.
UNLISTED = {"hosting_accelerator", "notebook_accelerator"}
# Partitions for classified work, of which nothing is published.
CLASSIFIED = ("aws-iso",)

Table = tuple[list[str], list[dict[str, str]]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--facts", type=Path, default=FACTS, metavar="DIRECTORY", help="where the tables are")
    options = parser.parse_args()
    problems: list[str] = []
    for path, refresh in (
        (options.facts / "regions" / "regions.csv", refresh_regions),
        (options.facts / "instances" / "instances.csv", refresh_instances),
    ):
        stored = path.read_text(encoding="utf-8")
        names, rows = _read(stored)
        problems += refresh(rows)
        text = _written(names, rows)
        if text != stored and options.check:
            problems.append(f"{path.name} is out of date: run tools/refresh_facts.py")
        elif text != stored:
            path.write_text(text, encoding="utf-8", newline="")
            print(f"{path.name} was written")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def refresh_regions(rows: list[dict[str, str]]) -> list[str]:
    """Set where SageMaker is; name the Regions without a row."""
    served = {
        name
        for partition, names in load_boto3().regions.items()
        if not partition.startswith(CLASSIFIED)
        for name in names
    }
    for row in rows:
        row["sagemaker"] = "yes" if row["region"] in served else "no"
    missing = served - {row["region"] for row in rows}
    return [f"regions.csv has no row for {name}" for name in sorted(missing)]


def refresh_instances(rows: list[dict[str, str]]) -> list[str]:
    """Set which APIs accept a type; name the types without a row."""
    accepted: dict[str, list[str]] = {}
    for api, shape in APIS.items():
        for name in load_boto3().enumeration(shape):
            accepted.setdefault(name, []).append(api)
    for row in rows:
        kept = [api for api in row["apis"].split(";") if api in UNLISTED]
        found = set(accepted.get(row["instance_type"], ())) | set(kept)
        before = [api for api in row["apis"].split(";") if api in found]
        row["apis"] = ";".join([*before, *(api for api in APIS if api in found - set(before))])
    missing = {name for name in accepted if is_instance_type(name)} - {row["instance_type"] for row in rows}
    return [f"instances.csv has no row for {name}" for name in sorted(missing)]


def _read(text: str) -> Table:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return list(reader.fieldnames or ()), list(reader)


def _written(names: list[str], rows: list[dict[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())

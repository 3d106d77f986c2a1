"""The boto3 catalogue: operations and input shapes from botocore's service models, and the methods that boto3 adds."""

import ast
import gzip
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from .assembly import Json

# Every operation of this service that changes something is kept with its input.
MAIN_SERVICE = "sagemaker"
ENDPOINT_PREFIX = "api.sagemaker"  # how endpoints.json names it
CHANGING = ("Create", "Update", "Delete", "Put", "Start", "Stop", "Register", "Deregister", "Add", "Batch")

# Of the services around it: all operation names, but inputs only of these.
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "application-autoscaling": (
        "RegisterScalableTarget",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "DeleteScalingPolicy",
        "PutScheduledAction",
        "DeleteScheduledAction",
    ),
    "cloudwatch": ("PutMetricAlarm",),
    "emr": ("RunJobFlow", "PutAutoTerminationPolicy", "TerminateJobFlows"),
    "events": ("PutRule", "PutTargets"),
    "glue": ("CreateDevEndpoint", "DeleteDevEndpoint"),
    "iam": (),
    "lambda": (),
    "logs": ("CreateLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy"),
    "s3": (
        "CreateBucket",
        "PutObject",
        "CopyObject",
        "PutBucketLifecycle",
        "PutBucketLifecycleConfiguration",
        "PutBucketIntelligentTieringConfiguration",
    ),
    "sagemaker-featurestore-runtime": (),
    "sagemaker-runtime": ("InvokeEndpoint", "InvokeEndpointAsync"),
    "scheduler": ("CreateSchedule",),
    "sts": (),
}

# Enumerations worth having although no kept input reaches them, and the ones of instance types.
EXTRA_ENUMERATIONS = ("TargetDevice",)


def service_catalogue(directory: Path, version: str) -> dict[str, Json]:
    """The data of ``boto3.json`` from the botocore installed in ``directory``."""
    sys.path.insert(0, str(directory))
    try:
        python_name: Any = importlib.import_module("botocore").xform_name
    finally:
        sys.path.remove(str(directory))
    operations: dict[str, Json] = {}
    shapes: dict[str, Json] = {}
    enumerations: dict[str, Json] = {}
    for service in sorted([MAIN_SERVICE, *NEIGHBOURS]):
        model = _service_model(directory, service)
        entry: dict[str, Json] = {}
        table: dict[str, Json] = {}
        values: dict[str, Json] = {}
        for name in sorted(model["operations"]):
            operation = model["operations"][name]
            kept = name.startswith(CHANGING) if service == MAIN_SERVICE else name in NEIGHBOURS[service]
            encoded: list[Json] = [name]
            if kept:
                encoded.append(_reach(model["shapes"], operation.get("input", {}).get("shape"), table, values))
            entry[python_name(name)] = encoded
        operations[service] = entry
        shapes[service] = {name: table[name] for name in sorted(table)}
        if service == MAIN_SERVICE:
            for name, shape in model["shapes"].items():
                listed = shape.get("enum", [])
                if name in EXTRA_ENUMERATIONS or any(str(value).startswith("ml.") for value in listed):
                    values[name] = sorted(listed)
        enumerations[service] = {name: values[name] for name in sorted(values)}
    return {
        "versions": [version],
        "operations": operations,
        "shapes": shapes,
        "enumerations": enumerations,
        "regions": _regions(directory),
        "transfers": _transfers(directory),
    }


def _transfers(directory: Path) -> Json:
    """The parameters of the transfer methods that boto3 gives to S3's client, buckets and objects, in their order."""
    tree = ast.parse((directory / "boto3" / "s3" / "inject.py").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Json]] = {"client": {}, "Bucket": {}, "Object": {}}
    for node in tree.body:
        parameters = [argument.arg for argument in node.args.args] if isinstance(node, ast.FunctionDef) else []
        if isinstance(node, ast.FunctionDef) and parameters[:1] == ["self"] and "ExtraArgs" in parameters:
            head, _, tail = node.name.partition("_")
            owner, method = (head.title(), tail) if head in {"bucket", "object"} else ("client", node.name)
            found[owner][method] = list(parameters[1:])
    return {owner: {name: methods[name] for name in sorted(methods)} for owner, methods in found.items()}


def _service_model(directory: Path, service: str) -> dict[str, Any]:
    dated = max((directory / "botocore" / "data" / service).iterdir())
    path = dated / "service-2.json.gz"
    raw = gzip.decompress(path.read_bytes()) if path.exists() else (dated / "service-2.json").read_bytes()
    loaded: dict[str, Any] = json.loads(raw)
    return loaded


def _reach(shapes: dict[str, Any], name: str | None, table: dict[str, Json], values: dict[str, Json]) -> Json:
    """A reference to shape ``name``: its own name where it has parts (stored in ``table``), else its kind.

    A string with an enumeration is ``string:Name``; the members are stored in ``values``.
    """
    if name is None:
        return None
    shape = shapes[name]
    kind = shape["type"]
    if kind == "structure":
        if name not in table:
            encoded: dict[str, Json] = {}
            table[name] = encoded
            members: dict[str, Json] = {
                member: _reach(shapes, reference["shape"], table, values)
                for member, reference in sorted(shape.get("members", {}).items())
                if not shapes[reference["shape"]].get("deprecated")
            }
            encoded["members"] = members
            if shape.get("required"):
                encoded["required"] = sorted(shape["required"])
            if shape.get("union"):
                encoded["union"] = True
        return name
    if kind == "list":
        if name not in table:
            encoded = {}
            table[name] = encoded
            encoded["list"] = _reach(shapes, shape["member"]["shape"], table, values)
        return name
    if kind == "map":
        if name not in table:
            encoded = {}
            table[name] = encoded
            encoded["map"] = _reach(shapes, shape["value"]["shape"], table, values)
        return name
    if shape.get("enum"):
        values[name] = sorted(shape["enum"])
        return f"string:{name}"
    return str(kind)


def _regions(directory: Path) -> Json:
    endpoints = json.loads((directory / "botocore" / "data" / "endpoints.json").read_bytes())
    found: dict[str, Json] = {}
    for partition in endpoints["partitions"]:
        served = partition["services"].get(ENDPOINT_PREFIX, {}).get("endpoints", {})
        regions = sorted(region for region in served if region in partition["regions"])
        if regions:
            found[partition["partition"]] = list(regions)
    return {name: found[name] for name in sorted(found)}

"""Answers of a service that exists only in botocore's model of it: minimal, valid by the output shape, and consistent.

Runs inside the SDK environments; standard library and botocore only.
"""

import datetime as dt
import gzip
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-west-2"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
_WHEN = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)

#: A thing that is asked for has finished, or works.
_SETTLED = (
    "Completed",
    "InService",
    "Succeeded",
    "Active",
    "ACTIVE",
    "Available",
    "Created",
    "Ready",
    "Scheduled",
    "Executing",
    "COMPLETED",
)
_OPTIONAL_SUFFIXES = ("Arn", "Name", "Status", "Time", "State")
_PAGING = ("NextToken", "Marker", "nextToken", "NextMarker", "ContinuationToken")
#: What may go wrong: never answered, since it did not.
_FAILURES = ("FailureReason", "FailureReasons", "FailureStatus")

#: What an SDK reads out of an answer and cannot do without.
_SPECIAL: dict[tuple[str, str], dict[str, Any]] = {
    ("sts", "GetCallerIdentity"): {
        "Account": ACCOUNT,
        "UserId": "AROAEXAMPLE:session",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AmazonSageMaker-ExecutionRole-20240101T000000/SageMaker",
    },
    ("iam", "GetRole"): {"Role": {"Arn": ROLE, "RoleName": ROLE.rpartition("/")[2], "Path": "/service-role/"}},
    ("s3", "GetBucketLocation"): {"LocationConstraint": REGION},
    ("emr", "RunJobFlow"): {"JobFlowId": "j-2AXXXXXXGAPLF"},
    ("logs", "DescribeLogStreams"): {"logStreams": []},
    ("logs", "GetLogEvents"): {"events": [], "nextForwardToken": "f/0"},
    ("sagemaker", "DescribeTrainingJob"): {
        "ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/job/output/model.tar.gz"},
        "SecondaryStatus": "Completed",
        "RoleArn": ROLE,
    },
    ("sagemaker", "DescribeHyperParameterTuningJob"): {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "metric"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {
                "CategoricalParameterRanges": [],
                "ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1", "ScalingType": "Auto"}],
                "IntegerParameterRanges": [],
            },
            "TrainingJobEarlyStoppingType": "Off",
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"_tuning_objective_metric": "metric"},
            "AlgorithmSpecification": {
                "TrainingImage": "image:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": [],
            },
            "RoleArn": ROLE,
            "InputDataConfig": [],
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        },
        "BestTrainingJob": {
            "TrainingJobName": "best",
            "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/best",
            "CreationTime": _WHEN,
            "TrainingJobStatus": "Completed",
            "TunedHyperParameters": {},
        },
    },
    ("sagemaker", "DescribeEdgePackagingJob"): {"ModelArtifact": "s3://bucket/edge/model.tar.gz"},
    ("sagemaker", "CreateDomain"): {"DomainId": "d-0a1b2c3d4e5f"},
    ("sagemaker", "ListModelPackageGroups"): {"ModelPackageGroupSummaryList": []},
    ("sagemaker", "DescribeCompilationJob"): {
        "CompilationJobStatus": "COMPLETED",
        "InferenceImage": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/sagemaker-inference-pytorch:1.13-cpu-py3",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/compiled/model.tar.gz"},
    },
    ("sagemaker-runtime", "InvokeEndpointAsync"): {"OutputLocation": "s3://bucket/answers/1.out"},
}

#: Rows of a table that programs may take apart.
TABLE = b"label,feature,price,target\n0,1.0,3.0,0\n1,2.0,4.0,1\n"
_EMPTY_ARCHIVE = gzip.compress(bytes(10240))
_UNKNOWN_OBJECTS = {".tar.gz": _EMPTY_ARCHIVE, ".tgz": _EMPTY_ARCHIVE, ".csv": TABLE}


class Service:
    """Answers requests, remembering what was created and stored."""

    def __init__(self) -> None:
        self._created: dict[str, list[dict[str, Any]]] = {}
        self._objects: dict[tuple[str, str], bytes] = {}

    def answer(self, operation: Any, parameters: Mapping[str, Any], error: Callable[[str, str], Exception]) -> Any:
        """What the service says.

        Args:
            operation: botocore's operation model.
            parameters: the request as the caller gave it, by member.
            error: makes botocore's exception from a code and a message.

        Returns:
            The parsed answer.

        Raises:
            Exception: what ``error`` makes, where the service would refuse.
        """
        service, name = operation.service_model.service_name, operation.name
        if name.startswith("Create"):
            self._created.setdefault(name[len("Create") :], []).append(dict(parameters))
        answer = structure(operation.output_shape, parameters) if operation.output_shape is not None else {}
        if name.startswith("Describe"):  # a list that is there says that the thing has such parts
            required = operation.output_shape.required_members if operation.output_shape is not None else ()
            answer = {key: value for key, value in answer.items() if value != [] or key in required}
        answer.update(_SPECIAL.get((service, name), {}))
        if name.startswith("Describe"):
            known = self._remembered(name[len("Describe") :], parameters)
            if known is None and name == "DescribeEndpointConfig":
                raise error("ValidationException", "Could not find endpoint configuration.")
            members = operation.output_shape.members if operation.output_shape is not None else {}
            answer.update({key: value for key, value in (known or {}).items() if key in members})
        if service == "s3":
            answer.update(self._stored(name, parameters))
        if name == "DescribeAlgorithm":
            types = operation.service_model.shape_for("TrainingInstanceType").enum
            answer["TrainingSpecification"] |= {
                "SupportedTrainingInstanceTypes": types,
                "SupportsDistributedTraining": True,
            }
        if name in {"InvokeEndpoint", "InvokeEndpointWithResponseStream"}:
            answer["Body"] = prediction(parameters)
            answer["ContentType"] = parameters.get("Accept") or "application/json"
        return answer

    def text_of(self, parameters: Mapping[str, Any]) -> str | None:
        """What was stored, if it is a short text."""
        content = self._objects[str(parameters["Bucket"]), str(parameters["Key"])]
        try:
            return content.decode() if len(content) < 4000 else None
        except UnicodeDecodeError:
            return None

    def _remembered(self, noun: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        for created in reversed(self._created.get(noun, ())):
            shared = [key for key in parameters if key in created]
            if shared and all(created[key] == parameters[key] for key in shared):
                return created
        return None

    def _stored(self, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        key = (str(parameters.get("Bucket")), str(parameters.get("Key")))
        if name == "PutObject":
            body = parameters.get("Body", b"")
            if hasattr(body, "read"):
                start = body.tell()
                data = body.read()
                body.seek(start)
                body = data
            self._objects[key] = body.encode() if isinstance(body, str) else bytes(body)
        content = self._objects.get(key)
        if content is None:
            content = next((kept for ending, kept in _UNKNOWN_OBJECTS.items() if key[1].endswith(ending)), b"{}")
        if name == "HeadObject":
            return {"ContentLength": len(content), "ETag": '"0"'}
        if name == "GetObject":
            return {"ContentLength": len(content), "Body": _streaming(content), "ETag": '"0"'}
        return {}


def structure(shape: Any, parameters: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """A structure with its required members, and at the top those that a caller may count on."""
    answer: dict[str, Any] = {}
    for name, member in shape.members.items():
        if name in _PAGING or name in _FAILURES:
            continue
        if depth == 0 and type(parameters.get(name)) in {str, int} and member.type_name in {"string", "integer"}:
            answer[name] = parameters[name]
        elif name in shape.required_members or (depth == 0 and _expected(name, member)):
            answer[name] = value(name, member, parameters, depth + 1)
    return answer


def _expected(name: str, member: Any) -> bool:
    if member.type_name in {"list", "map"}:
        return True
    return name.endswith(_OPTIONAL_SUFFIXES) and member.type_name in {"string", "timestamp"}


def value(name: str, shape: Any, parameters: Mapping[str, Any], depth: int) -> Any:
    """The smallest value that a shape allows."""
    kind = shape.type_name
    if kind == "structure":
        return structure(shape, parameters, depth) if depth < 6 else {}
    if kind in {"list", "map"}:
        return [] if kind == "list" else {}
    if kind == "timestamp":
        return _WHEN
    if kind == "boolean":
        return False
    if kind in {"integer", "long"}:
        return int(shape.metadata.get("min", 1))
    if kind in {"float", "double"}:
        return float(shape.metadata.get("min", 1))
    if kind == "blob":
        return _streaming(b"{}") if shape.serialization.get("streaming") else b"{}"
    return text(name, shape, parameters)


def text(name: str, shape: Any, parameters: Mapping[str, Any]) -> str:
    """A string: what has finished, an ARN of the thing that was asked for, or its name."""
    allowed = getattr(shape, "enum", None)
    if allowed:
        return next((settled for settled in _SETTLED if settled in allowed), allowed[0])
    noun = name.removesuffix("Arn").removesuffix("Name")
    called = parameters.get(f"{noun}Name") or next(
        (given for key, given in parameters.items() if key.endswith("Name") and isinstance(given, str)), noun or "thing"
    )
    if name.lower().endswith("arn"):
        if noun == "Role":
            return ROLE
        kind = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in noun).strip("-")
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind or 'thing'}/{str(called).lower()}"
    if "Uri" in name or name.endswith(("S3Path", "Artifacts")):
        return f"s3://bucket/{name}"
    return str(called)


def prediction(parameters: Mapping[str, Any]) -> Any:
    """An answer of a model in the form that is asked for."""
    accept = str(parameters.get("Accept") or "application/json")
    if "csv" in accept:
        return _streaming(b"0.5\n")
    if "npy" in accept:
        import numpy as np

        buffer = io.BytesIO()
        np.save(buffer, np.array([[0.5]]))
        return _streaming(buffer.getvalue())
    return _streaming(json.dumps({"predictions": [{"score": 0.5, "closest_cluster": 0.0}]}).encode())


def _streaming(content: bytes) -> Any:
    from botocore.response import StreamingBody

    return StreamingBody(io.BytesIO(content), len(content))

"""What generated files are made of: definitions as teams write them, with names and numbers to be filled in.

Every block starts with a definition called ``${verb}_${noun}_$n`` or with a class. Those of :data:`JOBS` are functions of
``(session, role, bucket)`` that start SageMaker jobs; those of :data:`PLAIN` have nothing to do with SageMaker.
"""

from __future__ import annotations

from string import Template

PLAIN_IMPORTS = """\
from __future__ import annotations

import csv
import json
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
"""

LOGGER = "logger = logging.getLogger(__name__)"

JOB_IMPORTS = """
import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter
from sagemaker.xgboost import XGBoost
"""

TRAINING_IMPORTS = """
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
"""

TRAINING = """\
def train(path, target="target"):
    table = pd.read_csv(path)
    features = table.drop(columns=[target])
    train_x, test_x, train_y, test_y = train_test_split(features, table[target], random_state=1)
    model = GradientBoostingClassifier()
    model.fit(train_x, train_y)
    return model, model.score(test_x, test_y)
"""

PLAIN = tuple(
    Template(text)
    for text in (
        '''\
@dataclass(frozen=True)
class ${Noun}$n:
    """One $noun of a $other."""

    identifier: str
    $other: str
    amount: float = $number
    labels: dict[str, str] = field(default_factory=dict)

    def $verb(self, factor: float = $fraction) -> ${Noun}$n:
        """The $noun once the $other has changed."""
        labels = {**self.labels, "$other": f"{self.$other}-$number"}
        return ${Noun}$n(self.identifier, self.$other, self.amount * factor, labels)

    @property
    def is_large(self) -> bool:
        return self.amount > $number
''',
        '''\
def ${verb}_${noun}_$n(path: Path, limit: int = $number) -> list[dict[str, str]]:
    """Read the rows of a $noun that have a $other."""
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for index, row in enumerate(csv.DictReader(file)):
            if index >= limit:
                logger.warning("more than %d rows in %s", limit, path)
                break
            if not row.get("$other"):
                continue
            row["$noun"] = row.get("$noun", "").strip().lower() or "unknown"
            rows.append(row)
    return rows
''',
        '''\
def ${verb}_${noun}_$n(events, window=timedelta(minutes=$small)):
    """Group events of a $noun that are close in time."""
    groups = defaultdict(list)
    last = {}
    for event in sorted(events, key=lambda event: event["created"]):
        key = event["$other"]
        created = datetime.fromisoformat(event["created"])
        if key not in last or created - last[key] > window:
            groups[key].append([])
        groups[key][-1].append(event)
        last[key] = created
    return {key: [group for group in found if len(group) > $small] for key, found in groups.items()}
''',
        '''\
class ${Noun}Client$n:
    """Talks to the service that keeps each $noun."""

    RETRIES = $small

    def __init__(self, transport, base_url="https://$noun.example.com/v$small"):
        self.transport = transport
        self.base_url = base_url
        self._seen = {}

    def $verb(self, identifier, *, refresh=False):
        if identifier in self._seen and not refresh:
            return self._seen[identifier]
        for attempt in range(self.RETRIES):
            response = self.transport.get(f"{self.base_url}/$other/{identifier}", timeout=$small)
            if response.status == 200:
                self._seen[identifier] = json.loads(response.body)
                return self._seen[identifier]
            if response.status < 500:
                raise LookupError(f"no $noun {identifier}: {response.status}")
            logger.info("attempt %d for $noun %s failed", attempt, identifier)
        raise ConnectionError("$noun service does not answer")
''',
        '''\
def ${verb}_${noun}_$n(value, *, strict=True):
    """Turn the text of a $noun into what the $other expects."""
    try:
        amount = float(value.replace(",", "."))
    except (AttributeError, ValueError) as error:
        if strict:
            raise ValueError(f"{value!r} is no $noun") from error
        return $fraction
    if amount < 0:
        return 0.0
    elif amount > $number:
        return float($number)
    return round(amount, $small)
''',
        '''\
QUERY_$n = """
    select $noun.id, $noun.created, sum($other.amount) as total
    from $noun join $other on $other.${noun}_id = $noun.id
    where $noun.created > :since and $other.state in ('open', 'waiting')
    group by $noun.id, $noun.created
    having sum($other.amount) > $number
"""


def ${verb}_${noun}_$n(connection, since):
    """What is open for each $noun, the newest first."""
    cursor = connection.execute(QUERY_$n, {"since": since})
    columns = [column[0] for column in cursor.description]
    found = [dict(zip(columns, row)) for row in cursor.fetchall()]
    return sorted(found, key=lambda row: (row["created"], -row["total"]), reverse=True)[:$number]
''',
    )
)

JOBS = tuple(
    Template(text)
    for text in (
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Train the model that finds each $noun."""
    hyperparameters = {"epochs": $small, "batch-size": $number, "lr": $fraction}
    hyperparameters["$other"] = "all"
    estimator = PyTorch(
        entry_point="train_$noun.py",
        source_dir="src",
        role=role,
        instance_type="$gpu",
        instance_count=$count,
        framework_version="2.1",
        py_version="py310",
        hyperparameters=hyperparameters,
        output_path=f"s3://{bucket}/$noun/models",
        sagemaker_session=session,
    )
    estimator.fit({"train": TrainingInput(f"s3://{bucket}/$noun/train"), "validation": f"s3://{bucket}/$noun/$other"})
    return estimator
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Train on spot instances, and go on where the last $noun ended."""
    settings = dict(instance_type="$cpu", instance_count=$count, volume_size=$number)
    use_spot = True
    estimator = Estimator(
        sagemaker.image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1"),
        role,
        use_spot_instances=use_spot,
        max_run=3600 * $small,
        max_wait=3600 * $small if use_spot else None,
        checkpoint_s3_uri=f"s3://{bucket}/$noun/checkpoints",
        sagemaker_session=session,
        **settings,
    )
    estimator.set_hyperparameters(objective="binary:logistic", num_round=$number, eta=$fraction)
    estimator.fit({"train": f"s3://{bucket}/$noun/$other"}, wait=False)
    return estimator
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Look for the best model of a $noun."""
    estimator = XGBoost(
        entry_point="$noun.py",
        role=role,
        framework_version="1.7-1",
        instance_count=1,
        instance_type="$cpu",
        output_path=f"s3://{bucket}/$noun",
        sagemaker_session=session,
    )
    ranges = {"eta": ContinuousParameter(0.01, $fraction), "max_depth": IntegerParameter(2, $small + 3)}
    tuner = HyperparameterTuner(
        estimator,
        "validation:auc",
        ranges,
        strategy="$strategy",
        max_jobs=$number,
        max_parallel_jobs=$small,
    )
    tuner.fit({"train": f"s3://{bucket}/$noun/train", "validation": f"s3://{bucket}/$noun/$other"})
    return tuner.best_estimator()
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Serve the model of a $noun."""
    model = Model(
        image_uri=f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/$noun:$number",
        model_data=f"s3://{bucket}/$noun/model.tar.gz",
        role=role,
        env={"${NOUN}_LIMIT": "$number", "MODE": "$other"},
        sagemaker_session=session,
    )
    predictor = model.deploy(
        initial_instance_count=$count,
        instance_type="$cpu",
        endpoint_name="$noun-$other-$n",
    )
    logger.info("the endpoint %s serves each $noun", predictor.endpoint_name)
    return predictor
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Prepare the data of a $noun."""
    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role=role,
        instance_type="$cpu",
        instance_count=$count,
        base_job_name="$noun-$other",
        sagemaker_session=session,
    )
    source, target = f"s3://{bucket}/$noun/raw", f"s3://{bucket}/$noun/prepared"
    processor.run(
        code="prepare_$noun.py",
        inputs=[ProcessingInput(source=source, destination="/opt/ml/processing/input")],
        outputs=[ProcessingOutput(source="/opt/ml/processing/$other", destination=target)],
        arguments=["--limit", "$number"],
    )
    return target
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Start a training job for a $noun through the low-level client."""
    client = boto3.client("sagemaker")
    name = "$noun-" + datetime.now().strftime("%Y-%m-%d-%H-%M-%S")
    resources = {"InstanceType": "$gpu", "InstanceCount": $count, "VolumeSizeInGB": $number}
    request = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": "$noun:latest", "TrainingInputMode": "File"},
        "RoleArn": role,
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/$noun/output"},
        "ResourceConfig": resources,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600 * $small},
    }
    if "$other" in bucket:
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = 7200 * $small
    client.create_training_job(**request)
    return client.describe_training_job(TrainingJobName=name)
''',
        '''\
class ${Noun}Endpoint$n:
    """The endpoint that answers questions about each $noun."""

    instance_type = "$cpu"

    def __init__(self, role, name="$noun-$other"):
        self.client = boto3.client("sagemaker")
        self.role = role
        self.name = name

    def create(self, image, model_data, count=$count):
        self.client.create_model(
            ModelName=self.name,
            ExecutionRoleArn=self.role,
            PrimaryContainer={"Image": image, "ModelDataUrl": model_data},
        )
        variant = {"VariantName": "$other", "ModelName": self.name, "InitialInstanceCount": count}
        variant["InstanceType"] = self.instance_type
        self.client.create_endpoint_config(EndpointConfigName=self.name, ProductionVariants=[variant])
        self.client.create_endpoint(EndpointName=self.name, EndpointConfigName=self.name)


def ${verb}_${noun}_$n(session, role, bucket):
    """Put a new model of a $noun behind its endpoint."""
    endpoint = ${Noun}Endpoint$n(role)
    endpoint.create("$noun:$number", f"s3://{bucket}/$noun/model.tar.gz")
    return endpoint.name
''',
        '''\
def ${verb}_${noun}_$n(session, role, bucket):
    """Judge every $noun of a day in one batch."""
    model = Model(image_uri="$noun:$number", model_data=f"s3://{bucket}/$noun/model.tar.gz", role=role)
    transformer = model.transformer(
        instance_count=$count,
        instance_type="$cpu",
        strategy="MultiRecord",
        output_path=f"s3://{bucket}/$noun/judged",
    )
    for day in range($small):
        transformer.transform(f"s3://{bucket}/$noun/$other/{day}", content_type="text/csv", split_type="Line")
        transformer.wait()
    return transformer
''',
    )
)

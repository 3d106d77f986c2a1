import os
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class TrainingConfig:
    instance_type: str = "ml.m5.4xlarge"
    instance_count: int = 1
    max_runtime_seconds: int = 4 * 3600
    use_spot: bool = True
    max_wait_seconds: Optional[int] = None


@dataclass
class EndpointSettings:
    name: str
    instance_type: str = "ml.c5.xlarge"
    min_capacity: int = 1
    max_capacity: int = 3


TRAINING = TrainingConfig(max_wait_seconds=8 * 3600)
ENDPOINT = EndpointSettings(name=os.environ.get("ENDPOINT_NAME", "churn-prod"), min_capacity=2)
BUCKET = os.environ["DATA_BUCKET"]

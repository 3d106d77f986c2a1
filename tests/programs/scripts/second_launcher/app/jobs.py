from dataclasses import dataclass, field
from typing import Dict, Optional


@dataclass
class Job:
    name: str
    script: str
    instance_type: str = "ml.m5.xlarge"
    hyperparameters: Dict[str, int] = field(default_factory=dict)
    serve_on: Optional[str] = None


JOBS = {
    "tiny": Job("tiny", "tiny.py"),
    "vision": Job("vision", "vision.py", "ml.g4dn.2xlarge", {"epochs": 3}, serve_on="ml.m5.large"),
}

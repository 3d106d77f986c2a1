from __future__ import annotations

from dataclasses import dataclass

import sagemaker
from sagemaker.estimator import Estimator

from ml.constants import Instances, get_role


@dataclass
class JobSpec:
    name: str
    instance_type: str = Instances.CPU
    instance_count: int = 1
    spot: bool = False


def make_estimator(spec: JobSpec, image_uri: str, session: sagemaker.Session | None = None, max_run: int = 3600):
    return Estimator(
        image_uri=image_uri,
        role=get_role(),
        instance_type=spec.instance_type,
        instance_count=spec.instance_count,
        use_spot_instances=spec.spot,
        max_run=max_run,
        sagemaker_session=session,
    )


class Deployer:
    def __init__(self, instance_type: str, count: int = 1):
        self.instance_type = instance_type
        self.count = count

    def deploy(self, estimator):
        self.predictor = estimator.deploy(self.count, self.instance_type)
        return self.predictor

    def delete(self):
        self.predictor.delete_endpoint()

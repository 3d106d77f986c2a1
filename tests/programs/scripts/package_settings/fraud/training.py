from sagemaker.estimator import Estimator

from . import settings
from .roles import execution_role
from .settings import MAX_RUN, TRAIN_INSTANCE_COUNT as COUNT


def build_estimator(image_uri, **extra):
    return Estimator(
        image_uri=image_uri,
        role=execution_role(),
        instance_type=settings.TRAIN_INSTANCE_TYPE,
        instance_count=COUNT,
        max_run=MAX_RUN,
        max_wait=settings.MAX_WAIT,
        use_spot_instances=True,
        **extra,
    )


def train(image_uri, data):
    estimator = build_estimator(image_uri, checkpoint_s3_uri="s3://fraud-models/checkpoints")
    estimator.fit({"train": data})
    return estimator

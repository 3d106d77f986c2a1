import fraud.settings as cfg
from fraud.training import train
from .settings import *  # noqa: F403


def release(image_uri, data):
    estimator = train(image_uri, data)
    predictor = estimator.deploy(**cfg.ENDPOINT, endpoint_name=f"{cfg.PROJECT}-{cfg.STAGE}")
    transformer = estimator.transformer(instance_count=1, instance_type=BATCH_INSTANCE)
    transformer.transform(data)
    return predictor


def backfill(estimator_name, data):
    from sagemaker.transformer import Transformer

    job = Transformer(estimator_name, 1, cfg.STAGE_INSTANCE)
    job.transform(data)

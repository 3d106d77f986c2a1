import argparse
import logging

import sagemaker
from sagemaker.inputs import TrainingInput
from sagemaker.xgboost.estimator import XGBoost

from common import config

logging.basicConfig(level=logging.INFO)


def build_estimator(role: str, session: sagemaker.Session, training=config.TRAINING, **hyperparameters) -> XGBoost:
    return XGBoost(
        entry_point="entry.py",
        source_dir="src/model",
        role=role,
        framework_version="1.7-1",
        instance_type=training.instance_type,
        instance_count=training.instance_count,
        max_run=training.max_runtime_seconds,
        use_spot_instances=training.use_spot,
        max_wait=training.max_wait_seconds,
        checkpoint_s3_uri=f"s3://{config.BUCKET}/checkpoints" if training.use_spot else None,
        hyperparameters={"num_round": 100, **hyperparameters},
        sagemaker_session=session,
    )


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--role", required=True)
    parser.add_argument("--eta", type=float, default=0.1)
    parser.add_argument("--deploy", action="store_true")
    args = parser.parse_args(argv)
    session = sagemaker.Session()
    estimator = build_estimator(args.role, session, eta=args.eta)
    estimator.fit({"train": TrainingInput(f"s3://{config.BUCKET}/train", content_type="csv")}, wait=True)
    if args.deploy:
        predictor = estimator.deploy(
            initial_instance_count=config.ENDPOINT.min_capacity,
            instance_type=config.ENDPOINT.instance_type,
            endpoint_name=config.ENDPOINT.name,
        )
        logging.info("deployed %s", predictor.endpoint_name)


if __name__ == "__main__":
    main()

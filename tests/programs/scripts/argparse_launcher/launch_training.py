#!/usr/bin/env python
"""Launch a fine-tuning job on SageMaker."""
import argparse
import logging
import os
from datetime import datetime

import sagemaker
from sagemaker.huggingface import HuggingFace
from sagemaker.inputs import TrainingInput

logger = logging.getLogger(__name__)

ONE_HOUR = 60 * 60


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", required=True)
    parser.add_argument("--instance-type", default="ml.g5.2xlarge")
    parser.add_argument("--instance-count", type=int, default=1)
    parser.add_argument("--max-run-hours", type=int, default=12)
    parser.add_argument("--spot", action="store_true")
    parser.add_argument("--checkpoint-s3-uri")
    parser.add_argument("--deploy-instance-type", dest="deploy_type", default="ml.g5.xlarge")
    parser.add_argument("--batch-type", default=os.environ.get("BATCH_TYPE", "ml.m5.xlarge"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--no-deploy", dest="deploy", action="store_false")
    return parser.parse_args(argv)


def build_estimator(args, session):
    hyperparameters = {"epochs": args.epochs, "model_name": "distilbert-base-uncased"}
    return HuggingFace(
        entry_point="train.py",
        source_dir="./src",
        role=args.role,
        instance_type=args.instance_type,
        instance_count=args.instance_count,
        transformers_version="4.28",
        pytorch_version="2.0",
        py_version="py310",
        hyperparameters=hyperparameters,
        max_run=args.max_run_hours * ONE_HOUR,
        use_spot_instances=args.spot,
        max_wait=args.max_run_hours * ONE_HOUR * 2 if args.spot else None,
        checkpoint_s3_uri=args.checkpoint_s3_uri,
        keep_alive_period_in_seconds=ONE_HOUR // 2,
        sagemaker_session=session,
    )


def main():
    args = parse_args()
    session = sagemaker.Session()
    estimator = build_estimator(args, session)
    job_name = f"bert-{datetime.now():%Y-%m-%d-%H-%M-%S}"
    train = TrainingInput(f"s3://{session.default_bucket()}/bert/train")
    estimator.fit({"train": train}, job_name=job_name, wait=False)
    logger.info("started %s", job_name)

    if args.deploy:
        predictor = estimator.deploy(
            initial_instance_count=1,
            instance_type=args.deploy_type,
        )
        print(predictor.endpoint_name)
    else:
        transformer = estimator.transformer(
            instance_count=args.instance_count, instance_type=args.batch_type
        )
        transformer.transform("s3://my-bucket/bert/batch")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    main()

"""Nightly retraining, started by cron on a small EC2 machine."""
import argparse
import json
import logging
import os
import sys
import time
from datetime import datetime
from pathlib import Path

import boto3
import sagemaker
from botocore.exceptions import ClientError
from sagemaker.inputs import TrainingInput
from sagemaker.xgboost.estimator import XGBoost
from sagemaker.xgboost.model import XGBoostModel

LOG = logging.getLogger("retrain")
HERE = Path(__file__).parent
HYPERPARAMETERS = json.loads((HERE / "hp.json").read_text())
TRAINING_TYPE = os.getenv("TRAINING_TYPE", "ml.m5.2xlarge")
MAX_RUNTIME = 60 * 60 * 3


class Retrainer:
    def __init__(self, args):
        self.args = args
        self.session = sagemaker.Session(default_bucket=args.bucket)
        self.sm = self.session.sagemaker_client
        self.estimator = None
        self.endpoint_name = args.endpoint or "churn-" + datetime.utcnow().strftime("%Y%m%d")

    def train(self):
        spot = {}
        if not self.args.on_demand:
            spot = {
                "use_spot_instances": True,
                "max_wait": MAX_RUNTIME * 2,
                "checkpoint_s3_uri": f"s3://{self.args.bucket}/checkpoints",
            }
        self.estimator = XGBoost(
            entry_point="train.py",
            source_dir=str(HERE / "src"),
            framework_version="1.7-1",
            hyperparameters=HYPERPARAMETERS,
            role=self.args.role,
            instance_count=1,
            instance_type=TRAINING_TYPE,
            max_run=MAX_RUNTIME,
            sagemaker_session=self.session,
            **spot,
        )
        self.estimator.fit({"train": TrainingInput(self.args.data, content_type="text/csv")}, logs="None")

    def model(self):
        if self.estimator is not None:
            return self.estimator.create_model()
        return XGBoostModel(
            self.args.model_data, self.args.role, "inference.py", framework_version="1.7-1", sagemaker_session=self.session
        )

    def exists(self):
        try:
            self.sm.describe_endpoint(EndpointName=self.endpoint_name)
        except ClientError:
            return False
        return True

    def deploy(self, instance_type="ml.m5.large", instance_count=2):
        if self.exists():
            self.sm.delete_endpoint(EndpointName=self.endpoint_name)
            time.sleep(30)
        return self.model().deploy(
            initial_instance_count=instance_count,
            instance_type=instance_type,
            endpoint_name=self.endpoint_name,
        )

    def batch(self, source):
        transformer = self.model().transformer(
            instance_count=self.args.batch_count, instance_type="ml.m5.xlarge", strategy="MultiRecord"
        )
        transformer.transform(source, content_type="text/csv", split_type="Line")
        transformer.wait()


def parse(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--bucket", default="churn-ml")
    parser.add_argument("--role", default=os.environ.get("SM_ROLE"))
    parser.add_argument("--data", required=True)
    parser.add_argument("--model-data")
    parser.add_argument("--endpoint")
    parser.add_argument("--on-demand", action="store_true")
    parser.add_argument("--batch-count", type=int, default=1)
    parser.add_argument("--stage", choices=["dev", "prod"], default="dev")
    return parser.parse_args(argv)


def run(argv):
    args = parse(argv)
    retrainer = Retrainer(args)
    retrainer.train()
    if args.stage == "prod":
        retrainer.deploy()
    else:
        retrainer.deploy(instance_count=1)
    retrainer.batch("s3://churn-ml/batch")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    try:
        run(sys.argv[1:])
    except Exception:
        LOG.exception("retraining failed")
        sys.exit(1)

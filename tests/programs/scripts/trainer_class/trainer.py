from typing import Optional

import boto3
import sagemaker
from sagemaker.debugger import ProfilerRule, rule_configs
from sagemaker.pytorch import PyTorch


class SageMakerTrainer:
    """Trains, deploys and cleans up one model."""

    DEFAULT_COUNT = 2
    FRAMEWORK = {"framework_version": "2.1", "py_version": "py310"}

    def __init__(
        self,
        role: str,
        bucket: str,
        instance_type: str = "ml.p3.2xlarge",
        use_spot: bool = True,
        region: Optional[str] = None,
    ) -> None:
        self.role = role
        self.bucket = bucket
        self.instance_type = instance_type
        self.use_spot = use_spot
        self.max_run = 6 * 3600
        self.rules = [ProfilerRule.sagemaker(rule_configs.LowGPUUtilization())]
        self.boto_session = boto3.Session(region_name=region)
        self.session = sagemaker.Session(boto_session=self.boto_session)
        self.estimator: Optional[PyTorch] = None
        self.predictor = None

    @property
    def checkpoint_uri(self) -> str:
        return f"s3://{self.bucket}/checkpoints"

    @property
    def max_wait(self) -> int:
        return 2 * self.max_run

    def train(self, epochs: int = 10) -> None:
        self.estimator = PyTorch(
            entry_point="train.py",
            role=self.role,
            instance_count=self.DEFAULT_COUNT,
            instance_type=self.instance_type,
            use_spot_instances=self.use_spot,
            max_run=self.max_run,
            max_wait=self.max_wait,
            checkpoint_s3_uri=self.checkpoint_uri,
            rules=self.rules,
            hyperparameters={"epochs": epochs},
            sagemaker_session=self.session,
            **self.FRAMEWORK,
        )
        self.estimator.fit({"training": f"s3://{self.bucket}/train"})

    def deploy(self, instance_type="ml.m5.large", count=1):
        if self.estimator is None:
            raise RuntimeError("train first")
        self.predictor = self.estimator.deploy(count, instance_type)
        return self.predictor

    def cleanup(self):
        if self.predictor is not None:
            self.predictor.delete_model()
            self.predictor.delete_endpoint()
            self.predictor = None


def main():
    trainer = SageMakerTrainer(
        role="arn:aws:iam::111122223333:role/SageMakerRole", bucket="my-bucket", instance_type="ml.g4dn.xlarge"
    )
    trainer.train(epochs=3)
    try:
        predictor = trainer.deploy(instance_type="ml.c5.xlarge")
        predictor.predict([[0.0]])
    finally:
        trainer.cleanup()


if __name__ == "__main__":
    main()

from __future__ import annotations

from dataclasses import dataclass

from sagemaker.core.shapes import ProcessingInput, ProcessingS3Input
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.resources import Endpoint
from sagemaker.serve import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import CheckpointConfig, Compute, InputData, SourceCode, StoppingCondition
from sagemaker.train.tuner import HyperparameterTuner


@dataclass
class Plan:
    instance_type: str
    instance_count: int = 1
    spot: bool = False
    hours: float = 1.0

    def compute(self) -> Compute:
        return Compute(instance_type=self.instance_type, instance_count=self.instance_count,
                       enable_managed_spot_training=self.spot)

    @property
    def stopping(self) -> StoppingCondition:
        seconds = int(self.hours * 3600)
        if self.spot:
            return StoppingCondition(max_runtime_in_seconds=seconds, max_wait_time_in_seconds=seconds * 2)
        return StoppingCondition(max_runtime_in_seconds=seconds)


class Project:
    def __init__(self, role: str):
        self.role = role
        self.endpoint: Endpoint | None = None

    def prepare(self) -> None:
        processor = ScriptProcessor(image_uri="img", role=self.role, command=["python3"], instance_type="ml.m5.xlarge",
                                    instance_count=2, max_runtime_in_seconds=1800)
        processor.run(code="prep.py", inputs=[ProcessingInput(input_name="i", s3_input=ProcessingS3Input(s3_uri="s3://a", s3_data_type="S3Prefix"))])

    def train(self, plan: Plan) -> ModelTrainer:
        trainer = ModelTrainer(
            training_image="img",
            role=self.role,
            source_code=SourceCode(source_dir="src", entry_script="train.py"),
            compute=plan.compute(),
            stopping_condition=plan.stopping,
            checkpoint_config=CheckpointConfig(s3_uri="s3://c"),
        )
        trainer.train(input_data_config=[InputData(channel_name="train", data_source="s3://t")])
        return trainer

    def deploy(self, trainer: ModelTrainer, name: str = "project") -> None:
        builder = ModelBuilder(model=trainer, role_arn=self.role, instance_type="ml.c6i.2xlarge")
        builder.build()
        self.endpoint = builder.deploy(endpoint_name=name, initial_instance_count=1)

    def close(self) -> None:
        if self.endpoint is not None:
            self.endpoint.delete()


def main() -> None:
    project = Project("arn:aws:iam::111122223333:role/p")
    project.prepare()
    trainer = project.train(Plan("ml.g6.xlarge", spot=True, hours=2))
    try:
        project.deploy(trainer)
    finally:
        project.close()


if __name__ == "__main__":
    main()

"""The preview of version 3 inside late 2.x releases."""

from sagemaker.modules import Session
from sagemaker.modules.configs import Compute, InputData, SourceCode, StoppingCondition
from sagemaker.modules.train import ModelTrainer

image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-sagemaker"
role = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-20240101T000000"
shared = {"training_image": image, "role": role, "sagemaker_session": Session()}

trainer = ModelTrainer(
    source_code=SourceCode(source_dir="src", entry_script="train.py"),
    compute=Compute(
        instance_type="ml.c5.4xlarge",
        instance_count=2,
        enable_managed_spot_training=True,
    ),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=3600, max_wait_time_in_seconds=7200),
    **shared,
)
trainer.train(input_data_config=[InputData(channel_name="train", data_source="s3://data/train")], wait=False)
ModelTrainer(**shared).train(wait=False)

import argparse

from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.core import image_uris
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import CheckpointConfig, Compute, InputData, OutputDataConfig, SourceCode, StoppingCondition
from sagemaker.train.distributed import Torchrun

session = Session()
role = get_execution_role()
region = session.boto_region_name

IMAGE = image_uris.retrieve(framework="pytorch", region=region, version="2.0.0", py_version="py310",
                            instance_type="ml.g5.xlarge", image_scope="training")

source_code = SourceCode(source_dir="src", entry_script="train.py", requirements="requirements.txt")
compute = Compute(instance_type="ml.g5.12xlarge", instance_count=2, volume_size_in_gb=100)
stopping = StoppingCondition(max_runtime_in_seconds=4 * 3600)


def plain():
    trainer = ModelTrainer(training_image=IMAGE, source_code=source_code, compute=compute, stopping_condition=stopping,
                           distributed=Torchrun(), role=role, base_job_name="plain")
    trainer.train(input_data_config=[InputData(channel_name="train", data_source="s3://b/train")], wait=False)


def spot(hours=2):
    spot_compute = Compute(
        instance_type="ml.g5.xlarge",
        instance_count=1,
        enable_managed_spot_training=True,
    )
    seconds = hours * 60 * 60
    trainer = ModelTrainer(
        training_image=IMAGE,
        source_code=source_code,
        compute=spot_compute,
        stopping_condition=StoppingCondition(max_runtime_in_seconds=seconds, max_wait_time_in_seconds=2 * seconds),
        checkpoint_config=CheckpointConfig(s3_uri="s3://b/checkpoints/spot"),
        output_data_config=OutputDataConfig(s3_output_path="s3://b/out"),
    )
    trainer.train()


def defaults():
    ModelTrainer(training_image=IMAGE, source_code=source_code).train(wait=True, logs=True)


def from_arguments(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--type", default="ml.c5.xlarge")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--spot", action="store_true")
    options = parser.parse_args(arguments)
    trainer = ModelTrainer(
        training_image=IMAGE, role=role,
        compute=Compute(instance_type=options.type, instance_count=options.count,
                        enable_managed_spot_training=options.spot, keep_alive_period_in_seconds=1800),
    )
    trainer.train()


if __name__ == "__main__":
    plain()
    spot()
    defaults()
    from_arguments(None)

from sagemaker.modules import Session
from sagemaker.modules.train import ModelTrainer
from sagemaker.modules.configs import Compute, InputData, SourceCode, StoppingCondition, CheckpointConfig
from sagemaker.modules.distributed import Torchrun, MPI

session = Session()


class Job:
    image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.0.0-gpu-py310"

    def __init__(self, hours, compute=None):
        self.compute = compute or Compute(instance_type="ml.p4d.24xlarge", instance_count=2, enable_managed_spot_training=False)
        self.limit = StoppingCondition(max_runtime_in_seconds=hours * 3600)

    def trainer(self):
        return ModelTrainer(
            training_image=self.image,
            source_code=SourceCode(source_dir="src", entry_script="train.py"),
            compute=self.compute,
            stopping_condition=self.limit,
            distributed=MPI(process_count_per_node=8),
            sagemaker_session=session,
        )


job = Job(6)
job.trainer().train(input_data_config=[InputData(channel_name="train", data_source="s3://x")])

cheap = ModelTrainer(
    training_image=Job.image,
    compute=Compute(instance_type="ml.g4dn.xlarge", instance_count=1, enable_managed_spot_training=True,
                    keep_alive_period_in_seconds=0),
    checkpoint_config=CheckpointConfig(s3_uri="s3://ck", local_path="/opt/ml/checkpoints"),
    stopping_condition=StoppingCondition(max_wait_time_in_seconds=7200),
)
cheap.train()

from sagemaker.processing import ProcessingInput, ScriptProcessor

from .base import Step


class Prepare(Step):
    instance_type = "ml.m5.2xlarge"

    def execute(self):
        processor = ScriptProcessor(
            role=self.config.ROLE,
            image_uri=self.config.IMAGE,
            command=["python3"],
            instance_count=self.count,
            instance_type=self.instance_type,
            max_runtime_in_seconds=self.config.TIMEOUT,
        )
        processor.run("prepare.py", inputs=[ProcessingInput(self.config.RAW, "/opt/ml/processing/input")])

import sagemaker.estimator

from .base import Step


class Train(Step):
    instance_type = "ml.c5.4xlarge"
    count = 2

    def estimator(self):
        config = self.config
        return sagemaker.estimator.Estimator(
            config.IMAGE,
            config.ROLE,
            self.count,
            self.instance_type,
            max_run=config.TIMEOUT,
            use_spot_instances=config.SPOT,
        )

    def execute(self):
        self.estimator().fit(self.config.RAW)

import os

import boto3
import sagemaker
from sagemaker.pytorch import PyTorch

MAX_RUN = int(1.5 * 60 * 60)


class Runner:
    def __init__(self, session, role):
        self.session = session
        self.role = role

    @classmethod
    def from_environment(cls):
        session = sagemaker.Session(boto3.Session(region_name=os.environ.get("AWS_REGION", "eu-west-1")))
        return cls(session, os.environ["ROLE_ARN"])

    def estimator(self, job, instance_type):
        return PyTorch(
            entry_point=job.script,
            role=self.role,
            framework_version="2.0",
            py_version="py310",
            instance_type=instance_type,
            instance_count=1,
            max_run=MAX_RUN,
            hyperparameters=job.hyperparameters,
            sagemaker_session=self.session,
        )

    def run(self, job, instance_type):
        estimator = self.estimator(job, instance_type)
        estimator.fit(f"s3://data/{job.name}")
        if job.serve_on:
            estimator.deploy(1, job.serve_on, endpoint_name=job.name)

    def down(self, name):
        self.session.delete_endpoint(name)

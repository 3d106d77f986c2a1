"""A fluent builder, a registry of plans and a job that waits."""
import time

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput


class JobBuilder:
    def __init__(self, image):
        self._arguments = {"image_uri": image, "instance_count": 1}

    def on(self, instance_type, count=1):
        self._arguments["instance_type"] = instance_type
        self._arguments["instance_count"] = count
        return self

    def with_spot(self, max_wait):
        self._arguments.update(use_spot_instances=True, max_wait=max_wait)
        return self

    def limited_to(self, seconds):
        self._arguments["max_run"] = seconds
        return self

    def build(self, role):
        return Estimator(role=role, **self._arguments)


PLANS = {
    "nightly": dict(instance_type="ml.m5.4xlarge", instance_count=1, max_run=10 * 3600),
    "weekly": dict(instance_type="ml.m5.24xlarge", instance_count=3),
}


def run_plan(name, role):
    plan = PLANS[name]
    job = Estimator("img", role, **plan)
    job.fit({"train": TrainingInput("s3://b/t", input_mode="FastFile")}, wait=False)
    return job


def wait_for(session, job):
    client = session.boto_session.client("sagemaker")
    while True:
        status = client.describe_training_job(TrainingJobName=job.latest_training_job.name)["TrainingJobStatus"]
        if status in ("Completed", "Failed", "Stopped"):
            return status
        time.sleep(30)


def main():
    session = sagemaker.Session()
    role = sagemaker.get_execution_role(sagemaker_session=session)
    estimator = JobBuilder("img").on("ml.c5.2xlarge", count=2).with_spot(7200).limited_to(3600).build(role)
    estimator.fit("s3://b/train")
    job = run_plan("nightly", role)
    if wait_for(session, job) == "Completed":
        job.deploy(
            initial_instance_count=1,
            instance_type="ml.m5.large",
        )


if __name__ == "__main__":
    main()

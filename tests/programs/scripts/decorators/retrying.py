import functools
import time

import sagemaker
from botocore.exceptions import ClientError
from sagemaker.estimator import Estimator
from sagemaker.model import Model

ROLE = sagemaker.get_execution_role()


def retry(times=3, delay=5):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except ClientError:
                    if attempt == times - 1:
                        raise
                    time.sleep(delay)

        return wrapper

    return decorate


def timed(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        start = time.time()
        result = function(*args, **kwargs)
        print(function.__name__, time.time() - start)
        return result

    return inner


@retry(times=5)
def train(image, instance_type, instance_count=1):
    estimator = Estimator(
        image_uri=image,
        role=ROLE,
        instance_type=instance_type,
        instance_count=instance_count,
        max_run=90 * 60,
    )
    estimator.fit("s3://b/in")
    return estimator


@timed
@retry()
def deploy(model, instance_type):
    return model.deploy(initial_instance_count=1, instance_type=instance_type)


class Jobs:
    def __init__(self, image):
        self.image = image

    @functools.lru_cache(maxsize=None)
    def estimator(self, kind):
        return Estimator(self.image, ROLE, 1, kind)

    @functools.cached_property
    def model(self):
        return Model(self.image, "s3://b/model.tar.gz", ROLE)

    @staticmethod
    @retry(2)
    def transform(model, count):
        transformer = model.transformer(instance_count=count, instance_type="ml.m5.xlarge")
        transformer.transform("s3://b/batch")


if __name__ == "__main__":
    trained = train("img:1", "ml.m5.4xlarge")
    predictor = deploy(trained, instance_type="ml.m5.large")
    predictor.delete_endpoint()
    jobs = Jobs("img:2")
    jobs.estimator("ml.t3.large").fit()
    Jobs.transform(jobs.model, 3)

import os

import numpy as np
import sagemaker
from sagemaker.remote_function import RemoteExecutor, remote
from sagemaker.remote_function.spark_config import SparkConfig

settings = dict(
    sagemaker_session=sagemaker.Session(),
    instance_type="ml.m5.xlarge",
    keep_alive_period_in_seconds=600,
)


@remote
def configured_by_yaml(x):
    return x


@remote(instance_type="ml.c5.4xlarge", instance_count=1, max_runtime_in_seconds=1800, dependencies="./req.txt")
def matrix(n):
    return np.ones((n, n)).sum()


@remote(**settings, use_spot_instances=True, max_wait_time_in_seconds=2 * 86400)
def heavy(n: int) -> int:
    return n**2


@remote(instance_type=os.environ["REMOTE_TYPE"], spark_config=SparkConfig())
def spark(path):
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate().read.csv(path).count()


def local_square(x):
    return x * x


shipped = remote(instance_type="ml.t3.medium")(local_square)

if __name__ == "__main__":
    configured_by_yaml(1)
    print(matrix(5), heavy(3), spark("s3://b/x.csv"), shipped(4))
    with RemoteExecutor(max_parallel_jobs=4, instance_type="ml.m5.large", keep_alive_period_in_seconds=60) as executor:
        futures = [executor.submit(local_square, n) for n in range(10)]
        print([future.result() for future in futures])

import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed

import aioboto3
import boto3
import sagemaker
from sagemaker.async_inference import AsyncInferenceConfig
from sagemaker.estimator import Estimator
from sagemaker.pytorch import PyTorchModel

role = sagemaker.get_execution_role()
IMAGE = "111122223333.dkr.ecr.us-west-2.amazonaws.com/a:1"


async def deploy(instance_type: str):
    model = PyTorchModel(
        model_data="s3://b/m.tar.gz", role=role, entry_point="inf.py", framework_version="2.0", py_version="py310"
    )
    loop = asyncio.get_running_loop()
    config = AsyncInferenceConfig(output_path="s3://b/async")
    predictor = model.deploy(
        initial_instance_count=1, instance_type=instance_type, async_inference_config=config
    )
    await loop.run_in_executor(None, predictor.predict, {"x": 1})
    return predictor


async def describe(name):
    async with aioboto3.Session().client("sagemaker") as client:
        return await client.describe_endpoint(EndpointName=name)


def train(job):
    name, instance_type = job
    estimator = Estimator(IMAGE, role, instance_count=1, instance_type=instance_type, base_job_name=name)
    estimator.fit("s3://b/train")
    return estimator.model_data


async def main():
    predictor = await deploy("ml.g4dn.xlarge")
    print(await describe(predictor.endpoint_name))
    predictor.delete_endpoint()

    client = boto3.client("sagemaker")
    tasks = [asyncio.to_thread(client.list_endpoints), asyncio.sleep(1)]
    await asyncio.gather(*tasks)


JOBS = [("a", "ml.m5.large"), ("b", "ml.m5.xlarge")]
with ThreadPoolExecutor(max_workers=2) as pool:
    futures = [pool.submit(train, job) for job in JOBS]
    for future in as_completed(futures):
        print(future.result())

asyncio.run(main())

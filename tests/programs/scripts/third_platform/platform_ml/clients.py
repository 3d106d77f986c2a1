from functools import lru_cache

import boto3
import sagemaker

REGION = "eu-west-1"


@lru_cache(maxsize=1)
def session():
    return sagemaker.Session(boto_session=boto3.Session(region_name=REGION))


def sagemaker_client():
    return boto3.client("sagemaker", region_name=REGION)

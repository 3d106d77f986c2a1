import boto3
import sagemaker

from fraud.settings import REGION


def execution_role():
    try:
        return sagemaker.get_execution_role()
    except ValueError:
        return boto3.client("iam", region_name=REGION).get_role(RoleName="fraud")["Role"]["Arn"]

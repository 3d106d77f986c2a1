import boto3

_session = boto3.Session(region_name="ap-southeast-2")
sagemaker = _session.client("sagemaker")
autoscaling = _session.client("application-autoscaling")


def get_runtime():
    return _session.client("sagemaker-runtime")

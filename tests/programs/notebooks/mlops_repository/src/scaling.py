import boto3

from common.config import ENDPOINT


def attach():
    client = boto3.client("application-autoscaling")
    target = dict(
        ServiceNamespace="sagemaker",
        ResourceId=f"endpoint/{ENDPOINT.name}/variant/AllTraffic",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    )
    client.register_scalable_target(MinCapacity=ENDPOINT.min_capacity, MaxCapacity=ENDPOINT.max_capacity, **target)
    client.put_scaling_policy(PolicyName="keep-70", PolicyType="TargetTrackingScaling", **target)


if __name__ == "__main__":
    attach()

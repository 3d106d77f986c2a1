import time

import settings
from clients import autoscaling, sagemaker


def config(model):
    name = f"{settings.ENDPOINT}-{int(time.time())}"
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{**settings.VARIANT, "ModelName": model}])
    return name


def create(model):
    sagemaker.create_endpoint(EndpointName=settings.ENDPOINT, EndpointConfigName=config(model))
    autoscaling.register_scalable_target(
        ServiceNamespace="sagemaker", ResourceId="endpoint/{}/variant/{}".format(settings.ENDPOINT, "main"),
        ScalableDimension="sagemaker:variant:DesiredInstanceCount", MinCapacity=1, MaxCapacity=settings.COUNT)
    autoscaling.put_scaling_policy(
        PolicyName="p", ServiceNamespace="sagemaker", ResourceId="endpoint/%s/variant/%s" % (settings.ENDPOINT, "main"),
        ScalableDimension="sagemaker:variant:DesiredInstanceCount", PolicyType="TargetTrackingScaling")


create("model-7")

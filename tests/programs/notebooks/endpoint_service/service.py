from __future__ import annotations

import logging
import time
from typing import Any, Optional

import boto3

logger = logging.getLogger(__name__)


class EndpointService:
    """Creates and removes the endpoints of one model family."""

    VARIANT = "AllTraffic"
    dimension = "sagemaker:variant:DesiredInstanceCount"

    def __init__(self, name: str, region: Optional[str] = None, instance_type: str = "ml.m5.xlarge"):
        self.name = name
        self.session = boto3.Session(region_name=region)
        self.client = self.session.client("sagemaker")
        self.scaling = self.session.client("application-autoscaling")
        self.instance_type = instance_type
        self.count = 2

    def _config(self, model_name: str) -> str:
        config_name = f"{self.name}-{int(time.time())}"
        self.client.create_endpoint_config(
            EndpointConfigName=config_name,
            ProductionVariants=[
                dict(
                    VariantName=self.VARIANT,
                    ModelName=model_name,
                    InstanceType=self.instance_type,
                    InitialInstanceCount=self.count,
                )
            ],
        )
        return config_name

    def deploy(self, model_name: str) -> None:
        config_name = self._config(model_name)
        if self.exists():
            self.client.update_endpoint(EndpointName=self.name, EndpointConfigName=config_name)
        else:
            self.client.create_endpoint(EndpointName=self.name, EndpointConfigName=config_name)
        self._wait()
        self._scale(1, 4)

    def _scale(self, low: int, high: int) -> None:
        resource = f"endpoint/{self.name}/variant/{self.VARIANT}"
        target: dict[str, Any] = {
            "ServiceNamespace": "sagemaker",
            "ResourceId": resource,
            "ScalableDimension": self.dimension,
        }
        self.scaling.register_scalable_target(**target, MinCapacity=low, MaxCapacity=high)
        self.scaling.put_scaling_policy(
            PolicyName="target-tracking",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.0,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
                },
            },
            **target,
        )

    def exists(self) -> bool:
        try:
            self.client.describe_endpoint(EndpointName=self.name)
        except self.client.exceptions.ClientError:
            return False
        return True

    def _wait(self) -> None:
        self.client.get_waiter("endpoint_in_service").wait(EndpointName=self.name)

    def delete(self) -> None:
        try:
            self.client.delete_endpoint(EndpointName=self.name)
        finally:
            logger.info("removed %s", self.name)

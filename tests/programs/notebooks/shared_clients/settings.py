from enum import Enum


class Instance(str, Enum):
    SMALL = "ml.t3.medium"
    LARGE = "ml.m5.4xlarge"


ENDPOINT = "recommender"
COUNT = 3
VARIANT = dict(VariantName="main", InitialInstanceCount=COUNT, InstanceType=Instance.LARGE.value)

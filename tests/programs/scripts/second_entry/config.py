from types import SimpleNamespace

TIMEOUT_MINUTES = 30
config = SimpleNamespace(
    ROLE="arn:aws:iam::111122223333:role/SageMaker",
    IMAGE="111122223333.dkr.ecr.eu-west-1.amazonaws.com/steps:1",
    RAW="s3://bucket/raw",
    TIMEOUT=TIMEOUT_MINUTES * 60,
    SPOT=False,
)

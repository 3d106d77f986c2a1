"""Our ML platform."""
from platform_ml.clients import sagemaker_client, session
from platform_ml.training import TrainingSpec, launch

__all__ = ["TrainingSpec", "launch", "sagemaker_client", "session"]

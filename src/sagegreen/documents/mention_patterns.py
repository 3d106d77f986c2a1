"""The expressions behind :mod:`sagegreen.documents.mentions`: only the few files that hold a word of them need them."""

from __future__ import annotations

import re

# Some files reach SageMaker through a layer of their project only: instance types and deployments give them away.
# What SageMaker puts into a container: the variables and folders that a training or serving script reads. Sources: the
# environment variables of github.com/aws/sagemaker-training-toolkit and "How Amazon SageMaker AI Provides Training
# Information" in the developer guide.
MENTION = re.compile(
    rb"(?i:sagemaker|boto3|/opt/ml)"
    rb"|\bml\.[a-z0-9-]+\.[a-z0-9-]*(?:large|medium|metal)|\binstance_type\b|\.deploy\("
    rb"|SM_(?:MODEL_DIR|CHANNEL|HOSTS|CURRENT_HOST|NUM_(?:GPUS|CPUS|NEURONS)|OUTPUT_D|TRAINING_ENV|HPS?\b|HP_|USER_ARGS"
    rb"|INPUT_D|FRAMEWORK_|LOG_LEVEL|RESOURCE_CONFIG|CHECKPOINT)"
)

#: Libraries that training scripts are written with. A script that a job runs need not mention SageMaker at all.
TRAINING = re.compile(
    rb"\b(?:import|from)[ \t]+(?:sklearn|torch\w*|tensorflow|keras\w*|kerastuner|ray|optuna|transformers|timm"
    rb"|sentence_transformers|xgboost|mxnet|gluoncv)\b"
)

SUPPRESSION = re.compile(rb"noqa[^\n]*?\bSG\d", re.IGNORECASE)

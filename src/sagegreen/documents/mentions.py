"""Which files are worth reading at all: one pass over the bytes, before anything heavy is imported."""

from __future__ import annotations

import re

from sagegreen.documents.required_words import occurs

# Some files reach SageMaker through a layer of their project only: instance types and deployments give them away.
# What SageMaker puts into a container: the variables and folders that a training or serving script reads. Sources: the
# environment variables of github.com/aws/sagemaker-training-toolkit and "How Amazon SageMaker AI Provides Training
# Information" in the developer guide.
_MENTION = re.compile(
    rb"(?i:sagemaker|boto3|/opt/ml)"
    rb"|\bml\.[a-z0-9-]+\.[a-z0-9-]*(?:large|medium|metal)|\binstance_type\b|\.deploy\("
    rb"|SM_(?:MODEL_DIR|CHANNEL|HOSTS|CURRENT_HOST|NUM_(?:GPUS|CPUS|NEURONS)|OUTPUT_D|TRAINING_ENV|HPS?\b|HP_|USER_ARGS"
    rb"|INPUT_D|FRAMEWORK_|LOG_LEVEL|RESOURCE_CONFIG|CHECKPOINT)"
)

#: One of these, in small letters, stands in whatever the expression finds.
_MENTIONED = (b"sagemaker", b"boto3", b"/opt/ml", b"ml.", b"instance_type", b".deploy(", b"sm_")


def mentions_sagemaker(raw: bytes) -> bool:
    """Tell whether a script or notebook can have anything to do with SageMaker.

    A file without any of the words is not judged; a false alarm costs time only, so the test is generous. It holds for
    every encoding that keeps ASCII as it is, which Python's own source encodings do.

    Args:
        raw: the bytes of the file.
    """
    lowered = raw.lower()
    # Plain words are found ten times as fast as an expression, and most files hold none.
    return any(word in lowered for word in _MENTIONED) and _MENTION.search(raw) is not None


#: Libraries that training scripts are written with. A script that a job runs need not mention SageMaker at all.
_TRAINING = re.compile(
    rb"\b(?:import|from)[ \t]+(?:sklearn|torch\w*|tensorflow|keras\w*|kerastuner|ray|optuna|transformers|timm"
    rb"|sentence_transformers|xgboost|mxnet|gluoncv)\b"
)


def mentions_training(raw: bytes) -> bool:
    """Tell whether a script imports what training scripts are written with, so that a job of its project may run it.

    Args:
        raw: the bytes of the file.
    """
    return _TRAINING.search(raw) is not None


_SDK = re.compile(
    rb"(?:^|[;:])[ \t]*(?:import|from)\b(?:[^\n\\]|\\.)*?"
    rb"\b(?:sagemaker|sagemaker_core|boto3|botocore|mypy_boto3\w*)\b|\bimport_module\b|\b__import__\b",
    re.MULTILINE | re.DOTALL,
)


def imports_sdk(raw: bytes) -> bool:
    """Tell whether a script may import an SDK of AWS itself.

    Args:
        raw: the bytes of the file.
    """
    return occurs(_SDK, raw)


#: What is looked at on objects that nobody knows: operations of clients, deployments, shell commands.
_WORK = re.compile(
    rb"\.(?:(?:create_\w*(?:job|endpoint|package|domain|profile|space|group|pipeline|schedule|instance|component|app|bucket"
    rb"|card|cluster|model|rule|plan|fleet)|(?:delete|update)_(?:endpoint|predictor|inference|domain|user|notebook"
    rb"|retention|log|app|bucket)"
    rb"|put_(?:object|retention|account|rule|targets|scaling|bucket|lifecycle)|upload_(?:file|fileobj|data)|run_job_flow"
    rb"|(?:create|update)_schedule|put_triggers|register_scalable)|(?:deploy|transformer)\s*[(,)])"
    rb"|initial_instance_count|sagemaker_client|SageMakerClient"
    rb"|\baws['\"]?[, ]+['\"]?(?:s3|sagemaker|logs|application|events|scheduler|emr|glue|redshift)"
)


def names_work(raw: bytes) -> bool:
    """Tell whether a script names work of AWS that is recognised whoever does it.

    Args:
        raw: the bytes of the file.
    """
    return occurs(_WORK, raw)


#: The methods that make a resource of what a caller hands over; see ``depends_on_callers`` of the extraction.
_METHODS = re.compile(
    rb"\.(?:compile|compile_model|create\w*|deploy|endpoint_from_\w+|from_jumpstart_config|from_recipe|optimize"
    rb"|put_scaling_policy|register|remote|right_size|run_baseline|step|suggest_baseline|transformer)\b"
)


def hands_on(raw: bytes) -> bool:
    """Tell whether a script may call, on what its callers give it, a method that makes a resource.

    Args:
        raw: the bytes of the file.
    """
    return _METHODS.search(raw) is not None

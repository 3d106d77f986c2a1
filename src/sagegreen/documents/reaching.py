"""Whether anything of an SDK can get into a script: one pass over its bytes."""

from __future__ import annotations

import re

from sagegreen.documents.required_words import occurs

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

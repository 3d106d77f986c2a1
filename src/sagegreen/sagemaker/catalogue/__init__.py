"""Signatures of the SageMaker Python SDKs and of boto3.

Generated from the released sources by ``tools/generate_catalogue.py``. Reading a catalogue imports no SDK; each file
is read once, when first asked for.
"""

from sagegreen.sagemaker.catalogue.binding import bind, missing_parameters
from sagegreen.sagemaker.catalogue.sdk import Catalogue, RenamedArgument, load
from sagegreen.sagemaker.catalogue.services import Boto3Catalogue, Operation, Shape, load_boto3
from sagegreen.sagemaker.catalogue.signatures import Parameter, ParameterKind, Signature

__all__ = [
    "Boto3Catalogue",
    "Catalogue",
    "Operation",
    "Parameter",
    "ParameterKind",
    "RenamedArgument",
    "Shape",
    "Signature",
    "bind",
    "load",
    "load_boto3",
    "missing_parameters",
]

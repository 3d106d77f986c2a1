"""The dialects: v1, v2, ``sagemaker.modules``, v3, v3 core resources and boto3, each as a table of forms."""

from sagegreen.sagemaker.dialects import boto3, core, modules, v2, v3
from sagegreen.sagemaker.forms import Form

#: Every form of every dialect; more specific owners stand before their bases.
FORMS: tuple[Form, ...] = (*v2.FORMS, *modules.FORMS, *v3.FORMS, *core.FORMS, *boto3.FORMS)

__all__ = ["FORMS"]

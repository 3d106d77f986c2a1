"""Which files are worth reading at all: one pass over the bytes, before anything heavy is imported.

Most files hold none of the plain words that are looked for first. These are found many times as fast as an expression,
and the expressions, and what compiles them, are not even loaded then.
"""

from __future__ import annotations


def mentions_sagemaker(raw: bytes) -> bool:
    """Tell whether a script or notebook can have anything to do with SageMaker.

    A file without any of the words is not judged; a false alarm costs time only, so the test is generous. It holds for
    every encoding that keeps ASCII as it is, which Python's own source encodings do.

    Args:
        raw: the bytes of the file.
    """
    lowered = raw.lower()
    if not (
        b"sagemaker" in lowered
        or b"boto3" in lowered
        or b"/opt/ml" in lowered
        or b"ml." in lowered
        or b"instance_type" in lowered
        or b".deploy(" in lowered
        or b"sm_" in lowered
    ):
        return False
    from sagegreen.documents.mention_patterns import MENTION

    return MENTION.search(raw) is not None


def mentions_training(raw: bytes) -> bool:
    """Tell whether a script imports what training scripts are written with, so that a job of its project may run it.

    Args:
        raw: the bytes of the file.
    """
    if not (
        b"sklearn" in raw
        or b"torch" in raw
        or b"tensorflow" in raw
        or b"keras" in raw
        or b" ray" in raw
        or b"\tray" in raw
        or b"optuna" in raw
        or b"transformers" in raw
        or b"timm" in raw
        or b"xgboost" in raw
        or b"mxnet" in raw
        or b"gluoncv" in raw
    ):
        return False
    from sagegreen.documents.mention_patterns import TRAINING

    return TRAINING.search(raw) is not None


def names_our_rules(raw: bytes) -> bool:
    """Tell whether a file may hold a comment that silences a rule of ours.

    Args:
        raw: the bytes of the file.
    """
    if b"noqa" not in raw.lower():
        return False
    from sagegreen.documents.mention_patterns import SUPPRESSION

    return SUPPRESSION.search(raw) is not None

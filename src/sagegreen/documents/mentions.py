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


#: How the names of the libraries begin that training scripts are written with.
_LIBRARIES = (
    *(b"sklearn", b"torch", b"tensorf", b"keras", b"ray", b"optuna", b"transf", b"timm", b"sentence", b"xgboost"),
    *(b"mxnet", b"gluoncv"),
)
_HEAD, _SHORTEST_HEAD = 40, 10


def mentions_training(raw: bytes) -> bool:
    """Tell whether a script imports what training scripts are written with, so that a job of its project may run it.

    Args:
        raw: the bytes of the file.
    """
    if not any(_is_library_named(raw, word) for word in (b"import", b"from")):
        return False
    from sagegreen.documents.mention_patterns import TRAINING

    return TRAINING.search(raw) is not None


def _is_library_named(raw: bytes, word: bytes) -> bool:
    """Whether the name of such a library may begin behind a word."""
    at = raw.find(word)
    while at >= 0:
        at += len(word)
        head = raw[at : at + _HEAD].lstrip(b" \t")
        # Behind many spaces the name may not be seen as a whole.
        if head.startswith(_LIBRARIES) or (len(head) < _SHORTEST_HEAD and at + _HEAD < len(raw)):
            return True
        at = raw.find(word, at)
    return False


def names_our_rules(raw: bytes) -> bool:
    """Tell whether a file may hold a comment that silences a rule of ours.

    Args:
        raw: the bytes of the file.
    """
    if b"noqa" not in raw.lower():
        return False
    from sagegreen.documents.mention_patterns import SUPPRESSION

    return SUPPRESSION.search(raw) is not None

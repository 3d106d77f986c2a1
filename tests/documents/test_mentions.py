"""The word test lets through whatever may concern SageMaker."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.documents.mention_patterns import MENTION, SUPPRESSION, TRAINING
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training, names_our_rules


@pytest.mark.parametrize(
    "raw",
    [
        b"import sagemaker",
        b"from SageMaker import x",
        b"boto3.client('s3')",
        b"os.environ['SM_MODEL_DIR']",
        b"os.environ.get('SM_CHANNEL_TRAIN')",
        b"SM_HOSTS",
        b"SM_NUM_GPUS",
        b"prefix = '/opt/ml/'",
        b"launch(spec, 'ml.p4d.24xlarge')",
        b"launch(spec).deploy(1, small)",
        b"launch(spec, instance_type=small)",
    ],
)
def test_what_concerns_sagemaker(raw):
    assert mentions_sagemaker(b"x = 1\n" + raw)


@pytest.mark.parametrize("raw", [b"", b"import os\n", b"SM = 1\nOSM_HOST = 2", b"botocore"])
def test_what_does_not(raw):
    assert not mentions_sagemaker(raw)


WORDS = [
    *("import", "from", " ", "\t", "x", "_", ".", "\n", " " * 29, " " * 31, " " * 45, "as np, ", "from . import y\n"),
    *("sklearn", "torch", "torchvision", "tensorflow", "keras", "kerastuner", "ray", "optuna", "transformers", "timm"),
    *("sentence_transformers", "xgboost", "mxnet", "gluoncv", "array", "tensor", "sentence", "SageMaker", "BOTO3"),
    *(
        "/opt/ML",
        "ml.m5.large",
        "ml.",
        "instance_type",
        ".deploy(",
        "SM_HOSTS",
        "sm_hosts",
        "# NoQA",
        ": ",
        "SG1",
        "sg301",
    ),
]


@given(st.lists(st.sampled_from(WORDS), max_size=9).map("".join))
def test_the_words_that_are_looked_for_first_hide_nothing(text):
    raw = text.encode()
    assert mentions_sagemaker(raw) == bool(MENTION.search(raw))
    assert mentions_training(raw) == bool(TRAINING.search(raw))
    assert names_our_rules(raw) == bool(SUPPRESSION.search(raw))


@pytest.mark.parametrize("library", WORDS[13:27])
def test_spaces_hide_no_library(library):
    for spaces in range(1, 60):
        raw = f"import{' ' * spaces}{library}".encode()
        for text in (raw, raw + b"\nx = 1" * 20):
            assert mentions_training(text)
            assert TRAINING.search(text)


def test_neither_the_word_test_nor_reading_imports_libcst():
    program = (
        "import sys, pathlib; import sagegreen.documents.mentions, sagegreen.documents.reading, sagegreen.documents.edits;"
        "print('libcst' in sys.modules)"
    )
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ | paths
    )
    assert done.stdout.strip() == "False"

"""The word test lets through whatever may concern SageMaker."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sagegreen.documents.mentions import mentions_sagemaker


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

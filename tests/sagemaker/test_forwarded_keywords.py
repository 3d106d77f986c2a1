"""A keyword is not written beside ``**kwargs`` that a caller may fill; beside a known dictionary it is."""

from __future__ import annotations

import pytest

import sagegreen

SUBCLASS = """\
from sagemaker.pytorch import PyTorch


class Trainer(PyTorch):
    def __init__(self, {parameters}):
        super().__init__(entry_point="train.py", role="r", framework_version="2.1", py_version="py310",
                         instance_count=1, instance_type="ml.g5.xlarge", {handed_on})


Trainer().fit("s3://b/train")
"""


@pytest.mark.parametrize(
    ("parameters", "handed_on", "writable"),
    [("**kwargs", "**kwargs", False), ("output_path=None", "output_path=output_path", True), ("**kwargs", "", True)],
)
def test_a_fix_beside_forwarded_keywords_is_advice(parameters, handed_on, writable):
    source = SUBCLASS.format(parameters=parameters, handed_on=handed_on)
    (finding,) = sagegreen.check_source(source, select=["SG304"], isolated=True)
    assert bool(finding.fixes[0].edits) is writable
    fixed = sagegreen.fix_source(source, select=["SG304"], unsafe_fixes=True, isolated=True)
    assert ("max_run" in fixed) is writable

"""Programs that only pretend to create something: unit tests, and what talks to stand-ins of AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sagegreen_checks.data.stored_data import is_pretended

if TYPE_CHECKING:
    from sagegreen.sagemaker.program import Program

_TEST_FILE = re.compile(r"test_.*|.*_test|conftest")


def is_rehearsal(program: Program) -> bool:
    """Whether what a program creates runs nowhere, or only while a test lasts."""
    return bool(_TEST_FILE.fullmatch(program.module.document.path.stem)) or is_pretended(program)

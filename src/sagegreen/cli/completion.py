"""``sagegreen completion``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError
from sagegreen.cli.options import program

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print the script with which a shell completes options and commands.

    Raises:
        SagegreenError: what makes the script is not installed.
    """
    try:
        import shtab
    except ImportError as error:
        raise SagegreenError(
            "`sagegreen completion` needs the package shtab: pip install 'sagegreen[completion]'"
        ) from error
    print(shtab.complete(program(), options.shell))
    return 0

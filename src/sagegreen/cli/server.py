"""``sagegreen server``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Serve an editor over the standard streams until it says goodbye.

    Raises:
        SagegreenError: the extra is not installed.
    """
    del options
    try:
        from sagegreen.lsp import create_server
    except ImportError as error:
        raise SagegreenError(
            f"`sagegreen server` needs the package {error.name or 'pygls'}: pip install 'sagegreen[lsp]'"
        ) from error
    create_server().start_io()
    return 0

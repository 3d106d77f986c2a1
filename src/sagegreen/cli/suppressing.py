"""``--add-noqa``: silence what is found today with comments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sagegreen.checking.annotating import suppressing_edits
from sagegreen.documents.edits import UnwritableEditError, rewrite
from sagegreen.documents.writing import write_atomically
from sagegreen.reporting.report import path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.files import FileResult
    from sagegreen.checking.registry import Registry


def add_comments(results: Iterable[FileResult], registry: Registry, reason: str) -> int:
    """Write the comments and return the exit code."""
    added, failed = 0, False
    for result in results:
        if result.document is None:
            continue
        edits = suppressing_edits(result.document, result.findings, registry, reason)
        if not edits:
            continue
        try:
            write_atomically(result.path, rewrite(result.document, edits))
        except (OSError, UnwritableEditError) as error:
            failed = True
            why = getattr(error, "strerror", None) or error
            print(f"error: cannot write `{path_on_one_line(result.path)}`: {why}", file=sys.stderr)
            continue
        added += len(edits)
    print(f"Added {added} noqa comment{'' if added == 1 else 's'}.", file=sys.stderr)
    return 2 if failed else 0

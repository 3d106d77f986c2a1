"""``--baseline``, ``--write-baseline``, ``--prune-baseline`` and ``--fail-on-stale``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sagegreen.checking.baseline import Baseline
from sagegreen.checking.errors import SagegreenError
from sagegreen.documents.discovery import absolute_path
from sagegreen.reporting.report import path_on_one_line

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from sagegreen.checking.configuration import Configuration
    from sagegreen.checking.files import FileResult
    from sagegreen.checking.registry import Registry
    from sagegreen.cli.check import Checked


def write(checked: Checked, file: Path) -> int:
    """Accept all findings, and return the exit code.

    Raises:
        SagegreenError: the file cannot be written.
    """
    path = absolute_path(file)
    baseline = Baseline.of(checked.results, path.parent)
    baseline.write(path)
    print(f"Wrote {_findings(baseline.count)} to {path_on_one_line(path)}.", file=sys.stderr)
    return 2 if any(result.error for result in checked.results) else 0


def apply(
    checked: Checked, file: Path | None, options: argparse.Namespace, configuration: Configuration, registry: Registry
) -> tuple[list[FileResult], int]:
    """The results without what is accepted, and the exit code of entries that nothing matches any more.

    Raises:
        SagegreenError: there is no baseline where one is asked for, or it cannot be read or written.
    """
    if file is None:
        raise SagegreenError("`--prune-baseline` and `--fail-on-stale` need a baseline; name it with --baseline FILE")
    baseline, folder = Baseline.read(file), file.parent
    codes = {code for path in checked.files for code in configuration.for_folder(path.parent).codes(path, registry)}
    stale = baseline.stale(checked.results, folder, checked.files, codes or set(registry.checks))
    if options.prune_baseline and stale.count:
        baseline.minus(stale).write(file)
        print(f"Removed {_entries(stale.count)} from {path_on_one_line(file)}.", file=sys.stderr)
    elif stale.count and (options.fail_on_stale or not options.quiet):
        for path, found in sorted(stale.entries.items()):
            for entry, count in sorted(found.items()):
                scope = f" in `{entry.scope}`" if entry.scope else ""
                times = f" ({count} times)" if count > 1 else ""
                print(f"stale: {path}: {entry.code} at `{entry.text}`{scope}{times}", file=sys.stderr)
        print(f"{_entries(stale.count)} of the baseline found no more; --prune-baseline removes them.", file=sys.stderr)
    failing = options.fail_on_stale and not options.prune_baseline and stale.count
    return baseline.without(checked.results, folder), int(bool(failing))


def _findings(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"


def _entries(count: int) -> str:
    return f"{count} entr{'y' if count == 1 else 'ies'}"

"""``sagegreen audit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.audit import EVERY_RULE, take_audit
from sagegreen.checking.configuration import Configuration
from sagegreen.checking.files import Run
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.cli.options import overrides
from sagegreen.cli.output import coloured, emit, warn
from sagegreen.documents.discovery import absolute_path

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Show which practices the code follows, and what its resources may draw.

    Raises:
        SagegreenError: usage or configuration are wrong.
        UnusablePathError: a path does not exist.
    """
    from dataclasses import replace
    from datetime import datetime, timezone

    from sagegreen.reporting.audit import render_audit
    from sagegreen.reporting.audit.scorecard import assemble, require_region
    from sagegreen.reporting.text import Style

    require_region(options.region)
    registry = Registry.installed()
    given = overrides(options, registry)
    selection = Selection(select=(EVERY_RULE,), ignore=given.selection.ignore)
    configuration = Configuration(registry, replace(given, selection=selection))
    shared = Run(registry, tuple(absolute_path(path) for path in options.paths), cached=False)
    files = take_audit(options.paths, configuration, shared, jobs=options.jobs)
    audit = assemble(options.paths, files, registry, given_region=options.region)
    for problem in audit.problems:
        warn(problem)
    style = Style(coloured(options.output_file))
    date = datetime.now(tz=timezone.utc).date().isoformat()
    emit(render_audit(audit, options.output_format, style, date), options.output_file)
    return 2 if any(file.failed for file in files) else 0

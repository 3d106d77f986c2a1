"""``sagegreen inventory``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.configuration import Configuration
from sagegreen.checking.files import Run
from sagegreen.checking.inventory import take_inventory
from sagegreen.checking.registry import Registry
from sagegreen.cli.options import overrides
from sagegreen.cli.output import emit, warn
from sagegreen.documents.discovery import absolute_path

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """List the resources that the code creates.

    Raises:
        SagegreenError: usage or configuration are wrong.
        UnusablePathError: a path does not exist.
    """
    from sagegreen.reporting.inventory import render_inventory

    registry = Registry.installed()
    configuration = Configuration(registry, overrides(options, registry))
    shared = Run(registry, tuple(absolute_path(path) for path in options.paths), cached=False)
    files = take_inventory(options.paths, configuration, shared, jobs=options.jobs)
    for file in files:
        for problem in file.problems:
            warn(problem)
    entries = [entry for file in files for entry in file.entries]
    emit(render_inventory(entries, options.output_format), options.output_file)
    return 2 if any(file.failed for file in files) else 0

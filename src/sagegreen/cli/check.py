"""``sagegreen check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sagegreen.checking.configuration import Configuration
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import FileResult, Mode, Run, Task, check_file_bytes, check_paths
from sagegreen.checking.registry import Registry
from sagegreen.cli.options import output_format, overrides
from sagegreen.cli.output import coloured, emit, warn
from sagegreen.documents.discovery import DiscoveredFile, absolute_path, forced_out

if TYPE_CHECKING:
    import argparse

    from sagegreen.reporting.report import Report

_STDIN = Path("-")


def run(options: argparse.Namespace) -> int:
    """Check files and return the exit code.

    Raises:
        SagegreenError: usage or configuration are wrong.
        UnusablePathError: a path does not exist.
    """
    registry = Registry.installed()
    configuration = Configuration(registry, overrides(options, registry))
    form = output_format(options, configuration)
    shared = Run(registry, tuple(absolute_path(path) for path in options.paths), cached=not options.no_cache)
    mode = _mode(options)
    if _STDIN in options.paths:
        if len(options.paths) > 1:
            raise SagegreenError("`-` (the standard input) cannot be given together with other paths")
        results = [_check_stdin(options, configuration, shared, mode)]
    else:
        discovery, results = check_paths(options.paths, configuration, shared, mode=mode, jobs=options.jobs)
        for line in discovery.skipped:
            warn(line)
        if not discovery.files and not options.quiet:
            warn("no scripts or notebooks were found under the given paths")
    for result in results:
        if result.error:
            print(f"error: {result.error}", file=sys.stderr)
    _report(options, results, form, registry)
    return _exit_code(options, results)


def _mode(options: argparse.Namespace) -> Mode | None:
    if options.diff:
        return Mode.DIFF
    if options.fix_only:
        return Mode.FIX
    return None


def _check_stdin(
    options: argparse.Namespace, configuration: Configuration, shared: Run, mode: Mode | None
) -> FileResult:
    raw = sys.stdin.buffer.read()
    path = absolute_path(options.stdin_filename or _STDIN)
    settings = configuration.for_folder(path.parent)
    mode = mode or (Mode.FIX if settings.fix else Mode.REPORT)
    if forced_out(path, configuration.exclusions_for):
        result = FileResult(path)
    else:
        result = check_file_bytes(raw, Task(DiscoveredFile(path, explicit=True), settings, mode), shared)
    if mode is Mode.FIX:
        fixed = result.document.raw if result.applied and result.document else raw
        sys.stdout.flush()
        sys.stdout.buffer.write(fixed)
        sys.stdout.buffer.flush()
    return result


def _report(options: argparse.Namespace, results: list[FileResult], form: str, registry: Registry) -> None:
    from sagegreen.reporting.report import Report

    fixing = any(result.applied for result in results)
    names = {check.code: check.name for check in registry.checks.values()} if fixing else {}
    report = Report(tuple(results), fixing=fixing, names=names)
    # The fixed source goes to the standard output, so what is said about it must not.
    stream = sys.stderr if _STDIN in options.paths and _fixes_stdin(options, results) else sys.stdout
    if options.diff:
        from sagegreen.reporting.difference import difference

        emit("".join(difference(result) for result in results), options.output_file)
        _say_applied(options, report, would=True)
        return
    if options.fix_only:
        _say_applied(options, report, would=False)
        return
    if options.show_fixes and report.applied and form != "json":
        from sagegreen.reporting.text import fixes

        emit(fixes(report) + "\n", None, stream)
    from sagegreen.reporting.formats import render, render_statistics
    from sagegreen.reporting.text import Style

    if options.statistics:
        emit(render_statistics(report, form), options.output_file, stream)
    elif not (options.quiet and form != "json" and not report.findings):
        emit(render(report, form, Style(coloured(options.output_file))), options.output_file, stream)


def _fixes_stdin(options: argparse.Namespace, results: list[FileResult]) -> bool:
    return bool(options.fix or options.fix_only or any(result.applied for result in results))


def _say_applied(options: argparse.Namespace, report: Report, *, would: bool) -> None:
    from sagegreen.reporting.text import applied_summary, fixes

    if options.quiet:
        return
    text = fixes(report, would=would) if options.show_fixes and report.applied else applied_summary(report, would=would)
    sys.stderr.write(text)


def _exit_code(options: argparse.Namespace, results: list[FileResult]) -> int:
    from sagegreen.checking.builtin import InternalError

    if any(result.error for result in results):
        return 2
    if any(finding.code == InternalError.code for result in results for finding in result.findings):
        return 2
    applied = any(result.applied for result in results)
    if options.diff:
        return int(applied)
    if applied and options.exit_non_zero_on_fix:
        return 1
    if options.fix_only or options.exit_zero:
        return 0
    return int(any(result.findings for result in results))

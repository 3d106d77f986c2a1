"""``sagegreen check``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.checking.cache import CACHE_FOLDER, Cache
from sagegreen.checking.configuration import Configuration
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import FileResult, Mode, Run, Task, check_file_bytes, check_paths
from sagegreen.checking.registry import Registry
from sagegreen.cli.options import Output, outputs, overrides
from sagegreen.cli.output import coloured, complain, emit, warn
from sagegreen.documents.discovery import DiscoveredFile, absolute_path, forced_out

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sagegreen.reporting.report import Report

STDIN = Path("-")


class Checked(NamedTuple):
    """What a run came to.

    Attributes:
        files: what was looked at, absolute.
        results: of the files for which there is something to say.
    """

    files: tuple[Path, ...]
    results: list[FileResult]


def run(options: argparse.Namespace) -> int:
    """Check files and return the exit code.

    Raises:
        SagegreenError: usage or configuration are wrong.
        UnusablePathError: a path does not exist.
    """
    _refuse_contradictions(options)
    if options.watch:
        from sagegreen.cli.watching import watch

        return watch(options, lambda: check(options))
    return check(options)


def check(options: argparse.Namespace) -> int:
    """Check files once; see :func:`run`."""
    registry = Registry.installed(_caches(options))
    configuration = Configuration(registry, overrides(options, registry))
    shared = Run(registry, tuple(absolute_path(path) for path in options.paths), cached=not options.no_cache)
    if options.show_files or options.show_settings:
        from sagegreen.cli import showing

        shown = showing.files if options.show_files else showing.settings
        emit(shown(options.paths, configuration, registry), options.output_file)
        return 0
    wanted = outputs(options, configuration)
    checked = _checked(options, configuration, shared)
    for result in checked.results:
        if result.error:
            complain(result.error)
    if options.add_noqa is not None:
        from sagegreen.cli.suppressing import add_comments

        return add_comments(checked.results, registry, options.add_noqa)
    if options.interactive:
        from sagegreen.cli.interactive import fix_by_choice

        return fix_by_choice(checked.results, configuration, shared)
    stale = 0
    if options.write_baseline is not None or (baseline := _baseline(options, configuration)) is not None:
        from sagegreen.cli import baselines

        if options.write_baseline is not None:
            return baselines.write(checked, options.write_baseline)
        results, stale = baselines.apply(checked, baseline, options, configuration, registry)
        checked = checked._replace(results=results)
    _report(options, checked.results, wanted, registry)
    return max(_exit_code(options, checked.results), stale)


def _caches(options: argparse.Namespace) -> tuple[Cache, ...]:
    """Where an earlier run may have kept things; the settings, which could say it, are not read yet."""
    if options.no_cache:
        return ()
    if options.cache_dir is not None:
        return (Cache(options.cache_dir),)
    starts = (Path.cwd(), *(absolute_path(path) for path in options.paths[:1]))
    folders = dict.fromkeys(folder / CACHE_FOLDER for start in starts for folder in (start, *start.parents))
    return tuple(Cache(folder) for folder in folders if os.path.isdir(folder))  # noqa: PTH112 - it never raises


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """Options of which each would take the run for itself."""
    alone = [
        name
        for name, given in (
            ("--add-noqa", options.add_noqa is not None),
            ("--interactive", options.interactive),
            ("--write-baseline", options.write_baseline is not None),
            ("--fix", bool(options.fix)),
            ("--fix-only", options.fix_only),
            ("--diff", options.diff),
        )
        if given
    ]
    if len(alone) > 1 and set(alone) & {"--add-noqa", "--interactive", "--write-baseline"}:
        raise SagegreenError(f"`{alone[0]}` cannot be given together with `{alone[1]}`")
    if STDIN in options.paths:
        for name, given in (
            ("--add-noqa", options.add_noqa is not None),
            ("--interactive", options.interactive),
            ("--write-baseline", options.write_baseline is not None),
            ("--watch", options.watch),
        ):
            if given:
                raise SagegreenError(f"`{name}` needs files, not the standard input")
        if len(options.paths) > 1:
            raise SagegreenError("`-` (the standard input) cannot be given together with other paths")
    if options.interactive and not sys.stdin.isatty():
        raise SagegreenError("`--interactive` asks questions, so it needs a terminal")


def _checked(options: argparse.Namespace, configuration: Configuration, shared: Run) -> Checked:
    mode = _mode(options)
    if STDIN in options.paths:
        return Checked((), [_check_stdin(options, configuration, shared, mode)])
    from sagegreen.cli.progress import progress

    with progress(quiet=options.quiet) as shown:
        watched = replace(shared, pulse=shown.pulse)
        discovery, results = check_paths(
            options.paths, configuration, watched, mode=mode, jobs=options.jobs, begun=shown.begun
        )
    for line in discovery.skipped:
        warn(line)
    if not discovery.files and not options.quiet:
        warn("no scripts or notebooks were found under the given paths")
    return Checked(tuple(file.path for file in discovery.files), results)


def _baseline(options: argparse.Namespace, configuration: Configuration) -> Path | None:
    if options.baseline is not None:
        return absolute_path(options.baseline)
    return configuration.for_run(options.paths).baseline


def _mode(options: argparse.Namespace) -> Mode | None:
    if options.diff:
        return Mode.DIFF
    if options.add_noqa is not None or options.interactive or options.write_baseline is not None:
        return Mode.REPORT
    return Mode.FIX if options.fix_only else None


def _check_stdin(
    options: argparse.Namespace, configuration: Configuration, shared: Run, mode: Mode | None
) -> FileResult:
    raw = sys.stdin.buffer.read()
    path = absolute_path(options.stdin_filename or STDIN)
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


def _report(
    options: argparse.Namespace, results: list[FileResult], wanted: Sequence[Output], registry: Registry
) -> None:
    from sagegreen.reporting.formats import FOR_PEOPLE, render, render_statistics
    from sagegreen.reporting.report import Report

    fixing = any(result.applied for result in results)
    names = {check.code: check.name for check in registry.checks.values()} if fixing else {}
    report = Report(tuple(results), fixing=fixing, names=names)
    # The fixed source goes to the standard output, so what is said about it must not.
    stream = sys.stderr if STDIN in options.paths and _fixes_stdin(options, results) else sys.stdout
    if options.diff:
        from sagegreen.reporting.difference import difference

        emit("".join(difference(result) for result in results), wanted[0].file)
        _say_applied(options, report, would=True)
        return
    if options.fix_only:
        _say_applied(options, report, would=False)
        return
    if options.show_fixes and report.applied and any(output.form in FOR_PEOPLE for output in wanted):
        from sagegreen.reporting.text import fixes

        emit(fixes(report) + "\n", None, stream)
    from sagegreen.reporting.text import Style

    for output in wanted:
        if options.statistics:
            emit(render_statistics(report, output.form), output.file, stream)
        elif not (options.quiet and output.form in FOR_PEOPLE and not report.findings):
            text = render(report, output.form, Style(coloured(output.file)), registry)
            emit(text, output.file, stream)


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

"""The Python API; its functions are also attributes of the package ``sagegreen``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagegreen.checking.audit import EVERY_RULE, take_audit
from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import FileResult, Mode, Projects, Run
from sagegreen.checking.files import check_paths as check_files
from sagegreen.checking.inventory import take_inventory
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.checking.sources import check_text, document_of_text, fix_text
from sagegreen.documents.discovery import absolute_path

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from sagegreen.checking.findings import Finding


def check_source(
    source: str,
    filename: str | os.PathLike[str] = "source.py",
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    isolated: bool = False,
) -> list[Finding]:
    """Judge a script, or the JSON text of a notebook.

    Args:
        source: the text; it counts, not what is on disk.
        filename: decides the kind (``.ipynb``), the configuration and the project; the file need not exist.
        select: the rules that run, as on the command line.
        ignore: rules that do not run.
        extend_select: rules that run besides.
        isolated: ignore configuration files.

    Returns:
        The findings by place; offsets count characters in the source of the cell (of the script).

    Raises:
        SagegreenError: a rule is unknown, or a configuration file is malformed.
    """
    configuration, run = _prepared(select, ignore, extend_select, isolated=isolated)
    path = absolute_path(Path(filename))
    settings = configuration.for_folder(path.parent)
    return list(check_text(document_of_text(source, path), settings, run, Projects(run)))


def fix_source(
    source: str,
    filename: str | os.PathLike[str] = "source.py",
    *,
    unsafe_fixes: bool = False,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    isolated: bool = False,
) -> str:
    """Apply fixes to a script, or to the JSON text of a notebook, and return the new text.

    Arguments are those of :func:`check_source`; ``unsafe_fixes`` applies unsafe fixes too.

    Raises:
        SagegreenError: as for :func:`check_source`; or the fixes do not converge.
    """
    configuration, run = _prepared(select, ignore, extend_select, isolated=isolated, unsafe_fixes=unsafe_fixes)
    path = absolute_path(Path(filename))
    document = document_of_text(source, path)
    result = fix_text(document, configuration.for_folder(path.parent), run, Projects(run))
    if result.error:
        raise SagegreenError(result.error)
    return result.raw.decode("utf-8", "surrogatepass")


def check_paths(
    paths: Iterable[str | os.PathLike[str]],
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    isolated: bool = False,
    jobs: int | None = 1,
) -> list[FileResult]:
    """Judge scripts and notebooks on disk; nothing is written, not even a cache.

    Args:
        paths: files and folders.
        select: the rules that run, as on the command line.
        ignore: rules that do not run.
        extend_select: rules that run besides.
        isolated: ignore configuration files.
        jobs: processes; ``None`` for one per core.

    Returns:
        The results of the files with findings, by path.

    Raises:
        SagegreenError: a rule is unknown, or a configuration file is malformed.
        UnusablePathError: a path does not exist.
    """
    given = [Path(path) for path in paths]
    configuration, run = _prepared(select, ignore, extend_select, given, isolated=isolated)
    return check_files(given, configuration, run, mode=Mode.REPORT, jobs=jobs)[1]


def inventory(
    paths: Iterable[str | os.PathLike[str]], *, isolated: bool = False, jobs: int | None = 1
) -> list[dict[str, Any]]:
    """List the resources that scripts and notebooks create.

    Returns:
        Objects with ``filename``, ``cell``, ``location``, ``kind``, ``api``, ``target`` and ``settings``, as
        ``sagegreen inventory --output-format json`` shows them.

    Raises:
        SagegreenError: a configuration file is malformed.
        UnusablePathError: a path does not exist.
    """
    given = [Path(path) for path in paths]
    configuration, run = _prepared(None, (), (), given, isolated=isolated)
    return [entry for file in take_inventory(given, configuration, run, jobs=jobs) for entry in file.entries]


def audit(
    paths: Iterable[str | os.PathLike[str]],
    *,
    region: str | None = None,
    ignore: Iterable[str] = (),
    isolated: bool = False,
    jobs: int | None = 1,
) -> dict[str, Any]:
    """Show which practices of the AWS guidance the code follows, and what its resources may draw.

    Args:
        paths: files and folders.
        region: the AWS Region of programs that name none.
        ignore: rules that do not look; all others do.
        isolated: ignore configuration files.
        jobs: processes; ``None`` for one per core.

    Returns:
        An object with ``phases``, ``practices`` and ``estimates``: what ``sagegreen audit`` shows as JSON.

    Raises:
        SagegreenError: a rule or a Region is unknown, or a configuration file is malformed.
        UnusablePathError: a path does not exist.
    """
    from sagegreen.reporting.audit.json_format import audit_entry
    from sagegreen.reporting.audit.scorecard import assemble, require_region

    require_region(region)
    given = [Path(path) for path in paths]
    configuration, run = _prepared((EVERY_RULE,), ignore, (), given, isolated=isolated)
    files = take_audit(given, configuration, run, jobs=jobs)
    return audit_entry(assemble(given, files, run.registry, given_region=region))


def _prepared(
    select: Iterable[str] | None,
    ignore: Iterable[str],
    extend_select: Iterable[str],
    given: Iterable[Path] = (),
    *,
    isolated: bool,
    unsafe_fixes: bool | None = None,
) -> tuple[Configuration, Run]:
    registry = Registry.installed()
    selection = Selection(
        select=None if select is None else tuple(select),
        ignore=tuple(ignore),
        extend_select=tuple(extend_select),
        origin="the arguments",
    )
    options = {} if unsafe_fixes is None else {"unsafe_fixes": unsafe_fixes}
    overrides = Overrides(isolated=isolated, selection=selection, options=options)
    run = Run(registry, tuple(absolute_path(path) for path in given), cached=False)
    return Configuration(registry, overrides), run

"""The flake8 plugin ``SG``: the findings of scripts, without fixes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from sagegreen import __version__
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.configuration import Configuration
    from sagegreen.checking.files import Projects, Run
    from sagegreen.checking.findings import Finding

_LISTS = {
    "select": "rules of sagegreen that run, instead of its default set",
    "ignore": "rules of sagegreen that do not run",
    "extend-select": "rules of sagegreen that run besides the default set",
}


class OptionManager(Protocol):
    """What flake8 hands over for declaring options."""

    def add_option(self, *names: str, **settings: Any) -> None:
        """Declare one option."""


class Plugin:
    """Judges one file for flake8.

    The configuration is sagegreen's own, found from the file's place; flake8's ``--sagegreen-...`` options win over it.
    A file that does not mention SageMaker costs one pass over its lines.
    """

    name: ClassVar[str] = "sagegreen"
    version: ClassVar[str] = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str], options: argparse.Namespace) -> None:
        # The tree makes flake8 take this for a plugin that wants whole files; the lines are the only truth, since an
        # editor may send what is not on disk.
        del tree
        self._path = Path(filename)
        self._text = "".join(lines)
        self._options = options

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Declare ``--sagegreen-select`` and the like; they may stand in flake8's own configuration too."""
        for name, text in _LISTS.items():
            manager.add_option(
                f"--sagegreen-{name}", parse_from_config=True, comma_separated_list=True, default=None, help=text
            )
        manager.add_option(
            "--sagegreen-isolated",
            parse_from_config=True,
            action="store_true",
            default=False,
            help="ignore the configuration files of sagegreen",
        )

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Yield row (from one), column (from zero), text and this class for each finding.

        A comment anywhere on the statement silences it; flake8 itself only looks at the reported line.

        Raises:
            flake8.exceptions.ExecutionError: the options or a configuration file are wrong; flake8 shows the message.
        """
        raw = self._text.encode("utf-8", "surrogatepass")
        if not mentions_sagemaker(raw) and not mentions_training(raw):
            return
        from sagegreen.checking.errors import SagegreenError
        from sagegreen.documents.positions import LineTable

        try:
            findings = self._findings()
        except SagegreenError as error:
            from flake8.exceptions import ExecutionError  # type: ignore[import-untyped]

            raise ExecutionError(f"sagegreen: {error}") from error
        table = LineTable.of(self._text)
        for finding in findings:
            row, column = table.position(min(finding.span.start, len(self._text)))
            yield row, column - 1, f"{finding.code} {' '.join(finding.message.split())}", type(self)

    def _findings(self) -> tuple[Finding, ...]:
        from dataclasses import replace

        from sagegreen.checking.sources import check_text, document_of_text
        from sagegreen.documents.discovery import absolute_path

        options = self._options
        configuration, run, projects = _prepared(
            _words(options.sagegreen_select),
            _words(options.sagegreen_ignore) or (),
            _words(options.sagegreen_extend_select) or (),
            isolated=options.sagegreen_isolated,
        )
        path = absolute_path(self._path)
        settings = configuration.for_folder(path.parent)
        if options.disable_noqa:
            settings = replace(settings, noqa=False)
        return check_text(document_of_text(self._text, path.with_suffix(".py")), settings, run, projects)


@lru_cache(maxsize=8)
def _prepared(
    select: tuple[str, ...] | None, ignore: tuple[str, ...], extend_select: tuple[str, ...], *, isolated: bool
) -> tuple[Configuration, Run, Projects]:
    """What all files of one flake8 process share: the rules, the configurations and the projects."""
    from sagegreen.checking.configuration import Configuration, Overrides
    from sagegreen.checking.files import Projects, Run
    from sagegreen.checking.registry import Registry
    from sagegreen.checking.selection import Selection

    registry = Registry.installed()
    selection = Selection(select, ignore, extend_select, "flake8's options")
    run = Run(registry, cached=False)
    return Configuration(registry, Overrides(isolated=isolated, selection=selection)), run, Projects(run)


def _words(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(value for value in values if value)

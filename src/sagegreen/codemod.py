"""The fixes as a LibCST codemod.

Run it with ``python -m libcst.tool codemod -x --no-format sagegreen.codemod.Fix --select SG323 PATH``. Without
``--no-format`` LibCST sends every changed file through ``black``, and fails where that is not installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import libcst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import Projects, Run
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.checking.sources import document_of_text, fix_text
from sagegreen.documents.discovery import absolute_path
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


class Fix(CodemodCommand):
    """Applies the fixes of the selected rules to scripts; what is written is what ``sagegreen check --fix`` writes."""

    DESCRIPTION: str = "Apply sagegreen's fixes for what wastes energy, hardware or storage on Amazon SageMaker."

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Declare the options; their meaning is that of ``sagegreen check``."""
        arg_parser.add_argument(
            "--select", action="append", metavar="RULES", help="rules whose fixes are applied: codes, prefixes or ALL"
        )
        arg_parser.add_argument("--ignore", action="append", metavar="RULES", help="rules whose fixes are not applied")
        arg_parser.add_argument("--unsafe-fixes", action="store_true", help="apply unsafe fixes too")

    def __init__(
        self,
        context: CodemodContext,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] | None = None,
        unsafe_fixes: bool = False,
    ) -> None:
        """Read the options.

        Raises:
            SystemExit: a rule is unknown; LibCST would show anything else with a traceback.
        """
        super().__init__(context)
        registry = Registry.installed()
        overrides = Overrides(
            selection=Selection(
                select=_words(select) if select else None,
                ignore=_words(ignore or ()),
                origin="the arguments of the codemod",
            ),
            options={"unsafe_fixes": True} if unsafe_fixes else {},
        )
        self._run = Run(registry, cached=False)
        try:
            self._configuration = Configuration(registry, overrides)
        except SagegreenError as error:
            raise SystemExit(f"error: {error}") from error

    def transform_module_impl(self, tree: libcst.Module) -> libcst.Module:
        """Fix one module.

        Raises:
            SkipFile: the file is a notebook, does not mention SageMaker, or cannot be fixed.
        """
        path = absolute_path(Path(self.context.filename or "source.py"))
        if path.suffix.lower() == ".ipynb":
            raise SkipFile("LibCST reads notebooks as Python; use `sagegreen check --fix` for them")
        if not mentions_sagemaker(tree.bytes) and not mentions_training(tree.bytes):
            raise SkipFile("no mention of SageMaker")
        source = tree.code
        document = document_of_text(source, path.with_suffix(".py"))
        try:
            settings = self._configuration.for_folder(path.parent)
            result = fix_text(document, settings, self._run, Projects(self._run))
        except SagegreenError as error:
            raise SkipFile(str(error)) from error
        if result.error:
            raise SkipFile(result.error)
        fixed = result.raw.decode("utf-8", "surrogatepass")
        return tree if fixed == source else libcst.parse_module(fixed, config=tree.config_for_parsing)


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())

"""One source text in memory, as an editor or another tool holds it: judged and fixed without touching a file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sagegreen.checking.engine import check_document
from sagegreen.documents.model import Cell, Document, Module
from sagegreen.documents.positions import LINE_END
from sagegreen.documents.reading import document_from_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from sagegreen.checking.configuration import Settings
    from sagegreen.checking.files import Projects, Run
    from sagegreen.checking.findings import Finding
    from sagegreen.checking.fixing import FixResult


def document_of_text(text: str, path: Path) -> Document:
    """A script, or the JSON of a notebook, as a document.

    The text is what counts: an encoding that a comment in it declares only says how some file holds it.
    """
    if path.suffix.lower() == ".ipynb":
        return document_from_bytes(text.encode("utf-8", "surrogatepass"), path)
    ending = LINE_END.search(text)
    module = Module(None, (Cell(None, text),))
    raw = text.encode("utf-8", "surrogatepass")
    return Document(path, "script", raw, (module,), newline=ending[0] if ending else "\n")


def check_text(document: Document, settings: Settings, run: Run, projects: Projects) -> tuple[Finding, ...]:
    """Judge a document that need not be on disk (its path is absolute).

    Raises:
        SagegreenError: the settings or a check pack are wrong.
    """
    return check_document(document, projects.of(document.path), settings, run.registry, run.analyze)


def fix_text(document: Document, settings: Settings, run: Run, projects: Projects) -> FixResult:
    """Fix a document that need not be on disk (its path is absolute).

    Raises:
        SagegreenError: the settings or a check pack are wrong.
    """
    from sagegreen.checking.fixing import fix_document

    judge = partial(check_text, settings=settings, run=run, projects=projects)

    def reread(raw: bytes) -> Document:
        if document.kind == "notebook":
            return document_from_bytes(raw, document.path, "notebook")
        return replace(document_of_text(raw.decode("utf-8", "surrogatepass"), document.path), kind="script")

    return fix_document(document, judge, unsafe=settings.unsafe_fixes, reread=reread)

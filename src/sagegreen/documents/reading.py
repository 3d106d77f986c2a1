"""From bytes to a `Document`: scripts in any of Python's encodings, notebooks of any nbformat that has cells."""

from __future__ import annotations

import io
import json
import posixpath
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagegreen.documents.magics import cell_language, shell_lines
from sagegreen.documents.model import Cell, Document, DocumentKind, Module, Position, Problem, ShellLine
from sagegreen.documents.positions import LINE_END, position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Measured with LibCST 1.9: 1 MB of code takes 2 s and 0.3 GB, 2 MB take 5 s and 0.6 GB, 10 MB take 46 s and 2.6 GB.
# Code that people write stays far below this limit; what is larger was generated.
CODE_SIZE_LIMIT = 2_000_000

# Kernels that run Python call their language python, ipython, pyspark or Python_Glue_Session.
_PYTHON_LANGUAGE = re.compile(r"python|pyspark", re.IGNORECASE)
_OTHER_KERNEL = re.compile(r"ir|.*_r|julia.*|sparkkernel|sparkrkernel|.*scala.*|bash|javascript|typescript|deno|xcpp.*")


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as the notebook's JSON holds it.

    Attributes:
        index: place among all cells, from one.
        fields: the JSON object.
    """

    index: int
    fields: dict[str, Any]


class _NotANotebookError(ValueError):
    """The JSON is sound but no notebook."""


def read_document(path: Path, display_path: Path | None = None) -> Document:
    """Read a script or notebook from disk.

    Args:
        path: the file; the suffix ``.ipynb`` makes it a notebook.
        display_path: the path that the document shall carry, if another.

    Raises:
        OSError: the file cannot be read. Nothing in its content raises.
    """
    return document_from_bytes(path.read_bytes(), display_path or path)


def document_from_bytes(raw: bytes, path: Path, kind: DocumentKind | None = None) -> Document:
    """Make a document of bytes; what is wrong with them becomes its problems.

    Args:
        raw: the content of the file.
        path: the name that the document carries; it decides the kind if none is given.
        kind: script or notebook.
    """
    if kind is None:
        kind = "notebook" if path.suffix.lower() == ".ipynb" else "script"
    return _notebook(raw, path) if kind == "notebook" else _script(raw, path)


def _script(raw: bytes, path: Path) -> Document:
    if len(raw) > CODE_SIZE_LIMIT:
        return _broken(raw, path, "script", _too_large(len(raw)))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    except SyntaxError as error:
        # Raised for an unknown codec in the cookie, but also for undecodable bytes in the first two lines.
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as undecodable:
            if b"coding" not in b"".join(raw.splitlines()[:2]):
                return _undecodable(raw, path, "script", undecodable)
        return _broken(raw, path, "script", f"cannot be decoded: {error.msg}")
    try:
        source = raw.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(raw, path, "script", error)
    except (LookupError, ValueError) as error:
        return _broken(raw, path, "script", f"cannot be decoded: {error}")
    module = Module(None, (Cell(None, source),))
    return Document(path, "script", raw, (module,), encoding, _newline((source,)))


def _notebook(raw: bytes, path: Path) -> Document:
    if not raw.strip():
        return _broken(raw, path, "notebook", "the notebook is an empty file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _undecodable(raw, path, "notebook", error)
    try:
        cells, python = _cells(json.loads(text))
    except json.JSONDecodeError as error:
        message = f"the notebook is not valid JSON: {error.msg}"
        return _broken(raw, path, "notebook", message, position(text, min(error.pos, len(text))))
    except RecursionError:
        return _broken(raw, path, "notebook", "the notebook's JSON is nested too deeply")
    except _NotANotebookError as error:
        return _broken(raw, path, "notebook", str(error))
    except ValueError as error:
        return _broken(raw, path, "notebook", f"the notebook is not valid JSON: {error}")

    problems = []
    code = []
    for cell in cells:
        if cell.fields.get("cell_type") != "code":
            continue
        source = _source(cell)
        if source is None:
            problems.append(Problem("the cell's source is neither text nor a list of lines", cell.index))
        elif python and _in_python(cell):
            code.append(Cell(cell.index, source))
    size = sum(len(cell.source) for cell in code)
    if size > CODE_SIZE_LIMIT:
        return _broken(raw, path, "notebook", _too_large(size))
    newline = _newline(cell.source for cell in code)
    return Document(path, "notebook", raw, _modules(code), "utf-8", newline, tuple(problems))


def _cells(notebook: object) -> tuple[list[RawCell], bool]:
    """List a notebook's cells, and tell whether its kernel runs Python."""
    if not isinstance(notebook, dict):
        raise _NotANotebookError("the file is JSON but no notebook: it holds no object")
    if "cells" in notebook:
        listed = notebook["cells"]
    elif isinstance(worksheets := notebook.get("worksheets"), list):
        # nbformat 3 and older: "The notebook file format", section on backward-compatible changes.
        if not all(isinstance(sheet, dict) for sheet in worksheets):
            raise _NotANotebookError("the file is no notebook: a worksheet is no object")
        sheets = [sheet.get("cells", []) for sheet in worksheets]
        if not all(isinstance(sheet, list) for sheet in sheets):
            raise _NotANotebookError("the file is no notebook: its cells are no list")
        listed = [cell for sheet in sheets for cell in sheet]
    else:
        raise _NotANotebookError("the file is JSON but no notebook: it has no cells")
    if not isinstance(listed, list):
        raise _NotANotebookError("the file is no notebook: its cells are no list")
    for index, cell in enumerate(listed, 1):
        if not isinstance(cell, dict):
            message = f"the file is no notebook: cell {index} is no object"
            raise _NotANotebookError(message)
    return [RawCell(index, cell) for index, cell in enumerate(listed, 1)], _python_kernel(notebook.get("metadata"))


def _python_kernel(metadata: object) -> bool:
    languages = [
        language
        for section, key in (("language_info", "name"), ("kernelspec", "language"))
        if isinstance(language := _entry(metadata, section, key), str) and language
    ]
    if languages:
        return any(_PYTHON_LANGUAGE.search(language) for language in languages)
    # A kernel's name alone says little ("conda_mxnet_p36"); these are the usual ones of other languages.
    kernel = _entry(metadata, "kernelspec", "name")
    return not isinstance(kernel, str) or _OTHER_KERNEL.fullmatch(kernel.lower()) is None


def _entry(fields: object, section: str, key: str) -> object:
    entries = fields.get(section) if isinstance(fields, dict) else None
    return entries.get(key) if isinstance(entries, dict) else None


def _in_python(cell: RawCell) -> bool:
    """Read what nbformat 3 says of a single cell; what VS Code notes is how it is coloured, not what runs it."""
    language = cell.fields.get("language")
    return not isinstance(language, str) or _PYTHON_LANGUAGE.search(language) is not None


def _source(cell: RawCell) -> str | None:
    source = cell.fields.get("source", cell.fields.get("input", ""))
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _modules(code: Iterable[Cell]) -> tuple[Module, ...]:
    """Sort a notebook's code cells into its own namespace and the files that it writes."""
    own: list[Cell] = []
    shell: list[ShellLine] = []
    written: dict[str, tuple[str, list[Cell]]] = {}
    for cell in code:
        language = cell_language(cell.source)
        shell.extend(shell_lines(cell.source, cell.index))
        if language.python:
            own.append(cell)
        elif language.written is not None and language.written.endswith((".py", ".pyw")):
            part = Cell(cell.index, cell.source, language.body)
            key = posixpath.normpath(language.written)
            if language.appended and key in written:
                written[key][1].append(part)
            else:
                written.pop(key, None)
                written[key] = (language.written, [part])
    files = (Module(name, tuple(parts)) for name, parts in written.values())
    return (Module(None, tuple(own), tuple(shell)), *files)


def _newline(sources: Iterable[str]) -> str:
    for source in sources:
        if match := LINE_END.search(source):
            return match.group()
    return "\n"


def _too_large(size: int) -> str:
    return f"holds {size / 1e6:.1f} MB of code; more than {CODE_SIZE_LIMIT / 1e6:.1f} MB is not judged"


def _undecodable(raw: bytes, path: Path, kind: DocumentKind, error: UnicodeDecodeError) -> Document:
    before = raw[: error.start].decode(error.encoding, "replace")
    found = "" if error.start >= len(raw) else f" (byte 0x{raw[error.start]:02x})"
    return _broken(raw, path, kind, f"not valid {error.encoding}: {error.reason}{found}", position(before, len(before)))


def _broken(raw: bytes, path: Path, kind: DocumentKind, message: str, place: Position | None = None) -> Document:
    return Document(path, kind, raw, (), problems=(Problem(message, None, place or Position(1, 1)),))

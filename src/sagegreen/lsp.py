"""The language server: diagnostics while typing, quick fixes with their alternatives, fix-all, hover.

Notebooks are synchronized as notebook documents, so that all their cells are one program, as on disk. Positions travel
in the encoding that the client and the server agree on; here they are offsets of characters.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from sagegreen import __version__
from sagegreen.checking.annotating import suppressing_edits
from sagegreen.checking.collecting import collecting_rarely
from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.files import Projects, Run
from sagegreen.checking.findings import Applicability
from sagegreen.checking.registry import Registry, page
from sagegreen.checking.selection import Selection
from sagegreen.checking.sources import check_text, document_of_text, fix_text
from sagegreen.documents.discovery import absolute_path, forced_out
from sagegreen.documents.model import Edit, Position
from sagegreen.documents.pieces import Pieces
from sagegreen.documents.positions import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sagegreen.checking.configuration import Settings
    from sagegreen.checking.findings import Finding, Fix
    from sagegreen.documents.model import Document

SOURCE = "sagegreen"
FIX_ALL = "source.fixAll.sagegreen"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.sagegreen"
_CONFIGURATIONS = ("pyproject.toml", "sagegreen.toml")
_PAUSE = 0.2  # seconds of silence before what is being typed is judged
_CODE = re.compile(r"\b[A-Z]{1,8}[0-9]{3,4}\b")


@dataclass
class Opened:
    """A script or notebook that is open in the editor, as it was last judged.

    Attributes:
        uri: of the script, or of the notebook.
        cells: the text documents of its cells by their index, the script's own under ``None``.
        document: what was judged.
        findings: about it.
    """

    uri: str
    cells: dict[int | None, str]
    document: Document
    findings: tuple[Finding, ...] = ()


@dataclass
class Workspace:
    """What the server knows: the rules, the configurations, and the open documents.

    Attributes:
        selection: what the client's initialization options say about rules.
        isolated: whether configuration files are ignored.
        opened: scripts and notebooks by their URI.
        pending: those that will be judged once nobody types.
        pieces: what is kept of their trees.
        references: the first links of the rules' pages, as far as they were asked for.
    """

    selection: Selection = field(default_factory=Selection)
    isolated: bool = False
    opened: dict[str, Opened] = field(default_factory=dict)
    pending: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    pieces: dict[str, Pieces] = field(default_factory=dict)
    references: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.registry = Registry.installed()
        self.forget()

    def forget(self) -> None:
        """Read configurations and other files of the projects again when they are needed."""
        overrides = Overrides(isolated=self.isolated, selection=self.selection)
        self.configuration = Configuration(self.registry, overrides)
        self.run = Run(self.registry, cached=False)
        self.projects = Projects(self.run)

    def reference(self, code: str) -> str | None:
        """The first link of a rule's page."""
        if code not in self.references:  # every diagnostic asks, and a page is long
            check = self.registry.checks.get(code)
            links = _links(page(check).section("References")) if check is not None else []
            self.references[code] = next(iter(links), None)
        return self.references[code]

    def settings(self, path: Path) -> Settings:
        """How a file is judged.

        Raises:
            SagegreenError: a configuration file is malformed.
        """
        return self.configuration.for_folder(path.parent)


class Server(LanguageServer):
    """The server with its state."""

    def __init__(self) -> None:
        super().__init__(
            "sagegreen",
            __version__,
            notebook_document_sync=types.NotebookDocumentSyncOptions(
                notebook_selector=[
                    types.NotebookDocumentFilterWithNotebook(
                        notebook=types.NotebookDocumentFilterNotebookType(notebook_type="jupyter-notebook"),
                        cells=[
                            types.NotebookCellLanguage(language="python"),
                            types.NotebookCellLanguage(language="markdown"),
                        ],
                    )
                ]
            ),
        )
        self.state = Workspace()

    # -- documents ------------------------------------------------------------------------------

    def document_uri(self, uri: str) -> str:
        """The notebook of a cell, or the script itself."""
        notebook = self.workspace.get_notebook_document(cell_uri=uri)
        return notebook.uri if notebook is not None else uri

    def read(self, uri: str) -> Opened | None:
        """A script or notebook as it stands in the editor; nothing where it is none, or not on a disk."""
        path_text = to_fs_path(uri)
        notebook = self.workspace.get_notebook_document(notebook_uri=uri)
        if path_text is None and notebook is None:
            return None
        path = absolute_path(Path(path_text or "untitled"))
        if notebook is None:
            if uri not in self.workspace.text_documents:
                return None
            text = self.workspace.get_text_document(uri).source
            return Opened(uri, {None: uri}, document_of_text(text, path.with_suffix(".py")))
        cells: list[dict[str, Any]] = []
        uris: dict[int | None, str] = {}
        for index, cell in enumerate(notebook.cells, start=1):
            is_code = cell.kind == types.NotebookCellKind.Code
            known = cell.document in self.workspace.text_documents
            text = self.workspace.get_text_document(cell.document).source if known else ""
            content: dict[str, Any] = {"cell_type": "code" if is_code else "markdown", "source": text, "metadata": {}}
            cells.append({**content, "outputs": [], "execution_count": None} if is_code else content)
            uris[index] = cell.document
        made = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        return Opened(uri, uris, document_of_text(made, path.with_suffix(".ipynb")))

    def judge(self, uri: str) -> Opened | None:
        """Judge a script or notebook as it stands, and remember the result.

        Raises:
            SagegreenError: a configuration file is malformed.
        """
        opened = self.read(uri)
        if opened is None:
            return None
        state, path = self.state, opened.document.path
        opened.document = replace(opened.document, pieces=state.pieces.setdefault(uri, Pieces()))
        if not forced_out(path, state.configuration.exclusions_for):
            opened.findings = check_text(opened.document, state.settings(path), state.run, state.projects)
        state.opened[uri] = opened
        return opened

    def publish(self, uri: str) -> None:
        """Judge a document and show its diagnostics; garbage can wait until they are shown."""
        with collecting_rarely():
            self._publish(uri)

    def _publish(self, uri: str) -> None:
        try:
            opened = self.judge(uri)
        except SagegreenError as error:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"sagegreen: {error}"))
            return
        if opened is None:
            return
        diagnostics: dict[str, list[types.Diagnostic]] = {cell: [] for cell in opened.cells.values()}
        for finding in opened.findings:
            cell = opened.cells.get(finding.cell)
            if cell is not None:
                diagnostics[cell].append(self.diagnostic(opened, finding))
        for cell, found in diagnostics.items():
            version = self.workspace.get_text_document(cell).version if cell in self.workspace.text_documents else None
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(cell, found, version))

    def publish_soon(self, uri: str) -> None:
        """Judge a document once nobody has typed for a moment."""
        earlier = self.state.pending.pop(uri, None)
        if earlier is not None:
            earlier.cancel()

        async def later() -> None:
            await asyncio.sleep(_PAUSE)
            self.state.pending.pop(uri, None)
            self.publish(uri)

        self.state.pending[uri] = asyncio.get_running_loop().create_task(later())

    def publish_all(self) -> None:
        """Judge all open documents again."""
        self.state.forget()
        for uri in list(self.state.opened):
            self.publish(uri)

    # -- positions ------------------------------------------------------------------------------

    def range(self, uri: str, start: int, end: int) -> types.Range:
        """A region of an open text, in the client's units."""
        source = self.workspace.get_text_document(uri).source
        table = LineTable.of(source)
        places = [table.position(min(offset, len(source))) for offset in (start, end)]
        first, last = (types.Position(row - 1, column - 1) for row, column in places)
        return self.workspace.position_codec.range_to_client_units(_lines(source), types.Range(first, last))

    def offset(self, uri: str, position: types.Position) -> int:
        """The offset of a client's position in an open text."""
        source = self.workspace.get_text_document(uri).source
        table = LineTable.of(source)
        if position.line >= len(table.starts):
            return len(source)
        plain = self.workspace.position_codec.position_from_client_units(_lines(source), position)
        return table.offset(Position(plain.line + 1, plain.character + 1))

    # -- what is sent ---------------------------------------------------------------------------

    def diagnostic(self, opened: Opened, finding: Finding) -> types.Diagnostic:
        """A finding; its data carry what the actions need, so that nothing is judged twice."""
        uri = opened.cells[finding.cell]
        href = self.state.reference(finding.code)
        return types.Diagnostic(
            range=self.range(uri, *finding.span),
            message=finding.message + (f"\n{finding.saving}" if finding.saving else ""),
            severity=types.DiagnosticSeverity.Warning,
            code=finding.code,
            code_description=types.CodeDescription(href) if href else None,
            source=SOURCE,
            data={"code": finding.code, "title": finding.fixes[0].title if finding.fixes else None},
        )

    def workspace_edit(self, opened: Opened, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Edits of cells, for the version of the texts that was judged."""
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = opened.cells[edit.cell]
            changes.setdefault(uri, []).append(
                types.TextEdit(range=self.range(uri, edit.start, edit.end), new_text=edit.content)
            )
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, self.workspace.get_text_document(uri).version),
                    list(found),
                )
                for uri, found in changes.items()
            ]
        )

    def actions(self, opened: Opened, finding: Finding, diagnostic: types.Diagnostic) -> Iterator[types.CodeAction]:
        """The fixes of a finding, the preferred first, and silencing it."""
        for index, fix in enumerate(finding.fixes):
            if fix.edits and all(edit.cell in opened.cells for edit in fix.edits):
                yield types.CodeAction(
                    title=f"{fix.title}{_caution(fix)} (sagegreen)",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    is_preferred=index == 0 and fix.applicability is Applicability.SAFE,
                    edit=self.workspace_edit(opened, fix.edits),
                )
        silence = suppressing_edits(opened.document, [finding], self.state.registry)
        if silence:
            yield types.CodeAction(
                title=f"Disable {finding.code} for this line (sagegreen)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=False,
                edit=self.workspace_edit(opened, silence),
            )

    def fix_all(self, opened: Opened, kind: str) -> types.CodeAction | None:
        """All safe fixes, suppressing nothing."""
        state = self.state
        settings = state.settings(opened.document.path)
        fixed = fix_text(opened.document, _safe_only(settings), state.run, state.projects)
        if fixed.error or not fixed.applied:
            return None
        after = document_of_text(fixed.raw.decode("utf-8", "surrogatepass"), opened.document.path)
        edits = list(_edits_between(opened.document, after))
        return types.CodeAction(
            title="Apply all safe fixes (sagegreen)", kind=kind, edit=self.workspace_edit(opened, edits)
        )


@lru_cache(maxsize=8)  # both ends of every diagnostic are looked for in them
def _lines(source: str) -> list[str]:
    """The rows as Python and the protocol count them: neither ends one at a form feed."""
    table = LineTable.of(source)
    return [source[start:end] for start, end in zip(table.starts, (*table.starts[1:], len(source)), strict=True)]


def _safe_only(settings: Settings) -> Settings:
    return replace(settings, unsafe_fixes=False)


def _caution(fix: Fix) -> str:
    return {Applicability.UNSAFE: " (unsafe)", Applicability.DISPLAY_ONLY: " (check the values)"}.get(
        fix.applicability, ""
    )


def _links(text: str) -> list[str]:
    return re.findall(r"https://[^\s)>\]]+", text)


def _edits_between(before: Document, after: Document) -> Iterator[Edit]:
    """The lines of each cell that differ."""
    new = {cell.index: cell.source for module in after.modules for cell in module.cells}
    for module in before.modules:
        for cell in module.cells:
            old_lines, new_lines = cell.source.splitlines(keepends=True), new[cell.index].splitlines(keepends=True)
            starts = [0]
            for line in old_lines:
                starts.append(starts[-1] + len(line))
            for kind, first, last, low, high in SequenceMatcher(
                None, old_lines, new_lines, autojunk=False
            ).get_opcodes():
                if kind != "equal":
                    yield Edit(cell.index, starts[first], starts[last], "".join(new_lines[low:high]))


# -- what the client asks ------------------------------------------------------------------------------------


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    given = params.initialization_options if isinstance(params.initialization_options, dict) else {}

    def words(name: str) -> tuple[str, ...] | None:
        value = given.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else None

    ls.state = Workspace(
        Selection(words("select"), words("ignore") or (), words("extendSelect") or (), "the client's settings"),
        isolated=bool(given.get("isolated", False)),
    )


def _initialized(ls: Server, params: types.InitializedParams) -> None:
    del params
    watched = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if watched and watched.dynamic_registration:
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in (*_CONFIGURATIONS, "*.py", "*.ipynb")]
        ls.client_register_capability(
            types.RegistrationParams(
                [
                    types.Registration(
                        "sagegreen-files",
                        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                        types.DidChangeWatchedFilesRegistrationOptions(watchers),
                    )
                ]
            )
        )


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    ls.publish(ls.document_uri(params.text_document.uri))


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    ls.publish_soon(ls.document_uri(params.text_document.uri))


def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    name = params.text_document.uri.rpartition("/")[2]
    if name in _CONFIGURATIONS:
        ls.publish_all()
        return
    ls.state.forget()
    ls.publish(ls.document_uri(params.text_document.uri))


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    ls.state.opened.pop(uri, None)
    ls.state.pieces.pop(uri, None)
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def _notebook_opened(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
    ls.publish(params.notebook_document.uri)


def _notebook_changed(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    ls.publish_soon(params.notebook_document.uri)


def _notebook_saved(ls: Server, params: types.DidSaveNotebookDocumentParams) -> None:
    ls.state.forget()
    ls.publish(params.notebook_document.uri)


def _notebook_closed(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    ls.state.opened.pop(params.notebook_document.uri, None)
    ls.state.pieces.pop(params.notebook_document.uri, None)
    for cell in params.cell_text_documents:
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(cell.uri, []))


def _files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    del params
    ls.publish_all()


def _configuration_changed(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    del params
    ls.publish_all()


def _code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    try:
        opened = _current(ls, ls.document_uri(uri))
        if opened is None:
            return []
        only = params.context.only
        found: list[types.CodeAction] = []
        if _asked(types.CodeActionKind.QuickFix, only):
            found += _quick_fixes(ls, opened, uri, params)
        is_notebook = opened.document.kind == "notebook"
        kind = NOTEBOOK_FIX_ALL if is_notebook else FIX_ALL
        if only and _asked(kind, only):
            action = ls.fix_all(opened, kind)
            found += [action] if action is not None else []
    except SagegreenError as error:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"sagegreen: {error}"))
        return []
    return found


def _asked(kind: str, only: Sequence[str | types.CodeActionKind] | None) -> bool:
    """Whether a client wants actions of a kind: that kind itself, or one that holds it."""
    if not only:
        return True
    wanted = [str(getattr(entry, "value", entry)) for entry in only]
    own = str(getattr(kind, "value", kind))
    return any(own == entry or own.startswith(f"{entry}.") for entry in wanted)


def _current(ls: Server, uri: str) -> Opened | None:
    """A document as it stands, judged again where it has changed since."""
    last, now = ls.state.opened.get(uri), ls.read(uri)
    if now is None:
        return None
    return last if last is not None and last.document.raw == now.document.raw else ls.judge(uri)


def _quick_fixes(ls: Server, opened: Opened, uri: str, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    start, end = ls.offset(uri, params.range.start), ls.offset(uri, params.range.end)
    for finding in opened.findings:
        if opened.cells.get(finding.cell) == uri and finding.span.start <= end and start <= finding.span.end:
            yield from ls.actions(opened, finding, ls.diagnostic(opened, finding))


def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    uri = params.text_document.uri
    try:
        opened = _current(ls, ls.document_uri(uri))
    except SagegreenError:
        return None
    if opened is None:
        return None
    offset = ls.offset(uri, params.position)
    text = ls.workspace.get_text_document(uri).source
    for match in _CODE.finditer(text):
        if match.start() <= offset <= match.end() and "noqa" in text[text.rfind("\n", 0, offset) + 1 : match.start()]:
            return _page(ls, match[0], uri, match.start(), match.end())
    for finding in opened.findings:
        if opened.cells.get(finding.cell) == uri and finding.span.start <= offset <= finding.span.end:
            return _page(ls, finding.code, uri, *finding.span)
    return None


def _page(ls: Server, code: str, uri: str, start: int, end: int) -> types.Hover | None:
    check = ls.state.registry.checks.get(code)
    if check is None:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, page(check).markdown)
    return types.Hover(content, ls.range(uri, start, end))


_FEATURES: tuple[tuple[str, Any], ...] = (
    (types.INITIALIZE, _initialize),
    (types.INITIALIZED, _initialized),
    (types.TEXT_DOCUMENT_DID_OPEN, _opened),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed),
    (types.TEXT_DOCUMENT_DID_SAVE, _saved),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed),
    (types.NOTEBOOK_DOCUMENT_DID_OPEN, _notebook_opened),
    (types.NOTEBOOK_DOCUMENT_DID_CHANGE, _notebook_changed),
    (types.NOTEBOOK_DOCUMENT_DID_SAVE, _notebook_saved),
    (types.NOTEBOOK_DOCUMENT_DID_CLOSE, _notebook_closed),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _files_changed),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _configuration_changed),
    (types.TEXT_DOCUMENT_HOVER, _hover),
)


def create_server() -> Server:
    """A server that is ready to be started."""
    created = Server()
    for name, handler in _FEATURES:
        created.feature(name)(handler)
    kinds = [types.CodeActionKind.QuickFix, FIX_ALL, NOTEBOOK_FIX_ALL]
    created.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))(_code_actions)
    return created

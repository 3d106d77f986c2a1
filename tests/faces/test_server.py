"""The language server, driven over its standard streams by a real client."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

types = pytest.importorskip("lsprotocol.types")
from pygls.lsp.client import LanguageClient  # noqa: E402

TUNER = """\
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

from jobs import estimator

label = "😀"; tuner = HyperparameterTuner(
    estimator,
    "validation:auc",
    {"eta": ContinuousParameter(0, 1)},
    strategy="Random",
    max_jobs=20,
)
tuner.fit("s3://bucket/train")
"""
CONFIGURATION = 'select = ["SG322", "SG323"]\n'


class Client(LanguageClient):
    """A client that remembers the last diagnostics of each document."""

    def __init__(self):
        super().__init__("tests", "1")
        self.diagnostics = {}
        self.news = asyncio.Event()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params):
            self.diagnostics[params.uri] = params.diagnostics
            self.news.set()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params):
            self.messages.append(params.message)
            self.news.set()

        self.messages = []

    async def until(self, holds):
        """Wait until something about the diagnostics holds."""
        async with asyncio.timeout(60) if sys.version_info >= (3, 11) else _no_limit():
            while not holds():
                self.news.clear()
                await self.news.wait()

    def codes(self, uri):
        return [diagnostic.code for diagnostic in self.diagnostics.get(uri, [])]


class _no_limit:  # noqa: N801 - stands in for asyncio.timeout before CPython 3.11
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None


@pytest.fixture
def session(tmp_path):
    """Runs a coroutine function with a client whose server is initialized."""
    (tmp_path / "sagegreen.toml").write_text(CONFIGURATION)

    def run(body, *, encodings=None, options=None):
        async def whole():
            client = Client()
            await client.start_io(sys.executable, "-m", "sagegreen", "server")
            general = types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None
            params = types.InitializeParams(
                capabilities=types.ClientCapabilities(general=general),
                root_uri=tmp_path.as_uri(),
                initialization_options=options,
            )
            client.agreed = (await client.initialize_async(params)).capabilities
            client.initialized(types.InitializedParams())
            try:
                return await body(client)
            finally:
                await client.shutdown_async(None)
                client.exit(None)
                await client.stop()

        return asyncio.run(whole())

    return run


def opened(client, path, text=TUNER):
    path.write_text(text)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "python", 1, text))
    )
    return path.as_uri()


def changed(client, uri, text, version=2):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(text)]
        )
    )


async def actions(client, uri, place, *only):
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), place, types.CodeActionContext([], only=list(only) or None)
    )
    return await client.text_document_code_action_async(params)


def applied(text, edits):
    """A text with edits whose positions count UTF-16 units."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode("utf-16-le")) // 2)
    units = text.encode("utf-16-le")
    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        start, end = (2 * (starts[place.line] + place.character) for place in (edit.range.start, edit.range.end))
        units = units[:start] + edit.new_text.encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def everything():
    return types.Range(types.Position(0, 0), types.Position(1000, 0))


def test_diagnostics_follow_what_is_typed(session, tmp_path):
    async def body(client):
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: len(client.codes(uri)) == 2)
        first = client.diagnostics[uri][0]
        assert (first.code, first.source, first.severity) == ("SG323", "sagegreen", types.DiagnosticSeverity.Warning)
        assert first.code_description.href.startswith("https://")
        start = TUNER.splitlines()[4].index("HyperparameterTuner")
        # UTF-16 is the protocol's default; the emoji is two of its units
        assert (first.range.start.line, first.range.start.character) == (4, start + 1)
        changed(client, uri, TUNER.replace('"Random"', '"Bayesian"'))
        await client.until(lambda: client.codes(uri) == ["SG323"])
        assert '"Random"' in (tmp_path / "tune.py").read_text()  # the buffer counts, not the disk
        changed(client, uri, "import sagemaker\n", 3)
        await client.until(lambda: client.codes(uri) == [])

    session(body)


@pytest.mark.parametrize(("encoding", "extra"), [("utf-32", 0), ("utf-16", 1), ("utf-8", 3)])
def test_the_position_encoding_is_negotiated(session, tmp_path, encoding, extra):
    async def body(client):
        assert client.agreed.position_encoding == encoding
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: len(client.codes(uri)) == 2)
        start = TUNER.splitlines()[4].index("HyperparameterTuner")
        assert client.diagnostics[uri][0].range.start.character == start + extra

    session(body, encodings=[types.PositionEncodingKind(encoding)])


def test_quick_fixes_with_alternatives_and_silence(session, tmp_path):
    async def body(client):
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: len(client.codes(uri)) == 2)
        early, random = client.diagnostics[uri]
        offered = await actions(client, uri, early.range, types.CodeActionKind.QuickFix)
        assert offered[0].is_preferred
        assert offered[-1].title == "Disable SG323 for this line (sagegreen)"
        (change,) = offered[0].edit.document_changes
        assert change.text_document.version == 1
        assert 'early_stopping_type="Auto"' in applied(TUNER, change.edits)
        (silence,) = offered[-1].edit.document_changes
        assert "HyperparameterTuner(  # noqa: SG323\n" in applied(TUNER, silence.edits)
        offered = await actions(client, uri, random.range)
        assert not any(action.is_preferred for action in offered)
        assert any("(unsafe)" in action.title for action in offered)

    session(body)


def test_fix_all_does_what_is_safe_and_nothing_else(session, tmp_path):
    async def body(client):
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: len(client.codes(uri)) == 2)
        for kind in ("source.fixAll", "source.fixAll.sagegreen"):
            (action,) = await actions(client, uri, everything(), kind)
            (change,) = action.edit.document_changes
            after = applied(TUNER, change.edits)
            assert 'early_stopping_type="Auto"' in after
            assert 'strategy="Random"' in after
        assert not await actions(client, uri, everything(), "source.organizeImports")

    session(body)


def cell(folder, number):
    return f"vscode-notebook-cell:{(folder / 'n.ipynb').as_posix()}#{number}"


CELLS = [
    ("markdown", "# Tuning"),
    ("code", "%matplotlib inline\nfrom sagemaker.tuner import ContinuousParameter, HyperparameterTuner"),
    ("code", TUNER.partition("\n\nfrom jobs")[2].partition("\n")[2]),
]


def test_notebooks_are_one_program_and_each_cell_has_its_diagnostics(session, tmp_path):
    async def body(client):
        folder = tmp_path
        kinds = {"markdown": types.NotebookCellKind.Markup, "code": types.NotebookCellKind.Code}
        cells = [types.NotebookCell(kinds[kind], cell(folder, n)) for n, (kind, _) in enumerate(CELLS)]
        texts = [
            types.TextDocumentItem(cell(folder, n), "python" if kind == "code" else "markdown", 1, text)
            for n, (kind, text) in enumerate(CELLS)
        ]
        uri = (folder / "n.ipynb").as_uri()
        client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(types.NotebookDocument(uri, "jupyter-notebook", 1, cells), texts)
        )
        tuner = cell(folder, 2)
        await client.until(lambda: len(client.codes(tuner)) == 2)
        assert client.codes(cell(folder, 1)) == []
        (action,) = await actions(client, tuner, everything(), "notebook.source.fixAll.sagegreen")
        (change,) = action.edit.document_changes
        assert change.text_document.uri == tuner
        assert 'early_stopping_type="Auto"' in applied(CELLS[2][1], change.edits)
        # asked cell by cell, the same edits would come once for each cell
        assert not await actions(client, tuner, everything(), "source.fixAll")
        text = CELLS[2][1].replace('"Random"', '"Bayesian"')
        client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(2, uri),
                types.NotebookDocumentChangeEvent(
                    cells=types.NotebookDocumentCellChanges(
                        text_content=[
                            types.NotebookDocumentCellContentChanges(
                                types.VersionedTextDocumentIdentifier(2, tuner),
                                [types.TextDocumentContentChangeWholeDocument(text)],
                            )
                        ]
                    )
                ),
            )
        )
        await client.until(lambda: client.codes(tuner) == ["SG323"])
        closing = [types.TextDocumentIdentifier(entry.document) for entry in cells]
        client.notebook_document_did_close(
            types.DidCloseNotebookDocumentParams(types.NotebookDocumentIdentifier(uri), closing)
        )
        await client.until(lambda: client.codes(tuner) == [])

    session(body)


def test_hover_shows_the_page_of_the_rule(session, tmp_path):
    async def body(client):
        text = TUNER.replace('"Random",', '"Random",  # noqa: SG322')
        uri = opened(client, tmp_path / "tune.py", text)
        await client.until(lambda: client.codes(uri) == ["SG323"])
        place = client.diagnostics[uri][0].range.start
        identifier = types.TextDocumentIdentifier(uri)
        hover = await client.text_document_hover_async(types.HoverParams(identifier, place))
        assert "## Why it wastes" in hover.contents.value
        row = next(number for number, line in enumerate(text.splitlines()) if "noqa" in line)
        on_code = types.Position(row, text.splitlines()[row].index("SG322") + 2)
        hover = await client.text_document_hover_async(types.HoverParams(identifier, on_code))
        assert "random-search" in hover.contents.value
        assert await client.text_document_hover_async(types.HoverParams(identifier, types.Position(0, 0))) is None

    session(body)


def test_a_changed_configuration_counts_at_once(session, tmp_path):
    async def body(client):
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: len(client.codes(uri)) == 2)
        configuration = tmp_path / "sagegreen.toml"
        configuration.write_text('select = ["SG322"]\n')
        event = types.FileEvent(configuration.as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await client.until(lambda: client.codes(uri) == ["SG322"])
        configuration.write_text("selekt = []\n")
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await client.until(lambda: client.messages)
        assert "unknown key `selekt`" in client.messages[-1]

    session(body)


def test_the_client_can_select_rules(session, tmp_path):
    async def body(client):
        uri = opened(client, tmp_path / "tune.py")
        await client.until(lambda: client.codes(uri) == ["SG322"])

    session(body, options={"select": ["SG322"], "isolated": True})


def test_a_server_that_is_told_to_leave_leaves_quietly(tmp_path):
    def framed(method, number=None, params=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {})
        body = json.dumps(message).encode()
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)

    process = subprocess.Popen(
        [sys.executable, "-m", "sagegreen", "server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    hello = {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}
    farewell = (
        framed("initialize", 1, hello) + framed("initialized", params={}) + framed("shutdown", 2) + framed("exit")
    )
    _, error = process.communicate(farewell, timeout=60)
    assert (process.returncode, b"error" in error) == (0, False), error

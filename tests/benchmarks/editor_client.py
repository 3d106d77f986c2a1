"""A client of ``sagegreen server``: opens a script, changes it, and prints as JSON how long each diagnosis took.

Usage: ``editor_client.py SCRIPT CHANGES``
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.client import LanguageClient

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 300.0  # seconds for one answer
_KIBI = 1 if sys.platform == "darwin" else 1024


class Client(LanguageClient):
    """A client that waits for the diagnostics of the version it has sent."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.answers: asyncio.Queue[tuple[str, int | None]] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.answers.put_nowait((params.uri, params.version))

    async def answered(self, uri: str, version: int) -> float:
        """Wait for the diagnostics of a version; the time at which they came."""
        while await asyncio.wait_for(self.answers.get(), _LONGEST) != (uri, version):
            pass
        return time.perf_counter()

    async def opened(self, path: Path, text: str) -> float:
        """Open a script; how long its diagnostics took."""
        begun = time.perf_counter()
        item = types.TextDocumentItem(path.as_uri(), "python", 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.answered(path.as_uri(), 1) - begun

    async def changed(self, path: Path, version: int, start: types.Position, end: types.Position, text: str) -> float:
        """Change a region; how long the diagnostics took."""
        begun = time.perf_counter()
        change = types.TextDocumentContentChangePartial(types.Range(start, end), text)
        document = types.VersionedTextDocumentIdentifier(version, path.as_uri())
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return await self.answered(path.as_uri(), version) - begun


def replaced(text: str, pattern: str) -> tuple[types.Position, types.Position]:
    """The region of the one character that a pattern's group matches first."""
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ValueError(f"nothing in the script matches {pattern}")
    row, line = text.count("\n", 0, found.start(1)), text.rfind("\n", 0, found.start(1)) + 1
    return types.Position(row, found.start(1) - line), types.Position(row, found.end(1) - line)


def edits(text: str) -> Iterator[tuple[types.Position, types.Position, str]]:
    """Changes without end: a number in a job, a letter in a docstring, a new first line, and that line gone again."""
    number, letter = replaced(text, r"instance_count=(\d)"), replaced(text, r'^    """(\w)')
    top, second = types.Position(0, 0), types.Position(1, 0)
    for turn in count():
        yield (*number, str(5 + turn % 5))
        yield (*letter, "QXZ"[turn % 3])
        yield top, top, "# one more line\n"
        yield top, second, ""


async def session(path: Path, text: str, changes: int) -> dict[str, object]:
    """A whole session; what to print."""
    client = Client()
    await client.start_io(sys.executable, "-m", "sagegreen", "server")
    params = types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=path.parent.as_uri())
    await client.initialize_async(params)
    client.initialized(types.InitializedParams())
    other = path.with_name("nothing.py")
    await client.opened(other, "one = 1\n")
    at, after = types.Position(0, 6), types.Position(0, 7)
    pauses = [await client.changed(other, version, at, after, str(version % 10)) for version in range(2, 2 + changes)]
    opened = await client.opened(path, text)
    planned = enumerate(islice(edits(text), changes), start=2)
    found = [await client.changed(path, version, *edit) for version, edit in planned]
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]  # pygls has no types here
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _KIBI
    return {"opened": opened, "changes": found, "pauses": pauses, "peak": peak}


script = Path(sys.argv[1])
print(json.dumps(asyncio.run(session(script, script.read_text(encoding="utf-8"), int(sys.argv[2])))))

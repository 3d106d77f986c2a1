"""The findings of earlier runs, and whether they still hold.

A judgement depends on its file and settings, on the rules, and on the project: on which files there are, on what those
that mention SageMaker say, on which files import which, and on the modules and scripts that were looked at one by one.
All of that, by content, is the state of the project. While it stays, so does every finding.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagegreen.checking.builtin import InternalError
from sagegreen.checking.cache import CACHE_FOLDER, Cache
from sagegreen.checking.findings import Applicability, Finding, Fix
from sagegreen.documents.mentions import mentions_sagemaker
from sagegreen.documents.model import Edit, Span
from sagegreen.documents.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.configuration import Settings
    from sagegreen.checking.files import FileResult, Projects, Run, Task
    from sagegreen.project.project import Project

#: What follows on the line of an import, or in its brackets.
_IMPORT = re.compile(rb"import\b(?:[ \t]*\([^)]*\)|[^\n]*)")
#: In bytes; the import statements of larger files are not looked for.
_LARGEST_IMPORTER = 300_000
#: In nanoseconds: a file that was written just before it was read may be written again without another time.
_RECENT = 2_000_000_000


def cache_of(settings: Settings) -> Cache:
    """Where results are kept under some settings."""
    return Cache(settings.cache_dir or settings.root / CACHE_FOLDER)


@dataclass
class _Known:
    """What earlier runs knew of a project: what was looked at, and each file's footprint with its size and time."""

    looked_at: set[Path] = field(default_factory=set)
    footprints: dict[str, tuple[int, int, str]] = field(default_factory=dict)


@dataclass
class _Shelf:
    """The kept results of one project under the same settings: by path, the digest of the bytes and the findings."""

    key: str
    cache: Cache
    project: Project
    state: str = ""
    files: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)


class Kept:
    """The results of earlier runs; knows what this run has read, so that nothing is read twice."""

    def __init__(self, run: Run, projects: Projects) -> None:
        self._run = run
        self._projects = projects
        self._footprints: dict[Path, str] = {}
        self._contents: dict[Path, str] = {}
        self._shelves: dict[tuple[str, Path | None], _Shelf] = {}
        self._known: dict[tuple[Path | None, Path | None], _Known] = {}
        self._states: dict[tuple[Path | None, Path | None], str] = {}

    def note(self, path: Path, raw: bytes, *, mentions: bool) -> None:
        """Remember what the bytes of a file, which mention SageMaker or not, are to the others."""
        self._footprints[path] = _footprint(raw, mentions=mentions)

    def findings(self, task: Task, raw: bytes) -> tuple[Finding, ...] | None:
        """What was found in a file of these bytes, if that still holds; asked once all files are noted."""
        shelf = self._shelf(task)
        digest, entries = shelf.files.get(str(task.file.path), ("", []))
        if digest != digest_of(raw) or shelf.state != self._state(shelf):
            return None
        try:
            return tuple(map(finding_of_json, entries))
        except (ValueError, TypeError):
            return None

    def keep(self, judged: Iterable[tuple[Task, FileResult]]) -> None:
        """Keep what was found in files, for runs to come.

        Args:
            judged: files and their results; nothing was written to any of them.
        """
        changed: dict[str, tuple[_Shelf, list[tuple[Task, FileResult]]]] = {}
        for task, result in judged:
            shelf = self._shelf(task)
            self._known_of(shelf).looked_at.update(result.looked_at)
            changed.setdefault(shelf.key, (shelf, []))[1].append((task, result))
        self._states.clear()
        for shelf, results in changed.values():
            state = self._state(shelf)
            if state != shelf.state:
                shelf.state, shelf.files = state, {}
            for task, result in results:
                if _is_lasting(result):
                    entries = [finding_as_json(finding) for finding in result.findings]
                    shelf.files[str(task.file.path)] = (result.digest, entries)
            shelf.cache.put(shelf.key, json.dumps({"state": state, "files": shelf.files}).encode())
            self._run.registry.keep_rules(shelf.cache)
        for shelf, _ in changed.values():
            self._keep_known(shelf)

    def _shelf(self, task: Task) -> _Shelf:
        settings = task.settings
        project = self._projects.of(task.file.path)
        judged_by = repr(
            (settings.root, settings.selections, settings.per_file_ignores, settings.assume, settings.noqa)
        )
        place = (judged_by, project.root)
        if place not in self._shelves:
            cache = cache_of(settings)
            key = cache.key("results", self._run.registry.fingerprint, judged_by, _name(project))
            self._shelves[place] = _filled(_Shelf(key, cache, project))
        return self._shelves[place]

    def _state(self, shelf: _Shelf) -> str:
        """The state of a shelf's project, as far as it bears on any of its files."""
        place = (shelf.cache.folder, shelf.project.root)
        if place not in self._states:
            known = self._known_of(shelf)
            digest = sha256()
            for path in shelf.project.files:
                digest.update(_line(path, self._footprint(path, known)))
            for path in sorted(known.looked_at):
                if not self._footprints.get(path, "").startswith("whole"):
                    digest.update(_line(path, self._content(path)))
            self._states[place] = digest.hexdigest()
        return self._states[place]

    def _footprint(self, path: Path, known: _Known) -> str:
        if path not in self._footprints:
            try:
                status = path.stat()
                size, changed, footprint = known.footprints.get(str(path), (-1, -1, ""))
                if (size, changed) == (status.st_size, status.st_mtime_ns):
                    self._footprints[path] = footprint
                else:
                    raw = read_regular_file(path)
                    self.note(path, raw, mentions=mentions_sagemaker(raw))
            except OSError:
                self._footprints[path] = ""
        return self._footprints[path]

    def _content(self, path: Path) -> str:
        """A digest of a file; empty where there is none."""
        if path not in self._contents:
            try:
                self._contents[path] = digest_of(read_regular_file(path))
            except (OSError, ValueError):
                self._contents[path] = ""
        return self._contents[path]

    def _known_of(self, shelf: _Shelf) -> _Known:
        place = (shelf.cache.folder, shelf.project.root)
        if place not in self._known:
            self._known[place] = _known_of_json(shelf.cache.get(self._known_key(shelf)))
        return self._known[place]

    def _known_key(self, shelf: _Shelf) -> str:
        return shelf.cache.key("project", self._run.registry.fingerprint, _name(shelf.project))

    def _keep_known(self, shelf: _Shelf) -> None:
        known = self._known_of(shelf)
        lately = time.time_ns() - _RECENT
        footprints = {}
        for path in shelf.project.files:
            try:
                status = path.stat()
            except OSError:
                continue
            if status.st_mtime_ns < lately:
                footprints[str(path)] = (status.st_size, status.st_mtime_ns, self._footprint(path, known))
        kept = {"looked_at": sorted(map(str, known.looked_at)), "footprints": footprints}
        shelf.cache.put(self._known_key(shelf), json.dumps(kept).encode())


def finding_as_json(finding: Finding) -> list[Any]:
    """A finding for storage; :func:`finding_of_json` reads it."""
    fixes = [
        [fix.title, fix.applicability.value, [[edit.cell, edit.start, edit.end, edit.content] for edit in fix.edits]]
        for fix in finding.fixes
    ]
    place = [finding.cell, list(finding.span), list(finding.statement)]
    return [finding.code, finding.name, finding.message, *place, fixes, list(finding.practices), finding.saving]


def finding_of_json(entry: Any) -> Finding:
    """What was stored.

    Raises:
        ValueError, TypeError: it is not what :func:`finding_as_json` made.
    """
    code, name, message, cell, span, statement, fixes, practices, saving = _typed(entry, list)
    return Finding(
        code=_typed(code, str),
        name=_typed(name, str),
        message=_typed(message, str),
        cell=_typed(cell, int, type(None)),
        span=_span(span),
        statement=_span(statement),
        fixes=tuple(
            Fix(
                _typed(title, str),
                Applicability(applicability),
                tuple(
                    Edit(_typed(cell, int, type(None)), *_span([start, end]), _typed(content, str))
                    for cell, start, end, content in _typed(edits, list)
                ),
            )
            for title, applicability, edits in _typed(fixes, list)
        ),
        practices=tuple(_typed(practice, str) for practice in _typed(practices, list)),
        saving=_typed(saving, str, type(None)),
    )


def _typed(value: Any, *types: type) -> Any:
    if type(value) not in types:
        raise TypeError(f"not expected: {value!r}")
    return value


def _span(entry: list[Any]) -> Span:
    start, end = _typed(entry, list)
    return Span(_typed(start, int), _typed(end, int))


def _filled(shelf: _Shelf) -> _Shelf:
    raw = shelf.cache.get(shelf.key)
    if raw is None:
        return shelf
    try:
        kept = json.loads(raw)
        files = {
            path: (_typed(digest, str), _typed(entries, list)) for path, (digest, entries) in kept["files"].items()
        }
        shelf.state, shelf.files = _typed(kept["state"], str), files
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass  # what this version would not write is as if it were not there
    return shelf


def _known_of_json(raw: bytes | None) -> _Known:
    if raw is None:
        return _Known()
    try:
        kept = json.loads(raw)
        footprints = {
            path: (_typed(size, int), _typed(changed, int), _typed(footprint, str))
            for path, (size, changed, footprint) in kept["footprints"].items()
        }
        return _Known({Path(_typed(path, str)) for path in kept["looked_at"]}, footprints)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _Known()


def _is_lasting(result: FileResult) -> bool:
    """Whether a result is that of a judgement, which would come to the same again."""
    if result.error or result.applied or not result.digest:
        return False
    return all(finding.code != InternalError.code for finding in result.findings)


def _footprint(raw: bytes, *, mentions: bool) -> str:
    """What a file is to the others, without a look at it for its own sake."""
    if mentions:
        return f"whole {digest_of(raw)}"
    return f"imports {len(raw) > _LARGEST_IMPORTER} {digest_of(_imports(raw))}"


def _imports(raw: bytes) -> bytes:
    """All lines that import something, with what stands in brackets behind."""
    return b"\n".join(raw[raw.rfind(b"\n", 0, found.start()) + 1 : found.end()] for found in _IMPORT.finditer(raw))


def _name(project: Project) -> str:
    return repr((project.root, project.given if project.root is None else ()))


def _line(path: Path, text: str) -> bytes:
    return f"{path}\0{text}\n".encode(errors="surrogatepass")


def digest_of(raw: bytes) -> str:
    """Tells contents apart."""
    return sha256(raw).hexdigest()

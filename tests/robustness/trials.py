"""Judge and fix any bytes as the program does, and say what went wrong: what a fuzzer looks for."""

from __future__ import annotations

import faulthandler
import re
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from unittest import mock
from zlib import crc32

import pytest
from losses import file_losses, parses, sources, step_losses

from sagegreen.checking import engine
from sagegreen.checking.configuration import OUTPUT_FORMATS, Configuration, Overrides
from sagegreen.checking.files import FileResult, Projects, Run
from sagegreen.checking.fixing import fix_document
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection
from sagegreen.checking.sources import check_text
from sagegreen.documents.edits import apply_edits
from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.program import analyze
from sagegreen.reporting.formats import render
from sagegreen.reporting.report import Report
from sagegreen.reporting.text import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Document

#: An input that takes more than this many seconds of the processor counts as one that never ends.
ENDLESS = 100
_TOO_DEEP = "the code is nested too deeply to be judged"


class EndlessError(BaseException):
    """Raised where an analysis is that does not end; no handler of exceptions takes it for its own."""


@dataclass(frozen=True)
class Failure:
    """Something that may not happen.

    Attributes:
        what: one line, by which failures of the same kind are told to be the same.
        detail: a traceback, or more words.
    """

    what: str
    detail: str = ""


@dataclass
class Trials:
    """Runs trials in one folder, and keeps count.

    Attributes:
        folder: empty; the input that is being tried stands in it, in case the process dies of it.
    """

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, tuple[Failure, bytes, str]] = field(default_factory=dict)
    slowest: tuple[float, bytes] = (0.0, b"")

    def __post_init__(self) -> None:
        registry = Registry.installed()
        overrides = Overrides(
            isolated=True, selection=Selection(select=("ALL",), origin="a test"), options={"unsafe_fixes": True}
        )
        self._run = Run(registry, (self.folder / "project",), cached=False)
        (self.folder / "project").mkdir(exist_ok=True)
        self._settings = Configuration(registry, overrides).for_folder(self.folder / "project")
        self._projects = Projects(self._run)
        self._raised: list[BaseException] = []

    def attempt(self, raw: bytes, suffix: str, origin: str = "", *, fix: bool = True) -> None:
        """Try one input, and keep what it finds.

        Args:
            raw: the content of a file.
            suffix: what kind of file.
            origin: how it was made.
            fix: whether to apply what is found, too.
        """
        (self.folder / f"tried{suffix}").write_bytes(raw)
        # What loops in C cannot be interrupted: then the process ends, and says where it is.
        faulthandler.dump_traceback_later(20 * ENDLESS, exit=True, file=sys.__stderr__)
        before = signal.signal(signal.SIGVTALRM, _interrupt)
        signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS)
        started = time.process_time()
        try:
            found = list(self._tried(raw, suffix, fix=fix))
        except EndlessError as error:
            found = [_raised(error)]
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
            faulthandler.cancel_dump_traceback_later()
        took = time.process_time() - started
        self.slowest = max(self.slowest, (took, raw))
        self.counts["inputs"] += 1
        for failure in found:
            self.counts["failures"] += 1
            self.failures.setdefault(failure.what, (failure, raw, f"{origin}{suffix}"))

    def settle(self) -> None:
        """End the test: it fails if anything failed, with one input for each kind of failure."""
        lines = []
        for number, (failure, raw, origin) in enumerate(self.failures.values()):
            kept = self.folder / f"failure-{number}{origin[origin.rfind('.') :]}"
            kept.write_bytes(raw)
            lines.append(f"{failure.what}\n  made by {origin}, kept as {kept}\n{failure.detail}")
        if lines:
            pytest.fail("\n".join(lines), pytrace=False)

    def _tried(self, raw: bytes, suffix: str, *, fix: bool) -> Iterator[Failure]:
        path = self.folder / "project" / f"source{suffix}"
        try:
            document = document_from_bytes(raw, path)
            findings = self._judged(document)
            yield from self._unsound(document, findings)
            if findings:
                self._rendered(document, findings)
            if fix and any(finding.fixes for finding in findings):
                yield from self._fixed(document, findings)
        except Exception as error:  # noqa: BLE001 - what a fuzzer is for
            yield _raised(error)

    def _judged(self, document: Document) -> tuple[Finding, ...]:
        self._raised.clear()
        real = engine.described

        def recorded(error: Exception) -> str:
            self._raised.append(error)
            return real(error)

        # The engine tells users in one line what a rule raised; where it was raised is needed here.
        with mock.patch.object(engine, "described", recorded):
            return check_text(document, self._settings, self._run, self._projects)

    def _unsound(self, document: Document, findings: Iterable[Finding]) -> Iterator[Failure]:
        texts = sources(document)
        for finding in findings:
            self.counts[finding.code] += 1
            if finding.code == "SG003":
                if self._raised:
                    yield from map(_raised, self._raised)
                else:
                    yield Failure(finding.message)
                continue
            if finding.message == _TOO_DEEP and not _deep(document):
                yield self._recursion(document)
            text = texts.get(finding.cell)
            if text is None:
                text = engine.source_text(document, finding.cell)
            for name, span in (("span", finding.span), ("statement", finding.statement)):
                if not 0 <= span.start <= span.end <= len(text):
                    yield Failure(f"{finding.code}: its {name} is outside the text", f"{span} of {len(text)}")
            for fix in finding.fixes:
                yield from _bad_edits(finding, fix, texts)

    def _recursion(self, document: Document) -> Failure:
        try:
            analyze(document, self._projects.of(document.path))
        except RecursionError as error:
            return _raised(error)
        return Failure("a flat program was called nested too deeply")

    def _rendered(self, document: Document, findings: tuple[Finding, ...]) -> None:
        """Show the findings in one of the formats, the same one for the same input."""
        form = OUTPUT_FORMATS[crc32(document.raw) % len(OUTPUT_FORMATS)]
        report = Report((FileResult(document.path, document, findings, unsafe_fixes=True),))
        render(report, form, Style(False), self._run.registry).encode("utf-8", "backslashreplace")

    def _fixed(self, document: Document, findings: tuple[Finding, ...]) -> Iterator[Failure]:
        states = [document]
        about: list[tuple[Finding, ...]] = []

        def judge(current: Document) -> tuple[Finding, ...]:
            found = findings if current is document else self._judged(current)
            about.append(found)
            return found

        def reread(raw: bytes) -> Document:
            states.append(document_from_bytes(raw, document.path, document.kind))
            return states[-1]

        result = fix_document(document, judge, unsafe=True, reread=reread)
        self.counts["fixes"] += len(result.applied)
        if result.error is not None:
            self.counts["refused"] += 1
            if "report it" in result.error:
                yield Failure(result.error.split(":", 1)[1])
            if result.raw != document.raw:
                yield Failure("a refused fix changed the file all the same")
            return
        if not result.applied:
            return
        self.counts["fixed"] += 1
        for before, after, found in zip(states, states[1:], about, strict=False):
            for loss in step_losses(before, after, found):
                yield Failure(f"a fix loses: {loss}", " ".join(sorted({each.code for each in found})))
        for found, state in zip(about, states, strict=False):
            yield from self._unsound(state, found)
        notebook = document.kind == "notebook"
        for loss in file_losses(document.raw, result.raw, notebook=notebook, encoding=document.encoding):
            yield Failure(f"the fixes lose: {loss}")
        again = fix_document(reread(result.raw), self._judged, unsafe=True, reread=reread)
        if again.applied or again.error:
            codes = sorted({each.code for each in again.applied})
            yield Failure(f"a second run fixes again: {codes or again.error}")


def _bad_edits(finding: Finding, fix: Any, texts: dict[int | None, str]) -> Iterator[Failure]:
    for cell in {edit.cell for edit in fix.edits}:
        if cell not in texts:
            yield Failure(f"{finding.code}: a fix edits a cell that does not exist", str(fix))
            continue
        edits = [edit for edit in fix.edits if edit.cell == cell]
        try:
            changed = apply_edits(texts[cell], edits)
        except ValueError as error:
            yield Failure(f"{finding.code}: edits that cannot be applied", f"{error}\n{fix}")
            continue
        if parses(texts[cell]) and not parses(changed):
            yield Failure(f"{finding.code}: a fix that breaks the code ({fix.applicability.value})", str(fix))


def _raised(error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "sagegreen" in frame.filename]
    place = f"{own[-1].filename.rpartition('/')[2]}:{own[-1].lineno} in {own[-1].name}" if own else "?"
    if isinstance(error, EndlessError):
        place = own[0].name if own else "?"  # where time runs out is chance
    if isinstance(error, RecursionError):
        # Where the stack ends is chance; who calls whom in circles is not.
        circle = Counter(f"{frame.filename.rpartition('/')[2]}:{frame.name}" for frame in frames[100:])
        place = ", ".join(name for name, _ in circle.most_common(3))
        lines = traceback.format_list(frames[200:240])
    else:
        lines = traceback.format_exception(
            type(error), error, error.__traceback__, limit=-24 if isinstance(error, EndlessError) else -12
        )
    return Failure(f"{type(error).__name__} at {place}", "".join(lines))


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise EndlessError


def _deep(document: Document) -> bool:
    """Whether code is nested, or chained, so deeply that nobody can be expected to follow it."""
    for text in sources(document).values():
        depth = deepest = 0
        for bracket in re.findall(r"[()\[\]{}]", text):
            depth += 1 if bracket in "([{" else -1
            deepest = max(deepest, depth)
        indent = max((len(blank.expandtabs()) for blank in re.findall(r"^[ \t]*", text, re.MULTILINE)), default=0)
        if deepest > 40 or indent > 80 or len(text) > 100_000:
            return True
    return False

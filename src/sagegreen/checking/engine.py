"""From a document to findings: the rules, what goes wrong in them, suppression, order."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Protocol

from sagegreen.checking.builtin import InternalError, Unparsable
from sagegreen.checking.findings import Finding
from sagegreen.documents.model import Problem, Span
from sagegreen.documents.positions import offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.configuration import Settings
    from sagegreen.checking.registry import Hook, Registry
    from sagegreen.documents.model import Document
    from sagegreen.project.project import Project
    from sagegreen.sagemaker.program import Program


class Analyze(Protocol):
    """Reads the programs out of a document; :func:`sagegreen.project.program.analyze` is the one."""

    def __call__(self, document: Document, project: Project, /) -> tuple[Program, ...]:
        """One program per module of the document."""


def check_document(
    document: Document,
    project: Project,
    settings: Settings,
    registry: Registry,
    analyze: Analyze | None = None,
) -> tuple[Finding, ...]:
    """Judge one document.

    LibCST is loaded only if the document mentions SageMaker, or is a script that a file of its project names. A rule
    that raises becomes one finding (SG003) and the others go on.

    Returns:
        The findings that no comment silences, by place, each place once per rule.

    Raises:
        SagegreenError: the settings or a check pack are wrong.
    """
    enabled = settings.codes(document.path, registry)
    findings = [unparsable(document, problem) for problem in document.problems]
    unjudged = {problem.cell for problem in document.problems}
    if document.modules and _can_matter(document, project, registry, enabled):
        programs = _programs(document, project, analyze, findings)
        if programs is None:
            unjudged = {cell.index for module in document.modules for cell in module.cells}
        for program in programs or ():
            findings += [unparsable(document, problem) for problem in program.problems]
            unjudged |= {problem.cell for problem in program.problems}
            findings += _judge(program, document, registry, enabled)
    findings = [finding for finding in findings if finding.code in enabled]
    if settings.noqa and b"noqa" in document.raw.lower():
        from sagegreen.checking.suppression import suppress

        findings = list(suppress(document, findings, registry, enabled, unjudged))
    findings = list(in_order(findings))
    if any(fix.edits for finding in findings for fix in finding.fixes):
        from sagegreen.checking.fixing import keep_comments

        return keep_comments(document, findings)
    return tuple(findings)


def _can_matter(document: Document, project: Project, registry: Registry, enabled: frozenset[str]) -> bool:
    """Whether the code of a document is worth analyzing: it reaches an SDK, or a rule knows words of it."""
    path, raw = document.path.absolute(), document.raw
    if not project.concerns(document.path, raw):
        return False
    if project.reaches_sdk(path, raw) or not _is_python(document):
        return True
    return any(words.search(raw) for code, words in registry.script_words.items() if code in enabled)


def _is_python(document: Document) -> bool:
    """Whether all code of a document can be parsed: what cannot is reported, wherever SageMaker is mentioned."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for module in document.modules:
                for cell in module.cells:
                    ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _programs(
    document: Document, project: Project, analyze: Analyze | None, findings: list[Finding]
) -> tuple[Program, ...] | None:
    if analyze is None:
        from sagegreen.project.program import analyze as read_programs

        analyze = read_programs
    try:
        return analyze(document, project)
    except RecursionError:
        problem = Problem("the code is nested too deeply to be judged", _first_cell(document))
        findings.append(unparsable(document, problem))
    except Exception as error:  # noqa: BLE001 - reported as SG003
        findings.append(internal_error(document, f"The analysis failed on this file: {described(error)}"))
    return None


def _judge(program: Program, document: Document, registry: Registry, enabled: frozenset[str]) -> Iterator[Finding]:
    crashed: set[str] = set()

    def call(hooks: Iterable[Hook], subject: object) -> Iterator[Finding]:
        for hook in hooks:
            code = hook.check.code
            if code not in enabled or code in crashed:
                continue
            try:
                for finding in hook.judge(subject) or ():
                    _require_sound(finding, document)
                    yield finding
            except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001 - SG003, the other rules go on
                crashed.add(code)
                message = f"Rule `{code}` ({hook.check.name}) failed on this file: {described(error)}"
                yield internal_error(document, message)

    table = registry.hooks
    yield from call(table.get("check_program", ()), program)
    for resource in program.resources:
        yield from call(table.get("check_resource", ()), resource)
        yield from call(table.get(f"check_{resource.kind}", ()), resource)


def _require_sound(finding: object, document: Document) -> None:
    """Refuse what a rule gives that no report could show.

    Raises:
        TypeError: it is no finding, or its places are none.
        ValueError: its place lies outside the document.
    """
    if not isinstance(finding, Finding):
        raise TypeError(f"it gave a value of type `{type(finding).__name__}` for a finding")
    cells = [cell for module in document.modules for cell in module.cells if cell.index == finding.cell]
    if not cells:
        raise ValueError(f"it gave a finding in cell {finding.cell}, where there is no code")
    for span in (finding.span, finding.statement):
        if not isinstance(span, Span):
            raise TypeError("it gave a finding without a place")
        if not 0 <= span.start <= span.end <= len(cells[0].source):
            raise ValueError(f"it gave a finding at {span.start} to {span.end}, outside of the text")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by place, each place once per rule."""
    unique: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        place: tuple[object, ...] = (finding.code, finding.cell, finding.span)
        # One place is one finding of a rule; what the engine itself says has no place, so its words tell it apart.
        if finding.code in (InternalError.code, Unparsable.code):
            place += (finding.message,)
        unique.setdefault(place, finding)
    return tuple(sorted(unique.values(), key=lambda finding: (finding.cell or 0, *finding.span, finding.code)))


def unparsable(document: Document, problem: Problem) -> Finding:
    """A problem of reading or parsing, as a finding."""
    span = _span(document, problem)
    return Finding(Unparsable.code, Unparsable.name, problem.message, problem.cell, span, statement=span)


def internal_error(document: Document, message: str) -> Finding:
    """A failure of a rule or of the analysis, as a finding at the start of the document."""
    span = Span(0, 0)
    return Finding(InternalError.code, InternalError.name, message, _first_cell(document), span, statement=span)


def _first_cell(document: Document) -> int | None:
    return next((cell.index for module in document.modules for cell in module.cells), None)


def _span(document: Document, problem: Problem) -> Span:
    source = source_text(document, problem.cell)
    try:
        start = offset(source, problem.position)
    except ValueError:  # the position counts in text that could not be decoded
        start = 0
    return Span(start, start + (start < len(source) and source[start] not in "\r\n"))


def source_text(document: Document, cell: int | None) -> str:
    """The text that a finding's offsets count in: a cell's source, or the whole file as far as it can be decoded."""
    for module in document.modules:
        for candidate in module.cells:
            if candidate.index == cell:
                return candidate.source
    return document.raw.decode("utf-8-sig", errors="replace")


def described(error: BaseException) -> str:
    """An exception in one line."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an exception of somebody's own that cannot even be shown
        text = "its message cannot be shown"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

"""What the scenes of a rule show of it: the dialects in whose code it speaks, the kinds of its fixes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, get_args

from scenes import described, judged, registry, staged

from sagegreen.checking.findings import Applicability
from sagegreen.project.program import analyze
from sagegreen.sagemaker.forms import Api
from sagegreen.semantics.values import Attribute, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenes import Scene

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Document
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.project.project import Project
    from sagegreen.sagemaker.program import Program

DIALECTS = (*get_args(Api), "script")
KINDS = tuple(kind.value for kind in Applicability)


@dataclass(frozen=True)
class Shown:
    """What a scene shows.

    Attributes:
        text: its findings, as its snapshot has them.
        spoken: whether its own rule found something.
        dialects: where that stands.
        fixes: the kinds of its fixes.
        followed: the practices that its own rule sees followed.
    """

    text: str
    spoken: bool
    dialects: frozenset[str]
    fixes: frozenset[str]
    followed: frozenset[str]


@cache
def shown(scene: Scene) -> Shown:
    """Judge a scene in a project of its own, once for all tests that ask."""
    programs: dict[Path, tuple[Program, ...]] = {}

    def remember(document: Document, project: Project) -> tuple[Program, ...]:
        programs[document.path] = analyze(document, project)
        return programs[document.path]

    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        results = judged(staged(scene, root), scene.rule, analyze=remember)
        code = registry().codes_by_name[scene.rule]
        own = [(result.path, finding) for result in results for finding in result.findings if finding.code == code]
        return Shown(
            described(results, root),
            bool(own),
            frozenset(dialect for path, finding in own for dialect in _dialects(finding, programs[path])),
            frozenset(
                (fix.applicability if fix.edits else Applicability.DISPLAY_ONLY).value
                for _, finding in own
                for fix in finding.fixes
            ),
            frozenset(
                seen.practice
                for modules in programs.values()
                for program in modules
                for seen in registry().checks[code]().observe(program)
                if seen.certain
            ),
        )


def _dialects(finding: Finding, programs: tuple[Program, ...]) -> set[str]:
    """The API of the resource whose call, or whose setting, the finding stands at; else those of the whole module.

    A module that creates nothing and makes no client runs inside a job: ``script``.
    """
    own = [program for program in programs if finding.cell in {parsed.cell.index for parsed in program.module.cells}]
    for read in (_at_calls, _at_settings, _at_clients, _of_module):
        found = {dialect for program in own for dialect in read(finding, program)}
        if found:
            return found
    return {"script"}


def _at_calls(finding: Finding, program: Program) -> Iterator[str]:
    for resource in program.resources:
        calls = [*resource.calls, *resource.starts]
        if any(_contains(call.cell, call.node, finding) for call in calls):
            yield resource.api


def _at_settings(finding: Finding, program: Program) -> Iterator[str]:
    for resource in program.resources:
        for setting in resource.settings.values():
            places = [setting.place, setting.argument, *(literal.place for literal in setting.literals)]
            if any(entry is not None and _contains(entry.parsed_cell, entry.node, finding) for entry in places):
                yield resource.api


def _at_clients(finding: Finding, program: Program) -> Iterator[str]:
    for call in program.trace.calls:
        if _contains(call.cell, call.node, finding):
            for callee in options(call.callee):
                if isinstance(callee, Attribute):
                    yield from ("boto3" for kind in program.types.of(callee.base) if kind.catalogue == "boto3")


def _of_module(_finding: Finding, program: Program) -> Iterator[str]:
    yield from (resource.api for resource in program.resources)
    if any("boto3" in parsed.text for parsed in program.module.cells) and not program.resources:
        yield "boto3"


def _contains(cell: ParsedCell, node: object, finding: Finding) -> bool:
    if cell.cell.index != finding.cell:
        return False
    try:
        span = cell.span(node)
    except KeyError:
        return False
    return span.start <= finding.span.start and finding.span.end <= span.end

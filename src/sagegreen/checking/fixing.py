"""Apply fixes to a document until nothing is left to fix, or leave it exactly as it was."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from sagegreen.checking.builtin import UnusedSuppression
from sagegreen.checking.findings import Applicability, Finding, Fix
from sagegreen.documents.edits import UnwritableEditError, apply_edits, rewrite
from sagegreen.documents.model import Position
from sagegreen.documents.positions import position
from sagegreen.documents.trivia import comments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sagegreen.documents.model import Document, Edit, Span
    from sagegreen.documents.parsing import ParsedModule

PASSES = 100
_REPORT = "this is a bug in sagegreen, please report it"


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """A fix that is in the new text.

    Attributes:
        code: the rule whose finding it answers.
        title: what it did.
        cell: index of the cell, ``None`` in a script.
        position: where the finding stood when the fix was applied.
    """

    code: str
    title: str
    cell: int | None
    position: Position


@dataclass(frozen=True, slots=True)
class FixResult:
    """What fixing a document came to.

    Attributes:
        raw: the bytes to write: new ones, or the document's own where nothing was fixed.
        applied: the fixes that these bytes contain, in the order in which they were applied.
        remaining: the findings about these bytes.
        error: one line that names the rules at fault, where the document was left as it was for their sake.
    """

    raw: bytes
    applied: tuple[AppliedFix, ...]
    remaining: tuple[Finding, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Chosen:
    finding: Finding
    fix: Fix


@dataclass(frozen=True, eq=False)
class _State:
    """A document with its trees, which are made when they are needed: most documents need no fix."""

    document: Document

    @cached_property
    def modules(self) -> tuple[ParsedModule, ...]:
        """All its modules, parsed."""
        from sagegreen.documents.parsing import parse_module

        return tuple(parse_module(self.document, module) for module in self.document.modules)

    @cached_property
    def problems(self) -> Counter[tuple[str | None, int | None]]:
        """What cannot be read, by module and cell."""
        whole: Counter[tuple[str | None, int | None]] = Counter((None, each.cell) for each in self.document.problems)
        whole.update((parsed.module.name, each.cell) for parsed in self.modules for each in parsed.problems)
        return whole

    def sources(self) -> dict[int | None, str]:
        """The text of every cell that Python is read from."""
        return {cell.index: cell.source for module in self.document.modules for cell in module.cells}


def fixable(finding: Finding, unsafe: bool) -> Fix | None:
    """The fix that would be applied to a finding: the first that has edits and may go unattended.

    Args:
        finding: any finding.
        unsafe: whether fixes that may change behaviour are wanted.
    """
    allowed = (Applicability.SAFE, Applicability.UNSAFE) if unsafe else (Applicability.SAFE,)
    return next((fix for fix in finding.fixes if fix.edits and fix.applicability in allowed), None)


def keep_comments(document: Document, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Turn fixes that would delete a comment, or would change nothing, into mere advice.

    Returns:
        The findings in the same order; such fixes are display-only.
    """
    return _harmless(_State(document), findings)


def fix_document(
    document: Document,
    judge: Callable[[Document], Sequence[Finding]],
    *,
    unsafe: bool,
    reread: Callable[[bytes], Document],
) -> FixResult:
    """Apply the fixes of all findings, pass after pass, until none is left.

    One pass applies the fixes that do not touch each other, in the order of the text. Each fix is applied wholly or not
    at all. The document stays as it was where a fix breaks it or where passes do not come to an end.

    Args:
        document: what to fix.
        judge: gives the findings about a document.
        unsafe: whether to apply fixes that may change behaviour.
        reread: makes a document of new bytes, as the first one was made.
    """
    start = state = _State(document)
    original = findings = _harmless(state, judge(document))
    applied: list[AppliedFix] = []
    seen = {document.raw: 0}
    passes: list[set[str]] = []
    for number in range(1, PASSES + 1):
        chosen = _choose(findings, unsafe=unsafe)
        if not chosen:
            return FixResult(state.document.raw, tuple(applied), findings)
        after = _applied(state, chosen, reread)
        if isinstance(after, str):
            guilty = [each for each in chosen if isinstance(_applied(state, [each], reread), str)] or chosen
            return _failure(start, original, after, {each.finding.code for each in guilty})
        sources = state.sources()
        applied += [_record(each, sources) for each in chosen]
        passes.append({each.finding.code for each in chosen})
        state = after
        known = seen.get(state.document.raw)
        if known is not None:
            return _failure(start, original, f"they undo each other; {_REPORT}", set().union(*passes[known:]))
        seen[state.document.raw] = number
        findings = _harmless(state, judge(state.document))
    if not _choose(findings, unsafe=unsafe):
        return FixResult(state.document.raw, tuple(applied), findings)
    return _failure(start, original, f"they do not come to an end in {PASSES} passes; {_REPORT}", passes[-1])


def apply_fix(document: Document, finding: Finding, fix: Fix, reread: Callable[[bytes], Document]) -> Document | str:
    """The document with one fix, or one line that says why it cannot be applied.

    Args:
        document: what the finding is about.
        finding: what the fix answers.
        fix: one of its fixes, with edits.
        reread: makes a document of new bytes, as the first one was made.
    """
    after = _applied(_State(document), [_Chosen(finding, fix)], reread)
    return after if isinstance(after, str) else after.document


def _failure(start: _State, findings: tuple[Finding, ...], reason: str, codes: set[str]) -> FixResult:
    path = start.document.path
    error = f"{path}: left as it was, because of fixes of {', '.join(sorted(codes))}: {reason}"
    return FixResult(start.document.raw, (), findings, error)


def _record(chosen: _Chosen, sources: dict[int | None, str]) -> AppliedFix:
    finding = chosen.finding
    source = sources.get(finding.cell)
    place = Position(1, 1) if source is None else position(source, min(finding.span.start, len(source)))
    return AppliedFix(finding.code, chosen.fix.title, finding.cell, place)


# --- which fixes go together ----------------------------------------------------------------------------------


def _choose(findings: Sequence[Finding], *, unsafe: bool) -> list[_Chosen]:
    """The fixes of one pass, in the order of the text: none touches another, equal edits are shared.

    Two that may change behaviour never answer findings of one place together: both may change the same resource, each
    as if the other did not (scale the endpoint, serve without instances). The next pass judges what the first has made.
    """
    chosen: list[_Chosen] = []
    taken = _Taken()
    changed: set[tuple[int | None, Span]] = set()
    for finding in sorted(findings, key=_place):
        fix = fixable(finding, unsafe)
        if fix is None or any(map(taken.touches, fix.edits)):
            continue
        if fix.applicability is Applicability.UNSAFE:
            if (finding.cell, finding.span) in changed:
                continue
            changed.add((finding.cell, finding.span))
        chosen.append(_Chosen(finding, fix))
        taken.add(fix.edits)
    return chosen


def _place(finding: Finding) -> tuple[int, int, int, str, str]:
    return (finding.cell or 0, finding.span.start, finding.span.end, finding.code, finding.message)


class _Taken:
    """The edits that are chosen already."""

    def __init__(self) -> None:
        self._edits: set[Edit] = set()
        self._regions: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
        self._longest = 0

    def add(self, edits: Iterable[Edit]) -> None:
        """Choose edits."""
        for edit in edits:
            if edit not in self._edits:
                self._edits.add(edit)
                insort(self._regions[edit.cell], (edit.start, edit.end))
                self._longest = max(self._longest, edit.end - edit.start)

    def touches(self, edit: Edit) -> bool:
        """Whether an edit meets another one: what comes out would depend on which is applied first."""
        if edit in self._edits:
            return False
        regions = self._regions[edit.cell]
        near = bisect_left(regions, (edit.start - self._longest,))
        return any(edit.start <= end for _, end in regions[near : bisect_left(regions, (edit.end + 1,))])


# --- applying -------------------------------------------------------------------------------------------------


def _applied(state: _State, chosen: Sequence[_Chosen], reread: Callable[[bytes], Document]) -> _State | str:
    """The document with fixes applied, or why they cannot be: text that could be read could not be any more."""
    edits = dict.fromkeys(edit for each in chosen for edit in each.fix.edits)
    try:
        after = _State(reread(rewrite(state.document, tuple(edits))))
    except UnwritableEditError as error:
        return str(error)
    except ValueError as error:
        return f"{error}; {_REPORT}"
    if after.problems - state.problems or len(after.document.modules) != len(state.document.modules):
        return f"the result would not be sound Python; {_REPORT}"
    return after


# --- comments -------------------------------------------------------------------------------------------------


def _harmless(state: _State, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    sources = state.sources()
    return tuple(
        replace(finding, fixes=tuple(_as_advice(state, sources, fix) for fix in finding.fixes))
        # An unused suppression is a comment: taking it away, or parts of it, is what the fix is for.
        if finding.fixes and finding.code != UnusedSuppression.code
        else finding
        for finding in findings
    )


def _as_advice(state: _State, sources: dict[int | None, str], fix: Fix) -> Fix:
    """The fix, display-only where it would delete a comment or change nothing."""
    if not fix.edits or fix.applicability is Applicability.DISPLAY_ONLY:
        return fix
    replaced = [(sources.get(edit.cell, "")[edit.start : edit.end], edit.content) for edit in fix.edits]
    if all(old == new for old, new in replaced):
        return replace(fix, applicability=Applicability.DISPLAY_ONLY)
    if any("#" in old and old not in new for old, new in replaced) and _deletes_comment(state, sources, fix):
        return replace(fix, applicability=Applicability.DISPLAY_ONLY)
    return fix


def _deletes_comment(state: _State, sources: dict[int | None, str], fix: Fix) -> bool:
    try:
        changed = {
            index: apply_edits(sources[index], [edit for edit in fix.edits if edit.cell == index])
            for index in {edit.cell for edit in fix.edits} & sources.keys()
        }
    except ValueError:
        return False  # applying it will fail, and name the rule
    lost = Counter(chain.from_iterable(comments(sources[index]) for index in changed))
    lost -= Counter(chain.from_iterable(map(comments, changed.values())))
    if not lost:
        return False
    modules = tuple(
        replace(
            module, cells=tuple(replace(cell, source=changed.get(cell.index, cell.source)) for cell in module.cells)
        )
        for module in state.document.modules
    )
    after = _State(replace(state.document, modules=modules))
    return not after.problems - state.problems  # a text that cannot be read is found out when it is applied

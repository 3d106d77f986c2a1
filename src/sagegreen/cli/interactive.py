"""``--interactive``: each fix as a diff, with its alternatives; what is picked is written."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sagegreen.checking.files import Projects
from sagegreen.checking.findings import Applicability
from sagegreen.checking.fingerprints import Identity, identity
from sagegreen.checking.fixing import apply_fix
from sagegreen.checking.sources import check_text
from sagegreen.cli.output import coloured
from sagegreen.documents.reading import document_from_bytes
from sagegreen.documents.writing import write_atomically
from sagegreen.reporting.difference import document_difference
from sagegreen.reporting.report import Report, path_on_one_line
from sagegreen.reporting.text import Style, finding_with_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sagegreen.checking.configuration import Configuration
    from sagegreen.checking.files import FileResult, Run
    from sagegreen.checking.findings import Finding, Fix
    from sagegreen.documents.model import Document

_HELP = """\
  1, 2 ...  apply this fix
  y         apply the first fix
  n         leave this finding
  f         leave the other findings of this file
  q         stop here; what was picked so far is kept
"""


class _Stopped(Exception):  # noqa: N818 - the user's wish, no error
    """The user wants no more questions."""


def fix_by_choice(results: Iterable[FileResult], configuration: Configuration, run: Run) -> int:
    """Ask about every finding that has a fix; return the exit code: 1 where findings with fixes were left."""
    asked, applied = 0, 0
    try:
        for result in results:
            if result.document is None or not any(_choices(finding) for finding in result.findings):
                continue
            more, done = _fix_file(result, configuration, run)
            asked, applied = asked + more, applied + done
    except _Stopped as stopped:
        more, done = stopped.args
        asked, applied = asked + more, applied + done
    print(f"Applied {applied} of {asked} fixes.", file=sys.stderr)
    return int(applied < asked)


def _fix_file(result: FileResult, configuration: Configuration, run: Run) -> tuple[int, int]:
    document = result.document
    if document is None:
        return 0, 0
    style = Style(coloured(None))
    settings = configuration.for_folder(result.path.parent)
    judge = partial(check_text, settings=settings, run=run, projects=Projects(run))
    left: set[tuple[Identity, int]] = set()
    asked = applied = 0
    findings: Sequence[Finding] = result.findings
    while (found := _next(document, findings, left)) is not None:
        finding, key = found
        asked += 1
        fix = _picked(result, document, finding, style)
        if fix == "file":
            break
        if fix == "stop":
            raise _Stopped(asked, applied)
        after = document if isinstance(fix, str) else apply_fix(document, finding, fix, _rereader(document))
        if isinstance(after, str):
            print(f"error: this fix cannot be applied: {after}", file=sys.stderr)
            after = document
        if after is document:
            left.add(key)
            continue
        try:
            write_atomically(result.path, after.raw)
        except OSError as error:
            print(f"error: cannot write `{path_on_one_line(result.path)}`: {error.strerror or error}", file=sys.stderr)
            raise _Stopped(asked, applied) from error
        applied += 1
        document = after
        findings = judge(document)
    return asked, applied


def _next(
    document: Document, findings: Iterable[Finding], left: set[tuple[Identity, int]]
) -> tuple[Finding, tuple[Identity, int]] | None:
    """The next finding to ask about; one that was left is known by what it is, as its place may have moved."""
    counts: dict[Identity, int] = {}
    for finding in findings:
        known = identity(document, finding)
        key = (known, counts.setdefault(known, 0))
        counts[known] += 1
        if key not in left and _choices(finding):
            return finding, key
    return None


def _rereader(document: Document) -> Callable[[bytes], Document]:
    return partial(document_from_bytes, path=document.path, kind=document.kind)


def _choices(finding: Finding) -> list[Fix]:
    return [fix for fix in finding.fixes if fix.edits and fix.applicability is not Applicability.DISPLAY_ONLY]


def _picked(result: FileResult, document: Document, finding: Finding, style: Style) -> Fix | str:
    """A fix, or what else the user wants: ``none``, ``file`` or ``stop``."""
    shown = Report((replace(result, document=document, findings=(finding,)),)).findings[0]
    print(finding_with_code(shown, style))
    choices = _choices(finding)
    for number, fix in enumerate(choices, start=1):
        after = apply_fix(document, finding, fix, _rereader(document))
        caution = " (unsafe)" if fix.applicability is Applicability.UNSAFE else ""
        print(f"[{style.hint(str(number))}] {fix.title}{caution}")
        print(after if isinstance(after, str) else document_difference(document, after, result.path))
    while True:
        try:
            answer = input("Apply which? [1-9/y/n/f/q/?] ").strip().lower()
        except EOFError:
            return "stop"
        if answer in {"y", "yes"}:
            return choices[0]
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1]
        if answer in {"n", "no", "f", "q"}:
            return {"f": "file", "q": "stop"}.get(answer, "none")
        print(_HELP, end="")

"""The editor's side: what passes between a change of a buffer and its diagnostics."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from figures import Ratio, Row, Scene
from generating import script
from measuring import Command, in_turns

if TYPE_CHECKING:
    from bench import Bench

_CLIENT = Path(__file__).with_name("editor_client.py")
_NAME = "a client with its server"


def editor(bench: Bench) -> Scene:
    """A running server, a script that is changed again and again."""
    folder = bench.temporary / "editor"
    folder.mkdir()
    text = script(1, bench.sizes.buffer)
    (folder / "jobs.py").write_text(text, encoding="utf-8")
    scene = Scene(
        "editor", "a changed buffer in the running server", f"a generated script of {text.count(chr(10))} lines"
    )
    words = (sys.executable, str(_CLIENT), str(folder / "jobs.py"), str(bench.sizes.changes))
    measured = in_turns([Command(_NAME, words)], 1)[_NAME]
    scene.rows.append(Row.of(measured, "the whole session"))
    if measured.failure:
        return scene
    report = json.loads(measured.runs[0].output)
    pauses, changes = report["pauses"], report["changes"]
    pause = median(pauses)
    scene.rows += [
        Row("opened -> diagnostics", report["opened"], report["opened"], runs=1, remark="the first judgement"),
        Row("changed -> diagnostics", min(changes), median(changes), peak=report["peak"], runs=len(changes)),
        Row("changed -> diagnostics, nothing to judge", min(pauses), pause, runs=len(pauses)),
    ]
    slowest = max(changes) - pause
    scene.ratios += [
        Ratio("re-check of a changed buffer, the median", 1000 * (median(changes) - pause), 50, unit="ms"),
        Ratio("re-check of a changed buffer, the slowest", 1000 * slowest, unit="ms"),
    ]
    scene.notes += [
        "a re-check is what a change costs on top of one in a buffer that has nothing to judge",
        "the latter holds the pause that the server waits for more typing, and the protocol",
        "changes in turn: a number in a job, a letter in a docstring, a new first line, and that line gone again",
    ]
    return scene

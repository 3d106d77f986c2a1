"""Where the time of one process goes, by the steps of a file's way through the program."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from figures import Row, Scene, Table
from measuring import Command, in_turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench import Bench

_SAMPLED = Path(__file__).with_name("sampled_run.py")
_SHOWN = 15


def profile(bench: Bench) -> Scene:
    """The scripts of the corpus in one process, sampled."""
    tree = bench.scripts
    scene = Scene("profile", "where the time of one process goes", str(tree))
    options = ("--no-cache", "--jobs", "1")
    plain = bench.sagegreen(tree.folder, name="sagegreen, one process", options=options)
    arguments = plain.words[plain.words.index("check") :]
    sampled = Command("the same, sampled", (sys.executable, str(_SAMPLED), *arguments))
    measured = in_turns([plain, sampled], 1)
    scene.rows += [Row.of(entry) for entry in measured.values()]
    if measured[sampled.name].failure:
        return scene
    report = json.loads(measured[sampled.name].runs[0].output.splitlines()[-1])
    total = report["total"] or 1.0
    scene.tables += [
        Table(
            "Steps, by the part of the program that computes (`itself`) or asked for it (`in all`)",
            ("step", "itself s", "itself %", "in all s", "in all %"),
            tuple(
                (name, itself, f"{100 * itself / total:.1f}", whole, f"{100 * whole / total:.1f}")
                for name, itself, whole in report["steps"]
            ),
        ),
        _listed(
            "Functions of ours, by what they and the libraries below them compute, imports left out",
            "function",
            report["functions"],
            total,
        ),
        _listed("Rules, by all that they ask for", "rule", report["rules"], total),
    ]
    scene.notes += [
        "the sampler sees what happens between the start of `main` and its end, not the interpreter's start",
        "its hook runs at every call, so shares lean a little towards code of many small calls",
    ]
    return scene


def _listed(title: str, what: str, entries: Sequence[Sequence[str | float]], total: float) -> Table:
    rows = [(name, seconds, f"{100 * float(seconds) / total:.1f}") for name, seconds in entries[:_SHOWN]]
    return Table(title, (what, "s", "%"), tuple(rows))

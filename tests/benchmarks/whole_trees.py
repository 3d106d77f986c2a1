"""Whole trees: the scripts cold and warm, the corpus with its notebooks, a monorepo that hardly knows SageMaker."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import SAGEGREEN, Bench
from corpus import corpus, files
from figures import Ratio, Row, Scene
from generating import monorepo
from measuring import Command, Measured, in_turns
from peers import FIXIT, FLAKE8, PEERS, PYLINT, RUFF, SEMGREP, TORCHFIX, Peer

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIBCST = "LibCST parse, whole process"
_CALLS = "LibCST parse, the calls alone"
_PARSE = Path(__file__).with_name("parse_with_libcst.py")


def scripts(bench: Bench) -> Scene:
    """All scripts, cold: nothing kept, all rules."""
    tree = bench.scripts
    scene = Scene("scripts", "the scripts of the corpus, cold, all rules", str(tree))
    names = bench.temporary / "mentioning.txt"
    names.write_text("\n".join(map(str, tree.mentioning)), encoding="utf-8")
    parse = Command(_LIBCST, (sys.executable, str(_PARSE), str(names)))
    commands = [bench.sagegreen(tree.folder), parse]
    measured = in_turns(commands + _peers(bench, PEERS, tree.folder), bench.rounds)
    _add_rows(scene, measured, bench, PEERS)
    scene.compare(measured, SAGEGREEN, _LIBCST, 1.0)
    _compare_with_calls(scene, measured, len(tree.mentioning))
    scene.compare(measured, SAGEGREEN, SEMGREP.name, 1.0)
    scene.faster_than(measured, SAGEGREEN, TORCHFIX.name, 10)
    scene.faster_than(measured, SAGEGREEN, FIXIT.name, 30)
    for peer in (PYLINT, FLAKE8, RUFF):
        scene.compare(measured, SAGEGREEN, peer.name)
    return scene


def notebooks(bench: Bench) -> Scene:
    """The whole corpus with its notebooks, cold."""
    found = files(bench.folder, ".ipynb")
    size = sum(path.stat().st_size for path in found)
    subject = f"{corpus(bench.folder)}; {len(found)} notebooks, {size / 1e6:.1f} MB"
    scene = Scene("notebooks", "the whole corpus with its notebooks, cold, all rules", subject)
    measured = in_turns([bench.sagegreen(bench.folder), *_peers(bench, (RUFF,), bench.folder)], bench.rounds)
    _add_rows(scene, measured, bench, (RUFF,))
    scene.compare(measured, SAGEGREEN, RUFF.name)
    return scene


def warm(bench: Bench) -> Scene:
    """The scripts again, with what the last run kept; and after one file was edited."""
    tree, edited = bench.scripts, "sagegreen after an edit"
    scene = Scene("warm", "the scripts of the corpus with a filled cache", str(tree))
    kept = ("--cache-dir", str(bench.temporary / "cache"))
    filling = bench.sagegreen(tree.folder, name="sagegreen, filling the cache", options=kept)
    scene.rows.append(Row.of(in_turns([filling], 1)[filling.name]))

    def edit() -> None:
        with tree.mentioning[0].open("a", encoding="utf-8") as file:
            file.write("# edited\n")

    commands = [bench.sagegreen(tree.folder, options=kept), *_peers(bench, (RUFF,), tree.folder)]
    measured = in_turns(commands, bench.rounds)
    if tree.mentioning:
        original = tree.mentioning[0].read_bytes()
        again = bench.sagegreen(tree.folder, name=edited, options=kept)
        measured |= in_turns([Command(edited, again.words, again.codes, edit)], bench.rounds)
        tree.mentioning[0].write_bytes(original)
    _add_rows(scene, measured, bench, (RUFF,))
    scene.compare(measured, SAGEGREEN, RUFF.name, 2.0)
    if tree.mentioning:
        scene.compare(measured, edited, RUFF.name)
    scene.notes.append("ruff runs without its cache")
    return scene


def large_repository(bench: Bench) -> Scene:
    """A monorepo of which a few files mention SageMaker."""
    folder = bench.temporary / "monorepo"
    monorepo(folder, bench.sizes.monorepo, bench.sizes.monorepo_mentioning)
    scene = Scene("monorepo", "a generated monorepo, cold, all rules", str(corpus(folder)))
    measured = in_turns([bench.sagegreen(folder), *_peers(bench, (RUFF,), folder)], bench.rounds)
    _add_rows(scene, measured, bench, (RUFF,))
    scene.compare(measured, SAGEGREEN, RUFF.name, 2.0)
    scene.notes.append("one script in a hundred imports scikit-learn without SageMaker, as a training script may")
    return scene


def _peers(bench: Bench, peers: Iterable[Peer], folder: Path) -> list[Command]:
    return [command for peer in peers if (command := bench.peer(peer, folder)) is not None]


def _add_rows(scene: Scene, measured: dict[str, Measured], bench: Bench, peers: Iterable[Peer]) -> None:
    known = {peer.name: peer for peer in peers}
    for name, entry in measured.items():
        scene.rows.append(Row.of(entry, f"{known[name].requirement}, {known[name].remark}" if name in known else ""))
    for peer in known.values():
        if peer.name not in measured:
            scene.rows.append(Row(peer.name, remark=bench.why_not(peer)))


def _compare_with_calls(scene: Scene, measured: dict[str, Measured], mentioning: int) -> None:
    """The stricter reading of the denominator: reading the files and importing LibCST left out."""
    mine, parse = measured[SAGEGREEN], measured[_LIBCST]
    if mine.failure or parse.failure:
        scene.ratios.append(Ratio(f"{SAGEGREEN} / {_CALLS}", None, 1.0))
        return
    reports = [json.loads(run.output) for run in parse.runs]
    seconds_of = [report["seconds"] for report in reports]
    seconds = min(seconds_of)
    scene.rows.insert(2, Row(_CALLS, seconds, median(seconds_of), runs=len(seconds_of), remark="of the process above"))
    scene.ratios.append(Ratio(f"{SAGEGREEN} / {_CALLS}", mine.best / seconds, 1.0))
    unparsable = reports[0]["unparsable"]
    scene.notes.append(f"LibCST parses {mentioning - unparsable} of the {mentioning} files that mention SageMaker")

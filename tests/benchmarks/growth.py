"""How the cost grows: trees of more and more files, longer and longer scripts and notebooks."""

from __future__ import annotations

from math import log
from statistics import linear_regression
from typing import TYPE_CHECKING

from bench import SAGEGREEN
from figures import Ratio, Row, Scene, Table
from generating import monorepo, notebook, script
from measuring import in_turns

if TYPE_CHECKING:
    from pathlib import Path

    from bench import Bench
    from measuring import Measured

_START = "sagegreen, a script of a few lines"
_LARGEST_EXPONENT = 1.15  # linear, as far as a machine with other work can tell
_LARGEST_PEAK = 2.0
_SHORTEST = 0.001  # seconds: less is noise


def growth(bench: Bench) -> Scene:
    """Cost against size, with the fitted exponents."""
    sizes, folder = bench.sizes, bench.temporary / "growth"
    folder.mkdir()
    scene = Scene("growth", "how the cost grows", "generated code, cold, all rules")
    shortest = folder / "short.py"
    shortest.write_text(script(1, 10), encoding="utf-8")
    begun = in_turns([bench.sagegreen(shortest, name=_START)], max(bench.rounds, 3))[_START]
    scene.rows.append(Row.of(begun))
    steps = [2**step for step in range(sizes.doublings + 1)]
    trees, scripts, notebooks = {}, {}, {}
    for step in steps[: max(2, sizes.doublings)]:  # one tree fewer: they take longest
        trees[sizes.files * step] = folder / f"tree_{step}"
        monorepo(trees[sizes.files * step], sizes.files * step, sizes.files * step // 2)
    for step in steps:
        lines = sizes.lines * step
        scripts[lines], notebooks[lines] = folder / f"script_{step}.py", folder / f"notebook_{step}.ipynb"
        scripts[lines].write_text(script(1, lines), encoding="utf-8")
        notebooks[lines].write_text(notebook(1, lines), encoding="utf-8")
    if not begun.failure:
        _series(bench, scene, begun, "files of a tree, half of them with SageMaker", trees)
        _series(bench, scene, begun, "lines of one script", scripts)
        _series(bench, scene, begun, "lines of code of one notebook", notebooks)
    scene.notes += [
        "an exponent is the slope of the logarithms of the wall time on top of the start (the script of a few lines)",
        "peak is that of the largest single process; no process can show less than the benchmark itself, some 30 MiB",
    ]
    return scene


def _series(bench: Bench, scene: Scene, begun: Measured, what: str, paths: dict[int, Path]) -> None:
    """Measure one growing thing: a table and its exponent."""
    commands = {size: bench.sagegreen(path, name=f"{SAGEGREEN}, {size} {what}") for size, path in paths.items()}
    measured = in_turns(list(commands.values()), bench.rounds)
    rows: list[tuple[str | int | float, ...]] = []
    sized, walls, processors, peaks = [], [], [], []
    for size, command in commands.items():
        entry = measured[command.name]
        if entry.failure:
            scene.notes.append(f"{size} {what}: {entry.failure}")
            continue
        above = max(entry.best - begun.best, _SHORTEST)
        sized.append(log(size))
        walls.append(log(above))
        processors.append(log(max(entry.processor - begun.processor, _SHORTEST)))
        peaks.append(entry.peak)
        rows.append((size, entry.best, above, 1000 * above / size, entry.processor, entry.peak // 2**20))
    header = ("size", "best s", "above the start s", "ms for each", "cpu s", "peak MiB")
    scene.tables.append(Table(what, header, tuple(rows)))
    if len(sized) > 1:
        wall, processor = (linear_regression(sized, values).slope for values in (walls, processors))
        scene.ratios.append(Ratio(f"exponent: {what}", wall, _LARGEST_EXPONENT, unit="", processor=processor))
    if len(peaks) > 1 and all(path.is_dir() for path in paths.values()):
        scene.ratios.append(Ratio(f"peak of the largest / smallest: {what}", peaks[-1] / peaks[0], _LARGEST_PEAK))

"""One file from a cold start, beside the bare interpreter and the import of LibCST."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from figures import Ratio, Row, Scene
from generating import plain_script, script
from measuring import Command, in_turns
from peers import RUFF

if TYPE_CHECKING:
    from bench import Bench

_BARE = "the bare interpreter"
_IMPORT = "import libcst"
_WITHOUT = "sagegreen, a file without SageMaker"
_WITH = "sagegreen, a file with SageMaker"


def start(bench: Bench) -> Scene:
    """What a hook or an editor waits for."""
    folder = bench.temporary / "start"
    folder.mkdir()
    plain, jobs = folder / "plain.py", folder / "jobs.py"
    plain.write_text(plain_script(1, 60), encoding="utf-8")
    jobs.write_text(script(1, 60), encoding="utf-8")
    scene = Scene("start", "one file from a cold start", "two generated scripts of about 60 lines")
    commands = [
        Command(_BARE, (sys.executable, "-c", "pass")),
        Command(_IMPORT, (sys.executable, "-c", "import libcst")),
        bench.sagegreen(plain, name=_WITHOUT, rules=()),
        bench.sagegreen(jobs, name=_WITH, rules=()),
        bench.sagegreen(plain, name=f"{_WITHOUT}, --select ALL"),
        bench.sagegreen(jobs, name=f"{_WITH}, --select ALL"),
    ]
    ruff = bench.peer(RUFF, jobs)
    measured = in_turns([*commands, *([ruff] if ruff else [])], max(bench.rounds, bench.sizes.starts))
    scene.rows += [Row.of(entry) for entry in measured.values()]
    scene.compare(measured, _WITHOUT, _BARE, 2.0)
    scene.compare(measured, _WITH, _IMPORT)
    if not any(measured[name].failure for name in (_BARE, _IMPORT, _WITH)):
        bare = measured[_BARE].best
        share = (measured[_IMPORT].best - bare) / (measured[_WITH].best - bare)
        scene.ratios.append(
            Ratio("share of `import libcst` in the file with SageMaker", share, 0.5, at_least=True, unit="")
        )
        scene.notes.append("the share is of what comes on top of the bare interpreter")
    return scene

"""Measure sagegreen beside its neighbours: ``python tests/benchmarks CORPUS``.

``CORPUS`` is a checkout of a repository that uses SageMaker; the reference is ``aws/amazon-sagemaker-examples``.
It is only read. ``docs/benchmarks.md`` says what the scenes are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import SMALL, Bench, Sizes, compile_bytecode
from cold_start import start
from corpus import files
from editor import editor
from figures import as_json, as_text
from growth import growth
from machine import line, machine
from measuring import FailedError
from where_time_goes import profile
from whole_trees import large_repository, notebooks, scripts, warm

if TYPE_CHECKING:
    from collections.abc import Callable

    from figures import Scene

SCENES: dict[str, Callable[[Bench], Scene]] = {
    "scripts": scripts,
    "notebooks": notebooks,
    "warm": warm,
    "monorepo": large_repository,
    "start": start,
    "editor": editor,
    "growth": growth,
    "profile": profile,
}
_ROOT = Path(__file__).absolute().parents[2]
_ENVIRONMENTS = "SAGEGREEN_BENCHMARK_PEERS"
_DEFAULT = Path("~/.cache/sagegreen/benchmark-peers")


def main() -> int:
    """Measure, print tables, keep them; the exit code."""
    options = _parser().parse_args()
    try:
        return _measured(options)
    except (FailedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _measured(options: argparse.Namespace) -> int:
    if not options.corpus.is_dir():
        raise FailedError(f"`{options.corpus}` is no folder; name a checkout of the corpus")
    if not files(options.corpus, ".py"):
        raise FailedError(f"`{options.corpus}` holds no scripts; name a checkout of the corpus")
    if options.json is not None and not options.json.absolute().parent.is_dir():
        raise FailedError(f"cannot write `{options.json}`: its folder does not exist")
    environments = None if options.without_peers else _environments(options.peers)
    compile_bytecode()
    known = machine()
    print(f"{line(known)}; {options.runs} runs each, in turns\n", flush=True)
    measured = []
    with tempfile.TemporaryDirectory(prefix="sagegreen-benchmark-") as temporary:
        sizes = SMALL if options.small else Sizes()
        bench = Bench(options.corpus.absolute(), Path(temporary), options.runs, sizes, environments)
        names = {
            str(bench.temporary): "GENERATED",
            str(bench.folder): "CORPUS",
            str(_ROOT): ".",
            str(environments): "PEERS",
            str(Path.home()): "~",
        }
        for name in options.only or SCENES:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            scene = SCENES[name](bench)
            scene.rename(names)
            print(as_text(scene), flush=True)
            measured.append(scene)
            if options.json is not None:
                text = json.dumps(as_json(known, measured), indent=2) + "\n"
                options.json.write_text(text, encoding="utf-8")
    return 0


def _environments(given: Path | None) -> Path:
    """The folder of the peers' environments: as the option says, else the variable, else in the user's cache."""
    return (given or Path(os.environ.get(_ENVIRONMENTS) or _DEFAULT)).expanduser().absolute()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks", description="Measure sagegreen and its neighbours."
    )
    parser.add_argument("corpus", type=Path, metavar="CORPUS", help="a checkout of aws/amazon-sagemaker-examples, say")
    parser.add_argument("--only", nargs="+", choices=SCENES, metavar="SCENE", help=f"some of {', '.join(SCENES)}")
    parser.add_argument("--runs", type=_runs, default=5, metavar="N", help="runs of each process (5)")
    peers = parser.add_mutually_exclusive_group()
    peers.add_argument(
        "--peers",
        type=Path,
        metavar="FOLDER",
        help=f"where the peers are installed, once (${_ENVIRONMENTS}; {_DEFAULT})",
    )
    peers.add_argument("--without-peers", action="store_true", help="install and measure no peers")
    parser.add_argument("--small", action="store_true", help="generate little code: a try, whose figures mean nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep everything as JSON, after each scene")
    return parser


def _runs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of runs")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

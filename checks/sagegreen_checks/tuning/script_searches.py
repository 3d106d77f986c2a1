"""Searches that a training script makes by itself, with libraries that are no part of SageMaker."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import Symbol, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program

# The environment variables and folders of a training container: "How Amazon SageMaker AI Provides Training Information"
# in the developer guide, and ENVIRONMENT_VARIABLES.md of github.com/aws/sagemaker-training-toolkit.
_IN_CONTAINER = re.compile(
    r"\bSM_(?:MODEL_DIR|OUTPUT_(?:DATA_)?DIR|CHANNELS?\b|CHANNEL_\w+|HPS?\b|HP_\w+|NUM_(?:GPUS|CPUS|NEURONS)|HOSTS"
    r"|CURRENT_HOST|TRAINING_ENV|USER_ARGS|INPUT_(?:CONFIG_)?DIR)"
    r"|/opt/ml/(?:input|model|output|code|checkpoints)\b"
)
_DRIVERS = ("training_job", "tuning_job", "processing_job", "pipeline")


class LibrarySearch(NamedTuple):
    """A call of a search of some library, the last part of its name, and what searches less."""

    place: Place
    name: str
    advice: str


def library_searches(program: Program, advice: Mapping[tuple[str, str], str]) -> Iterator[LibrarySearch]:
    """The calls of some functions and classes in a training script; none where the program is none.

    Args:
        program: the module.
        advice: what to use instead, by the library's import name and the last part of what is called.
    """
    found: list[LibrarySearch] = []
    for call in program.trace.calls:
        for callee in options(call.callee) if not call.foreign else ():
            if isinstance(callee, Symbol):
                library, name = callee.path.partition(".")[0], callee.path.rpartition(".")[2]
                if (library, name) in advice:
                    found.append(LibrarySearch(callee_of(call.cell, call.node), name, advice[library, name]))
    if found and is_training_script(program):
        yield from found


def is_training_script(program: Program) -> bool:
    """Whether a module runs in a training container.

    It does where it names the container's variables or folders and starts no job itself, and where it is a file that a
    cell writes and another cell of the same notebook gives to a job as its entry point.
    """
    document, name = program.module.document, program.module.module.name
    if program.of_kind(*_DRIVERS) or (document.kind == "notebook" and name is None):
        return False
    if any(_IN_CONTAINER.search(cell.cell.source) for cell in program.module.cells):
        return True
    if name is None:
        return False
    entry_point = re.compile(
        rf"""\bentry_(?:point|script)["']?\s*[=:]\s*[frb]?["'](?:[^"'\n]*/)?{re.escape(PurePosixPath(name).name)}["']"""
    )
    return any(entry_point.search(cell.source) for cell in document.modules[0].cells)

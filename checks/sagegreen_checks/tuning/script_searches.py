"""Searches that a training script makes by itself, with libraries that are no part of SageMaker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.scripts import jobs_of
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
_TEST = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
_DRIVERS = ("training_job", "tuning_job", "processing_job", "pipeline")


class LibrarySearch(NamedTuple):
    """A call of a search of some library.

    Attributes:
        place: the callee.
        name: the last part of what is called.
        advice: what searches less.
        script: what it stands in, in words: the script of a certain job where one is known.
    """

    place: Place
    name: str
    advice: str
    script: str


def words_of(advice: Mapping[tuple[str, str], str]) -> re.Pattern[bytes]:
    """What a script that calls any of some functions and classes must hold."""
    return re.compile(b"|".join(sorted({name.encode() for _, name in advice})))


def library_searches(program: Program, advice: Mapping[tuple[str, str], str]) -> Iterator[LibrarySearch]:
    """The calls of some functions and classes in a training script; none where the program is none.

    Args:
        program: the module.
        advice: what to use instead, by the library's import name and the last part of what is called.
    """
    found: dict[tuple[object, ...], tuple[Place, str, str]] = {}
    for call in program.calls_of(*{name for _, name in advice}):
        for callee in options(call.callee) if not call.foreign else ():
            if isinstance(callee, Symbol):
                library, name = callee.path.partition(".")[0], callee.path.rpartition(".")[2]
                if (library, name) in advice:
                    place = callee_of(call.cell, call.node)
                    found.setdefault(place.key, (place, name, advice[library, name]))
    if not found or _is_driver(program):
        return
    jobs = [use for use in jobs_of(program) if use.kind == "training_job"]
    if jobs:
        script = f"the training script of {jobs[0].label}"
        script += f" and {len(jobs) - 1} more" if len(jobs) > 1 else ""
    elif is_training_script(program):
        script = "a training script"
    else:
        return
    for place, name, instead in found.values():
        yield LibrarySearch(place, name, instead, script)


def _is_driver(program: Program) -> bool:
    """Whether a module starts jobs itself, is the notebook in whose kernel it runs, or a test."""
    document, name = program.module.document, program.module.module.name
    return (
        bool(program.of_kind(*_DRIVERS))
        or (document.kind == "notebook" and name is None)
        or _TEST.fullmatch(document.path.name) is not None
    )


def is_training_script(program: Program) -> bool:
    """Whether a module says itself that it runs in a training container.

    It does where it names the container's variables or folders and starts no job.
    """
    return not _is_driver(program) and program.mentions(_IN_CONTAINER)

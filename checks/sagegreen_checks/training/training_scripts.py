"""The script that a training job runs, where it can be read, and whether it goes on from checkpoints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.sagemaker.resources import Resource

_LARGEST = 1_000_000
_LOCATION = re.compile(r"/opt/ml/checkpoints|SM_CHECKPOINT|checkpoint_local_path")
_RESTORING = re.compile(
    r"load_checkpoint|load_state_dict|load_weights|load_model|load_state|latest_checkpoint|last_checkpoint"
    r"|resume_from_checkpoint|\.restore\(|restore_or_initialize|ckpt_path|BackupAndRestore|init_model|load_parameters"
)


@dataclass(frozen=True, slots=True)
class Script:
    """A training script.

    Attributes:
        name: as the job names it.
        location: whether it names the place where SageMaker looks for checkpoints.
        restores: whether it also loads what lies there.
    """

    name: str
    location: bool
    restores: bool


def script_of(job: Resource) -> Script | None:
    """The script of a job: a cell that writes it, or a file below the program's folder; ``None`` where neither is."""
    name, folder = job.setting("entry_point").constant, job.setting("source_dir").constant
    if not isinstance(name, str) or not (folder is None or isinstance(folder, str)):
        return None
    if not job.setting("source_dir").is_absent and folder is None:
        return None
    text = _text(job, str(PurePosixPath(folder or ".") / name))
    if text is None:
        return None
    local_path = job.setting("checkpoint_local_path").constant
    names_it = bool(_LOCATION.search(text)) or (isinstance(local_path, str) and local_path in text)
    return Script(name, names_it, names_it and bool(_RESTORING.search(text)))


def _text(job: Resource, path: str) -> str | None:
    document = job.program.module.document
    for module in document.modules:
        if module.name is not None and PurePosixPath(module.name) == PurePosixPath(path):
            return "\n".join(cell.source for cell in module.cells)
    if "://" in path or not document.path.is_absolute():
        return None
    file = document.path.parent / Path(path)
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        return file.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return None

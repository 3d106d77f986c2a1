"""Whether the script that a training job runs goes on from checkpoints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.sagemaker.scripts import script_of

if TYPE_CHECKING:
    from sagegreen.sagemaker.resources import Resource

_LOCATION = re.compile(r"/opt/ml/checkpoints|SM_CHECKPOINT|checkpoint_local_path")
_RESTORING = re.compile(
    r"load_checkpoint|load_state_dict|load_weights|load_model|load_state|latest_checkpoint|last_checkpoint"
    r"|resume_from_checkpoint|\.restore\(|restore_or_initialize|ckpt_path|BackupAndRestore|init_model|load_parameters"
)
#: A loop that takes the steps of training itself, in PyTorch and TensorFlow: no trainer that might restore by itself.
_OWN_LOOP = re.compile(r"\.backward\(|\boptim\w*\.step\(|\bGradientTape\(|\.train_on_batch\(|\.train_step\(")
#: Anything that may mean restoring, however it is spelt, and trainers that may do it by themselves.
_MAY_RESTORE = re.compile(
    r"restor|resum|reload|ckpt|torch\.load|tf\.train\.load|load_(?:checkpoint|state|weights|model|param|pretrained|from)"
    r"|_load|load_file|safetensors|pickle\.load|joblib\.load|from_checkpoint|(?:latest|last|newest)_?(?:checkpoint|model"
    r"|epoch)|initial_epoch|start_epoch|begin_epoch|init_model|Trainer\b|lightning|deepspeed|fastai|ignite|composer|smp\."
    r"|MonitoredTrainingSession|import[^\n]*checkpoint|subprocess|os\.system|runpy|importlib",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CheckpointUse:
    """What a training script does with checkpoints, as far as its text tells.

    Attributes:
        name: the script, as the job names it.
        location: whether it names the place where SageMaker looks for checkpoints.
        restores: whether it also loads what lies there.
        never_restores: whether all code was read, it trains in a loop of its own, and nothing in it may mean restoring.
    """

    name: str
    location: bool
    restores: bool
    never_restores: bool


def checkpoint_use(job: Resource) -> CheckpointUse | None:
    """What the script of a job does with checkpoints; ``None`` where the script cannot be found."""
    script = script_of(job)
    if script is None:
        return None
    text = script.text
    local_path = job.setting("checkpoint_local_path").constant
    location = bool(_LOCATION.search(text)) or (isinstance(local_path, str) and local_path in text)
    never = script.complete and bool(_OWN_LOOP.search(text)) and not _MAY_RESTORE.search(text)
    return CheckpointUse(script.name, location, location and bool(_RESTORING.search(text)), never)

"""What a training job belongs to: a tuner that runs it, or a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.sagemaker.resources import Resource

_PIPELINE_SESSIONS = (
    "sagemaker.workflow.pipeline_context.PipelineSession",
    "sagemaker.core.workflow.pipeline_context.PipelineSession",
)


def is_only_tuned(job: Resource) -> bool:
    """Whether nothing but tuning jobs runs a training job, which take over only a part of its settings."""
    return bool(job.users) and not job.starts and all(user.kind == "tuning_job" for user in job.users)


def runs_in_pipeline(job: Resource) -> bool:
    """Whether a training job is, or may be, a step of a pipeline."""
    if any(user.kind == "pipeline_step" for user in job.users):
        return True
    session = job.setting("session").value
    kinds = job.program.types.of(session) if session is not None else ()
    return any(kind.is_a(name) for kind in kinds for name in _PIPELINE_SESSIONS)

"""Jobs that hang at night are paid until their limit is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import write_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.resources import Resource

_LONGEST = 8 * 3600


class LongTraining(Check):
    """A training job that may run for longer than ACME's working day.

    ## What it does
    Flags training jobs whose run time is limited to more than eight hours.

    ## Why it wastes
    A job that hangs at night is paid until the limit is reached.

    ## Example
    ```python
    from sagemaker.xgboost import XGBoost

    XGBoost("train.py", "1.7-1", role="arn:aws:iam::123456789012:role/ml", instance_type="ml.m7i.xlarge",
            instance_count=1, max_run=86400).fit("s3://acme/train")
    ```

    ## Use instead
    ```python
    from sagemaker.xgboost import XGBoost

    XGBoost("train.py", "1.7-1", role="arn:aws:iam::123456789012:role/ml", instance_type="ml.m7i.xlarge",
            instance_count=1, max_run=28800).fit("s3://acme/train")
    ```

    ## Fix safety
    Unsafe: a job that needs longer is stopped.

    ## What it cannot see
    Limits that come from outside the code.

    ## References
    - ACME handbook, chapter 7
    """

    code = "ACME101"
    name = "long-training"
    practices = ("right-size-training",)
    dialects = ("v2", "boto3")
    fixes = ("unsafe",)

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Report a known limit of more than eight hours."""
        limit = job.max_run
        if limit.is_known and isinstance(limit.constant, int) and limit.constant > _LONGEST:
            fix = Fix.unsafe("Stop the job after 8 hours", write_settings(job, {"max_run": _LONGEST}))
            yield self.finding(
                limit.place or job.place, f"May run for {limit.constant / 3600:g} hours; ACME allows 8", fix
            )

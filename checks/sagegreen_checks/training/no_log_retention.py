"""SG341: jobs and endpoints whose logs are kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.starts import is_limited, retention_calls, starts
from sagegreen_checks.training.log_retention_code import DAYS, retention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.starts import Start

_ROOT = "/aws/sagemaker/"
_WORDS = {
    "TrainingJobs": "training jobs",
    "ProcessingJobs": "processing jobs",
    "TransformJobs": "transform jobs",
    "Endpoints": "endpoints",
    "InferenceComponents": "inference components",
    "NotebookInstances": "notebook instances",
    "studio": "Studio apps",
    "CompilationJobs": "compilation jobs",
    "InferenceRecommendationsJobs": "inference recommendation jobs",
    "LabelingJobs": "labeling jobs",
}


class NoLogRetention(Check):
    """The project starts jobs or endpoints and nowhere limits how long CloudWatch keeps their logs.

    ## What it does

    Reports a project once: at the first call that starts a job, an endpoint or a notebook instance (`fit`, `run`,
    `transform`, `deploy`, `create_...`, a pipeline's `start`), in the first file that has one. It names the log groups
    whose retention nothing in the project limits; a retention for some of them does not speak for the others.
    `put_retention_policy` counts wherever it stands, in any function of any file, and so do the AWS command line, a
    retention policy of the account, the deletion of a log group and log groups that CDK or Pulumi declare in Python.
    One whose name cannot be followed counts for all.

    A project that only defines functions or classes which nothing in it calls starts nothing; nor does local mode.

    ## Why it wastes

    Amazon SageMaker AI writes logs to groups that the first job creates, and CloudWatch Logs keeps them **for ever**
    unless told otherwise. The energy of stored logs is small, and it grows with every job; no figure is published. AWS
    recommends to set a retention in the Guidance for Optimizing MLOps and for Deep Learning Workloads for
    Sustainability.

    ## Example

    ```python
    from sagemaker.sklearn.estimator import SKLearn

    estimator = SKLearn(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.2-1",
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Use instead

    ```python
    import boto3
    from sagemaker.sklearn.estimator import SKLearn

    estimator = SKLearn(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.2-1",
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )


    def limit_log_retention(log_group, days=30):
        logs = boto3.client("logs")
        try:
            logs.create_log_group(logGroupName=log_group)
        except logs.exceptions.ResourceAlreadyExistsException:
            pass
        logs.put_retention_policy(logGroupName=log_group, retentionInDays=days)


    limit_log_retention("/aws/sagemaker/TrainingJobs")
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: the log groups of jobs are shared by all jobs of the account and Region, older logs are deleted, and the
    program needs `logs:CreateLogGroup` and `logs:PutRetentionPolicy`. Thirty days are a default to adapt; the service
    accepts 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 days and more. The group of an endpoint carries the
    endpoint's name: where that is no constant and no variable at hand, the group is left out and the title says so.

    ## What it cannot see

    A retention set outside the project's Python: the console, Terraform. Declare it with `assume = ["log-retention"]`.
    Jobs that only start in functions which another file calls are not followed across files. In large projects the
    groups of later files are named only for the next ones.

    ## References

    - [CloudWatch Logs for Amazon SageMaker AI](https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html)
    - [PutRetentionPolicy](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG341"
    name: ClassVar[str] = "no-log-retention"
    practices: ClassVar[tuple[str, ...]] = ("log-retention",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    assumable: ClassVar[tuple[str, ...]] = ("log-retention",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for call, _ in retention_calls(program):
            if not call.foreign:
                yield self.followed(callee_of(call.cell, call.node), "the retention of a log group is limited")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report the first start of the project, if its log groups grow for ever."""
        started = starts(program)
        if not started:
            return
        limited = program.evidence.retention | program.project.retention()
        endless = [start for start in started if any(not is_limited(group, limited) for group in start.log_groups)]
        if not endless:
            return
        for earlier in program.project.log_groups_before():
            if any(not is_limited(group, limited) for group in earlier):
                return
        own = dict.fromkeys(group for start in endless for group in start.log_groups)
        groups = [group for group in own if not is_limited(group, limited)]
        later = sorted(program.project.log_groups_after())
        groups += [group for group in later if group not in own and not is_limited(group, limited)]
        first = endless[0]
        yield self.finding(
            callee_of(first.call.cell, first.call.node), _message(groups), _fix(program, first, endless, groups)
        )


def _message(groups: Sequence[str]) -> str:
    words = list(dict.fromkeys(_WORDS.get(group.removeprefix(_ROOT).partition("/")[0], "jobs") for group in groups))
    return (
        f"Nothing in this project limits how long the logs of its {_listed(words)} are kept: CloudWatch stores them "
        f"for ever, in {_listed(list(map(_shown, groups)))}. Set a retention with `put_retention_policy`."
    )


def _fix(program: Program, first: Start, started: Sequence[Start], groups: Sequence[str]) -> Fix:
    written = retention(program, first, started, groups)
    named = written.written or tuple(groups)
    title = (
        f"Keep the logs in {_listed(list(map(_shown, named)))} for {DAYS} days, a default to adapt; it holds for all "
        "that logs there"
    )
    if written.edits is not None and written.left_out:
        title += f"; {_listed(list(map(_shown, written.left_out)))} left out, its name is not at hand"
    return Fix.unsafe(title, written.edits)


def _shown(group: str) -> str:
    return f"`{group}<name>`" if group.endswith("/") else f"`{group}`"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

"""SG109: clusters for data preparation that run on when there is nothing to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.collecting import settings_of
from sagegreen.sagemaker.forms import Form
from sagegreen.sagemaker.patching import Code, replace, replaceable, write_settings
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.resources import Resource
from sagegreen.sagemaker.types import ObjectType
from sagegreen.semantics.values import Attribute, Elements, Known, options, walk
from sagegreen_checks.data.stored_data import is_pretended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Call

#: The idle time that the EMR console proposes, and that the service takes where none is given.
IDLE_SECONDS = 3600
_EMR = Form(
    "other_job",
    "boto3",
    "boto3.client:emr",
    "run_job_flow",
    {
        "kept_alive": ("Instances", "KeepJobFlowAliveWhenNoSteps"),
        "termination": ("AutoTerminationPolicy",),
        "steps": ("Steps",),
        "release": ("ReleaseLabel",),
    },
)
_SERVICES = {"run_job_flow": "emr", "create_dev_endpoint": "glue", "create_cluster": "redshift"}
#: What ends a cluster of each service: in Python, on the command line, in Airflow.
_ENDS = {
    "run_job_flow": ("terminate_job_flows", "put_auto_termination_policy", "terminate-clusters"),
    "create_dev_endpoint": ("delete_dev_endpoint", "delete-dev-endpoint"),
    "create_cluster": (
        "delete_cluster",
        "pause_cluster",
        "create_scheduled_action",
        "delete-cluster",
        "pause-cluster",
    ),
}
_AIRFLOW = "EmrTerminateJobFlowOperator"
_ENDINGS = {
    method: re.compile("|".join((*words, *([_AIRFLOW] if method == "run_job_flow" else []))).encode())
    for method, words in _ENDS.items()
}
_LATER_STEPS = re.compile(rb"add_job_flow_steps|EmrAddStepsOperator|add-steps")
#: The first releases that can terminate an idle cluster, by their major number.
_FIRST_RELEASE = {5: (5, 30, 0), 6: (6, 1, 0)}
_UNLOAD = re.compile(r"(?is)\bunload\s*\(.*\bto\b")
_JOBS = ("training_job", "tuning_job", "processing_job", "transform_job", "pipeline")


class AlwaysOnDataCluster(Check):
    """A cluster for data preparation that keeps running after its work is done.

    ## What it does

    Reports, where nothing in the project ends it:

    - an Amazon EMR cluster started by `run_job_flow` with `KeepJobFlowAliveWhenNoSteps` on and without an
      `AutoTerminationPolicy`,
    - an AWS Glue development endpoint (`create_dev_endpoint`),
    - a provisioned Amazon Redshift cluster (`create_cluster`) in a program that unloads its data to S3 or starts
      SageMaker jobs, that is for one link of a batch pipeline.

    `terminate_job_flows`, `put_auto_termination_policy`, `delete_dev_endpoint`, `delete_cluster`, `pause_cluster` and
    their command-line forms count wherever in the project they stand.

    ## Why it wastes

    The machines draw power by the hour, with or without work. A cluster for a nightly job of an hour that is never
    ended idles twenty-three hours a day; no general figure is published, the waste is the idle time itself. AWS
    recommends serverless, managed data pipelines in the Guidance for Optimizing MLOps for Sustainability: they
    provision machines only while there is work.

    ## Example

    ```python
    import boto3

    emr = boto3.client("emr", region_name="eu-west-1")
    emr.run_job_flow(
        Name="click-features",
        ReleaseLabel="emr-7.5.0",
        Applications=[{"Name": "Spark"}],
        Instances={
            "MasterInstanceType": "m7g.xlarge",
            "SlaveInstanceType": "m7g.xlarge",
            "InstanceCount": 4,
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
    )
    ```

    ## Use instead

    ```python
    import boto3

    emr = boto3.client("emr", region_name="eu-west-1")
    emr.run_job_flow(
        Name="click-features",
        ReleaseLabel="emr-7.5.0",
        Applications=[{"Name": "Spark"}],
        Instances={
            "MasterInstanceType": "m7g.xlarge",
            "SlaveInstanceType": "m7g.xlarge",
            "InstanceCount": 4,
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        AutoTerminationPolicy={"IdleTimeout": 3600},
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
    )
    ```

    For work that fits it, EMR Serverless, an AWS Glue job or a SageMaker processing job leaves nothing running at all.

    ## Fix safety

    Unsafe: a cluster that people or other programs still use ends under them. Where the request brings its own steps
    and nothing in the project adds others, the fix switches `KeepJobFlowAliveWhenNoSteps` off, and the cluster ends
    with its last step. Elsewhere it adds an `AutoTerminationPolicy` of an hour, the service's own default, which needs
    EMR 5.30.0 or 6.1.0; with older releases the advice is only shown. Development endpoints and Redshift clusters have
    no such setting: the advice names what ends them.

    ## What it cannot see

    Clusters that other tools end (Terraform, Step Functions, a CloudWatch alarm), and whether people work on the
    cluster all day. A value that is only known when the program runs is not judged.

    `EMRStep` of the SDK ends the cluster that it starts, and is not judged.

    ## References

    - [Auto-termination of idle EMR clusters](https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-auto-termination-policy.html)
    - [RunJobFlow](https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html)
    - [AWS Glue interactive sessions](https://docs.aws.amazon.com/glue/latest/dg/interactive-sessions-overview.html)
    - [Pausing and resuming Redshift clusters](https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG109"
    name: ClassVar[str] = "always-on-data-cluster"
    practices: ClassVar[tuple[str, ...]] = ("serverless-data-pipeline", "managed-processing")
    dialects: ClassVar[tuple[str, ...]] = ("v2", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    assumable: ClassVar[tuple[str, ...]] = ("cluster-termination",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell which clusters end by themselves, and which processing jobs and pipelines need none."""
        for job in program.of_kind("processing_job"):
            if job.local.constant is not True:
                words = "a processing job, whose instances are released when it ends"
                yield self.followed(job.place, words, "managed-processing")
        for pipeline in program.of_kind("pipeline"):
            yield self.followed(pipeline.place, "a SageMaker pipeline, which holds no machine between its steps")
        for call in program.trace.calls:
            if call.foreign or call.excluded or _creation(program, call) != "run_job_flow":
                continue
            cluster = _cluster(program, call)
            ends = cluster.setting("kept_alive").constant is False or not cluster.setting("termination").is_absent
            if ends:
                yield self.followed(callee_of(call.cell, call.node), "the cluster ends by itself")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge every cluster that the program creates."""
        if is_pretended(program):
            return
        seen: set[int] = set()
        for call in program.trace.calls:
            method = _creation(program, call)
            if method is None or id(call.node) in seen or call.foreign or call.excluded:
                continue
            seen.add(id(call.node))
            if _ended(program, method):
                continue
            if method == "run_job_flow":
                yield from self._kept_alive(program, call)
            elif method == "create_dev_endpoint":
                yield self.finding(callee_of(call.cell, call.node), _DEV_ENDPOINT, Fix.advice(_SESSIONS))
            elif _is_batch(program):
                yield self.finding(callee_of(call.cell, call.node), _WAREHOUSE, Fix.advice(_PAUSED))

    def _kept_alive(self, program: Program, call: Call) -> Iterator[Finding]:
        cluster = _cluster(program, call)
        kept, termination = cluster.setting("kept_alive"), cluster.setting("termination")
        if not (kept.is_known and kept.constant is True) or not termination.is_absent or cluster.is_open:
            return
        message = (
            "`KeepJobFlowAliveWhenNoSteps` keeps this EMR cluster running when it has nothing to do, and nothing in "
            "this project ends it: the request has no `AutoTerminationPolicy`, no file calls `terminate_job_flows` "
            "(idle energy and cost by the hour). What Step Functions or Terraform do could not be seen"
        )
        place = replaceable(cluster, kept)
        off = replace(place, "False") if place is not None else None
        ends = Fix.unsafe("Let the cluster end with its last step: switch `KeepJobFlowAliveWhenNoSteps` off", off)
        policy = _policy(cluster)
        steps = cluster.setting("steps").value
        own_steps = isinstance(steps, Elements) and bool(steps.items)
        fixes = [ends, policy] if own_steps and not _takes_steps(program) else [policy]
        yield self.finding(kept.place or callee_of(call.cell, call.node), message, *fixes)


_DEV_ENDPOINT = (
    "A Glue development endpoint runs, and costs, from its creation to its deletion, whether or not anybody works on "
    "it (idle energy by the hour), and nothing in this project deletes it. Use Glue interactive sessions, which end "
    "when they are idle, or call `delete_dev_endpoint`"
)
_SESSIONS = "Use Glue interactive sessions or a Glue job instead, or delete the endpoint when the work is done"
_WAREHOUSE = (
    "This program provisions a Redshift cluster for one link of a batch pipeline, and nothing in this project deletes "
    "or pauses it: it runs on between the batches (idle energy and cost by the hour). Use Redshift Serverless, or call "
    "`pause_cluster` or `delete_cluster` when the batch is done"
)
_PAUSED = "Use Redshift Serverless, or pause or delete the cluster when the batch is done"


def _creation(program: Program, call: Call) -> str | None:
    for callee in options(call.callee):
        service = _SERVICES.get(callee.name) if isinstance(callee, Attribute) else None
        if service is None or not isinstance(callee, Attribute):
            continue
        kinds = program.types.of(callee.base)
        named = callee.name != "create_cluster" and not kinds and any(argument.keyword for argument in call.arguments)
        if any(kind.service == service for kind in kinds) or named:
            return callee.name
    return None


def _ended(program: Program, method: str) -> bool:
    """Whether anything in the project ends a cluster of the kind."""
    for call in program.trace.calls:
        if any(isinstance(callee, Attribute) and callee.name in _ENDS[method] for callee in options(call.callee)):
            return True
    if any(_ENDINGS[method].search(line.command.encode()) for line in program.module.module.shell):
        return True
    if any(word in cell.cell.source for cell in program.module.cells for word in _ENDS[method] if "-" in word):
        return True  # the command line in a subprocess
    return program.project.mentions(_ENDINGS[method])


def _takes_steps(program: Program) -> bool:
    """Whether steps are added to a running cluster anywhere."""
    own = any(_LATER_STEPS.search(cell.cell.source.encode(errors="replace")) for cell in program.module.cells)
    return own or program.project.mentions(_LATER_STEPS)


def _is_batch(program: Program) -> bool:
    """Whether a program unloads data to S3, or starts SageMaker jobs, beside the cluster."""
    if program.of_kind(*_JOBS):
        return True
    values = (part for call in program.trace.calls for argument in call.arguments for part in walk(argument.value))
    return any(
        isinstance(part, Known) and isinstance(part.value, str) and _UNLOAD.search(part.value) for part in values
    )


def _cluster(program: Program, call: Call) -> Resource:
    """The request of a cluster, so that its settings can be read and written."""
    bound = (bind_keywords(call),)
    owner = ObjectType(_EMR.owner, "boto3")
    settings = settings_of(program, _EMR, bound)
    place = callee_of(call.cell, call.node)
    return Resource(_EMR.kind, _EMR.api, f"{_EMR.owner}.{_EMR.method}", _EMR, bound, place, owner, settings, program)


def _policy(cluster: Resource) -> Fix:
    title = f"Terminate the cluster when it has been idle for {IDLE_SECONDS} s, the service's own default"
    release = cluster.setting("release").constant
    if isinstance(release, str) and not _can_terminate(release):
        return Fix.advice(f"{title}; that needs EMR 5.30.0 or 6.1.0, this is `{release}`")
    edits = write_settings(cluster, {"termination": Code(f'{{{{"IdleTimeout": {IDLE_SECONDS}}}}}')})
    return Fix.unsafe(title, edits)


def _can_terminate(release: str) -> bool:
    numbers = tuple(map(int, re.findall(r"\d+", release)[:3]))
    return bool(numbers) and numbers >= _FIRST_RELEASE.get(numbers[0], (6,))

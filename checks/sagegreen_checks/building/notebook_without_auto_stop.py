"""SG201: a notebook instance that nothing stops when nobody works on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.semantics.values import Attribute, options
from sagegreen_checks.building.rehearsals import is_rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_ENDING = frozenset({"stop_notebook_instance", "delete_notebook_instance"})
_ENDING_TEXT = re.compile(
    rb"(?:stop|delete|update)[-_]notebook[-_]instance\b|sagemaker:(?:stop|delete)NotebookInstance\b"
)
_ENDING_COMMAND = re.compile(r"\bsagemaker\s+(?:stop|delete|update)-notebook-instance\b")
#: The command line in a subprocess, and the target of an EventBridge schedule.
_ENDING_WORDS = re.compile(
    r"\b(?:stop|delete|update)-notebook-instance\b|\baws-sdk:sagemaker:(?:stop|delete)NotebookInstance\b"
)
#: The same as methods of version 3's resource.
_ENDING_METHODS = frozenset({"stop", "delete"})
_NOTEBOOK_CLASSES = ("sagemaker.core.resources.NotebookInstance", "sagemaker_core.main.resources.NotebookInstance")

_PARAMETER = {"boto3": "LifecycleConfigName", "v3core": "lifecycle_config_name"}


class NotebookWithoutAutoStop(Check):
    """A notebook instance is created without a lifecycle configuration, so nothing stops it when it idles.

    ## What it does

    Reports `create_notebook_instance` (boto3) and `NotebookInstance.create` (version 3 of the SDK) without a lifecycle
    configuration. A notebook instance has no idle timeout of its own: it runs until somebody stops it, or until a
    script that its lifecycle configuration installs does.

    It says nothing where the project stops or deletes notebook instances itself (a scheduled function, a clean-up
    cell, an AWS CLI command) or gives them a lifecycle configuration by an update, nor in tests.

    ## Why it wastes

    An instance that was left on over nights and weekends draws power, and is billed, without doing anything. What it
    draws when idle is given with the finding where the instance type is known.

    ## Example

    ```python
    import boto3

    client = boto3.client("sagemaker")
    client.create_notebook_instance(
        NotebookInstanceName="churn-exploration",
        InstanceType="ml.m7i.xlarge",
        RoleArn="arn:aws:iam::111122223333:role/SageMakerRole",
    )
    ```

    ## Use instead

    ```python
    import base64
    from pathlib import Path

    import boto3

    client = boto3.client("sagemaker")
    on_start = base64.b64encode(Path("auto-stop-idle/on-start.sh").read_bytes()).decode()
    client.create_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName="auto-stop-idle", OnStart=[{"Content": on_start}]
    )
    client.create_notebook_instance(
        NotebookInstanceName="churn-exploration",
        InstanceType="ml.m7i.xlarge",
        RoleArn="arn:aws:iam::111122223333:role/SageMakerRole",
        LifecycleConfigName="auto-stop-idle",
    )
    ```

    ## Fix safety

    There is no automatic fix: the argument is the name of a lifecycle configuration that must exist in the account
    before, and how long an instance may idle is for its users to say. `assume = ["notebook-lifecycle"]` silences the
    rule where notebook instances are stopped by something outside the code.

    ## What it cannot see

    Whether a lifecycle configuration that is given stops the instance: it may only install packages. Stops that
    somebody else takes care of: a schedule, a budget action, Service Catalog, code of another repository.

    Only boto3 and the core resources create notebook instances; other classes of the SDK have no call for it.

    ## References

    - [Customization of a notebook instance using an LCC script](https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html)
    - [Sample script that stops an idle notebook instance](https://github.com/aws-samples/amazon-sagemaker-notebook-instance-lifecycle-config-samples/tree/master/scripts/auto-stop-idle)
    - [Optimize AI/ML workloads for sustainability: "Automate the ML environment"](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG201"
    name: ClassVar[str] = "notebook-without-auto-stop"
    practices: ClassVar[tuple[str, ...]] = ("idle-notebook-shutdown",)
    dialects: ClassVar[tuple[str, ...]] = ("v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    assumable: ClassVar[tuple[str, ...]] = ("notebook-lifecycle",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for notebook in program.of_kind("notebook_instance"):
            lifecycle = notebook.setting("lifecycle")
            if lifecycle.is_unknown:
                yield self.unclear(notebook.place, "the lifecycle configuration is decided elsewhere")
            elif not lifecycle.is_absent and lifecycle.constant != "":
                yield self.followed(notebook.place, "a lifecycle configuration is attached")

    def check_notebook_instance(self, notebook: Resource) -> Iterable[Finding]:
        """Report the creation where it certainly names no lifecycle configuration."""
        if not notebook.setting("lifecycle").is_absent or notebook.is_open or is_rehearsal(notebook.program):
            return
        if _is_stopped(notebook.program):
            return
        parameter = _PARAMETER.get(notebook.api, "LifecycleConfigName")
        yield self.finding(
            notebook.place,
            f"The notebook instance has no lifecycle configuration (`{parameter}`), and nothing in the project stops "
            "it: it runs, billed, until somebody thinks of it. Name a lifecycle configuration whose on-start script "
            "stops an idle instance",
            Fix.advice(
                f"Create a lifecycle configuration with an auto-stop script first, then pass its name as `{parameter}`"
            ),
            saving=_saving(notebook),
        )


def _is_stopped(program: Program) -> bool:
    """Whether anything in the project stops notebook instances, or gives them a lifecycle configuration later on."""
    if any(_ends(call, program) for call in program.trace.calls):
        return True
    if any(_ENDING_COMMAND.search(line.command) for line in program.module.module.shell):
        return True
    if program.mentions(_ENDING_WORDS):
        return True
    return program.project.mentions(_ENDING_TEXT)


def _ends(call: Call, program: Program) -> bool:
    for callee in options(call.callee):
        if not isinstance(callee, Attribute):
            continue
        if callee.name in _ENDING or (callee.name == "update_notebook_instance" and _gives_lifecycle(call)):
            return True
        if callee.name in _ENDING_METHODS or (callee.name == "update" and _gives_lifecycle(call)):
            return any(kind.canonical in _NOTEBOOK_CLASSES for kind in program.types.of(callee.base))
    return False


def _gives_lifecycle(call: Call) -> bool:
    return any(argument.star or argument.keyword in _PARAMETER.values() for argument in call.arguments)


def _saving(notebook: Resource) -> str | None:
    name = notebook.instance_type.constant
    machine = instance(name) if isinstance(name, str) else None
    if machine is None or machine.watts_idle is None:
        return None
    return (
        f"energy: an idle {machine.name} draws about {machine.watts_idle:g} W (estimated from the hardware, without "
        "cooling)"
    )

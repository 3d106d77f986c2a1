"""SG311: nothing watches a training job that Debugger could watch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.sagemaker.scripts import script_of
from sagegreen.semantics.values import Known, Mapped, Result, options
from sagegreen_checks.training.containers import (
    DEBUGGER_SINCE,
    DEBUGGER_XGBOOST,
    HOOKED_BEFORE,
    MXNET,
    PYTORCH,
    TENSORFLOW,
    XGBOOST,
    Container,
    at_least,
    container_of,
)
from sagegreen_checks.training.surroundings import is_only_tuned, runs_in_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_DEBUGGER = "sagemaker.debugger"
_RULE, _PROFILER_RULE = (_DEBUGGER, "Rule"), (_DEBUGGER, "ProfilerRule")
_COLLECTION, _CONFIGS = (_DEBUGGER, "CollectionConfig"), (_DEBUGGER, "rule_configs")

_PARAMETER_OF_RULES = {
    "v1": "`rules`",
    "v2": "`rules`",
    "v3core": "`debug_rule_configurations` and `profiler_rule_configurations`",
    "boto3": "`DebugRuleConfigurations` and `ProfilerRuleConfigurations`",
}
_CAP = {"v1": "`train_max_run`", "v2": "`max_run`"}
#: What a script names that trains with the framework of its container, be it through a library on top of it.
_LIBRARIES = {
    PYTORCH: re.compile(r"torch|lightning|transformers|fastai|accelerate|deepspeed|setfit|sentence_transformers"),
    TENSORFLOW: re.compile(r"tensorflow|keras|transformers|horovod|tf_\w+"),
    MXNET: re.compile(r"mxnet|gluon|horovod"),
    XGBOOST: re.compile(r"xgb|XGB"),
}


class NoDebuggerRules(Check):
    """A training job that SageMaker Debugger supports runs without any rule that watches it.

    ## What it does

    Reports a training job without Debugger rules, where its framework and version are known and are among those that
    Debugger supports: TensorFlow from 1.15.4, PyTorch from 1.5, MXNet from 1.6, their Hugging Face containers, and
    XGBoost 1.0-1, 1.2-1 and 1.3-1. The framework is read off the estimator class, or off the image where that is an
    AWS image written out or looked up with `image_uris.retrieve`. An empty list of rules is no rule.

    It is silent where Debugger is switched off on purpose (`debugger_hook_config=False`, `disable_profiler=True`), for
    an estimator that only a tuner uses (rules are not copied into tuning jobs), in local mode, for parameter servers,
    for the model parallel library, for Training Compiler (which asks to switch Debugger off), for heterogeneous
    clusters and for Trainium (where the SDK switches the profiler off), and where the job's script was read and trains
    with another library than that of its container. `ModelTrainer` cannot carry rules.

    ## Why it wastes

    A job whose loss stopped falling, or whose GPUs wait for data, uses its instances until the script ends. Rules see
    that while it happens; some can stop the job. The guidance names no figure for this. One customer case tells of a
    model 45 % smaller after profiling (compute, amazon.science 2021).

    Debugger is closed to new customers since 2026-07-30. Without it, early stopping in the script or tuner, a run time
    cap (`max_run`) and the CloudWatch metrics `GPUUtilization` and `CPUUtilization` of the training job watch a job.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.debugger import ProfilerRule, rule_configs
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        rules=[ProfilerRule.sagemaker(rule_configs.LowGPUUtilization())],
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Fix safety

    The fix is unsafe: it starts rule evaluation beside the job, which an account that never used Debugger may be
    refused, and a tensor rule with `StopTraining` ends a job that it judges hopeless. Tensor rules are written only
    where the container hooks into the script by itself (XGBoost, PyTorch before 1.12, TensorFlow before 2.6, MXNet);
    elsewhere rules on system metrics are, which report and cannot stop a job. In a pipeline no `StopTraining` is
    written: its job name prefix is fixed when the pipeline is built, so it would not match and would defeat step
    caching. With v1 there are no actions. For boto3 and the core resources no edit is offered: the rules need an
    evaluator image whose account depends on the Region.

    ## What it cannot see

    Versions that are not constants, images of one's own (also ones derived from AWS images), rules that a wrapper adds
    at run time, whether the account may still use Debugger, and whether the Region has it.

    ## References

    - [Debugger: supported frameworks](https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-supported-frameworks.html)
    - [Debugger: built-in rules](https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html)
    - [Metrics of training jobs](https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html)
    """

    code: ClassVar[str] = "SG311"
    name: ClassVar[str] = "no-debugger-rules"
    practices: ClassVar[tuple[str, ...]] = ("debugger-rules",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("training_job"):
            if job.rules.constant is True:
                yield self.followed(job.place, "Debugger rules watch the job")

    def check_training_job(self, job: Resource) -> Iterable[Finding]:
        """Report the job at its callee, or at its empty list of rules."""
        if job.api not in _PARAMETER_OF_RULES or not job.supports("rules") or not _lacks_rules(job):
            return
        container = container_of(job)
        if container is None or not _supported(container) or _is_excepted(job):
            return
        if _trains_with_another_library(job, container):
            return
        empty = job.rules.place if job.rules.is_known else None
        place = empty if empty is not None and job.program.owns(empty.parsed_cell) else None
        message = _message(job, empty=place is not None, tensors=_watches_tensors(job, container))
        yield self.finding(place or job.place, message, _fix(job, container))


def _lacks_rules(job: Resource) -> bool:
    if not (job.rules.is_absent or job.rules.certainly(lambda present: present is False)):
        return False
    return job.setting("profiler_rules").is_absent


def _supported(container: Container) -> bool:
    if container.framework == XGBOOST:
        return bool(container.versions) and all(version[:2] in DEBUGGER_XGBOOST for version in container.versions)
    if container.hugging_face:
        return True  # its first containers hold PyTorch 1.6 and TensorFlow 2.4
    first = DEBUGGER_SINCE.get(container.framework)
    if first is None or not container.versions:
        return False
    return all(at_least(version, first) for version in container.versions)


def _is_excepted(job: Resource) -> bool:
    if job.local.constant is not False or is_only_tuned(job):
        return True
    if _switched_off(job, "debugger_hook", switch=False) or _switched_off(job, "profiler_disabled", switch=True):
        return True
    if not job.setting("compiler").is_absent or not job.setting("instance_groups").is_absent:
        return True
    if job.instance_type.possibly(lambda name: isinstance(name, str) and name.startswith("ml.trn")):
        return True
    distribution = job.setting("distribution")
    return not distribution.is_absent and _may_be_unsupported(distribution.value)


def _switched_off(job: Resource, name: str, *, switch: bool) -> bool:
    """Whether a switch is, or may be, at ``switch``; an object given in its place leaves Debugger on."""
    value = job.setting(name).value
    if value is None:
        return False
    return not all(
        isinstance(option, Result) or (isinstance(option, Known) and option.value is not switch)
        for option in options(value)
    )


def _may_be_unsupported(distribution: Value | None) -> bool:
    """Whether the distribution is a parameter server or the model parallel library, or cannot be followed."""
    for option in options(distribution) if distribution is not None else ():
        if isinstance(option, Known) and option.value is None:
            continue
        if not isinstance(option, Mapped) or not option.complete or "parameter_server" in option.entries:
            return True
        library = option.entries.get("smdistributed")
        if library is not None and not (
            isinstance(library.value, Mapped) and "modelparallel" not in library.value.entries
        ):
            return True
    return False


def _message(job: Resource, *, empty: bool, tensors: bool) -> str:
    names = _PARAMETER_OF_RULES[job.api]
    name = ".".join(job.target.split(".")[-2:]) if job.api == "v3core" else job.class_name
    start = f"`{name}` is given an empty list of rules" if empty else f"`{name}` sets no {names}"
    cap = _CAP.get(job.api, "a run time cap")
    unwatched = (
        "no Debugger rule watches this training job, so one that no longer learns runs to its end"
        if tensors
        else "no Debugger rule watches this training job, so nobody is told when its hardware idles"
    )
    return (
        f"{start}: {unwatched} (compute time; no published figure). Debugger is closed to new customers since "
        f"2026-07-30: without it, early stopping in the script, {cap} and the job's CloudWatch utilisation metrics "
        "watch a job"
    )


def _watches_tensors(job: Resource, container: Container) -> bool:
    """Whether a rule on losses works there as it is."""
    # a hook configuration of one's own may name the rule's collection, and a name that stands twice is refused
    return _hooks_by_itself(container) and job.setting("debugger_hook").is_absent


def _trains_with_another_library(job: Resource, container: Container) -> bool:
    """Whether the job's script was read and has nothing to do with the framework of its container: no hook sees it."""
    script = script_of(job)
    library = _LIBRARIES.get(container.framework)
    return script is not None and script.complete and library is not None and not library.search(script.text)


# -- the rules that work on that container ----------------------------------------------------------


def _fix(job: Resource, container: Container) -> Fix:
    if job.api not in {"v1", "v2"}:
        return Fix.advice(
            "Add Debugger rules with the rule evaluator image of the Region (for accounts that already use Debugger)"
        )
    if not _watches_tensors(job, container):
        if job.api == "v1":
            return Fix.advice(
                "Add Debugger rules that fit the hook of the job (for accounts that already use Debugger)"
            )
        name, code = _system_rule(job)
        title = (
            f"Watch system metrics with `{name}` (for accounts that already use Debugger; it reports and stops nothing)"
        )
        return Fix.unsafe(title, write_settings(job, {"rules": code}))
    stops = job.api == "v2" and not runs_in_pipeline(job)
    title = "Watch the loss with `loss_not_decreasing`" + (" and stop the job when it no longer falls" if stops else "")
    rule = _tensor_rule(container, stops=stops)
    return Fix.unsafe(f"{title} (for accounts that already use Debugger)", write_settings(job, {"rules": rule}))


def _hooks_by_itself(container: Container) -> bool:
    if container.framework == XGBOOST:
        return True
    if container.hugging_face or not container.versions:
        return False
    first = HOOKED_BEFORE.get(container.framework)
    return first is None or not any(at_least(version, first) for version in container.versions)


def _tensor_rule(container: Container, *, stops: bool) -> Code:
    imports = [_RULE, _CONFIGS]
    arguments = ["{rule_configs}.loss_not_decreasing()"]
    if container.framework == XGBOOST:
        # XGBoost's losses are in the collection `metrics`; the rule's own one, `losses`, stays empty there
        imports.append(_COLLECTION)
        arguments.append('rule_parameters={{"collection_names": "metrics", "num_steps": "10"}}')
        arguments.append('collections_to_save=[{CollectionConfig}("metrics", {{"save_interval": "5"}})]')
    if stops:
        arguments.append("actions={rule_configs}.StopTraining()")
    return Code(f"[{{Rule}}.sagemaker({', '.join(arguments)})]", tuple(imports))


def _system_rule(job: Resource) -> tuple[str, Code]:
    gpu = job.instance_type.certainly(_has_gpu)
    name = "LowGPUUtilization" if gpu else "OverallSystemUsage"
    return name, Code(f"[{{ProfilerRule}}.sagemaker({{rule_configs}}.{name}())]", (_PROFILER_RULE, _CONFIGS))


def _has_gpu(name: object) -> bool:
    found = instance(name) if isinstance(name, str) else None
    return found is not None and found.accelerator is not None and found.accelerator.startswith("NVIDIA")

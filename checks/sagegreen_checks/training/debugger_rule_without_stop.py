"""SG312: a Debugger rule that sees a hopeless job and lets it run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_arguments, insert_items, string
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.semantics.importing import import_names
from sagegreen.semantics.values import Elements, Known, Mapped, Result, Symbol, options
from sagegreen_checks.training.managed_spot import called, written
from sagegreen_checks.training.surroundings import is_only_tuned, runs_in_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

_CONFIGS = ("sagemaker.debugger", "rule_configs")
_BUILT_IN_RULE = "Rule.sagemaker"

#: What these see does not get better: function of ``rule_configs`` -> what it means for the job.
_HOPELESS = {
    "all_zero": "tensors are all zero",
    "dead_relu": "its activations are dead",
    "exploding_tensor": "its tensors are infinite or not a number",
    "loss_not_decreasing": "its loss no longer falls",
    "overfit": "it only overfits",
    "overtraining": "it no longer gets better",
    "poor_weight_initialization": "it started from weights that cannot learn",
    "saturated_activation": "its activations are saturated",
    "stalled_training_rule": "it has stalled",
    "unchanged_tensor": "its tensors no longer change",
    "vanishing_gradient": "its gradients have vanished",
    "weight_update_ratio": "its weights hardly change or leap",
}
#: The same in requests: ``rule_to_invoke``.
_INVOKED = {"".join(word.capitalize() for word in name.split("_")): name for name in _HOPELESS}


class _Rule(NamedTuple):
    """A rule of a job that could stop it and does not.

    Attributes:
        place: where it is reported.
        names: what it may be, as ``rule_configs`` calls it.
        edits: what makes it stop the job; ``None`` where the code leaves no place for that.
    """

    place: Place
    names: tuple[str, ...]
    edits: tuple[Edit, ...] | None


class DebuggerRuleWithoutStop(Check):
    """A Debugger rule that recognises a hopeless training job only reports it.

    ## What it does

    Reports built-in Debugger rules of a training job that have no action: `Rule.sagemaker(rule_configs.overfit())`
    without `actions`, and the same in the requests of boto3 and the core resources (`rule_to_invoke` without
    `action_json`). It speaks of rules only whose finding does not get better while the job runs: vanishing gradients,
    exploding, unchanged or zero tensors, dead or saturated activations, poor initial weights, extreme weight updates,
    a loss that no longer falls, overfitting, overtraining and stalled training. Rules about the data or the shape of
    the model, and reports, are left alone.

    It is silent where any action is given, an e-mail for instance: somebody decides then. `ProfilerRule`s cannot stop a
    job; neither can the rules of version 1, and `ModelTrainer` takes no rules. It is silent in local mode, where the
    hook is switched off, for a tuner's estimator, whose rules are not passed on, and in pipelines: the action looks for
    the job's name as it was when the pipeline was built, and finds none.

    ## Why it wastes

    The rule knows that the job leads nowhere, says so in a status that nobody reads, and the instances go on until the
    script ends. AWS recommends that built-in rules stop such a job; no figure is published. Debugger is closed to new
    customers since 2026-07-30; who does not use it yet should stop early in the script.

    ## Example

    ```python
    from sagemaker.debugger import Rule, rule_configs
    from sagemaker.xgboost import XGBoost

    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.3-1",
        instance_count=1,
        instance_type="ml.m5.xlarge",
        rules=[Rule.sagemaker(rule_configs.loss_not_decreasing())],
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.debugger import Rule, rule_configs
    from sagemaker.xgboost import XGBoost

    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.3-1",
        instance_count=1,
        instance_type="ml.m5.xlarge",
        rules=[
            Rule.sagemaker(
                rule_configs.loss_not_decreasing(), actions=rule_configs.ActionList(rule_configs.StopTraining())
            )
        ],
    )
    estimator.fit("s3://my-bucket/train")
    ```

    ## Fix safety

    Unsafe: the job ends when the rule fires, also where its author would have let it run, and the role needs
    `sagemaker:StopTrainingJob`. The model of a stopped job is what the script has saved by then. The action finds the
    job by the beginning of its name, which must be that of one running job only.

    ## What it cannot see

    Whether the rule ever reads a tensor (the containers of PyTorch 1.12, TensorFlow 2.6 and later do not hook into the
    script by themselves), whether something outside listens to the rule's status and stops the job (an EventBridge rule
    with a Lambda function), and rules that are only known when the program runs.

    ## References

    - [Debugger: built-in actions](https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-actions.html)
    - [Debugger: built-in rules](https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG312"
    name: ClassVar[str] = "debugger-rule-without-stop"
    practices: ClassVar[tuple[str, ...]] = ("debugger-rules",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge the rules of the training jobs; a rule that several jobs share is one finding."""
        seen: set[tuple[object, ...]] = set()
        for job in program.of_kind("training_job"):
            if not _could_be_stopped(job):
                continue
            for rule in _rules(job):
                if rule.place.key in seen or not program.owns(rule.place.parsed_cell):
                    continue
                seen.add(rule.place.key)
                names = " or ".join(f"`{name}`" for name in rule.names)
                sees = " or that ".join(dict.fromkeys(_HOPELESS[name] for name in rule.names))
                message = (
                    f"The rule {names} of `{called(job)}` has no action: when it finds that {sees}, it only says so, "
                    f"and the instances work on to the end (compute time; no published figure). Let it stop the job "
                    f"with `StopTraining`"
                )
                title = "Let the rule stop the training job (the role needs `sagemaker:StopTrainingJob`)"
                yield self.finding(rule.place, message, Fix.unsafe(title, rule.edits))


def _could_be_stopped(job: Resource) -> bool:
    if job.api not in {"v2", "boto3", "v3core"} or job.local.constant is not False:
        return False
    if is_only_tuned(job) or runs_in_pipeline(job):
        return False
    hook = job.setting("debugger_hook").value
    return hook is None or not any(isinstance(option, Known) and option.value is False for option in options(hook))


def _rules(job: Resource) -> Iterator[_Rule]:
    """The rules that could stop a job and do nothing."""
    for value in options(job.rules.value) if job.rules.value is not None else ():
        for item in value.items if isinstance(value, Elements) else ():
            rule = _of_class(job, item) if job.api == "v2" else _of_request(job, item)
            if rule is not None:
                yield rule


# -- rules as objects -------------------------------------------------------------------------------


def _of_class(job: Resource, value: Value) -> _Rule | None:
    if not isinstance(value, Result) or not isinstance(value.call.node, cst.Call):
        return None
    if not all(
        isinstance(callee, Symbol) and callee.path.endswith(_BUILT_IN_RULE) for callee in options(value.call.callee)
    ):
        return None
    bound = job.program.reader.constructed(value.call)
    if bound is None or bound.open or "actions" in bound.arguments or "base_config" not in bound.arguments:
        return None
    names = [_called_function(option) for option in options(bound.arguments["base_config"].value)]
    if not names or any(name not in _HOPELESS for name in names):
        return None
    if "rule_parameters" in bound.arguments and _stops_by_itself(bound.arguments["rule_parameters"].value):
        return None
    call = value.call
    return _Rule(callee_of(call.cell, call.node), tuple(dict.fromkeys(names)), _with_action(job, value))


def _called_function(value: Value) -> str:
    if not isinstance(value, Result):
        return ""
    paths = [callee.path for callee in options(value.call.callee) if isinstance(callee, Symbol)]
    return paths[0].rpartition(".")[2] if len(paths) == 1 else ""


def _stops_by_itself(parameters: Value) -> bool:
    """Whether ``stalled_training_rule`` is, or may be, told to stop the job by a parameter of its own."""
    if not isinstance(parameters, Mapped) or not parameters.complete:
        return True
    return "stop_training_on_fire" in parameters.entries


def _with_action(job: Resource, rule: Result) -> tuple[Edit, ...] | None:
    cell, node = rule.call.cell, rule.call.node
    module = job.program.module
    if not isinstance(node, cst.Call) or not any(cell is own for own in module.cells):
        return None
    plan = import_names(module, cell, node, [_CONFIGS])
    if plan is None:
        return None
    configs = plan.names[_CONFIGS]
    written_action = insert_arguments(
        cell, node, [("actions", f"{configs}.ActionList({configs}.StopTraining())")], module.document.newline
    )
    return (*plan.edits, *written_action) if written_action is not None else None


# -- rules in requests ------------------------------------------------------------------------------


def _of_request(job: Resource, value: Value) -> _Rule | None:
    parameters = _member(job, value, "rule_parameters" if job.api == "v3core" else "RuleParameters")
    if not isinstance(parameters, Mapped) or not parameters.complete or "action_json" in parameters.entries:
        return None
    invoked = parameters.entries.get("rule_to_invoke")
    rule = invoked.value if invoked is not None else None
    if not isinstance(rule, Known) or rule.value not in _INVOKED or rule.origin is None or _stops_by_itself(parameters):
        return None
    name = _INVOKED[str(rule.value)]
    return _Rule(Place(rule.origin.cell, rule.origin.node), (name,), _with_action_text(job, parameters))


def _member(job: Resource, value: Value, name: str) -> Value | None:
    if isinstance(value, Mapped):
        entry = value.entries.get(name)
        return entry.value if entry is not None else None
    bound = job.program.reader.constructed(value.call) if isinstance(value, Result) else None
    argument = bound.arguments.get(name) if bound is not None else None
    return argument.value if argument is not None else None


def _with_action_text(job: Resource, parameters: Mapped) -> tuple[Edit, ...] | None:
    """The action as the SDK's ``StopTraining`` writes it for a job of that name."""
    name = written(job, "job_name")
    if parameters.origin is None or name is None:
        return None
    cell, display = parameters.origin
    if not isinstance(display, cst.Dict) or not job.program.owns(cell):
        return None
    known = job.setting("job_name").constant
    if isinstance(known, str) and isinstance(name.node, cst.SimpleString):
        prefix, opening, closing, job_name = "r", "{", "}", known
    elif isinstance(name.node, cst.Name):
        prefix, opening, closing, job_name = "rf", "{{", "}}", f"{{{name.code}}}"
    else:
        return None
    action = rf"{opening}\"name\": \"stoptraining\", \"training_job_prefix\": \"{job_name}\"{closing}"
    code = f"{prefix}'[{action}]'"
    return insert_items(cell, display, [(string(cell, "action_json"), code)], job.program.module.document.newline)

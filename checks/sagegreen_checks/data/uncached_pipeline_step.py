"""SG106: pipeline steps that compute again what an earlier execution has computed."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_arguments
from sagegreen.documents.syntax import children
from sagegreen.sagemaker.patching import Code, replace, write_settings
from sagegreen.sagemaker.places import Place, callee_of, enclosing_statements
from sagegreen.semantics.scopes import bindings, target_names
from sagegreen.semantics.values import Attribute, Joined, Known, Result, Symbol, Value, options
from sagegreen_checks.data.cache_keys import changes_always, is_cacheable
from sagegreen_checks.training.comments import comments_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_AGE = "P30D"
_HOMES = {"v3": "sagemaker.mlops.workflow.steps"}
_HOME = "sagemaker.workflow.steps"

#: Steps that are run for what they do, not for what they compute.
_EFFECTS = re.compile(r"(?i)deploy|regist(?:er|ry|ration)|publish|notif|promot|approv|clean.?up|delet|teardown|invoke")


class UncachedPipelineStep(Check):
    """A pipeline step that runs again although nothing that it depends on has changed.

    ## What it does

    Reports steps of SageMaker Pipelines that train, process, tune, transform, run AutoML or an EMR step, or check data
    quality or bias (`TrainingStep`, `ProcessingStep`, `TuningStep`, `TransformStep`, `AutoMLStep`, `EMRStep`,
    `ClarifyCheckStep`, `QualityCheckStep`) without a `cache_config`, in versions 2 and 3 of the SDK; and a
    `CacheConfig` that is off, which it is unless `enable_caching=True` is written out.

    Silent where a step is another one in every execution, so that no result could be reused: its inputs, arguments,
    environment or hyperparameters hold the time, a random name or an `ExecutionVariables` member such as
    `PIPELINE_EXECUTION_ID`, or the name of a model that a step before it has made. Silent for steps that are run for
    their effect (their name or script says deploy, register, notify, clean up ...), for jobs whose script is taken from
    a fixed place in S3 (the pipeline would not notice that it has changed; a local script is uploaded under the hash of
    its content), for pipelines in local mode, where nothing is cached, and where a comment at `enable_caching=False`
    gives the reason.

    ## Why it wastes

    An execution that differs in one parameter runs every step again, on instances of its own, also those whose script,
    arguments and inputs are what they were. With caching the service takes their outputs from the latest successful
    execution of the same pipeline. No figure is published: it depends on how often a pipeline runs unchanged.

    ## Example

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.steps import ProcessingStep

    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_type="ml.m5.xlarge",
        instance_count=1,
        sagemaker_session=PipelineSession(),
    )
    features = ProcessingStep(
        name="Features",
        step_args=processor.run(
            code="features.py",
            inputs=[ProcessingInput(source="s3://amzn-s3-demo-bucket/raw", destination="/opt/ml/processing/input")],
            outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/train")],
        ),
    )
    pipeline = Pipeline(name="Churn", steps=[features])
    ```

    ## Use instead

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.steps import CacheConfig, ProcessingStep

    processor = SKLearnProcessor(
        framework_version="1.2-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_type="ml.m5.xlarge",
        instance_count=1,
        sagemaker_session=PipelineSession(),
    )
    features = ProcessingStep(
        name="Features",
        step_args=processor.run(
            code="features.py",
            inputs=[ProcessingInput(source="s3://amzn-s3-demo-bucket/raw", destination="/opt/ml/processing/input")],
            outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/train")],
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )
    pipeline = Pipeline(name="Churn", steps=[features])
    ```

    ## Fix safety

    Unsafe: the service compares the URIs of the inputs, not what lies behind them. Where new data arrive under the same
    S3 URI, or a step reads a database, the step must go on without caching or the URI must carry a date. The age of
    30 days (`P30D`) is a proposal; a `CacheConfig` that the program already has is used instead.

    ## What it cannot see

    Whether data change behind an unchanged URI, and pipelines that are written as JSON or built by
    `sagemaker.core.resources`. Functions decorated with `@step`, model, condition, fail and notebook-job steps take no
    `cache_config`; Lambda and callback steps do, but are run for their effect. A Debugger rule with a time in its name
    (the profiler's default rule) changes whenever the pipeline is updated and keeps a training step from being reused;
    `disable_profiler=True` avoids that.

    Version 1 of the SDK has no pipelines.

    ## References

    - [Caching pipeline steps](https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html)
    - [Default cache key attributes](https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html)
    - [A model's new name keeps a transform step from being reused](https://github.com/aws/sagemaker-python-sdk/issues/3392)
    """

    code: ClassVar[str] = "SG106"
    name: ClassVar[str] = "uncached-pipeline-step"
    practices: ClassVar[tuple[str, ...]] = ("repeatable-pipelines",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for pipeline in program.of_kind("pipeline"):
            yield self.followed(pipeline.place, "a pipeline describes the steps", "repeatable-pipelines")
        for step in program.of_kind("pipeline_step"):
            if step.setting("cache").constant is True:
                yield self.followed(step.place, "the step reuses its earlier result", "repeatable-pipelines")

    def check_pipeline_step(self, step: Resource) -> Iterator[Finding]:
        """Judge a step of a pipeline."""
        cache = step.setting("cache")
        if not is_cacheable(step) or not (cache.is_absent or cache.constant is False):
            return
        if _is_local(step) or _is_run_for_its_effect(step) or _has_script_in_storage(step) or changes_always(step):
            return
        if not cache.is_absent:
            yield from self._switched_off(step)
            return
        message = (
            f"`{step.class_name}` has no `cache_config`: every execution of the pipeline runs it again, also where "
            f"{_compared(step)} of an earlier one. Let the pipeline reuse that result, unless {_unseen(step)} under "
            "the same URI, which could not be seen"
        )
        yield self.finding(step.place, message, _fix(step))

    def _switched_off(self, step: Resource) -> Iterator[Finding]:
        """A configuration that leaves caching off, once for all steps that share it."""
        for config in _configurations(step):
            given = config.arguments.get("enable_caching")
            literal = given.value if given is not None else None
            at = callee_of(config.call.cell, config.call.node)
            if isinstance(literal, Known) and literal.origin is not None:
                at = Place(literal.origin.cell, literal.origin.node)
            if not step.program.owns(at.parsed_cell):
                continue
            if literal is not None and comments_at(at):
                continue
            state = "is switched off" if given is not None else "is off, as it is unless `enable_caching=True` is given"
            message = (
                f"Caching {state}: every execution of the pipeline runs `{step.class_name}` again, also where "
                f"{_compared(step)} of an earlier one. Switch it on, unless {_unseen(step)} under the same URI, which "
                "could not be seen"
            )
            yield self.finding(at, message, _switch_on(step, config, at if literal is not None else None))


def _compared(step: Resource) -> str:
    """What a step is compared by, in words."""
    if step.class_name == "EMRStep":
        return "its cluster, script URI and arguments are those"
    return "its code, arguments and input URIs are those"


def _unseen(step: Resource) -> str:
    return "new data or scripts arrive" if step.class_name == "EMRStep" else "new data arrive"


def _is_local(step: Resource) -> bool:
    """Whether the step runs on the machine that starts it, where nothing is cached."""
    pipelines = [user for user in step.users if user.kind == "pipeline"]
    return any(part.local.constant is not False for part in (*step.members, *pipelines))


def _is_run_for_its_effect(step: Resource) -> bool:
    """Whether the step's name or its script says that it does something instead of computing it."""
    names = [argument.value for bound in step.bound for name, argument in bound.arguments.items() if name == "name"]
    given = [option for value in (*names, *_scripts(step)) for option in options(value)]
    return any(_EFFECTS.search(text) for text in map(_beginning, given) if text is not None)


def _has_script_in_storage(step: Resource) -> bool:
    """Whether the step's script is taken from a fixed place in S3, where nobody notices that it has changed."""
    for value in _scripts(step):
        for option in options(value):
            callee = option.call.callee if isinstance(option, Result) else None
            if isinstance(callee, Attribute) and callee.name.startswith("upload"):
                return True
            if (_beginning(option) or "").startswith("s3://"):
                return True
    return False


def _scripts(step: Resource) -> Iterator[Value]:
    """The scripts that a step's job runs."""
    for bound in step.bound:
        for name in ("code", "submit_app", "entry_point"):
            if name in bound.arguments:
                yield bound.arguments[name].value
        arguments = bound.arguments.get("step_args")
        for option in options(arguments.value) if arguments is not None else ():
            if isinstance(option, Result):
                yield from (part.value for part in option.call.arguments if part.keyword in {"code", "submit_app"})
    for job in step.members:
        for name in ("entry_point", "source_dir"):
            value = job.setting(name).value
            if value is not None:
                yield value


def _beginning(value: Value) -> str | None:
    if isinstance(value, Joined) and value.parts:
        return _beginning(value.parts[0])
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


# -- what to write ----------------------------------------------------------------------------------


def _fix(step: Resource) -> Fix:
    shared = _shared_configuration(step)
    if shared is not None:
        name, age = shared
        title = f"Reuse results as the program's other steps may, with `cache_config={name}`{age}"
        return Fix.unsafe(title, write_settings(step, {"cache": Code(name)}))
    home = _HOMES.get(step.api, _HOME)
    code = f'{{CacheConfig}}(enable_caching=True, expire_after="{_AGE}")'
    title = (
        f'Reuse the result of an execution of the last 30 days with the same inputs, `expire_after="{_AGE}"`; data '
        "behind an unchanged URI are not compared"
    )
    return Fix.unsafe(title, write_settings(step, {"cache": Code(code, ((home, "CacheConfig"),))}))


def _switch_on(step: Resource, config: BoundCall, literal: Place | None) -> Fix:
    added = [("enable_caching", "True")] if literal is None else []
    age = "" if "expire_after" in config.arguments else f', and `expire_after="{_AGE}"`'
    added += [("expire_after", f'"{_AGE}"')] if age else []
    edits: list[Edit] = list(replace(literal, "True")) if literal is not None else []
    node = config.call.node
    if added and isinstance(node, cst.Call):
        inserted = insert_arguments(config.call.cell, node, added, step.program.module.document.newline)
        if inserted is None:
            return Fix.advice("Switch caching on")
        edits += inserted
    return Fix.unsafe(f"Switch caching on, `enable_caching=True`{age}", tuple(edits))


# -- configurations that the program has --------------------------------------------------------------------------


def _configurations(step: Resource) -> Iterator[BoundCall]:
    """The configurations that a step may have."""
    value = step.setting("cache").value
    for option in options(value) if value is not None else ():
        bound = step.program.reader.constructed(option.call) if isinstance(option, Result) else None
        if bound is not None:
            yield bound


def _shared_configuration(step: Resource) -> tuple[str, str] | None:
    """The name of a configuration that switches caching on and is certainly bound at the step, and its age in words."""
    for call in step.program.trace.calls:
        if call.order >= step.call.order:
            break
        age = None if call.foreign or call.conditional or call.loops else _age_if_on(step, call)
        name = _bound_name(step, call) if age is not None else None
        if age is not None and name is not None:
            return name, f' ("{age.value}")' if isinstance(age, Known) and isinstance(age.value, str) else ""
    return None


def _age_if_on(step: Resource, call: Call) -> Value | None:
    """How old a result may be by a configuration that switches caching on."""
    if not any(isinstance(callee, Symbol) and callee.path.endswith(".CacheConfig") for callee in options(call.callee)):
        return None
    bound = step.program.reader.constructed(call)
    if bound is None or bound.open or not {"enable_caching", "expire_after"} <= bound.arguments.keys():
        return None
    switch = bound.arguments["enable_caching"].value
    return bound.arguments["expire_after"].value if isinstance(switch, Known) and switch.value is True else None


def _bound_name(step: Resource, call: Call) -> str | None:
    """The variable that a call is assigned to, if it is the same at the step."""
    around = enclosing_statements(call.cell, call.cell.span(call.node))
    line = around[-1][0] if around else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    assignment = line.body[0]
    if not isinstance(assignment, cst.Assign) or assignment.value is not call.node or len(assignment.targets) != 1:
        return None
    target = assignment.targets[0].target
    functions = [statement for statement, _ in around[:-1]]
    at_step = [statement for statement, _ in enclosing_statements(step.call.cell, step.place.span)]
    visible = all(isinstance(outer, cst.FunctionDef) and outer in at_step for outer in functions)
    if not isinstance(target, cst.Name) or not visible or step.program.once(_times_bound)[target.value] != 1:
        return None
    return target.value


def _times_bound(program: Program) -> Counter[str]:
    """How often the module binds a name, in whatever scope."""
    return Counter(name for cell in program.module.cells for node in _nodes(cell.tree) for name in _bound_by(node))


def _nodes(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    pending: list[cst.CSTNode] = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(children(node))


def _bound_by(node: cst.CSTNode) -> frozenset[str]:
    if isinstance(node, cst.Param | cst.FunctionDef | cst.ClassDef):
        return frozenset({node.name.value})
    if isinstance(node, cst.For | cst.CompFor):
        return frozenset(target_names(node.target))
    simple = cst.Assign | cst.AnnAssign | cst.AugAssign | cst.Import | cst.ImportFrom | cst.NamedExpr | cst.AsName
    return bindings([node]).names if isinstance(node, simple) else frozenset()

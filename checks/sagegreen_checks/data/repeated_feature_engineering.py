"""SG105: features that several jobs compute from the same data by the same code."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.positions import position
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.scripts import path_of
from sagegreen.semantics.values import Attribute, Elements, Known, Parameter, Symbol, Unknown, options, walk
from sagegreen_checks.data.cache_keys import is_always_new
from sagegreen_checks.data.inputs import inputs_in, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Value

_FEATURE_STORE = re.compile(rb"FeatureGroup|feature_store|featurestore|FeatureStore|feature_group|feature-store")
#: Scripts that look at a model or at its answers, or that do something else than compute data.
_NO_FEATURES = re.compile(
    r"eval|score|infer|predict|deploy|test|report|monitor|explain|post|regist|notif", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class _Run:
    """One place at which a job or a step is given its code.

    Attributes:
        script: its absolute path, or its URI.
        given: the inputs' URIs and the arguments, as texts in order.
        place: the callee.
        program: where it stands.
        order: in the run of that program.
    """

    script: str
    given: tuple[str, ...]
    place: Place
    program: Program
    order: int

    @property
    def where(self) -> str:
        """The place in words."""
        cell = f"cell {self.place.cell}, " if self.place.cell is not None else ""
        row = position(self.place.parsed_cell.cell.source, self.place.span.start).row
        return f"`{self.program.module.document.path.name}`, {cell}line {row}"


class RepeatedFeatureEngineering(Check):
    """The same features are computed from the same data more than once.

    ## What it does

    Reports the second of two processing jobs (or processing steps of pipelines) of a project that run the same script
    on the same inputs with the same arguments, where nothing in the project uses SageMaker Feature Store. The two may
    stand in one file or in two; then the finding is in the later one by path.

    Silent where the inputs or arguments differ or cannot be followed, where the script evaluates, scores, deploys,
    tests or reports by its name, in local mode, and where a loop or a second execution of the same line repeats the
    job.

    ## Why it wastes

    Each job reads the raw data and computes the same features on instances of its own, and stores them once more.
    Shared features are computed once and read by everybody. No figure is published.

    ## Example

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    raw = ProcessingInput(source="s3://amzn-s3-demo-bucket/orders", destination="/opt/ml/processing/input")
    for_churn = SKLearnProcessor("1.2-1", role, instance_type="ml.m5.xlarge", instance_count=1)
    for_churn.run(code="features.py", inputs=[raw], outputs=[ProcessingOutput(source="/opt/ml/processing/churn")])
    for_fraud = SKLearnProcessor("1.2-1", role, instance_type="ml.m5.xlarge", instance_count=1)
    for_fraud.run(code="features.py", inputs=[raw], outputs=[ProcessingOutput(source="/opt/ml/processing/fraud")])
    ```

    ## Use instead

    ```python
    from sagemaker.processing import ProcessingInput, ProcessingOutput
    from sagemaker.sklearn.processing import SKLearnProcessor

    role = "arn:aws:iam::111122223333:role/SageMakerRole"
    raw = ProcessingInput(source="s3://amzn-s3-demo-bucket/orders", destination="/opt/ml/processing/input")
    features = ProcessingOutput(source="/opt/ml/processing/out", destination="s3://amzn-s3-demo-bucket/features")
    processor = SKLearnProcessor("1.2-1", role, instance_type="ml.m5.xlarge", instance_count=1)
    processor.run(code="features.py", inputs=[raw], outputs=[features])
    ```

    ## Fix safety

    There is no fix: where the features are kept, and who reads them, is a matter of the project's structure.

    ## What it cannot see

    The same features computed by different code, jobs of other repositories, requests of boto3 and the
    core resources (their script is in the image), and whether data behind the same URI differ from one job to the next.

    ## References

    - [Feature Store](https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store.html)
    - https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/
    """

    code: ClassVar[str] = "SG105"
    name: ClassVar[str] = "repeated-feature-engineering"
    practices: ClassVar[tuple[str, ...]] = ("feature-reuse",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for group in program.of_kind("feature_group"):
            yield self.followed(group.place, "features are kept in Feature Store")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report each run whose work an earlier one has done."""
        runs = [run for run in _runs(program) if program.owns(run.place.parsed_cell)]
        if not runs or _uses_feature_store(program):
            return
        first: dict[tuple[str, tuple[str, ...]], _Run] = {}
        for run in runs:
            earlier = first.setdefault((run.script, run.given), run)
            if earlier is run or earlier.place.key == run.place.key:
                earlier = _in_other_files(run, program) or run
            if earlier is not run and earlier.place.key != run.place.key:
                yield self._repeated(run, earlier)

    def _repeated(self, run: _Run, earlier: _Run) -> Finding:
        message = (
            f"`{posixpath.basename(run.script)}` computes the same features again: {earlier.where}, runs it on the "
            "same inputs with the same arguments, and nothing in the project uses Feature Store. Compute them once; "
            "both can read them from a feature group or from the first job's output"
        )
        return self.finding(run.place, message, Fix.advice("Share the features of one job, or of a feature group"))


def _uses_feature_store(program: Program) -> bool:
    own = any(_FEATURE_STORE.search(cell.cell.source.encode()) for cell in program.module.cells)
    return own or program.project.mentions(_FEATURE_STORE)


def _in_other_files(run: _Run, program: Program) -> _Run | None:
    """The same work in a file that comes before this one."""
    here = str(program.module.document.path.absolute())
    name = re.compile(re.escape(posixpath.basename(run.script)).encode())
    if not program.project.mentions(name):
        return None
    for other in program.project.programs(name):
        if str(other.module.document.path.absolute()) >= here:
            continue
        for entry in _runs(other):
            if (entry.script, entry.given) == (run.script, run.given):
                return entry
    return None


# -- what is run ------------------------------------------------------------------------------------


def _runs(program: Program) -> list[_Run]:
    """The runs of processing jobs whose code, inputs and arguments are all known, in order."""
    found: list[_Run] = []
    for job in program.of_kind("processing_job"):
        if job.local.constant is not False or job.api not in {"v1", "v2", "v3"}:
            continue
        for call in job.starts:
            given = {argument.keyword: argument.value for argument in call.arguments if argument.keyword is not None}
            if not any(argument.star for argument in call.arguments):
                found += _run(job, call, given)
        for step in job.users:
            for bound in step.bound if step.kind == "pipeline_step" and not step.is_open else ():
                found += _run(job, bound.call, {name: entry.value for name, entry in bound.arguments.items()})
    return sorted(found, key=lambda run: run.order)


def _run(job: Resource, call: Call, given: Mapping[str, Value]) -> Iterator[_Run]:
    code = given.get("code") or given.get("submit_app")
    path = path_of(code) if code is not None else None
    if path is None or _NO_FEATURES.search(posixpath.basename(path)) or call.foreign or call.excluded:
        return
    inputs = inputs_in(job, given["inputs"]) if "inputs" in given else []
    arguments = _texts(given.get("arguments") or given.get("job_arguments"))
    if inputs is None or arguments is None or not (inputs or arguments):
        return
    sources = [" ".join(map(text_of, options(entry.source))) for entry in inputs]
    if not all(source.strip() for source in sources) or any(_varies(entry.source) for entry in inputs):
        return
    if "://" not in path:
        folder = given.get("source_dir")
        inside = path_of(folder) if folder is not None else ""
        if inside is None:
            return
        home = job.program.module.document.path.absolute().parent
        path = os.path.normpath(home / inside / path)
    yield _Run(path, (*sorted(sources), *arguments), callee_of(call.cell, call.node), job.program, call.order)


def _texts(value: Value | None) -> tuple[str, ...] | None:
    """The texts of a list of arguments; ``None`` where one is not known."""
    if value is None or (isinstance(value, Known) and value.value is None):
        return ()
    if not isinstance(value, Elements) or not value.complete:
        return None
    if not all(isinstance(item, Known) for item in value.items):
        return None
    return tuple(str(item.value) for item in value.items if isinstance(item, Known))


def _varies(source: Value) -> bool:
    """Whether a URI has a part that is not known or always new: a parameter, the time, a step's output."""
    for part in walk(source):
        if isinstance(part, Unknown | Parameter) or (isinstance(part, Attribute) and part.name == "properties"):
            return True
        if isinstance(part, Symbol) and is_always_new(part.path):
            return True
    return False

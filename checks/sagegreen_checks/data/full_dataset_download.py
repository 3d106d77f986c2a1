"""SG107: training jobs that copy their whole dataset before they begin."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import replace_node
from sagegreen.sagemaker.patching import constant_code, replace, write_settings
from sagegreen.sagemaker.scripts import script_of
from sagegreen.semantics.importing import import_names
from sagegreen.semantics.values import Absent, Mapped, Result, Value, options
from sagegreen_checks.data.inputs import inputs_of, literal_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen_checks.data.inputs import Input

_FILE, _FAST = "File", "FastFile"
_FRAMEWORK = "sagemaker.estimator.Framework"
_TRAINERS = ("sagemaker.train.model_trainer.ModelTrainer", "sagemaker.modules.train.model_trainer.ModelTrainer")
_FRAMEWORK_IMAGE = re.compile(r"pytorch|tensorflow|mxnet|huggingface|autogluon|scikit-learn", re.IGNORECASE)
_NO_DATA = re.compile(r"model|checkpoint|pretrained|weights|code|config", re.IGNORECASE)

#: Scripts that read many small files, in any order and again in each epoch, or that need the files on a disk.
_NEEDS_FILES = re.compile(
    r"ImageFolder|image_dataset_from_directory|flow_from_directory|\bimread\(|Image\.open\(|extractall|unpack_archive"
    r"|zipfile|tarfile|load_from_disk|\bmmap|memmap|os\.walk\(|rglob\("
)
_SPELLED = {
    "v1": "input_mode",
    "v2": "input_mode",
    "modules": "training_input_mode",
    "v3": "training_input_mode",
    "v3core": "training_input_mode",
    "boto3": "TrainingInputMode",
}


class FullDatasetDownload(Check):
    """A framework's training job downloads its whole dataset before the first step.

    ## What it does

    Reports training jobs of a framework (`PyTorch`, `TensorFlow`, `HuggingFace`, `SKLearn` ..., `ModelTrainer` with a
    script, requests with a framework's image) that get data from S3 in File mode: by `input_mode`,
    `training_input_mode` or `TrainingInputMode`, where it is left out and so is `File`, and by the mode of a single
    channel. In version 3 an `InputData` whose `data_source` is a URI always sends `File` for its channel, whatever the
    trainer says.

    Silent for built-in and marketplace algorithms, which stream only where their own pages say so; for augmented
    manifests, which FastFile does not read; for single files, file systems, channels of models or configurations and
    inputs that cannot be followed; in local mode; and where the script was seen to open many single files, to unpack
    archives or to map files into memory.

    ## Why it wastes

    In File mode instances that are reserved, and billed, wait until everything has been copied to a volume that must be
    large enough for it, also what the job never reads. FastFile shows the same files under the same path and streams
    what is read. AWS gives no figure: what is saved is the time of the copy and the storage.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
    )
    estimator.fit({"train": "s3://amzn-s3-demo-bucket/clicks/parquet"})
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
        input_mode="FastFile",
    )
    estimator.fit({"train": "s3://amzn-s3-demo-bucket/clicks/parquet"})
    ```

    ## Fix safety

    Unsafe: the files cannot be written to, and what is read again in another epoch is fetched again. Streaming serves
    files of many megabytes that are read from the front; it can be slower than a copy for many small files, for random
    access and for small datasets that are read many times. In version 3 the URI becomes an `S3DataSource`, since a
    plain one always sends `File`.

    ## What it cannot see

    The size and number of the files, and how a script that is not part of the project reads them.

    ## References

    - [Input modes](https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html)
    - [AlgorithmSpecification](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html)
    """

    code: ClassVar[str] = "SG107"
    name: ClassVar[str] = "full-dataset-download"
    practices: ClassVar[tuple[str, ...]] = ("minimal-data-movement",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("training_job"):
            streams = job.setting("input_mode").constant == _FAST
            if streams or any(entry.says(entry.mode, _FAST) for entry in inputs_of(job) or ()):
                yield self.followed(job.place, "the job streams its data")

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Judge a training job."""
        if not job.supports("input_mode") or job.local.constant is not False or not _is_framework(job):
            return
        inputs = inputs_of(job) or []
        if any(isinstance(entry.source, Absent) for entry in inputs):
            return  # a file system, perhaps by choice of the caller
        data = [entry for entry in inputs if _could_stream(entry)]
        script = script_of(job) if data else None
        if script is not None and _NEEDS_FILES.search(script.text):
            return
        seen = "" if script is not None else "; how the script reads could not be seen"
        inheriting: list[Input] = []
        for entry in data:
            if isinstance(entry.mode, Absent):
                inheriting.append(entry)
            elif entry.says(entry.mode, _FILE) and (literal := literal_of(job, entry.mode)) is not None:
                channel = f"channel `{entry.name}`" if entry.name else "this channel"
                message = f'The mode of {channel} is "{_FILE}", so {_waste(seen)}'
                title = f'Stream the channel, "{_FAST}"'
                fast = constant_code(literal.parsed_cell, _FAST)
                yield self.finding(literal, message, Fix.unsafe(title, replace(literal, fast)))
        yield from self._of_the_job(job, inheriting, seen)

    def _of_the_job(self, job: Resource, inputs: Sequence[Input], seen: str) -> Iterator[Finding]:
        """What follows from the mode of the job itself."""
        name = _SPELLED[job.api]
        mode = job.setting("input_mode")
        plain = [entry for entry in inputs if job.api in {"v3", "modules"} and entry.class_name == "InputData"]
        plain = [entry for entry in plain if not _is_data_source(entry)]
        is_file = mode.certainly(lambda value: value == _FILE) or (mode.is_absent and mode.effective == _FILE)
        if not inputs or not (is_file or plain):
            return
        if mode.is_absent or not is_file:
            place, state = job.place, f'No `{name}`: it is "{_FILE}" by default'
            if not is_file:
                state = f'`InputData` with a plain URI sends "{_FILE}", whatever `{name}` says'
        else:
            inside = mode.place is not None and job.program.owns(mode.place.parsed_cell)
            place = mode.place if mode.place is not None and inside else job.place
            state = f'`{name}` is "{_FILE}"'
        yield self.finding(place, f"{state}, so {_waste(seen)}", _fix(job, plain, is_file=is_file))


def _waste(seen: str) -> str:
    return (
        "the job downloads all of its data before it begins, while its instances wait. "
        f'Use "{_FAST}", which streams what is read, unless there are many small files or they are read in any order'
        f"{seen}"
    )


def _is_framework(job: Resource) -> bool:
    if job.is_a(_FRAMEWORK):
        return True
    if job.is_a(*_TRAINERS):
        return not job.setting("source_code").is_absent
    if "JumpStart" in job.target:
        return False
    image = job.setting("image").value
    return image is not None and all(_is_framework_image(job, option) for option in options(image))


def _is_framework_image(job: Resource, image: Value) -> bool:
    """Whether an image is a framework's, to train in; models of JumpStart bring scripts of their own."""
    if not isinstance(image, Result):
        return _FRAMEWORK_IMAGE.search(text_of(image)) is not None
    bound = job.program.reader.constructed(image.call)
    if bound is None or "model_id" in bound.arguments or "framework" not in bound.arguments:
        return False
    return _FRAMEWORK_IMAGE.search(text_of(bound.arguments["framework"].value)) is not None


def _could_stream(entry: Input) -> bool:
    if not entry.is_in_s3 or entry.is_one_file or _NO_DATA.search(entry.name or ""):
        return False
    return isinstance(entry.data_type, Absent) or entry.says(entry.data_type, "S3Prefix")


def _is_data_source(entry: Input) -> bool:
    """Whether an ``InputData`` holds a data source of its own, whose channel has no mode."""
    if not isinstance(entry.holder, Result):
        return False
    given = next((part.value for part in entry.holder.call.arguments if part.keyword == "data_source"), None)
    return isinstance(given, Mapped) or (isinstance(given, Result) and not isinstance(entry.source, Result))


def _fix(job: Resource, plain: Sequence[Input], *, is_file: bool) -> Fix:
    title = f'Stream the data, `{_SPELLED[job.api]}="{_FAST}"`'
    edits: tuple[Edit, ...] | None = write_settings(job, {"input_mode": _FAST}) if is_file else ()
    if plain and edits is not None:
        sources = _sources(job, plain)
        edits = (*edits, *sources) if sources is not None else None
        title += ", and the URI as an `S3DataSource`, which leaves the mode to the trainer"
    if edits is not None and _overlap(edits):
        edits = None
    return Fix.unsafe(title, edits)


def _sources(job: Resource, plain: Sequence[Input]) -> tuple[Edit, ...] | None:
    """Each plain URI in a data source of its own; ``None`` where one cannot be written."""
    if job.api != "v3":
        return None
    places: list[tuple[ParsedCell, cst.BaseExpression]] = []
    for entry in plain:
        call = entry.holder.call if isinstance(entry.holder, Result) else None
        argument = next((part for part in call.arguments if part.keyword == "data_source"), None) if call else None
        node = argument.node if argument is not None else None
        if argument is None or not isinstance(node, cst.Arg) or node.star or node.keyword is None:
            return None
        if not job.program.owns(argument.cell):
            return None
        places.append((argument.cell, node.value))
    symbol = ("sagemaker.core.shapes", "S3DataSource")
    plan = import_names(job.program.module, *places[0], [symbol])
    if plan is None:
        return None
    edits = list(plan.edits)
    done: set[int] = set()
    for cell, node in places:
        if id(node) in done:
            continue
        done.add(id(node))
        kind, spread = constant_code(cell, "S3Prefix"), constant_code(cell, "FullyReplicated")
        code = (
            f"{plan.names[symbol]}(s3_data_type={kind}, s3_uri={cell.code(node)}, s3_data_distribution_type={spread})"
        )
        edits.append(replace_node(cell, node, code))
    return tuple(edits)


def _overlap(edits: Sequence[Edit]) -> bool:
    ordered = sorted(edits, key=lambda edit: (edit.cell or 0, edit.start, edit.end))
    return any(one.cell == other.cell and other.start < one.end for one, other in pairwise(ordered))

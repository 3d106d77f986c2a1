"""SG203: a well-known architecture that is trained from random weights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.documents.layout import insert_arguments, replace_node
from sagegreen.sagemaker.patching import constant_code
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.sagemaker.scripts import jobs_of
from sagegreen.semantics.values import Attribute, Elements, Known, Result, Symbol, Value, options
from sagegreen_checks.building.pretrained_architectures import CONFIGURATION, Construction, argument_of, constructions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Call

#: Weights that come from elsewhere: a checkpoint, an earlier model.
_LOADED = re.compile(
    r"load_state_dict|load_weights|set_weights|load_checkpoint|load_parameters|load_from_checkpoint|load_model\b"
    r"|resume_from_checkpoint|\.restore\(|restore_or_initialize|ckpt_path|checkpoint_path|BackupAndRestore|torch\.load"
)
#: ``AutoModelForCausalLM.from_pretrained``, but not a tokenizer's or a configuration's.
_PRETRAINED_CLASS = re.compile(r"(?:^|\.)\w*(?:Model|For[A-Z])\w*\.from_pretrained$")

#: Methods that train, by library.
_TRAINING = {
    "keras": frozenset({"fit", "fit_generator", "train_on_batch", "apply_gradients", "minimize"}),
    "torchvision": frozenset({"backward", "fit", "fit_one_cycle"}),
    "timm": frozenset({"backward", "fit", "fit_one_cycle"}),
    "transformers": frozenset({"backward", "train", "fit"}),
}
#: What the published weights were trained to tell apart.
_CLASSES = 1000
_CHANNELS = 3

_JUMPSTART = re.compile(r"\.JumpStart(?:Estimator|Model)$")
_TRAINS = re.compile(r"\.backward\(|\bTrainer\(|\.fit\(")


class TrainingFromScratch(Check):
    """A well-known architecture is trained from random weights although published weights exist.

    ## What it does

    Reports, in scripts that training jobs run and in other programs that train,

    - `weights=None` of an architecture in `keras.applications`,
    - `pretrained=False`, `weights=None` or neither of a classification model in `torchvision.models`,
    - `pretrained=False` or no such argument of `timm.create_model`,
    - `from_config` of an `AutoModel` class of Transformers with the configuration of a published model.

    It says nothing where the program loads weights or a checkpoint, builds the same architecture with published
    weights as well, or where the argument is not a constant.

    ## Why it wastes

    The published weights cost their makers many accelerator hours, which the job spends again in part, usually on less
    data. Fine-tuning starts from what they know, and needs a fraction of the steps. The guidance recommends transfer
    learning; it gives no figure, and neither does this rule.

    ## Example

    ```python
    import os

    from tensorflow.keras.applications import ResNet50
    from tensorflow.keras.utils import image_dataset_from_directory

    model = ResNet50(weights=None)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    model.fit(image_dataset_from_directory(os.environ["SM_CHANNEL_TRAIN"], image_size=(224, 224)), epochs=90)
    ```

    ## Use instead

    ```python
    import os

    from tensorflow.keras.applications import ResNet50
    from tensorflow.keras.utils import image_dataset_from_directory

    model = ResNet50(weights="imagenet")
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    model.fit(image_dataset_from_directory(os.environ["SM_CHANNEL_TRAIN"], image_size=(224, 224)), epochs=5)
    ```

    ## Fix safety

    The fix is unsafe: the model starts from other weights, its inputs must be preprocessed as those were, the learning
    rate and the number of epochs should be lowered, and the container must be able to download them. It is only
    written where the weights fit what the call builds: not with another number of classes for Keras and torchvision,
    nor with other input channels, and for `from_config` only where the configuration is that of a model named in the
    program. `weights="DEFAULT"` needs torchvision 0.13. Elsewhere it is advice: keep the published body and put a head
    of one's own on top.

    ## What it cannot see

    Whether the data is so unlike what the weights were trained on that they do not help (medical volumes, spectra),
    whether licences allow their use, and whether training from scratch is the very point: a benchmark, pre-training, a
    test of the infrastructure.

    ## References

    - [Keras Applications](https://keras.io/api/applications/)
    - [Models and pre-trained weights of torchvision](https://docs.pytorch.org/vision/stable/models.html)
    - [Auto classes of Transformers](https://huggingface.co/docs/transformers/model_doc/auto)
    - [Guidance for Optimizing Deep Learning Workloads for Sustainability on AWS](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG203"
    name: ClassVar[str] = "training-from-scratch"
    practices: ClassVar[tuple[str, ...]] = ("pretrained-models", "transfer-learning")
    dialects: ClassVar[tuple[str, ...]] = ("script",)
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    script_words: ClassVar[re.Pattern[bytes] | None] = re.compile(rb"applications|torchvision|timm|from_config")
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        trains = any(_TRAINS.search(parsed.text) for parsed in program.module.cells)
        for call in program.trace.calls:
            for callee in options(call.callee):
                path = callee.path if isinstance(callee, Symbol) else ""
                if call.foreign or not (_PRETRAINED_CLASS.search(path) or _JUMPSTART.search(path)):
                    continue
                place = callee_of(call.cell, call.node)
                yield self.followed(place, "a pre-trained model is loaded", "pretrained-models")
                if path.endswith("Estimator") or (trains and _PRETRAINED_CLASS.search(path)):
                    yield self.followed(place, "training starts from a pre-trained model", "transfer-learning")

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report each construction with random weights once."""
        calls = [call for call in program.trace.calls if not (call.foreign or call.excluded)]
        built = list(constructions(calls))
        scratch = [entry for entry in built if entry.random and not _has_pretrained_twin(entry, built)]
        if not scratch or _loads_weights(program, calls):
            return
        jobs = [use for use in jobs_of(program) if use.kind == "training_job"]
        for entry in scratch:
            if not jobs and not _is_trained(program, entry, calls):
                continue
            where = f" in a script that {jobs[0].label} runs" if jobs else ""
            yield self.finding(
                _place(entry),
                f"`{entry.name}` starts from random weights{_said(entry)}{where}: the job learns again what published "
                "weights already know. Start from those and fine-tune, with fewer epochs and a lower learning rate; "
                "whether they suit this data cannot be seen",
                _fix(program, entry),
            )


# -- when it is certain -----------------------------------------------------------------------------


def _has_pretrained_twin(entry: Construction, built: Iterable[Construction]) -> bool:
    return any(other.name == entry.name and other.library == entry.library and not other.random for other in built)


def _loads_weights(program: Program, calls: Iterable[Call]) -> bool:
    if any(_LOADED.search(cell.source) for cell in program.module.module.cells):
        return True
    return any(
        isinstance(callee, Symbol) and bool(_PRETRAINED_CLASS.search(callee.path))
        for call in calls
        for callee in options(call.callee)
    )


def _is_trained(program: Program, entry: Construction, calls: Iterable[Call]) -> bool:
    """Whether the program itself trains something with the library that builds the model."""
    names = _TRAINING[entry.library]
    for call in calls:
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name in names and not program.types.of(callee.base):
                return True
    return False


# -- words ------------------------------------------------------------------------------------------


def _place(entry: Construction) -> Place:
    argument = entry.argument
    if argument is not None and isinstance(argument.node, cst.Arg) and not argument.node.star:
        return Place(argument.cell, argument.node.value)
    return callee_of(entry.call.cell, entry.call.node)


def _said(entry: Construction) -> str:
    if entry.library == "transformers":
        return " (`from_config` loads none)"
    if entry.argument is None:
        return " (the default)"
    name = entry.argument.keyword or ("weights" if entry.library == "keras" else "pretrained")
    return f" (`{name}={'None' if name == 'weights' else 'False'}`)"


# -- the fix ----------------------------------------------------------------------------------------


def _fix(program: Program, entry: Construction) -> Fix:
    title = "Start from the published weights"
    if entry.library == "transformers":
        return _fix_of_transformers(entry, title, program.module.document.newline)
    if entry.library == "keras":
        wanted, fits = '"imagenet"', _fits_keras(entry.call)
        title += " for ImageNet"
    elif entry.argument is not None and entry.argument.keyword == "weights":
        wanted, fits = '"DEFAULT"', _fits_torchvision(entry.call)
    else:
        wanted, fits = "True", entry.library == "timm" or _fits_torchvision(entry.call)
    if not fits:
        return Fix.advice(f"{title} and put a head for your own classes on top")
    if entry.argument is not None:
        return Fix.unsafe(title, _replaced(entry, wanted))
    name, code = ("pretrained", "True") if entry.library == "timm" else ("weights", '"DEFAULT"')
    return Fix.unsafe(title, _inserted(program, entry.call, name, code))


def _replaced(entry: Construction, code: str) -> tuple[Edit, ...] | None:
    argument = entry.argument
    if argument is None or not isinstance(argument.node, cst.Arg) or argument.node.star:
        return None
    value = argument.node.value
    if not (isinstance(value, cst.Name) and value.value in {"None", "False"}):
        return None
    return (replace_node(argument.cell, value, _quoted(argument.cell, code)),)


def _inserted(program: Program, call: Call, name: str, code: str) -> tuple[Edit, ...] | None:
    if not isinstance(call.node, cst.Call):
        return None
    code = _quoted(call.cell, code)
    return insert_arguments(call.cell, call.node, [(name, code)], program.module.document.newline)


def _quoted(cell: ParsedCell, code: str) -> str:
    return constant_code(cell, code[1:-1]) if code.startswith('"') else code


def _fits_torchvision(call: Call) -> bool:
    """Whether the published weights fit: the number of classes must be that of ImageNet."""
    if any(argument.star for argument in call.arguments):
        return False
    classes = argument_of(call, None, "num_classes")
    return classes is None or _constant(classes.value) == _CLASSES


def _fits_keras(call: Call) -> bool:
    if any(argument.star for argument in call.arguments) or argument_of(call, 2, "input_tensor") is not None:
        return False
    shape, classes = argument_of(call, 3, "input_shape"), argument_of(call, 5, "classes")
    top = argument_of(call, 0, "include_top")
    if top is None or _constant(top.value) is not False:
        return shape is None and (classes is None or _constant(classes.value) == _CLASSES)
    if shape is None:
        return True
    sizes = shape.value.items if isinstance(shape.value, Elements) and shape.value.complete else ()
    return len(sizes) == _CHANNELS and _constant(sizes[-1]) == _CHANNELS


def _constant(value: Value) -> object:
    return value.value if isinstance(value, Known) else None


def _fix_of_transformers(entry: Construction, title: str, newline: str) -> Fix:
    """``from_config(config)`` becomes ``from_pretrained("name", config=config)`` where the configuration is of that."""
    node, arguments = entry.call.node, entry.call.arguments
    name = _configured(arguments[0].value) if arguments else None
    if (
        name is None
        or not isinstance(node, cst.Call)
        or not isinstance(node.func, cst.Attribute)
        or node.args[0].star
        or not isinstance(arguments[0].node, cst.Arg)
    ):
        return Fix.advice(f"{title}: `from_pretrained` with the name of a model, and this configuration if need be")
    cell, first = entry.call.cell, node.args[0]
    start = cell.span(first).start
    before = cell.cell.source[:start].rpartition("\n")[2]
    # an argument on a line of its own gets another line below it
    between = " " if before.strip() else f"{newline}{before}"
    code = f"{constant_code(cell, name)},{between}config={cell.code(first.value)}"
    edits = (replace_node(cell, node.func.attr, "from_pretrained"), replace_node(cell, first, code))
    return Fix.unsafe(f"{title} of `{name}`", edits)


def _configured(value: Value) -> str | None:
    """The model whose configuration a value is."""
    if not isinstance(value, Result) or not value.call.arguments:
        return None
    named = value.call.arguments[0].value
    for callee in options(value.call.callee):
        if not (isinstance(callee, Symbol) and CONFIGURATION.fullmatch(callee.path)):
            return None
    return named.value if isinstance(named, Known) and isinstance(named.value, str) else None

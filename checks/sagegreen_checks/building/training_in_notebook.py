"""SG207: a deep-learning model that is trained in a notebook's own kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import Attribute, Elements, Instance, Known, Result, Symbol, Value, options, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Class, Function

_KERAS = re.compile(r"(?:tensorflow\.(?:\w+\.)*keras|keras|tf_keras)\.(?:\w+\.)*[A-Z]\w+")
_TRAINERS = re.compile(
    r"(?:transformers|trl|pytorch_lightning|lightning|lightning\.pytorch|accelerate)\.(?:\w+\.)*\w*Trainer"
)
_OPTIMIZERS = re.compile(r"(?:torch\.optim|transformers|mxnet\.gluon|bitsandbytes)\.(?:\w+\.)*\w+")
#: Data that was made up, toy data sets, and tables: networks for these train in seconds.
_SMALL = re.compile(
    r"(?:numpy\.random|torch\.(?:rand|zeros|ones)|tensorflow\.(?:random|zeros|ones)|random|pandas|sklearn\.datasets)"
    r"(?:\.|\w|$)"
)
#: Where a cell of a script begins (Jupytext, VS Code; nbconvert).
_CELL = re.compile(r"^# (?:%%|In\[[\d ]*\]:)", re.MULTILINE)
#: Decorators that send a function to a training job of its own.
_REMOTE = frozenset({"remote", "step"})
_JOBS = ("training_job", "tuning_job", "remote_function")

#: Up to here it is a trial of the code: epochs, and steps without epochs.
_TRIAL_EPOCHS = 1
_TRIAL_STEPS = 10
_TRIAL_ROWS = 1000
_EPOCHS = 3  # the position of ``epochs`` in Keras's ``fit``


class TrainingInNotebook(Check):
    """A notebook that uses SageMaker trains a deep-learning model in its own kernel.

    ## What it does

    Reports, in notebooks that use SageMaker but start no training job of it, the first place where the kernel itself
    trains a neural network: `fit` of a Keras model for several epochs, a loop that calls `backward()` and steps an
    optimizer, `train` or `fit` of a trainer of Transformers or Lightning.

    A script with cells (`# %%`, `# In[1]:`) counts as a notebook. Trials of the code are left alone: one epoch, a
    handful of steps, made-up data, the first rows; and so are tables that pandas reads, whose networks are small,
    functions under `@remote` or `@step`, scripts that a cell writes (`%%writefile`), and notebooks that train in
    SageMaker, too.

    ## Why it wastes

    The notebook's instance has to be large enough for the training, and stays on before, after and overnight, with its
    accelerator idle. A training job brings its instances up for the training alone and releases them when it ends; it
    can use spot capacity, several instances and checkpoints. The guidance recommends managed training for that reason;
    it gives no figure.

    ## Example

    ```python
    # %%
    import sagemaker
    from tensorflow import keras

    bucket = sagemaker.Session().default_bucket()
    (images, labels), _ = keras.datasets.cifar10.load_data()
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    # %%
    model.fit(images, labels, epochs=50)
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.tensorflow import TensorFlow

    # %%
    session = sagemaker.Session()
    estimator = TensorFlow(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="2.16",
        py_version="py310",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        max_run=4 * 60 * 60,
        hyperparameters={"epochs": 50},
        sagemaker_session=session,
    )
    estimator.fit(f"s3://{session.default_bucket()}/images")
    ```

    ## Fix safety

    There is no fix: the cells have to become a script, or a function under `@remote`, and the data has to lie in S3.

    ## What it cannot see

    How long an epoch takes, how large the data is, what the kernel runs on (a laptop, a small instance), and notebooks
    that are themselves run as jobs. Libraries other than those named above.

    ## References

    - [Train a model with SageMaker](https://docs.aws.amazon.com/sagemaker/latest/dg/how-it-works-training.html)
    - [Run code as a job with @remote](https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-decorator.html)
    - [Optimizing MLOps for Sustainability: "Automate the ML environment"](https://aws.amazon.com/blogs/machine-learning/optimizing-mlops-for-sustainability/)
    """

    code: ClassVar[str] = "SG207"
    name: ClassVar[str] = "training-in-notebook"
    practices: ClassVar[tuple[str, ...]] = ("managed-training",)
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False

    def check_program(self, program: Program) -> Iterable[Finding]:
        """Report the first training of a notebook's own code."""
        if not _is_notebook(program) or not _uses_sagemaker(program):
            return
        if any(job.local.constant is not True for job in program.of_kind(*_JOBS)):
            return
        for call in program.trace.calls:
            if call.foreign or call.excluded or call.uncalled or any(map(_is_sent_away, call.frames)):
                continue
            what = _training(program, call)
            if what is not None:
                yield self.finding(
                    callee_of(call.cell, call.node),
                    f"The notebook's own kernel trains a neural network here ({what}), although the notebook uses "
                    "SageMaker: its instance has to be that large, and stays on before and after. How long this takes "
                    "cannot be seen. A training job runs for the training alone: move this into a script that an "
                    "estimator runs, or into a function under `@remote`",
                )
                return


def _is_notebook(program: Program) -> bool:
    """Whether the program is the cells of a notebook, or of a script that is worked on like one."""
    if program.module.document.kind == "notebook":
        return program.module.module.name is None
    return any(_CELL.search(cell.source) for cell in program.module.module.cells)


def _uses_sagemaker(program: Program) -> bool:
    """Whether the notebook does anything with SageMaker: a word of it in a text does not count."""
    if program.resources:
        return True
    for call in program.trace.calls:
        for callee in options(call.callee):
            if isinstance(callee, Symbol) and callee.path.startswith("sagemaker"):
                return True
            if isinstance(callee, Attribute) and any(
                (kind.service or "").startswith("sagemaker") for kind in program.types.of(callee.base)
            ):
                return True
    return False


def _is_sent_away(function: Function) -> bool:
    node = function.node
    for decorator in node.decorators if isinstance(node, cst.FunctionDef) else ():
        called = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        name = called.attr if isinstance(called, cst.Attribute) else called
        if isinstance(name, cst.Name) and name.value in _REMOTE:
            return True
    return False


# -- what trains ------------------------------------------------------------------------------------


def _training(program: Program, call: Call) -> str | None:
    """What a call trains with, where it does and more than a trial."""
    for callee in options(call.callee):
        if not isinstance(callee, Attribute):
            continue
        if callee.name == "backward" and _is_loop(program, call):
            return "a loop with `backward()` and an optimizer"
        if callee.name in {"fit", "fit_generator"} and _is_made_by(callee.base, _KERAS) and not _is_trial(call):
            return f"`{callee.name}` of Keras for {_epochs(call)} epochs"
        if callee.name in {"train", "fit"} and _is_made_by(callee.base, _TRAINERS):
            return f"`{callee.name}` of a trainer"
    return None


def _is_made_by(value: Value, pattern: re.Pattern[str]) -> bool:
    """Whether an object is of a library's class, or of a class of the program that is derived from one."""
    for option in options(value):
        if isinstance(option, Result):
            return any(
                isinstance(callee, Symbol) and bool(pattern.fullmatch(callee.path))
                for callee in options(option.call.callee)
            )
        if isinstance(option, Instance):
            return _derives(option.type, pattern)
    return False


def _derives(made: Class, pattern: re.Pattern[str]) -> bool:
    return any(isinstance(base, Symbol) and bool(pattern.fullmatch(base.path)) for base in made.bases)


def _is_loop(program: Program, call: Call) -> bool:
    """Whether ``backward`` is called for several epochs, beside an optimizer that is stepped."""
    if not call.loops or not _steps_optimizer(program):
        return False
    known = 1
    open_loops = 0
    for loop in call.loops:
        if isinstance(loop.iterable, Elements) and loop.iterable.complete:
            known *= len(loop.iterable.items)
        else:
            open_loops += 1
    if not open_loops:
        return known > _TRIAL_STEPS
    return open_loops > 1 or known > _TRIAL_EPOCHS


def _steps_optimizer(program: Program) -> bool:
    return any(
        isinstance(callee, Attribute) and callee.name == "step" and _is_made_by(callee.base, _OPTIMIZERS)
        for call in program.trace.calls
        for callee in options(call.callee)
    )


def _is_trial(call: Call) -> bool:
    """Whether a call of ``fit`` only tries the code, or cannot be told from one that does."""
    epochs = _epochs(call)
    if epochs is None or epochs <= _TRIAL_EPOCHS:
        return True
    for argument in call.arguments:
        if argument.keyword == "steps_per_epoch":
            steps = argument.value.value if isinstance(argument.value, Known) else None
            if isinstance(steps, int) and steps <= _TRIAL_STEPS:
                return True
    data = next((entry for entry in call.arguments if entry.keyword in {None, "x"} and not entry.star), None)
    return data is not None and (_is_small(data.value) or _is_head(data.node))


def _epochs(call: Call) -> int | None:
    for index, argument in enumerate(call.arguments):
        if argument.keyword == "epochs" or (index == _EPOCHS and argument.keyword is None and not argument.star):
            value = argument.value.value if isinstance(argument.value, Known) else None
            return value if isinstance(value, int) else None
    return None


def _is_small(value: Value) -> bool:
    """Whether random numbers, a toy data set or a table that pandas reads is in the data."""
    for option in options(value):
        for part in walk(option):
            if isinstance(part, Result):
                for callee in options(part.call.callee):
                    if isinstance(callee, Symbol) and _SMALL.match(callee.path):
                        return True
    return False


def _is_head(node: cst.CSTNode) -> bool:
    """``images[:100]``: the first rows."""
    value = node.value if isinstance(node, cst.Arg) else None
    if not isinstance(value, cst.Subscript):
        return False
    first = value.slice[0].slice
    upper = first.upper if isinstance(first, cst.Slice) else None
    return isinstance(upper, cst.Integer) and upper.evaluated_value <= _TRIAL_ROWS

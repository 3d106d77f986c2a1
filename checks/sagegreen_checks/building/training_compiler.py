"""SG205: SageMaker Training Compiler, which gets no more releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.sagemaker.places import Place, callee_of
from sagegreen.semantics.values import Joined, Known, Mapped, Result, Value, options, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Origin

#: What images of Training Compiler are called: ``huggingface-pytorch-trcomp-training``, ``pytorch-trcomp-training``.
_IMAGE = "-trcomp-training"
#: What ``TrainingCompilerConfig`` adds to a job's hyperparameters (sagemaker/training_compiler/config.py of the SDK).
_SWITCH = "sagemaker_training_compiler_enabled"


class TrainingCompiler(Check):
    """A training job uses SageMaker Training Compiler, whose containers get no more updates.

    ## What it does

    Reports training jobs that switch Training Compiler on: `compiler_config=TrainingCompilerConfig(...)` of version 2
    of the SDK, an image with `-trcomp-training` in its name, or the hyperparameter
    `sagemaker_training_compiler_enabled`. `TrainingCompilerConfig(enabled=False)` is left alone.

    It does not say which other jobs the compiler would fit, although the guidance recommends it.

    ## Why it wastes

    This rule departs from the guidance. All of its documents recommend Training Compiler for up to 50 % shorter
    training (a figure of time, not of energy). Since then AWS has announced that there will be no new releases, and
    that the existing containers get no more patches. The last images hold PyTorch 1.13.1, Hugging Face Transformers
    4.21.1 and TensorFlow 2.11; version 3 of the SDK has no such setting any more. A job that stays on it is bound to
    those versions and to older GPU instances (p3, p3dn, g4dn, p4d, g5), and cannot use the faster kernels, the
    compilation of `torch.compile` and the newer, more efficient instances that came later.

    ## Example

    ```python
    from sagemaker.huggingface import HuggingFace, TrainingCompilerConfig

    estimator = HuggingFace(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        transformers_version="4.21.1",
        pytorch_version="1.11.0",
        py_version="py38",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
        compiler_config=TrainingCompilerConfig(),
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Use instead

    ```python
    from sagemaker.huggingface import HuggingFace

    estimator = HuggingFace(
        entry_point="train.py",  # calls torch.compile(model)
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        transformers_version="4.49.0",
        pytorch_version="2.5.1",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g6.2xlarge",
    )
    estimator.fit("s3://amzn-s3-demo-bucket/train")
    ```

    ## Fix safety

    There is no fix: without the compiler the job runs in another container, with more memory per batch and other
    timings; batch size and learning rate must be found again, and a newer framework may need changes in the script.

    ## What it cannot see

    Whether the job is faster with the compiler than with a current framework: measure before changing.

    ## References

    - [SageMaker Training Compiler](https://docs.aws.amazon.com/sagemaker/latest/dg/training-compiler.html)
    - [What version 3 of the SDK removed](https://github.com/aws/sagemaker-python-sdk/blob/master/migration.md)
    - [torch.compile](https://docs.pytorch.org/docs/stable/generated/torch.compile.html)
    """

    code: ClassVar[str] = "SG205"
    name: ClassVar[str] = "training-compiler"
    practices: ClassVar[tuple[str, ...]] = ("training-compiler",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = False

    def check_training_job(self, job: Resource) -> Iterable[Finding]:
        """Report a job once, at what switches the compiler on."""
        found = _configuration(job) or _image(job) or _hyperparameter(job)
        if found is None:
            return
        place, what = found
        if not job.program.owns(place.parsed_cell):
            place = job.place
        yield self.finding(
            place,
            f"{what} SageMaker Training Compiler, which gets no more releases: its containers are not patched any more "
            "and bind the job to old framework versions and GPU instances. Although the guidance recommends it, train "
            "in a current framework container instead (`torch.compile`, XLA)",
        )


def _configuration(job: Resource) -> tuple[Place, str] | None:
    """The object that configures the compiler, unless it switches it off."""
    value = job.setting("compiler").value
    for option in options(value) if value is not None else ():
        if not isinstance(option, Result):
            continue
        made = job.program.reader.constructed(option.call)
        if made is None:
            continue
        enabled = job.program.reader.find(made, ("enabled",)).value
        if not (isinstance(enabled, Known) and enabled.value is False):
            return callee_of(option.call.cell, option.call.node), "`compiler_config` switches on"
    return None


def _image(job: Resource) -> tuple[Place, str] | None:
    """The image, where its name says that the compiler is in it."""
    value = job.setting("image").value
    for option in options(value) if value is not None else ():
        if isinstance(option, Known | Joined) and any(map(_names_image, walk(option))):
            place = _place(option.origin) or job.setting("image").argument_value
            return (place or job.place, "The image brings")
    return None


def _names_image(part: Value) -> bool:
    return isinstance(part, Known) and isinstance(part.value, str) and _IMAGE in part.value


def _hyperparameter(job: Resource) -> tuple[Place, str] | None:
    value = job.setting("hyperparameters").value
    for option in options(value) if value is not None else ():
        entry = option.entries.get(_SWITCH) if isinstance(option, Mapped) else None
        if entry is not None and isinstance(entry.value, Known) and str(entry.value.value).lower() == "true":
            return (_place(entry.value.origin) or job.place, f"The hyperparameter `{_SWITCH}` switches on")
    return None


def _place(origin: Origin | None) -> Place | None:
    return Place(origin.cell, origin.node) if origin is not None else None

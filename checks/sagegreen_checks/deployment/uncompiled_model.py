"""SG414: a framework model that is served as it was trained, where a compiler for it exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.instances import instance
from sagegreen.sagemaker.modes import SERVERLESS
from sagegreen.sagemaker.savings import saving
from sagegreen.sagemaker.serving import served_by
from sagegreen.semantics.values import Known
from sagegreen_checks.deployment.compilation_targets import FAMILIES, VERSIONS
from sagegreen_checks.deployment.deployment_stages import is_kept, speaks_of, trial_word
from sagegreen_checks.training.containers import container_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Scalar

#: What compiles a model, or serves a compiled one.
_COMPILED = re.compile(
    rb"compile_model|\.compile\(|create_compilation_job|CompilationJob|use_compiled_model|\.optimize\("
    rb"|create_optimization_job|OptimizationJob|neuron|tensorrt|onnx|openvino|torchscript|torch\.jit|TF_TRT|quantiz",
    re.IGNORECASE,
)
_BUILDERS = (
    "sagemaker.serve.model_builder.ModelBuilder",
    "sagemaker.serve.builder.model_builder.ModelBuilder",
)
#: Identifiers of the text generation models of JumpStart.
_LANGUAGE_MODEL = re.compile(r"(?:meta-(?:textgeneration|llama)|huggingface-(?:llm|textgeneration))[\w-]*")
_DEEPEST = 8


class UncompiledModel(Check):
    """A model is served as it was trained, although SageMaker could compile or optimise it for its instances.

    ## What it does

    Reports endpoints that stay (nothing in the project deletes them, nothing calls them a trial) and where a way to
    make the model faster exists:

    - a PyTorch, TensorFlow or MXNet container of a version that SageMaker Neo supports, on an instance family that it
      compiles for, with no compilation in the project;
    - a text generation model of JumpStart in a `ModelBuilder`, on GPU instances, with no optimisation job
      (`ModelBuilder.optimize`).

    Silent for every newer framework version, since Neo's images stop at PyTorch 2.0, TensorFlow 2.9 and MXNet 1.8; for
    Hugging Face containers; where the project speaks of a compiler or of quantisation; for serverless endpoints.

    ## Why it wastes

    A compiled model needs fewer operations for the same answer, and so fewer or smaller instances for the same load.
    The guidance says up to 25 times faster for Neo, a figure about **time**. It recommends Neo without a word on
    versions; new models want another way: an optimisation job for language models, `torch.compile`, or Inferentia.

    ## Example

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.13",
        py_version="py39",
    )
    model.deploy(initial_instance_count=1, instance_type="ml.c5.xlarge", endpoint_name="defects")
    ```

    ## Use instead

    ```python
    from sagemaker.pytorch import PyTorchModel

    model = PyTorchModel(
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        entry_point="inference.py",
        framework_version="1.13",
        py_version="py39",
    )
    compiled = model.compile(
        target_instance_family="ml_c5",
        input_shape={"input0": [1, 3, 224, 224]},
        output_path="s3://my-bucket/compiled",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        job_name="defects-c5",
        framework="pytorch",
        framework_version="1.13",
    )
    compiled.deploy(initial_instance_count=1, instance_type="ml.c5.xlarge", endpoint_name="defects")
    ```

    ## Fix safety

    There is no fix: compilation needs the shape of the input, not every model can be compiled, and its answers may
    differ in the last digits.

    ## What it cannot see

    What the inference script does with the model beyond the words above; whether its operators are supported.

    `sagemaker.modules`, the preview of version 3, only trains: nothing is deployed with it.

    ## References

    - [Compile and deploy models with Neo](https://docs.aws.amazon.com/sagemaker/latest/dg/neo.html)
    - [Optimize model inference](https://docs.aws.amazon.com/sagemaker/latest/dg/model-optimize.html)
    - [Guidance for Optimizing Deep Learning Workloads for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-deep-learning-workloads-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG414"
    name: ClassVar[str] = "uncompiled-model"
    practices: ClassVar[tuple[str, ...]] = ("model-compilation", "model-compression")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for job in program.of_kind("other_job"):
            if (
                job.class_name in {"create_compilation_job", "compile_model", "compile"}
                or "CompilationJob" in job.target
            ):
                yield self.followed(job.place, "the model is compiled", "model-compilation")
            elif job.class_name in {"create_optimization_job", "optimize"} or "OptimizationJob" in job.target:
                yield self.followed(
                    job.place, "an optimisation job compiles or quantises the model", "model-compression"
                )

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report a model that could be compiled for its instances."""
        mode = endpoint.setting("mode")
        if (
            not is_kept(endpoint)
            or mode.is_unknown
            or mode.possibly(_is_serverless)
            or trial_word(endpoint) is not None
        ):
            return
        kind = endpoint.instance_type.constant
        if not isinstance(kind, str):
            return
        framework = _compilable(endpoint, kind)
        model = _language_model(endpoint, kind) if framework is None else None
        if (framework is None and model is None) or speaks_of(endpoint.program, _COMPILED):
            return
        if framework is not None:
            family = kind.split(".")[1]
            yield self.finding(
                endpoint.place,
                f"This {framework} model is served as it was trained; SageMaker Neo supports its version and compiles "
                f"for "
                f"`ml_{family}`, and nothing in the project compiles it. A compiled model answers with less work, on "
                f"fewer "
                "or smaller instances; not every model can be compiled.",
                Fix.advice(f"Compile the model for `ml_{family}` with SageMaker Neo, and deploy what it returns"),
                saving=saving("model-compilation").text,
                practices=("model-compilation",),
            )
        else:
            yield self.finding(
                endpoint.place,
                f"`{model}` is served on `{kind}` without an optimisation job: quantisation, compilation or "
                f"speculative "
                "decoding answer with less work on the same GPUs. Check that the model is on the list of those "
                "supported.",
                Fix.advice("Optimise the model with `ModelBuilder.optimize(...)`, and deploy what it returns"),
            )


def _is_serverless(mode: Scalar) -> bool:
    return mode == SERVERLESS


def _compilable(endpoint: Resource, kind: str) -> str | None:
    """The framework, where Neo supports its version and the instance family."""
    container = container_of(endpoint)
    if container is None or container.hugging_face or kind.split(".")[1] not in FAMILIES or not container.versions:
        return None
    supported = VERSIONS.get(container.framework, frozenset())
    names = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "mxnet": "MXNet"}
    return names[container.framework] if all(version[:2] in supported for version in container.versions) else None


def _language_model(endpoint: Resource, kind: str) -> str | None:
    """The identifier of a model that a builder deploys on an instance type of optimisation jobs."""
    found = instance(kind)
    containers = served_by(endpoint)
    if found is None or "optimization" not in found.apis or len(containers) != 1 or not containers[0].is_a(*_BUILDERS):
        return None
    model = containers[0].bound.arguments.get("model")
    value = endpoint.program.reader.constant(model.value, _DEEPEST) if model is not None else None
    name = value.value if isinstance(value, Known) else None
    return name if isinstance(name, str) and _LANGUAGE_MODEL.fullmatch(name) else None

"""SG423: a model deployed straight from training, past the Model Registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.calls import bind_keywords
from sagegreen.sagemaker.serving import served_by
from sagegreen.semantics.values import Attribute, Result, options, same, walk
from sagegreen_checks.deployment.deployment_stages import is_kept, production_word, speaks_of, trial_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

#: What registers models, or takes them from the registry.
_REGISTRY = re.compile(
    rb"create_model_package|ModelPackage|RegisterModel\b|model_package_group|model_package_arn|register_model\b"
)
_TRAINED = frozenset({"training_job", "tuning_job"})
_DEEPEST = 8


class UnregisteredDeployment(Check):
    """A model goes from training into service past the Model Registry.

    ## What it does

    Reports endpoints that serve what the same program has just trained or tuned (`estimator.deploy(...)`, a model made
    of the estimator, or of its artefacts), that nothing in the project deletes, and where the registry would be
    expected: another part of the project registers models or deploys registered ones, or the endpoint's name, its file
    or folder says production.

    Silent where the program itself registers that model; for what is named as a trial; in local mode.

    ## Why it wastes

    Nobody can see later which data and job the model came from, how good it was, and whether a model that would have
    served as well was there already: so it is trained again, and versions that nobody uses stay in service. The
    guidance recommends the Model Registry, from which versions are approved, deployed and reused (no published figure).

    ## Example

    ```python
    from sagemaker.xgboost import XGBoost

    estimator = XGBoost(
        entry_point="train.py",
        framework_version="1.7-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    estimator.deploy(initial_instance_count=2, instance_type="ml.m5.large", endpoint_name="churn-production")
    ```

    ## Use instead

    ```python
    from sagemaker.xgboost import XGBoost

    estimator = XGBoost(
        entry_point="train.py",
        framework_version="1.7-1",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        instance_count=1,
        instance_type="ml.m5.xlarge",
    )
    estimator.fit("s3://my-bucket/train")
    package = estimator.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.large"],
        model_package_group_name="churn",
        approval_status="Approved",
    )
    package.deploy(initial_instance_count=2, instance_type="ml.m5.large", endpoint_name="churn-production")
    ```

    ## Fix safety

    There is no fix: the group of the model, its approval and the content types are yours to choose.

    ## What it cannot see

    Registration outside the project, or in another registry (MLflow).

    `sagemaker.modules`, the preview of version 3, only trains: what it has trained is reported where it is
    deployed.

    ## References

    - [Register and deploy models with Model Registry](https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG423"
    name: ClassVar[str] = "unregistered-deployment"
    practices: ClassVar[tuple[str, ...]] = ("model-registry", "automated-deployment")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for model in program.of_kind("model_registration"):
            yield self.followed(model.place, "the model is registered", "model-registry")
        for pipeline in program.of_kind("pipeline") if program.of_kind("model_registration") else ():
            yield self.followed(pipeline.place, "a pipeline that registers its model", "automated-deployment")

    def check_endpoint(self, endpoint: Resource) -> Iterator[Finding]:
        """Report an endpoint of a model that was just trained."""
        program = endpoint.program
        if not is_kept(endpoint) or trial_word(endpoint) is not None or program.of_kind("model_registration"):
            return
        job = _trained_by(endpoint)
        if job is None:
            return
        production = production_word(endpoint)
        if production is None and not speaks_of(program, _REGISTRY):
            return
        reason = (
            f"this endpoint is named `{production}`"
            if production is not None
            else "other code of the project uses the Model Registry"
        )
        message = (
            f"What `{_called(job)}` has trained goes straight into service, past the Model Registry, although "
            f"{reason}: no version there records which job and data the model came from, and nobody finds it there to "
            "use it again. Register it, and deploy the approved version."
        )
        advice = Fix.advice("Register the model in a model package group, and deploy the package")
        yield self.finding(endpoint.place, message, advice)


def _called(job: Resource) -> str:
    """How the code calls a job: its class, or the request."""
    return f"{job.target.split('.')[-2]}.create" if job.api == "v3core" else job.class_name


def _trained_by(endpoint: Resource) -> Resource | None:
    """The job of the same program that made the model; ``None`` where the model comes from elsewhere."""
    jobs = {id(call): job for job in endpoint.program.of_kind(*_TRAINED) if job.starts for call in job.calls}
    for source in endpoint.sources:
        if source.kind in _TRAINED and source.starts:
            return source
    values = [
        callee.base for call in endpoint.calls for callee in options(call.callee) if isinstance(callee, Attribute)
    ]
    for container in served_by(endpoint):
        values += [argument.value for argument in container.bound.arguments.values()]
    parts = [part for value in values for part in walk(value) if isinstance(part, Result)]
    for part in parts:
        job = jobs.get(id(part.call)) or next((job for job in jobs.values() if _describes(part, job)), None)
        if job is not None:
            return job
    return None


def _describes(answer: Result, job: Resource) -> bool:
    """Whether an answer is the one to a request that describes a job by its name."""
    name = job.setting("job_name").value
    if name is None or not any(
        isinstance(callee, Attribute) and callee.name == "describe_training_job"
        for callee in options(answer.call.callee)
    ):
        return False
    given = bind_keywords(answer.call).arguments.get("TrainingJobName")
    constant = job.program.reader.constant
    return given is not None and same(constant(given.value, _DEEPEST), constant(name, _DEEPEST))

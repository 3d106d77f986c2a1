"""SG102: data and images that cross Regions to reach the job that needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen_checks.data.located import SHARED, Located, located, located_besides
from sagegreen_checks.data.work_regions import work_regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program

_KINDS = (
    "training_job",
    "tuning_job",
    "processing_job",
    "transform_job",
    "endpoint",
    "inference_component",
    "pipeline_step",
    "monitoring_schedule",
    "other_job",
)


class CrossRegionData(Check):
    """A job or endpoint works in one Region; its data or its image lies in another.

    ## What it does

    Reports, within one program, the literal that disagrees: an S3 URI or bucket whose name carries a Region
    (`sagemaker-us-west-2-111122223333`, `jumpstart-cache-prod-us-east-1`, `https://b.s3.eu-west-1.amazonaws.com/`), a
    bucket created with a `LocationConstraint`, an image of ECR (its URI, or `image_uris.retrieve(region=...)`), where
    the session or client that runs the job is given another Region by a literal as well. Without such a Region it
    reports an image and a bucket of one job that disagree with each other: one of them is in the wrong place.

    Only literals that certainly hold count, and only what SageMaker itself fetches or writes: arguments, environment
    and hyperparameters of a container, and tags, are not judged. Neither is a program that works in several Regions on
    purpose, nor are buckets whose names tell no Region, or that of an original (`-from-`, `-replica-`), and data that
    the program merely reads or copies itself.

    ## Why it wastes

    Bytes that cross Regions are carried over the backbone in every run, are charged as inter-Region transfer, and make
    accelerators wait while they are on their way. Some such jobs do not even start: SageMaker refuses images, and for
    training data, of another Region. AWS recommends to process data where it lies in the Guidance for Optimizing MLOps
    for Sustainability; no figure is published.

    ## Example

    ```python
    import boto3
    import sagemaker
    from sagemaker.xgboost.estimator import XGBoost

    session = sagemaker.Session(boto_session=boto3.Session(region_name="eu-west-1"))
    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.7-1",
        instance_count=1,
        instance_type="ml.m6i.xlarge",
        sagemaker_session=session,
    )
    estimator.fit("s3://sagemaker-us-east-1-111122223333/churn/train")
    ```

    ## Use instead

    ```python
    import boto3
    import sagemaker
    from sagemaker.xgboost.estimator import XGBoost

    session = sagemaker.Session(boto_session=boto3.Session(region_name="eu-west-1"))
    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.7-1",
        instance_count=1,
        instance_type="ml.m6i.xlarge",
        sagemaker_session=session,
    )
    estimator.fit(f"s3://{session.default_bucket()}/churn/train")
    ```

    ## Fix safety

    Only shown, never applied: whether the data or the job should move depends on where the data may lie and who else
    reads it.

    ## What it cannot see

    Where a bucket lies whose name does not tell, replicas in the job's Region, Regions from the environment or the AWS
    configuration, and buckets that carry the name of a Region in which they do not lie.

    ## References

    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    - [CreateTrainingJob: S3DataSource](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html)
    - [Amazon EC2 data transfer between Regions](https://aws.amazon.com/ec2/pricing/on-demand/)
    """

    code: ClassVar[str] = "SG102"
    name: ClassVar[str] = "cross-region-data"
    practices: ClassVar[tuple[str, ...]] = ("data-locality", "minimal-data-movement")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "modules", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell which data lies in the Region of the work."""
        home = _home(program)
        for resource in program.of_kind(*_KINDS) if home is not None else ():
            for found in located(resource):
                if found.region == home:
                    yield self.followed(found.place, f"{found.what} is in {home}, where the work is")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Compare what every job and endpoint is given with where it runs."""
        names = {entry.name for entry in program.once(work_regions)}
        home = _home(program)
        if names and home is None:
            return
        apart = [
            pair
            for resource in program.of_kind(*_KINDS)
            if resource.local.constant is not True
            for pair in _apart(list(located(resource)), home)
        ]
        if home is not None:
            apart += _apart(list(located_besides(program)), home)
        seen: set[tuple[object, ...]] = set()
        for found, other in apart:
            if found.place.key not in seen:
                seen.add(found.place.key)
                yield self._reported(found, other, home)

    def _reported(self, found: Located, other: str, home: str | None) -> Finding:
        where = f"this program runs SageMaker in `{home}`" if home is not None else other
        message = (
            f"{found.what[0].upper()}{found.what[1:]} is in `{found.region}`, but {where}: what is read or written "
            f"crosses Regions in every run, if the job starts at all (transfer, time and cost; no published figure). "
            f"Replicas could not be seen"
        )
        if found.bucket is not None and found.bucket.startswith(SHARED) and home is not None:
            near = found.bucket.replace(found.region, home)
            return self.finding(found.place, message, Fix.advice(f"Read the same data from `{near}`"))
        wanted = f"in `{home}`" if home is not None else "in the Region of the job"
        return self.finding(
            found.place,
            message,
            Fix.advice(f"Keep the {found.kind} {wanted}, or run the job in `{found.region}`"),
        )


def _home(program: Program) -> str | None:
    found = {entry.name: entry.certain for entry in program.once(work_regions)}
    return next(iter(found)) if len(found) == 1 and all(found.values()) else None


def _apart(found: Sequence[Located], home: str | None) -> Iterator[tuple[Located, str]]:
    """What lies elsewhere than the work; without a known Region, the data that lie elsewhere than the image."""
    if home is not None:
        yield from ((entry, "") for entry in found if entry.region != home)
        return
    images = {entry.region for entry in found if entry.kind == "image"}
    if len(images) == 1:
        image = next(iter(images))
        for entry in found:
            if entry.kind != "image" and entry.region != image:
                yield entry, f"the image of the same job is in `{image}`"

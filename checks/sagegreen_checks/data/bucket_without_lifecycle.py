"""SG103: buckets whose objects stay where they are for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.storage import CARE, bucket_name, cared_for, lifecycle_calls, may_mean
from sagegreen.semantics.values import Known, options, same
from sagegreen_checks.data.bucket_lifecycle_code import TIERING_DAYS, UPLOAD_DAYS, bucket_code, lifecycle
from sagegreen_checks.data.stored_data import is_pretended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.values import Value

#: How the names of directory buckets end, which have one storage class.
_DIRECTORY = "--x-s3"


class BucketWithoutLifecycle(Check):
    """A bucket is created, and nothing in the project says what becomes of its objects.

    ## What it does

    Reports a call that creates an S3 bucket (`create_bucket` of a client or a resource, `Bucket(...).create()`) where
    nothing in the project gives that bucket a lifecycle configuration. A bucket that the project deletes again needs
    none, nor does a pretended one in a test. `Session.default_bucket()` is not reported: the SDK makes that bucket.

    One bucket that is created in two branches, with and without a `LocationConstraint`, is one finding.

    ## Why it wastes

    Without a lifecycle configuration every dataset, checkpoint and model artefact of every run stays in S3 Standard for
    ever, and so do the parts of uploads that never finished, which no listing shows. Storage is the smaller part of a
    workload's energy, but it grows with every run and never falls; no figure is published for what a lifecycle saves.
    AWS recommends lifecycle policies in the Guidance for Optimizing MLOps and for Deep Learning Workloads for
    Sustainability.

    ## Example

    ```python
    import boto3
    import sagemaker

    s3 = boto3.client("s3", region_name="eu-west-1")
    s3.create_bucket(
        Bucket="churn-training-data",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    sagemaker.Session().upload_data("train.csv", bucket="churn-training-data", key_prefix="train")
    ```

    ## Use instead

    ```python
    import boto3
    import sagemaker

    s3 = boto3.client("s3", region_name="eu-west-1")
    s3.create_bucket(
        Bucket="churn-training-data",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket="churn-training-data",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "intermediate-results",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "intermediate/"},
                    "Expiration": {"Days": 90},
                },
                {
                    "ID": "everything-else",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Transitions": [{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}],
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                },
            ]
        },
    )
    sagemaker.Session().upload_data("train.csv", bucket="churn-training-data", key_prefix="train")
    ```

    ## Fix safety

    Unsafe: the call replaces the whole configuration of a bucket that exists already, the program needs
    `s3:PutLifecycleConfiguration`, and transitions and Intelligent-Tiering have prices of their own. The fix deletes no
    object: it moves what is older than 30 days to Intelligent-Tiering, from where it is read as before, and clears away
    uploads that did not finish within 7 days. Both numbers are defaults to adapt. What may be deleted, and when, is
    yours to say: add an `Expiration` for what can be made again.

    ## What it cannot see

    A lifecycle set outside the Python of the project: in the console, by Terraform, CDK or CloudFormation. Declare it
    with `assume = ["bucket-lifecycle"]`. A lifecycle, or a deletion, of a bucket whose name cannot be followed counts
    for all.

    The default bucket, which sessions of the SDK create by themselves.

    ## References

    - [Managing the lifecycle of objects](https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html)
    - [PutBucketLifecycleConfiguration](https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html)
    - [Deleting incomplete multipart uploads](https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG103"
    name: ClassVar[str] = "bucket-without-lifecycle"
    practices: ClassVar[tuple[str, ...]] = ("data-lifecycle", "data-retention-periods")
    dialects: ClassVar[tuple[str, ...]] = ("boto3",)
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    assumable: ClassVar[tuple[str, ...]] = ("bucket-lifecycle",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where a bucket is given a lifecycle."""
        for call in lifecycle_calls(program):
            yield self.followed(callee_of(call.cell, call.node), "the bucket has a lifecycle")

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report each bucket that is created and left alone."""
        created = [
            bucket
            for bucket in program.of_kind("bucket")
            if not bucket.call.excluded and not _is_directory(bucket_name(bucket))
        ]
        if not created or is_pretended(program):
            return
        own = list(cared_for(program))
        left = [group for group in _grouped(created) if not any(_may_mean(name, group) for name in own)]
        if not left:
            return
        beside, elsewhere = _cared_for_elsewhere(program)
        for group in left:
            if not any(_may_mean(name, group) for name in beside) and not any(
                _means(name, group) for name in elsewhere
            ):
                yield self._left_alone(program, group)

    def _left_alone(self, program: Program, group: Sequence[Resource]) -> Finding:
        first = group[0]
        constant = first.setting("name").constant
        shown = constant if isinstance(constant, str) else bucket_code(first)
        named = f" `{shown}`" if shown is not None else ""
        message = (
            f"Nothing in this project gives the bucket{named} a lifecycle configuration: whatever is written to it "
            f"stays in S3 Standard for ever, and so do unfinished uploads (storage, growing with every run; no "
            f"published figure). What Terraform, CDK or the console do could not be seen. Add "
            f"`put_bucket_lifecycle_configuration`"
        )
        title = (
            f"Move objects to Intelligent-Tiering after {TIERING_DAYS} days and clear unfinished uploads away after "
            f"{UPLOAD_DAYS} days, defaults to adapt; nothing else is deleted"
        )
        return self.finding(
            first.place,
            message,
            Fix.unsafe(title, lifecycle(program, group)),
            Fix.advice("Let what can be made again expire after as many days as you need it"),
        )


def _is_directory(name: Value | None) -> bool:
    return isinstance(name, Known) and str(name.value).endswith(_DIRECTORY)


def _cared_for_elsewhere(program: Program) -> tuple[list[Value | None], list[Value | None]]:
    """The buckets that the files of the same folder look after, and those that the others do."""
    folder = program.module.document.path.absolute().parent
    beside: list[Value | None] = []
    elsewhere: list[Value | None] = []
    for other in program.project.programs(CARE):
        near = other.module.document.path.absolute().parent == folder
        (beside if near else elsewhere).extend(cared_for(other))
    return beside, elsewhere


def _grouped(created: Sequence[Resource]) -> list[list[Resource]]:
    """The creations of one bucket together: the branches with and without a Region."""
    groups: list[list[Resource]] = []
    for bucket in created:
        group = next((group for group in groups if _same_bucket(group[0], bucket)), None)
        if group is None:
            groups.append([bucket])
        else:
            group.append(bucket)
    return groups


def _same_bucket(one: Resource, other: Resource) -> bool:
    name, other_name = bucket_name(one), bucket_name(other)
    if name is not None and other_name is not None and same(name, other_name):
        return True
    code = bucket_code(one)
    frames, other_frames = one.call.frames, other.call.frames
    together = (frames[-1].node if frames else None) is (other_frames[-1].node if other_frames else None)
    return code is not None and together and code == bucket_code(other)


def _means(name: Value | None, group: Sequence[Resource]) -> bool:
    """Whether a name of another folder's file is this bucket's, or nothing is known of it."""
    if name is None or not all(isinstance(option, Known) for option in options(name)):
        return True
    owns = [own for own in map(bucket_name, group) if own is not None]
    return any(same(one, other) for own in owns for one in options(name) for other in options(own))


def _may_mean(name: Value | None, group: Sequence[Resource]) -> bool:
    return any(may_mean(name, bucket_name(bucket)) for bucket in group)

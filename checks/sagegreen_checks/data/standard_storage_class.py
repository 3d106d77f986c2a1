"""SG104: datasets in the storage class for what is read all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.collecting import settings_of
from sagegreen.sagemaker.forms import Form, Nested
from sagegreen.sagemaker.patching import write_settings
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.resources import Resource
from sagegreen.sagemaker.savings import saving
from sagegreen.sagemaker.storage import cared_for, may_mean, writes
from sagegreen.semantics.values import Known
from sagegreen_checks.data.stored_data import is_data, is_pretended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.sagemaker.program import Program
from sagegreen.sagemaker.storage import Write

TIERING = "INTELLIGENT_TIERING"
ONE_ZONE = "ONEZONE_IA"


class StandardStorageClass(Check):
    """Data is written to S3 without a storage class, so it stays in S3 Standard.

    ## What it does

    Reports a call that writes data to S3 without a storage class: `put_object`, `upload_file`, `upload_fileobj`,
    `copy`, `copy_object` and multipart uploads of boto3's clients, buckets and objects, and `upload_data` of a
    SageMaker session. Data is what its path says it is: the format of a dataset (`.csv`, `.parquet`, `.npy`, images
    ...), or the words of its prefix (`train/`, `raw/`).

    Silent for what jobs are made of (models, code, configurations, manifests), for small texts that the program makes
    itself, where the program gives the bucket a lifecycle or deletes it, and where the options cannot be followed.

    ## Why it wastes

    S3 Standard keeps every object in at least three Availability Zones, ready at any time. Most training data is read
    during some runs and then hardly ever. S3 Intelligent-Tiering moves what nobody reads to lower tiers, and One
    Zone-IA keeps data that can be made again in one zone only. AWS recommends both in the Guidance for Optimizing MLOps
    and for Deep Learning Workloads for Sustainability; it publishes no figure for
    the energy they save.

    ## Example

    ```python
    import boto3

    s3 = boto3.client("s3")
    s3.upload_file("train.csv", "churn-data", "churn/train/train.csv")
    ```

    ## Use instead

    ```python
    import boto3

    s3 = boto3.client("s3")
    s3.upload_file(
        "train.csv",
        "churn-data",
        "churn/train/train.csv",
        ExtraArgs={"StorageClass": "INTELLIGENT_TIERING"},
    )
    ```

    ## Fix safety

    Unsafe: prices change. Objects in Intelligent-Tiering are read as before, at a small fee for watching each object;
    those below 128 KB are never moved, so nothing is gained there. One Zone-IA is the alternative for what can be made
    again: it charges for reading and for at least 30 days and 128 KB, and data is lost with its zone.

    ## What it cannot see

    How large the objects are, how often they are read, and lifecycles that move them later (set in the console, by
    Terraform or another file). Paths without a known format or prefix are not judged, nor is the SDK's
    `S3Uploader`, which takes no storage class.

    Resources of version 3 and trainers of `sagemaker.modules` write nothing to S3 themselves; their sessions do.

    ## References

    - [Amazon S3 storage classes](https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html)
    - [How S3 Intelligent-Tiering works](https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG104"
    name: ClassVar[str] = "standard-storage-class"
    practices: ClassVar[tuple[str, ...]] = ("intelligent-tiering", "one-zone-storage", "archival-storage")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe",)
    default: ClassVar[bool] = False
    assumable: ClassVar[tuple[str, ...]] = ("bucket-lifecycle",)

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where data is written in a storage class of its own."""
        for write in writes(program):
            chosen = _upload(program, [write]).setting("storage_class").constant
            if chosen in {TIERING, ONE_ZONE, "STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}:
                practice = "one-zone-storage" if chosen == ONE_ZONE else "intelligent-tiering"
                practice = practice if chosen in {TIERING, ONE_ZONE} else "archival-storage"
                yield self.followed(write.place, f"the data is stored in {chosen}", practice)

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge every place that writes to S3, with all its executions."""
        if is_pretended(program):
            return
        by_place: dict[int, list[Write]] = {}
        for write in writes(program):
            by_place.setdefault(id(write.call.node), []).append(write)
        found = [group for group in by_place.values() if _is_standard(program, group) and _holds_data(group)]
        managed = list(cared_for(program)) if found else []
        for group in found:
            if not any(may_mean(name, write.bucket) for name in managed for write in group):
                yield self._stored(program, group)

    def _stored(self, program: Program, group: Sequence[Write]) -> Finding:
        write = group[0]
        option = write.storage_class[0]
        spelled = option if len(write.storage_class) == 1 else f'{option}={{"StorageClass": ...}}'
        message = (
            f"`{write.method}` writes data to S3 without `{spelled}`: it stays in S3 Standard, ready in several zones "
            f"though training data is rarely read between runs (storage). How large it is and how "
            f"often it is read could not be seen; below 128 KB nothing is gained"
        )
        upload = _upload(program, group)
        return self.finding(
            write.place,
            message,
            Fix.unsafe(
                "Store the data in S3 Intelligent-Tiering, which moves what nobody reads to lower tiers",
                write_settings(upload, {"storage_class": TIERING}),
            ),
            Fix.unsafe(
                "Store data that can be made again and is seldom read in One Zone-IA; it is lost with its zone",
                write_settings(upload, {"storage_class": ONE_ZONE}),
            ),
            saving=f"in One Zone-IA {saving('one-zone-storage').text}",
            practices=("intelligent-tiering", "one-zone-storage"),
        )


def _is_standard(program: Program, group: Sequence[Write]) -> bool:
    """Whether no execution of a call gives a storage class, or may give one."""
    upload = _upload(program, group)
    return upload.setting("storage_class").is_absent and not upload.is_open and upload.supports("storage_class")


def _holds_data(group: Sequence[Write]) -> bool:
    """Whether data is written, as far as its paths tell, and nothing else by the same call."""
    judged = {is_data(write) for write in group}
    return True in judged and False not in judged and not any(_is_directory(write) for write in group)


def _is_directory(write: Write) -> bool:
    """Whether the bucket is a directory bucket, which has one storage class."""
    return isinstance(write.bucket, Known) and str(write.bucket.value).endswith("--x-s3")


def _upload(program: Program, group: Sequence[Write]) -> Resource:
    """The call with its storage class as a setting, so that it can be read and written."""
    first = group[0]
    path = first.storage_class
    form = Form("bucket", "boto3", "", first.method, {"storage_class": path}, {path[0]: Nested()})
    bound = tuple(write.bound for write in group)
    place = callee_of(first.call.cell, first.call.node)
    settings = settings_of(program, form, bound)
    return Resource(form.kind, form.api, first.method, form, bound, place, None, settings, program)

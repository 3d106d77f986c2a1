"""SG111: second copies of datasets that lie in S3 for everybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.storage import Write, location, writes
from sagegreen.semantics.values import Attribute, Elements, Known, Mapped, Symbol, options, walk
from sagegreen_checks.data.open_data import dataset_at, dataset_of, in_bucket
from sagegreen_checks.data.stored_data import is_archive, is_data, is_pretended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.program import Program
    from sagegreen.semantics.trace import Call
    from sagegreen.semantics.values import Value
    from sagegreen_checks.data.open_data import PublicDataset

#: What takes a dataset from its source to the machine, by the last part of its name.
_DOWNLOADS = frozenset(
    {
        "urlretrieve",
        "urlopen",
        "get",
        "download",
        "download_url",
        "download_and_extract_archive",
        "get_file",
        "download_data",
        "download_file",
        "download_fileobj",
        "get_object",
        "read_csv",
        "read_json",
        "read_parquet",
        "read_table",
    }
)
_COPIES = frozenset({"copy", "copy_object", "copy_from"})
_SHELLS = ("os.system", "os.popen", "subprocess.")
_SHELL = re.compile(r"\b(?:wget|curl|aria2c|aws\s+s3\s+(?:cp|sync))\b")
_ADDRESS = re.compile(r"(?:https?|ftp|s3)://[^\s'\"\\>|;)]+")
_WORD = re.compile(r"[A-Za-z0-9_]{3,}")
#: Words that say nothing of what is in a file or folder.
_COMMON = frozenset(
    {"com", "net", "org", "www", "http", "https", "csv", "zip", "tar", "tgz", "amazonaws", "file", "dir"}
)


@dataclass(frozen=True, eq=False, slots=True)
class _Download:
    """A download of a public dataset.

    Attributes:
        dataset: which.
        words: those of its source and of where it is put.
        order: its place in the run; -1 where that is not known.
    """

    dataset: PublicDataset
    words: frozenset[str]
    order: int


class CopiedPublicDataset(Check):
    """A public dataset is copied to a bucket of one's own, though it lies in S3 for everybody.

    ## What it does

    Reports a write to S3 that makes a second copy of a dataset of the Registry of Open Data on AWS: a copy out of one
    of its public buckets, or the upload of what the same program has downloaded from there, from the dataset's own site
    (COCO, MNIST, CIFAR, IMDb reviews ...) or with torchvision or Keras.

    ## Why it wastes

    The data is moved twice and stored once more, for each team that does so. AWS recommends to use public datasets
    where they lie in the Guidance for Optimizing MLOps for Sustainability; no figure is published.

    ## Example

    ```python
    import boto3

    s3 = boto3.client("s3")
    s3.copy(
        {"Bucket": "noaa-ghcn-pds", "Key": "csv/by_year/2024.csv"},
        "my-weather-data",
        "train/2024.csv",
    )
    ```

    ## Use instead

    ```python
    from sagemaker.xgboost.estimator import XGBoost

    estimator = XGBoost(
        entry_point="train.py",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        framework_version="1.7-1",
        instance_count=1,
        instance_type="ml.m6i.xlarge",
    )
    estimator.fit("s3://noaa-ghcn-pds/csv/by_year/2024.csv")
    ```

    ## Fix safety

    Nothing is changed: formats and layouts may differ from what the program reads, a bucket in another Region than the
    job is no gain, and a frozen copy may be what makes results repeatable. Each dataset has a licence of its own.

    ## What it cannot see

    Whether the upload was changed on the way, subsets, and datasets that are known by other addresses. What the upload
    has to do with the download is told by their names.

    ## References

    - [Registry of Open Data on AWS](https://registry.opendata.aws/)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG111"
    name: ClassVar[str] = "copied-public-dataset"
    practices: ClassVar[tuple[str, ...]] = ("public-datasets", "minimal-storage")
    dialects: ClassVar[tuple[str, ...]] = ("v1", "v2", "v3", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("displayonly",)
    default: ClassVar[bool] = False

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Report each copy, and the first upload of each dataset that was downloaded."""
        written = [] if is_pretended(program) else [*writes(program), *_uploader(program)]
        written.sort(key=lambda write: write.call.order)
        downloads = list(_downloads(program)) if written else []
        seen: set[int] = set()
        reported: set[tuple[str, str]] = set()
        for write in written:
            if id(write.call.node) in seen:
                continue
            dataset = _copied(write)
            if dataset is None and (is_data(write) is not False or is_archive(write)):
                dataset = _uploaded(write, downloads)
                if dataset is not None and (dataset.bucket, dataset.name) in reported:
                    continue
            if dataset is not None and not _is_own(write, dataset):
                seen.add(id(write.call.node))
                reported.add((dataset.bucket, dataset.name))
                yield self._reported(write, dataset)

    def _reported(self, write: Write, dataset: PublicDataset) -> Finding:
        named = f"{dataset.name} is" if dataset.name else "This dataset is"
        message = (
            f"{named} public: it lies in `s3://{dataset.bucket}` ({dataset.region}, {dataset.entry}), and "
            f"`{write.method}` stores another copy (storage and transfer; no published figure). Whether it was changed "
            f"on the way could not be seen. Read it where it lies, if format and Region suit"
        )
        title = f"Read `s3://{dataset.bucket}` instead of a copy; see {dataset.entry}"
        return self.finding(write.place, message, Fix.advice(title))


# -- what is written --------------------------------------------------------------------------------


def _copied(write: Write) -> PublicDataset | None:
    """The dataset that a copy is made of."""
    if write.method not in _COPIES or write.content is None:
        return None
    for option in options(write.content):
        if isinstance(option, Mapped):
            bucket = option.entries.get("Bucket")
            name = _text(bucket.value) if bucket is not None else None
        else:
            text = _beginning(option)
            name = text.lstrip("/").partition("/")[0] if text is not None else None
        dataset = in_bucket(name) if name is not None else None
        if dataset is not None:
            return dataset
    return None


def _uploaded(write: Write, downloads: list[_Download]) -> PublicDataset | None:
    """The dataset that was downloaded before, and that the names of the upload point to."""
    if write.method in _COPIES:
        return None
    values = [value for value in (write.key, write.content) if value is not None]
    words = frozenset().union(*(_words(value) for value in values)) if values else frozenset()
    for download in downloads:
        if download.order < write.call.order and words & download.words:
            return download.dataset
    return None


def _uploader(program: Program) -> Iterator[Write]:
    """What the SDK's own uploader stores."""
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        for callee in options(call.callee):
            name = program.types.names.resolve(callee.path) if isinstance(callee, Symbol) else None
            bound = program.reader.constructed(call) if name is not None else None
            if name is not None and bound is not None and name.canonical.endswith(".S3Uploader.upload"):
                path, uri = bound.arguments.get("local_path"), bound.arguments.get("desired_s3_uri")
                if path is not None and uri is not None:
                    yield Write(bound, "upload", None, uri.value, path.value, ())


def _is_own(write: Write, dataset: PublicDataset) -> bool:
    return write.bucket is not None and _text(write.bucket) == dataset.bucket


# -- what is downloaded -----------------------------------------------------------------------------


def _downloads(program: Program) -> Iterator[_Download]:
    for call in program.trace.calls:
        if call.foreign or call.excluded:
            continue
        dataset = _taken(call)
        if dataset is not None:
            words = frozenset().union(*(_words(argument.value) for argument in call.arguments)) | _split(dataset.name)
            yield _Download(dataset, words, call.order)
        elif any(isinstance(callee, Symbol) and callee.path.startswith(_SHELLS) for callee in options(call.callee)):
            yield from _by_command(" ".join(_command(call)), call.order)
    for line in program.module.module.shell:
        yield from _by_command(line.command, -1)


def _command(call: Call) -> Iterator[str]:
    """The words of a command that a call hands to a shell."""
    for argument in call.arguments[:1]:
        items = argument.value.items if isinstance(argument.value, Elements) else (argument.value,)
        for item in items:
            text = _beginning(item)
            if text is not None:
                yield text


def _by_command(command: str, order: int) -> Iterator[_Download]:
    """What ``wget``, ``curl`` and ``aws s3 cp`` download."""
    addresses = _ADDRESS.findall(command) if _SHELL.search(command) else []
    dataset = dataset_at(addresses[0]) if addresses else None
    if dataset is not None:
        yield _Download(dataset, _split(command) | _split(dataset.name), order)


def _taken(call: Call) -> PublicDataset | None:
    """The public dataset that a call downloads."""
    for callee in options(call.callee):
        name = callee.path if isinstance(callee, Symbol) else callee.name if isinstance(callee, Attribute) else ""
        if isinstance(callee, Symbol) and (dataset := dataset_of(name)) is not None and _downloads_it(call):
            return dataset
        if name.rpartition(".")[2] not in _DOWNLOADS:
            continue
        if isinstance(callee, Attribute):
            bucket = _text(location(callee.base)[0])
            if bucket is not None and (dataset := in_bucket(bucket)) is not None:
                return dataset
        for argument in call.arguments:
            for option in options(argument.value):
                text = _beginning(option)
                dataset = dataset_at(text) if text is not None else None
                if dataset is None and text is not None and (argument.keyword == "Bucket" or argument.keyword is None):
                    dataset = in_bucket(text) if name.startswith(("download_file", "get_object")) else None
                if dataset is not None:
                    return dataset
    return None


def _downloads_it(call: Call) -> bool:
    """Whether data is fetched: torchvision does only where it is told to, Keras always does."""
    if any(isinstance(callee, Symbol) and "keras" in callee.path for callee in options(call.callee)):
        return True
    return any(
        argument.keyword == "download" and isinstance(argument.value, Known) and argument.value.value is True
        for argument in call.arguments
    )


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _beginning(value: Value) -> str | None:
    """The text that a value certainly begins with."""
    parts = getattr(value, "parts", None)
    return _text(parts[0]) if isinstance(parts, tuple) and parts else _text(value)


def _words(value: Value) -> frozenset[str]:
    texts = (part.value for part in walk(value) if isinstance(part, Known))
    return frozenset().union(*(_split(text) for text in texts if isinstance(text, str)))


def _split(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text)) - _COMMON

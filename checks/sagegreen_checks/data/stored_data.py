"""Which of the things that are written to S3 are data: raw, or recreatable, and not what a job is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sagegreen.semantics.values import Joined, Known, Mapped, Result, Symbol, options, walk

if TYPE_CHECKING:
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.storage import Write
    from sagegreen.semantics.values import Value

#: File formats of datasets.
_DATA_FILE = re.compile(
    r"(?<!tar)\.(?:csv|tsv|parquet|jsonl|jsonlines|ndjson|npy|npz|rec|recordio|tfrecords?|libsvm|svm|avro|orc|feather"
    r"|arrow|data|pbr|jpe?g|png|tiff?|wav|mp3|flac|mp4|fastq)(?:\.(?:gz|bz2|zst|snappy|zip))?$",
    re.IGNORECASE,
)
#: Files that describe, configure or measure, and those that are code or models.
_OTHER_FILE = re.compile(
    r"\.(?:py|sh|ipynb|whl|jar|pkl|pickle|joblib|pth?|bin|onnx|pb|h5|keras|safetensors|mar|bst|ya?ml|toml|html?|template"
    r"|manifest|flow|md|log|zip|tgz|sql|cfg|ini|json)$|\.tar(?:\.\w+)?$|requirements[\w-]*\.txt$",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"\.(?:zip|tgz|tar(?:\.\w+)?)$", re.IGNORECASE)
_OTHER_WORD = re.compile(
    r"config|manifest|metric|statistic|constraint|report|evaluation|label|predict|payload|sample|example|dummy|model|code|source|script"
    r"|lambda|artifact|artefact|checkpoint|output|result|log|template|token|weight|stud(?:y|io)|tmp|temp",
    re.IGNORECASE,
)
_DATA_WORD = re.compile(
    r"(?<![a-z])(?:train(?:ing)?|valid(?:ation)?|test(?:ing)?|eval|data(?:sets?)?|raw|images?|features?|corpus|records?)"
    r"(?![a-z])",
    re.IGNORECASE,
)
#: Texts that programs make on the spot: configurations and requests, mostly.
_DUMPS = frozenset({"json.dumps", "yaml.dump", "yaml.safe_dump", "simplejson.dumps", "ujson.dumps"})


#: Services that exist in a test's imagination only.
_PRETENDED = re.compile(
    r"\bmoto\b|\bmock_(?:s3|aws)\b|\bunittest\.mock\b|\bimport mock\b|\b(?:Magic)?Mock\(|\bmocker\b|\blocalstack\b"
    r"|\bStubber\b|\bminio\b|@pytest\.|\bendpoint_url\s*=\s*f?[\"']https?://(?:localhost|127\.|0\.0\.0\.0|host\.docker)",
    re.IGNORECASE,
)


#: One of these is in whatever the expression matches.
_PRETENDING = ("mock", "moto", "localstack", "stubber", "minio", "@pytest.", "endpoint_url")


def is_pretended(program: Program) -> bool:
    """Whether a program talks to stand-ins of AWS: in a unit test, or on the author's machine."""
    return program.once(_pretends)


def _pretends(program: Program) -> bool:
    # The words are looked for first: the expression takes a hundred times longer, and most programs have none of them.
    texts = [cell.cell.source for cell in program.module.cells]
    return any(word in text.casefold() for text in texts for word in _PRETENDING) and any(map(_PRETENDED.search, texts))


def is_data(write: Write) -> bool | None:
    """Whether data is written; ``None`` where nothing tells.

    Formats of datasets tell, and the words of a path where there is no format: ``train/``, ``raw/``. Small texts that
    the program itself makes (a constant, ``json.dumps``) are none.
    """
    if write.content is None and write.method not in {"create_multipart_upload", "initiate_multipart_upload"}:
        return False
    if write.content is not None and _is_made_here(write.content):
        return False
    ends = [end for value in (write.key, write.content) if value is not None for end in _ends(value)]
    named = [end for end in ends if _DATA_FILE.search(end) or _OTHER_FILE.search(end)]
    if any(_OTHER_FILE.search(end) for end in named):
        return False
    texts = [text for value in (write.key, write.content) if value is not None for text in _texts(value)]
    if named:
        return not any(_OTHER_WORD.search(end.rpartition("/")[2]) for end in named)
    if any(_OTHER_WORD.search(text) for text in texts):
        return False
    return True if any(_DATA_WORD.search(text) for text in texts) else None


def is_archive(write: Write) -> bool:
    """Whether an archive is written whose name says nothing of models or code."""
    ends = [end for value in (write.key, write.content) if value is not None for end in _ends(value)]
    archives = [end.rpartition("/")[2] for end in ends if _ARCHIVE.search(end)]
    return bool(archives) and not any(_OTHER_WORD.search(name) for name in archives)


def _is_made_here(content: Value) -> bool:
    for option in options(content):
        if isinstance(option, Known) and isinstance(option.value, bytes):
            return True
        for part in walk(option):
            if isinstance(part, Result) and any(
                isinstance(callee, Symbol) and callee.path in _DUMPS for callee in options(part.call.callee)
            ):
                return True
    return False


def _ends(value: Value) -> list[str]:
    """The texts with which a path may end."""
    return [text.strip() for text in _texts(value) if "." in text]


def _texts(value: Value) -> list[str]:
    """The known texts that a path is made of."""
    found: list[str] = []
    for option in options(value):
        if isinstance(option, Mapped):  # the source of a copy
            entry = option.entries.get("Key")
            found += _texts(entry.value) if entry is not None else []
        elif isinstance(option, Known | Joined | Result):
            parts = (part.value for part in walk(option) if isinstance(part, Known))
            found += [part for part in parts if isinstance(part, str)]
    return found

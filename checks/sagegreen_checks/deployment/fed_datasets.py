"""Whether an endpoint is sent a whole dataset: round by round of a loop over stored data, or a table in one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.documents.syntax import children
from sagegreen.sagemaker.life import invocations_of
from sagegreen.semantics.values import (
    Attribute,
    Elements,
    Item,
    Known,
    Mapped,
    Reference,
    Result,
    Symbol,
    Unknown,
    depends_on,
    options,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call, Loop
    from sagegreen.semantics.values import Function, Value

#: What reads a table.
_TABLES = re.compile(
    r"pandas\.(?:io\.\w+\.)*read_\w+|polars\.(?:read|scan)_\w+|awswrangler\.(?:s3|athena|redshift)\.read_\w+"
    r"|numpy\.(?:load|loadtxt|genfromtxt|fromfile|memmap)|pyarrow\.(?:parquet|csv|feather)\.read_\w+"
    r"|sklearn\.datasets\.(?:load|fetch)_\w+|datasets\.load_dataset|datasets\.load_from_disk"
    r"|(?:tensorflow\.)?keras\.datasets\.\w+\.load_data|torchvision\.datasets\.\w+|tensorflow_datasets\.load"
    r"|scipy\.io\.\w+|h5py\.File|pickle\.load|joblib\.load"
)
#: What reads a table whose rows are surely examples of their own, unlike those of an array.
_DATA_FRAMES = re.compile(
    r"pandas\.(?:io\.\w+\.)*read_\w+|polars\.(?:read|scan)_\w+|awswrangler\.(?:s3|athena|redshift)\.read_\w+"
    r"|sklearn\.datasets\.(?:load|fetch)_\w+"
)
#: What lists or reads the files of a folder or bucket, or the rows of a file.
_STORES = re.compile(
    r"glob\.i?glob|os\.(?:listdir|scandir|walk)|csv\.(?:reader|DictReader)|jsonlines\.\w+|builtins\.open|gzip\.open"
    r"|codecs\.open|io\.open|smart_open\.\w+|s3fs\.\w+|boto3\.\w+"
)
_LISTINGS = frozenset({"glob", "rglob", "iterdir", "list_objects", "list_objects_v2", "readlines", "paginate"})
#: What divides a table among requests: each of them gets many rows.
_DIVISIONS = frozenset({"numpy.array_split", "numpy.split", "numpy.vsplit"})
#: What takes a part of the data only, so that it is a demonstration.
_EXCERPTS = frozenset(
    {"head", "tail", "sample", "take", "select", "islice", "nlargest", "nsmallest", "choice", "choices", "randint"}
)
_EXCERPT_NAMES = re.compile(
    r"sample|example|payload|demo|smoke|_one\b|\bone_|few|small|tiny|mini|single|head|tail|short|subset|point|\[:",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"latenc|benchmark|load.?test|stress.?test|locust|throughput|percentile|\bp9\d\b|perf_counter|time\.time\(|timeit"
    r"|time\.sleep|\bsleep\(|traffic|canary|rollback|concurren|ThreadPool|ProcessPool|elapsed|duration",
    re.IGNORECASE,
)
_COLLECTED = re.compile(
    r"\.(?:append|extend|write|writerows?|writelines|add|update|concat|join|put|dump)\(|\+=|\w\]\s*=[^=]|\bconcat\w*\("
    r"|\byield\b|\bvstack\(|\bhstack\("
)
#: Methods, attributes and functions that keep all the rows of a table.
_KEEPING_METHODS = frozenset(
    {"to_numpy", "to_csv", "to_json", "to_dict", "as_matrix", "drop", "dropna", "fillna", "astype", "encode", "decode"}
    | {"tolist", "copy", "rename", "reset_index", "sort_values", "toarray", "todense", "getvalue", "strip", "replace"}
)
_KEEPING_ATTRIBUTES = frozenset({"values", "data", "loc", "iloc", "T", "feature_names"})
_FITTED_METHODS = frozenset({"transform", "fit_transform", "serialize"})
_KEEPING_FUNCTIONS = frozenset(
    {"pandas.DataFrame", "pandas.concat", "pandas.get_dummies", "numpy.array", "numpy.asarray", "json.dumps"}
    | {"numpy.concatenate", "numpy.expand_dims"}
)
#: Functions that return several tables.
_SPLITTING = frozenset({"sklearn.model_selection.train_test_split", "numpy.split", "numpy.array_split"})
_PAYLOADS = ("data", "Body", "body")
_DEEPEST = 24
_FEWEST_ROUNDS = 64


class Feeding(NamedTuple):
    """A request, or a loop of requests, by which an endpoint is sent a whole dataset."""

    call: Call
    loop: Loop | None


def feedings(endpoint: Resource) -> list[Feeding] | None:
    """How an endpoint is fed.

    Returns:
        One entry for each place that sends a dataset; ``None`` where a request says that the endpoint is measured, or
        serves several models or variants.
    """
    found: dict[int, Feeding] = {}
    for call in invocations_of(endpoint):
        keywords = {argument.keyword for argument in call.arguments}
        if keywords & {"TargetVariant", "TargetModel", "target_variant", "target_model"} or _is_measured(call):
            return None
        payload = _payload(call)
        if payload is None or call.excluded:
            continue
        loop = next((loop for loop in reversed(call.loops) if _is_fed_by(payload.value, loop)), None)
        if loop is not None or (not call.loops and _is_table(payload.value, _DEEPEST) and _is_kept(call)):
            found.setdefault(id(call.node), Feeding(call, loop))
    return list(found.values())


def _payload(call: Call) -> Argument | None:
    named = [argument for argument in call.arguments if argument.keyword in _PAYLOADS]
    positional = [argument for argument in call.arguments if argument.keyword is None and not argument.star]
    return next(iter([*named, *positional]), None)


def _is_measured(call: Call) -> bool:
    """Whether the code around a request measures it, or makes traffic.

    That is the loops around it, the functions called in them, the names of the functions that hold those, and in a
    notebook the whole cell. Elsewhere a script may well wait for its endpoint (``time.sleep``).
    """
    texts = [loop.cell.code(loop.node) for loop in call.loops]
    for frame in call.frames:
        holds_loop = any(_holds(frame, loop) for loop in call.loops)
        name = frame.node.name.value if isinstance(frame.node, cst.FunctionDef) else ""
        texts.append(name if holds_loop else frame.cell.code(frame.node) if call.loops else name)
    if call.cell.cell.index is not None:
        texts.append(call.cell.cell.source)
    return any(map(_MEASURED.search, texts))


def _holds(function: Function, loop: Loop) -> bool:
    span, inner = function.cell.span(function.node), loop.cell.span(loop.node)
    return function.cell is loop.cell and span.start <= inner.start and inner.end <= span.end


# -- loops ------------------------------------------------------------------------------------------


def _is_fed_by(payload: Value, loop: Loop) -> bool:
    """Whether each round of a loop sends another part of stored data, all of it, and keeps the answers."""
    node = loop.node
    if not depends_on(payload, loop) or loop.iterable is None or _has_few_rounds(loop):
        return False
    if isinstance(node, cst.For):
        if _COLLECTED.search(loop.cell.code(node.body)) is None or _can_leave(node):
            return False
    elif not isinstance(node, cst.CompFor):
        return False
    if any(_is_excerpt(part) for value in (loop.iterable, payload) for part in walk(value)):
        return False
    return any(map(_is_stored, walk(loop.iterable))) or any(map(_is_read, walk(payload)))


def _has_few_rounds(loop: Loop) -> bool:
    iterable = loop.iterable
    if isinstance(iterable, Elements) and iterable.complete:
        return len(iterable.items) < _FEWEST_ROUNDS
    return isinstance(iterable, Mapped) and iterable.complete


def _is_stored(part: Value) -> bool:
    """Whether a part of what a loop runs over comes from files, a folder, a bucket, or was divided for sending."""
    if not isinstance(part, Result):
        return False
    for callee in options(part.call.callee):
        if isinstance(callee, Attribute) and callee.name in _LISTINGS:
            return True
        if isinstance(callee, Symbol) and (callee.path in _DIVISIONS or _STORES.fullmatch(callee.path)):
            return True
    return _is_read(part)


def _is_read(part: Value, readers: re.Pattern[str] = _TABLES) -> bool:
    """Whether a part of a value is a table that was read."""
    callees = options(part.call.callee) if isinstance(part, Result) else ()
    return any(isinstance(callee, Symbol) and readers.fullmatch(callee.path) is not None for callee in callees)


def _is_excerpt(part: Value) -> bool:
    """Whether a part of a value takes some of the data only, or is named like a few samples."""
    if isinstance(part, Known):
        return isinstance(part.value, str) and _EXCERPT_NAMES.search(part.value) is not None
    if isinstance(part, Result):
        named = {argument.keyword for argument in part.call.arguments}
        for callee in options(part.call.callee):
            name = callee.name if isinstance(callee, Attribute) else ""
            name = callee.path.rpartition(".")[2] if isinstance(callee, Symbol) else name
            if name in _EXCERPTS and "frac" not in named:
                return True
    origin = part.origin
    node = origin.node if origin is not None else None
    return isinstance(node, cst.Subscript) and isinstance(part, Unknown) and _takes_first(node)


def _takes_first(node: cst.Subscript) -> bool:
    """``[:10]``, ``[0:5, 1:]``: a slice of rows with constant ends."""
    first = node.slice[0].slice
    return isinstance(first, cst.Slice) and isinstance(first.upper, cst.Integer)


def _can_leave(loop: cst.For) -> bool:
    """Whether a loop may end before its time."""
    pending: list[cst.CSTNode] = list(children(loop.body))
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Break):
            return True
        if not isinstance(node, cst.For | cst.While | cst.FunctionDef | cst.ClassDef):
            pending.extend(children(node))
    return False


# -- tables -----------------------------------------------------------------------------------------


def _is_table(value: Value, depth: int) -> bool:
    """Whether a value certainly is a table from storage with all its rows."""
    if not depth or _is_excerpt(value):
        return False
    if isinstance(value, Result):
        return _is_table_of_call(value, depth - 1)
    if isinstance(value, Attribute):
        return value.name in _KEEPING_ATTRIBUTES and _is_table(value.base, depth - 1)
    if isinstance(value, Item):
        return _is_table_of_item(value, depth - 1)
    if isinstance(value, Unknown):
        return _has_all_rows(value) and _is_table(value.sources[0], depth - 1)
    alternatives = options(value)
    return len(alternatives) > 1 and all(_is_table(option, depth - 1) for option in alternatives)


def _is_table_of_call(value: Result, depth: int) -> bool:
    arguments = [argument.value for argument in value.call.arguments]
    if _is_read(value, _DATA_FRAMES):
        return not any(_is_excerpt(part) for argument in arguments for part in walk(argument))
    callee = next(iter(options(value.call.callee)))
    if isinstance(callee, Symbol):
        return callee.path in _KEEPING_FUNCTIONS and any(_is_table(part, depth) for part in _inner(arguments))
    if isinstance(callee, Attribute) and callee.name in _FITTED_METHODS:
        return any(_is_table(argument, depth) for argument in arguments[:1])
    return isinstance(callee, Attribute) and callee.name in _KEEPING_METHODS and _is_table(callee.base, depth)


def _inner(arguments: list[Value]) -> Iterator[Value]:
    for argument in arguments[:1]:
        yield from argument.items if isinstance(argument, Elements) else (argument,)


def _is_table_of_item(value: Item, depth: int) -> bool:
    """Columns of a table, or one of the tables that a function returns."""
    base, key = value.base, value.key
    number = isinstance(key, Known) and isinstance(key.value, int)
    made = base.call if isinstance(base, Result) else None
    if number and made is not None:
        paths = [callee.path for callee in options(made.callee) if isinstance(callee, Symbol)]
        return bool(_SPLITTING & set(paths)) and any(_is_table(argument.value, depth) for argument in made.arguments)
    is_positional = isinstance(base, Attribute) and base.name in {"iloc", "loc", "values"}
    is_columns = isinstance(key, Reference | Elements) or (isinstance(key, Known) and isinstance(key.value, str))
    return is_columns and not is_positional and _is_table(base, depth)


def _has_all_rows(value: Unknown) -> bool:
    """``[:, 1:]``: a slice that leaves the rows alone."""
    node = value.origin.node if value.origin is not None else None
    if not isinstance(node, cst.Subscript) or not value.sources or len(node.slice) < 2:
        return False
    rows = node.slice[0].slice
    return isinstance(rows, cst.Slice) and rows.lower is None and rows.upper is None and rows.step is None


def _is_kept(call: Call) -> bool:
    """Whether the answer to a request is used further, not only shown."""
    source = call.cell.cell.source
    line = source.rfind("\n", 0, call.cell.span(call.node).start) + 1
    return re.match(r"[ \t]*(?:return\b|[\w.\[\], \"'():]+=[^=])", source[line:]) is not None

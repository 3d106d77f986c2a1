"""What changes from one round of a loop to the next in the training jobs that it starts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.sagemaker.catalogue import load
from sagegreen.semantics.library import root
from sagegreen.semantics.scopes import target_names
from sagegreen.semantics.values import (
    Absent,
    Attribute,
    Elements,
    Mapped,
    OneOf,
    Result,
    Unknown,
    depends_on,
    one_of,
    options,
    parts,
    same,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call, Loop
    from sagegreen.semantics.values import Value

_AMAZON_ALGORITHM = "sagemaker.amazon.amazon_estimator.AmazonAlgorithmEstimatorBase"

#: Arguments that may change without making another kind of job, underscores and capitals left out.
_MAY_CHANGE = re.compile(
    r"hyperparameters|trainingjobname|jobname|basejobname|outputpath|codelocation|outputdataconfig"
    r"|checkpoints3uri|checkpointconfig|checkpointlocalpath|tags|experimentconfig|tensorboardoutputconfig"
    r"|environment|metricdefinitions|debuggerhookconfig|debughookconfig|profilerconfig|rules|wait|logs"
    r"|minibatchsize"
)

#: What a hyperparameter or loop variable is about that tells which data or which model a round is about.
_PARTS_OF_THE_WORK = re.compile(
    r"fold|folds|kfold|dataset|datasets|region|location|loc|store|shop|sku|product|customer|tenant|country|city|series"
    r"|segment|category|channel|subset|shard|partition|target|label|column|feature|date|day|month|year|week|season"
    r"|ticker|symbol|station|site|sensor|model|algorithm|algo|arch|architecture|backbone|estimator|weights"
    # what is forecast, and how much data a learning curve trains on
    r"|quantile|percentile|horizon|samples|examples"
)
#: Words before them that make a size of it: ``d_model``, ``num_channel``.
_SIZES = re.compile(r"d|n|num|max|min|dim|size|number")
#: Whole names of a hyperparameter that says how far a training in several stages has come.
_STAGES = re.compile(
    r"epoch|start_epoch|initial_epoch|round|step|stage|phase|iteration|iter|attempt|retry|generation|cycle"
    r"|current_round|current_step|pruning_step"
)
#: Last words of a hyperparameter that only names a run, or makes it repeatable.
_LABELS = re.compile(
    r"name|or|id|index|uuid|path|uri|url|dir|directory|folder|prefix|suffix|file|filename|bucket|run|trial|experiment"
    r"|job|timestamp|time|version|tag|tags|seed|state|key|output|log|logs"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_RANDOM = ("random.", "numpy.random.", "scipy.stats.")
_FROM_THE_RECEIVER = frozenset({"record_set", "file_system_record_set"})


class Searched(NamedTuple):
    """A hyperparameter that changes with the rounds; ``name`` is ``None`` where it could not be seen."""

    name: str | None
    value: Value


def searched(job: Resource, bound: BoundCall, start: Call, loop: Loop) -> list[Searched]:
    """The hyperparameters for which a loop tries values.

    Args:
        job: the training job.
        bound: the call that makes it.
        start: the call that starts it.
        loop: one of the loops around them.

    Returns:
        The hyperparameters; none where the rounds differ in something else too (data, image, script, instances), or
        where they tell which part of the work a round does.
    """
    if _is_single_round(loop) or any(map(_is_part_of_the_work, _variables(loop))):
        return []
    changing = [entry for entry in _hyperparameters(job, bound, start) if _varies(entry.value, loop)]
    named = [entry for entry in changing if entry.name is not None]
    if any(_is_part_of_the_work(entry.name or "") and not _is_composed(entry.value) for entry in named):
        return []
    found = [entry for entry in changing if entry.name is None or not _is_label(entry.name)]
    return found if found and not _is_other_work(job, bound, start, loop) else []


def rounds(loop: Loop) -> int | None:
    """How many rounds a loop has, where that is known."""
    if isinstance(loop.iterable, Elements) and loop.iterable.complete:
        return len(loop.iterable.items)
    if isinstance(loop.iterable, Mapped) and loop.iterable.complete:
        return len(loop.iterable.entries)
    return None


def _is_single_round(loop: Loop) -> bool:
    count = rounds(loop)
    return count is not None and count < 2


def _variables(loop: Loop) -> list[str]:
    node = loop.node
    return list(target_names(node.target)) if isinstance(node, cst.For | cst.CompFor) else []


# -- hyperparameters --------------------------------------------------------------------------------


def _hyperparameters(job: Resource, bound: BoundCall, start: Call) -> Iterator[Searched]:
    path = job.form.settings.get("hyperparameters")
    if path is not None:
        yield from _entries(job.program.reader.find(bound, path).value)
    for name in _own_hyperparameters(job, bound) & bound.arguments.keys():
        yield Searched(name, bound.arguments[name].value)
    for call in job.program.trace.calls:
        if call.order >= start.order:
            break
        for callee in options(call.callee):
            if isinstance(callee, Attribute) and callee.name == "set_hyperparameters" and _is_of(callee.base, bound):
                for argument in call.arguments:
                    if argument.star:
                        yield from _entries(argument.value)
                    elif argument.keyword is not None:
                        yield Searched(argument.keyword, argument.value)


def _is_of(value: Value, bound: BoundCall) -> bool:
    return any(isinstance(option, Result) and option.call is bound.call for option in options(value))


def _own_hyperparameters(job: Resource, bound: BoundCall) -> set[str]:
    """The parameters of an Amazon algorithm's class (``KMeans(k=...)``) that no other estimator has."""
    if bound.signature is None or job.owner is None or not job.is_a(_AMAZON_ALGORITHM):
        return set()
    common = load(job.owner.catalogue).signature(_AMAZON_ALGORITHM, "__init__")
    if common is None:
        return set()
    return {parameter.name for parameter in bound.signature.parameters} - {entry.name for entry in common.parameters}


def _entries(value: Value) -> Iterator[Searched]:
    if isinstance(value, Mapped):
        for key, entry in value.entries.items():
            # a default that something unknown may replace says nothing about which hyperparameter changes
            is_default = isinstance(entry.value, Unknown) and entry.value.default is not None
            yield Searched(None if is_default else str(key), entry.value)
        for source in value.rest:
            yield Searched(None, source)
        return
    alternatives = [option for option in options(value) if isinstance(option, Mapped)]
    if not isinstance(value, OneOf) or len(alternatives) < len(value.options):
        yield Searched(None, value)
        return
    for key in dict.fromkeys(key for option in alternatives for key in option.entries):
        found = [_present(option.entries[key].value) for option in alternatives if key in option.entries]
        if len(found) < len(alternatives) or not all(same(found[0], other) for other in found):
            joined = one_of(found, value.loop)
            changed = joined if isinstance(joined, OneOf) else Unknown(sources=tuple(found), loop=value.loop)
            yield Searched(str(key), changed)


def _present(value: Value) -> Value:
    return one_of([option for option in options(value) if not isinstance(option, Absent)])


def _varies(value: Value, loop: Loop) -> bool:
    """Whether a value is another one in each round: it comes from the loop, or is drawn at random in it."""
    return depends_on(value, loop) or any(
        isinstance(part, Result) and loop in part.call.loops and _is_drawn(part) for part in walk(value)
    )


def _is_drawn(value: Result) -> bool:
    start = root(value)
    return start is not None and start.path.startswith(_RANDOM)


# -- names ------------------------------------------------------------------------------------------


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _is_part_of_the_work(name: str) -> bool:
    words = _words(name)
    if _STAGES.fullmatch("_".join(words)):
        return True
    while len(words) > 1 and _LABELS.fullmatch(words[-1]):
        words.pop()
    return bool(words) and bool(_PARTS_OF_THE_WORK.fullmatch(words[-1])) and not _SIZES.fullmatch(words[0])


def _is_composed(value: Value) -> bool:
    """Whether a value is text made for a name, such as ``f"model-{depth}"``, and no element of the loop itself."""
    return not isinstance(value, OneOf) and not (isinstance(value, Unknown) and value.loop is not None)


def _is_label(name: str) -> bool:
    words = _words(name)
    return bool(words) and _LABELS.fullmatch(words[-1]) is not None


# -- everything else --------------------------------------------------------------------------------


def _is_other_work(job: Resource, bound: BoundCall, start: Call, loop: Loop) -> bool:
    """Whether the rounds differ in their data, image, script, instances or anything else that is no hyperparameter."""
    own = _own_hyperparameters(job, bound)
    for name, argument in bound.arguments.items():
        if name not in own and not _MAY_CHANGE.fullmatch(_plain(name)) and _changes(argument.value, loop):
            return True
    if start is bound.call:
        return False
    inputs = [argument for argument in start.arguments if argument.keyword is None][:1]
    inputs += [
        argument
        for argument in start.arguments
        if argument.keyword and not _MAY_CHANGE.fullmatch(_plain(argument.keyword))
    ]
    return any(_changes(argument.value, loop) for argument in inputs)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _changes(value: Value, loop: Loop) -> bool:
    """Whether a value depends on a loop, other than through the estimator that writes its records."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, OneOf | Unknown) and part.loop is loop:
            return True
        if isinstance(part, Result) and loop in part.call.loops and _is_drawn(part):
            return True
        if isinstance(part, Result) and _is_record_set(part):
            pending.extend(argument.value for argument in part.call.arguments)
        else:
            pending.extend(parts(part))
    return False


def _is_record_set(value: Result) -> bool:
    callees = options(value.call.callee)
    return all(isinstance(callee, Attribute) and callee.name in _FROM_THE_RECEIVER for callee in callees)

"""The static reading of a program against its captured requests."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import libcst as cst
from observing import LATER, MISSING, Observation, observations

from sagegreen.checking.files import Projects, Run
from sagegreen.checking.registry import Registry
from sagegreen.documents.positions import position
from sagegreen.documents.reading import document_from_bytes
from sagegreen.project.program import Program, analyze
from sagegreen.sagemaker.forms import INVENTORY, STRUCTURED
from sagegreen.sagemaker.settings import Setting, State
from sagegreen.semantics.values import Known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from replaying import Record

    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.resources import Resource

#: What a request carries where the program is silent and no literal default stands in the signature.
SDK_FILLS: dict[tuple[str, str, str], Any] = {
    ("v2", "training_job", "max_run"): 86400,
    ("v2", "training_job", "instance_count"): 1,
    ("v2", "tuning_job", "max_run"): 86400,
    ("v2", "tuning_job", "instance_count"): 1,
    ("v2", "tuning_job", "max_jobs"): 1,
    ("v3", "tuning_job", "max_jobs"): 1,
    ("v3", "training_job", "max_run"): 3600,
    ("v3", "training_job", "instance_type"): "ml.m5.xlarge",
    ("v3", "training_job", "instance_count"): 1,
    ("v3", "tuning_job", "max_run"): 3600,
    ("v3", "tuning_job", "instance_type"): "ml.m5.xlarge",
    ("v3", "tuning_job", "instance_count"): 1,
    ("v3", "endpoint", "instance_count"): 1,
    ("v3", "endpoint", "instance_type"): "ml.m5.large",
}
_SIBLINGS = {"modules": "v3", "v1": "v2"}

#: Left out of a request where they say nothing.
_FALSE_IS_SILENT = frozenset({"spot", "keep_alive", "max_wait"})


@dataclass
class Judgement:
    """What came of comparing one program.

    Attributes:
        compared: how many settings were compared, by dialect and kind.
        claimed: how many requests are ones that the tool has found, by dialect and kind.
        contradictions: what the tool says and the SDK does not do, one line each.
        unknown: what the tool calls unknown although the request says it: (setting, line).
        unclaimed: requests that create something the tool has not found: (kind, line).
    """

    compared: Counter[tuple[str, str]] = field(default_factory=Counter)
    claimed: Counter[tuple[str, str]] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    unclaimed: list[tuple[str, str]] = field(default_factory=list)


def read(folder: Path) -> dict[str, Program]:
    """The programs of a project by the names of their files; the folder becomes a project of its own."""
    (folder / "pyproject.toml").touch()
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".ipynb"})
    run = Run(Registry([]), given=(folder,), cached=False)
    projects = Projects(run)
    programs = {}
    for path in paths:
        found = analyze(document_from_bytes(path.read_bytes(), path), projects.of(path))
        programs.update({path.relative_to(folder).as_posix(): program for program in found[:1]})
    return programs


def judge(programs: Mapping[str, Program], record: Record) -> Judgement:
    """Compare every captured creation with the resource that stands at its line.

    What becomes of an endpoint elsewhere is not in the record: in another file, or by the AWS command line.

    Args:
        programs: what the tool reads, by the files' names in the record's frames.
        record: what a run of one of them did.
    """
    shell = any("delete-endpoint" in line.command for each in programs.values() for line in each.module.module.shell)
    elsewhere = shell or len(programs) > 1
    judgement = Judgement()
    if record.failure is None:
        judgement.contradictions += dict.fromkeys(_unknown_to_the_catalogue(programs))
    for observation in observations(record):
        label = described(observation)
        verdicts = [
            _compared(resource, observation, label, elsewhere=elsewhere)
            for resource in claimants(programs, observation)
        ]
        if not verdicts:
            judgement.unclaimed.append((observation.kind, label))
            continue
        # objects made at several places may run at one: the request is one of theirs
        verdict = min(verdicts, key=lambda each: (len(each.contradictions), len(each.unknown)))
        judgement.compared += verdict.compared
        judgement.claimed += verdict.claimed
        judgement.contradictions += verdict.contradictions
        judgement.unknown += verdict.unknown
    return judgement


def _unknown_to_the_catalogue(programs: Mapping[str, Program]) -> Iterator[str]:
    """Keywords that the program gives and the SDK takes, and the catalogue's signature has no name for."""
    for name, program in programs.items():
        wanted = {id(bound.call): _settings_of(resource) for resource in program.resources for bound in resource.bound}
        for bound, keyword, parameter in _without_parameter(program):
            call, signature = bound.call, bound.signature
            # what only ``**kwargs`` takes is of interest where a setting is read from it
            of_interest = signature is not None and not signature.accepts_any_keyword
            if of_interest or parameter in wanted.get(id(call), frozenset()):
                row = position(call.cell.cell.source, call.cell.span(call.node).start).row
                yield f"{name}:{row}: {keyword} is given, but no parameter of the catalogue's signature"


def keywords_without_parameter(programs: Mapping[str, Program]) -> Counter[str]:
    """The keywords of calls of the SDK that no signature of the catalogue names, and ``**kwargs`` may swallow."""
    return Counter(keyword for program in programs.values() for _, keyword, _ in _without_parameter(program))


def _without_parameter(program: Program) -> Iterator[tuple[BoundCall, str, str]]:
    old = any(resource.api == "v1" for resource in program.resources)  # whose classes had other parameters
    calls = () if old else program.trace.calls
    made = [bound for call in calls if (bound := program.reader.constructed(call)) is not None]
    for bound in [*made, *(bound for resource in program.resources for bound in resource.bound)]:
        call = bound.call
        if bound.signature is None or call.conditional or call.uncalled or call.excluded or call.foreign:
            continue
        for parameter, argument in bound.arguments.items():
            if argument.keyword is not None and not bound.accepts(parameter):
                yield bound, argument.keyword, parameter


def _settings_of(resource: Resource) -> frozenset[str]:
    return frozenset(path[0] for path in resource.form.settings.values() if path)


def described(observation: Observation) -> str:
    """Where and what: ``train.py:12 training_job``."""
    name, cell, row = observation.request.at[0] if observation.request.at else ("?", None, 0)
    place = f"{name}:cell {cell}:{row}" if cell is not None else f"{name}:{row}"
    return f"{place} {observation.kind}" + (f" in step {observation.step}" if observation.step else "")


# -- which resource a request belongs to ---------------------------------------------------------------------


def claimants(programs: Mapping[str, Program], observation: Observation) -> list[Resource]:
    """The resources that say they make this request: one, or several whose objects are run at the same place."""
    kinds = (observation.kind, *observation.also)
    resources = [resource for program in programs.values() for resource in program.resources]
    if observation.step is not None:
        return _in_step(resources, observation, kinds)
    if observation.kind == "pipeline" and not observation.request.direct:
        # sent by another method than the one that runs it
        return [resource for resource in resources if resource.kind == "pipeline"]
    for name, cell, row in observation.request.at:
        if name not in programs:
            continue
        around = [
            (last - first, resource)
            for resource in programs[name].resources
            if resource.kind in kinds
            for where, first, last in _rows(resource)
            if where == cell and first <= row <= last
        ]
        if around:
            smallest = min(size for size, _ in around)
            return list({id(resource): resource for size, resource in around if size == smallest}.values())
    if observation.request.direct:
        return []
    # where a decorated function is called, or another file runs the object, the resource itself does not stand
    apart = len(programs) > 1
    return [
        resource
        for resource in resources
        if (resource.kind in kinds and resource.kind == "remote_function")
        or (apart and resource.kind == observation.kind)
    ]


def _rows(resource: Resource) -> Iterator[tuple[int | None, int, int]]:
    """The rows of the calls that run a resource; of its own calls where nothing else does."""
    makers = [resource, *(member for member in resource.members if resource.kind == "endpoint")]
    starts = [call for maker in makers for call in (*maker.starts, *(maker.calls if not maker.starts else ()))]
    for call in starts:
        if not call.foreign:
            span = call.cell.span(call.node)
            source = call.cell.cell.source
            yield call.cell.cell.index, position(source, span.start).row, position(source, span.end).row


def _in_step(resources: list[Resource], observation: Observation, kinds: tuple[str, ...]) -> list[Resource]:
    steps = [
        step
        for step in resources
        if step.kind == "pipeline_step" and any(_is_step(name, observation.step) for name in _names_of_step(step))
    ]
    # a name that the tool does not know may be this one
    steps = steps or [step for step in resources if step.kind == "pipeline_step" and not _names_of_step(step)]
    if observation.kind == "pipeline_step":
        return steps
    jobs = [member for step in steps for member in step.members if member.kind in kinds]
    return jobs + [step for step in steps if step.form.method == "step"]  # a decorated function is its own job


def _is_step(name: object, step: str | None) -> bool:
    """Whether a step has this name, or is one of those that a collection of this name is made of."""
    return step is not None and (name == step or step.startswith(f"{name}-"))


def _names_of_step(step: Resource) -> list[object]:
    if step.form.method != "step":
        return list(step.setting("name").values)
    given = [entry.arguments["name"].value for entry in step.bound if "name" in entry.arguments]
    if given:
        return [value.value for value in given if isinstance(value, Known)]
    span = step.place.span
    found = [
        node
        for node in _functions(step.place.parsed_cell.tree)
        if any(
            (outer := step.place.parsed_cell.span(decorator)).start <= span.start < outer.end
            for decorator in node.decorators
        )
    ]
    return [node.name.value for node in found]


def _functions(tree: cst.CSTNode) -> Iterator[cst.FunctionDef]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.FunctionDef):
            yield node
        pending.extend(node.children)


# -- whether they agree --------------------------------------------------------------------------------------


def _compared(resource: Resource, observation: Observation, label: str, *, elsewhere: bool) -> Judgement:
    judgement = Judgement()
    judgement.claimed[resource.api, resource.kind] += 1
    for name in _judged(resource, observation):
        if name == "local":
            observed: list[Any] = [observation.local]
        elif name not in observation.settings:
            continue
        else:
            observed = observation.settings[name]
        if observation.settings.get("mode") == ["serverless"] and name in {"instance_type", "instance_count"}:
            continue  # the SDK drops what does not apply
        setting = resource.setting(name)
        if elsewhere and name in {"deleted", "autoscaled"} and setting.constant is True:
            continue
        judgement.compared[resource.api, resource.kind] += 1
        verdict = disagreement(resource, setting, observed or [MISSING])
        if verdict == "unknown":
            judgement.unknown.append(
                (f"{resource.kind}.{name}", f"{label}: {name} is unknown, {observed or 'nothing'} is sent")
            )
        elif verdict:
            judgement.contradictions.append(f"{label} [{resource.api}]: {name} is {verdict}")
    return judgement


def _judged(resource: Resource, observation: Observation) -> list[str]:
    names = list(INVENTORY[resource.kind])
    if resource.form.method == "step" and observation.kind == "training_job":
        names += [name for name in INVENTORY["remote_function"] if name != "local"]
    return names + ["group_instance_type"] * ("group_instance_type" in observation.settings)


def disagreement(resource: Resource, setting: Setting, observed: list[Any]) -> str | None:
    """What is wrong with a setting: ``None``, ``"unknown"``, or what the tool says and what is sent."""
    said = f"{setting.state.value} {list(setting.values) or ''}".strip()
    for value in observed:
        if setting.state is State.UNKNOWN:
            if value is LATER or (setting.default is not None and _equal(value, setting.default)):
                continue
            return "unknown"
        allowed = list(setting.values)
        if setting.state is State.ABSENT or setting.optional or None in allowed:
            allowed += [MISSING, *_fills(resource, setting)]
        if setting.name in STRUCTURED:
            allowed += [False] if MISSING in allowed else []
        if setting.name in _FALSE_IS_SILENT and (False in allowed or 0 in allowed):
            allowed.append(MISSING)
        if not any(_equal(value, each) for each in allowed):
            return f"{said}, but {value!r} is sent"
    return None


def _fills(resource: Resource, setting: Setting) -> list[Any]:
    api = _SIBLINGS.get(resource.api, resource.api)
    if setting.sdk_default is not None:
        return [setting.sdk_default]
    filled = SDK_FILLS.get((api, resource.kind, setting.name), MISSING)
    return [] if filled is MISSING else [filled]


def _equal(one: Any, other: Any) -> bool:
    if one is MISSING or other is MISSING:
        return one is other
    return (type(one) is type(other) and one == other) or (
        isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool) and one == other
    )


# -- which SDK -----------------------------------------------------------------------------------------------

_VERSION_3 = re.compile(r"\bsagemaker\.(?:train|core|mlops|ai_registry|serve\.model_builder)\b")


def sdk_of(programs: Mapping[str, Program], text: str) -> str:
    """The environment that a program needs: by the dialect of its project's resources, else by what it imports."""
    resources = [resource for program in programs.values() for resource in program.resources]
    apis = {resource.api for resource in resources if not resource.target.startswith("sagemaker_core.")}
    if apis & {"v3", "v3core"} or (not apis - {"boto3"} and _VERSION_3.search(text)):
        return "v3"
    return "v1" if "v1" in apis and not apis & {"v2", "modules"} else "v2"

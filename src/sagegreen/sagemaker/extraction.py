"""From recorded calls to resources."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from sagegreen.sagemaker.calls import CONSTRUCTOR, BoundCall, bind_function, bind_keywords, bind_method
from sagegreen.sagemaker.collecting import settings_of
from sagegreen.sagemaker.dialects import FORMS
from sagegreen.sagemaker.evidence import Evidence
from sagegreen.sagemaker.forms import Form
from sagegreen.sagemaker.generation import generation_of
from sagegreen.sagemaker.life import complete_endpoints, evidence_of
from sagegreen.sagemaker.links import link
from sagegreen.sagemaker.modes import add_derived_settings
from sagegreen.sagemaker.monitoring import add_definitions
from sagegreen.sagemaker.names import Names
from sagegreen.sagemaker.places import callee_of
from sagegreen.sagemaker.program import Program
from sagegreen.sagemaker.reading import Reader
from sagegreen.sagemaker.resources import Resource
from sagegreen.sagemaker.types import ObjectType, Types, operation_on_unknown
from sagegreen.semantics.values import Attribute, Item, Parameter, Result, Symbol, Unknown, options, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.sagemaker.evidence import ProjectEvidence
    from sagegreen.sagemaker.forms import Api, Path
    from sagegreen.sagemaker.generation import Generation
    from sagegreen.semantics.trace import Call, Trace


class _Target(NamedTuple):
    form: Form
    owner: ObjectType | None
    path: str


_CALLS = frozenset({cst.Call, cst.Decorator})


def program_of(module: ParsedModule, trace: Trace, project: ProjectEvidence) -> Program:
    """What a module does with SageMaker.

    Args:
        module: the parsed module.
        trace: what its execution recorded.
        project: what the other files of the project say.
    """
    generation = generation_of(trace.calls, module.module.shell)
    types = Types(Names(generation.prefer))
    reader = Reader(types, trace.assignments, trace.calls)
    program = Program(module, trace, types, reader, project, Evidence())
    groups: dict[int, list[tuple[Call, _Target]]] = defaultdict(list)
    for call in trace.calls:
        if call.foreign or type(call.node) not in _CALLS:
            continue
        target = next(_targets(call, types), None)
        if target is not None:
            groups[id(call.node)].append((call, target))
    made = [_resource(program, _happening(found), generation) for found in groups.values()]
    resources = [resource for resource in made if not _is_of_another_service(resource)]
    link(program, resources)
    add_definitions(program, resources)
    for resource in resources:
        add_derived_settings(resource)
    resources = complete_endpoints(program, resources)
    order = {id(cell): index for index, cell in enumerate(module.cells)}
    resources.sort(key=lambda entry: (order.get(id(entry.place.parsed_cell), 0), entry.place.span))
    program.resources = tuple(resources)
    program.evidence = evidence_of(program)
    return program


def depends_on_callers(call: Call) -> bool:
    """Whether a call may make a resource out of values that a caller of the function around it has to give."""
    named = any(
        (isinstance(callee, Symbol) and callee.path.startswith("sagemaker"))
        or (isinstance(callee, Attribute) and callee.name in _forms_by_method())
        for callee in options(call.callee)
    )
    given = (call.callee, *(argument.value for argument in call.arguments))
    return named and any(isinstance(part, Parameter | Unknown) for value in given for part in walk(value))


# -- which form a call has --------------------------------------------------------------------------


@cache
def _forms_by_method() -> dict[str, tuple[Form, ...]]:
    found: dict[str, tuple[Form, ...]] = {}
    for form in FORMS:
        found[form.method] = (*found.get(form.method, ()), form)
    return found


def _targets(call: Call, types: Types) -> Iterator[_Target]:
    for callee in options(call.callee):
        if isinstance(callee, Symbol):
            yield from _symbol_targets(callee.path, types)
        elif isinstance(callee, Attribute) and callee.name in _forms_by_method():
            yield from _method_targets(callee, types)
    if isinstance(call.callee, Attribute) and call.callee.name in _forms_by_method():
        yield from _unknown_targets(call, call.callee, types)


def _symbol_targets(path: str, types: Types) -> Iterator[_Target]:
    name = types.names.resolve(path)
    if name is None:
        return
    if name.signatures.is_class(name.canonical):
        yield from _forms(ObjectType(*name), CONSTRUCTOR, name.canonical)
        return
    owner, _, method = name.canonical.rpartition(".")
    if name.signatures.is_class(owner):
        yield from _forms(ObjectType(owner, name.catalogue), method, name.canonical)
        return
    for form in _forms_by_method().get(method, ()):
        if form.owner == owner:
            yield _Target(form, ObjectType(owner, name.catalogue), name.canonical)


def _method_targets(callee: Attribute, types: Types) -> Iterator[_Target]:
    for receiver in types.of(callee.base):
        yield from _forms(receiver, callee.name, f"{receiver.canonical}.{callee.name}")


def _forms(owner: ObjectType, method: str, path: str) -> Iterator[_Target]:
    for form in _forms_by_method().get(method, ()):
        if owner.is_a(form.owner) and _same_generation(owner, form.api):
            yield _Target(form, owner, path)


def _same_generation(owner: ObjectType, api: Api) -> bool:
    if api in {"v3", "v3core"}:
        return owner.catalogue == "v3" or owner.canonical.startswith("sagemaker_core.")
    return owner.catalogue != "v3"


def _unknown_targets(call: Call, callee: Attribute, types: Types) -> Iterator[_Target]:
    """Calls on objects nobody knows whose keywords leave no other reading."""
    if types.of(callee.base):
        return
    operation = operation_on_unknown(call)
    if operation is not None:
        owner = ObjectType("boto3.client:sagemaker", "boto3")
        yield from _forms(owner, operation, f"boto3.client:sagemaker.{operation}")
        return
    if not isinstance(callee.base, Unknown | Parameter | Attribute | Item | Result):
        return
    keywords = {argument.keyword for argument in call.arguments}
    telling = {"deploy": {"initial_instance_count"}, "transformer": {"instance_count", "instance_type"}}
    if telling.get(callee.name, {None}) <= keywords and callee.name in telling:
        model = ObjectType("sagemaker.model.Model", "v2")
        yield from _forms(model, callee.name, f"{model.canonical}.{callee.name}")


# -- resources --------------------------------------------------------------------------------------


def _resource(program: Program, found: list[tuple[Call, _Target]], generation: Generation) -> Resource:
    call, target = found[0]
    form = target.form
    bound = tuple(_bind(program, entry, entry_target, generation) for entry, entry_target in found)
    if form.kind == "endpoint" and all(_only_transforms(program, entry) for entry in bound):
        form = Form("transform_job", form.api, form.owner, form.method, _BATCH_SETTINGS)
    settings = settings_of(program, form, bound)
    place = callee_of(call.cell, call.node)
    api: Api = form.api
    if api == "v2" and (generation.old or any(entry.old_names for entry in bound) or _made_old(program.reader, call)):
        api = "v1"
    return Resource(form.kind, api, target.path, form, bound, place, target.owner, settings, program)


#: ``ModelBuilder.deploy(inference_config=BatchTransformInferenceConfig(...))`` returns a transformer.
_BATCH_SETTINGS: Mapping[str, Path] = {name: ("inference_config", name) for name in ("instance_type", "instance_count")}


def _only_transforms(program: Program, bound: BoundCall) -> bool:
    """Whether a deployment is one of a batch transform, which starts no endpoint."""
    config = bound.arguments.get("inference_config")
    kinds = program.types.of(config.value) if config is not None else ()
    return bool(kinds) and all(kind.canonical.endswith(".BatchTransformInferenceConfig") for kind in kinds)


def _is_of_another_service(resource: Resource) -> bool:
    """Whether a scaling policy is one of a service that the SDK has nothing to do with."""
    service = resource.setting("service")
    return service.is_known and service.constant != "sagemaker"


def _happening(found: list[tuple[Call, _Target]]) -> list[tuple[Call, _Target]]:
    """The calls of one place that a run can make, where there are any."""
    return [entry for entry in found if not entry[0].excluded] or found


def _bind(program: Program, call: Call, target: _Target, generation: Generation) -> BoundCall:
    owner = target.owner
    if owner is None or owner.catalogue == "boto3":
        return bind_keywords(call)
    catalogue = program.types.names.resolve(target.path)
    signatures = catalogue.signatures if catalogue is not None else None
    if signatures is None:
        return bind_keywords(call)
    if target.form.owner == owner.canonical and signatures.is_function(target.path):
        return bind_function(call, signatures, target.path)
    return bind_method(call, signatures, owner.canonical, target.form.method, prefer_old=generation.old)


def _made_old(reader: Reader, call: Call) -> bool:
    """Whether the receiver of a method was made with v1's names."""
    for callee in options(call.callee):
        base = callee.base if isinstance(callee, Attribute) else None
        for option in options(base) if base is not None else ():
            if isinstance(option, Result):
                made = reader.constructed(option.call)
                if made is not None and made.old_names:
                    return True
                if _made_old(reader, option.call):
                    return True
    return False

"""The code of model cards with places for what a model's training costs the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from sagegreen.documents.layout import insert_arguments, insert_items, string
from sagegreen.sagemaker.patching import Code, write_settings
from sagegreen.semantics.importing import import_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagegreen.documents.model import Edit
    from sagegreen.documents.parsing import ParsedCell
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Call

_NOT_YET = "not measured"
_CARD = "ModelPackageModelCard"
_HOMES = {"v2": "sagemaker.model_card", "v3": "sagemaker.core.shapes", "v3core": "sagemaker.core.shapes"}
_DUMPS = ("json", "dumps")
_ADDITIONAL = ("sagemaker.model_card", "AdditionalInformation")


def details(jobs: list[Resource]) -> dict[str, str]:
    """What a card has to say: the instances that trained the model, where known, and what is to be measured."""
    found: dict[str, str] = {}
    for job in jobs:
        kind, count = job.instance_type.constant, job.instance_count.constant
        if isinstance(kind, str) and isinstance(count, int):
            found["training_instances"] = f"{count} x {kind}"
    found["training_energy_kwh"] = _NOT_YET
    found["training_emissions_kg_co2e"] = _NOT_YET
    return found


def attached_card(registration: Resource) -> tuple[Edit, ...] | None:
    """A draft card in the request that registers a model; ``None`` where the code leaves no place for one."""
    jobs = [source for source in registration.sources if source.kind == "training_job"]
    cell = registration.call.cell
    content = {"additional_information": {"custom_details": details(jobs)}}
    display, draft = _escaped(_display(cell, content)), string(cell, "Draft")
    home = _HOMES.get(registration.api)
    if home is None:
        status, text = string(cell, "ModelCardStatus"), string(cell, "ModelCardContent")
        code = Code(f"{{{{{status}: {draft}, {text}: {{dumps}}({display})}}}}", (_DUMPS,))
        return write_settings(registration, {"model_card": code})
    imports = ((home, _CARD),) if registration.api == "v2" else ((home, _CARD), _DUMPS)
    text = display if registration.api == "v2" else f"{{dumps}}({display})"
    code = Code(f"{{{_CARD}}}(model_card_content={text}, model_card_status={draft})", imports)
    return write_settings(registration, {"model_card": code})


def described_card(program: Program, call: Call) -> tuple[Edit, ...] | None:
    """Additional information in a ``ModelCard`` of version 2."""
    node = call.node
    if not isinstance(node, cst.Call) or not program.owns(call.cell):
        return None
    plan = import_names(program.module, call.cell, node, [_ADDITIONAL])
    if plan is None:
        return None
    code = f"{plan.names[_ADDITIONAL]}(custom_details={_display(call.cell, details([]))})"
    edits = insert_arguments(call.cell, node, [("additional_information", code)], program.module.document.newline)
    return (*plan.edits, *edits) if edits is not None else None


def described_content(program: Program, cell: ParsedCell, display: cst.Dict) -> tuple[Edit, ...] | None:
    """Additional information in the dictionary that is a card's content."""
    if not program.owns(cell):
        return None
    code = _display(cell, {"custom_details": details([])})
    return insert_items(
        cell, display, [(string(cell, "additional_information"), code)], program.module.document.newline
    )


def _display(cell: ParsedCell, content: Mapping[str, object]) -> str:
    """A dictionary of dictionaries and strings as Python."""
    items = [
        f"{string(cell, key)}: {_display(cell, value) if isinstance(value, dict) else string(cell, str(value))}"
        for key, value in content.items()
    ]
    return f"{{{', '.join(items)}}}"


def _escaped(code: str) -> str:
    return code.replace("{", "{{").replace("}", "}}")

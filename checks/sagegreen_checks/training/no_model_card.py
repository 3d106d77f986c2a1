"""SG351: a model that is registered without a model card, or with one that is silent about the environment."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

import libcst as cst

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.places import callee_of
from sagegreen.semantics.values import ABSENT, Attribute, Known, Mapped, Parameter, Result, Symbol, Unknown, options
from sagegreen_checks.training.managed_spot import called, spelling
from sagegreen_checks.training.model_card_code import attached_card, described_card, described_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.checking.observations import Observation
    from sagegreen.documents.model import Edit
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.semantics.trace import Argument, Call
    from sagegreen.semantics.values import Value

_CARD = re.compile(r"ModelCard|model_card|create-model-card")
_CARD_IN_BYTES = re.compile(_CARD.pattern.encode())
#: What a card says of the environment, in any spelling.
_ENVIRONMENTAL = re.compile(
    r"carbon|co2|emission|kwh|kilowatt|watt|energy|environmental|sustainab|footprint|climate|greenhouse", re.IGNORECASE
)
_MAKERS = (".model_card.ModelCard", ".model_card.model_card.ModelCard", ".ModelCard.create")
_JUMPSTART = "sagemaker.jumpstart.model.JumpStartModel"


class NoModelCard(Check):
    """A model is registered without a model card, or a card says nothing of the environment.

    ## What it does

    Reports the call that registers a model version in a group of the Model Registry (`register`, `RegisterModel`,
    `create_model_package`, `ModelPackage.create`) without a `model_card`, where nothing in the project names a model
    card. It also reports the call that makes a model card (`ModelCard`, `create_model_card`) whose additional
    information is known and holds nothing about energy, emissions or the like.

    It is silent where the request is not known in full, for JumpStart models, whose card comes from their provider, and
    where the file says something of energy or emissions anywhere.

    ## Why it wastes

    What nobody writes down nobody compares. AWS recommends to document the environmental impact of a model in its card,
    so that others choose the smaller model, find out what retraining costs, and do not train again what exists. There
    is no figure for what this saves.

    A model card has no field of its own for the environment; `additional_information.custom_details` takes any names.
    Useful ones: the instances and hours of training, the Region, the energy, the emissions and how they were estimated.

    ## Example

    ```python
    import sagemaker
    from sagemaker.model import Model

    model = Model(
        image_uri="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        sagemaker_session=sagemaker.Session(),
    )
    model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        model_package_group_name="churn",
    )
    ```

    ## Use instead

    ```python
    import sagemaker
    from sagemaker.model import Model
    from sagemaker.model_card import ModelPackageModelCard

    model = Model(
        image_uri="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
        model_data="s3://my-bucket/model.tar.gz",
        role="arn:aws:iam::111122223333:role/SageMakerRole",
        sagemaker_session=sagemaker.Session(),
    )
    details = {
        "training_instances": "1 x ml.m5.xlarge",
        "training_energy_kwh": "0.1",
        "training_emissions_kg_co2e": "0.02, estimated from the Region's grid",
    }
    model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        model_package_group_name="churn",
        model_card=ModelPackageModelCard(
            model_card_content={"additional_information": {"custom_details": details}},
            model_card_status="Draft",
        ),
    )
    ```

    ## Fix safety

    Unsafe: the role needs rights for model cards. The fix attaches a draft with the instances that trained the model,
    where they are known, and with entries for energy and emissions that say `not measured`: it is a scaffold for you to
    fill. In version 2 of the SDK only recent releases take a card when they register.

    ## What it cannot see

    Cards that are written in the console or by another project, and figures that are kept elsewhere. Version 1 has no
    Model Registry; models of `sagemaker.modules` are registered with the classes of version 2.

    ## References

    - [Model cards](https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html)
    - [Model cards in the Model Registry](https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-details.html)
    - [Guidance for Optimizing MLOps for Sustainability](https://aws.amazon.com/solutions/guidance/optimizing-mlops-for-sustainability-on-aws/)
    """

    code: ClassVar[str] = "SG351"
    name: ClassVar[str] = "no-model-card"
    practices: ClassVar[tuple[str, ...]] = ("model-cards",)
    dialects: ClassVar[tuple[str, ...]] = ("v2", "v3", "v3core", "boto3")
    fixes: ClassVar[tuple[str, ...]] = ("unsafe", "displayonly")
    default: ClassVar[bool] = False

    def observe(self, program: Program) -> Iterator[Observation]:
        """Tell where the code does what this rule asks for."""
        for registration in program.of_kind("model_registration"):
            card = registration.setting("model_card")
            if card.value is not None and not isinstance(card.value, Unknown | Parameter) and not card.optional:
                yield self.followed(registration.place, "a model card is registered with the model")

    def check_model_registration(self, registration: Resource) -> Iterator[Finding]:
        """Judge a registration."""
        if not _lacks_card(registration) or _mentions_card(registration.program):
            return
        name = spelling(registration, "model_card")
        message = (
            f"`{called(registration)}` registers a model without a model card (`{name}`), and nothing in this project "
            f"writes one: what training it took is documented nowhere (no published figure). Attach a card that tells "
            f"instances, energy and emissions"
        )
        title = "Attach a draft of a model card with entries for energy and emissions, which are yet to be measured"
        yield self.finding(registration.place, message, Fix.unsafe(title, attached_card(registration)))

    def check_program(self, program: Program) -> Iterator[Finding]:
        """Judge the model cards that the program makes."""
        seen: set[int] = set()
        for call in program.trace.calls:
            if call.foreign or call.excluded or id(call.node) in seen or not _makes_card(call):
                continue
            seen.add(id(call.node))
            silent, edits = _silence(program, call)
            if not silent or program.mentions(_ENVIRONMENTAL):
                continue
            message = (
                "This model card says nothing of the environment: neither energy nor emissions nor what else training "
                "took (no published figure). Add entries to `additional_information.custom_details`"
            )
            title = "Add entries for energy and emissions, which are yet to be measured"
            yield self.finding(callee_of(call.cell, call.node), message, Fix.unsafe(title, edits))


# -- registrations ----------------------------------------------------------------------------------


def _lacks_card(registration: Resource) -> bool:
    """Whether a version of a group is certainly registered without a card that the request could hold."""
    if registration.setting("group").is_absent or not registration.supports("model_card"):
        return False
    if registration.is_open or registration.is_a(_JUMPSTART):
        return False
    return registration.setting("model_card").is_absent


def _mentions_card(program: Program) -> bool:
    own = (cell.source for module in program.module.document.modules for cell in module.cells)
    return any(map(_CARD.search, own)) or program.project.mentions(_CARD_IN_BYTES)


# -- cards ------------------------------------------------------------------------------------------


def _makes_card(call: Call) -> bool:
    for callee in options(call.callee):
        if isinstance(callee, Attribute) and callee.name == "create_model_card":
            return True
        if isinstance(callee, Symbol) and callee.path.startswith("sagemaker.") and callee.path.endswith(_MAKERS):
            return True
    return False


def _silence(program: Program, call: Call) -> tuple[bool, tuple[Edit, ...] | None]:
    """Whether a card certainly has no additional information about the environment, and how to add some."""
    if any(argument.star for argument in call.arguments):
        return False, None
    content = _given(call, "Content") or _given(call, "content")
    if content is not None:
        return _silence_of_content(program, content.value)
    information = _given(call, "additional_information")
    if information is None:
        assigned = program.reader.assigned(call, ("additional_information",), ABSENT)
        known = any(
            isinstance(callee, Symbol) and callee.path.endswith(".ModelCard") for callee in options(call.callee)
        )
        return known and assigned is ABSENT, described_card(program, call)
    bound = program.reader.constructed(information.value.call) if isinstance(information.value, Result) else None
    if bound is None or bound.open:
        return False, None
    given = bound.arguments.get("custom_details")
    return given is None or _is_silent(given.value), None


def _silence_of_content(program: Program, content: Value) -> tuple[bool, tuple[Edit, ...] | None]:
    """The same of the content of a request, which is JSON."""
    if isinstance(content, Known) and isinstance(content.value, str):
        return _is_object(content.value) and _ENVIRONMENTAL.search(content.value) is None, None
    if not isinstance(content, Result) or not content.call.arguments:
        return False, None
    callees = options(content.call.callee)
    if not all(isinstance(callee, Symbol) and callee.path == "json.dumps" for callee in callees):
        return False, None
    display = content.call.arguments[0].value
    if not isinstance(display, Mapped) or not display.complete:
        return False, None
    information = display.entries.get("additional_information")
    if information is None:
        node = display.origin.node if display.origin is not None else None
        if display.origin is None or not isinstance(node, cst.Dict):
            return True, None
        return True, described_content(program, display.origin.cell, node)
    return _is_silent(information.value), None


def _is_silent(value: Value) -> bool:
    """Whether a dictionary is known with all that is in it, and names nothing of the environment."""
    if not isinstance(value, Mapped) or not value.complete:
        return False
    if any(isinstance(key, str) and _ENVIRONMENTAL.search(key) for key in value.entries):
        return False
    return all(
        _is_silent(entry.value)
        if isinstance(entry.value, Mapped)
        else isinstance(entry.value, Known) and not _ENVIRONMENTAL.search(str(entry.value.value))
        for entry in value.entries.values()
    )


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _given(call: Call, name: str) -> Argument | None:
    return next((argument for argument in call.arguments if argument.keyword == name), None)

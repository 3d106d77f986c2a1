"""What the code creates: training jobs, endpoints, pipelines and the rest, with their settings and their life."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagegreen.documents.positions import position
from sagegreen.sagemaker.forms import INVENTORY, KINDS
from sagegreen.sagemaker.settings import Setting, absent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagegreen.sagemaker.calls import BoundCall
    from sagegreen.sagemaker.forms import Api, Form, Kind
    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.types import ObjectType
    from sagegreen.semantics.trace import Call


@dataclass(eq=False)
class Resource:
    """One thing that the code creates, however often the place that creates it is executed.

    Attributes:
        kind: what it is, in the inventory's words.
        api: the dialect of this very call.
        target: the defining path of what is called, such as ``sagemaker.pytorch.estimator.PyTorch``.
        form: how the dialect spells it.
        bound: the executions of the call, with bound arguments.
        place: the callee, where a missing setting is reported.
        owner: the class that is constructed, or whose method is called.
        settings: by name; a name of the vocabulary that is not there is absent.
        program: the program it stands in.
        starts: the calls that run it: ``fit``, ``run``, ``transform``, or the creation itself where that runs it.
        members: resources it is made of: a tuner's training jobs, a step's job, a pipeline's steps.
        users: resources that it is a member of.
        sources: resources whose object's method makes it: the training job of ``estimator.deploy()``.
    """

    kind: Kind
    api: Api
    target: str
    form: Form
    bound: tuple[BoundCall, ...]
    place: Place
    owner: ObjectType | None
    settings: Mapping[str, Setting]
    program: Program
    starts: list[Call] = field(default_factory=list)
    members: list[Resource] = field(default_factory=list)
    users: list[Resource] = field(default_factory=list)
    sources: list[Resource] = field(default_factory=list)

    def setting(self, name: str) -> Setting:
        """A setting by its name in the vocabulary; absent where the dialect has no such thing."""
        return self.settings.get(name) or absent(name)

    def supports(self, name: str) -> bool:
        """Whether the dialect can express a setting for this resource."""
        path = self.form.settings.get(name)
        if path is None:
            return False
        first = self.bound[0]
        return first.signature is None or first.signature.accepts_any_keyword or first.accepts(path[0])

    @property
    def call(self) -> Call:
        """The first execution of the call that makes it."""
        return self.bound[0].call

    @property
    def calls(self) -> tuple[Call, ...]:
        """All executions of that call."""
        return tuple(entry.call for entry in self.bound)

    @property
    def is_open(self) -> bool:
        """Whether it is given arguments that cannot be followed."""
        return any(entry.open for entry in self.bound)

    @property
    def class_name(self) -> str:
        """The last part of what is called: ``PyTorch``, ``deploy``, ``create_endpoint``."""
        return self.target.rpartition(".")[2]

    def is_a(self, *bases: str) -> bool:
        """Whether the class that is constructed or called is or inherits from one of ``bases`` (canonical names)."""
        return self.owner is not None and any(map(self.owner.is_a, bases))

    # -- the settings that rules ask for most ---------------------------------------------------

    @property
    def instance_type(self) -> Setting:
        """The instance type."""
        return self.setting("instance_type")

    @property
    def instance_count(self) -> Setting:
        """How many instances."""
        return self.setting("instance_count")

    @property
    def spot(self) -> Setting:
        """Managed spot training."""
        return self.setting("spot")

    @property
    def max_run(self) -> Setting:
        """The limit of the run time, in seconds."""
        return self.setting("max_run")

    @property
    def max_wait(self) -> Setting:
        """The limit of run time and waiting for spot capacity together, in seconds."""
        return self.setting("max_wait")

    @property
    def checkpoint(self) -> Setting:
        """Whether a checkpoint location is given."""
        return self.setting("checkpoint")

    @property
    def rules(self) -> Setting:
        """Whether Debugger rules are given."""
        return self.setting("rules")

    @property
    def keep_alive(self) -> Setting:
        """How long a warm pool is kept, in seconds."""
        return self.setting("keep_alive")

    @property
    def local(self) -> Setting:
        """Whether it runs on the machine that starts it."""
        return self.setting("local")

    def inventory_entry(self) -> dict[str, object]:
        """The inventory's form of it, without the file name."""
        at = position(self.place.parsed_cell.cell.source, self.place.span.start)
        return {
            "cell": self.place.cell,
            "location": {"row": at.row, "column": at.column},
            "kind": self.kind,
            "api": self.api,
            "target": self.target,
            "settings": {name: self.setting(name).as_json() for name in INVENTORY[self.kind]},
        }


__all__ = ["KINDS", "Resource"]

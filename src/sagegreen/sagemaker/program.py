"""One program: a module's resources, the calls they were read from, and the project around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagegreen.documents.model import Problem
    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.sagemaker.evidence import Evidence, ProjectEvidence
    from sagegreen.sagemaker.reading import Reader
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.types import Types
    from sagegreen.semantics.trace import Trace


@dataclass(eq=False)
class Program:
    """What a check sees of one module.

    Attributes:
        module: the parsed cells.
        trace: everything the module does to what it imports, in order.
        types: the classes of its values.
        reader: reads settings out of further calls.
        evidence: what this module itself offers to its project.
        project: what the other files of the project say.
        resources: what it creates, in the order of the text.
    """

    module: ParsedModule
    trace: Trace
    types: Types
    reader: Reader
    project: ProjectEvidence
    evidence: Evidence
    resources: tuple[Resource, ...] = field(default=())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Cells that could not be parsed."""
        return self.module.problems

    def of_kind(self, *kinds: str) -> list[Resource]:
        """The resources of some kinds."""
        return [resource for resource in self.resources if resource.kind in kinds]

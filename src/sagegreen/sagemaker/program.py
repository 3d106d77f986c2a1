"""One program: a module's resources, the calls they were read from, and the project around it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sagegreen.semantics.values import Attribute, Symbol, options

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from sagegreen.documents.model import Problem
    from sagegreen.documents.parsing import ParsedCell, ParsedModule
    from sagegreen.sagemaker.evidence import Evidence, ProjectEvidence
    from sagegreen.sagemaker.reading import Reader
    from sagegreen.sagemaker.resources import Resource
    from sagegreen.sagemaker.types import Types
    from sagegreen.semantics.trace import Call, Trace
    from sagegreen.semantics.values import Value

_Answer = TypeVar("_Answer")


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

    def owns(self, cell: ParsedCell) -> bool:
        """Whether a cell is one of this module, not of another file that its run led into."""
        return id(cell) in self._own_cells

    def mentions(self, pattern: str | re.Pattern[str] | re.Pattern[bytes]) -> bool:
        """Whether a text stands, or an expression matches, somewhere in the parsed cells.

        An expression of bytes is for UTF-8, as it is matched against the other files of the project.
        """
        found = self._mentioned.get(pattern)
        if found is None:
            found = self._mentioned[pattern] = self._search(pattern)
        return found

    def calls_of(self, *names: str) -> list[Call]:
        """The calls of methods, or of functions and classes, that have one of some names, in order."""
        if len(names) == 1:
            return [self.trace.calls[index] for index in self._calls_by_name.get(names[0], ())]
        found = {index for name in names for index in self._calls_by_name.get(name, ())}
        return [self.trace.calls[index] for index in sorted(found)]

    def once(self, answer: Callable[[Program], _Answer]) -> _Answer:
        """What a function says of this program, asked once: it must not depend on resources that are not there yet."""
        if answer not in self._answers:
            self._answers[answer] = answer(self)
        found: _Answer = self._answers[answer]
        return found

    def _search(self, pattern: str | re.Pattern[str] | re.Pattern[bytes]) -> bool:
        sources = (cell.cell.source for cell in self.module.cells)
        if isinstance(pattern, str):
            return any(pattern in source for source in sources)
        if isinstance(pattern.pattern, str):
            return any(pattern.search(source) for source in sources)
        return pattern.search(self._encoded) is not None

    @cached_property
    def _encoded(self) -> bytes:
        return "\n".join(cell.cell.source for cell in self.module.cells).encode("utf-8", "replace")

    @cached_property
    def _own_cells(self) -> frozenset[int]:
        return frozenset(map(id, self.module.cells))

    @cached_property
    def _calls_by_name(self) -> dict[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for index, call in enumerate(self.trace.calls):
            for name in {_name(callee) for callee in options(call.callee)}:
                found[name].append(index)
        return dict(found)

    @cached_property
    def _mentioned(self) -> dict[str | re.Pattern[str] | re.Pattern[bytes], bool]:
        return {}

    @cached_property
    def _answers(self) -> dict[Callable[[Program], Any], Any]:
        return {}

    def of_kind(self, *kinds: str) -> list[Resource]:
        """The resources of some kinds."""
        return [resource for resource in self.resources if resource.kind in kinds]


def _name(callee: Value) -> str:
    """The last name of what is called; empty for what has none."""
    if isinstance(callee, Attribute):
        return callee.name
    return callee.path.rpartition(".")[2] if isinstance(callee, Symbol) else ""

"""The base class of every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sagegreen.checking.findings import Finding, Fix
from sagegreen.checking.observations import Observation

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from sagegreen.sagemaker.places import Place
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

HOOK_PREFIX = "check_"


class Check:
    """One rule: a code, a name, a page (the docstring), and hooks that turn resources into findings.

    A subclass defines ``code`` and ``name`` in its own body and overrides the hooks it needs; only those are called.
    A class without a ``code`` of its own is a base for others and no rule. Checks keep no state.

    The docstring is the rule's page: a summary paragraph, then the sections ``## What it does``, ``## Why it wastes``,
    ``## Example``, ``## Use instead``, ``## Fix safety``, ``## What it cannot see`` and ``## References``.

    Attributes:
        code: capital letters and digits such as ``SG301``; never changes its meaning.
        name: lower-case words joined by hyphens.
        practices: identifiers of the recommendations of the AWS guidance that the rule serves.
        default: whether the rule runs without being selected.
        assumable: words of the ``assume`` setting under which the rule has nothing to say, because what it misses is
            declared to be taken care of elsewhere (Terraform, CDK).
        dialects: the generations of the SDKs in whose code it speaks, as the inventory names them (``v1``, ``v2``,
            ``modules``, ``v3``, ``v3core``, ``boto3``), and ``script`` for what runs inside a job.
        fixes: the kinds of its fixes: ``safe``, ``unsafe``, ``displayonly``.
        script_words: what stands in a script that the rule has something to say about although it can reach no SDK:
            what runs inside a job. A rule without it is not asked about such scripts.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    practices: ClassVar[tuple[str, ...]] = ()
    default: ClassVar[bool] = True
    assumable: ClassVar[tuple[str, ...]] = ()
    dialects: ClassVar[tuple[str, ...]] = ()
    fixes: ClassVar[tuple[str, ...]] = ()
    script_words: ClassVar[re.Pattern[bytes] | None] = None

    def check_program(self, program: Program) -> Iterable[Finding]:  # noqa: ARG002 - for subclasses
        """Judge a whole module of a document, once."""
        return ()

    def check_resource(self, resource: Resource) -> Iterable[Finding]:  # noqa: ARG002 - for subclasses
        """Judge a resource of any kind; ``check_training_job`` and the like judge those of one kind."""
        return ()

    def observe(self, program: Program) -> Iterable[Observation]:  # noqa: ARG002 - for subclasses
        """Tell where a module does what the rule's practices ask for; :meth:`followed` and :meth:`unclear` say it.

        It is asked for an audit only. A rule that says nothing here leaves its practices to its findings: then they are
        missing where it finds something, and not applicable elsewhere.
        """
        return ()

    def followed(self, at: Place, what: str, practice: str | None = None) -> Observation:
        """The code follows a practice of this rule (the first, if none is named) at a place.

        Raises:
            ValueError: the rule does not serve the practice.
        """
        return self._observation(at, what, practice, certain=True)

    def unclear(self, at: Place, what: str, practice: str | None = None) -> Observation:
        """A practice of this rule (the first, if none is named) applies at a place; the code hides what it does.

        Raises:
            ValueError: the rule does not serve the practice.
        """
        return self._observation(at, what, practice, certain=False)

    def _observation(self, at: Place, what: str, practice: str | None, *, certain: bool) -> Observation:
        about = practice or self.practices[0]
        if about not in self.practices:
            raise ValueError(f"{self.code} does not serve the practice `{about}`")
        return Observation(
            code=self.code,
            practice=about,
            what=what,
            certain=certain,
            cell=at.cell,
            span=at.span,
            statement=at.statement,
        )

    def finding(
        self,
        at: Place,
        message: str,
        *fixes: Fix,
        saving: str | None = None,
        practices: tuple[str, ...] | None = None,
    ) -> Finding:
        """A finding of this rule.

        Args:
            at: the callee of a missing setting, the value of a wrong one.
            message: what is set or missing, what it wastes, what could not be seen, what to write instead.
            *fixes: the preferred one first, then the alternatives.
            saving: what may be saved, with kind and source of the figure.
            practices: those of the rule's practices that the finding is about; all of them if none are named.
        """
        return Finding(
            code=self.code,
            name=self.name,
            message=message,
            cell=at.cell,
            span=at.span,
            statement=at.statement,
            fixes=fixes,
            practices=self.practices if practices is None else practices,
            saving=saving,
        )

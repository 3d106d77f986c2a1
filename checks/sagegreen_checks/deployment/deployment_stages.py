"""What a deployment is for, as far as its code says: a trial, or production; and what its project speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sagegreen.sagemaker.life import is_configuration
from sagegreen.semantics.values import Known, walk

if TYPE_CHECKING:
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_TRIAL = re.compile(
    r"(?<![a-z])(?:demos?|tests?|testing|dev|development|sandbox|poc|examples?|tutorials?|playground|trials?|experiments?"
    r"|workshops?|labs?|hello|quick-?start|walkthrough|toy|try-?out)(?![a-z])",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(r"(?<![a-z])(?:prod|production|live|prd)(?![a-z])", re.IGNORECASE)
_NAMES = ("endpoint_name", "config_name", "variant_name", "model_name")


def is_in_notebook(program: Program) -> bool:
    """Whether a program is a notebook's."""
    return program.module.cells[0].cell.index is not None


def trial_word(endpoint: Resource) -> str | None:
    """The word by which an endpoint's name, its file or folder says that it is a trial; ``None`` without one."""
    return _said(endpoint, _TRIAL)


def production_word(endpoint: Resource) -> str | None:
    """The word by which an endpoint's name, its file or folder says that it is production; ``None`` without one."""
    return _said(endpoint, _PRODUCTION)


def is_kept(endpoint: Resource) -> bool:
    """Whether an endpoint really is created, on AWS, and nothing in its project deletes it."""
    return (
        endpoint.local.constant is False
        and endpoint.setting("deleted").constant is False
        and not all(call.excluded for call in endpoint.calls)
        and not (is_configuration(endpoint) and not endpoint.members)
    )


def speaks_of(program: Program, pattern: re.Pattern[bytes]) -> bool:
    """Whether a program, or any other file or module of its project, mentions something."""
    return itself_speaks_of(program, pattern) or program.project.mentions(pattern)


def itself_speaks_of(program: Program, pattern: re.Pattern[bytes]) -> bool:
    """Whether a program mentions something in its code or comments."""
    return program.mentions(pattern)


def _said(endpoint: Resource, pattern: re.Pattern[str]) -> str | None:
    path = endpoint.program.module.document.path
    folder = path.parent.name
    texts = [path.stem, folder if pattern.fullmatch(folder) else ""]
    for maker in (endpoint, *endpoint.members):
        for name in _NAMES:
            value = maker.setting(name).value
            parts = walk(value) if value is not None else ()
            texts += [part.value for part in parts if isinstance(part, Known) and isinstance(part.value, str)]
    found = (pattern.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text)) for text in texts)
    return next((match[0] for match in found if match is not None), None)

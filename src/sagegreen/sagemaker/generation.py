"""Which SDK generation a program is written for, where single calls do not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.sagemaker.catalogue import load
from sagegreen.sagemaker.names import generations
from sagegreen.semantics.values import Attribute, Symbol, options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagegreen.documents.model import ShellLine
    from sagegreen.semantics.trace import Call

_PIN = re.compile(r"\bpip3?\b.*\binstall\b.*\bsagemaker(?:\[[^]]*\])?\s*(==|<=?|~=)\s*['\"]?(\d+)")


@dataclass(frozen=True, slots=True)
class Generation:
    """What the whole program shows.

    Attributes:
        prefer: the catalogue that wins for names that several generations share.
        old: whether everything that tells v1 and v2 apart says v1.
    """

    prefer: str
    old: bool


def generation_of(calls: Iterable[Call], shell: Iterable[ShellLine]) -> Generation:
    """Read the generation off imported names, v1's keywords and pinned versions."""
    votes = dict.fromkeys(("v1", "v2", "v3"), 0)
    renamed = load("v2").renamed_keywords
    seen: set[str] = set()
    for call in calls:
        if isinstance(call.callee, Attribute):
            continue
        for callee in options(call.callee):
            if not isinstance(callee, Symbol) or not callee.path.startswith("sagemaker."):
                continue
            if any(argument.keyword in renamed for argument in call.arguments if argument.keyword is not None):
                votes["v1"] += 1
            if _is_given_image(call, callee.path):
                votes["v1"] += 1
            if callee.path not in seen:
                seen.add(callee.path)
                known = generations(callee.path)
                if len(known) == 1:
                    votes[next(iter(known))] += 1
            if _only_new_keywords(call, callee.path):
                votes["v2"] += 1
    for line in shell:
        pin = _PIN.search(line.command)
        if pin is not None:
            major = int(pin[2]) - (1 if pin[1] == "<" else 0)
            votes[f"v{min(max(major, 1), 3)}"] += 1
    prefer = "v3" if votes["v3"] > votes["v2"] + votes["v1"] else "v2"
    return Generation(prefer, old=votes["v1"] > 0 and votes["v2"] == 0 and votes["v3"] == 0)


def _is_given_image(call: Call, path: str) -> bool:
    """Whether a model gets its ``image``, which v2 calls ``image_uri``; only estimators have renamed keywords."""
    if not any(argument.keyword == "image" for argument in call.arguments):
        return False
    for generation, wanted in (("v1", True), ("v2", False)):
        catalogue = load(generation)
        canonical = catalogue.canonical(path)
        signature = catalogue.signature(canonical) if canonical is not None and catalogue.is_class(canonical) else None
        if signature is None or (signature.parameter("image") is not None) is not wanted:
            return False
    return True


def _only_new_keywords(call: Call, path: str) -> bool:
    """Whether a constructor gets a keyword that v2 introduced for an old one."""
    old = load("v1")
    canonical = old.canonical(path)
    if canonical is None or not old.is_class(canonical):
        return False
    signature = old.signature(canonical)
    if signature is None or signature.parameter("train_instance_type") is None:
        return False
    new = set(load("v2").renamed_keywords.values())
    return any(
        argument.keyword in new and signature.parameter(argument.keyword) is None
        for argument in call.arguments
        if argument.keyword is not None
    )

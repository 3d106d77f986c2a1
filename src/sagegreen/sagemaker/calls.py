"""SDK calls with their arguments bound to the parameters that the real signature names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagegreen.sagemaker.catalogue import Catalogue, Parameter, Signature, bind, load
from sagegreen.sagemaker.instances import is_instance_type
from sagegreen.semantics.values import Known, options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sagegreen.semantics.trace import Argument, Call

CONSTRUCTOR = "__init__"


@dataclass(frozen=True, eq=False, slots=True)
class BoundCall:
    """A call of a known signature.

    Attributes:
        call: the call.
        arguments: what was given, by the name of the parameter (v1's old names under their v2 names).
        written: the keyword under which a parameter was given where it differs (``train_max_run``).
        signature: the signature that fits; ``None`` where the catalogue has none.
        open: whether arguments came out of something that could not be followed, so that any parameter may be given.
        old_names: whether the call uses v1's names.
    """

    call: Call
    arguments: Mapping[str, Argument]
    signature: Signature | None
    open: bool = False
    old_names: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)

    def keyword(self, name: str) -> str:
        """The name that the signature has for a parameter: v1's own where v1's signature fits."""
        if self.signature is not None and self.signature.parameter(name) is None:
            for old, new in self.renamed.items():
                if new == name and self.signature.parameter(old) is not None:
                    return old
        if self.old_names:
            written = [old for old, new in self.renamed.items() if new == name and old.startswith("train_")]
            return written[0] if written else name
        return name

    def default(self, name: str) -> object:
        """The literal default that the signature declares for a parameter, ``None`` where it declares none."""
        parameter = self._parameter(name)
        return parameter.default if parameter is not None and parameter.has_literal_default else None

    def accepts(self, name: str) -> bool:
        """Whether the signature names a parameter."""
        return self._parameter(name) is not None

    def _parameter(self, name: str) -> Parameter | None:
        if self.signature is None:
            return None
        return self.signature.parameter(name) or self.signature.parameter(self.keyword(name))


def bind_method(call: Call, catalogue: Catalogue, owner: str, method: str, *, prefer_old: bool = False) -> BoundCall:
    """Bind a call of a class's method or constructor.

    Args:
        call: the call.
        catalogue: the catalogue that knows the class.
        owner: the class's canonical name.
        method: the method's name, ``__init__`` for the constructor.
        prefer_old: whether positional arguments follow v1's order.
    """
    renamed = catalogue.renamed_keywords
    keywords = {argument.keyword for argument in call.arguments if argument.keyword is not None}
    old_names = bool(keywords & renamed.keys())
    positional = any(argument.keyword is None and not argument.star for argument in call.arguments)
    candidates = _signatures(catalogue, owner, method) if positional else _newest(catalogue, owner, method)
    if prefer_old or old_names:
        old = load("v1")
        old_owner = owner if old.is_class(owner) else None
        old_signature = old.signature(old_owner, method) if old_owner is not None else None
        if old_signature is not None:
            candidates.insert(0, old_signature)
    return _bound(call, candidates, renamed, old_names=old_names)


def bind_function(call: Call, catalogue: Catalogue, function: str) -> BoundCall:
    """Bind a call of a module-level function."""
    signature = catalogue.function_signature(function)
    older = [entry for _, entry in catalogue.older_function_signatures(function)]
    return _bound(call, [signature, *older] if signature is not None else [], {}, old_names=False)


def bind_keywords(call: Call) -> BoundCall:
    """Bind a boto3 call, which takes keywords only."""
    return _bound(call, [], {}, old_names=False)


def _newest(catalogue: Catalogue, owner: str, method: str) -> list[Signature]:
    newest = catalogue.signature(owner, method)
    return [newest] if newest is not None else []


def _signatures(catalogue: Catalogue, owner: str, method: str) -> list[Signature]:
    older = [signature for _, signature in catalogue.older_signatures(owner, method)]
    return [*_newest(catalogue, owner, method), *older]


def _bound(call: Call, signatures: Sequence[Signature], renamed: Mapping[str, str], *, old_names: bool) -> BoundCall:
    positional: list[Argument] = []
    for argument in call.arguments:
        if argument.star == "*":
            break
        if argument.keyword is None and not argument.star:
            positional.append(argument)
    best: dict[str, Argument] | None = None
    chosen: Signature | None = signatures[0] if signatures else None
    for signature in signatures if positional else signatures[:1]:
        names = bind(signature, len(positional), ())
        arguments = {renamed.get(names[i], names[i]): argument for i, argument in enumerate(positional) if i in names}
        if best is None:
            best = arguments
        if _fits(arguments):
            best, chosen = arguments, signature
            break
    found = dict(best or {})
    for argument in call.arguments:
        if argument.keyword is not None:
            # where both names are given the SDK takes the old one's value
            name = renamed.get(argument.keyword, argument.keyword)
            if name not in found or argument.keyword != name:
                found[name] = argument
    is_open = any(argument.star for argument in call.arguments)
    return BoundCall(call, found, chosen, is_open, old_names, renamed)


def _fits(arguments: Mapping[str, Argument]) -> bool:
    """Whether constants stand at parameters of their kind: instance types are strings, counts are numbers."""
    for name, argument in arguments.items():
        constants = [option.value for option in options(argument.value) if isinstance(option, Known)]
        if any(isinstance(value, str) and is_instance_type(value) for value in constants) != ("instance_type" in name):
            if any(isinstance(value, str) and is_instance_type(value) for value in constants):
                return False
            if "instance_type" in name and any(isinstance(value, int) for value in constants):
                return False
        if "instance_count" in name and any(isinstance(value, str) for value in constants):
            return False
    return True

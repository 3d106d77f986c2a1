"""Which argument of a call reaches which parameter. Names only, no values."""

from collections.abc import Iterable, Mapping

from sagegreen.sagemaker.catalogue.signatures import ParameterKind, Signature


def bind(signature: Signature, positional_count: int, keywords: Iterable[str]) -> Mapping[int | str, str]:
    """Map each argument (index of a positional one, name of a keyword one) to the name of its parameter.

    A surplus positional argument goes to the ``*`` parameter; a keyword that only ``**`` accepts keeps its own name.
    An argument that Python would refuse (surplus, unknown, or given twice) is absent from the result. Calls with
    ``*arguments`` cannot be bound beyond the star: pass the count of what stands before it.
    """
    bound: dict[int | str, str] = {}
    positional = [p.name for p in signature.parameters if p.kind is ParameterKind.POSITIONAL_OR_KEYWORD]
    starred = next((p.name for p in signature.parameters if p.kind is ParameterKind.VAR_POSITIONAL), None)
    for index in range(positional_count):
        if index < len(positional):
            bound[index] = positional[index]
        elif starred is not None:
            bound[index] = starred
    taken = set(positional[:positional_count])
    for keyword in keywords:
        if keyword not in taken and (signature.parameter(keyword) is not None or signature.accepts_any_keyword):
            bound[keyword] = keyword
            taken.add(keyword)
    return bound


def missing_parameters(signature: Signature, bound: Mapping[int | str, str]) -> tuple[str, ...]:
    """Required parameters that no argument of ``bound`` reaches, in the signature's order."""
    given = set(bound.values())
    return tuple(p.name for p in signature.parameters if p.required and p.name not in given)

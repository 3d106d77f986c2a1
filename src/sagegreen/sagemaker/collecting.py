"""The settings that the executions of one call, or of several, agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.sagemaker.calls import BoundCall
from sagegreen.sagemaker.reading import Found
from sagegreen.semantics.values import ABSENT, Attribute, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.sagemaker.forms import Form
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.reading import Reader
    from sagegreen.sagemaker.settings import Setting


#: Methods of a builder that return what it has built.
_BUILDING = frozenset({"build", "optimize"})


def settings_of(program: Program, form: Form, bound: Sequence[BoundCall]) -> dict[str, Setting]:
    """All settings of a form, as the executions of its call give them."""
    return {name: setting_of(program, name, [(form, entry) for entry in bound]) for name in _names(form)}


def setting_of(program: Program, name: str, executions: Sequence[tuple[Form, BoundCall]]) -> Setting:
    """One setting, as the given executions of calls give it together."""
    founds = [_found(program, name, form, bound) for form, bound in executions]
    form, bound = executions[0]
    path = form.settings.get(name, ())
    default = bound.default(path[0]) if len(path) == 1 else None
    if default is None and name in form.fallback:
        made = _receiver(program.reader, bound, form.fallback[name])
        default = made.default(form.fallback[name]) if made is not None else None
    return program.reader.setting(name, founds, default)


def _names(form: Form) -> list[str]:
    return [*form.settings, *(name for name in form.fallback if name not in form.settings)]


def _found(program: Program, name: str, form: Form, bound: BoundCall) -> Found:
    path = form.settings.get(name)
    found = Found(ABSENT, None)
    if path is not None:
        found = _chained(program, bound, path) or program.reader.find(bound, path)
    for other in form.alternatives.get(name, ()):
        if found.value is ABSENT:
            found = program.reader.find(bound, other)
    if found.value is ABSENT and name in form.fallback:
        return _from_receiver(program.reader, bound, form.fallback[name])
    return found


def _from_receiver(reader: Reader, bound: BoundCall, parameter: str) -> Found:
    """A setting that the receiver of a method was made with."""
    made = _receiver(reader, bound, parameter)
    return Found(ABSENT, None) if made is None else reader.find(made, (parameter,))


def _receiver(reader: Reader, bound: BoundCall, parameter: str) -> BoundCall | None:
    """The construction of a method's receiver, if it takes a parameter."""
    callee = bound.call.callee
    base = callee.base if isinstance(callee, Attribute) else None
    while isinstance(base, Result) and isinstance(base.call.callee, Attribute) and base.call.callee.name in _BUILDING:
        base = base.call.callee.base
    if not isinstance(base, Result):
        return None
    made = reader.constructed(base.call)
    return None if made is None or (made.signature is not None and not made.accepts(parameter)) else made


def _chained(program: Program, bound: BoundCall, path: tuple[str, ...]) -> Found | None:
    """``trainer.with_checkpoint_config(...)`` sets what ``checkpoint_config=`` would have set."""
    method = f"with_{path[0]}"
    for call in program.calls_of(method):
        callee = call.callee
        if isinstance(callee, Attribute) and call.arguments:
            base = callee.base
            while isinstance(base, Result) and base.call is not bound.call and isinstance(base.call.callee, Attribute):
                base = base.call.callee.base
            if isinstance(base, Result) and base.call is bound.call:
                argument = call.arguments[0]
                renamed = BoundCall(call, {path[0]: argument}, None)
                return program.reader.find(renamed, path)
    return None

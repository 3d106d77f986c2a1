"""Runs inside a complete SDK environment: imports what the catalogue names and prints what Python says of it, as JSON.

Standard library only; started by ``confirmation``. Input on stdin: classes {canonical: [methods]}, functions
[canonical], aliases {module: {local: canonical}}, modules [name].
"""

import contextlib
import importlib
import inspect
import io
import json
import sys
from typing import Any


def described(callable_object: Any, *, drop_first: bool) -> list[list[str | None]]:
    parameters = list(inspect.signature(callable_object).parameters.values())
    if drop_first and parameters and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        parameters = parameters[1:]
    return [[p.name, p.kind.name, default_of(p)] for p in parameters]


def default_of(parameter: inspect.Parameter) -> str | None:
    if parameter.default is inspect.Parameter.empty:
        return None
    return repr(parameter.default) if type(parameter.default) in (str, int, float, bool, type(None)) else "..."


def found(dotted: str) -> Any:
    parts = dotted.split(".")
    module = importlib.import_module(".".join(parts[:-1]))
    return getattr(module, parts[-1])


def same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return inspect.isclass(one) and inspect.isclass(other) and issubclass(one, other)


def main() -> None:
    asked = json.load(sys.stdin)
    answer: dict[str, dict[str, Any]] = {"methods": {}, "functions": {}, "aliases": {}, "errors": {}}
    with contextlib.redirect_stdout(io.StringIO()):
        for name, methods in asked["classes"].items():
            try:
                cls = found(name)
            except Exception as error:  # noqa: BLE001 - whatever an SDK raises is a result
                answer["errors"][name] = f"{type(error).__name__}: {error}"[:200]
                continue
            for method in methods:
                try:
                    raw = cls.__dict__.get(method)
                    if raw is None:
                        answer["methods"][f"{name}.{method}"] = described(cls, drop_first=False)
                    elif isinstance(raw, (staticmethod, classmethod)):
                        answer["methods"][f"{name}.{method}"] = described(
                            raw.__func__, drop_first=isinstance(raw, classmethod)
                        )
                    else:
                        answer["methods"][f"{name}.{method}"] = described(raw, drop_first=True)
                except Exception as error:  # noqa: BLE001, PERF203 - whatever an SDK raises is a result
                    answer["errors"][f"{name}.{method}"] = f"{type(error).__name__}: {error}"[:200]
        for name in asked["functions"]:
            try:
                answer["functions"][name] = described(found(name), drop_first=False)
            except Exception as error:  # noqa: BLE001, PERF203 - whatever an SDK raises is a result
                answer["errors"][name] = f"{type(error).__name__}: {error}"[:200]
        for module, names in asked["aliases"].items():
            for local, canonical in names.items():
                key = f"{module}.{local}"
                try:
                    target = importlib.import_module(canonical) if canonical in asked["modules"] else found(canonical)
                    answer["aliases"][key] = same(getattr(importlib.import_module(module), local), target)
                except Exception as error:  # noqa: BLE001 - whatever an SDK raises is a result
                    answer["errors"][key] = f"{type(error).__name__}: {error}"[:200]
    json.dump(answer, sys.stdout)


main()

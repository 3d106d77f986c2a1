"""Compares the stored catalogue with what Python's introspection says in a complete SDK environment."""

import ast
import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

# Importing v3 asks for a region; v2 warns on import.
_SURROUNDINGS = {
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
}


def confirm(python: Path, name: str, data: Path) -> list[str]:
    """Every disagreement about file ``name``; what cannot be imported (optional dependencies) is counted at the end."""
    stored = json.loads((data / f"{name}.json").read_bytes())
    gone = {f"{module}.{symbol}" for module, names in stored.get("gone", {}).items() for symbol in names}
    methods = {
        f"{module}.{cls}": record.get("methods", {})
        for module, names in stored["classes"].items()
        for cls, record in names.items()
        if f"{module}.{cls}" not in gone
    }
    functions = {
        f"{module}.{function}": text
        for module, names in stored["functions"].items()
        for function, text in names.items()
        if f"{module}.{function}" not in gone
    }
    aliases = {module: _spread(sources) for module, sources in stored["imports"].items()}
    question = {
        "classes": {cls: sorted(texts) for cls, texts in methods.items()},
        "functions": sorted(functions),
        "aliases": aliases,
        "modules": stored["modules"],
    }
    script = Path(__file__).with_name("introspection.py")
    answer = _ask(python, script, question)
    problems: list[str] = []
    for cls, texts in methods.items():
        for method, text in texts.items():
            said = answer["methods"].get(f"{cls}.{method}")
            if said is not None:
                problems += _differing(f"{name} {cls}.{method}", text, said)
    for function, text in functions.items():
        said = answer["functions"].get(function)
        if said is not None:
            problems += _differing(f"{name} {function}", text, said)
    problems += [f"{name} {alias}: means something else" for alias, same in answer["aliases"].items() if not same]
    kinds = Counter(reason.split(":")[0] for reason in answer["errors"].values())
    agreed = len(answer["methods"]) + len(answer["functions"]) + len(answer["aliases"])
    print(f"{name}: {agreed} signatures and re-exports compared; not importable: {dict(kinds)}")
    return problems


def _ask(python: Path, script: Path, question: dict[str, Any]) -> dict[str, Any]:
    completed = subprocess.run(
        [str(python), str(script)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **_SURROUNDINGS},
    )
    answer: dict[str, Any] = json.loads(completed.stdout.strip().splitlines()[-1])
    return answer


def _spread(sources: dict[str, str]) -> dict[str, str]:
    spread = {}
    for source, names in sources.items():
        for item in names.split():
            original, _, local = item.partition(">")
            spread[local or original] = f"{source}.{original}" if source else original
    return spread


def _differing(label: str, text: str, said: list[list[Any]]) -> list[str]:
    if said and all(kind in ("VAR_POSITIONAL", "VAR_KEYWORD") for _, kind, _ in said):
        return []  # a wrapper that hides the real signature: introspection has nothing to say
    stored = _listed(text.split(" -> ", maxsplit=1)[0])
    if said and said[-1][1] == "VAR_KEYWORD" and [e[:2] for e in stored[: len(said) - 1]] == [e[:2] for e in said[:-1]]:
        return []  # a written pydantic constructor: the stored form names the fields its **kwargs take
    if [entry[:2] for entry in stored] != [entry[:2] for entry in said]:
        return [f"{label}: stored ({text}), Python says {[entry[:2] for entry in said]}"]
    for (parameter, _, own), (_, _, other) in zip(stored, said, strict=True):
        if (own is None) != (other is None) or ("..." not in (own, other) and own != other):
            return [f"{label}: default of {parameter} stored {own}, Python says {other}"]
    return []


def _listed(text: str) -> list[list[Any]]:
    definition = ast.parse(f"def f({text}): ...").body[0]
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - for the type checker
    arguments = definition.args
    plain = [None] * (len(arguments.args) - len(arguments.defaults)) + [ast.unparse(d) for d in arguments.defaults]
    listed: list[list[Any]] = [
        [argument.arg, "POSITIONAL_OR_KEYWORD", _scalar(default)]
        for argument, default in zip(arguments.args, plain, strict=True)
    ]
    if arguments.vararg:
        listed.append([arguments.vararg.arg, "VAR_POSITIONAL", None])
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        listed.append([argument.arg, "KEYWORD_ONLY", None if default is None else _scalar(ast.unparse(default))])
    if arguments.kwarg:
        listed.append([arguments.kwarg.arg, "VAR_KEYWORD", None])
    return listed


def _scalar(text: str | None) -> str | None:
    """Only scalars are compared by value."""
    return "..." if text is not None and text[:1] in "[({" else text

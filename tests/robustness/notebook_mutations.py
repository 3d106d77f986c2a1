"""Damage done to notebooks: cells shuffled, doubled and lost, JSON that is nearly a notebook, any JSON at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mutations import Pool, damaged, mutated

if TYPE_CHECKING:
    import random

_KEYS = (
    "cells",
    "cell_type",
    "source",
    "metadata",
    "outputs",
    "nbformat",
    "worksheets",
    "input",
    "language",
    "kernelspec",
)
_MAGICS = (
    *(
        "%%bash\naws s3 sync s3://x y\n",
        "%%writefile train.py\n",
        "%%writefile -a train.py\n",
        "%%time\n",
        "%%capture out\n",
    ),
    *(
        "!pip install sagemaker\n",
        "%cd x\n",
        "x = !ls\n",
        "x = %env X\n",
        "?x\n",
        "x?\n",
        "%%writefile\n",
        "%%\n",
        "%%sh",
        "!\n",
    ),
    *(
        "%%writefile ../x/../train.py\nimport sagemaker\n",
        "%%writefile 'a b.py'\nimport boto3\n",
        "%load x\n",
        "%%html\n<p>",
    ),
    *(
        "if x:\n    !ls {x}\n    %cd y\n",
        "!ls \\\n  -l\n",
        "files = !ls {x}\nfor f in files: !rm {f}\n",
        "%%python3\nimport boto3\n",
    ),
)


def mutated_notebook(random: random.Random, raw: bytes, pool: Pool) -> bytes:
    """A notebook with cells moved, its code changed, its JSON changed or its bytes damaged."""
    chance = random.random()
    if chance < 0.1:
        return damaged(random, raw)
    if chance < 0.15:
        return raw[: random.randrange(len(raw) + 1)]
    notebook = json.loads(raw.decode("utf-8-sig"))
    for _ in range(random.randrange(1, 5)):
        random.choice((_shuffle, _lose, _double, _edit, _edit, _respell, _magic, _split))(random, notebook, pool)
    if chance < 0.35:
        notebook = _changed_json(random, notebook)
    return _dumped(random, notebook)


def any_json(random: random.Random, depth: int = 4) -> Any:
    """A JSON value with the keys of notebooks and anything in them."""
    chance = random.random()
    if depth and chance < 0.3:
        return [any_json(random, depth - 1) for _ in range(random.randrange(5))]
    if depth and chance < 0.75:
        return {random.choice(_KEYS): any_json(random, depth - 1) for _ in range(random.randrange(6))}
    return random.choice(
        (None, True, 0, -1, 4, 1e308, 10**30, "", "code", "python", "import sagemaker\n", "\ud800", "\x00")
    )


def any_notebook(random: random.Random, pool: Pool) -> bytes:
    """JSON that is a notebook on the outside, with any JSON in its places."""

    def sometimes(value: Any) -> Any:
        return any_json(random) if random.random() < 0.15 else value

    def code() -> list[str]:
        head = random.choice(("import sagemaker\n", "from sagemaker.estimator import Estimator\n", ""))
        return f"{head}{pool.statement(random)}".splitlines(keepends=True)

    def cell() -> Any:
        fields = {
            "cell_type": sometimes(random.choice(("code", "code", "markdown", "raw"))),
            "metadata": sometimes({}),
            "execution_count": sometimes(None),
            "outputs": sometimes([]),
            random.choice(("source", "source", "input")): sometimes(code()),
        }
        return sometimes(fields)

    cells = sometimes([cell() for _ in range(random.randrange(5))])
    notebook: dict[str, Any] = {"metadata": sometimes({"kernelspec": sometimes({"language": sometimes("python")})})}
    if random.random() < 0.2:
        notebook |= {"worksheets": sometimes([sometimes({"cells": cells})]), "nbformat": sometimes(3)}
    else:
        notebook |= {"cells": cells, "nbformat": sometimes(4), "nbformat_minor": sometimes(5)}
    return _dumped(random, notebook)


# --- cells ---------------------------------------------------------------------------------------------------


def _shuffle(random: random.Random, notebook: Any, pool: Pool) -> None:
    random.shuffle(notebook["cells"])


def _lose(random: random.Random, notebook: Any, pool: Pool) -> None:
    cells = notebook["cells"]
    if cells:
        cells.pop(random.randrange(len(cells)))


def _double(random: random.Random, notebook: Any, pool: Pool) -> None:
    cells = notebook["cells"]
    if cells:
        cells.insert(random.randrange(len(cells) + 1), json.loads(json.dumps(random.choice(cells))))


def _edit(random: random.Random, notebook: Any, pool: Pool) -> None:
    _change(random, notebook, lambda source: mutated(random, source, pool))


def _magic(random: random.Random, notebook: Any, pool: Pool) -> None:
    magic = random.choice(_MAGICS)
    _change(random, notebook, lambda source: magic + source if random.random() < 0.7 else f"{source}\n{magic}")


def _split(random: random.Random, notebook: Any, pool: Pool) -> None:
    """Cut a cell in two, anywhere."""
    code = [i for i, cell in enumerate(notebook["cells"]) if cell.get("cell_type") == "code"]
    if not code:
        return
    index = random.choice(code)
    cell = notebook["cells"][index]
    source = "".join(cell.get("source", ""))
    place = random.randrange(len(source) + 1)
    notebook["cells"][index : index + 1] = [{**cell, "source": source[:place]}, {**cell, "source": source[place:]}]


def _respell(random: random.Random, notebook: Any, pool: Pool) -> None:
    """The same source as one string, as lines, as single characters, or as lines with empty ones between."""
    code = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    if code:
        cell = random.choice(code)
        source = "".join(cell.get("source", ""))
        lines = source.splitlines(keepends=True)
        cell["source"] = random.choice((source, list(source), lines, [part for line in lines for part in (line, "")]))


def _change(random: random.Random, notebook: Any, change: Any) -> None:
    code = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    if code:
        cell = random.choice(code)
        source = change("".join(cell.get("source", "")))
        cell["source"] = source if isinstance(cell.get("source"), str) else source.splitlines(keepends=True)


# --- JSON ----------------------------------------------------------------------------------------------------


def _changed_json(random: random.Random, notebook: Any) -> Any:
    """Put any JSON in one place of a notebook, or take the place away."""
    places: list[tuple[Any, Any]] = []
    pending = [notebook]
    while pending:
        value = pending.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            places.append((value, key))
            pending.append(inner)
    if not places:
        return any_json(random)
    holder, key = random.choice(places)
    if random.random() < 0.3:
        del holder[key]
    else:
        holder[key] = any_json(random)
    return notebook


def _dumped(random: random.Random, notebook: Any) -> bytes:
    indent = random.choice((None, 1, 1, 1, 2, "\t"))
    ascii_only = random.random() < 0.5
    separators = random.choice((None, (",", ":"))) if indent is None else None
    text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only, separators=separators)
    if random.random() < 0.1:
        text = text.replace("\n", "\r\n")
    if random.random() < 0.1:
        text = text.replace("/", "\\/")
    return (random.choice(("", "", "", "\ufeff", "\n")) + text).encode("utf-8", "replace")

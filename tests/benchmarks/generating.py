"""Files, folders and notebooks that are written for a measurement: the same on every machine, no two alike."""

from __future__ import annotations

import json
import re
from itertools import chain, count
from random import Random
from typing import TYPE_CHECKING

from blocks import JOB_IMPORTS, JOBS, LOGGER, PLAIN, PLAIN_IMPORTS, TRAINING, TRAINING_IMPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from string import Template

_NOUNS = (
    "account", "address", "agreement", "alarm", "article", "basket", "booking", "branch", "budget", "campaign",
    "carrier", "cargo", "catalogue", "claim", "contract", "courier", "coupon", "customer", "delivery", "deposit",
    "device", "discount", "document", "driver", "engine", "estate", "exchange", "factory", "fleet", "flight",
    "forecast", "garage", "guest", "harbour", "hotel", "image", "incident", "invoice", "journey", "ledger", "letter",
    "licence", "listing", "loan", "machine", "market", "meter", "mortgage", "order", "parcel", "partner", "passenger",
    "payment", "permit", "picture", "policy", "price", "product", "provider", "rating", "receipt", "refund", "region",
    "rental", "request", "review", "route", "sample", "schedule", "sensor", "shelf", "shipment", "station", "stock",
    "supplier", "survey", "tariff", "tenant", "ticket", "timetable", "traffic", "transfer", "valve", "vehicle",
    "voucher", "warehouse", "wallet", "weather",
)  # fmt: skip
_VERBS = (
    "adjust", "assign", "check", "collect", "compare", "complete", "count", "estimate", "extract", "find", "group",
    "load", "match", "merge", "plan", "prepare",
)  # fmt: skip
_GPUS = ("ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.p3.2xlarge", "ml.p3.8xlarge", "ml.g5.12xlarge")
_CPUS = ("ml.m5.xlarge", "ml.m5.4xlarge", "ml.c5.2xlarge", "ml.m4.xlarge", "ml.r5.large", "ml.c6i.xlarge")
_STRATEGIES = ("Bayesian", "Random", "Grid", "Hyperband")
_DEFINITION = re.compile(r"^def (\w+)\(session, role, bucket\)", re.MULTILINE)

_JOBS_BETWEEN = 2  # blocks of plain code for each that starts a job
_STAGE_AFTER = 6  # started jobs, a function that starts them all
_TRAINING_EVERY = 100  # modules of a monorepo, one that trains a model without SageMaker


def script(seed: int, lines: int) -> str:
    """A script of about so many lines that starts SageMaker jobs; a longer one of the same seed begins in the same way."""
    return _module(PLAIN_IMPORTS + JOB_IMPORTS, _up_to(_mixed(Random(seed)), lines))


def plain_script(seed: int, lines: int, *, training: bool = False) -> str:
    """A script of about so many lines without SageMaker.

    Args:
        seed: of its names and numbers.
        lines: about how many.
        training: it imports what models are trained with.
    """
    random = Random(seed)
    blocks = (_filled(random, PLAIN, number) for number in count(1))
    if training:
        return _module(PLAIN_IMPORTS + TRAINING_IMPORTS, chain([TRAINING], _up_to(blocks, lines)))
    return _module(PLAIN_IMPORTS, _up_to(blocks, lines))


def notebook(seed: int, lines: int) -> str:
    """A notebook of about so many lines of code, a few dozen in each cell, with outputs as Jupyter keeps them."""
    blocks = [PLAIN_IMPORTS.replace("from __future__ import annotations\n\n", "") + JOB_IMPORTS + LOGGER]
    blocks += [
        "session = sagemaker.Session()\nrole = sagemaker.get_execution_role()\nbucket = session.default_bucket()"
    ]
    cells: list[dict[str, object]] = []
    for index, block in enumerate([*blocks, *_up_to(_mixed(Random(seed)), lines)]):
        cells.append({"cell_type": "markdown", "metadata": {}, "source": [f"## Step {index}"]})
        cells.append(_cell(block, index))
        calls = [f"started = {name}(session, role, bucket)\nstarted" for name in _DEFINITION.findall(block)]
        cells += [_cell(call, index) for call in calls]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _cell(source: str, index: int) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": index,
        "metadata": {},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": [f"step {index} is done\n"]}],
        "source": source.splitlines(keepends=True),
    }


def monorepo(folder: Path, files: int, mentioning: int) -> None:
    """Write a repository of many services.

    Args:
        folder: is made.
        files: how many scripts in all.
        mentioning: how many of them start SageMaker jobs, evenly spread.
    """
    random = Random(files)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "monorepo"\nversion = "1"\n', encoding="utf-8")
    marked = {index * files // mentioning for index in range(mentioning)} if mentioning else set()
    package = folder
    for index in range(files):
        if index % 25 == 0:  # modules in a package
            service = f"{_NOUNS[index // 500 % len(_NOUNS)]}_{index // 500}"
            package = folder / "services" / service / f"{_NOUNS[index // 25 % len(_NOUNS)]}_{index // 25 % 20}"
            package.mkdir(parents=True)
        lines = random.choice((20, 40, 60, 60, 80, 150))
        if index in marked:
            text = script(index, 150)
        else:
            text = plain_script(index, lines, training=index % _TRAINING_EVERY == 1)
        (package / f"{random.choice(_NOUNS)}_{index}.py").write_text(text, encoding="utf-8")


def _module(imports: str, blocks: Iterable[str]) -> str:
    """Blocks below the imports that they use: nobody's linter has anything to say about the others."""
    body = "\n\n".join(blocks)
    body = f"\n{LOGGER}\n\n\n{body}" if re.search(r"\blogger\b", body) else f"\n\n{body}"
    words = set(re.findall(r"\w+", body)) | {"annotations"}
    lines = []
    for line in imports.splitlines():
        start, found, names = line.rpartition("import ")
        used = [name for name in names.split(", ") if name.rpartition(" ")[2] in words]
        if used or not found:
            lines.append(f"{start}{found}{', '.join(used)}")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n" + body


def _mixed(random: Random) -> Iterator[str]:
    """Plain code, jobs, and now and then a function that starts the last jobs."""
    started: list[str] = []
    for number in count(1):
        if number % (_JOBS_BETWEEN + 1):
            yield _filled(random, PLAIN, number)
            continue
        block = _filled(random, JOBS, number)
        started += _DEFINITION.findall(block)
        yield block
        if len(started) == _STAGE_AFTER:
            calls = "".join(f"    {name}(session, role, bucket)\n" for name in started)
            yield f'def stage_{number}(role, bucket="models-{number}"):\n    session = sagemaker.Session()\n{calls}'
            started.clear()


def _up_to(blocks: Iterator[str], lines: int) -> Iterator[str]:
    """As many blocks as make so many lines."""
    written = 0
    for block in blocks:
        yield block
        written += block.count("\n") + 2
        if written >= lines:
            return


def _filled(random: Random, templates: tuple[Template, ...], number: int) -> str:
    noun, other = random.sample(_NOUNS, 2)
    return random.choice(templates).substitute(
        n=number,
        noun=noun,
        Noun=noun.capitalize(),
        NOUN=noun.upper(),
        other=other,
        verb=random.choice(_VERBS),
        number=random.randrange(10, 500),
        small=random.randrange(2, 9),
        count=random.randrange(1, 5),
        fraction=round(random.uniform(0.1, 0.9), 3),
        gpu=random.choice(_GPUS),
        cpu=random.choice(_CPUS),
        strategy=random.choice(_STRATEGIES),
    )

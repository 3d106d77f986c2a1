"""Programs that hypothesmith writes by Python's grammar, some with what SageMaker programs say put into them."""

from __future__ import annotations

import ast
import re
import warnings
from random import Random
from typing import TYPE_CHECKING

import hypothesmith
from hypothesis import strategies

if TYPE_CHECKING:
    from mutations import Pool

_NAME = re.compile(r"\b[^\W\d]\w*\b")
_WORDS = (
    *("sagemaker", "boto3", "Session", "session", "estimator", "Estimator", "PyTorch", "HyperparameterTuner", "fit"),
    *("deploy", "predictor", "instance_type", "instance_count", "use_spot_instances", "max_run", "max_wait", "client"),
    *("create_training_job", "create_endpoint", "create_endpoint_config", "role", "image_uri", "hyperparameters"),
    *("transform", "Pipeline", "steps", "delete_endpoint", "argparse", "os", "environ", "self", "range", "dict"),
)


def programs(pool: Pool) -> strategies.SearchStrategy[str]:
    """Valid Python: a third as generated, a third with other names, a third with statements of real programs."""
    plain = strategies.one_of(hypothesmith.from_grammar(), hypothesmith.from_node())
    return strategies.one_of(
        plain.map(lambda text: f"{text}\nimport sagemaker\n"),
        plain.map(lambda text: _renamed(text, _chance(text))),
        plain.map(lambda text: _spliced(text, _chance(text), pool)),
    )


def _chance(text: str) -> Random:
    """Chance that is the same for the same program: what hypothesis draws itself is mostly the least of everything."""
    return Random(text)


def _renamed(text: str, random: Random) -> str:
    """Give names that matter to what is no keyword, as far as the text stays valid."""
    words: dict[str, str] = {}

    def word(match: re.Match[str]) -> str:
        return words.setdefault(match[0], random.choice(_WORDS))

    for match in _NAME.finditer(text):
        words.setdefault(match[0], match[0] if _reserved(match[0]) else random.choice(_WORDS))
    renamed = f"import sagemaker, boto3\n{_NAME.sub(word, text)}"
    return renamed if _parses(renamed) else f"import sagemaker\n{text}"


def _spliced(text: str, random: Random, pool: Pool) -> str:
    """Put statements of a real program between those that were generated."""
    rows = [*re.split(r"(?<=\n)(?=[^\s#@)\]}])", text)]
    taken = [pool.statement(random) for _ in range(random.randrange(1, 6))]
    for statement in ("import sagemaker", *taken):
        candidate = [*rows]
        candidate.insert(random.randrange(len(rows) + 1), f"{statement}\n")
        if _parses("".join(candidate)):
            rows = candidate
    return "".join((*rows, "\nimport sagemaker\n"))


def _reserved(word: str) -> bool:
    import keyword

    return keyword.iskeyword(word) or keyword.issoftkeyword(word)


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True

"""The short way to an expression's answer gives the expression's answer."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import sagegreen
import sagegreen_checks
from sagegreen.documents.required_words import occurs, required_words

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (rb"put_bucket", {b"put_bucket"}),
        (rb"(?i)Put_Bucket|LIFECYCLE", {b"put_bucket", b"lifecycle"}),
        (rb"(?:Model|Data)Monitor", {b"monitor"}),
        (rb"a(?:bc|de)?monitor\d+", {b"monitor"}),
        (rb"(?:delete_){2}x", {b"delete_"}),
        (rb"(?:delete_)*wait", {b"wait"}),
        (rb"[abc]+|monitor", set()),
        (rb"(?=monitor)\w", set()),
        (rb"ab", set()),
        (rb"", set()),
    ],
)
def test_the_words_that_an_expression_asks_for(pattern, words):
    assert required_words(re.compile(pattern)) == words


def patterns():
    for package in (sagegreen, sagegreen_checks):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, bytes):
                    yield f"{module.name}.{name}", value


def test_every_expression_of_the_rules_is_answered_as_by_itself():
    texts = [path.read_bytes() for path in FIXTURES.rglob("*") if path.suffix in {".py", ".ipynb"}]
    texts += [text.upper() for text in texts]
    answers = [
        (name, occurs(pattern, text), pattern.search(text) is not None)
        for name, pattern in patterns()
        for text in texts
    ]
    assert len({name for name, *_ in answers}) > 20
    assert [name for name, short, long in answers if short != long] == []

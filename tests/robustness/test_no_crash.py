"""No input crashes the analysis: it is judged, or it is said why not.

``python -m pytest tests/robustness -k fuzz --fuzz-examples 20000`` tries more, ``--fuzz-seed WORD`` tries others,
``--corpus FOLDER`` mutates the files below a folder. A crash is an exception, a finding about a failed rule (SG003), a
place outside of the text, and a fix that cannot be applied, breaks the code, or does not come to an end.
"""

from __future__ import annotations

import json
import warnings
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from mutations import damaged, encoded, mutated
from notebook_mutations import any_json, any_notebook, mutated_notebook

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")


@pytest.fixture
def examples(request, option):
    """How many inputs to try, and where chance begins for each."""

    def randoms(few, share=1.0):
        given = option("--fuzz-examples")
        count = few if given is None else max(1, int(given * share))
        seed = f"{request.node.name}{option('--fuzz-seed', '')}"
        return ((number, Random(f"{seed}{number}")) for number in range(count))

    return randoms


def test_fuzz_mutated_scripts(corpus, pool, trials, examples):
    scripts = [file for file in corpus if file.suffix == ".py" and file.stat().st_size < 60_000]
    for number, random in examples(900):
        file = random.choice(scripts)
        raw = encoded(random, mutated(random, file.read_text(encoding="utf-8", errors="replace"), pool))
        trials.attempt(raw, random.choice((".py", ".py", ".py", ".pyi")), f"{number} of {file.name}")
    trials.settle()
    assert trials.counts["fixed"]


def test_fuzz_small_scripts(pool, trials, examples):
    """A few statements and expressions of anywhere: what a whole program would hide is judged."""
    for number, random in examples(700):
        lines = [pool.statement(random) for _ in range(random.randrange(1, 8))]
        text = "\n".join(
            (random.choice(("import sagemaker", "import boto3", "from sagemaker.pytorch import *")), *lines)
        )
        trials.attempt(encoded(random, mutated(random, text, pool)), ".py", f"{number}")
    trials.settle()
    assert trials.counts["fixed"]


def test_fuzz_mutated_notebooks(corpus, pool, trials, examples):
    notebooks = [file for file in corpus if file.suffix == ".ipynb" and file.stat().st_size < 200_000]
    for number, random in examples(500, 0.5):
        file = random.choice(notebooks)
        trials.attempt(mutated_notebook(random, file.read_bytes(), pool), ".ipynb", f"{number} of {file.name}")
    trials.settle()
    assert trials.counts["fixed"]


def test_fuzz_nearly_notebooks(pool, trials, examples):
    for number, random in examples(400):
        trials.attempt(any_notebook(random, pool), ".ipynb", f"{number}")
    trials.settle()


def test_fuzz_json(trials, examples):
    for number, random in examples(400):
        raw = json.dumps(any_json(random, 6), ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
        trials.attempt(raw if random.random() < 0.8 else damaged(random, raw), ".ipynb", f"{number}")
    trials.settle()


def test_fuzz_bytes(corpus, trials, examples):
    for number, random in examples(400):
        raw = random.randbytes(random.choice((0, 1, 3, 20, 300)))
        if random.random() < 0.5:
            raw = damaged(random, random.choice(corpus).read_bytes()[:30_000])
        raw = b"".join((raw, b"\nimport sagemaker\n")) if random.random() < 0.7 else b"import sagemaker\n" + raw
        trials.attempt(raw, random.choice((".py", ".ipynb", ".pyi")), f"{number}")
    trials.settle()


def test_fuzz_generated_programs(option, pool, trials):
    generated = pytest.importorskip("generated", reason="hypothesmith is not installed")
    count = option("--fuzz-examples", 250)

    @settings(
        max_examples=count,
        derandomize=not option("--fuzz-seed"),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated.programs(pool))
    def run(text):
        trials.attempt(text.encode("utf-8", "surrogatepass"), ".py", "hypothesmith")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run()
    trials.settle()

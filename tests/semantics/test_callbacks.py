"""Functions that the standard library calls, and dictionaries that take in others: seen through the inventory."""

import textwrap
from pathlib import Path

import pytest

import sagegreen

PROGRAM = """
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

from joblib import Parallel, delayed
from sagemaker.sklearn import SKLearn


def train(kind, count=1):
    SKLearn("t.py", framework_version="1.2-1", role="r", instance_count=count, instance_type=kind).fit("s3://b/x")


"""
LARGE = {"state": "known", "value": "ml.m5.large"}
EITHER = {"state": "one_of", "values": ["ml.m5.large", "ml.c5.large"]}
ONE, TWO = {"state": "known", "value": 1}, {"state": "known", "value": 2}


def settings(folder: Path, source: str) -> dict[str, object]:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    found = [entry for entry in sagegreen.inventory([path], isolated=True) if entry["kind"] == "training_job"]
    assert len(found) == 1, found
    return found[0]["settings"]


@pytest.mark.parametrize(
    ("body", "kind", "count"),
    [
        pytest.param(
            "with ThreadPoolExecutor() as pool:\n    pool.submit(train, 'ml.m5.large', count=2)",
            LARGE,
            TWO,
            id="submit",
        ),
        pytest.param(
            "with ThreadPoolExecutor() as pool:\n    list(pool.map(train, ['ml.m5.large', 'ml.c5.large']))",
            EITHER,
            ONE,
            id="map of an executor",
        ),
        pytest.param("list(map(train, ['ml.m5.large', 'ml.c5.large']))", EITHER, ONE, id="map"),
        pytest.param("Pool(2).starmap(train, [('ml.m5.large', 2), ('ml.c5.large', 2)])", EITHER, TWO, id="starmap"),
        pytest.param("Pool(2).apply_async(train, ('ml.m5.large',), {'count': 2})", LARGE, TWO, id="apply_async"),
        pytest.param(
            "threading.Thread(target=train, args=('ml.m5.large',), kwargs={'count': 2}).start()",
            LARGE,
            TWO,
            id="thread",
        ),
        pytest.param("functools.partial(train, count=2)('ml.m5.large')", LARGE, TWO, id="partial"),
        pytest.param(
            "Pool(2).map(functools.partial(train, count=2), ['ml.m5.large', 'ml.c5.large'])",
            EITHER,
            TWO,
            id="map of a partial",
        ),
        pytest.param("Parallel()(delayed(train)(kind, 2) for kind in ['ml.m5.large'])", LARGE, TWO, id="joblib"),
    ],
)
def test_a_function_gets_what_its_caller_hands_on(tmp_path, body, kind, count):
    found = settings(tmp_path, PROGRAM + body + "\n")
    assert (found["instance_type"], found["instance_count"]) == (kind, count)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(
            "for o in [{'kind': 'ml.m5.large'}, {'kind': 'ml.c5.large'}]:\n    c = o.copy()\n    train(**c)",
            EITHER,
            id="copy of one of several",
        ),
        pytest.param(
            "for o in [{'kind': 'ml.m5.large'}, {'kind': 'ml.c5.large'}]:\n    train(**{**{'count': 1}, **o})",
            EITHER,
            id="one of several spread",
        ),
        pytest.param(
            "def run(**given):\n    train(**{'kind': 'ml.m5.large', **given})",
            {"state": "unknown", "default": "ml.m5.large"},
            id="a default that the caller may replace",
        ),
        pytest.param(
            "def run(given):\n    o = {'kind': 'ml.m5.large'}\n    o.update(given)\n    train(o['kind'])",
            {"state": "unknown", "default": "ml.m5.large"},
            id="updated with something unknown",
        ),
        pytest.param(
            "def run(given):\n    train(**{**given, 'kind': 'ml.m5.large'})",
            LARGE,
            id="written behind something unknown",
        ),
    ],
)
def test_a_dictionary_that_takes_in_another_holds_what_either_does(tmp_path, body, kind):
    assert settings(tmp_path, PROGRAM + textwrap.dedent(body) + "\n")["instance_type"] == kind

"""Every turn of Python and every situation of the lists, each against the SDK."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from judging import judge, read
from situations import program, situations
from snippets import SNIPPETS

_CREATION = "client.create_notebook_instance(NotebookInstanceName='desk-{}', InstanceType={}, RoleArn={!r})"
_ROLE = "arn:aws:iam::123456789012:role/reader"
PLACES = {
    "module": "{}",
    "function": "def job_{n}():\n{indented}\njob_{n}()",
    "method": "class Job_{n}:\n    def run(self):\n{deeper}\nJob_{n}().run()",
    "loop": "for _ in range(2):\n{indented}",
    "branch": "if os.environ.get('NOT_SET') is None:\n{indented}",
}


def judged(source, environments):
    record = environments.replay("v2", "main.py", {"main.py": source.encode()}).result()
    assert record.failure is None, record.failure
    with TemporaryDirectory() as folder:
        Path(folder, "main.py").write_text(source)
        return judge(read(Path(folder)), record)


def notebook_instances(place):
    """A program that asks for one notebook instance after each turn of Python."""
    pieces = ["import os", "import sys", "import boto3", "client = boto3.client('sagemaker')"]
    for number, snippet in enumerate(SNIPPETS):
        body, _, result = snippet.rpartition("=> ")

        def filled(text, number=number):
            named = re.sub(r"_N\b", f"_{number}", text)
            return named.replace("RIGHT", "'ml.t3.medium'").replace("WRONG", "'ml.t3.large'")

        text = f"{filled(body)}{_CREATION.format(number, filled(result), _ROLE)}"
        indented = textwrap.indent(text, "    ")
        deeper = textwrap.indent(indented, "    ")
        pieces.append(PLACES[place].format(text, n=number, indented=indented, deeper=deeper))
    return "\n".join(pieces) + "\n"


@pytest.mark.parametrize("place", PLACES)
def test_turns_of_python(place, environments):
    judgement = judged(notebook_instances(place), environments)
    assert judgement.contradictions == []
    assert judgement.unclaimed == []
    compared = sum(judgement.compared.values())
    assert compared >= len(SNIPPETS)
    assert len(judgement.unknown) <= compared * (0.3 if place == "loop" else 0.2)


SITUATIONS = situations()


@pytest.fixture(scope="module")
def unknown():
    """What the tool does not know, over all situations."""
    return []


@pytest.mark.parametrize("situation", SITUATIONS, ids=[f"situation-{index}" for index in range(len(SITUATIONS))])
def test_situations(situation, environments, unknown):
    judgement = judged(program([situation]), environments)
    assert judgement.contradictions == []
    unknown.append((len(judgement.unknown) + len(judgement.unclaimed), sum(judgement.compared.values())))


def test_most_of_what_situations_do_is_known(unknown):
    assert sum(count for count, _ in unknown) <= sum(compared for _, compared in unknown) / 50

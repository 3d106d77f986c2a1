"""Whole programs: several jobs of one SDK, each in disguises of its own, as a script or a notebook, with modules."""

from __future__ import annotations

import json
import shlex
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from choosing import Choices
from disguises import expression
from hypothesis import strategies
from jobs import DIALECTS, IMAGE, ROLE
from writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jobs import Job

_HEAD = ["import os", "import sys", f"IMAGE = {IMAGE!r}", f"ROLE = {ROLE!r}"]


@dataclass(frozen=True)
class Generated:
    """A generated program.

    Attributes:
        sdk: the environment that it runs in.
        main: its path.
        files: the files of its project, it among them.
        jobs: how many jobs it starts.
    """

    sdk: str
    main: str
    files: dict[str, bytes]
    jobs: int

    def __repr__(self) -> str:
        shown = [f"# {self.sdk}: {path}\n{_shown(path, content)}" for path, content in self.files.items()]
        return "\n" + "\n".join(shown)


def _shown(path: str, content: bytes) -> str:
    if not path.endswith(".ipynb"):
        return content.decode()
    cells = [f"# cell {index}\n{''.join(cell['source'])}" for index, cell in enumerate(json.loads(content)["cells"], 1)]
    return "\n".join(cells)


@strategies.composite
def programs(draw: Callable[[Any], Any], dialect: str, most: int = 4) -> Generated:
    """Programs of one dialect."""
    choose = Choices(draw)
    writer = Writer(choose)
    jobs = [choose.one(DIALECTS[dialect])(choose) for _ in range(choose.one(range(1, most + 1)))]
    for job in jobs:
        _write(writer, job)
    return _assembled(writer, jobs)


def _statements(writer: Writer, job: Job) -> list[str]:
    """The statements of one job."""
    with writer.block() as statements:
        code = expression(writer, job.made)
        if job.after:
            code = writer.variable("result", code)
            for statement in job.after:
                writer.write(statement.format(code))
        elif writer.choose.rarely():
            writer.variable("result", code)
        else:
            writer.write(code)
    return statements


def _write(writer: Writer, job: Job) -> None:
    """The statements of one job, in a block of some kind."""
    statements = _statements(writer, job)
    kind = writer.choose.one(range(16))
    if kind == 5:
        name = writer.name("job")
        writer.write(f"def {name}():", *statements)
        writer.write(f"{name}()")
    elif kind == 6:
        name = writer.name("Job")
        body = textwrap.indent("\n".join(statements), "    ")
        writer.write(f"class {name}:", f"def run(self):\n{body}")
        writer.write(f"{name}().run()")
    elif kind == 7:
        writer.write("if __name__ == '__main__':", *statements)
    elif kind == 8:
        writer.write("try:", *statements)
        writer.statements[-1] += "\nfinally:\n    print('done')"
    elif kind == 9:
        writer.write("import contextlib")
        writer.write("with contextlib.nullcontext():", *statements)
    elif kind == 10:
        condition, holds = writer.condition()
        writer.write(f"if {condition if holds else f'not ({condition})'}:", *statements)
    elif kind == 11:
        condition, holds = writer.condition()
        writer.write(f"if {f'not ({condition})' if holds else condition}:", "print('never')")
        writer.statements[-1] += "\nelse:\n" + textwrap.indent("\n".join(statements), "    ")
    elif kind == 12:
        writer.write("for _ in range(1):", *statements)
    elif kind == 13:
        writer.write("while True:", *statements, "break")
    elif kind == 14:
        name = writer.name("job")
        writer.write("import functools")
        writer.write(
            f"def logged_{name}(function):",
            "@functools.wraps(function)\ndef inner(*args, **kwargs):\n    return function(*args, **kwargs)",
            "return inner",
        )
        writer.write(f"@logged_{name}\ndef {name}(wait=True):", *statements)
        writer.write(f"{name}(wait=False)")
    elif kind == 15:
        name = writer.name("main")
        writer.write(f"def {name}(argv=None):", *statements, "return 0")
        writer.write("if __name__ == '__main__':", f"{name}()")
    else:
        writer.statements += statements


def _assembled(writer: Writer, jobs: list[Job]) -> Generated:
    said = ["# replay: files - train.py inference.py preprocess.py src/train.py"]
    if writer.environment:
        words = shlex.join(f"{name}={value}" for name, value in writer.environment.items())
        said.append(f"# replay: environment - {words}")
    if writer.arguments:
        said.append(f"# replay: arguments - {shlex.join(writer.arguments)}")
    files = {f"{name}.py": ("\n".join(lines) + "\n").encode() for name, lines in writer.modules.items()}
    sdk = jobs[0].sdk
    if writer.choose.rarely():
        cells = [said + _HEAD, *([statement] for statement in writer.statements)]
        notebook = {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "metadata": {},
                    "outputs": [],
                    "source": "\n".join(cell).splitlines(keepends=True),
                }
                for cell in cells
            ],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        return Generated(sdk, "main.ipynb", {"main.ipynb": json.dumps(notebook, indent=1).encode(), **files}, len(jobs))
    text = "\n".join([*said, *_HEAD, *writer.statements]) + "\n"
    return Generated(sdk, "main.py", {"main.py": text.encode(), **files}, len(jobs))

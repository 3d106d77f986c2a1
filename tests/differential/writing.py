"""The text of a generated program while it is written: blocks of lines, fresh names, files beside it."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from choosing import Choices


class Writer:
    """Writes one program.

    Attributes:
        choose: makes the choices.
        statements: the statements of the block that is being written, each with all its lines.
        modules: further modules of the project, by name.
        environment: variables of the environment that the program runs in.
        arguments: its command line.
    """

    def __init__(self, choose: Choices) -> None:
        self.choose = choose
        self.statements: list[str] = []
        self.modules: dict[str, list[str]] = {}
        self.environment: dict[str, str] = {}
        self.arguments: list[str] = []

    def name(self, stem: str) -> str:
        """A name that nothing else has."""
        return f"{stem}_{self.choose.number()}"

    def write(self, statement: str, *inner: str) -> None:
        """Add a statement; ``inner`` are the statements of its block."""
        body = "".join(f"\n{textwrap.indent(line, '    ')}" for line in inner)
        self.statements.append(statement + body)

    @contextmanager
    def block(self) -> Iterator[list[str]]:
        """Collect statements apart, to be put into a block."""
        around, self.statements = self.statements, []
        try:
            yield self.statements
        finally:
            self.statements = around

    def variable(self, stem: str, code: str) -> str:
        """A new variable that holds a value."""
        name = self.name(stem)
        self.write(f"{name} = {code}")
        return name

    def condition(self) -> tuple[str, bool]:
        """A condition, and whether it holds when the program runs; half of them are known before."""
        number = self.choose.number()
        kind = self.choose.one(range(10))
        if kind == 0:
            return "True", True
        if kind == 1:
            return f"not {self.variable('debug', 'False')}", True
        if kind == 2:
            return f"{self.variable('stage', repr('dev'))} == 'prod'", False
        if kind == 3:
            return f"{self.variable('size', '3')} > 2", True
        if kind == 4:
            return f"os.environ.get('NOT_SET_{number}')", False
        if kind == 5:
            return f"os.environ.get('NOT_SET_{number}', 'dev') == 'dev'", True
        if kind == 6:
            return f"'NOT_SET_{number}' in os.environ", False
        if kind == 7:
            self.environment[f"SET_{number}"] = "yes"
            return f"os.environ.get('SET_{number}', 'no') == 'yes'", True
        if kind == 8:
            return "os.path.exists('/nowhere')", False
        return "len(sys.argv) < 2000", True

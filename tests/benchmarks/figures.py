"""What a measurement came to, as tables for people and as JSON."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from measuring import Measured

_MEBI = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """What one process cost.

    Attributes:
        best: wall time of the fastest run in seconds; ``None`` where there was no run.
        remark: what else is to be known, such as why there was no run.
    """

    name: str
    best: float | None = None
    median: float | None = None
    processor: float | None = None
    peak: int | None = None
    runs: int = 0
    command: str = ""
    remark: str = ""

    @classmethod
    def of(cls, measured: Measured, remark: str = "") -> Row:
        """The row of a command."""
        command = shlex.join(measured.command.words)
        if measured.failure or not measured.runs:
            return cls(measured.command.name, command=command, remark=measured.failure or remark)
        return cls(
            measured.command.name,
            measured.best,
            measured.median,
            measured.processor,
            measured.peak,
            len(measured.runs),
            command,
            remark,
        )


@dataclass(frozen=True)
class Ratio:
    """A figure and what it should be.

    Attributes:
        what: is divided by what, or is measured.
        value: the figure; ``None`` where something that it needs did not run.
        target: the largest (or, for a share or a distance to others, the smallest) that is wanted; ``None`` if none is.
        at_least: whether the target is the smallest wanted.
        unit: follows the figure.
        processor: the same ratio of processor times, which other work on the machine disturbs less.
    """

    what: str
    value: float | None
    target: float | None = None
    at_least: bool = False
    unit: str = "x"
    processor: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; ``None`` where there is none, or no figure."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Table:
    """Any other figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...]


@dataclass
class Scene:
    """One measured situation.

    Attributes:
        subject: what was worked on.
        notes: what a reader must know about the figures.
    """

    name: str
    title: str
    subject: str = ""
    rows: list[Row] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def rename(self, names: Mapping[str, str]) -> None:
        """Call folders of this machine by other names, in commands and remarks."""
        for index, row in enumerate(self.rows):
            self.rows[index] = replace(row, command=_renamed(row.command, names), remark=_renamed(row.remark, names))
        self.notes = [_renamed(note, names) for note in self.notes]

    def compare(self, measured: Mapping[str, Measured], name: str, other: str, target: float | None = None) -> None:
        """Add the ratio of two commands' wall times.

        Args:
            measured: all commands by their names.
            name: of the one that is divided.
            other: of the one that divides.
            target: the largest wanted ratio.
        """
        self._divide(measured, name, other, target, at_least=False)

    def faster_than(self, measured: Mapping[str, Measured], name: str, other: str, target: float) -> None:
        """Add how many times faster one command is than another."""
        self._divide(measured, other, name, target, at_least=True)

    def _divide(
        self, measured: Mapping[str, Measured], name: str, other: str, target: float | None, *, at_least: bool
    ) -> None:
        mine, theirs = measured.get(name), measured.get(other)
        value = processor = None
        if mine and theirs and not mine.failure and not theirs.failure:
            value = mine.best / theirs.best
            processor = mine.processor / theirs.processor if theirs.processor else None  # too short for the clock
        self.ratios.append(Ratio(f"{name} / {other}", value, target, at_least, processor=processor))


def as_json(machine: dict[str, Any], scenes: Sequence[Scene]) -> dict[str, Any]:
    """Everything, for other programs."""
    found = []
    for scene in scenes:
        entry = asdict(scene)
        for ratio, shown in zip(scene.ratios, entry["ratios"], strict=True):
            shown["met"] = ratio.met
        found.append(entry)
    return {"machine": machine, "scenes": found}


def as_text(scene: Scene) -> str:
    """A scene in Markdown tables, aligned to be read in a terminal too."""
    parts = [f"## {scene.name}: {scene.title}", scene.subject]
    if scene.rows:
        header = ("what", "best s", "median s", "cpu s", "peak MiB", "runs", "remark")
        parts.append(_aligned(header, [_cells(row) for row in scene.rows]))
    if scene.ratios:
        lines = [
            (
                ratio.what,
                _figure(ratio.value, ratio.unit),
                _target(ratio),
                _verdict(ratio),
                _figure(ratio.processor, ratio.unit),
            )
            for ratio in scene.ratios
        ]
        parts.append(_aligned(("from the best runs", "figure", "target", "", "of cpu time"), lines))
    for table in scene.tables:
        cells = [tuple(_cell(value) for value in row) for row in table.rows]
        parts += [f"{table.title}:", _aligned(table.header, cells)]
    parts += [f"Note: {note}" for note in scene.notes]
    commands = [f"{row.name}: `{row.command}`" for row in scene.rows if row.command]
    if commands:
        parts.append("\n".join(["Commands:", "", *(f"* {command}" for command in commands)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for folder, name in names.items():
        text = text.replace(folder, name)
    return text


def _cells(row: Row) -> tuple[str, ...]:
    if row.best is None or row.median is None:
        return (row.name, "-", "-", "-", "-", "0", row.remark)
    processor = "" if row.processor is None else f"{row.processor:.3f}"
    peak = "" if row.peak is None else f"{row.peak / _MEBI:.0f}"
    return (row.name, f"{row.best:.3f}", f"{row.median:.3f}", processor, peak, str(row.runs), row.remark)


def _figure(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.2f} {unit}".rstrip()


def _verdict(ratio: Ratio) -> str:
    if ratio.value is None:
        return "not measured"
    return {True: "met", False: "MISSED", None: ""}[ratio.met]


def _target(ratio: Ratio) -> str:
    if ratio.target is None:
        return ""
    return f"{'>=' if ratio.at_least else '<='} {ratio.target:g} {ratio.unit}".rstrip()


def _cell(value: str | float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _aligned(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[index]) for line in (header, *rows)) for index in range(len(header))]

    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])

"""The inventory as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagegreen.reporting.report import on_one_line, path_on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = (
    "instance_type", "instance_count", "spot", "max_run", "max_wait", "checkpoint", "rules", "distribution",
    "keep_alive", "local", "strategy", "max_jobs", "early_stopping", "mode", "deleted", "autoscaled", "data_capture",
    "cache",
)  # fmt: skip


def render_inventory(entries: Sequence[dict[str, Any]], output_format: str) -> str:
    """The resources in the order given.

    Args:
        entries: JSON objects as ``sagegreen inventory --output-format json`` shows them.
        output_format: ``text``, ``json`` or ``csv``.
    """
    if output_format == "json":
        return json.dumps(list(entries), indent=2) + "\n"
    return _csv(entries) if output_format == "csv" else _text(entries)


def _text(entries: Sequence[dict[str, Any]]) -> str:
    lines = []
    for entry in entries:
        cell = "" if entry["cell"] is None else f":cell {entry['cell']}"
        path = path_on_one_line(Path(entry["filename"]))
        place = f"{path}{cell}:{entry['location']['row']}:{entry['location']['column']}"
        settings = ", ".join(
            f"{name}={_shown(state)}" for name, state in entry["settings"].items() if state["state"] != "absent"
        )
        lines.append(
            f"{place}: {entry['kind']} [{entry['api']}] {entry['target']}"
            + on_one_line(f": {settings}" * bool(settings))
        )
    lines.append(f"Found {len(entries)} resource{'' if len(entries) == 1 else 's'}.")
    return "\n".join(lines) + "\n"


def _csv(entries: Sequence[dict[str, Any]]) -> str:
    others = sorted({name for entry in entries for name in entry["settings"]} - set(SETTINGS))
    names = (*SETTINGS, *others)
    rows: list[list[object]] = [["filename", "cell", "row", "column", "kind", "api", "target", *names]]
    for entry in entries:
        place = [entry["filename"], entry["cell"], entry["location"]["row"], entry["location"]["column"]]
        states = [_shown(entry["settings"].get(name, {"state": "absent"})) for name in names]
        rows.append([*place, entry["kind"], entry["api"], entry["target"], *states])
    return "".join(map(_csv_line, rows))


def _csv_line(row: list[object]) -> str:
    stream = io.StringIO()
    # The writer quotes a carriage return only where it ends lines with one.
    csv.writer(stream, lineterminator="\r\n").writerow(row)
    return stream.getvalue().removesuffix("\r\n") + "\n"


def _shown(state: dict[str, Any]) -> str:
    kind = state["state"]
    if kind == "known":
        return _value(state["value"])
    if kind == "one_of":
        return " | ".join(_value(value) for value in state["values"])
    if kind == "unknown":
        return f"unknown (default {_value(state['default'])})" if "default" in state else "unknown"
    return ""


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

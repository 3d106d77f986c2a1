"""Compare what the inventory says about a labelled folder with its labels.

Each folder of programs is one project with its labels in ``expected.json``: for every file, every resource with the
row of its callee (in a notebook also its cell), its kind and dialect and all settings of the kind. A label is what a
plain run of the visible program gives. What the analysis is known not to see stands in ``gaps`` beside the true label,
with the reason: ``{"setting": "reason"}``, ``{"": "reason"}`` for a resource that is not found; the comparison says so
when such a gap closes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from sagegreen.cli import main


class Key(NamedTuple):
    """Where a resource stands and what it is."""

    file: str
    cell: int | None
    row: int
    kind: str
    api: str

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.file}:{cell}{self.row} {self.kind} [{self.api}]"


def programs_of(folder: Path) -> list[Path]:
    """The labelled projects below a folder."""
    return sorted(path.parent for path in folder.glob("*/expected.json"))


def labels_of(program: Path) -> dict[Key, dict[str, Any]]:
    """The labels of a project by the place of their resource."""
    labels = json.loads((program / "expected.json").read_text())
    return {
        Key(name, label.get("cell"), label["row"], label["kind"], label["api"]): label
        for name, listed in labels.items()
        for label in listed
    }


def inventory_of(folder: Path, capsys: Any) -> dict[Key, dict[str, Any]]:
    """The settings that ``sagegreen inventory`` reports for a project, by the place of their resource."""
    assert main(["inventory", str(folder), "--output-format", "json"]) == 0
    found: dict[Key, dict[str, Any]] = {}
    for entry in json.loads(capsys.readouterr().out):
        name = Path(entry["filename"]).relative_to(folder).as_posix()
        key = Key(name, entry["cell"], entry["location"]["row"], entry["kind"], entry["api"])
        assert key not in found, f"{key} is listed twice"
        found[key] = entry["settings"]
    return found


def differences(labels: dict[Key, dict[str, Any]], found: dict[Key, dict[str, Any]]) -> list[str]:
    """One line for each disagreement between labels and inventory, and for each gap that has closed."""
    lines = [f"{key}: not in the code, but found" for key in found if key not in labels]
    for key, label in labels.items():
        gaps = label.get("gaps", {})
        if key not in found:
            if "" not in gaps:
                lines.append(f"{key}: not found")
            continue
        if "" in gaps:
            lines.append(f"{key}: found, so it is no gap any more: {gaps['']}")
        settings = found[key]
        if settings.keys() != label["settings"].keys():
            lines.append(f"{key}: settings are {sorted(settings)}, expected {sorted(label['settings'])}")
            continue
        for name, expected in label["settings"].items():
            same = _words(expected) == _words(settings[name])
            if same and name in gaps:
                lines.append(f"{key}: {name} is right, so it is no gap any more: {gaps[name]}")
            elif not same and name not in gaps:
                lines.append(f"{key}: {name} is {_words(settings[name])}, expected {_words(expected)}")
    return lines


def _words(setting: dict[str, Any]) -> str:
    if setting["state"] == "one_of":
        return f"one of {sorted(map(json.dumps, setting['values']))}"
    if setting["state"] == "known":
        return json.dumps(setting["value"])
    return f"unknown (default {json.dumps(setting['default'])})" if "default" in setting else str(setting["state"])

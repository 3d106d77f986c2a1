"""The files: compact JSON, one line per module, the same bytes for the same data."""

import json
from collections.abc import Mapping
from pathlib import Path

from .assembly import Json


def rendered(data: Mapping[str, Json]) -> str:
    """The text of one file. Order is the data's own; every entry of a top-level mapping has its line."""
    lines = []
    for key, value in data.items():
        if isinstance(value, dict) and value:
            inner = ",\n".join(f"{_compact(name)}:{_compact(entry)}" for name, entry in value.items())
            lines.append(f"{_compact(key)}:{{\n{inner}\n}}")
        else:
            lines.append(f"{_compact(key)}:{_compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def write(directory: Path, files: Mapping[str, Mapping[str, Json]]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in sorted(files.items()):
        (directory / f"{name}.json").write_text(rendered(data), encoding="utf-8", newline="\n")


def differences(directory: Path, files: Mapping[str, Mapping[str, Json]]) -> list[str]:
    """What stored files say differently from ``files``, one line per symbol, with the versions on both sides."""
    found: list[str] = []
    for name, data in sorted(files.items()):
        path = directory / f"{name}.json"
        if not path.exists():
            found.append(f"{name}: not stored")
            continue
        stored = json.loads(path.read_text(encoding="utf-8"))
        fresh = json.loads(rendered(data))
        sides = f"stored {_newest(stored)}, sources {_newest(fresh)}"
        before = len(found)
        _compare(stored, fresh, (name,), sides, found)
        if len(found) == before and path.read_text(encoding="utf-8") != rendered(data):
            found.append(f"{name}: same content, other layout ({sides})")
    return found


def _newest(data: Mapping[str, object]) -> str:
    versions = data.get("versions")
    return str(versions[-1]) if isinstance(versions, list) and versions else "unknown"


def _compare(stored: object, fresh: object, path: tuple[str, ...], sides: str, found: list[str]) -> None:
    if stored == fresh:
        return
    if isinstance(stored, dict) and isinstance(fresh, dict):
        for key in sorted({*stored, *fresh}):
            if key not in stored:
                found.append(f"{' '.join([*path, key])}: missing from the stored file ({sides})")
            elif key not in fresh:
                found.append(f"{' '.join([*path, key])}: no longer in the sources ({sides})")
            else:
                _compare(stored[key], fresh[key], (*path, key), sides, found)
        return
    found.append(f"{' '.join(path)}: {_short(stored)} became {_short(fresh)} ({sides})")


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 120 else f"{text[:117]}..."

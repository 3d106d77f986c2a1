"""Access to the generated files."""

import json
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


def read_stored(name: str) -> dict[str, Any]:
    """The content of ``data/<name>.json``.

    Raises:
        LookupError: no such file is shipped.
    """
    path = _DATA / f"{name}.json"
    if not path.is_file():
        raise LookupError(f"no catalogue named {name!r}")
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded

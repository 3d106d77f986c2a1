"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> dict[str, str | int | float]:
    """The machine and the versions that matter."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Other work makes wall times long and the ratios of programs with several processes wrong: a reader must see it.
    return {
        "cores": cores,
        "load": round(os.getloadavg()[0], 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sagegreen": version("sagegreen"),
        "libcst": version("libcst"),
    }


def line(known: dict[str, str | int | float]) -> str:
    """The machine in one line."""
    return ", ".join(f"{value} {name}" if name == "cores" else f"{name} {value}" for name, value in known.items())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for entry in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if entry.startswith("model name"):
                return entry.partition(":")[2].strip()
    return platform.processor() or "unknown"

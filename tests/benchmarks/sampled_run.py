"""Run ``sagegreen`` with these arguments under a sampling profiler; the last line printed is a JSON object of seconds.

A sample belongs to the step whose module is the innermost of ours on the stack: LibCST at work for the parser is
parsing. What a step asked others to do counts for it ``in all``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

from pyinstrument import Profiler

#: Steps by the files of their modules; the first that fits counts.
STEPS = (
    ("importing modules", r"<frozen importlib"),
    ("discovery", r"/sagegreen/documents/discovery\.py"),
    ("parsing", r"/sagegreen/documents/(parsing|nesting|trees|spans|trivia)\.py"),
    ("reading, word test", r"/sagegreen/documents/"),
    ("executing abstractly", r"/sagegreen/semantics/"),
    ("resources and evidence", r"/sagegreen/sagemaker/"),
    ("the rest of the project", r"/sagegreen/project/"),
    ("judging: rules", r"/sagegreen_checks/"),
    ("fixes, suppression, cache", r"/sagegreen/checking/(fixing|comments|suppression|cache|annotating)\.py"),
    ("the engine around them", r"/sagegreen/checking/"),
    ("reporting", r"/sagegreen/(reporting|cli)/"),
)
_STEPS = tuple((name, re.compile(pattern)) for name, pattern in STEPS)
_REST = "elsewhere"
_RULE = re.compile(r"/sagegreen_checks/[a-z_]+/([a-z_]+)\.py")
_OURS = re.compile(r"/(sagegreen(?:_checks)?/.*)\.py")
_INTERVAL = 0.005  # seconds; stacks are hundreds of frames deep, and looking at them costs time too


def step_of(file: str) -> str | None:
    """The step to which a file's code belongs; nothing for code that others wrote."""
    return next((name for name, pattern in _STEPS if pattern.search(file)), None)


def summary(records: list[tuple[list[str], float]]) -> dict[str, object]:
    """Seconds by step, function and rule.

    Args:
        records: stacks (each frame as the sampler writes it: name, file, row), outermost first, with their seconds.
    """
    itself: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    known: dict[str, tuple[str, str | None]] = {}
    for stack, seconds in records:
        frames = []
        for frame in stack:
            if frame not in known:
                name, file, *_ = frame.split("\x01")[0].split("\0")
                known[frame] = (f"{name} {file}", step_of(file))
            frames.append(known[frame])
        steps = [step for _, step in frames if step]
        itself[steps[-1] if steps else _REST] += seconds  # type: ignore[assignment]
        for step in set(steps) or {_REST}:
            whole[step] += seconds  # type: ignore[assignment]
        for rule in {found[1] for frame, _ in frames if (found := _RULE.search(frame))}:
            rules[rule] += seconds  # type: ignore[assignment]
        if steps and steps[-1] == STEPS[0][0]:
            continue
        ours = next((found for frame, _ in reversed(frames) if (found := _OURS.search(frame))), None)
        if ours:
            functions[f"{ours[1]}: {ours.string.partition(' ')[0]}"] += seconds  # type: ignore[assignment]
    return {
        "total": sum(itself.values()),
        "steps": [(name, itself[name], whole[name]) for name, _ in (*STEPS, (_REST, "")) if whole[name]],
        "functions": functions.most_common(40),
        "rules": rules.most_common(40),
    }


def sampled(arguments: list[str]) -> dict[str, object]:
    """Run the program, its report thrown away."""
    profiler = Profiler(interval=_INTERVAL, async_mode="disabled")
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        profiler.start()
        from sagegreen.cli import main

        code = main(arguments)
        session = profiler.stop()
    if code not in (0, 1):
        sys.exit(code)
    return summary(session.frame_records)


if __name__ == "__main__":
    print(json.dumps(sampled(sys.argv[1:])))

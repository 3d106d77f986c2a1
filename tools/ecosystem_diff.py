"""Run two revisions of sagegreen over folders of real code and show what the newer one sees otherwise.

    python tools/ecosystem_diff.py OLD NEW FOLDER... [--select RULES] [--jobs N] [--brief]

OLD and NEW are git revisions of this repository, or ``.`` for the working tree. Each is checked out beside the
repository's own files and run with this interpreter, whose libraries both use. Findings and entries are matched
by what they say, so that what only moved is no difference: printed are those gained (``+``), lost (``-``) and changed
(``~``, with what each revision says below each other), and a table by rule and by kind. The folders are only read.

``--select``  the rules to compare (ALL).
``--jobs``    processes per run (1).
``--brief``   the tables only.

The exit code is 0 where nothing differs, 1 where something does, 2 where a run failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
Entry = dict[str, Any]


class Result(NamedTuple):
    """What one revision says: findings and inventory entries as their JSON forms."""

    findings: list[Entry]
    inventory: list[Entry]


@dataclass
class Difference:
    """Two revisions' entries, matched.

    Attributes:
        gained: what only the newer revision says.
        lost: what only the older one says.
        changed: what both say of one thing, differently.
        same: how many entries are equal.
    """

    gained: list[Entry] = field(default_factory=list)
    lost: list[Entry] = field(default_factory=list)
    changed: list[tuple[Entry, Entry]] = field(default_factory=list)
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.changed)


# -- running -------------------------------------------------------------------------------------------------------


@contextmanager
def checked_out(revision: str, repository: Path) -> Iterator[Path]:
    """The files of a revision: the repository itself for ``.``, else a work tree that is removed afterwards."""
    if revision == ".":
        yield repository
        return
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(repository), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def run(tree: Path, folders: Sequence[Path], select: str, jobs: int) -> Result:
    """What the program of a work tree says of some folders.

    Raises:
        RuntimeError: it failed, or some file could not be read.
    """
    given = [*map(str, folders), "--isolated", "--output-format", "json", "--jobs", str(jobs)]
    findings = _asked(tree, ["check", *given, "--select", select, "--no-cache", "--exit-zero"])
    return Result(findings, _asked(tree, ["inventory", *given]))


def _asked(tree: Path, arguments: Sequence[str]) -> list[Entry]:
    # the installed package of this interpreter is another revision: the work tree's folders come first
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "src"), str(tree / "checks")])}
    command = [sys.executable, "-m", "sagegreen", *arguments]
    completed = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    for line in completed.stderr.splitlines():
        print(f"{arguments[0]}: {line}", file=sys.stderr)
    if not completed.stdout:
        raise RuntimeError(f"{arguments[0]} failed with status {completed.returncode}")
    entries: list[Entry] = json.loads(completed.stdout)
    return entries


# -- matching ------------------------------------------------------------------------------------------------------


def difference(
    old: Sequence[Entry], new: Sequence[Entry], said: Callable[[Entry], object], thing: Sequence[str]
) -> Difference:
    """Match the entries of two runs.

    Args:
        old: of the older revision.
        new: of the newer one.
        said: everything that makes two entries equal, without their place in the file.
        thing: the fields that make two unequal entries the same thing, said differently.
    """
    found = Difference()
    left_old, left_new = _unmatched(old, new, said, found)
    groups: dict[tuple[object, ...], tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for side, entries in enumerate((left_old, left_new)):
        for entry in entries:
            groups[tuple(entry[name] for name in ("filename", "cell", *thing))][side].append(entry)
    for ours, theirs in groups.values():
        for one in list(ours):
            if theirs:
                other = min(theirs, key=lambda entry: abs(entry["location"]["row"] - one["location"]["row"]))
                theirs.remove(other)
                ours.remove(one)
                found.changed.append((one, other))
        found.lost += ours
        found.gained += theirs
    return found


def _unmatched(
    old: Sequence[Entry], new: Sequence[Entry], said: Callable[[Entry], object], found: Difference
) -> tuple[list[Entry], list[Entry]]:
    """The entries without an equal one; of several equal ones those in the same row belong together."""
    waiting: dict[str, list[Entry]] = defaultdict(list)
    for entry in new:
        waiting[_key(entry, said)].append(entry)
    left = []
    for entry in old:
        equal = waiting[_key(entry, said)]
        if equal:
            equal.remove(min(equal, key=lambda each: abs(each["location"]["row"] - entry["location"]["row"])))
            found.same += 1
        else:
            left.append(entry)
    return left, [entry for entries in waiting.values() for entry in entries]


def _key(entry: Entry, said: Callable[[Entry], object]) -> str:
    return json.dumps([entry["filename"], entry["cell"], said(entry)], sort_keys=True)


def said_of_finding(entry: Entry) -> object:
    """What a finding says: its message, what it saves, and what its fixes would write."""
    fixes = [entry["fix"], *entry["alternatives"]]
    written = [
        [fix["message"], fix["applicability"], [edit["content"] for edit in fix["edits"]]] for fix in fixes if fix
    ]
    return [entry["code"], entry["message"], entry.get("saving"), written]


def said_of_resource(entry: Entry) -> object:
    """What an inventory entry says."""
    return [entry["kind"], entry["api"], entry["target"], entry["settings"]]


def differences(old: Result, new: Result) -> dict[str, Difference]:
    """What two revisions see differently, by the word for it."""
    return {
        "findings": difference(old.findings, new.findings, said_of_finding, ["code"]),
        "inventory": difference(old.inventory, new.inventory, said_of_resource, ["kind", "target"]),
    }


# -- showing -------------------------------------------------------------------------------------------------------


def shown(name: str, found: Difference, *, brief: bool) -> list[str]:
    """The lines for findings or for the inventory."""
    group = "code" if name == "findings" else "kind"
    counts = f"{len(found.gained)} gained, {len(found.lost)} lost, {len(found.changed)} changed, {found.same} the same"
    lines = [f"== {name}: {counts}"]
    if found:
        lines.append(f"   {group:24}{'gained':>8}{'lost':>8}{'changed':>8}")
        columns = [found.gained, found.lost, [new for _, new in found.changed]]
        numbers = [Counter(entry[group] for entry in entries) for entries in columns]
        lines += [
            f"   {key:24}" + "".join(f"{number[key]:>8}" for number in numbers) for key in sorted(set().union(*numbers))
        ]
    if brief:
        return lines
    order: list[tuple[object, list[str]]] = []
    for sign, entries in (("+", found.gained), ("-", found.lost)):
        order += [(_order(entry), [f"{sign} {_place(entry)} {_line(name, entry)}"]) for entry in entries]
    order += [(_order(new), _change(name, old, new)) for old, new in found.changed]
    return lines + [line for _, block in sorted(order, key=lambda pair: str(pair[0])) for line in block]


def _order(entry: Entry) -> str:
    return f"{entry['filename']}\0{entry['cell'] or 0:06}{entry['location']['row']:08}"


def _place(entry: Entry) -> str:
    cell = "" if entry["cell"] is None else f":cell {entry['cell']}"
    return f"{entry['filename']}{cell}:{entry['location']['row']}"


def _line(name: str, entry: Entry) -> str:
    if name == "findings":
        return f"{entry['code']} {' '.join(entry['message'].split())}"
    settings = ", ".join(
        f"{key}={_state(state)}" for key, state in entry["settings"].items() if state["state"] != "absent"
    )
    return f"{entry['kind']} [{entry['api']}] {entry['target']}: {settings}"


def _state(state: Entry | None) -> str:
    if state is None:
        return "-"
    if state["state"] == "known":
        return json.dumps(state["value"])
    detail = state.get("values", state.get("default"))
    return state["state"] + ("" if detail is None else f" {json.dumps(detail)}")


def _change(name: str, old: Entry, new: Entry) -> list[str]:
    if name == "inventory":
        changed = [
            f"{key}: {_state(old['settings'].get(key))} -> {_state(new['settings'].get(key))}"
            for key in {**old["settings"], **new["settings"]}
            if old["settings"].get(key) != new["settings"].get(key)
        ]
        if old["api"] != new["api"]:
            changed.insert(0, f"api: {old['api']} -> {new['api']}")
        return [f"~ {_place(new)} {new['kind']} {new['target']}", *(f"      {line}" for line in changed)]
    lines = [f"~ {_place(new)} {new['code']}"]
    for which in ("message", "saving"):
        if old.get(which) != new.get(which):
            lines += [f"      {which} old: {old.get(which)}", f"      {which} new: {new.get(which)}"]
    fixes = [[fix and fix["message"] for fix in (entry["fix"], *entry["alternatives"])] for entry in (old, new)]
    if fixes[0] != fixes[1]:
        lines += [f"      fixes old: {fixes[0]}", f"      fixes new: {fixes[1]}"]
    return lines if len(lines) > 1 else [*lines, "      its fixes write something else"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--select", default="ALL")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--repository", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folders = [folder.resolve() for folder in options.folders]
    results = []
    try:
        for revision in (options.old, options.new):
            with checked_out(revision, options.repository) as tree:
                results.append(run(tree, folders, options.select, options.jobs))
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"error: {revision}: {error}", file=sys.stderr)
        return 2
    found = differences(*results)
    for name, each in found.items():
        print("\n".join(shown(name, each, brief=options.brief)))
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

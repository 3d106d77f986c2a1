"""The scripts that jobs run: from a job to its script, and from a script to its jobs.

A script counts as found where the job names it by a path that can be followed, and a cell of the same notebook writes
it or it is a file of the project.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagegreen.documents.positions import position
from sagegreen.sagemaker.calls import bind_method
from sagegreen.sagemaker.catalogue import load
from sagegreen.sagemaker.evidence import ScriptUse
from sagegreen.semantics.values import Attribute, Joined, Known, Result, Symbol, Value, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.sagemaker.evidence import Source
    from sagegreen.sagemaker.program import Program
    from sagegreen.sagemaker.resources import Resource

_KINDS = ("training_job", "processing_job")
#: Arguments that send more code along than the script and its folder.
_MORE_CODE = ("dependencies", "git_config", "submit_py_files")
_COMMAND_SCRIPT = re.compile(r"(?:^|[\s/])python[0-9.]*\s+(?:-\w\s+)*([\w./-]+\.py)\b")
#: Functions that return the place that they are given, for our purpose, and those that return the folder above it.
_SAME = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.fspath"})
_HERE = frozenset({"os.getcwd", "pathlib.Path.cwd"})
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_SAME_METHODS = frozenset({"resolve", "absolute", "as_posix", "expanduser"})


@dataclass(frozen=True, eq=False)
class Script:
    """The script of a job.

    Attributes:
        name: as the job names it.
        source: where it was found.
        complete: whether everything that the job runs of the user's code was read: nothing else is sent along.
    """

    name: str
    source: Source
    complete: bool

    @property
    def text(self) -> str:
        """The Python of the script and of the folder that travels with it."""
        return "\n".join((self.source.text, *self.source.surroundings))

    @property
    def program(self) -> Program | None:
        """What the script itself does."""
        return self.source.analyzed()


def script_of(job: Resource) -> Script | None:
    """The script of a training or processing job; ``None`` where it cannot be found or is not one for sure."""
    found = {(path, folder) for path, folder in _named(job) if path}
    if len(found) != 1:
        return None
    path, folder = next(iter(found))
    source = job.program.project.script(path, folder)
    if source is None:
        return None
    alone = not any(name in entry.arguments for entry in job.bound for name in _MORE_CODE)
    return Script(path, source, alone and source.whole)


def jobs_of(program: Program) -> tuple[ScriptUse, ...]:
    """The jobs of the project that run a module, nearest files first; none where nobody names it."""
    return program.project.uses_of(program.module.module.name)


def script_uses(program: Program) -> Iterator[ScriptUse]:
    """The jobs of a program with the scripts that they name."""
    file = str(program.module.document.path.absolute())
    for job in program.of_kind(*_KINDS):
        at = position(job.place.parsed_cell.cell.source, job.place.span.start)
        count = job.instance_count.constant
        for path, _ in {(path, folder) for path, folder in _named(job) if path}:
            yield ScriptUse(
                path,
                file,
                job.place.cell,
                at.row,
                job.kind,
                job.api,
                job.class_name,
                tuple(value for value in job.instance_type.values if isinstance(value, str)),
                count if isinstance(count, int) else None,
            )


def _named(job: Resource) -> Iterator[tuple[str | None, str | None]]:
    """The path of each script that a job may run, and the folder that travels with it."""
    if job.kind == "processing_job":
        yield from _of_runs(job)
        return
    folder = job.setting("source_dir")
    name = job.setting("entry_point")
    if name.is_absent and job.setting("source_code").value is not None:
        for command in _options_of(job.setting("command").value):
            named = _COMMAND_SCRIPT.search(command) if command else None
            yield _together(named[1] if named else None, folder.value, given=not folder.is_absent)
        return
    for option in options(name.value) if name.value is not None else ():
        yield _together(path_of(option), folder.value, given=not folder.is_absent)


def _options_of(value: Value | None) -> Iterator[str | None]:
    for option in options(value) if value is not None else ():
        yield option.value if isinstance(option, Known) and isinstance(option.value, str) else None


def _together(name: str | None, folder: Value | None, *, given: bool) -> tuple[str | None, str | None]:
    if name is None or "://" in name or not name.endswith(".py"):
        return None, None
    if not given or folder is None:
        return posixpath.normpath(name), None
    inside = path_of(folder)
    if inside is None or "://" in inside or inside.endswith(".tar.gz"):
        return None, None
    return posixpath.normpath(posixpath.join(inside, name)), posixpath.normpath(inside)


def _of_runs(job: Resource) -> Iterator[tuple[str | None, str | None]]:
    """The code of a processor's runs, and that of the pipeline steps that use it."""
    owner = job.owner
    catalogue = load("v3" if job.api == "v3" else "v2")
    for start in job.starts:
        for callee in options(start.callee):
            if isinstance(callee, Attribute) and callee.name == "run" and owner is not None:
                bound = bind_method(start, catalogue, owner.canonical, "run").arguments
                code, folder = bound.get("code") or bound.get("submit_app"), bound.get("source_dir")
                if code is not None:
                    yield _together(path_of(code.value), folder.value if folder else None, given=folder is not None)
    for step in job.users:
        for entry in step.bound:
            code = entry.arguments.get("code")
            if code is not None:
                yield _together(path_of(code.value), None, given=False)


def path_of(value: Value) -> str | None:
    """The path that a value spells, relative to the file's folder where ``__file__`` is in it."""
    if isinstance(value, Known):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, Joined):
        parts = [path_of(part) for part in value.parts]
        return "".join(part for part in parts if part is not None) if None not in parts else None
    if isinstance(value, Symbol):
        return "__file__" if value.path == "builtins.__file__" else None
    if isinstance(value, Attribute):
        base = path_of(value.base) if value.name == "parent" else None
        return _folder(base) if base is not None else None
    return _path_of_call(value) if isinstance(value, Result) else None


def _path_of_call(value: Result) -> str | None:
    arguments = [path_of(argument.value) for argument in value.call.arguments]
    for callee in options(value.call.callee):
        if isinstance(callee, Attribute) and callee.name in _SAME_METHODS:
            return path_of(callee.base)
        if isinstance(callee, Attribute) and callee.name == "joinpath":
            arguments.insert(0, path_of(callee.base))
        elif isinstance(callee, Symbol) and callee.path in _HERE:
            return "."
        elif isinstance(callee, Symbol) and callee.path in _SAME:
            return arguments[0] if arguments else None
        elif isinstance(callee, Symbol) and callee.path == "os.path.dirname":
            return _folder(arguments[0]) if arguments and arguments[0] is not None else None
        elif not (isinstance(callee, Symbol) and callee.path in _PATHS):
            return None
    known = [argument for argument in arguments if argument is not None]
    return posixpath.join(*known) if known and len(known) == len(arguments) else None


def _folder(path: str) -> str:
    return posixpath.dirname(path) or ("." if path not in {".", ".."} else posixpath.join(path, ".."))

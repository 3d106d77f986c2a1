"""The project around a file: its root, its files, its modules."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sagegreen.documents.discovery import DEFAULT_EXCLUDES, Exclusions, PathPattern, UnusablePathError, discover
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training
from sagegreen.documents.reaching import hands_on, imports_sdk, names_work
from sagegreen.documents.regular_files import read_regular_file
from sagegreen.documents.required_words import occurs
from sagegreen.project.locating import FOREIGN, ModuleFiles, imported_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sagegreen.documents.parsing import ParsedModule
    from sagegreen.sagemaker.evidence import Evidence
    from sagegreen.sagemaker.program import Program

_IMPORT = re.compile(rb"\b(?:from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\([^)]*\)|[^\n]*)|import[ \t]+[^\n]*)")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_SCRIPT_END = re.compile(rb"\.py\b")
_SCRIPT_STEM = re.compile(rb"[\w.-]+\Z")
#: File names are no longer on common file systems.
_LONGEST_NAME = 255
_MOST_PROGRAMS = 24
#: In bytes; a longer line of a notebook is an output. One that starts without a line break has its code on such a line.
_LONGEST_LINE = 10_000
_TEST = re.compile(r"(?:^|_)tests?(?:_|$)|^conftest$")
_LARGEST = 300_000
_MARKS = ("pyproject.toml", "setup.cfg", "sagegreen.toml", ".git")


class Store(Protocol):
    """Keeps blobs between runs."""

    def get(self, key: str) -> bytes | None:
        """What was kept under a key."""

    def put(self, key: str, raw: bytes) -> None:
        """Keep something."""


@dataclass(eq=False)
class Project:
    """The files that belong together; what is read of them is kept for the run.

    Attributes:
        root: the folder that holds them, ``None`` where only the given paths do.
        given: the paths that the user named.
        silent: files that are known to mention nothing of SageMaker, without looking; of other projects too.
        listed: its files, where somebody has looked for them already.
        parsed: its modules that others import, once parsed.
        run_through: what the last few of its files do, see :mod:`sagegreen.project.program`.
        store: where evidence is kept between runs.
        store_version: changes with whatever finds the evidence.
    """

    root: Path | None
    given: tuple[Path, ...]
    silent: Collection[Path] = ()
    listed: tuple[Path, ...] | None = None
    _evidence: dict[Path, Evidence] = field(default_factory=dict)
    _raw: dict[Path, bytes] = field(default_factory=dict)
    _code: dict[Path, bytes] = field(default_factory=dict)
    parsed: dict[Path, ParsedModule | None] = field(default_factory=dict)
    store: Store | None = None
    store_version: str = ""
    _listed: str | None = None
    _folder_sizes: dict[str, int] = field(default_factory=dict)
    _files_with: dict[re.Pattern[bytes], tuple[Path, ...]] = field(default_factory=dict)
    _naming_scripts: dict[bytes, tuple[Path, ...]] | None = None
    _programs: dict[Path, tuple[Program, ...]] = field(default_factory=dict)
    run_through: dict[Path, object] = field(default_factory=dict)
    _reaching: dict[Path, bool] = field(default_factory=dict)
    _reached: dict[Path, tuple[bytes, bool]] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """The scripts and notebooks of the project, sorted."""
        if self.listed is None:
            self.listed = self._discovered()
        return self.listed

    def _discovered(self) -> tuple[Path, ...]:
        base = self.root or Path.cwd()
        patterns = tuple(PathPattern(pattern, base) for pattern in DEFAULT_EXCLUDES)
        exclusions = Exclusions(patterns)
        paths = [self.root] if self.root is not None else [path for path in self.given if path.exists()]
        try:
            return tuple(file.path for file in discover(paths, lambda _: exclusions).files)
        except UnusablePathError:
            return ()

    def folder_size(self, folder: Path) -> int:
        """How many files of the project stand directly in a folder."""
        if not self._folder_sizes:
            self._folder_sizes.update(Counter(os.path.dirname(path) for path in self.files))  # noqa: PTH120 - parents are slow
        return self._folder_sizes.get(str(folder), 0)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders in which its modules are looked for."""
        if self.root is not None:
            return (self.root,)
        given = [path.absolute() for path in self.given]
        return tuple(path if path.is_dir() else path.parent for path in given)

    @cached_property
    def modules(self) -> ModuleFiles:
        """Where its modules are."""
        return ModuleFiles(self.roots)

    def reaches_sdk(self, path: Path, raw: bytes) -> bool:
        """Whether anything of an SDK can get into a file: by its own imports, by those of modules, or by its callers.

        Args:
            path: the file, absolute.
            raw: its bytes.
        """
        if path.suffix != ".py":
            return True
        known = self._reached.get(path)
        if known is None or known[0] != raw:
            known = self._reached[path] = (raw, self._is_reached(path, raw))
        return known[1]

    def _is_reached(self, path: Path, raw: bytes) -> bool:
        if imports_sdk(raw) or names_work(raw) or self._imports_what_reaches(path, raw):
            return True
        if not hands_on(raw):
            return False
        importers = [other for other in self.importers(path) if other != path]
        return any(self._reaches(other) and self._imports(other, path) for other in importers)

    def _imports(self, other: Path, used: Path) -> bool:
        """Whether a file imports another one and does not just name something of the same name; a notebook may."""
        if other.suffix != ".py":
            return True
        return self.modules.are_imported(used, self.imported(other).decode("utf-8", "replace"), other.parent)

    def _imports_what_reaches(self, path: Path, raw: bytes) -> bool:
        names = imported_names(raw.decode("utf-8", "replace"))
        found = {
            file
            for name, level in names
            if level or name.partition(".")[0] not in FOREIGN
            for file in self.modules.of(name, level, path.parent)
        }
        return any(self._reaches(file) for file in sorted(found))

    def _reaches(self, path: Path) -> bool:
        if path not in self._reaching:
            self._reaching[path] = False  # for modules that import each other
            raw = self.imported(path)
            self._reaching[path] = imports_sdk(raw) or names_work(raw) or self._imports_what_reaches(path, raw)
        return self._reaching[path]

    def imported(self, path: Path) -> bytes:
        """The bytes of a file that another one imports; none where there is no such file."""
        try:
            return read_regular_file(path, _LARGEST)
        except (OSError, ValueError):
            return b""

    def importers(self, path: Path) -> tuple[Path, ...]:
        """The files whose import lines name the module that a file is; test files, whose values are made up, left out.

        Args:
            path: a script of the project.
        """
        name = path.parent.name if path.stem == "__init__" else path.stem
        return self.import_index.get(name.encode(), ())

    @cached_property
    def import_index(self) -> Mapping[bytes, tuple[Path, ...]]:
        """The files that name a word in an import statement, by the word."""
        return _import_index(self.files)

    def raw(self, path: Path) -> bytes:
        """The bytes of one of its files; none where it cannot be read. Kept only where the file mentions SageMaker."""
        if path in self._raw:
            return self._raw[path]
        if path in self.silent:
            return b""
        try:
            raw = read_regular_file(path)
        except OSError:
            raw = b""
        self._raw[path] = raw if mentions_sagemaker(raw) else b""
        return self._raw[path]

    def code(self, path: Path) -> bytes:
        """The bytes of one of its files for searching: those of a notebook without its pictures."""
        if path not in self._code:
            raw = self.raw(path)
            if path.suffix == ".ipynb" and raw.count(b"\n", 0, _LONGEST_LINE):
                raw = b"\n".join(line for line in raw.split(b"\n") if len(line) <= _LONGEST_LINE)
            self._code[path] = raw
        return self._code[path]

    @cached_property
    def mentioning(self) -> tuple[Path, ...]:
        """The files that mention SageMaker, sorted: the only ones that are searched."""
        return tuple(path for path in self.files if self.raw(path))

    def files_with(self, pattern: re.Pattern[bytes]) -> tuple[Path, ...]:
        """The files that mention SageMaker and whose bytes match a pattern, sorted; looked for once."""
        found = self._files_with.get(pattern)
        if found is None:
            found = tuple(path for path in self.mentioning if occurs(pattern, self.code(path)))
            self._files_with[pattern] = found
        return found

    def naming_script(self, name: str) -> tuple[Path, ...]:
        """The files whose text names a script, by the script's file name."""
        if self._naming_scripts is None:
            found: dict[bytes, list[Path]] = {}
            for path in self.mentioning:
                for word in _script_names(self.code(path)):
                    found.setdefault(word, []).append(path)
            self._naming_scripts = {word: tuple(paths) for word, paths in found.items()}
        return self._naming_scripts.get(name.encode(errors="surrogatepass"), ())

    def programs(self, path: Path) -> tuple[Program, ...]:
        """What one file does, analyzed; the last few are kept."""
        if path not in self._programs:
            from sagegreen.project.program import analyze_file

            while len(self._programs) >= _MOST_PROGRAMS:
                del self._programs[next(iter(self._programs))]
            self._programs[path] = analyze_file(path, self)
        return self._programs[path]

    def concerns(self, path: Path, raw: bytes) -> bool:
        """Whether a file can have to do with SageMaker: by its own words, or because others name it as a script.

        Args:
            path: the file, absolute.
            raw: its bytes.
        """
        if mentions_sagemaker(raw):
            return True
        return path.suffix == ".py" and mentions_training(raw) and any(map(path.__ne__, self.naming_script(path.name)))

    def mentions(self, raw: bytes) -> bool:
        """Whether a file of these bytes can have to do with SageMaker."""
        return mentions_sagemaker(raw)

    def evidence(self, path: Path) -> Evidence:
        """What one file offers to the others: kept for this run, and where there is a store for the next ones."""
        if path not in self._evidence:
            from sagegreen.project.program import evidence_of_file

            key = self._evidence_key(path) if self.store is not None else ""
            found = self._stored(key)
            if found is None:
                found, imported = evidence_of_file(path, self.raw(path), self)
                if self.store is not None:
                    used = {str(other): _digest(other) for other in imported}
                    self.store.put(key, json.dumps({"uses": used, "evidence": found.as_json()}).encode())
            self._evidence[path] = found
        return self._evidence[path]

    def _evidence_key(self, path: Path) -> str:
        """Whatever a file's evidence depends on, but for the content of the files that it imports."""
        if self._listed is None:
            self._listed = "\n".join(map(str, self.files))
        digest = hashlib.sha256(f"evidence\0{self.store_version}\0{path}\0".encode(errors="surrogatepass"))
        digest.update(hashlib.sha256(self._listed.encode(errors="surrogatepass")).digest())
        digest.update(self.raw(path))
        return digest.hexdigest()

    def _stored(self, key: str) -> Evidence | None:
        """What was kept under a key, where it still holds; nothing where it is not what this version would keep."""
        from sagegreen.sagemaker.evidence import Evidence

        raw = self.store.get(key) if self.store is not None else None
        if raw is None:
            return None
        try:
            kept = json.loads(raw)
            if any(_digest(Path(path)) != digest for path, digest in kept["uses"].items()):
                return None
            return Evidence.from_json(kept["evidence"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def digest(self) -> str:
        """Changes whenever a file of the project does; part of the key under which judgements are cached."""
        digest = hashlib.sha256()
        for path in self.files:
            try:
                status = path.stat()
            except OSError:
                continue
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogatepass"))
        return digest.hexdigest()


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _import_index(files: Sequence[Path]) -> dict[bytes, tuple[Path, ...]]:
    """The files that name a word in an import statement, by the word."""
    found: dict[bytes, list[Path]] = {}
    for path in files:
        *_, folder, name = f"{os.sep}{path}".rsplit(os.sep, 2)
        if ("test" in name or "test" in folder) and (_TEST.search(path.stem) or _TEST.search(folder)):
            continue
        try:
            raw = read_regular_file(path, _LARGEST)
        except OSError:  # larger ones are not looked into
            continue
        for word in set(_WORD.findall(b"\n".join(_IMPORT.findall(raw)))):
            found.setdefault(word, []).append(path)
    return {word: tuple(paths) for word, paths in found.items()}


def find_project(path: Path, given: Sequence[Path] = ()) -> Project:
    """The project of a file: the nearest folder upwards with a project's mark, else the paths that were given.

    Args:
        path: an absolute path, of an existing file or of a buffer.
        given: the paths that the user named.
    """
    root = find_root(os.path.dirname(path), {})  # noqa: PTH120
    return Project(Path(root) if root is not None else None, tuple(given))


def find_root(folder: str, known: dict[str, str | None]) -> str | None:
    """The nearest folder upwards, this one included, with a project's mark.

    Args:
        folder: an absolute path.
        known: what was found before, by folder; what is found now is added.
    """
    passed = []
    found: str | None = None
    while folder not in known:
        passed.append(folder)
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):  # noqa: PTH110, PTH118 - for many folders
            found = folder
            break
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            break
        folder = above
    else:
        found = known[folder]
    known.update(dict.fromkeys(passed, found))
    return found


def _script_names(raw: bytes) -> set[bytes]:
    """The names of scripts in a text, found from their ends: pictures in notebooks are words of a million letters."""
    found: set[bytes] = set()
    for end in _SCRIPT_END.finditer(raw):
        stem = _SCRIPT_STEM.search(raw, max(end.start() - _LONGEST_NAME, 0), end.start())
        if stem is not None:
            found.add(stem[0] + end[0])
    return found

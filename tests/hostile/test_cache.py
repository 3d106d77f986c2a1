"""A cache that was poisoned, broken or belongs to somebody else changes nothing, and hides nothing."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest
from running import TUNER, run_program

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = TUNER.replace("Random", "Bayesian").replace("    max_jobs", '    early_stopping_type="Auto",\n    max_jobs')
NOBODY = 65534
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may hand files over")


@pytest.fixture
def filled(tree: Path) -> Path:
    """A project with a clean file whose result is kept."""
    (tree / "clean.py").write_text(CLEAN)
    assert check(tree) == EXPECTED
    assert entries(tree / ".sagegreen_cache")
    return tree


EXPECTED = (1, ["SG323", "SG322"], "")


def check(tree: Path, *options: str | Path, user: int | None = None) -> tuple[int, list[str], str]:
    ended = run_program("check", "--output-format", "concise", *options, cwd=tree, user=user)
    return ended.code, [line.split()[1] for line in ended.out.splitlines() if line.startswith("launch.py:")], ended.err


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("??/*") if path.is_file())


def everything(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def _garbage(file: Path) -> None:
    file.write_bytes(os.urandom(100))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:70])


def _huge(file: Path) -> None:
    os.truncate(file, 1_000_000_000)


def _pickle(file: Path) -> None:
    file.write_bytes(b"cos\nsystem\n(S'touch tripped'\ntR.")


def _other_types(file: Path) -> None:
    file.write_bytes(b'[{"findings": {"a": [1e999, null]}}]')


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _endless(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def _link(file: Path) -> None:
    outside = file.parents[2].parent / f"outside-{file.name[:8]}"
    file.replace(outside)
    file.symlink_to(outside)


def _open_to_all(file: Path) -> None:
    file.chmod(0o666)


POISONS = (_garbage, _empty, _cut, _huge, _pickle, _other_types, _pipe, _folder, _endless, _link, _open_to_all)


@pytest.mark.parametrize("poison", POISONS)
def test_poisoned_entries_are_as_none(filled, poison):
    for file in entries(filled / ".sagegreen_cache"):
        poison(file)
    assert check(filled) == EXPECTED
    assert check(filled, "--unsafe-fixes", "--diff")[0] == 1
    assert not (filled / "tripped").exists()


def test_an_entry_says_nothing_under_another_key(filled):
    """Whoever may only rename what the user wrote cannot make a file with findings look clean."""
    kept = entries(filled / ".sagegreen_cache")
    for file in kept:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (filled / "launch.py").write_text(CLEAN)
    assert check(filled)[0] == 0
    clean = {file: file.read_bytes() for file in entries(filled / ".sagegreen_cache")}
    (filled / "launch.py").write_text(TUNER)
    assert check(filled) == EXPECTED
    for entry in clean.values():
        for file in entries(filled / ".sagegreen_cache"):
            file.write_bytes(entry)
        assert check(filled) == EXPECTED
    for file, entry in clean.items():
        file.write_bytes(entry)
    assert check(filled) == EXPECTED, "also under its own key it speaks of the files as they were"


@as_root
def test_entries_of_another_user_do_not_count(filled):
    for file in entries(filled / ".sagegreen_cache"):
        os.chown(file, NOBODY, NOBODY)
        mark(file)
    assert check(filled) == EXPECTED
    assert {file.stat().st_uid for file in entries(filled / ".sagegreen_cache")} == {0}, "each was written anew"


def mark(file: Path) -> None:
    os.utime(file, (1, 1))


@as_root
@pytest.mark.parametrize("depth", [0, 1])
def test_a_folder_of_another_user_is_left_alone(filled, depth):
    folder = filled / ".sagegreen_cache"
    for each in (folder, *(path for path in folder.iterdir() if path.is_dir()))[: 1 if depth == 0 else None]:
        os.chown(each, NOBODY, NOBODY)
    before = everything(folder)
    (filled / "clean.py").write_text(CLEAN + "\n")
    assert check(filled) == EXPECTED
    after = everything(folder)
    assert {name: after.get(name) for name in before} == before
    assert depth == 1 or after == before


def test_a_folder_that_everybody_may_write_to_is_left_alone(filled):
    folder = filled / ".sagegreen_cache"
    folder.chmod(0o777)
    before = everything(folder)
    (filled / "clean.py").write_text(CLEAN + "\n")
    assert check(filled) == EXPECTED
    assert everything(folder) == before


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere; see /proc below")
def test_what_may_not_be_written_is_not_kept(tree):
    tree.chmod(0o555)
    assert check(tree) == EXPECTED
    tree.chmod(0o755)
    assert not (tree / ".sagegreen_cache").exists()


def _file(place: Path) -> None:
    place.write_text("mine")


def _fifo(place: Path) -> None:
    os.mkfifo(place)


def _device(place: Path) -> None:
    place.symlink_to("/dev/null")


def _circle(place: Path) -> None:
    place.symlink_to(place.name)


@pytest.mark.parametrize("made", [_file, _fifo, _device, _circle])
@pytest.mark.parametrize("where", [".sagegreen_cache", "elsewhere"])
def test_something_else_in_its_place(tree, made, where):
    made(tree / where)
    options = [] if where == ".sagegreen_cache" else ["--cache-dir", where]
    before = os.lstat(tree / where)
    assert check(tree, *options) == check(tree, *options) == EXPECTED
    after = os.lstat(tree / where)
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_link_to_elsewhere_is_not_followed(filled):
    outside = filled.parent / "outside"
    outside.mkdir()
    shutil.rmtree(filled / ".sagegreen_cache")
    (filled / ".sagegreen_cache").symlink_to(outside)
    assert check(filled) == EXPECTED
    assert list(outside.iterdir()) == []


def test_a_link_below_is_not_followed(filled):
    outside = filled.parent / "outside"
    outside.mkdir()
    for folder in (filled / ".sagegreen_cache").glob("??"):
        shutil.rmtree(folder)
    for number in range(256):
        (filled / ".sagegreen_cache" / f"{number:02x}").symlink_to(outside)
    assert check(filled) == EXPECTED
    assert list(outside.iterdir()) == []


def test_a_folder_with_other_things_keeps_them(tree):
    """``cache-dir`` may name a folder that holds what is not ours, such as the project itself."""
    (tree / "clean.py").write_text(CLEAN)
    (tree / "en").mkdir()
    (tree / "en" / "index.md").write_text("old")
    os.utime(tree / "en" / "index.md", (1, 1))
    (tree / ".gitignore").write_text("mine\n")
    (tree / "pyproject.toml").write_text("[tool.sagegreen]\nselect = ['SG322', 'SG323']\ncache-dir = '.'\n")
    assert check(tree) == EXPECTED
    os.utime(tree / "CACHEDIR.TAG", (1, 1))
    (tree / "clean.py").write_text(CLEAN + "\n")
    assert check(tree) == EXPECTED
    assert (tree / ".gitignore").read_text() == "mine\n"
    assert (tree / "en" / "index.md").read_text() == "old"


@pytest.mark.parametrize("place", ["/dev/null", "/proc", "/nonexistent/\x01", "d" * 5000, "~nobody-of-this-name/x"])
def test_impossible_places_are_no_trouble(tree, place):
    assert check(tree, "--cache-dir", place) == EXPECTED


@pytest.mark.parametrize("place", [r"a\u0000b", "~nobody-of-this-name/x"])
def test_impossible_places_in_a_configuration_are_one_line(tree, place):
    (tree / "sagegreen.toml").write_text(f'cache-dir = "{place}"\n')
    code, found, err = check(tree)
    assert (code, found, err.count("\n")) == (2, [], 1)
    assert err.startswith("error: sagegreen.toml: `cache-dir` ")

import os
from pathlib import Path

import pytest

from sagegreen.documents.discovery import (
    DEFAULT_EXCLUDES,
    Exclusions,
    PathPattern,
    UnusablePathError,
    discover,
    files_below,
)


def tree(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def found(root, *paths, **options):
    patterns = tuple(PathPattern(pattern, root) for pattern in options.pop("patterns", DEFAULT_EXCLUDES))
    exclusions = Exclusions(patterns, **options)
    files = discover(paths or (root,), lambda folder: exclusions).files
    return [file.path.relative_to(root).as_posix() for file in files]


def test_scripts_stubs_and_notebooks_sorted_and_once(tmp_path):
    tree(tmp_path, "b.py", "a/z.pyi", "a/n.ipynb", "a/readme.md", "c.PY")
    assert found(tmp_path) == ["a/n.ipynb", "a/z.pyi", "b.py", "c.PY"]
    assert found(tmp_path, tmp_path, tmp_path / "b.py", tmp_path / "a" / ".." / "b.py") == found(tmp_path)


def test_the_usual_folders_are_left_out_unless_they_are_named(tmp_path):
    tree(tmp_path, ".venv/a.py", "node_modules/x/a.py", ".ipynb_checkpoints/n.ipynb", "build/a.py", "src/a.py")
    assert found(tmp_path) == ["src/a.py"]
    assert found(tmp_path, tmp_path / "build") == ["build/a.py"]
    assert found(tmp_path, tmp_path / ".venv" / "a.py") == [".venv/a.py"]
    assert found(tmp_path, tmp_path / ".venv" / "a.py", tmp_path / "build", force=True) == []


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("*_test.py", ["a.py", "sub/a.py", "sub/deep/a.py"]),
        ("sub", ["a.py", "b_test.py"]),
        ("sub/a.py", ["a.py", "b_test.py", "sub/deep/a.py", "sub/deep/b_test.py"]),
        ("sub/**/a.py", ["a.py", "b_test.py", "sub/deep/b_test.py"]),
        ("sub/", ["a.py", "b_test.py"]),
        ("{a,c}.py", ["b_test.py", "sub/deep/b_test.py"]),
    ],
)
def test_patterns_match_names_and_paths(tmp_path, pattern, left):
    tree(tmp_path, "a.py", "b_test.py", "sub/a.py", "sub/deep/a.py", "sub/deep/b_test.py")
    assert found(tmp_path, patterns=(pattern,)) == left


def test_gitignore_files_count_nested_and_above(tmp_path):
    tree(tmp_path, "a.py", "gen/a.py", "sub/keep.py", "sub/tmp_x.py", "sub/deep/tmp_y.py", "sub/deep/z.py")
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("z.py\n")
    (tmp_path / ".gitignore").write_text("/gen/\ntmp_*\n[broken\n")
    (tmp_path / "sub" / ".gitignore").write_text("!tmp_x.py\n")
    expected = ["sub/keep.py", "sub/tmp_x.py"]
    assert found(tmp_path) == ["a.py", *expected]
    assert found(tmp_path, tmp_path / "sub") == expected
    assert "gen/a.py" in found(tmp_path, respect_gitignore=False)
    assert found(tmp_path, tmp_path / "gen" / "a.py") == ["gen/a.py"]


def test_links_in_a_circle_and_links_to_nothing_are_harmless(tmp_path):
    tree(tmp_path, "real/a.py")
    (tmp_path / "real" / "round").symlink_to(tmp_path / "real")
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "a.py")
    assert found(tmp_path) == ["link.py", "real/a.py"]
    with pytest.raises(UnusablePathError, match=r"self\.py"):
        found(tmp_path, tmp_path / "self.py")


def test_what_is_no_regular_file_is_skipped(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == []
    discovery = discover([tmp_path / "pipe.py", Path(os.devnull)], lambda folder: Exclusions())
    assert discovery.files == ()
    assert len(discovery.skipped) == 2


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(UnusablePathError, match=r"cannot look at `.*nope`: No such file or directory"):
        found(tmp_path, tmp_path / "nope")
    with pytest.raises(UnusablePathError, match="null"):
        found(tmp_path, Path("a\0b"))


def test_a_named_file_is_taken_whatever_its_suffix(tmp_path):
    tree(tmp_path, "script")
    assert found(tmp_path, tmp_path / "script") == ["script"]


@pytest.mark.parametrize("folder", ["a", "a/b", "", "a-b", "nothing", "a.py"])
def test_the_files_below_a_folder_are_those_of_which_it_is_a_parent(tmp_path, folder):
    tree(tmp_path, "a/x.py", "a/b/y.py", "a/b/z.ipynb", "a-b/x.py", "a b/x.py", "a.py", "ab/x.py", "b/a/x.py", "A/x.py")
    files = tuple(file.path for file in discover([tmp_path], lambda _: Exclusions()).files)
    below = files_below(tmp_path / folder, files)
    assert list(below) == [file for file in files if tmp_path / folder in file.parents]

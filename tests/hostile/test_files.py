"""Pipes, sockets, devices, links, folders and sizes, in the place of anything that the program reads or writes."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING

import pytest
from running import TUNER, run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEMORY = 1_500_000_000


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bound_socket(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # a socket's whole path may have 107 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)
    os.fchdir(here)
    os.close(here)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def empty_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def folder(path: Path) -> None:
    path.mkdir()


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def nowhere(path: Path) -> None:
    path.symlink_to("missing")


def large(path: Path) -> None:
    path.touch()
    os.truncate(path, 1_000_000_000)


ODD: dict[str, Callable[[Path], None]] = {
    made.__name__: made for made in (pipe, bound_socket, endless, empty_device, folder, circle, nowhere)
}


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    return ODD[request.param]


def codes(ended) -> list[str]:
    return [entry["code"] for entry in json.loads(ended.out)]


def check(tree: Path, *arguments: str | Path, **limits):
    return run_program("check", "--no-cache", "--output-format", "json", *arguments, cwd=tree, **limits)


# --- among the files that are judged --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [("check", "--no-cache"), ("check", "--no-cache", "--fix"), ("inventory",), ("audit",)]
)
def test_in_a_folder_they_are_passed_over(tree, command):
    for name, made in ODD.items():
        for suffix in (".py", ".ipynb", ".pyi"):
            made(tree / (name + suffix))
    ended = run_program(*command, cwd=tree, memory=MEMORY, patience=30)
    assert (ended.code, ended.err) == (int(command[0] == "check"), "")


def test_named_it_is_one_line(tree, odd):
    odd(tree / "odd.py")
    ended = check(tree, "odd.py", "launch.py", memory=MEMORY)
    if odd in (circle, nowhere):
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("error: cannot look at `odd.py`: ")
    elif odd is folder:
        assert (ended.code, ended.err) == (1, "")
    else:
        assert (ended.code, ended.err) == (1, "warning: `odd.py` is no regular file and was skipped\n")
        assert codes(ended) == ["SG323", "SG322"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/stdin", "/dev/full", "/dev/tty"])
def test_a_named_device_is_one_line(tree, device):
    ended = check(tree, device, memory=MEMORY)
    assert ended.code in (0, 2)
    assert len(ended.lines()) == 1 + (ended.code == 0)


def test_links_to_folders_are_not_followed(tree):
    (tree / "loop").symlink_to(".")
    (tree / "up").symlink_to("..")
    (tree / "root").symlink_to("/")
    (tree / "a").mkdir()
    (tree / "a" / "b").symlink_to("../a")
    assert codes(check(tree)) == ["SG323", "SG322"]


def test_links_between_files_are_files(tree):
    outside = tree.parent / "outside.py"
    outside.write_text(TUNER)
    (tree / "launch.py").unlink()
    (tree / "linked.py").symlink_to(outside)
    (tree / "again.py").symlink_to("linked.py")
    assert codes(check(tree)) == ["SG323", "SG322"] * 2
    check(tree, "--fix")
    assert (tree / "linked.py").is_symlink()
    assert outside.read_text().count("early_stopping_type") == 1


def test_deep_folders_are_looked_at(tree):
    here = os.open(tree, os.O_RDONLY)
    for _ in range(100):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("deep.py", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    assert codes(check(tree)) == ["SG323", "SG322"]


def test_a_project_whose_scripts_are_odd(tree, odd):
    """What a job is told to run is looked for, and read, as well."""
    (tree / "code").mkdir()
    odd(tree / "code" / "train.py")
    (tree / "code" / "other.py").write_text("import torch\n")
    (tree / "launch.py").write_text(JOB.format(script="train.py", folder="code"))
    ended = check(tree, "--select", "ALL", memory=MEMORY)
    assert (ended.code, ended.err) == (1, "")
    assert not {"SG002", "SG003"} & set(codes(ended))


def test_pipes_beside_a_script(tree):
    (tree / "code").mkdir()
    (tree / "code" / "train.py").write_text("import torch\n")
    pipe(tree / "code" / "odd.py")
    (tree / "launch.py").write_text(JOB.format(script="train.py", folder="code"))
    ended = run_program("check", "--no-cache", "--select", "ALL", cwd=tree, patience=20)
    assert (ended.code, ended.err) == (1, "")


@pytest.mark.parametrize(
    ("script", "where"),
    [
        ("/dev/zero", ""),
        ("../../../../../../../../etc/passwd", ""),
        ("/etc/hostname", "/proc"),
        ("a" * 5000, "b"),
        ("a\\0b.py", "c\\0d"),
        ("train.py", "/dev"),
    ],
)
def test_a_job_that_is_told_to_run_anything(tree, script, where):
    (tree / "train.py").write_text("import torch\n")
    (tree / "launch.py").write_text(JOB.format(script=script, folder=where))
    ended = run_program(
        "check", "--no-cache", "--select", "ALL", "--output-format", "json", cwd=tree, memory=MEMORY, patience=20
    )
    assert (ended.code, ended.err) == (1, "")
    assert "SG003" not in codes(ended)


JOB = """\
from sagemaker.pytorch import PyTorch

estimator = PyTorch(
    entry_point="{script}",
    source_dir="{folder}",
    role="role",
    framework_version="2.1",
    py_version="py310",
    instance_count=2,
    instance_type="ml.p4d.24xlarge",
)
estimator.fit("s3://bucket/train")
"""


# --- in the place of what configures --------------------------------------------------------------------------


@pytest.mark.parametrize("made", [pipe, endless, circle, large])
@pytest.mark.parametrize("name", [".gitignore", ".git/info/exclude", "sagegreen.toml", "setup.cfg", ".git"])
def test_odd_configuration_is_none(tree, made, name):
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    made(tree / name)
    ended = check(tree, memory=MEMORY)
    if made is large and name == "sagegreen.toml":
        assert (ended.code, len(ended.lines())) == (2, 1)
        assert "sagegreen.toml" in ended.err
        assert "1,000.0 MB" in ended.err
    else:
        assert (ended.code, ended.err, codes(ended)[:2]) == (1, "", ["SG323", "SG322"])


@pytest.mark.parametrize("made", [*ODD.values(), large])
@pytest.mark.parametrize("option", ["--config", "--baseline"])
def test_odd_files_in_options_are_one_line(tree, made, option):
    made(tree.parent / "odd")
    ended = check(tree, option, "../odd", memory=MEMORY)
    assert (ended.code, ended.out, len(ended.lines())) == (2, "", 1)
    assert "../odd" in ended.err or str(tree.parent / "odd") in ended.err


@pytest.mark.parametrize("made", [pipe, bound_socket, endless, empty_device, folder, circle])
def test_a_baseline_is_not_written_over_what_is_no_file(tree, made):
    made(tree / "odd")
    before = os.lstat(tree / "odd")
    ended = run_program("check", "--no-cache", "--write-baseline", "odd", cwd=tree)
    assert (ended.code, len(ended.lines())) == (2, 1)
    assert ended.err.startswith("error: cannot write `")
    assert os.lstat(tree / "odd").st_ino == before.st_ino
    assert sorted(path.name for path in tree.iterdir()) == ["launch.py", "odd", "pyproject.toml"]


@pytest.mark.parametrize("place", ["/dev/full", "/proc/nothing", "missing/report", ".", "launch.py/report", "r" * 5000])
def test_a_report_that_cannot_be_written_is_one_line(tree, place):
    for command in (("check", "--no-cache"), ("inventory",), ("audit",)):
        ended = run_program(*command, "-o", place, cwd=tree)
        assert (ended.code, ended.out, len(ended.lines())) == (2, "", 1), command
        assert ended.err.startswith("error: cannot write `"), command


# --- size -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["large.py", pytest.param("large.ipynb"), "large.toml"])
def test_a_sparse_gigabyte_is_one_line(tree, name):
    large(tree / name)
    ended = check(tree, name, memory=MEMORY, patience=10)
    assert (ended.code, codes(ended)) == (1, ["SG002"])
    assert "more than 100.0 MB is not read" in ended.out


def test_a_sparse_gigabyte_in_a_folder_keeps_no_other_file_waiting(tree):
    large(tree / "large.py")
    ended = check(tree, memory=MEMORY, patience=10)
    assert codes(ended) == ["SG002", "SG323", "SG322"] or codes(ended) == ["SG323", "SG322", "SG002"]


@pytest.mark.parametrize("command", ["inventory", "audit"])
def test_a_gigabyte_is_one_line_for_the_lists_too(tree, command):
    large(tree / "large.py")
    ended = run_program(command, "large.py", "launch.py", cwd=tree, memory=MEMORY, patience=30)
    assert (ended.code, len(ended.lines())) == (0, 1)
    assert "large.py: cannot be read: 1,000.0 MB, and more than 100.0 MB is not read" in ended.err

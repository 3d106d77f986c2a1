"""Killed, out of room, or not allowed to write: every file is the old one or the new one, and the program says so."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

ROOT = Path(__file__).parents[2]
FIX = (sys.executable, "-m", "sagegreen", "check", "--fix", "--unsafe-fixes", "--isolated", "--fix-only")
FEW = 60
JOB = """\
from sagemaker.pytorch import PyTorch

PyTorch(
    "train.py", role="Role", framework_version="2.3", py_version="py311",
    instance_count=1, instance_type="ml.p3.2xlarge", use_spot_instances=True,
).fit()
"""


def contents(folder):
    """What every file holds that is looked at."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".ipynb")}


def restore(files):
    for path, raw in files.items():
        path.write_bytes(raw)


def fix(*arguments, **options):
    return subprocess.run([*FIX, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Some hundred small fixtures."""
    folder = tmp_path_factory.mktemp("tree")
    flagged = [*ROOT.glob("fixtures/*/flagged/*.py"), *ROOT.glob("fixtures/*/flagged/*.ipynb")]
    small = sorted(flagged, key=lambda file: (file.stat().st_size, file))[:FEW]
    for number, file in enumerate(small):
        project = folder / f"{number:03}"
        project.mkdir()
        (project / "pyproject.toml").touch()  # what is found in one file does not depend on what is fixed in another
        shutil.copyfile(file, project / file.name)
    return folder


@pytest.mark.parametrize("jobs", [1, 2])
def test_whenever_it_is_killed_each_file_is_old_or_new(tree, option, jobs):
    old = contents(tree)
    started = time.monotonic()
    whole = fix("--no-cache", f"--jobs={jobs}", tree)
    took = time.monotonic() - started
    assert whole.returncode == 0, whole.stderr
    new = contents(tree)
    assert new != old
    seen = set()
    rounds = option("--kill-rounds", 8)
    random = Random(f"kill {jobs}")
    for number in range(rounds):
        restore(old)
        with subprocess.Popen(
            [*FIX, "--no-cache", f"--jobs={jobs}", str(tree)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as program:
            time.sleep(took * (number + random.random()) / rounds)
            os.killpg(program.pid, signal.SIGKILL)
        now = contents(tree)
        assert now.keys() == old.keys()
        half = [path.name for path in now if now[path] not in (old[path], new[path])]
        assert half == []
        seen.add(sum(now[path] == new[path] != old[path] for path in now))
    left_over = [path for path in tree.glob("*/*") if path not in old and path.name != "pyproject.toml"]
    print(f"killed {rounds} times, with {sorted(seen)} files fixed; left over: {[path.name for path in left_over]}")
    assert len(seen) > 1, "it was never killed while it was writing"
    # A next run reads nothing of what is left over, and comes to the same end.
    assert fix("--no-cache", tree).returncode == 0
    assert contents(tree) == new
    assert all(path.exists() for path in left_over)
    for path in left_over:
        path.unlink()
    restore(old)


def test_what_a_kill_leaves_over_is_never_read(tmp_path):
    """The name under which a file is written before it takes its place is none that is looked at."""
    (tmp_path / "launch.py").write_text(JOB)
    (tmp_path / ".launch.py.k2x_81ab.tmp").write_text(JOB)
    shown = subprocess.run(
        [sys.executable, "-m", "sagegreen", "check", "--show-files", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [Path(line).name for line in shown.stdout.splitlines()] == ["launch.py"]


# --- no room -------------------------------------------------------------------------------------------------


def mounted(folder, *options):
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB."""
    if sys.platform != "linux":
        pytest.skip("needs tmpfs")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted(folder, "-t", "tmpfs", "-o", "size=64k", "tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder):
    """Take all the room that is left."""
    with (folder / "filler").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 512)
        except OSError:
            return


def said(done):
    """The lines about errors; there is nothing else that a user would not expect."""
    lines = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    return [line for line in lines if line.startswith("error: ")]


def test_a_full_disk_leaves_the_old_files(small_disk):
    for number in range(3):
        (small_disk / f"launch{number}.py").write_text(JOB)
    fill(small_disk)
    done = fix(small_disk)  # with a cache, for which there is no room either
    assert done.returncode == 2
    assert said(done) == [
        f"error: cannot write `{small_disk}/launch{number}.py`: No space left on device" for number in range(3)
    ]
    assert [path.read_text() for path in sorted(small_disk.glob("*.py"))] == [JOB] * 3
    assert {path.name for path in small_disk.iterdir()} - {".sagegreen_cache"} == {
        *("filler", "launch0.py", "launch1.py", "launch2.py")
    }


def test_room_for_some_files_only(small_disk, tmp_path):
    """What fits is new, what does not is old, and each is one of both."""
    names = [f"launch{number}.py" for number in range(3)]
    sizes = (0, 20_000, 0)
    for folder in (small_disk, tmp_path / "room"):
        folder.mkdir(exist_ok=True)
        for name, size in zip(names, sizes, strict=True):
            (folder / name).write_text(f"{JOB}# {'x' * size}\n")
    old = [(small_disk / name).read_bytes() for name in names]
    assert fix("--no-cache", tmp_path / "room").returncode == 0
    new = [(tmp_path / "room" / name).read_bytes() for name in names]
    fill(small_disk)
    (small_disk / "filler").write_bytes(b"x" * ((small_disk / "filler").stat().st_size - 16_384))
    done = fix("--no-cache", small_disk)
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{small_disk}/launch1.py`: No space left on device"]
    assert [(small_disk / name).read_bytes() for name in names] == [new[0], old[1], new[2]]


def limited():
    """No file may grow beyond 400 bytes; what is written beyond is refused, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))


def test_a_limit_of_file_sizes_leaves_the_old_file(tmp_path):
    path = tmp_path / "launch.py"
    path.write_text(JOB + "# " + "x" * 400)
    done = fix("--no-cache", tmp_path, preexec_fn=limited)
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{path}`: File too large"]
    assert path.read_text() == JOB + "# " + "x" * 400
    assert [entry.name for entry in tmp_path.iterdir()] == ["launch.py"]


@pytest.mark.parametrize("option", [(), ("--output-format=json",), ("--diff",), ("--statistics",)])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_no_room_for_what_is_printed(tmp_path, option):
    (tmp_path / "launch.py").write_text(JOB)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sagegreen", "check", "--isolated", "--no-cache", *option, tmp_path],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1:] == ["error: cannot write the output: No space left on device"]
    said(done)


def test_no_room_for_a_report_leaves_the_old_report(small_disk):
    (small_disk / "launch.py").write_text(JOB)
    report = small_disk / "report.json"
    report.write_text("the report of yesterday")
    fill(small_disk)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sagegreen",
            "check",
            "--isolated",
            "--output-format",
            "sarif",
            "-o",
            report,
            small_disk,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{report}`: No space left on device"]
    assert report.read_text() == "the report of yesterday"


def test_no_room_for_comments_leaves_the_old_files(small_disk):
    (small_disk / "launch.py").write_text(JOB)
    fill(small_disk)
    done = subprocess.run(
        [sys.executable, "-m", "sagegreen", "check", "--isolated", "--add-noqa", "--", small_disk],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{small_disk}/launch.py`: No space left on device"]
    assert (small_disk / "launch.py").read_text() == JOB


# --- not allowed ---------------------------------------------------------------------------------------------


def test_a_file_system_that_cannot_be_written(small_disk):
    path = small_disk / "launch.py"
    path.write_text(JOB)
    mounted(small_disk, "-o", "remount,ro")
    done = fix(small_disk)
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{path}`: Read-only file system"]
    assert path.read_text() == JOB


@pytest.fixture
def unprivileged(tmp_path):
    """How to run the program as somebody whom permissions bind, in a folder of theirs."""
    if os.geteuid() != 0:
        return {}
    nobody = 65_534
    try:
        subprocess.run([sys.executable, "-c", "import sagegreen, libcst"], user=nobody, group=nobody, check=True)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this is root, and the interpreter cannot be read by anybody else")
    os.chown(tmp_path, nobody, nobody)
    for parent in tmp_path.parents:
        if not parent.stat().st_mode & 1:
            pytest.skip(f"this is root, and nobody else may enter {parent}")
    return {"user": nobody, "group": nobody}


@pytest.mark.parametrize("protected", ["folder", "file"])
def test_what_is_write_protected_stays_as_it_is(tmp_path, unprivileged, protected):
    folder = tmp_path / "project"
    folder.mkdir()
    path = folder / "launch.py"
    path.write_text(JOB)
    for each in (folder, path):
        if unprivileged:
            os.chown(each, unprivileged["user"], unprivileged["group"])
    (folder if protected == "folder" else path).chmod(0o555 if protected == "folder" else 0o444)
    done = fix("--no-cache", folder, **unprivileged)
    folder.chmod(0o755)
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{path}`: Permission denied"]
    assert path.read_text() == JOB
    assert [entry.name for entry in folder.iterdir()] == ["launch.py"]


@pytest.mark.parametrize("attribute", ["i", "a"])
def test_an_immutable_file_stays_as_it_is(tmp_path, attribute):
    """What even root may not change."""
    path = tmp_path / "launch.py"
    path.write_text(JOB)
    changed = subprocess.run(["chattr", f"+{attribute}", path], capture_output=True, text=True, check=False)
    if changed.returncode:
        pytest.skip(f"files cannot be made immutable here: {changed.stderr.strip()}")
    try:
        done = fix("--no-cache", tmp_path)
        assert path.read_text() == JOB
        assert [entry.name for entry in tmp_path.iterdir()] == ["launch.py"]
    finally:
        subprocess.run(["chattr", f"-{attribute}", path], check=True)
    assert done.returncode == 2
    assert said(done) == [f"error: cannot write `{path}`: Operation not permitted"]

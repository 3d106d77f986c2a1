"""What only a process of its own shows: start-up, signals, pipes, streams."""

import os
import signal
import subprocess
import sys

import pytest

import sagegreen

pytestmark = pytest.mark.usefixtures("toy_pack")

PROBE = """
import sys
from sagegreen.cli import main
code = main({arguments!r})
heavy = {heavy!r}
print("loaded:", *[name for name in heavy if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""
HEAVY = ["libcst", "difflib", "tomllib", "concurrent.futures", "multiprocessing", "asyncio", "email", "unittest"]


def loaded(folder, *arguments, heavy=HEAVY):
    code = PROBE.format(arguments=list(arguments), heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.splitlines()[-1].removeprefix("loaded:").split()


def test_the_version_needs_next_to_nothing(tmp_path):
    heavy = [*HEAVY, "argparse", "json", "sagegreen.checking.engine"]
    assert loaded(tmp_path, "--version", heavy=heavy) == (0, [])


def test_a_file_without_sagemaker_loads_nothing_heavy(tmp_path):
    (tmp_path / "a.py").write_text("import os\n")
    light = [name for name in HEAVY if name != "email"]  # importlib.metadata reads package metadata with it
    heavy = [*light, "toy_checks.phase.rules", "sagegreen.project.project", "sagegreen.reporting.json_format"]
    assert loaded(tmp_path, "check", "a.py", heavy=heavy) == (0, [])


def test_selecting_rules_loads_no_libcst_by_itself(tmp_path):
    (tmp_path / "a.py").write_text("import os\n")
    code, names = loaded(tmp_path, "check", "--select", "SG001", "a.py", heavy=["sagegreen.semantics.trace"])
    assert (code, names) == (0, [])


def test_module_and_program_agree_on_the_version():
    done = subprocess.run([sys.executable, "-m", "sagegreen", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sagegreen {sagegreen.__version__}\n"


def test_a_reader_that_goes_away_is_no_traceback(tmp_path):
    for number in range(300):
        (tmp_path / f"f{number}.py").write_text("import sagemaker\n" + "wasteful()\n" * 40)
    command = f"{sys.executable} -m sagegreen check --isolated --jobs 1 --select SG901 | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("f0.py:2:1: ")
    assert done.stderr == ""


def test_an_interrupt_is_no_traceback(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "sagegreen", "check", "-"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        # a shell's background job, as CI may be, ignores interrupts and hands that on
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "interrupted\n")


def test_a_terminal_that_cannot_show_a_character_ends_nothing(tmp_path):
    (tmp_path / "a.py").write_text("import sagemaker\nx = 'é', wasteful()\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sagegreen", "check", "--isolated", "--select", "SG901"],
        cwd=tmp_path, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 1
    assert b"\\xe9" in done.stdout

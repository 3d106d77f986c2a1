"""What needs a terminal, or a second look: questions about fixes, and checking again when a file changes."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

TUNER = """\
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

from jobs import estimator

for metric in ("validation:auc",):
    tuner = HyperparameterTuner(
        estimator,
        metric,
        {"eta": ContinuousParameter(0, 1)},
        strategy="Random",
        max_jobs=20,
        max_parallel_jobs=2,
    )
    tuner.fit("s3://bucket/train")
"""
SELECT = ("--isolated", "--select", "SG322,SG323")


def _interruptible():
    """What runs the tests may ignore interrupts, as background jobs of a shell do; a terminal's programs do not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, folder, *arguments):
        self._master, slave = pty.openpty()
        command = [sys.executable, "-m", "sagegreen", "check", "--no-cache", *arguments]
        environment = {**os.environ, "NO_COLOR": "1", "TERM": "xterm"}
        streams = {"stdin": slave, "stdout": slave, "stderr": slave}
        settings = {"cwd": folder, "env": environment, "start_new_session": True}
        self.process = subprocess.Popen(command, preexec_fn=_interruptible, **settings, **streams)  # noqa: PLW1509
        os.close(slave)
        self.text = ""

    def until(self, pattern):
        """Read until something new matches."""
        seen = len(self.text)
        deadline = time.monotonic() + 60
        while not re.search(pattern, self.text[seen:]):
            assert self.read(deadline - time.monotonic()), self.text
        return self.text[seen:]

    def read(self, seconds):
        """Whether anything came, within a time, before the program ended."""
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        try:
            data = os.read(self._master, 65536) if ready else b""
        except OSError:  # the program has ended
            data = b""
        self.text += data.decode().replace("\r\n", "\n")
        return bool(data)

    def answer(self, text):
        os.write(self._master, f"{text}\n".encode())

    def end(self):
        """The exit code."""
        while self.read(30):
            pass
        os.close(self._master)
        return self.process.wait(timeout=60)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tune.py"
    path.write_text(TUNER)
    return path


def test_picked_fixes_are_written_and_the_others_are_not(file):
    terminal = Terminal(file.parent, *SELECT, "--interactive", "tune.py")
    first = terminal.until("Apply which")
    assert "SG323" in first
    assert '+        early_stopping_type="Auto",' in first
    terminal.answer("?")
    assert "leave this finding" in terminal.until("Apply which")
    terminal.answer("y")
    assert "SG322" in terminal.until("Apply which")
    terminal.answer("n")
    assert terminal.end() == 1
    assert "Applied 1 of 2 fixes." in terminal.text
    assert file.read_text() == TUNER.replace(
        "max_parallel_jobs=2,", 'max_parallel_jobs=2,\n        early_stopping_type="Auto",'
    )


def test_an_alternative_is_picked_by_its_number(file):
    terminal = Terminal(file.parent, "--isolated", "--select", "SG322", "--interactive", "tune.py")
    terminal.until("Apply which")
    terminal.answer("1")
    assert terminal.end() == 0
    assert 'strategy="Bayesian"' in file.read_text()


def test_stopping_keeps_what_was_picked(file):
    terminal = Terminal(file.parent, *SELECT, "--interactive", "tune.py")
    terminal.until("Apply which")
    terminal.answer("y")
    terminal.until("Apply which")
    terminal.answer("q")
    assert terminal.end() == 1
    assert 'early_stopping_type="Auto"' in file.read_text()
    assert 'strategy="Random"' in file.read_text()


def test_questions_need_a_terminal(file):
    completed = subprocess.run(
        [sys.executable, "-m", "sagegreen", "check", "--interactive", "tune.py"],
        cwd=file.parent,
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 2
    assert completed.stderr == "error: `--interactive` asks questions, so it needs a terminal\n"
    assert file.read_text() == TUNER


def test_a_change_is_checked_again(file):
    pytest.importorskip("watchfiles")
    terminal = Terminal(file.parent, *SELECT, "--watch", "--output-format", "concise", ".")
    terminal.until("Found 2 errors")
    deadline = time.monotonic() + 60
    while "All checks passed" not in terminal.text:  # the watcher may not be ready for the first change
        assert time.monotonic() < deadline, terminal.text
        file.write_text(TUNER.replace('"Random"', '"Hyperband"') + f"# {time.monotonic()}\n")
        terminal.read(2)
    assert "a file changed" in terminal.text
    os.killpg(terminal.process.pid, signal.SIGINT)
    assert terminal.end() in {0, 130}
    assert "Traceback" not in terminal.text


def test_a_shell_completes_with_the_printed_script():
    script = subprocess.run(
        [sys.executable, "-m", "sagegreen", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout
    ask = "COMP_WORDS=(sagegreen check --unsafe); COMP_CWORD=2; _shtab_sagegreen; printf '%s ' \"${COMPREPLY[@]}\""
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["--unsafe-fixes"], done.stderr

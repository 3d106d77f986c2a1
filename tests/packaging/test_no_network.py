"""No face of the program opens a connection or asks for an address."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SMOKE = Path(__file__).with_name("smoke.py")
#: Loaded by every interpreter that starts, also by workers; it cannot be taken out again.
GUARD = """
import os
import sys

_NETWORK = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostby", "socket.sendto",
            "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect")


def guard(event, arguments):
    if event.startswith(_NETWORK):
        with open({log!r}, "a") as file:
            file.write(event + "\\n")
        raise RuntimeError(event + " in a program without network")


sys.addaudithook(guard)
with open({started!r}, "a") as file:
    file.write(str(os.getpid()) + "\\n")
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """A folder whose processes are guarded."""
    (tmp_path / "guard").mkdir()
    text = GUARD.format(log=str(tmp_path / "network"), started=str(tmp_path / "started"))
    (tmp_path / "guard" / "sitecustomize.py").write_text(text)
    (tmp_path / "work").mkdir()
    return tmp_path


def run(guarded: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(guarded / "guard")}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=guarded / "work", env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def test_nothing_connects(guarded):
    done = run(guarded, str(SMOKE))
    assert done.returncode == 0, done.stderr
    assert not (guarded / "network").exists()
    assert len((guarded / "started").read_text().split()) > 10


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import urllib.request; urllib.request.urlopen('https://example.org')",
    ],
)
def test_the_guard_guards(guarded, code):
    done = run(guarded, "-c", code)
    assert done.returncode == 1
    assert "in a program without network" in done.stderr
    assert (guarded / "network").exists()

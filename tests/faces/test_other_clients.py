"""Programs that lead to the flake8 plugin on their own ways: other versions of flake8, python-lsp-server, nbQA.

Each is installed into a folder of its own, which shadows what is installed beside the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest

TUNER = """\
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

from jobs import estimator

tuner = HyperparameterTuner(estimator, "validation:auc", {"eta": ContinuousParameter(0, 1)}, max_jobs=20)
tuner.fit("s3://bucket/train")
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The environment of processes that see some packages."""

    def install(*packages):
        target = tmp_path_factory.mktemp("packages")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), *packages]
        subprocess.run(command, check=True, capture_output=True)
        return os.environ | {"PYTHONPATH": os.pathsep.join([str(target), os.environ.get("PYTHONPATH", "")])}

    return install


@pytest.mark.parametrize("version", ["6.0.0", "7.0.0", "7.1.2"])
def test_versions_of_flake8(tmp_path, installed, version):
    (tmp_path / "tune.py").write_text(TUNER)
    environment = installed(f"flake8=={version}")
    flake8 = [sys.executable, "-m", "flake8"]
    shown = subprocess.run([*flake8, "--version"], env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.startswith(version)
    assert "sagegreen" in shown
    done = subprocess.run(
        [*flake8, "--select", "SG", "--jobs", "2", "tune.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("tune.py:5:9: SG323 ")


def test_nbqa(tmp_path, installed):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": ["import sagemaker\n"]}, {**cell, "source": TUNER.splitlines(keepends=True)}]
    (tmp_path / "tune.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    done = subprocess.run(
        [sys.executable, "-m", "nbqa", "flake8", "tune.ipynb", "--select", "SG"],
        cwd=tmp_path,
        env=installed("nbqa"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "tune.ipynb:cell_2:5:9: SG323 " in done.stdout, done.stdout + done.stderr


class Wire:
    """Messages of the protocol over a process's streams, as they are; pylsp's answers are looser than lsprotocol's types."""

    def __init__(self, environment, *command):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=environment, **streams)

    def send(self, method, params, number=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if number is None else {**message, "id": number}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def until(self, wanted):
        """The next message for which something holds."""
        while True:
            length = 0
            while (line := self.process.stdout.readline()) != b"\r\n":
                assert line, "the server has ended"
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(self.process.stdout.read(length))
            if wanted(message):
                return message


def own(message):
    """The diagnostics of a message that are sagegreen's."""
    if message.get("method") != "textDocument/publishDiagnostics":
        return []
    return [entry for entry in message["params"]["diagnostics"] if str(entry.get("code")).startswith("SG")]


def test_python_lsp_server_shows_the_findings_through_flake8(tmp_path, installed):
    (tmp_path / "tune.py").write_text(TUNER)
    (tmp_path / "sagegreen.toml").write_text('select = ["SG323"]\n')
    uri = (tmp_path / "tune.py").as_uri()
    wire = Wire(installed("python-lsp-server", "flake8"), sys.executable, "-m", "pylsp")
    killer = threading.Timer(120, wire.process.kill)
    killer.start()
    try:
        wire.send("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}, 1)
        wire.until(lambda message: message.get("id") == 1)
        wire.send("initialized", {})
        plugins = {"flake8": {"enabled": True}, "pycodestyle": {"enabled": False}}
        wire.send("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": plugins}}})
        item = {"uri": uri, "languageId": "python", "version": 1, "text": TUNER}
        wire.send("textDocument/didOpen", {"textDocument": item})
        (diagnostic,) = own(wire.until(own))
        wire.send("shutdown", None, 2)
        wire.send("exit", None)
        wire.process.wait(30)
    finally:
        killer.cancel()
        wire.process.kill()
        wire.process.communicate()
    assert diagnostic["code"] == "SG323"
    assert diagnostic["range"]["start"] == {"line": 4, "character": 8}

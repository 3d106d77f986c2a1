"""Runs programs in the SDK environments: one server per environment and core, every program in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools"))

from catalogue_generation.environments import install_complete  # noqa: E402
from catalogue_generation.releases import COMPLETE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNNER = Path(__file__).with_name("runner.py")
LIMIT = 120  # seconds for one program; most need half of one
_DIRECTIVE = re.compile(r"#\s*replay:\s*(\w+)\s*-[ \t]*(.*)")


def environments_folder() -> Path:
    """Where the environments are kept from run to run."""
    given = os.environ.get("SAGEGREEN_SDK_ENVIRONMENTS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(given) if given else Path(cache) / "sagegreen" / "sdk-environments"


@dataclass(frozen=True)
class Request:
    """One request that a program made.

    Attributes:
        service: the service's name in botocore; ``local`` for what local mode does on this machine.
        operation: its operation.
        parameters: the request, by member.
        at: the program's own frames, innermost first: file, cell, row.
        direct: whether the program itself calls boto3, no SDK in between.
        refused: whether the service answered with an error.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    at: tuple[tuple[str, int | None, int], ...]
    direct: bool = True
    refused: bool = False


@dataclass(frozen=True)
class Record:
    """What a program did: its requests, and why it ended early, if it did."""

    requests: tuple[Request, ...] = ()
    failure: str | None = None


def directives(program: Path) -> dict[str, str]:
    """What a program says of its replay: ``# replay: skip - it needs a GPU`` in a script or in any cell."""
    text = program.read_text(encoding="utf-8")
    if program.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join(
            cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells
        )
    return {match[1]: match[2].strip() for match in _DIRECTIVE.finditer(text)}


class Environments:
    """The SDK environments, built when they are first asked for, with servers that run programs in them."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._folder = environments_folder()
        self._cores = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._cores)
        self._builders = ThreadPoolExecutor(len(COMPLETE))
        self._built: dict[str, Future[Path]] = {}
        self._idle: dict[str, queue.SimpleQueue[subprocess.Popen[str]]] = {}
        self._servers: list[subprocess.Popen[str]] = []
        self._asked: dict[str, Future[Record]] = {}
        self._problems: dict[str, str | None] = {}
        self._lock = threading.Lock()

    def build(self, name: str) -> Future[Path]:
        """The interpreter of an environment, at some time."""
        with self._lock:
            if name not in self._built:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._built[name] = self._builders.submit(install_complete, self._folder, name)
            return self._built[name]

    def problem(self, name: str) -> str | None:
        """Why an SDK cannot be used on this machine, if so; waits until the environment is built."""
        with self._lock:
            known = name in self._problems
        if not known:
            command = [str(self.build(name).result()), "-c", "import boto3, sagemaker"]
            completed = subprocess.run(command, capture_output=True, text=True, check=False)
            lines = completed.stderr.strip().splitlines()
            with self._lock:
                self._problems[name] = lines[-1] if completed.returncode and lines else None
        return self._problems[name]

    def replay(self, sdk: str, program: str, files: Mapping[str, bytes]) -> Future[Record]:
        """Run a program once, however often it is asked for.

        Args:
            sdk: the environment: ``v1``, ``v2`` or ``v3``.
            program: the path of the script or notebook among the files.
            files: the project by path, the program included.
        """
        key = hashlib.sha256(repr((sdk, program, sorted(files.items()))).encode()).hexdigest()[:24]
        environment = self.build(sdk)
        with self._lock:
            if key not in self._asked:
                self._asked[key] = self._pool.submit(self._run, sdk, environment, program, files, self._work / key)
            return self._asked[key]

    def _run(self, sdk: str, environment: Future[Path], name: str, files: Mapping[str, bytes], folder: Path) -> Record:
        work = folder / "work"
        for path, content in files.items():
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        answer = folder / "answer.json"
        task = {"program": name, "folder": str(work), "answer": str(answer), "limit": LIMIT}
        server = self._server(sdk, environment.result())
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(task) + "\n")
        server.stdin.flush()
        line = server.stdout.readline()
        if not line:
            raise RuntimeError(f"the server of {sdk} ended with status {server.wait()}")
        self._idle[sdk].put(server)
        problem = json.loads(line)["problem"]
        if problem:
            return Record(failure=problem)
        recorded = json.loads(answer.read_text(encoding="utf-8"))
        shutil.rmtree(folder)
        return Record(tuple(map(_request, recorded["requests"])), recorded["failure"])

    def _server(self, sdk: str, python: Path) -> subprocess.Popen[str]:
        with self._lock:
            idle = self._idle.setdefault(sdk, queue.SimpleQueue())
        try:
            return idle.get_nowait()
        except queue.Empty:
            server = subprocess.Popen(
                [str(python), str(RUNNER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON"))},
            )
            self._servers.append(server)
            return server

    def close(self) -> None:
        """End the servers."""
        self._pool.shutdown(cancel_futures=True)
        self._builders.shutdown()
        for server in self._servers:
            server.communicate()


def _request(recorded: dict[str, Any]) -> Request:
    at = tuple((file, cell, row) for file, cell, row in recorded["at"])
    return Request(
        recorded["service"],
        recorded["operation"],
        recorded["parameters"],
        at,
        recorded["direct"],
        "error" in recorded,
    )


__all__ = ["Environments", "Record", "Request", "directives", "environments_folder"]

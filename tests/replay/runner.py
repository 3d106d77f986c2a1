"""Runs programs against a real SageMaker SDK and records what they ask of AWS. Runs inside an SDK environment.

    python runner.py

imports the SDK once, then reads one JSON object per line from standard input: ``folder`` (a project, and the working
directory), ``program`` (the path of a script or notebook in it), ``answer`` (where the record goes), ``limit`` (seconds). Each program runs in a
forked process of its own, and one JSON line on standard output says that it has ended. Every AWS call ends below
botocore's parameter validation: nothing is sent, and no socket can be opened.

The record: ``requests``, each with ``service``, ``operation``, ``parameters`` (as given to botocore), ``at`` (the
program's own frames, innermost first: file, cell, row), ``direct`` (no SDK in between) and ``error``, and ``failure``, the traceback of a program that failed.
"""

import ast
import atexit
import builtins
import contextlib
import datetime as dt
import importlib
import json
import linecache
import logging
import os
import re
import shlex
import signal
import socket
import sys
import threading
import time
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import stand_ins
from answers import REGION, TABLE, Service, prediction

SURROUNDINGS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
    "MPLBACKEND": "Agg",
    # as in Studio, whose image remote functions take over
    "SAGEMAKER_INTERNAL_IMAGE_URI": f"885854791233.dkr.ecr.{REGION}.amazonaws.com/sagemaker-distribution-prod:1-cpu",
}
_PRELOADED = (
    "boto3",
    "pandas",
    "sagemaker",
    "sagemaker.core.resources",
    "sagemaker.train",
    "sagemaker.serve",
    "sagemaker.mlops",
)
_SERVICES = ("sagemaker", "sagemaker-runtime", "s3", "sts", "iam", "logs", "application-autoscaling")
#: Files that a program expects beside it, by the names it writes: a training script, its requirements, a data set.
_BESIDE = re.compile(r"(?!/)[\w./-]*[\w-]\.(?:py|sh|txt|csv|json|jsonl|ya?ml|tar\.gz|jar|ipynb|zip)")
_FOLDERS = frozenset({"source_dir", "local_path", "dependencies"})
_DIRECTIVE = re.compile(r"#\s*replay:\s*(\w+)\s*-\s*(.*)")
_AWS = ("boto3", "botocore", "s3transfer", __name__)
_SHELL_PREFIXES = ("!", "?")


# -- recording -----------------------------------------------------------------------------------------------


class Recorder:
    """Takes the place of the network."""

    def __init__(self, files: dict[str, tuple[str, int | None]]) -> None:
        self.files = files
        self.requests: list[dict[str, Any]] = []
        self.service = Service()
        self._pending = threading.local()

    def install(self) -> None:
        """Intercept botocore in this process."""
        import botocore.client
        import botocore.endpoint

        real = botocore.client.BaseClient._make_api_call
        recorder = self

        def make_api_call(client: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
            before = getattr(recorder._pending, "parameters", None)
            recorder._pending.parameters = api_params
            try:
                return real(client, operation_name, api_params)
            finally:
                recorder._pending.parameters = before

        def make_request(endpoint: Any, operation: Any, request: dict[str, Any]) -> Any:
            del endpoint, request
            parameters = getattr(recorder._pending, "parameters", None) or {}
            answer = recorder.take(operation, parameters)
            answer["ResponseMetadata"] = {
                "HTTPStatusCode": 200, "HTTPHeaders": {}, "RequestId": "0", "RetryAttempts": 0,
            }  # fmt: skip
            return types.SimpleNamespace(status_code=200, headers={}), answer

        botocore.client.BaseClient._make_api_call = make_api_call
        botocore.endpoint.Endpoint.make_request = make_request

    def take(self, operation: Any, parameters: dict[str, Any], *, local: bool = False) -> dict[str, Any]:
        """Record a request and answer it."""
        from botocore.exceptions import ClientError

        service = "local" if local else operation.service_model.service_name
        at, direct = self.frames()
        request = {
            "service": service,
            "operation": operation.name,
            "parameters": plain(parameters),
            "at": at,
            "direct": direct,
        }
        self.requests.append(request)

        def error(code: str, message: str) -> Exception:
            request["error"] = code
            return ClientError({"Error": {"Code": code, "Message": message}}, operation.name)

        answer: dict[str, Any] = self.service.answer(operation, parameters, error)
        if operation.name == "PutObject":
            request["parameters"]["Body"] = self.service.text_of(parameters)
        return answer

    def frames(self) -> tuple[list[tuple[str, int | None, int]], bool]:
        """Where the program stands: file, cell and row of its own frames, innermost first; whether it calls boto3 itself."""
        found, direct = self._walk(sys._getframe())
        if not found:
            found, direct = self._walk(sys._current_frames()[threading.main_thread().ident or 0])
        return found, direct

    def _walk(self, frame: types.FrameType | None) -> tuple[list[tuple[str, int | None, int]], bool]:
        found: list[tuple[str, int | None, int]] = []
        direct = True
        while frame is not None:
            known = self.files.get(frame.f_code.co_filename)
            if known is not None:
                found.append((*known, frame.f_lineno))
            elif not found and not frame.f_globals.get("__name__", "").startswith(_AWS):
                direct = False
            frame = frame.f_back
        return found, direct


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(entry) for entry in value]
    if isinstance(value, bytes | bytearray):
        return {"bytes": len(value)}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return {"object": type(value).__name__}


# -- the surroundings of a program ---------------------------------------------------------------------------


def _refused(*arguments: Any, **named: Any) -> Any:
    raise OSError("there is no network in a replay")


def isolate(recorder: Recorder) -> None:
    """No network, no waiting, no docker, no questions."""
    socket.socket.connect = _refused  # type: ignore[method-assign]
    socket.socket.connect_ex = _refused  # type: ignore[method-assign]
    socket.getaddrinfo = _refused
    socket.create_connection = _refused
    time.sleep = lambda seconds: None
    builtins.input = lambda prompt="": ""
    recorder.install()
    _one_thread_for_transfers()
    _local_mode(recorder)


def _one_thread_for_transfers() -> None:
    """Uploads run in the caller's thread, so that their line is known."""
    import boto3.s3.transfer

    real = boto3.s3.transfer.create_transfer_manager

    def create(client: Any, config: Any, osutil: Any = None) -> Any:
        config.use_threads = False
        return real(client, config, osutil)

    boto3.s3.transfer.create_transfer_manager = create


def _local_mode(recorder: Recorder) -> None:
    """Local mode talks to docker through an object like a client; here it is recorded, as service ``local``."""
    module = sys.modules.get("sagemaker.local.local_session")
    if module is None:
        return

    class Client:
        def __init__(self, session: Any = None) -> None:
            import boto3

            self._client = boto3.client("sagemaker", region_name=REGION)

        def __getattr__(self, name: str) -> Any:
            model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[name])
            return lambda **parameters: recorder.take(model, parameters, local=True)

    class Runtime:
        def __init__(self, config: Any = None) -> None:
            pass

        def invoke_endpoint(self, **parameters: Any) -> Any:
            return {"Body": prediction(parameters), "ContentType": parameters.get("Accept", "application/json")}

    module.LocalSagemakerClient = Client  # type: ignore[attr-defined]
    module.LocalSagemakerRuntimeClient = Runtime  # type: ignore[attr-defined]


def warm_up() -> None:
    """Parse the services' models once for all programs, not once for each session of each."""
    import boto3
    import botocore.loaders

    kept: dict[str, Any] = {}
    real = botocore.loaders.JSONFileLoader.load_file

    def load_file(loader: Any, path: str) -> Any:
        if path not in kept:
            kept[path] = real(loader, path)
        return kept[path]

    botocore.loaders.JSONFileLoader.load_file = load_file
    session = boto3.Session()
    for service in _SERVICES:
        session.client(service)


def _attributes_only_by_import() -> None:
    """``sagemaker`` is an empty namespace in v3: what was preloaded shows there only once the program imports it."""
    package = sys.modules.get("sagemaker")
    if package is None or getattr(package, "__file__", None):
        return
    hidden = {
        name.split(".")[1]: module
        for name, module in sys.modules.items()
        if name.startswith("sagemaker.") and name.count(".") == 1
    }
    for name in hidden:
        if hasattr(package, name):
            delattr(package, name)
    needed = {"train": ("core",), "serve": ("core", "train"), "mlops": ("core", "train", "serve")}
    real = builtins.__import__

    def importing(name: str, given: Any = None, local: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        result = real(name, given, local, fromlist, level)
        parts = name.split(".")
        if level == 0 and parts[0] == "sagemaker":
            for part in parts[1:2] or [entry for entry in fromlist or () if entry in hidden]:
                for shown in (part, *needed.get(part, ())):
                    if shown in hidden:
                        setattr(package, shown, hidden[shown])
        return result

    if hidden:
        builtins.__import__ = importing  # type: ignore[assignment]


# -- programs ------------------------------------------------------------------------------------------------


class Piece:
    """One piece of code: a script, or a cell with its number."""

    def __init__(self, source: str, cell: int | None, name: str) -> None:
        self.source, self.cell, self.name = source, cell, name


def pieces(program: Path) -> list[Piece]:
    """The Python of a program, cells in order; cells that write a file write it."""
    if program.suffix != ".ipynb":
        return [Piece(program.read_text(encoding="utf-8"), None, str(program))]
    found = []
    notebook = json.loads(program.read_text(encoding="utf-8"))
    for index, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            continue
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        found.append(Piece(without_magics(source), index, f"{program}:cell {index}"))
    return found


def without_magics(source: str) -> str:
    """The Python of a cell, row by row: magics and shell lines are blank, ``%%writefile`` is done."""
    rows = source.split("\n")
    first = next((index for index, row in enumerate(rows) if row.strip()), None)
    if first is None:
        return source
    head = rows[first].strip()
    if head.startswith("%%"):
        words = shlex.split(head[2:])
        if words[0] == "writefile" and words[-1] != "-a":
            target = Path(words[-1])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(rows[first + 1 :]), encoding="utf-8")
            return ""
        if words[0] not in {"time", "capture", "prun"}:
            return ""
        rows[first] = ""
    for index, row in enumerate(rows):
        stripped = row.lstrip()
        if stripped.startswith("%") and not _continues(rows, index):
            rows[index] = row[: len(row) - len(stripped)] + _environment(stripped)
        elif stripped.startswith(_SHELL_PREFIXES):
            rows[index] = row[: len(row) - len(stripped)] + "pass"
    return "\n".join(rows)


def _environment(magic: str) -> str:
    """``%env`` sets a variable; ``%store -r`` brings back what another notebook kept, which is a name."""
    stored = re.fullmatch(r"%store\s+-r((?:\s+\w+)+)", magic.rstrip())
    if stored:
        return "; ".join(f"globals().setdefault({name!r}, {name.replace('_', '-')!r})" for name in stored[1].split())
    match = re.fullmatch(r"%env\s+(\w+)\s*=?\s*(.*)", magic.rstrip())
    return f"__import__('os').environ[{match[1]!r}] = {match[2]!r}" if match else "pass"


def _continues(rows: list[str], index: int) -> bool:
    """Whether a row that starts with ``%`` is the rest of an expression."""
    try:
        ast.parse("\n".join(rows[:index]) + "\n")
    except SyntaxError as error:
        return "was never closed" in str(error)
    return False


def provide_files(code: list[Piece], folder: Path) -> None:
    """The files that a program names and does not bring: its training script, its data set, its source folder."""
    names: list[str] = []
    folders: list[str] = []
    for piece in code:
        with contextlib.suppress(SyntaxError):
            tree = ast.parse(piece.source)
            names += _names(tree)
            folders += _folders(tree)
    for name in folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in names:
        for place in (folder, *(folder / entry for entry in folders)):
            path = place / name
            if not path.exists() and folder.resolve() in path.resolve().parents:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_content(name))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _BESIDE.fullmatch(node.value):
            yield node.value


def _folders(tree: ast.AST) -> Iterator[str]:
    """Constants given to ``source_dir`` and its like, also in dictionaries and through one name."""
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        pairs: list[tuple[Any, ast.expr]] = []
        if isinstance(node, ast.keyword):
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            pairs = [(key.value, entry) for key, entry in zip(node.keys, node.values) if isinstance(key, ast.Constant)]  # noqa: B905 - the same length by construction
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            pairs = [(node.targets[0].id.lower(), node.value)]
        for name, entry in pairs:
            if name not in _FOLDERS:
                continue
            for part in entry.elts if isinstance(entry, ast.List) else [entry]:
                text = constants.get(part.id) if isinstance(part, ast.Name) else getattr(part, "value", None)
                if isinstance(text, str) and not text.startswith(("/", "s3:", "http")) and "." not in Path(text).name:
                    yield text


def _content(name: str) -> bytes:
    if name.endswith((".json", ".ipynb")):
        return b"{}"
    if name.endswith(".csv"):
        return TABLE
    return b"" if name.endswith((".py", ".sh")) else b"x\n"


def _remote_results(code: list[Piece]) -> None:
    """What a remote function returns was never computed: it is ``None``."""
    if not any("remote" in piece.source for piece in code):
        return
    for package in ("sagemaker", "sagemaker.core"):
        with contextlib.suppress(ImportError):
            module = importlib.import_module(f"{package}.remote_function.core.serialization")
            module.deserialize_obj_from_s3 = lambda *arguments, **named: None  # type: ignore[attr-defined]


def provide_commands(folder: Path) -> None:
    """Commands that a program may call: the AWS command line succeeds, there is no GPU and no docker."""
    commands = folder / ".commands"
    commands.mkdir(exist_ok=True)
    for name, status in (("aws", 0), ("nvidia-smi", 9), ("docker", 1), ("git", 0)):
        (commands / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (commands / name).chmod(0o755)
    os.environ["PATH"] = f"{commands}{os.pathsep}{os.environ['PATH']}"


def directives(code: list[Piece]) -> dict[str, str]:
    """``# replay: arguments - ...`` and its like."""
    return {match[1]: match[2].strip() for piece in code for match in _DIRECTIVE.finditer(piece.source)}


def execute(program: Path, folder: Path, recorder: Recorder) -> str | None:
    """Run a program; the traceback of its failure, if it fails."""
    os.chdir(folder)
    code = pieces(program)
    said = directives(code)
    for word in shlex.split(said.get("files", "")):
        name, _, content = word.partition("=")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() or _content(name))
    provide_files(code, folder)
    provide_commands(folder)
    _remote_results(code)
    sys.meta_path.append(stand_ins.Finder())
    main = types.ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={})
    if program.suffix == ".ipynb":
        main.__dict__["display"] = lambda *shown, **named: None
    else:
        main.__file__ = str(program)
    sys.modules["__main__"] = main
    os.environ.update(word.split("=", 1) for word in shlex.split(said.get("environment", "")))
    sys.argv = [str(program), *shlex.split(said.get("arguments", ""))]
    sys.path[:0] = list(dict.fromkeys((str(program.parent), str(folder))))
    for path in folder.rglob("*.py"):
        recorder.files[str(path)] = (path.relative_to(folder).as_posix(), None)
    for piece in code:
        recorder.files[piece.name] = (program.relative_to(folder).as_posix(), piece.cell)
        linecache.cache[piece.name] = (len(piece.source), None, piece.source.splitlines(keepends=True), piece.name)
    try:
        for piece in code:
            exec(compile(piece.source, piece.name, "exec"), main.__dict__)  # noqa: S102 - that is what it is for
        if "then" in said:
            exec(compile(said["then"], "<then>", "exec"), main.__dict__)  # noqa: S102
        atexit._run_exitfuncs()
    except SystemExit as end:
        return None if end.code in {None, 0} else f"SystemExit: {end.code}"
    except BaseException:  # noqa: BLE001 - whatever it is, it is the result
        return traceback.format_exc()
    return None


# -- processes -----------------------------------------------------------------------------------------------


def run_here(task: dict[str, Any]) -> None:
    """Run a program in this process and write its record."""
    recorder = Recorder({})
    os.environ["HOME"] = task["folder"]
    isolate(recorder)
    _attributes_only_by_import()
    logging.disable()
    atexit._clear()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(nowhere, standard)
    failure = execute(Path(task["folder"], task["program"]), Path(task["folder"]), recorder)
    Path(task["answer"]).write_text(json.dumps({"requests": recorder.requests, "failure": failure}), encoding="utf-8")


def run_apart(task: dict[str, Any]) -> str | None:
    """Run a program in a forked process; why it gave no record, if it did not."""
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            run_here(task)
        except BaseException:  # noqa: BLE001 - whatever it is, it is the result
            Path(task["answer"]).write_text(json.dumps({"requests": [], "failure": traceback.format_exc()}))
        os._exit(0)
    deadline = time.monotonic() + task["limit"]
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return None if status == 0 else f"ended with status {status}"
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return f"still ran after {task['limit']} seconds"


def main() -> None:
    os.environ.update(SURROUNDINGS)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            __import__(name)
    warm_up()
    for line in sys.stdin:
        problem = run_apart(json.loads(line))
        print(json.dumps({"problem": problem}), file=answers, flush=True)


if __name__ == "__main__":
    main()

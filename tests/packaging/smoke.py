"""Run by the interpreter of an environment: every face of the installed program does its work once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

CODE = """\
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

tuner = HyperparameterTuner(
    estimator,
    "validation:auc",
    {"eta": ContinuousParameter(0, 1)},
    strategy="Random",
    max_jobs=20,
)
tuner.fit("s3://bucket/train")
"""
SCRIPTS = Path(sysconfig.get_path("scripts"))
FIXED = 'early_stopping_type="Auto"'


def run(*command: str, codes: tuple[int, ...] = (0,), feed: bytes = b"") -> str:
    """The output of a program of this environment."""
    done = subprocess.run([str(SCRIPTS / command[0]), *command[1:]], input=feed, capture_output=True, check=False)
    out, err = done.stdout.decode(), done.stderr.decode()
    if done.returncode not in codes or "Traceback" in out + err:
        sys.exit(f"{command} ended with {done.returncode}:\n{out}\n{err}")
    return out


def require(holds: object, what: str) -> None:
    """End with what is missing."""
    if not holds:
        sys.exit(f"missing: {what}")


def fresh() -> None:
    """The files as they were."""
    Path("launch.py").write_text(CODE, encoding="utf-8")
    notebook = {
        "cells": [{"cell_type": "code", "source": CODE, "metadata": {}, "outputs": [], "execution_count": None}]
    }
    Path("notebook.ipynb").write_text(json.dumps(notebook | {"metadata": {}, "nbformat": 4, "nbformat_minor": 4}))


def session() -> bytes:
    """What an editor sends that opens one file and leaves."""
    item = {"uri": Path("launch.py").absolute().as_uri(), "languageId": "python", "version": 1, "text": CODE}
    messages = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": item}},
        {"id": 2, "method": "shutdown", "params": None},
        {"method": "exit", "params": None},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def main() -> None:
    """Use everything."""
    fresh()
    Path(".gitignore").write_text("ignored.py\n", encoding="utf-8")
    Path("ignored.py").write_text(CODE, encoding="utf-8")
    Path("pyproject.toml").write_text("[tool.sagegreen]\nextend-exclude = ['other*.py']\n", encoding="utf-8")
    for number in range(12):
        Path(f"script{number}.py").write_text(CODE, encoding="utf-8")
    Path(".git").mkdir(exist_ok=True)
    for attempt in ("cold", "warm"):
        entries = json.loads(run("sagegreen", "check", "--jobs", "2", "--output-format", "json", codes=(1,)))
        names = {Path(entry["filename"]).name for entry in entries}
        require(names >= {"launch.py", "notebook.ipynb", "script11.py"}, f"findings, {attempt} cache")
        require("ignored.py" not in names, "respect for .gitignore")
        require({"SG322", "SG323"} <= {entry["code"] for entry in entries}, "the rules")
    run("sagegreen", "check", "--fix", codes=(1,))
    require(FIXED in Path("launch.py").read_text(), "the fix of the script")
    require('early_stopping_type=\\"Auto\\"' in Path("notebook.ipynb").read_text(), "the fix of the notebook")
    require("tuning_job" in run("sagegreen", "inventory", "--output-format", "csv"), "the inventory")
    require(json.loads(run("sagegreen", "audit", "--output-format", "json"))["practices"], "the audit")
    require("<html" in run("sagegreen", "audit", "--output-format", "html").lower(), "the audit's page")
    require(json.loads(run("sagegreen", "check", "--exit-zero", "--output-format", "sarif"))["runs"], "SARIF")
    require("grid-search" in run("sagegreen", "rule", "SG321"), "a rule's page")
    require("sagegreen" in run("sagegreen", "completion", "bash"), "completion")
    fresh()
    run("python", "-m", "libcst.tool", "codemod", "-x", "--no-format", "sagegreen.codemod.Fix", "launch.py")
    require(FIXED in Path("launch.py").read_text(), "the fix of the codemod")
    fresh()
    require("SG322" in run("flake8", "--select", "SG", "launch.py", codes=(1,)), "flake8's findings")
    require("SG322" in run("sagegreen", "server", feed=session()), "the server's diagnostics")
    require("watch" in run("sagegreen", "check", "--help"), "help")
    run("python", "-c", "import watchfiles, sagegreen; assert sagegreen.check_source('import sagemaker') == []")
    print(sys.version.split()[0], "on", os.name, "works")


main()

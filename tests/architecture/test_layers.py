"""The house keeps its order: imports run one way, and the engine knows no rule."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_run_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_module_of_the_engine_names_no_rule_code() -> None:
    """Rules are found through entry points; nothing in the engine may depend on one of them."""
    reserved = {"SG001", "SG002", "SG003"}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) == 5:
                named = node.value if node.value.startswith("SG") and node.value[2:].isdigit() else None
                assert named is None or named in reserved, f"{path}:{node.lineno} names {named}"


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [
        line
        for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        if line.startswith("python3 -m venv")
    ]
    assert len(commands) == 1
    assert commands[0] in readme

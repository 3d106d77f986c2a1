"""The hooks under the real pre-commit."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
ON = "import sagemaker\n"


def git(folder, *arguments):
    identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def hook(tmp_path, toy_pack):
    """Runs a hook of this repository as ``pre-commit try-repo`` does, with the package that is under test.

    The hook's language is replaced by ``system``: building an environment would need the network.
    """
    source = tmp_path / "hooks"
    source.mkdir()
    program = f"{shlex.quote(sys.executable)} -m sagegreen "
    text = HOOKS.read_text()
    assert text.count("entry: sagegreen ") == text.count("language: python") == 2
    text = text.replace("entry: sagegreen ", f"entry: {program}").replace("language: python", "language: system")
    (source / ".pre-commit-hooks.yaml").write_text(text)
    git(source, "init", "-q")
    git(source, "add", ".")
    git(source, "commit", "-qm", "hooks")
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q")
    (project / "sagegreen.toml").write_text("select = ['SG901']\nexclude = ['old']\n")

    def run(name):
        git(project, "add", ".")
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "try-repo", str(source), name, "--all-files", "--verbose"],
            cwd=project, capture_output=True, text=True, check=False,
            env=os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "cache")},
        )  # fmt: skip
        return done.returncode, done.stdout

    return project, run


def test_the_check_hook_sees_scripts_and_notebooks_and_honours_excludes(hook):
    project, run = hook
    (project / "a.py").write_text(ON + "wasteful()\n")
    (project / "old").mkdir()
    (project / "old" / "b.py").write_text(ON + "wasteful()\n")
    (project / "notes.md").write_text("sagemaker wasteful()\n")
    code, out = run("sagegreen")
    assert code == 1
    assert "a.py:2:1: SG901" in out
    assert "old/b.py" not in out
    assert (project / "a.py").read_text() == ON + "wasteful()\n"
    (project / "a.py").write_text(ON)
    assert run("sagegreen")[0] == 0


def test_the_fix_hook_fixes_and_fails_once(hook):
    project, run = hook
    (project / "a.py").write_text(ON + "wasteful()\n")
    assert run("sagegreen-fix")[0] == 1
    assert (project / "a.py").read_text() == ON + "frugal()\n"
    assert run("sagegreen-fix")[0] == 0


def test_the_manifest_is_one_that_pre_commit_accepts():
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


ENDPOINT = """\
import sagemaker
from sagemaker.model import Model

model = Model(image_uri="image", model_data="s3://b/m.tar.gz", role="role", predictor_cls=sagemaker.Predictor)
model.deploy(initial_instance_count=1, instance_type="ml.m7i.large", endpoint_name="fraud")
"""
CLEAN_UP = 'import boto3\nboto3.client("sagemaker").delete_endpoint(EndpointName="fraud")\n'


def test_a_hook_that_sees_a_slice_looks_at_the_whole_project(hook):
    """Many files make several batches, in processes of their own; what deletes the endpoint may be in another."""
    project, run = hook
    (project / "sagegreen.toml").write_text("select = ['SG401']\n")
    for number in range(30):
        (project / f"a{number:02}.py").write_text(f"import sagemaker\nnumber = {number}\n")
    (project / "deploy.py").write_text(ENDPOINT)
    assert "deploy.py:5:1: SG401" in run("sagegreen")[1]
    (project / "zz_clean_up.py").write_text(CLEAN_UP)
    git(project, "add", ".")
    git(project, "commit", "-qm", "all but the change")
    (project / "deploy.py").write_text(f"{ENDPOINT}# changed\n")
    code, out = run("sagegreen")
    assert (code, "SG401" in out) == (0, False), out

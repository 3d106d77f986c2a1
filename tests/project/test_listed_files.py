"""What a run finds at its first look is passed on to the project; that must not change which files bear witness."""

import pytest

from sagegreen.checking.configuration import Configuration
from sagegreen.checking.files import Mode, Run, check_paths
from sagegreen.checking.registry import Registry

SERVE = """
from sagemaker.pytorch import PyTorchModel
model = PyTorchModel(model_data="s3://b/m.tar.gz", role="r", entry_point="i.py", framework_version="2.1",
                     py_version="py310")
model.deploy(initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="fraud").predict([1])
"""
CLEAN = 'import boto3\nboto3.client("sagemaker").delete_endpoint(EndpointName="fraud")\n'


@pytest.fixture(scope="module")
def registry():
    return Registry.installed()


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "project"
    for name, text in (("serve.py", SERVE), ("other/clean.py", CLEAN), ("plain.py", "x = 1\n"), (".git/HEAD", "")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def codes(registry, *paths, cached=False):
    """The codes of the findings in ``serve.py``."""
    _, results = check_paths(paths, Configuration(registry), Run(registry, paths, cached=cached), mode=Mode.REPORT)
    return [finding.code for result in results if result.path.name == "serve.py" for finding in result.findings]


def configure(folder, setting):
    (folder / "pyproject.toml").write_text(f"[tool.sagegreen]\n{setting}\n")


@pytest.fixture
def cleaned(folder, registry):
    """The findings where the other file deletes the endpoint; there are more where it does not."""
    found = codes(registry, folder)
    clean = (folder / "other" / "clean.py").read_bytes()
    (folder / "other" / "clean.py").unlink()
    assert len(codes(registry, folder)) > len(found)
    (folder / "other" / "clean.py").write_bytes(clean)
    return found


@pytest.mark.parametrize("cached", [True, False])
def test_a_project_has_all_its_files_whatever_is_named(folder, registry, cleaned, cached):
    for paths in (
        [folder],
        [folder / "serve.py"],
        [folder, folder / "serve.py"],
        [folder / "serve.py", folder / "plain.py"],
    ):
        assert codes(registry, *paths, cached=cached) == cleaned


@pytest.mark.parametrize("setting", ['extend-exclude = ["clean.py"]', 'exclude = ["other/"]', 'exclude = ["*n.py"]'])
def test_what_is_not_judged_still_bears_witness(folder, registry, cleaned, setting):
    configure(folder, setting)
    assert codes(registry, folder) == cleaned


def test_what_git_ignores_bears_none_even_where_it_is_judged(folder, registry, cleaned):
    (folder / ".gitignore").write_text("other/\n")
    missing = codes(registry, folder)
    assert len(missing) > len(cleaned)
    configure(folder, "respect-gitignore = false")
    assert codes(registry, folder) == missing


def test_a_folder_without_a_projects_mark_is_what_was_named(folder, registry, cleaned):
    (folder / ".git" / "HEAD").unlink()
    (folder / ".git").rmdir()
    assert codes(registry, folder) == codes(registry, folder / "serve.py", folder / "other") == cleaned
    assert len(codes(registry, folder / "serve.py")) > len(cleaned)


def test_a_project_within_a_project_is_its_own(folder, registry, cleaned):
    (folder / "inner").mkdir()
    (folder / "serve.py").replace(folder / "inner" / "serve.py")
    assert codes(registry, folder) == cleaned
    (folder / "inner" / "setup.cfg").write_text("")
    assert len(codes(registry, folder)) > len(cleaned)

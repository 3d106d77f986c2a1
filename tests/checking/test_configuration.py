from pathlib import Path

import pytest

from sagegreen.checking.configuration import Configuration, Overrides
from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.registry import Registry
from sagegreen.checking.selection import Selection

pytestmark = pytest.mark.usefixtures("toy_pack")


@pytest.fixture
def registry(toy_pack):
    return Registry(["toy_checks"])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def codes(configuration, registry, file):
    return sorted(configuration.for_folder(file.parent).codes(file, registry) - {"SG001", "SG002", "SG003"})


def test_without_a_file_the_defaults_hold(here, registry):
    configuration = Configuration(registry)
    assert codes(configuration, registry, here / "a.py") == ["SG901", "SG903", "SG904"]
    assert configuration.for_folder(here).respect_gitignore


def test_the_nearest_file_of_each_folder_wins(here, registry):
    write(here / "pyproject.toml", "[tool.sagegreen]\nselect = ['SG901']\n")
    write(here / "inner" / "sagegreen.toml", "select = ['SG902']\n")
    write(here / "other" / "pyproject.toml", "[tool.black]\nline-length = 1\n")
    configuration = Configuration(registry)
    assert codes(configuration, registry, here / "a.py") == ["SG901"]
    assert codes(configuration, registry, here / "inner" / "deep" / "a.py") == ["SG902"]
    assert codes(configuration, registry, here / "other" / "a.py") == ["SG901"]


def test_its_own_file_goes_before_pyproject_and_isolated_before_both(here, registry):
    write(here / "pyproject.toml", "[tool.sagegreen]\nselect = ['SG901']\n")
    write(here / "sagegreen.toml", "select = ['SG902']\n")
    assert codes(Configuration(registry), registry, here / "a.py") == ["SG902"]
    assert "SG903" in codes(Configuration(registry, Overrides(isolated=True)), registry, here / "a.py")


def test_extend_inherits_and_adds(here, registry):
    write(here / "base.toml", "select = ['SG901']\nunsafe-fixes = true\nextend-exclude = ['old']\n")
    write(
        here / "sub" / "sagegreen.toml", "extend = '../base.toml'\nextend-select = ['SG902']\nextend-exclude = ['x']\n"
    )
    configuration = Configuration(registry)
    settings = configuration.for_folder(here / "sub")
    assert codes(configuration, registry, here / "sub" / "a.py") == ["SG901", "SG902"]
    assert settings.unsafe_fixes
    assert [pattern.pattern for pattern in settings.extend_exclude] == ["old", "x"]


def test_extend_that_leads_back_is_refused(here, registry):
    write(here / "sagegreen.toml", "extend = 'other.toml'\n")
    write(here / "other.toml", "extend = 'sagegreen.toml'\n")
    with pytest.raises(SagegreenError, match=r"other.toml: `extend` leads back to sagegreen.toml"):
        Configuration(registry).for_folder(here)


def test_command_line_over_inline_over_file(here, registry):
    write(here / "sagegreen.toml", "select = ['SG901']\nfix = false\n")
    overrides = Overrides(inline=("select = ['SG902']", "fix = true"), selection=Selection(extend_select=("SG904",)))
    configuration = Configuration(registry, overrides)
    assert codes(configuration, registry, here / "a.py") == ["SG902", "SG904"]
    assert configuration.for_folder(here).fix


def test_per_file_ignores_match_names_paths_and_negations(here, registry):
    text = "[per-file-ignores]\n'test_*.py' = ['SG901']\n'old/**' = ['ALL']\n'!src/**' = ['SG904']\n"
    write(here / "sagegreen.toml", "select = ['SG901', 'SG904']\n" + text)
    configuration = Configuration(registry)
    assert codes(configuration, registry, here / "src" / "a.py") == ["SG901", "SG904"]
    assert codes(configuration, registry, here / "src" / "test_a.py") == ["SG904"]
    assert codes(configuration, registry, here / "a.py") == ["SG901"]
    assert codes(configuration, registry, here / "old" / "deep" / "a.py") == []


def test_what_is_assumed_is_not_looked_for(here, registry):
    write(here / "sagegreen.toml", "assume = ['toy-retention']\n")
    assert codes(Configuration(registry), registry, here / "a.py") == ["SG901", "SG903"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = ['SG901']", "sagegreen.toml: unknown key `selct`; did you mean `select`?"),
        ("select = 'SG901'", "sagegreen.toml: `select` must be a list of strings, not a string"),
        ("select = [1]", "sagegreen.toml: `select` must be a list of strings, not such a list"),
        ("fix = 'yes'", "sagegreen.toml: `fix` must be true or false, not a string"),
        ("fix = 1", "sagegreen.toml: `fix` must be true or false, not a number"),
        ("cache-dir = 1979-05-27", "sagegreen.toml: `cache-dir` must be a string, not a date or time"),
        ("select = ['SG91']", "unknown rule `SG91` in `select` of sagegreen.toml; did you mean `SG901`?"),
        ("per-file-ignores = []", "sagegreen.toml: `per-file-ignores` must be a table of lists of strings"),
        ("per-file-ignores = {'a' = ['SG91']}", "unknown rule `SG91` in `per-file-ignores` of sagegreen.toml"),
        ("assume = ['toy-retentoin']", "unknown word `toy-retentoin` in `assume`; did you mean `toy-retention`?"),
        ("output-format = 'jsn'", "unknown format `jsn` in `output-format` of sagegreen.toml; did you mean `json`?"),
        ("extend = 'nowhere.toml'", "sagegreen.toml: `extend` names nowhere.toml, which does not exist"),
        ("select = [", "sagegreen.toml is no valid TOML: "),
    ],
)
def test_a_malformed_file_is_one_line_that_names_file_and_key(here, registry, text, message):
    write(here / "sagegreen.toml", text)
    with pytest.raises(SagegreenError) as caught:
        Configuration(registry).for_folder(here)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(here, registry):
    (here / "sagegreen.toml").write_bytes(b"# \xff\n")
    with pytest.raises(SagegreenError, match=r"sagegreen\.toml is not UTF-8"):
        Configuration(registry).for_folder(here)


def test_another_tools_broken_pyproject_does_not_matter(here, registry):
    write(here / "pyproject.toml", "[tool.black\n")
    assert "SG901" in codes(Configuration(registry), registry, here / "a.py")


def test_a_named_file_speaks_about_the_current_folder(here, registry):
    file = write(here / "ci" / "strict.toml", "exclude = ['generated']\n")
    settings = Configuration(registry, Overrides(config_file=file)).for_folder(here / "x")
    assert settings.exclusions.exclude(here / "generated")
    assert settings.root == Path.cwd()

"""Patterns that cannot match are passed over without pathspec; what is left is its verdict."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from sagegreen.documents.ignore_files import IgnoreFile

_PIECES = st.sampled_from(
    [
        "a",
        "b",
        "py",
        ".py",
        "*",
        "**",
        "/",
        "?",
        "[ab]",
        "[!a]",
        "[^a]",
        "[/]",
        "[",
        "]",
        "\\",
        "\\*",
        "!",
        " ",
        "c",
        ".",
        "é",
    ]
)
PATTERNS = st.lists(_PIECES, min_size=1, max_size=6).map("".join)
NAMES = st.lists(st.sampled_from(["a", "b", "c", "py", ".py", ".", "*", "é", "[", "!"]), min_size=1, max_size=4).map(
    "".join
)
PATHS = st.builds(
    lambda names, is_folder: "/".join(names) + ("/" if is_folder else ""),
    st.lists(NAMES, min_size=1, max_size=4),
    st.booleans(),
)


def _readable(pattern):
    try:
        GitIgnoreSpec.from_lines([pattern])
    except ValueError:
        return False
    return True


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATTERNS, min_size=1, max_size=3), PATHS)
@example(["*.py[cod]"], "a.py")
@example(["*.py[cod]"], "a.pyc")
@example(["aa?"], "aaa")
@example(["a[!b]c"], "a/c")
@example(["*.py?"], "a.py/b")
@example(["docs/_build/"], "docs/_build/")
@example(["**/a"], "a")
@example(["a/**"], "a/b")
@example(["a/**/b"], "a/b")
@example(["!/a "], "a")
@example(["a[/]b"], "a/b")
@example(["a[/]b"], "ab")
def test_the_verdict_is_that_of_pathspec(patterns, path):
    readable = [pattern for pattern in patterns if _readable(pattern)]
    assert IgnoreFile("/", patterns).verdict(path) == GitIgnoreSpec.from_lines(readable).check_file(path).include

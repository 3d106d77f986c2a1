import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagegreen.checking.comments import Lines

PIECES = st.sampled_from(
    ["x = 1", " # a", "'#'", '"""', "'''", "\\", "\n", "r'\\'", "# noqa", '"', "'", "f'{1}#'", " ", "\\\n", "\\'", "#"]
)


def tokenized(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.start[0], token.string.rstrip()) for token in tokens if token.type == tokenize.COMMENT]


@given(st.lists(PIECES, max_size=12))
def test_comments_are_those_of_pythons_tokenizer(pieces):
    source = "".join(pieces)
    try:
        compile(source, "tried", "exec")
    except (SyntaxError, ValueError):
        return
    found = [(comment.row, source[comment.start : comment.end]) for comment in Lines(source).comments()]
    assert found == tokenized(source)


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        ("a\nb", 1, 1),
        ('a = """\nb\n"""\n', 1, 3),
        ("a = \\\n    1\n", 1, 2),
        ("a(\n  1,\n)", 1, 1),
        ("a = 1 \\", 1, 1),
    ],
)
def test_a_comment_goes_where_a_line_may_end(source, row, expected):
    assert Lines(source).row_for_comment(row) == expected


def test_carriage_returns_end_lines_too():
    source = 'x = "#\\\r\n#"\rf()  # noqa: SG301\r# other\rg("#")'
    assert [source[comment.start : comment.end] for comment in Lines(source).comments()] == ["# noqa: SG301", "# other"]

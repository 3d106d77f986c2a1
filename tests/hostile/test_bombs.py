"""Texts that are made to cost time, memory or stack: each ends in a clean result or in one clear line.

Nothing here measures time. The sizes are such that what takes linear time is done in about a second, and what takes
quadratic time runs into the patience of the tests.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import TUNER, run_program

SIZE = 400_000
MEMORY = 3_000_000_000
HEAD = "import sagemaker\n"


def repeated(text: str, size: int = SIZE) -> str:
    return text * (size // len(text))


SCRIPTS = {
    "blanks": "x = 1" + repeated(" "),
    "indented": repeated(" ") + "x = 1",
    "lines": repeated("\n"),
    "blank lines": repeated(" " * 100 + "\n"),
    "carriage returns": repeated("\r"),
    "form feeds": repeated("\f"),
    "null characters": repeated("\0"),
    "dots": repeated("."),
    "dotted text": f"x = '{repeated('a.')}py'",
    "long word": f"x = '{repeated('a')}'",
    "quotes": repeated("'"),
    "double quotes": repeated('"'),
    "both quotes": repeated("'\""),
    "backslashes": f"x = '{repeated(chr(92))}'",
    "joined lines": repeated("x = 1 + \\\n") + "1",
    "percent": repeated("%"),
    "exclamation marks": repeated("!"),
    "question marks": repeated("?"),
    "hashes": repeated("#"),
    "comments": repeated("# x\n"),
    "noqa": f"x = 1 # {repeated('noqa: ')}",
    "noqa codes": f"x = 1 # noqa: {repeated('SG301, ')}",
    "noqa blanks": f"x = 1 # noqa{repeated(' ')}x",
    "noqa lines": repeated("x = 1 # noqa: SG301\n", 100_000),
    "brackets": repeated("("),
    "closing brackets": repeated(")"),
    "elements": f"x = [{repeated('1,', 100_000)}]",
    "arguments": f"f({repeated('a,', 100_000)})",
    "operators": f"x = {repeated('1+')}1",
    "comparisons": f"x = {repeated('1<')}1",
    "negations": f"x = {repeated('not ')}1",
    "attributes": f"x = a{repeated('.a')}",
    "calls": f"x = a{repeated('()')}",
    "lambdas": f"x = {repeated('lambda: ')}1",
    "conditions": f"x = {repeated('1 if a else ')}1",
    "awaits": f"async def f():\n    {repeated('await ')}x",
    "strings": f"x = {repeated(chr(39) + 'a' + chr(39) + ' ')}",
    "elif": "if a:\n    pass\n" + repeated("elif a:\n    pass\n"),
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(800)) + " " * 800 + "pass",
    "try": "".join(" " * depth + "try:\n" for depth in range(200)) + " " * 200 + "pass",
    "f-strings": f"x = f'{repeated('{a}')}'",
    "open f-string": f"x = f'{repeated('{')}'",
    "nested f-strings": "x = " + "f'{" * 150 + "a" + "}'" * 150,
    "nested specs": "x = f'" + "{a:" * 1000 + "}" * 1000 + "'",
    "imports": f"import {repeated('a,', 100_000)}b",
    "open import": f"from a import ({repeated('b, ')}",
    "relative import": f"from {repeated('.')} import a",
    "targets": repeated("x = ") + "1",
    "digits": f"x = {repeated('9')}",
    "large numbers": "x = 9**9**9**9\ny = 'a' * 10**12\nz = [0] * 10**12\nw = 1 << 10**12\nv = '%0999999999d' % 1",
    "large formats": "x = f'{1:999999999}'\ny = '{:>999999999}'.format(1)\nz = 'a'.ljust(10**10)\nw = range(10**12)",
    "doubled text": "x = 'a' * 16\n" + "x = x + x\n" * 1000,
    "doubled list": "x = [1]\n" + "x = [x, x]\n" * 1000,
    "doubled dictionary": "x = {}\n" + "x = {**x, 'a': x, 'b': x}\n" * 1000,
    "products": "import itertools\nx = list(itertools.product(*[range(100)] * 10))\nfor a in x:\n    print(a)",
    "endless loops": repeated("while True:\n    x = x + x\n", 50_000),
    "loops in loops": "".join(" " * depth + f"for i{depth} in range(1000):\n" for depth in range(25))
    + " " * 25
    + "f()",
    "functions that call two": "".join(f"def f{n}(): return f{n + 1}(), f{n + 1}()\n" for n in range(2000)) + "f0()",
    "functions that call all": "def f(g): return g(g)\nf(f)\n" + "def h(n=0): return [h(k) for k in range(100)]\nh()",
    "classes": "class C0: pass\n" + "".join(f"class C{n}(C{n - 1}): pass\n" for n in range(1, 1000)) + "C999()",
    "diamonds": "class C0: pass\nclass D0: pass\n"
    + "".join(f"class C{n}(C{n - 1}, D{n - 1}): pass\nclass D{n}(C{n - 1}): pass\n" for n in range(1, 60)),
    "statements": repeated("x = 1\n", 100_000),
    "semicolons": repeated("x = 1;", 100_000),
    "functions": repeated("def f():\n    return f()\n", 100_000),
    "jobs": repeated("sagemaker.estimator.Estimator().fit()\n", 20_000),
    "one-way marks": "x = '" + repeated("\u202e", 100_000) + "'",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(tree, text):
    (tree / "bomb.py").write_text(HEAD + text + "\n", newline="")
    judge(tree, "bomb.py")


def judge(tree: Path, name: str) -> list[dict[str, object]]:
    """The findings about a bomb; the file beside it is judged as ever."""
    ended = run_program(
        "check",
        "--no-cache",
        "--select",
        "SG0,SG322,SG323",
        "--output-format",
        "json",
        cwd=tree,
        memory=MEMORY,
        patience=60,
    )
    assert (ended.code, ended.err) == (1, "")
    entries = json.loads(ended.out)
    assert sorted(one["code"] for one in entries if Path(one["filename"]).name == "launch.py") == ["SG322", "SG323"]
    found = [one for one in entries if Path(one["filename"]).name == name]
    assert {one["code"] for one in found} <= {"SG001", "SG002"}
    assert len([one for one in found if one["code"] == "SG002"]) <= 1
    return found


def notebook(*sources: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]})


NOTEBOOKS = {
    "cells": notebook("import sagemaker", *["x = 1"] * 100_000),
    "empty cells": notebook("import sagemaker", *[""] * 100_000),
    "shell": notebook(HEAD + "!" + repeated("a ")),
    "shell lines": notebook(HEAD + repeated("!ls\n", 100_000)),
    "joined shell lines": notebook(HEAD + repeated("!ls \\\n")),
    "percent": notebook(HEAD + "x = " + repeated("%")),
    "assigned": notebook(HEAD + repeated("a = ") + "!ls"),
    "blank name": notebook(f"%%writefile a{repeated(' ')}b.py\nimport sagemaker"),
    "long magic": notebook(f"%%{repeated('a')}\nimport sagemaker"),
    "command line": notebook(HEAD + "!aws sagemaker delete-endpoint " + repeated("--endpoint-name ")),
    "blanks": notebook(HEAD + repeated(" ")),
    "question marks": notebook(HEAD + "a" + repeated("?")),
    "nested": '{"cells": ' + "[" * 200_000 + "]" * 200_000 + ', "x": "sagemaker"}',
    "nested outputs": '{"cells": [{"outputs": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + ', "x": "sagemaker"}]}',
    "large number": '{"cells": [], "x": ' + repeated("9") + ', "y": "sagemaker"}',
    "escapes": notebook(HEAD).replace("import", "import" + "\\u0020" * 60_000),
    "blank JSON": '{"cells":' + repeated(" ") + '[{"cell_type": "code", "source": "import sagemaker"}]}',
    "one line": notebook(HEAD)[:-1] + ', "x": "' + repeated("A", 20_000_000) + '"}',
    "same key": '{"cells": [], ' + repeated('"a": 1, ') + '"b": "sagemaker"}',
    "lone surrogates": notebook(HEAD + "x = '\ud800'"),
}


@pytest.mark.parametrize("text", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_notebooks(tree, text):
    (tree / "bomb.ipynb").write_text(text)
    judge(tree, "bomb.ipynb")


@pytest.mark.parametrize("name", ["bomb.py", "bomb.ipynb"])
def test_a_hundred_megabytes_are_one_line(tree, name):
    text = HEAD + repeated("x = 1\n", 80_000_000)
    (tree / name).write_text(text if name == "bomb.py" else notebook(text))
    (found,) = judge(tree, name)
    assert (found["code"], "more than 2.0 MB is not judged" in str(found["message"])) == ("SG002", True)


def test_a_notebook_of_pictures_is_judged(tree):
    """What is large in notebooks are their outputs."""
    cell = {"cell_type": "code", "source": TUNER, "outputs": [{"data": {"image/png": repeated("A", 95_000_000)}}]}
    (tree / "large.ipynb").write_text(json.dumps({"cells": [cell]}))
    ended = run_program("check", "--no-cache", "--output-format", "concise", "large.ipynb", cwd=tree, memory=MEMORY)
    assert (ended.code, len(ended.out.splitlines()[:-2])) == (1, 2)
    ended = run_program(
        "check", "--no-cache", "--fix", "--output-format", "concise", "large.ipynb", cwd=tree, memory=MEMORY
    )
    assert (ended.code, ended.err) == (1, "")
    assert (tree / "large.ipynb").read_text().count("early_stopping_type") == 1


# --- what configures ------------------------------------------------------------------------------------------

CONFIGURATIONS = {
    "nested": ("select = " + "[" * 100_000, "is no valid TOML: nested too deeply"),
    "large number": ("x = " + "9" * 10_000, "is no valid TOML"),
    "names": ("a." * 20_000 + "b = 1", "has a line with more than 1,000 dots"),
    "table": ("[" + "a." * 20_000 + "b]", "has a line with more than 1,000 dots"),
    "size": ("# " + "x" * 2_000_000, "and more than 1.0 MB is not read"),
    "braces": ("exclude = ['" + "{a,b}" * 30 + "']", "braces stand for more than 1,000 patterns"),
    "wildcards": ("exclude = ['" + "a/**/" * 30 + "b']", "it holds `/**/` more than 3 times"),
    "braces of files": ("per-file-ignores = {'" + "{a,b}" * 30 + "' = ['SG322']}", "more than 1,000 patterns"),
    "itself": ("extend = 'sagegreen.toml'", "`extend` leads back to sagegreen.toml"),
    "itself by a link": ("extend = 'again/sagegreen.toml'", "`extend` leads back to again/sagegreen.toml"),
    "device": ("extend = '/dev/zero'", "`extend` names /dev/zero, which does not exist"),
    "folder": ("extend = '/'", "`extend` names /, which does not exist"),
    "password": ("extend = '/etc/passwd'", "/etc/passwd is no valid TOML"),
    "long name": (f"extend = '{'a' * 5000}'", "which does not exist"),
    "null in a name": ('extend = "a\\u0000b"', "`extend` is no path"),
    "home": ("baseline = '~nobody-of-this-name/x'", "names the home of a user who does not exist"),
    "null in the baseline": ('baseline = "a\\u0000b"', "`baseline` is no path"),
    "endless baseline": ("baseline = '/dev/zero'", "cannot read the baseline `/dev/zero`: not a regular file"),
    "baseline elsewhere": ("baseline = '../../../../../../etc/passwd'", "is no baseline"),
}


@pytest.mark.parametrize(("text", "said"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_configurations_are_one_line(tree, text, said):
    (tree / "sagegreen.toml").write_text(text + "\n")
    (tree / "again").symlink_to(".")
    ended = run_program("check", "--no-cache", cwd=tree, memory=MEMORY, patience=60)
    assert (ended.code, ended.out, len(ended.lines())) == (2, "", 1), ended.err
    assert ended.err.startswith("error: ")
    assert said in ended.err


@pytest.mark.parametrize(
    "text", ['{"version": 1, "findings": ' + "[" * 100_000, "[" * 100_000, '{"version": 1' + "0" * 10_000]
)
def test_baselines_are_one_line(tree, text):
    (tree / "baseline.json").write_text(text)
    ended = run_program("check", "--no-cache", "--baseline", "baseline.json", cwd=tree, memory=MEMORY)
    assert (ended.code, ended.out, len(ended.lines())) == (2, "", 1)
    assert "baseline" in ended.err


IGNORE_FILES = {
    "asterisks": "*a*a*a*a*a*a*a*a*a*a*b\n",
    "double asterisks": "**/a" * 20 + "/b\n",
    "many": "".join(f"name{number}*\n" for number in range(20_000)),
    "brackets": "[" * 10_000 + "\n[!\n[]\n\\\n",
    "ranges": "[a-\uffff]" * 10_000 + "\n",
    "long": "a" * 400_000 + "\n",
    "slashes": "/" * 100_000 + "\n",
    "exclamation marks": "!" * 100_000 + "\n",
    "null characters": "\0" * 100_000,
    "not UTF-8": "\udcff\n",
}


@pytest.mark.parametrize("text", IGNORE_FILES.values(), ids=IGNORE_FILES)
def test_ignore_files_keep_nobody_waiting(tree, text):
    (tree / ".git").mkdir()
    (tree / ".gitignore").write_bytes(text.encode(errors="surrogateescape") + b"\nignored.py\n")
    (tree / "ignored.py").write_text(TUNER)
    (tree / ("a" * 240 + ".py")).write_text(TUNER)
    deep = tree.joinpath(*["a"] * 100)
    deep.mkdir(parents=True)
    (deep / "deep.py").write_text(TUNER)
    ended = run_program("check", "--no-cache", "--output-format", "json", cwd=tree, memory=MEMORY, patience=60)
    assert (ended.code, ended.err) == (1, "")
    names = {Path(one["filename"]).name for one in json.loads(ended.out)}
    assert names == {"launch.py", "a" * 240 + ".py", "deep.py"}


def test_a_setting_on_the_command_line_may_be_long(tree):
    codes = ", ".join(['"SG322"'] * 2000)
    ended = run_program("check", "--no-cache", "--config", f"select = [{codes}]", "--output-format", "json", cwd=tree)
    assert [one["code"] for one in json.loads(ended.out)] == ["SG322"]

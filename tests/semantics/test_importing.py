from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest

from sagegreen.documents.edits import apply_edits
from sagegreen.documents.parsing import ParsedCell, ParsedModule, parse_module
from sagegreen.documents.reading import document_from_bytes
from sagegreen.semantics.importing import import_names

RULES = [("sagemaker.debugger", "Rule"), ("sagemaker.debugger", "rule_configs")]
RULE = RULES[:1]


def script(source: str) -> ParsedModule:
    document = document_from_bytes(source.encode(), Path("job.py"))
    return parse_module(document, document.modules[0])


def notebook(*sources: str) -> ParsedModule:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in sources
    ]
    raw = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
    document = document_from_bytes(raw, Path("job.ipynb"))
    return parse_module(document, document.modules[0])


def mark(module: ParsedModule) -> tuple[ParsedCell, cst.Call]:
    """The call of ``mark``."""
    for cell in module.cells:
        pending: list[cst.CSTNode] = [cell.tree]
        while pending:
            node = pending.pop(0)
            if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "mark":
                return cell, node
            pending[:0] = node.children
    raise LookupError


def plan(module: ParsedModule, wanted=RULES):
    found = import_names(module, *mark(module), wanted)
    if found is None:
        return None
    sources = {
        cell.cell.index: apply_edits(cell.cell.source, [edit for edit in found.edits if edit.cell == cell.cell.index])
        for cell in module.cells
    }
    return [found.names[symbol] for symbol in wanted], sources


# --- what is imported already ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from sagemaker.debugger import Rule, rule_configs\nmark()\n", ["Rule", "rule_configs"]),
        ("from sagemaker.debugger import Rule as R, rule_configs as rc\nmark()\n", ["R", "rc"]),
        ("import sagemaker.debugger\nmark()\n", ["sagemaker.debugger.Rule", "sagemaker.debugger.rule_configs"]),
        (
            "import sagemaker\nimport sagemaker.debugger\nmark()\n",
            ["sagemaker.debugger.Rule", "sagemaker.debugger.rule_configs"],
        ),
        ("import sagemaker.debugger as d\nmark()\n", ["d.Rule", "d.rule_configs"]),
        ("from sagemaker import debugger\nmark()\n", ["debugger.Rule", "debugger.rule_configs"]),
        ("from sagemaker import debugger as d\nmark()\n", ["d.Rule", "d.rule_configs"]),
        (
            "import sagemaker as sm\nfrom sagemaker.debugger.rules import x\nmark()\n",
            ["sm.debugger.Rule", "sm.debugger.rule_configs"],
        ),
        ("def g():\n    from sagemaker.debugger import Rule, rule_configs\n    mark()\n", ["Rule", "rule_configs"]),
        (
            "from sagemaker import debugger\ndef g(a):\n    return [mark() for b in a]\n",
            ["debugger.Rule", "debugger.rule_configs"],
        ),
        ("import os; from sagemaker import debugger; x = 1\nmark()\n", ["debugger.Rule", "debugger.rule_configs"]),
    ],
)
def test_what_is_imported_is_used(source, names):
    assert plan(script(source)) == (names, {None: source})


def test_an_import_of_an_earlier_cell_is_used():
    module = notebook("from sagemaker.debugger import Rule as R, rule_configs", "mark()")
    assert plan(module) == (["R", "rule_configs"], {1: module.cells[0].cell.source, 2: "mark()"})


# --- what is written ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # an existing statement takes the names
        (
            "from sagemaker.debugger import ProfilerRule  # why\n\nmark()\n",
            "from sagemaker.debugger import ProfilerRule, Rule, rule_configs  # why\n\nmark()\n",
        ),
        (
            "from sagemaker.debugger import DebuggerHookConfig, rule_configs\n\nmark()\n",
            "from sagemaker.debugger import DebuggerHookConfig, Rule, rule_configs\n\nmark()\n",
        ),
        (
            "from sagemaker.debugger import rule_configs, DebuggerHookConfig, ProfilerRule\n\nmark()\n",
            "from sagemaker.debugger import rule_configs, DebuggerHookConfig, ProfilerRule, Rule\n\nmark()\n",
        ),
        (
            "from sagemaker.debugger import (\n    DebuggerHookConfig,  # hooks\n    # tensors\n    TensorBoardOutputConfig,\n)\n\nmark()\n",
            (
                "from sagemaker.debugger import (\n    DebuggerHookConfig,  # hooks\n    Rule,\n    # tensors\n"
                "    TensorBoardOutputConfig,\n    rule_configs,\n)\n\nmark()\n"
            ),
        ),
        (
            "from sagemaker.debugger import DebuggerHookConfig, \\\n    ProfilerRule\n\nmark()\n",
            "from sagemaker.debugger import DebuggerHookConfig, \\\n    ProfilerRule, Rule, rule_configs\n\nmark()\n",
        ),
        (
            "from sagemaker.debugger import DebuggerHookConfig, FrameworkProfile, ProfilerConfig\n\nmark()\n",
            (
                "from sagemaker.debugger import (\n    DebuggerHookConfig,\n    FrameworkProfile,\n    ProfilerConfig,\n    Rule,\n"
                "    rule_configs,\n)\n\nmark()\n"
            ),
        ),
        # a new statement stands below the imports, or where it is sorted
        (
            "import os\nimport sagemaker\n\nmark()\n",
            "import os\nimport sagemaker\nfrom sagemaker.debugger import Rule, rule_configs\n\nmark()\n",
        ),
        (
            "from sagemaker.analytics import X\nfrom sagemaker.pytorch import PyTorch\nimport os\n\nmark()\n",
            (
                "from sagemaker.analytics import X\nfrom sagemaker.debugger import Rule, rule_configs\n"
                "from sagemaker.pytorch import PyTorch\nimport os\n\nmark()\n"
            ),
        ),
        (
            "import os\nfrom sagemaker.pytorch import PyTorch\n\nmark()\n",
            "import os\nfrom sagemaker.debugger import Rule, rule_configs\nfrom sagemaker.pytorch import PyTorch\n\nmark()\n",
        ),
        (
            "from sagemaker.pytorch import PyTorch\nfrom sagemaker.analytics import (\n    X,\n)  # why\n\nmark()\n",
            (
                "from sagemaker.pytorch import PyTorch\nfrom sagemaker.analytics import (\n    X,\n)  # why\n"
                "from sagemaker.debugger import Rule, rule_configs\n\nmark()\n"
            ),
        ),
        (
            "import os\r\n\r\nmark()\r\n",
            "import os\r\nfrom sagemaker.debugger import Rule, rule_configs\r\n\r\nmark()\r\n",
        ),
        # imports that may not run, or run too late, are none
        (
            "import os\nif os.name:\n    from sagemaker.debugger import Rule\nmark()\n",
            "import os\nfrom sagemaker.debugger import Rule, rule_configs\nif os.name:\n    from sagemaker.debugger import Rule\nmark()\n",
        ),
        (
            "import os\nmark()\nfrom sagemaker.debugger import Rule\n",
            "import os\nfrom sagemaker.debugger import Rule, rule_configs\nmark()\nfrom sagemaker.debugger import Rule\n",
        ),
        (
            "import sagemaker\nmark()\n",
            "import sagemaker\nfrom sagemaker.debugger import Rule, rule_configs\nmark()\n",
        ),
        (
            "from .debugger import Rule as X\nmark()\n",
            "from .debugger import Rule as X\nfrom sagemaker.debugger import Rule, rule_configs\nmark()\n",
        ),
        # there is no import yet
        ("mark()\n", "from sagemaker.debugger import Rule, rule_configs\n\nmark()\n"),
        (
            '"""Doc."""\nmark()\n',
            '"""Doc."""\n\nfrom sagemaker.debugger import Rule, rule_configs\n\nmark()\n',
        ),
        (
            '"""Doc."""\n\n# why\nmark()\n',
            '"""Doc."""\n\nfrom sagemaker.debugger import Rule, rule_configs\n\n# why\nmark()\n',
        ),
        (
            "#!/usr/bin/env python\n# Licence\n\nmark()\n",
            "#!/usr/bin/env python\n# Licence\n\nfrom sagemaker.debugger import Rule, rule_configs\n\nmark()\n",
        ),
        (
            "# -*- coding: utf-8 -*-\nmark()\n",
            "# -*- coding: utf-8 -*-\nfrom sagemaker.debugger import Rule, rule_configs\n\nmark()\n",
        ),
        (
            "def g():\n    mark()\n",
            "from sagemaker.debugger import Rule, rule_configs\n\n\ndef g():\n    mark()\n",
        ),
        (
            "from __future__ import annotations\n\nmark()\n",
            "from __future__ import annotations\nfrom sagemaker.debugger import Rule, rule_configs\n\nmark()\n",
        ),
        # the only imports are the function's own
        (
            "def g():\n    import os\n    from sagemaker.pytorch import PyTorch\n    mark()\n",
            (
                "def g():\n    import os\n    from sagemaker.debugger import Rule, rule_configs\n"
                "    from sagemaker.pytorch import PyTorch\n    mark()\n"
            ),
        ),
        (
            "class A:\n\n    def g(self):\n        from sagemaker.debugger import ProfilerRule\n        with x:\n            mark()\n",
            (
                "class A:\n\n    def g(self):\n        from sagemaker.debugger import ProfilerRule, Rule, rule_configs\n"
                "        with x:\n            mark()\n"
            ),
        ),
    ],
)
def test_missing_names_are_imported(before, after):
    names, sources = plan(script(before))
    assert names == ["Rule", "rule_configs"]
    assert sources == {None: after}
    cst.parse_module(after)


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        # the cell's own imports
        (
            ("import sagemaker", "import boto3\nfrom sagemaker.pytorch import PyTorch\nmark()"),
            {2: "import boto3\nfrom sagemaker.debugger import Rule\nfrom sagemaker.pytorch import PyTorch\nmark()"},
        ),
        # the cell with the SDK's imports
        (
            ("import os\nimport sagemaker", "import numpy", "mark()", "import sagemaker"),
            {1: "import os\nimport sagemaker\nfrom sagemaker.debugger import Rule"},
        ),
        (("import os", "import numpy", "mark()"), {2: "import numpy\nfrom sagemaker.debugger import Rule"}),
        (("from sagemaker.debugger import X", "mark()"), {1: "from sagemaker.debugger import Rule, X"}),
        # no imports anywhere before
        (("x = 1", "# Train\nmark()"), {2: "from sagemaker.debugger import Rule\n\n# Train\nmark()"}),
        (
            ("!pip install sagemaker\n%matplotlib inline\n\n# Train\nmark()",),
            {1: "!pip install sagemaker\n%matplotlib inline\n\nfrom sagemaker.debugger import Rule\n\n# Train\nmark()"},
        ),
        (("%%time\nmark()",), {1: "%%time\nfrom sagemaker.debugger import Rule\n\nmark()"}),
        (("!ls\n%time mark()",), {1: "!ls\nfrom sagemaker.debugger import Rule\n\n%time mark()"}),
        (
            ("!pip install sagemaker\nimport sagemaker\n%matplotlib inline\nmark()",),
            {
                1: "!pip install sagemaker\nimport sagemaker\nfrom sagemaker.debugger import Rule\n%matplotlib inline\nmark()"
            },
        ),
    ],
)
def test_notebooks_import_where_their_imports_live(cells, after):
    module = notebook(*cells)
    names, sources = plan(module, RULE)
    assert names == ["Rule"]
    expected = {cell.cell.index: cell.cell.source for cell in module.cells} | after
    assert sources == expected


def test_several_modules_share_one_edit():
    module = script("import os\n\nmark()\n")
    wanted = [("sagemaker.tuner", "HyperparameterTuner"), ("sagemaker.debugger", "Rule"), ("boto3.session", "Session")]
    assert plan(module, wanted)[1][None] == (
        "import os\nfrom boto3.session import Session\nfrom sagemaker.debugger import Rule\n"
        "from sagemaker.tuner import HyperparameterTuner\n\nmark()\n"
    )
    assert len(import_names(module, *mark(module), wanted).edits) == 1


def test_a_long_statement_is_spread():
    wanted = [("sagemaker.debugger", f"AVeryLongNameOfAClass{number}") for number in range(3)]
    assert plan(script("mark()\n"), wanted)[1][None] == (
        "from sagemaker.debugger import (\n    AVeryLongNameOfAClass0,\n    AVeryLongNameOfAClass1,\n"
        "    AVeryLongNameOfAClass2,\n)\n\nmark()\n"
    )


# --- names that are taken -------------------------------------------------------------------------------------

TAKEN = {
    "class": "import os\nclass Rule: pass\nmark()\n",
    "assignment": "import os\nRule = 1\nmark()\n",
    "assignment below": "import os\nmark()\nRule = 1\n",
    "unpacking": "import os\na, (Rule, *b) = c\nmark()\n",
    "loop": "import os\nfor Rule in x: pass\nmark()\n",
    "with": "import os\nwith x as Rule: pass\nmark()\n",
    "branch": "import os\nif x:\n    while y:\n        Rule = 1\nmark()\n",
    "handler": "import os\ntry:\n    pass\nexcept ImportError as Rule:\n    pass\nmark()\n",
    "fallback": "import os\ntry:\n    from sagemaker.debugger import Rule\nexcept ImportError:\n    Rule = None\nmark()\n",
    "other import": "import os\nfrom rules import Rule\nmark()\n",
    "deletion": "import os\nfrom sagemaker.debugger import Rule\ndel Rule\nmark()\n",
    "parameter": "import os\ndef g(Rule):\n    mark()\n",
    "local": "import os\ndef g():\n    mark()\n    Rule = 1\n",
    "enclosing function": "import os\ndef h(*, Rule=1):\n    def g():\n        mark()\n",
    "global": "import os\ndef h():\n    global Rule\n    Rule = 1\nmark()\n",
    "comprehension": "import os\nx = {Rule: mark() for Rule in y}\n",
    "inner loop of a comprehension": "import os\nx = [mark() for z in y for Rule, _ in z]\n",
    "lambda": "import os\nx = lambda Rule: mark()\n",
    "class body": "import os\nclass A:\n    Rule = 1\n    x = mark()\n",
    "walrus": "import os\nif (Rule := x):\n    pass\nmark()\n",
    "match": "import os\nmatch x:\n    case [Rule]:\n        pass\nmark()\n",
    "star import": "import os\nfrom rules import *\nRule()\nmark()\n",
}


@pytest.mark.parametrize("source", TAKEN.values(), ids=TAKEN.keys())
def test_a_taken_name_is_not_used(source):
    names, sources = plan(script(source), RULE)
    assert names == ["DebuggerRule"]
    assert "Rule as DebuggerRule" in sources[None]
    assert (
        sources[None]
        .replace("from sagemaker.debugger import Rule as DebuggerRule\n", "")
        .replace("Rule, Rule as DebuggerRule", "Rule")
        == source
    )
    ast.parse(sources[None])


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    Rule = 1\n    def g(self):\n        mark()\n",
        "def h(Rule): pass\nmark()\n",
        "def h():\n    Rule = 1\nmark()\n",
        "x = [Rule for Rule in y]\nmark()\n",
        "x.Rule = 1\ny = z(Rule=1)\nmark()\n",
        "from rules import *\nmark()\n",
        "def g(a=mark()):\n    Rule = 1\n",
    ],
)
def test_a_name_of_another_scope_is_free(source):
    names, _ = plan(script(source), RULE)
    assert names == ["Rule"]


def test_names_in_other_cells_are_taken():
    names, sources = plan(notebook("mark()", "Rule = 1"), RULE)
    assert names == ["DebuggerRule"]
    assert sources[1].startswith("from sagemaker.debugger import Rule as DebuggerRule\n")


@pytest.mark.parametrize(
    ("symbol", "alias"),
    [
        (("sagemaker.debugger", "rule_configs"), "debugger_rule_configs"),
        (("sagemaker.debugger", "LIMIT"), "DEBUGGER_LIMIT"),
        (("sagemaker.model_monitor", "Rule"), "ModelMonitorRule"),
        (("sagemaker.debugger", "filter"), "debugger_filter"),
    ],
)
def test_aliases_say_where_the_name_comes_from(symbol, alias):
    taken = "" if symbol[1] == "filter" else f"{symbol[1]} = 1\n"
    names, _ = plan(script(f"{taken}mark()\n"), [symbol])
    assert names == [alias]


def test_one_name_from_two_modules_gets_two_names():
    names, sources = plan(script("mark()\n"), [("a.b", "Rule"), ("a.c", "Rule")])
    assert names == ["Rule", "CRule"]
    assert sources[None] == "from a.b import Rule\nfrom a.c import Rule as CRule\n\nmark()\n"


def test_no_plan_where_every_name_is_taken():
    assert plan(script("Rule = DebuggerRule = 1\nmark()\n"), RULE) is None


def test_a_rebound_module_is_not_used():
    names, _ = plan(script("import sagemaker.debugger as d\nd = 1\nmark()\n"), RULE)
    assert names == ["Rule"]


def test_a_shadowed_module_is_not_used():
    names, _ = plan(script("from sagemaker import debugger\ndef g(debugger):\n    mark()\n"), RULE)
    assert names == ["Rule"]


# --- formatting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "mark()\n",
        '"""Doc."""\nmark()\n',
        "# licence\ndef g():\n    mark()\n",
        "import os\nmark()\n",
        "from sagemaker.debugger import A\nmark()\n",
        "from sagemaker.debugger import A, DebuggerHookConfig, FrameworkProfile, ProfilerConfig\nmark()\n",
        "from sagemaker.debugger import A, DebuggerHookConfig, FrameworkProfile, ProfilerConfig, ProfilerR\nmark()\n",
        "def g():\n    import os\n    mark()\n",
    ],
)
def test_a_formatted_file_stays_formatted(source):
    def formatted(text: str) -> str:
        command = [sys.executable, "-m", "ruff", "format", "--isolated", "--stdin-filename", "job.py", "-"]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout

    _, sources = plan(script(formatted(source)))
    assert formatted(sources[None]) == sources[None]


# --- whole modules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("import boto3\nmark()\n", "boto3", "import boto3\nmark()\n"),
        ("import boto3 as aws\nmark()\n", "aws", "import boto3 as aws\nmark()\n"),
        ("import boto3.session\nmark()\n", "boto3", "import boto3.session\nmark()\n"),
        (
            "import os\n\nimport sagemaker\nfrom sagemaker.model import Model\nmark()\n",
            "boto3",
            "import os\n\nimport boto3\nimport sagemaker\nfrom sagemaker.model import Model\nmark()\n",
        ),
        ("import os\nmark()\n", "boto3", "import os\nimport boto3\nmark()\n"),
        (
            "from sagemaker.model import Model\nmark()\n",
            "boto3",
            "import boto3\nfrom sagemaker.model import Model\nmark()\n",
        ),
        ("from boto3 import client\nmark()\n", "boto3", "from boto3 import client\nimport boto3\nmark()\n"),
        ("mark()\n", "boto3", "import boto3\n\nmark()\n"),
    ],
)
def test_a_module_itself_is_imported(source, name, expected):
    names, sources = plan(script(source), [("boto3", "")])
    assert names == [name]
    assert sources == {None: expected}


@pytest.mark.parametrize("source", ["boto3 = None\nmark()\n", "def f(boto3):\n    mark()\n"])
def test_a_module_whose_name_is_taken_is_not_imported(source):
    assert plan(script(source), [("boto3", "")]) is None

"""``sagegreen new-rule``: the module of a rule and the folder of its fixtures, ready to be filled in."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

from sagegreen.checking.errors import SagegreenError
from sagegreen.checking.registry import Registry

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Z]{1,8}[0-9]{3,4}")

_MODULE = '''"""{title}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagegreen.checking.check import Check
from sagegreen.checking.findings import Fix
from sagegreen.sagemaker.patching import write_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sagegreen.checking.findings import Finding
    from sagegreen.sagemaker.resources import Resource


class {class_name}(Check):
    """{title}.

    ## What it does
    Flags training jobs on more than eight instances. (Say what yours flags, and what it leaves alone.)

    ## Why it wastes
    Say what is wasted, by which source, and whether its figure is energy, cost, time or jobs.

    ## Example
    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::123456789012:role/Training",
        framework_version="2.1",
        py_version="py310",
        instance_type="ml.g5.xlarge",
        instance_count=16,
    )
    estimator.fit("s3://bucket/train")
    ```

    ## Use instead
    ```python
    from sagemaker.pytorch import PyTorch

    estimator = PyTorch(
        entry_point="train.py",
        role="arn:aws:iam::123456789012:role/Training",
        framework_version="2.1",
        py_version="py310",
        instance_type="ml.g5.xlarge",
        instance_count=8,
    )
    estimator.fit("s3://bucket/train")
    ```

    ## Fix safety
    The fix is unsafe: the job may take longer.

    ## What it cannot see
    Counts that come from outside the code. They are unknown, and the rule is silent.

    ## References
    - https://docs.aws.amazon.com/sagemaker/latest/dg/whatis.html
    """

    code = "{code}"
    name = "{name}"
    practices = ("{practice}",)
    default = False
    dialects = ("v2",)  # more as the scenes show more
    fixes = ("unsafe",)

    def check_training_job(self, job: Resource) -> Iterator[Finding]:
        """Report a known count of more than eight."""
        count = job.instance_count
        if not count.certainly(lambda value: isinstance(value, int) and value > 8):
            return
        fix = Fix.unsafe("Use 8 instances", write_settings(job, {{"instance_count": 8}}))
        at = count.place or job.place
        yield self.finding(at, f"{{count.constant}} instances: more than 8 are rarely kept busy. Use 8 or fewer", fix)
'''

_FLAGGED = """\
from sagemaker.pytorch import PyTorch

INSTANCES = 16

estimator = PyTorch(
    entry_point="train.py",
    role="arn:aws:iam::123456789012:role/Training",
    framework_version="2.1",
    py_version="py310",
    instance_type="ml.g5.xlarge",
    instance_count=INSTANCES,
)
estimator.fit("s3://bucket/train")
"""

_CLEAN = """\
import sys

from sagemaker.pytorch import PyTorch

settings = dict(argument.split("=") for argument in sys.argv[1:])

# nobody can know what is in these settings
estimator = PyTorch(
    entry_point="train.py",
    role="arn:aws:iam::123456789012:role/Training",
    framework_version="2.1",
    py_version="py310",
    instance_type="ml.g5.xlarge",
    instance_count=1,
    **settings,
)
estimator.fit("s3://bucket/train")
"""

_NOTEBOOK = """\
{{
 "cells": [
  {{
   "cell_type": "code",
   "execution_count": null,
   "metadata": {{}},
   "outputs": [],
   "source": [
{source}
   ]
  }}
 ],
 "metadata": {{
  "kernelspec": {{
   "display_name": "Python 3",
   "language": "python",
   "name": "python3"
  }}
 }},
 "nbformat": 4,
 "nbformat_minor": 4
}}
"""

_PROMISES = '''"""What the fixes of this rule change in requests."""

from promises import to

PROMISES = {{"ResourceConfig.InstanceCount": to(8)}}
'''


def run(options: argparse.Namespace) -> int:
    """Write the files of a new rule, none of which may exist.

    Raises:
        SagegreenError: the name or the code cannot be used, or a file exists already or cannot be written.
    """
    registry = Registry.installed()
    name, code = options.name, options.code or _free_code(registry)
    if not _NAME.fullmatch(name):
        raise SagegreenError(f"`{name}` is no name for a rule; write lower-case words joined by hyphens")
    if not _CODE.fullmatch(code):
        raise SagegreenError(
            f"`{code}` is no code for a rule; write capital letters and 3 or 4 digits, such as ACME101"
        )
    for word in (name, code):
        if registry.find(word) is not None:
            raise SagegreenError(f"there is a rule `{word}` already; see `sagegreen rule {word}`")
    files = _files(options, name, code)
    for file in files:
        if file.exists():
            raise SagegreenError(f"`{file}` exists already; nothing was written")
    for file, text in files.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise SagegreenError(f"cannot write `{file}`: {error.strerror or error}") from error
        print(file)
    print(
        f"{code} ({name}) works as it stands. Make it yours: the page, the hook, the fixtures; then\n"
        f"  sagegreen check --select {code} {options.fixtures / name / 'flagged'}",
        file=sys.stderr,
    )
    return 0


def _free_code(registry: Registry) -> str:
    """The first code of the range that is kept for companies' own rules."""
    return next(code for number in range(900, 1000) if (code := f"SG{number}") not in registry.checks)


def _files(options: argparse.Namespace, name: str, code: str) -> dict[Path, str]:
    words = name.split("-")
    module = _MODULE.format(
        title=" ".join(words).capitalize(),
        class_name="".join(word.capitalize() for word in words),
        code=code,
        name=name,
        practice=options.practice,
    )
    lines = _FLAGGED.rstrip("\n").splitlines(keepends=True)
    source = ",\n".join(f"    {json.dumps(line)}" for line in lines)
    fixtures = options.fixtures / name
    return {
        options.checks / f"{'_'.join(words)}.py": module,
        fixtures / "flagged" / "count_through_a_constant.py": _FLAGGED,
        fixtures / "flagged" / "in_a_notebook.ipynb": _NOTEBOOK.format(source=source),
        fixtures / "clean" / "settings_from_outside.py": _CLEAN,
        fixtures / "promises.py": _PROMISES,
    }

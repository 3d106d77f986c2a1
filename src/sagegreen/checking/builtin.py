"""The rules about the analysis itself; the engine reports them, so they have no hooks."""

from __future__ import annotations

from sagegreen.checking.check import Check


class UnusedSuppression(Check):
    """A suppression comment that silences nothing.

    ## What it does
    Reports `noqa` comments that name an `SG` code which finds nothing there, that name a code which does not exist, or
    that are malformed and therefore silence nothing.

    ## Why it wastes
    A suppression that is no longer needed hides the next real finding on that line, and a misspelt one does not hide
    what its author meant it to hide.

    ## Example
    ```python
    import sagemaker

    role = sagemaker.get_execution_role()  # noqa: SG301
    ```

    ## Use instead
    ```python
    import sagemaker

    role = sagemaker.get_execution_role()
    ```

    ## Fix safety
    Removing an unused code is safe: only the code, and the comment where nothing else is in it, goes; a reason that was
    given stays as a comment. A misspelt code is never replaced unattended, since only its author knows what was meant.

    ## What it cannot see
    Codes of rules that are not selected in this run, codes of other tools, and blanket `# noqa` comments: they are left
    alone.

    ## References
    - https://flake8.pycqa.org/en/stable/user/violations.html
    - https://docs.astral.sh/ruff/rules/unused-noqa/
    """

    code = "SG001"
    name = "unused-suppression"


class Unparsable(Check):
    """A file, or a cell of a notebook, that could not be judged.

    ## What it does
    Reports a file that cannot be read or decoded, a notebook that is no valid JSON, and a script or cell that is no
    valid Python. A broken cell silences only itself: the other cells of the notebook are judged. A file that nowhere
    mentions SageMaker is reported only when it was named on the command line and cannot be read or decoded.

    ## Why it wastes
    What cannot be read is not checked: without this finding a broken file would look like a clean one. It is reported
    under any `--select`; only `--ignore` or `per-file-ignores` silence it.

    ## Example
    ```python
    import sagemaker

    role = sagemaker.get_execution_role(
    ```

    ## Use instead
    ```python
    import sagemaker

    role = sagemaker.get_execution_role()
    ```

    ## Fix safety
    There is no fix.

    ## What it cannot see
    Whether a cell that is not Python on purpose (a template, a transcript) was meant to run. Mark it as raw or
    Markdown, or exclude the file.

    ## References
    - https://nbformat.readthedocs.io/en/latest/format_description.html
    """

    code = "SG002"
    name = "unparsable"


class InternalError(Check):
    """A rule, or the analysis, failed on this file.

    ## What it does
    Reports that a rule raised an exception on this file. All other rules have judged the file; the exit code is 2.

    ## Why it wastes
    Silence would look like a clean file. It is reported under any `--select`; only `--ignore` or `per-file-ignores`
    silence it.

    ## Example
    ```text
    train.py:1:1: SG003 Rule `SG301` failed on this file: KeyError: 'ml.p9.large'
    ```

    ## Use instead
    Please report the rule, the message and if possible the file to the rule's author; `--ignore` with the rule's code
    keeps it from running meanwhile.

    ## Fix safety
    There is no fix.

    ## What it cannot see
    What the failed rule would have found.

    ## References
    - https://docs.astral.sh/ruff/linter/#exit-codes
    """

    code = "SG003"
    name = "internal-error"


BUILTIN: tuple[type[Check], ...] = (UnusedSuppression, Unparsable, InternalError)

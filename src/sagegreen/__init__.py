"""Linter and codemod for Python that drives Amazon SageMaker.

The functions below are the Python API; they load what they need when they are first used.
"""

# Nothing may be imported here, not even `typing`: __main__.py tidies the search path only after this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from sagegreen.api import audit, check_paths, check_source, fix_source, inventory
    from sagegreen.checking.check import Check
    from sagegreen.checking.findings import Applicability, Finding, Fix

__version__ = "0.1.0"

__all__ = [
    "Applicability",
    "Check",
    "Finding",
    "Fix",
    "__version__",
    "audit",
    "check_paths",
    "check_source",
    "fix_source",
    "inventory",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562): start-up stays lean."""
    from importlib import import_module

    homes = {
        "Applicability": "sagegreen.checking.findings",
        "Check": "sagegreen.checking.check",
        "Finding": "sagegreen.checking.findings",
        "Fix": "sagegreen.checking.findings",
        "audit": "sagegreen.api",
        "check_paths": "sagegreen.api",
        "check_source": "sagegreen.api",
        "fix_source": "sagegreen.api",
        "inventory": "sagegreen.api",
    }
    if name in homes:
        return getattr(import_module(homes[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The program ``sagegreen``: exit code 0 clean, 1 findings, 2 a mistake of usage, configuration or the program."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: without the program's name; those of the process if none are given.

    Returns:
        The exit code.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given in (["--version"], ["-V"]):
        return _show_version()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(given, alone=arguments is None)
        if not sys.stdout.closed:  # a server hands it back closed
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()  # the reader (`| head`) has gone
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except RecursionError:
        print("error: the analysis was nested too deeply; please report this with the file", file=sys.stderr)
        return 2
    except Exception as error:  # noqa: BLE001 - no traceback may reach a user
        if isinstance(error, OSError) and error.filename is None and error.strerror:
            # Files have names, and are spoken of where they are read and written; the standard output has none.
            _discard_output()
            print(f"error: cannot write the output: {error.strerror}", file=sys.stderr)
            return 2
        if _is_users(error):
            from sagegreen.reporting.report import on_one_line

            print(f"error: {on_one_line(str(error))}", file=sys.stderr)  # a file's name may hold anything
            return 2
        text = " ".join(str(error).split())
        print(f"error: internal error, please report it: {type(error).__name__}: {text}", file=sys.stderr)
        return 2
    return code


def _run(arguments: list[str], *, alone: bool) -> int:
    from sagegreen.cli.shortcut import answer

    report = answer(arguments)
    if report is not None:
        sys.stdout.write(report)
        return 0
    from importlib import import_module

    from sagegreen.cli.options import parse

    options = parse(arguments)
    if options.version:
        return _show_version()
    if alone and options.command != "server":
        from sagegreen.checking.collecting import collect_rarely

        collect_rarely()
    code: int = import_module(f"sagegreen.cli.{options.command}").run(options)
    if alone:
        from sagegreen.checking.collecting import collect_nothing_at_exit

        collect_nothing_at_exit()
    return code


def _is_users(error: Exception) -> bool:
    """Whether the message is meant for the user, who can mend it."""
    from sagegreen.checking.errors import SagegreenError
    from sagegreen.documents.discovery import UnusablePathError

    return isinstance(error, (SagegreenError, UnusablePathError))


def _discard_output() -> None:
    """What Python still holds must not be flushed at exit to what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_version() -> int:
    from sagegreen import __version__

    print(f"sagegreen {__version__}")
    return 0

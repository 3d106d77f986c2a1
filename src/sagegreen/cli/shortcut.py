"""The commonest run, answered before argparse, the rules or anything else slow is loaded: ``check``, and nothing to do.

It answers where all of this is so; all else goes the ordinary way, which says the same at length:

* the command line holds ``check``, paths, and options that mean nothing where nothing is found;
* so do the settings;
* all files can be read, and none has anything to do with SageMaker, or with our suppression comments.
"""

from __future__ import annotations

import os
import stat

from sagegreen.cli.plain_settings import NotPlain, PlainConfiguration
from sagegreen.documents.mentions import mentions_sagemaker, mentions_training, names_our_rules
from sagegreen.documents.regular_files import read_regular_file
from sagegreen.documents.walking import walk

TYPE_CHECKING = False  # `typing` is slow to load
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FORMAT_VARIABLE = "SAGEGREEN_OUTPUT_FORMAT"
_FORCE_EXCLUDE = "--force-exclude"
_ISOLATED = "--isolated"
_QUIET = frozenset({"-q", "--quiet"})
_OUTPUT_FORMAT = "--output-format"
_SELECTORS = frozenset({"--select", "--ignore", "--extend-select"})
#: Options without a value that change nothing where there is no finding.
_IDLE = frozenset(
    {
        *("-n", "--no-cache", "-e", "--exit-zero", "--exit-non-zero-on-fix", "--ignore-noqa", "--show-fixes"),
        *("--fix", "--no-fix", "--unsafe-fixes", "--no-unsafe-fixes"),
    }
)
_PASSED = "All checks passed!\n"
#: The report of no findings, of the formats in which it is always the same.
_EMPTY_REPORTS = {
    "full": _PASSED,
    "text": _PASSED,
    "concise": _PASSED,
    "grouped": _PASSED,
    "json": "[]\n",
    "json-lines": "",
    "github": "",
    "gitlab": "[]\n",
    "azure": "",
    "pylint": "",
}
#: Files that are read at most. Among more of them the words are likelier, and starting costs little in proportion.
_MOST_FILES = 200
#: In bytes; the ordinary way has its own opinion on larger ones.
_LARGEST = 2_000_000


def answer(arguments: Sequence[str]) -> str | None:
    """The whole report of a run that finds nothing and has nothing else to say; its exit code is 0.

    Args:
        arguments: the command line, without the program's name.

    Returns:
        The report; ``None`` where the ordinary way has to be gone.
    """
    try:
        return _answer(arguments)
    except (NotPlain, OSError, ValueError):  # what cannot be looked at is reported by the ordinary way
        return None


def _answer(arguments: Sequence[str]) -> str:
    line = _CommandLine(arguments)
    configuration = PlainConfiguration(
        line.selectors, isolated=_ISOLATED in line.options, force=_FORCE_EXCLUDE in line.options
    )
    configuration.for_folder(os.getcwd())  # noqa: PTH109 - it speaks about the run as a whole
    seen = 0
    for path, explicit in _files(line.paths or ["."], configuration):
        seen += 1
        if seen > _MOST_FILES or _is_judged(read_regular_file(path, _LARGEST), path, explicit=explicit):
            raise NotPlain
    if not seen:
        raise NotPlain  # there is a warning
    report = _EMPTY_REPORTS[line.output_format]
    return "" if report == _PASSED and not _QUIET.isdisjoint(line.options) else report


class _CommandLine:
    """What was written: paths, options without a value, selectors of rules, the output format.

    Raises:
        NotPlain: it may be something else, or a mistake.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        if arguments[:1] != ["check"] or os.environ.get(_FORMAT_VARIABLE):
            raise NotPlain
        self.paths: list[str] = []
        self.options: set[str] = set()
        self.selectors: list[str] = []
        self.output_format = "full"
        words = iter(arguments[1:])
        complete = False
        for word in words:
            if not word.startswith("-"):
                if not word or complete:
                    raise NotPlain  # argparse takes paths from one place only
                self.paths.append(word)
            else:
                complete = bool(self.paths)
                self._read_option(word, words)

    def _read_option(self, word: str, words: Iterator[str]) -> None:
        option, equals, value = word.partition("=")
        if option == _OUTPUT_FORMAT or option in _SELECTORS:
            if not equals:
                value = next(words, "-")
                if value.startswith("-"):
                    raise NotPlain
            if option in _SELECTORS:
                self.selectors += (selector for selector in value.split(",") if selector.strip())
            elif option in self.options or value not in _EMPTY_REPORTS:
                raise NotPlain
            else:
                self.output_format = value
                self.options.add(option)
        elif word in _IDLE or word in _QUIET or word in (_FORCE_EXCLUDE, _ISOLATED):
            self.options.add(word)
        else:
            raise NotPlain


def _files(paths: Iterable[str], configuration: PlainConfiguration) -> Iterator[tuple[str, bool]]:
    """The files to look at, and whether they were named."""
    for given in paths:
        path = os.path.abspath(given)  # noqa: PTH100
        mode = os.stat(path).st_mode  # noqa: PTH116
        settings = configuration.for_folder(os.path.dirname(path))  # noqa: PTH120
        if settings.force and not settings.names.isdisjoint(path.split(os.sep)):  # noqa: PTH206
            continue
        if stat.S_ISDIR(mode):
            os.scandir(path).close()
            for found in walk(path, configuration.for_folder):
                yield found, False
        elif stat.S_ISREG(mode):
            yield path, True
        else:
            raise NotPlain  # there is a warning


def _is_judged(raw: bytes, path: str, *, explicit: bool) -> bool:
    """Whether there may be anything to say about a file."""
    if mentions_sagemaker(raw) or mentions_training(raw) or names_our_rules(raw):
        return True
    if not explicit:
        return False
    # Of a file that was named it is also said if it cannot be decoded.
    if path.lower().endswith(".ipynb") or b"\0" in raw or b"coding" in b"".join(raw.split(b"\n", 2)[:2]):
        return True
    raw.decode("utf-8")
    return False

"""What can be written on the command line; names and meanings are ruff's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from sagegreen.checking.errors import SagegreenError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sagegreen.checking.configuration import Configuration, Overrides
    from sagegreen.checking.registry import Registry

FORMAT_VARIABLE = "SAGEGREEN_OUTPUT_FORMAT"
COMMANDS = ("check", "rule", "inventory", "audit", "server", "new-rule", "completion")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise SagegreenError(f"{message}; see `{self.prog} --help`")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Returns:
        The options; ``command`` names the module of this package whose ``run`` takes them; none with ``--version``.

    Raises:
        SagegreenError: something in it is not understood.
    """
    first = next((argument for argument in arguments if not argument.startswith("-")), None)
    if first is not None and first not in COMMANDS:
        raise SagegreenError(f"unknown command `{first}`{_command_hint(first, COMMANDS)}")
    parser = program()
    # A reason only ever follows an equals sign: a path after the option is a path.
    options = parser.parse_args(["--add-noqa=" if word == "--add-noqa" else word for word in arguments])
    if "command" not in options and not options.version:
        parser.print_help()
        raise SystemExit(2)
    return options


def program() -> argparse.ArgumentParser:
    """Everything that can be written on the command line."""
    parser = _Parser(
        prog="sagegreen",
        description="Find, and rewrite, what wastes energy, hardware or storage in code that drives Amazon SageMaker.",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="store_true", help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _add_check(commands)
    _add_rule(commands)
    _add_inventory(commands)
    _add_audit(commands)
    server = commands.add_parser("server", help="serve an editor (language server protocol)", allow_abbrev=False)
    server.set_defaults(command="server")
    _add_new_rule(commands)
    completion = commands.add_parser("completion", help="print a shell's completion script", allow_abbrev=False)
    completion.set_defaults(command="completion")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="which shell")
    return parser


def overrides(options: argparse.Namespace, registry: Registry) -> Overrides:
    """What the command line says about settings.

    Raises:
        SagegreenError: an option is malformed.
    """
    from sagegreen.checking.configuration import Configuration, Overrides
    from sagegreen.checking.selection import Selection

    given = vars(options)
    values: dict[str, Any] = {
        name: given[name]
        for name in ("fix", "unsafe_fixes", "respect_gitignore", "force_exclude")
        if given.get(name) is not None
    }
    if given.get("cache_dir"):
        values["cache_dir"] = Path.cwd() / options.cache_dir
    if given.get("ignore_noqa"):
        values["noqa"] = False
    if given.get("per_file_ignores"):
        pairs: dict[str, tuple[str, ...]] = {}
        for pair in _words(options.per_file_ignores) or ():
            pattern, colon, code = pair.rpartition(":")
            if not colon:
                raise SagegreenError(f"`--per-file-ignores {pair}` is not understood; write `PATTERN:CODE`")
            pairs[pattern] = (*pairs.get(pattern, ()), code)
        reader = Configuration(registry, Overrides(isolated=True))
        values["per_file_ignores"] = reader.per_file_ignores(pairs.items(), Path.cwd(), "the command line")
    config_file, inline = _config(given.get("config") or ())
    if options.isolated and config_file is not None:
        raise SagegreenError("`--isolated` ignores configuration files, so `--config FILE` cannot be given with it")
    return Overrides(
        config_file=config_file,
        isolated=options.isolated,
        inline=inline,
        selection=Selection(
            select=_words(given.get("select")),
            ignore=_words(given.get("ignore")) or (),
            extend_select=_words(given.get("extend_select")) or (),
        ),
        options=values,
        exclude=_words(options.exclude),
        extend_exclude=_words(options.extend_exclude) or (),
    )


class Output(NamedTuple):
    """One report of a run: its format, and the file it goes to (``None``: the standard output)."""

    form: str
    file: Path | None


def outputs(options: argparse.Namespace, configuration: Configuration) -> tuple[Output, ...]:
    """The reports of a run, by the command line, the environment or the configuration, in this order.

    Raises:
        SagegreenError: a format is unknown, or two reports go to the same place.
    """
    from sagegreen.checking.configuration import require_output_format

    given, where = list(options.output_format or ()), "`--output-format`"
    if not given and os.environ.get(FORMAT_VARIABLE):
        given, where = [os.environ[FORMAT_VARIABLE]], f"the environment variable {FORMAT_VARIABLE}"
    if not given:
        given = [configuration.for_run(options.paths).output_format or "full"]
    found = []
    for word in given:
        form, equals, file = word.partition("=")
        require_output_format(form, where)
        if equals and not file:
            raise SagegreenError(f"`{word}` in {where} names no file after the equals sign")
        found.append(Output(form, Path(file) if file else options.output_file))
    places = [output.file for output in found]
    for place in places:
        if places.count(place) > 1:
            what = f"the file `{place}`" if place is not None else "the standard output"
            raise SagegreenError(f"two reports go to {what}; write `--output-format FORMAT=FILE` for one of them")
    return tuple(found)


def _add_check(commands: Any) -> None:
    parser = commands.add_parser("check", help="report findings, and fix them", allow_abbrev=False)
    parser.set_defaults(command="check")
    _add_paths(parser)
    fixes = parser.add_argument_group("fixes")
    flag = argparse.BooleanOptionalAction
    fixes.add_argument("--fix", action=flag, default=None, help="apply fixes and report what remains")
    fixes.add_argument("--unsafe-fixes", action=flag, default=None, help="count unsafe fixes as fixes")
    fixes.add_argument("--fix-only", action="store_true", help="apply fixes, say nothing about the rest, exit 0")
    fixes.add_argument("--diff", action="store_true", help="write nothing, show what --fix-only would change")
    fixes.add_argument("--show-fixes", action="store_true", help="list what was fixed")
    fixes.add_argument("--interactive", action="store_true", help="show each fix with its alternatives, and ask")
    rules = parser.add_argument_group("rules")
    _add_words(rules, "--select", "the rules that run: codes, prefixes of codes, names, or ALL")
    _add_words(rules, "--ignore", "rules that do not run")
    _add_words(rules, "--extend-select", "rules that run besides those selected elsewhere")
    _add_words(rules, "--per-file-ignores", "rules that are silent in some files: PATTERN:CODE", metavar="PAIRS")
    rules.add_argument("--ignore-noqa", action="store_true", help="suppression comments do not count")
    debts = parser.add_argument_group("old findings")
    debts.add_argument("--baseline", type=Path, metavar="FILE", help="report only what this file does not accept")
    debts.add_argument("--write-baseline", type=Path, metavar="FILE", help="accept everything that is found today")
    debts.add_argument("--prune-baseline", action="store_true", help="remove from the baseline what is found no more")
    debts.add_argument("--fail-on-stale", action="store_true", help="fail where the baseline holds more than is found")
    debts.add_argument(
        "--add-noqa",
        metavar="=REASON",
        help="silence what is found with comments; the reason, if any, follows the equals sign",
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        action="append",
        metavar="FORMAT[=FILE]",
        help="full (text), concise, grouped, json, json-lines, sarif, github, gitlab, azure, junit, pylint or rdjson; "
        "with a file, a further report goes there",
    )
    output.add_argument("-o", "--output-file", type=Path, metavar="FILE", help="where the report goes")
    output.add_argument("--statistics", action="store_true", help="only count, by rule")
    output.add_argument("--show-files", action="store_true", help="only list the files that would be checked")
    output.add_argument("--show-settings", action="store_true", help="only show the settings of the first file")
    output.add_argument("-q", "--quiet", action="store_true", help="no summary and no advice where nothing was found")
    output.add_argument("-e", "--exit-zero", action="store_true", help="findings do not fail")
    output.add_argument("--exit-non-zero-on-fix", action="store_true", help="applied fixes fail as findings do")
    _add_files(parser)
    files = parser.add_argument_group("running")
    files.add_argument("--stdin-filename", type=Path, metavar="FILE", help="the name of what `-` reads")
    files.add_argument("-j", "--jobs", type=_count, metavar="N", help="processes; one per core if not given")
    files.add_argument("-n", "--no-cache", action="store_true", help="neither use nor keep earlier results")
    files.add_argument("--cache-dir", type=Path, metavar="DIR", help="where earlier results are kept")
    files.add_argument("--watch", action="store_true", help="check again whenever a file changes")


def _add_rule(commands: Any) -> None:
    parser = commands.add_parser("rule", help="show a rule's page", allow_abbrev=False)
    parser.set_defaults(command="rule")
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="which rule")
    parser.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")


def _add_inventory(commands: Any) -> None:
    parser = commands.add_parser("inventory", help="list the resources that the code creates", allow_abbrev=False)
    parser.set_defaults(command="inventory")
    _add_paths(parser)
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=("text", "json", "csv"), default="text")
    output.add_argument("-o", "--output-file", type=Path, metavar="FILE", help="where the list goes")
    _add_files(parser)
    running = parser.add_argument_group("running")
    running.add_argument("-j", "--jobs", type=_count, metavar="N", help="processes; one per core if not given")


def _add_audit(commands: Any) -> None:
    parser = commands.add_parser(
        "audit", help="show which practices of the AWS guidance the code follows", allow_abbrev=False
    )
    parser.set_defaults(command="audit")
    _add_paths(parser)
    rules = parser.add_argument_group("rules")
    _add_words(rules, "--ignore", "rules that do not look; all others do")
    rules.add_argument("--ignore-noqa", action="store_true", help="suppression comments do not count")
    debts = parser.add_argument_group("old findings")
    debts.add_argument("--baseline", type=Path, metavar="FILE", help="report only what this file does not accept")
    debts.add_argument("--write-baseline", type=Path, metavar="FILE", help="accept everything that is found today")
    debts.add_argument("--prune-baseline", action="store_true", help="remove from the baseline what is found no more")
    debts.add_argument("--fail-on-stale", action="store_true", help="fail where the baseline holds more than is found")
    debts.add_argument(
        "--add-noqa",
        metavar="=REASON",
        help="silence what is found with comments; the reason, if any, follows the equals sign",
    )
    estimates = parser.add_argument_group("estimates")
    estimates.add_argument("--region", metavar="REGION", help="the AWS Region of programs that name none")
    output = parser.add_argument_group("output")
    output.add_argument("--output-format", choices=("text", "json", "markdown", "html"), default="text")
    output.add_argument("-o", "--output-file", type=Path, metavar="FILE", help="where the report goes")
    _add_files(parser)
    running = parser.add_argument_group("running")
    running.add_argument("-j", "--jobs", type=_count, metavar="N", help="processes; one per core if not given")


def _add_new_rule(commands: Any) -> None:
    parser = commands.add_parser("new-rule", help="write the files of a new rule", allow_abbrev=False)
    parser.set_defaults(command="new_rule")
    parser.add_argument("name", metavar="NAME", help="lower-case words joined by hyphens")
    parser.add_argument("--code", help="capital letters and 3 or 4 digits; the first free one from SG900 if not given")
    parser.add_argument("--practice", default="right-size-training", metavar="ID", help="the practice it serves")
    parser.add_argument(
        "--checks",
        type=Path,
        default=Path("checks/sagegreen_checks/training"),
        metavar="FOLDER",
        help="the package that gets the module",
    )
    parser.add_argument(
        "--fixtures", type=Path, default=Path("fixtures"), metavar="FOLDER", help="the folder of all rules' fixtures"
    )


def _add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        default=[Path()],
        metavar="PATH",
        help="scripts, notebooks, folders, or - for the standard input; the current folder if none is given",
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("files and configuration")
    flag = argparse.BooleanOptionalAction
    _add_words(files, "--exclude", "patterns of what is left out, instead of the usual", metavar="PATTERNS")
    _add_words(files, "--extend-exclude", "patterns of what is left out besides", metavar="PATTERNS")
    files.add_argument("--respect-gitignore", action=flag, default=None, help="leave out what git ignores")
    files.add_argument("--force-exclude", action=flag, default=None, help="leave out also what is named")
    files.add_argument(
        "--config", action="append", metavar="FILE|'KEY=VALUE'", help="a configuration file, or one setting in TOML"
    )
    files.add_argument("--isolated", action="store_true", help="ignore all configuration files")


def _add_words(group: Any, option: str, text: str, metavar: str = "RULES") -> None:
    group.add_argument(option, action="append", metavar=metavar, help=f"{text}; comma-separated")


def _words(values: Sequence[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _config(values: Sequence[str]) -> tuple[Path | None, tuple[str, ...]]:
    file: Path | None = None
    inline = []
    for value in values:
        path = Path(value)
        if os.path.isfile(path):  # noqa: PTH113 - pathlib raises where a setting is longer than any file's name
            if file is not None:
                raise SagegreenError(f"`--config` names two files: `{file}` and `{value}`")
            file = path.absolute()
        elif "=" in value:
            inline.append(value)
        else:
            raise SagegreenError(f"`--config {value}` is neither a file that exists nor a setting such as `fix = true`")
    return file, tuple(inline)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes")
    return int(text)


def _command_hint(word: str, known: Sequence[str]) -> str:
    if os.path.exists(word):  # noqa: PTH110 - as above
        return f"; did you mean `sagegreen check {word}`?"
    return did_you_mean(word, known) or f"; known are {', '.join(known)}"

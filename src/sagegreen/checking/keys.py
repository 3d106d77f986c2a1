"""The keys of the configuration: what each takes and means. The reference and the JSON schema come from here."""

from __future__ import annotations

from dataclasses import dataclass

BOOLEAN, STRING, STRINGS, TABLE = (
    "true or false",
    "a string",
    "a list of strings",
    "a table of lists of strings",
)


@dataclass(frozen=True)
class Key:
    """One key of ``[tool.sagegreen]``.

    Attributes:
        name: as it is written.
        kind: what it takes, one of the words above.
        meaning: what it does, in Markdown.
        default: as TOML; empty where leaving it out is the only way to say so.
        example: a line, or a table, of TOML.
    """

    name: str
    kind: str
    meaning: str
    default: str
    example: str


KEYS: tuple[Key, ...] = (
    Key(
        "select",
        STRINGS,
        "The rules that run, instead of the default set: codes, prefixes of codes, names, or `ALL`.",
        "",
        'select = ["SG3", "always-on-endpoint"]',
    ),
    Key(
        "extend-select",
        STRINGS,
        "Rules that run besides those that `select`, or the default set, holds.",
        "[]",
        'extend-select = ["SG1"]',
    ),
    Key("ignore", STRINGS, "Rules that do not run.", "[]", 'ignore = ["SG341"]'),
    Key(
        "per-file-ignores",
        TABLE,
        "Rules that are silent in the files that a pattern matches; a `!` before the pattern means all other files.",
        "{}",
        '[tool.sagegreen.per-file-ignores]\n"examples/*" = ["SG401"]',
    ),
    Key(
        "assume",
        STRINGS,
        "What is taken care of outside the code, by Terraform or CDK say; rules that would miss it are silent. Which "
        "words a rule knows, its page says.",
        "[]",
        'assume = ["log-retention"]',
    ),
    Key(
        "exclude",
        STRINGS,
        "Patterns of files and folders that are left out, instead of the usual ones.",
        "",
        'exclude = ["archive"]',
    ),
    Key(
        "extend-exclude",
        STRINGS,
        "Patterns of files and folders that are left out besides.",
        "[]",
        'extend-exclude = ["archive"]',
    ),
    Key("respect-gitignore", BOOLEAN, "Leave out what git ignores.", "true", "respect-gitignore = false"),
    Key(
        "force-exclude",
        BOOLEAN,
        "Leave out what is excluded even where it is named on the command line, as hooks name files.",
        "false",
        "force-exclude = true",
    ),
    Key("fix", BOOLEAN, "Apply fixes.", "false", "fix = true"),
    Key("unsafe-fixes", BOOLEAN, "Count unsafe fixes as fixes.", "false", "unsafe-fixes = true"),
    Key("output-format", STRING, "The format of the report.", '"full"', 'output-format = "grouped"'),
    Key(
        "baseline",
        STRING,
        "The file of findings that are accepted for now, relative to the configuration file.",
        "",
        'baseline = "sagegreen-baseline.json"',
    ),
    Key(
        "cache-dir",
        STRING,
        "Where results are kept between runs, relative to the configuration file.",
        '".sagegreen_cache"',
        'cache-dir = "/tmp/sagegreen"',
    ),
    Key(
        "extend",
        STRING,
        "Another configuration file whose settings hold where this one is silent.",
        "",
        'extend = "../sagegreen.toml"',
    ),
)

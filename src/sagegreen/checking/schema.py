"""The JSON schema of the configuration, for editors that complete and check TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagegreen.checking.configuration import OUTPUT_FORMATS
from sagegreen.checking.keys import BOOLEAN, KEYS, STRING, STRINGS, Key

if TYPE_CHECKING:
    from sagegreen.checking.registry import Registry

_SELECTORS = frozenset({"select", "extend-select", "ignore"})


def configuration_schema(registry: Registry) -> dict[str, Any]:
    """The schema (draft 7) of ``sagegreen.toml`` and of ``[tool.sagegreen]``, with the rules that are installed."""
    codes = sorted(registry.checks)
    prefixes = {code[:length] for code in codes for length in range(2, len(code))}
    assumable = sorted({word for check in registry.checks.values() for word in check.assumable})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "sagegreen",
        "description": "The configuration of sagegreen.",
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _property(key) for key in KEYS},
        "definitions": {
            "selector": {
                "description": "A rule by its code or name, all rules whose codes begin with a prefix, or ALL.",
                "anyOf": [
                    {"enum": ["ALL", *sorted({*codes, *prefixes}), *sorted(registry.codes_by_name)]},
                    {"type": "string", "pattern": "^[A-Z]{1,8}[0-9]*$"},
                ],
            },
            "assumption": {"enum": assumable},
        },
    }


def _property(key: Key) -> dict[str, Any]:
    found: dict[str, Any] = {"description": key.meaning}
    if key.kind == BOOLEAN:
        return {**found, "type": "boolean"}
    if key.name == "output-format":
        return {**found, "enum": list(OUTPUT_FORMATS)}
    if key.kind == STRING:
        return {**found, "type": "string"}
    items: dict[str, Any] = {"type": "string"}
    if key.name in _SELECTORS or key.name == "per-file-ignores":
        items = {"$ref": "#/definitions/selector"}
    elif key.name == "assume":
        items = {"$ref": "#/definitions/assumption"}
    listed = {"type": "array", "items": items}
    return {**found, **(listed if key.kind == STRINGS else {"type": "object", "additionalProperties": listed})}

"""The denominator: parse the files that a list names with LibCST, and print what the calls alone took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import libcst

sources = [Path(name).read_bytes() for name in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
unparsable = 0
begun = time.perf_counter()
for source in sources:
    try:
        libcst.parse_module(source)
    except (libcst.ParserSyntaxError, UnicodeDecodeError):  # noqa: PERF203 - Python 2, mostly
        unparsable += 1
print(json.dumps({"seconds": time.perf_counter() - begun, "files": len(sources), "unparsable": unparsable}))

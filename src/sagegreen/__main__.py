"""``python -m sagegreen``."""

import os
import sys

# Python searches the working directory first under ``-m``. It holds the code that is judged, none of which may run.
if not getattr(sys.flags, "safe_path", False) and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - pathlib is not loaded yet
    del sys.path[0]

from sagegreen.cli import main

sys.exit(main())

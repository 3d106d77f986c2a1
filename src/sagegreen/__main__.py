"""``python -m sagegreen``."""

from __future__ import annotations

import sys

from sagegreen.cli import main

sys.exit(main())

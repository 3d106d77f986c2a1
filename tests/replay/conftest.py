"""The SDK environments of the session, closed at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from replaying import Environments

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environments]:
    environments = Environments(tmp_path_factory.mktemp("replays"))
    yield environments
    environments.close()

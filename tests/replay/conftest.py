"""The SDK environments of the session, closed at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from replaying import Environments


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environments]:
    environments = Environments(tmp_path_factory.mktemp("replays"))
    yield environments
    environments.close()

"""A server for each module, as it comes: in memory, offline, on a free port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from julep.local import LocalServer


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A running server whose answers come from the offline echo."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENAI_API_KEY", raising=False)
        patch.delenv("OPENAI_BASE_URL", raising=False)
        with LocalServer() as running:
            yield running

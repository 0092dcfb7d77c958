"""What tests of chat's parts need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from julep.local.store.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    store = Store()
    yield store
    store.close()

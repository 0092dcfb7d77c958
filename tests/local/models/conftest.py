"""What tests of models need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.fake_openai import FakeOpenAI, fake_openai


@pytest.fixture
def openai() -> Iterator[FakeOpenAI]:
    """A fake of OpenAI's API."""
    with fake_openai() as fake:
        yield fake

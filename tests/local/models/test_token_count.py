"""Counting tokens."""

from __future__ import annotations

import pytest

from julep.local.models.token_count import count_text


@pytest.mark.parametrize("text", ["word ", "some words, of any kind; ", "中文 ", "1234 "])
def test_long_texts_have_as_many_tokens_as_their_parts(text: str) -> None:
    """Texts that are too long to be counted whole are estimated, within one per cent."""
    repeated = 1_000_000 // len(text)
    exact = count_text(text * 100) * repeated / 100
    assert count_text(text * repeated) == pytest.approx(exact, rel=0.01)


def test_the_parts_that_are_counted_are_spread_over_the_text() -> None:
    """A beginning of another kind doesn't decide."""
    text = "a" * 700_000 + ". " * 350_000
    assert count_text(text) == pytest.approx(450_000, rel=0.1)
